"""The referee of the specification, asked from a test: it shares no code with the planner."""

import math
from collections import Counter

from planner.files import dump_operation, dump_plan
from planner.plan import Plan
from planner.scenario import Scenario
from web.attack.judges import ROOT, judge, referee, verdict_of_data

__all__ = ["ROOT", "referee", "verdict", "verdict_of_data"]


def verdict(scenario: Scenario, plan: Plan) -> tuple[Counter[str], dict[str, int], list[str]]:
    """Rule -> number of violations, the score (empty when R1 is broken), and the referee's own lines."""
    operation, data = referee.Operation(dump_operation(scenario.operation)), dump_plan(plan)
    if scenario.parent is None:
        return judge(referee.Check(operation, data))
    parent, was = dump_plan(scenario.parent.plan), referee.Operation(dump_operation(scenario.parent.operation))
    now = -math.inf if scenario.now is None else scenario.now
    rules, points, lines = judge(referee.Check(operation, data, parent, now))
    if points:
        points["changes"] = referee.num_changes(operation, data, was, parent)
    return rules, points, lines
