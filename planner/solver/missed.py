"""The plan in which every suspect is missed: it breaks no rule, and every run starts from it."""

from dataclasses import replace

from planner.needs import is_chargeable
from planner.plan import Missed, Plan
from planner.scenario import Scenario

NO_WARRANT, NO_SQUAD = "no-warrant", "no-squad"


def empty_plan(scenario: Scenario) -> Plan:
    """Every suspect stands in `missed`, for want of a valid warrant or of a squad."""
    operation = scenario.operation
    reason = {s.id: NO_SQUAD if is_chargeable(operation, s) else NO_WARRANT for s in operation.suspects}
    return Plan(operation.id, missed=tuple(Missed(suspect, why) for suspect, why in reason.items()))


def with_missed(scenario: Scenario, plan: Plan) -> Plan:
    """The plan in which whoever nobody delivers is missed, and nobody else."""
    taken = plan.deliveries_by_suspect
    return replace(plan, missed=tuple(m for m in empty_plan(scenario).missed if m.suspect not in taken))
