"""The referee of the specification, asked from a test: it shares no code with the planner."""

import importlib.util
import math
from collections import Counter
from pathlib import Path
from typing import Any

from planner.files import dump_operation, dump_plan
from planner.plan import Plan
from planner.scenario import Scenario

ROOT = Path(__file__).parents[1]
_spec = importlib.util.spec_from_file_location("referee", ROOT / "referee" / "referee.py")
assert _spec is not None and _spec.loader is not None
referee = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(referee)


def verdict(scenario: Scenario, plan: Plan) -> tuple[Counter[str], dict[str, int], list[str]]:
    """Rule -> number of violations, the score (empty when R1 is broken), and the referee's own lines."""
    operation, data = referee.Operation(dump_operation(scenario.operation)), dump_plan(plan)
    if scenario.parent is None:
        return _judged(referee.Check(operation, data))
    parent, was = dump_plan(scenario.parent.plan), referee.Operation(dump_operation(scenario.parent.operation))
    now = -math.inf if scenario.now is None else scenario.now
    rules, points, lines = _judged(referee.Check(operation, data, parent, now))
    if points:
        points["changes"] = referee.num_changes(operation, data, was, parent)
    return rules, points, lines


def verdict_of_data(operation: dict[str, Any], plan: dict[str, Any]) -> tuple[Counter[str], dict[str, int], list[str]]:
    """The verdict on plain values."""
    return _judged(referee.Check(referee.Operation(operation), plan))


def _judged(held: Any) -> tuple[Counter[str], dict[str, int], list[str]]:
    rules = Counter(line.split(":")[0] for line in held.broken)
    return rules, {} if rules["R1"] else held.score(), held.broken
