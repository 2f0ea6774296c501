"""What a worker does: a scenario solved, with progress told and a stop heard."""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from distributed import Event, get_client, get_worker, worker_client

from jobs.dask_executor import DaskExecutor, asked_of
from planner.files import dump_plan
from planner.run_report import stopped_report, with_report
from planner.solver import Clock, Limit, Pace, Progress, solve
from planner.solver.compiled import compile_once
from planner.stored_scenario import ScenarioDocument

Document = dict[str, Any]
LEAST_SECONDS = 0.3  # between two words of progress of one kind
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SolveTask:
    """A scenario to solve: `name` is what its progress and its stop are called on the cluster."""

    name: str
    question: ScenarioDocument
    limit: Limit
    workers: int


def solve_scenario(order: SolveTask) -> Document:
    """The scenario's plan as a document: the best so far where somebody asked to stop."""
    scenario = order.question.scenario()
    asked = asked_of(Event(order.name, client=get_client()))
    with worker_client() as client:
        compile_once()
        clock = Clock(order.limit, DaskExecutor(client, order.workers), asked)
        plan = solve(scenario, clock, _Teller(order.name))
    return dump_plan((stopped_report if clock.is_stopped else with_report)(scenario, plan))


class _Teller:
    """Tells the cluster how far a solve is: every stage, and in between what is worth telling."""

    def __init__(self, topic: str) -> None:
        self._topic, self._pace = topic, Pace(LEAST_SECONDS)

    def __call__(self, progress: Progress) -> None:
        """Whoever listens to the topic hears of the progress."""
        if not self._pace.lets_through(progress):
            return
        told = {"stage": progress.stage, "seconds": round(progress.seconds, 1)}
        told |= {"score": progress.score.levels(), "bound": asdict(progress.bound)}
        told |= {"done": progress.done, "of": progress.of, "uncovered": len(progress.plan.missed)}
        get_worker().log_event(self._topic, told)
