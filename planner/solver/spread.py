"""Work spread over processes: the engine is handed something that works like `map`, and never looks for more."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
ShouldStop = Callable[[], bool]
"""Tells whether somebody has asked to stop."""
Heard = Callable[[int], None]
"""Is told how many answers there are, whenever there are more."""
LOOK = 0.1  # seconds between two looks at whether somebody asked to stop


def nobody(number: int) -> None:
    """Nobody wants to hear how many answers there are."""
    del number


class Executor(Protocol):
    """Does the work for every task and returns the answers in the tasks' order.

    Tasks are drawn one by one, each when there is a free process for it. `work` and the tasks must be fit for pickle;
    `work` gets, beside its task, a function that tells whether to stop. `heard` is told how many answers there are.
    """

    processes: int

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers."""

    def prepare(self, work: Callable[[T], object], task: T) -> None:
        """Work is to come: processes that are still to start do so now, and load what they need by this work."""


class SerialExecutor:
    """One task after the other, in this process."""

    processes = 1

    def prepare(self, work: Callable[[T], object], task: T) -> None:
        """There is only the process that asks, and it runs already."""

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers."""
        answers = []
        for task in tasks:
            answers.append(work(task, asked))
            heard(len(answers))
        return answers


class ProcessExecutor:
    """Several tasks at once, each in a process of its own on this machine.

    They start when there is work for them, or is to come, and are at hand until the context ends.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._context = get_context("spawn")  # a fork of a process with threads may hang
        self._stop = self._context.Event()
        self._pool: ProcessPoolExecutor | None = None

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers. Raises BrokenProcessPool when a process was killed."""
        pool = self._pool = self._pool or self._started()
        self._stop.clear()
        source = iter(tasks)
        answers: list[Future[R]] = [pool.submit(_work, work, task) for task in islice(source, self.processes)]
        running = set(answers)
        while running:
            done, running = wait(running, LOOK, FIRST_COMPLETED)
            if asked():
                self._stop.set()
            for task in islice(source, len(done)):
                answers.append(pool.submit(_work, work, task))
                running.add(answers[-1])
            if done:
                heard(len(answers) - len(running))
        return [answer.result() for answer in answers]

    def prepare(self, work: Callable[[T], object], task: T) -> None:
        """The processes start and load, while whoever asks does something else; nobody waits for them."""
        if self._pool is None:
            self._pool = self._started(partial(work, task))
            for _ in range(self.processes):
                self._pool.submit(_nothing)

    def _started(self, prepare: Callable[[], object] | None = None) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.processes, self._context, _begin, (self._stop, os.getpid(), prepare))

    def __enter__(self) -> "ProcessExecutor":
        return self

    def __exit__(self, *_: object) -> None:
        """The processes end; whatever they are at is dropped."""
        self._stop.set()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


_asked: list[Event] = []


def _begin(stop: Event, parent: int, prepare: Callable[[], object] | None) -> None:
    """A process of the pool leaves Ctrl-C to its parent, hears when to stop, and does not outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _asked.append(stop)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if prepare is not None:
        prepare()


def _nothing() -> None:
    """What a process is asked so that it starts."""


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _work(work: Callable[[Any, ShouldStop], R], task: Any) -> R:
    return work(task, _asked[0].is_set)
