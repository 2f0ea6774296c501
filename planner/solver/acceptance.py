"""What a stage found is taken if it is better and lawful, and then told: one way for every stage that only improves."""

from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.progress import Clock


def better(scenario: Scenario, plan: Plan, other: Plan) -> Plan:
    """The plan with the better score; of equals the first."""
    return other if score(scenario, other) < score(scenario, plan) else plan


def accept_better(scenario: Scenario, plan: Plan, other: Plan, clock: Clock) -> Plan:
    """The other plan if it is better and breaks no rule, of which whoever watches has then heard; else the plan."""
    found = better(scenario, plan, other)
    if found is plan or check(scenario, found):
        return plan
    clock.tell(found, score(scenario, found))
    return found
