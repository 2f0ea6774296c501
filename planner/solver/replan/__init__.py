"""Replanning near a parent: its plan is carried over to what the operation is now, and mended where it fails."""

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.progress import Bound, Clock
from planner.solver.replan.carry import carried
from planner.solver.replan.mend import mended
from planner.solver.replan.reopen import reopened, sooner


def carry(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The parent's plan, mended; the plan that is given is not looked at."""
    del plan, clock  # a tenth of a second
    return carried(scenario), Bound()


def reopen(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner."""
    return sooner(scenario, reopened(scenario, plan, clock), clock), Bound()


def mend(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with regions planned anew where doors are shut or late."""
    return mended(scenario, plan, clock), Bound()


__all__ = ["carried", "carry", "mend", "mended", "reopen", "reopened"]
