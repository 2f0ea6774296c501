"""A solve spread over a Dask cluster: the same plan, also when a worker is killed in the middle; a stop is heard."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client, worker_client

from jobs.cluster import cluster
from jobs.dask_executor import DaskExecutor
from jobs.settings import DispatcherSettings
from planner.rules import check
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from planner.solver.params import SQUADS
from tests.effort import slow_after
from tests.operations import PLANNABLE, random_operation

DEADLINE = 300.0  # seconds until a test that waits gives up


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Two workers in processes of their own, on this machine alone."""
    with cluster(DispatcherSettings("", workers=2)) as client:
        yield client


def square(task: int, asked: Callable[[], bool]) -> int:
    """The square of the task."""
    return task * task


def until_asked(task: int, asked: Callable[[], bool]) -> bool:
    """True when somebody asked to stop before the deadline."""
    end = time.monotonic() + DEADLINE
    while not asked() and time.monotonic() < end:
        time.sleep(0.01)
    return asked()


def fatal_once(task: tuple[int, Path], asked: Callable[[], bool]) -> int:
    """Kills the worker that is first at task 3; the answer of the others is their number."""
    number, mark = task
    if number == 3 and not mark.exists():
        mark.write_text("killed")
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.slow
def test_answers_come_in_the_order_of_the_tasks(client: Client) -> None:
    """A cluster gives what one process gives, and tells how many answers there are until all are there."""
    heard: list[int] = []
    assert DaskExecutor(client, 2)(square, iter(range(12)), lambda: False, heard.append) == [n * n for n in range(12)]
    assert heard == sorted(set(heard))
    assert heard[-1] == 12


def test_a_stop_is_heard_by_every_worker(client: Client) -> None:
    """Whoever asks to stop is heard in the workers' processes."""
    assert DaskExecutor(client, 2)(until_asked, iter(range(2)), lambda: True) == [True, True]


def test_a_killed_worker_costs_no_answer(client: Client, tmp_path: Path) -> None:
    """What a worker was at when it was killed is done again."""
    mark = tmp_path / "mark"
    answers = DaskExecutor(client, 2)(fatal_once, ((n, mark) for n in range(8)), lambda: False)
    assert answers == list(range(8))
    assert mark.exists()


@pytest.mark.parametrize("seed", slow_after(1, [11, 3]))
def test_a_cluster_makes_the_same_plan(client: Client, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a limit in work a plan made on a cluster is the one that a single process makes."""
    small = replace(SQUADS, most_at_once=0, sector_doors=2, most_one_by_one=1)  # sector by sector, as if it were large
    for module in ("squads", "sectors", "squads_by_sector"):
        monkeypatch.setattr(f"planner.solver.{module}.SQUADS", small)
    scenario = Scenario(random_operation(seed, choices=PLANNABLE))
    found = solve(scenario, Clock(Limit(work=500), DaskExecutor(client, 2)))
    assert found == solve(scenario, Clock(Limit(work=500)))
    assert not check(scenario, found)


def inside(number: int) -> list[int]:
    """Work that a task of the cluster spreads over the cluster."""
    with worker_client() as client:
        return DaskExecutor(client, 2)(square, iter(range(number)), lambda: False)


def test_a_task_of_the_cluster_may_spread_its_work(client: Client) -> None:
    """More tasks than workers, each spreading work over the same workers, end."""
    futures = [client.submit(inside, 4, pure=False) for _ in range(4)]
    assert [future.result(timeout=DEADLINE) for future in futures] == [[0, 1, 4, 9]] * 4
