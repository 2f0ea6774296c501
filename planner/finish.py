"""A run's last step: the plan with a reason beside everybody missed, and the report of how it came about."""

from dataclasses import replace

from planner.files import operation_hash
from planner.plan import Plan
from planner.render.reasons import with_reasons
from planner.scenario import Scenario
from planner.solver.missed import NO_WARRANT

STOPPED = "The run was stopped before a squad was found"


def finished(scenario: Scenario, plan: Plan) -> Plan:
    """The plan of a run that came to its end, with its reasons and the operation's hash in its report."""
    return _reported(scenario, with_reasons(scenario, plan), {})


def cut_short(scenario: Scenario, plan: Plan) -> Plan:
    """The best plan so far of a run that was stopped: whoever has a warrant is missed for want of time."""
    missed = (m if m.reason == NO_WARRANT else replace(m, reason=STOPPED) for m in plan.missed)
    return _reported(scenario, replace(plan, missed=tuple(missed)), {"stopped": True})


def _reported(scenario: Scenario, plan: Plan, more: dict[str, bool]) -> Plan:
    report = {**(plan.made or {}), "operation_hash": operation_hash(scenario.operation), **more}
    return replace(plan, made=report)
