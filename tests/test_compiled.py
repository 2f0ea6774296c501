"""Loops are compiled before a run's clock starts, from the shell and on a cluster, and only where none is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from jobs import solve_task
from jobs.solve_task import SolveTask, solve_scenario
from planner.cli import run as shell
from planner.cli.progress import Show
from planner.files import dump_operation
from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver import Clock, Limit, compiled
from planner.solver.missed import empty_plan
from planner.stored_scenario import ScenarioDocument
from tests.planted_lacks import ample


def noted(room: ModuleType, patch: pytest.MonkeyPatch) -> list[str]:
    """In what order the room compiles, makes its clock and solves; nothing is solved in truth."""
    order = list[str]()

    def clock(*values: Any) -> Clock:
        order.append("clock")
        return Clock(*values)

    def solve(scenario: Scenario, *_: object) -> Plan:
        order.append("solve")
        return empty_plan(scenario)

    patch.setattr(room, "compile_once", lambda: order.append("compiled"))
    patch.setattr(room, "Clock", clock)
    patch.setattr(room, "solve", solve)
    return order


def test_a_run_of_the_shell_compiles_before_its_clock_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second of the limit goes to the compiler."""
    order = noted(shell, monkeypatch)
    shell.run(Scenario(ample(1)), Limit(5.0), Show(quiet=True))
    assert order == ["compiled", "clock", "solve"]


def test_a_task_of_a_cluster_compiles_before_its_clock_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on a worker that has just come up."""
    order = noted(solve_task, monkeypatch)

    @contextmanager
    def client() -> Iterator[None]:
        yield None

    for name in ("get_client", "Event", "DaskExecutor"):
        monkeypatch.setattr(solve_task, name, lambda *_, **__: None)
    monkeypatch.setattr(solve_task, "asked_of", lambda _: lambda: False)
    monkeypatch.setattr(solve_task, "worker_client", client)
    operation = ample(1)
    made = solve_scenario(SolveTask("one", ScenarioDocument(dump_operation(operation)), Limit(5.0), 1))
    assert order == ["compiled", "clock", "solve"]
    assert [row["suspect"] for row in made["missed"]] == [suspect.id for suspect in operation.suspects]


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_is_kept_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch, is_kept: bool) -> None:
    """Both rooms with loops are compiled where nothing is kept; otherwise nothing is done."""
    done = list[str]()
    monkeypatch.setattr(compiled, "is_compiled", lambda: is_kept)
    for name in ("compile_loops", "compile_choice"):
        monkeypatch.setattr(compiled, name, lambda name=name: done.append(name))
    compiled.compile_once()
    assert done == ([] if is_kept else ["compile_loops", "compile_choice"])
