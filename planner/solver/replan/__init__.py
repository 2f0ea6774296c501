"""Replanning near a parent: its plan is carried over to what the operation is now, and mended where it fails."""

from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.solver.acceptance import better
from planner.solver.interviews import settle_interviews
from planner.solver.progress import Bound, Clock
from planner.solver.replan.carry import carry_over
from planner.solver.replan.mend import plan_afresh, relabel
from planner.solver.replan.reopen import reopen_doors, sooner


def carry(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The parent's plan, mended; the plan that is given is not looked at."""
    del plan, clock  # a tenth of a second
    return carry_over(scenario), Bound()


def reopen(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner."""
    return sooner(scenario, reopen_doors(scenario, plan, clock), clock), Bound()


def mend(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with regions planned anew where doors are shut or late, and with guards where squads wait."""
    plan = plan_afresh(scenario, plan, clock)
    guarded = settle_interviews(scenario, plan)
    return plan if check(scenario, guarded) else better(scenario, plan, guarded), Bound()


__all__ = ["carry", "carry_over", "mend", "plan_afresh", "relabel", "reopen", "reopen_doors", "sooner"]
