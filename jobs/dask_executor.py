"""A solve's work spread over the workers of a Dask cluster, a local one or one that an address names."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, Event, as_completed, get_client

from planner.solver.spread import Heard, ShouldStop, nobody

T = TypeVar("T")
R = TypeVar("R")
LOOK = 0.2  # seconds between two looks at whether somebody asked to stop: each asks the scheduler


class DaskExecutor:
    """Several tasks at once on a cluster's workers; what a lost worker was at is done again by another.

    Inside a task of the cluster itself, hand in the client of `distributed.worker_client()`: it gives the task's own
    place to the work that it spreads.
    """

    def __init__(self, client: Client, processes: int) -> None:
        self.processes = processes
        self._client = client

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers. Raises KilledWorker for a task that cost several workers their lives."""
        source, name, ended = iter(tasks), f"stop-{uuid4().hex}", 0
        stop = Event(name, client=self._client)

        def submit(task: T) -> Any:
            return self._client.submit(_work, work, task, name, pure=False)

        answers = [submit(task) for task in islice(source, self.processes)]
        running = as_completed(answers, loop=self._client.loop)
        while not running.is_empty():
            done = self._done(running)
            if asked():
                stop.set()
            for task in islice(source, done):
                answers.append(submit(task))
                running.add(answers[-1])
            if done:
                ended += done
                heard(ended)
        return [answer.result() for answer in answers]

    def prepare(self, work: Callable[[T], object], task: T) -> None:
        """The workers run already, and are those of other solves too."""

    @staticmethod
    def _done(running: Any) -> int:
        """How many tasks ended within the next look."""
        end = time.monotonic() + LOOK
        while time.monotonic() < end:
            if running.has_ready():
                return len(running.next_batch(block=False))
            time.sleep(LOOK / 20)
        return 0


def _work(work: Callable[[Any, ShouldStop], R], task: Any, name: str) -> R:
    return work(task, asked_of(Event(name, client=get_client())))


def asked_of(event: Event) -> ShouldStop:
    """Tells whether the event is set."""
    return _Asked(event).look


class _Asked:
    """Whether the event is set, asked of the scheduler now and then."""

    def __init__(self, event: Event) -> None:
        self._event, self._next, self._is_set = event, 0.0, False

    def look(self) -> bool:
        """True once the event is set."""
        if not self._is_set and time.monotonic() >= self._next:
            self._is_set, self._next = bool(self._event.is_set()), time.monotonic() + LOOK
        return self._is_set
