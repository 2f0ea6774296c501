"""A run of the stages from the shell: in a thread beside, so that Ctrl-C is heard and the best plan so far is kept."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

from planner.cli.progress import Show
from planner.plan import Plan
from planner.run_report import stopped_report, with_report
from planner.scenario import Scenario
from planner.solver import Clock, Executor, Limit, Progress, solve
from planner.solver.compiled import compile_once
from planner.solver.missed import empty_plan
from planner.solver.stages import run_record

log = logging.getLogger(__name__)
PATIENCE = 10.0  # seconds that the stages get to end by themselves after Ctrl-C
INTERRUPTED = 130  # the exit status that shells know for it
SHOW_CURSOR = b"\x1b[?25h"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run: the plan, and whether somebody stopped it; its thread may then still be at work."""

    plan: Plan
    is_stopped: bool


def run(scenario: Scenario, limit: Limit, show: Show, spread: Executor | None = None) -> Run:
    """The stages have made a plan, or, after Ctrl-C, the best one so far; a second Ctrl-C ends the program at once."""
    compile_once()
    clock, asked = Clock(limit, spread), threading.Event()
    how, latest = run_record(scenario, limit, []), empty_plan(scenario)

    def watch(progress: Progress) -> None:
        nonlocal latest
        latest = progress.plan
        show.update(progress)

    def stop() -> None:
        clock.stop()
        asked.set()

    with _asked_to_stop(stop), show:
        future = ThreadPoolExecutor(1).submit(solve, scenario, clock, watch)
        _wait(future, clock, asked, show)
    plan = replace(latest, made=how) if asked.is_set() and _has_no_result(future) else future.result()
    told = stopped_report if asked.is_set() else with_report
    return Run(told(scenario, plan), asked.is_set())


def _has_no_result(future: Future[Plan]) -> bool:
    """The stages, asked to stop, are still at work or fell over: that is logged, and costs nobody the plan so far."""
    if future.done() and (error := future.exception()) is not None:
        log.error("the stages fell over when they were stopped", exc_info=error)
        return True
    return not future.done()


def _wait(future: Future[Plan], clock: Clock, asked: threading.Event, show: Show) -> None:
    """The stages have ended, or were asked to and had their time."""
    try:
        while not future.done() and not asked.is_set():
            wait([future], 0.1)
        if asked.is_set():
            show.say("Stopping; the best plan so far is kept. Ctrl-C again ends at once, without it.")
            wait([future], PATIENCE)
    finally:
        clock.stop()  # whatever happened here, the thread ends soon


@contextmanager
def _asked_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Within this context the first Ctrl-C (or SIGTERM) asks to stop; the second ends the program."""
    count = 0

    def heard(number: int, frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count > 1:
            end_now()
        stop()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def end_now() -> None:
    """The program ends here: the solver's thread may be deep in a library that cannot be ended otherwise."""
    sys.stdout.flush()
    if sys.stderr.isatty():
        os.write(2, SHOW_CURSOR)
    os._exit(INTERRUPTED)
