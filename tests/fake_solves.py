"""Solves that take no work: in them everybody is missed. Workers load this file to run them."""

from typing import Any

from distributed import Event, get_client, get_worker

from jobs.dask_executor import asked_of
from jobs.solve_task import SolveTask
from planner.files import dump_plan
from planner.run_report import with_report
from planner.solver.missed import empty_plan

TOLD = {"stage": "squads", "seconds": 0.0, "score": {}, "bound": {}}
LET_GO = "let-go"
"""The event of the cluster at which solves that are held end."""


def at_once(order: SolveTask) -> dict[str, Any]:
    """A plan, at once."""
    scenario = order.question.scenario()
    return dump_plan(with_report(scenario, empty_plan(scenario)))


def held(order: SolveTask) -> dict[str, Any]:
    """Tells again and again that it is at work, and ends when it is let go or somebody asks to stop."""
    let_go, asked = Event(LET_GO, client=get_client()), asked_of(Event(order.name, client=get_client()))
    while not let_go.wait(0.1) and not asked():
        get_worker().log_event(order.name, TOLD)  # who listens late hears it too
    return at_once(order)
