"""What a test expects of checker and referee: they agree, and a plan keeps every rule or breaks the one meant."""

from collections import Counter

from planner.operation import Operation
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import score
from tests.referee import verdict


def agreed(operation: Operation, plan: Plan) -> tuple[Violation, ...]:
    """The violations, after checker and referee broke the same rules equally often and gave the same score."""
    return agreed_on(Scenario(operation), plan)


def agreed_on(scenario: Scenario, plan: Plan) -> tuple[Violation, ...]:
    """The same of a scenario that may have a parent and a moment."""
    theirs, points, lines = verdict(scenario, plan)
    found = check(scenario, plan)
    ours = Counter(v.rule for v in found)
    assert set(ours) == set(theirs), (lines[:20], found[:20])
    if not theirs["R1"]:
        assert ours == theirs, (lines[:20], found[:20])
        assert score(scenario, plan).levels() == points
    return found


def holds(operation: Operation, plan: Plan) -> None:
    """The plan breaks no rule."""
    found = agreed(operation, plan)
    assert not found, found


def breaks(operation: Operation, plan: Plan, rule: str, wrong: str, times: int = 1) -> Violation:
    """The plan breaks this rule so many times, and no other; the first violation is returned."""
    found = agreed(operation, plan)
    assert [(v.rule, v.wrong) for v in found] == [(rule, wrong)] * times, found
    return found[0]
