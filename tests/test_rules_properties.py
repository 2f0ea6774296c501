"""What holds for checker and score whatever the plan: the order of rows tells nothing, and damage raises nothing."""

import random
from collections import Counter
from dataclasses import fields, replace
from typing import Any, TypeVar

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.operation import Operation
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import score
from tests.effort import tries
from tests.two_doors import one_squad, ten_minutes, two_squads
from web.attack.mutations import mutate

Table = TypeVar("Table", Operation, Plan)

# Where a row stands twice, the later one counts in the other rules.
DOUBLED = {
    "unit twice",
    "team twice",
    "raided twice",
    "examined twice",
    "delivered twice",
    "cannot be picked up",
    "no interview is due",
    "not in one team",
}


def shuffled(rng: random.Random, value: Table) -> Table:
    """The operation or plan with the rows of every table in another order."""
    tables = {f.name: getattr(value, f.name) for f in fields(value)}
    rows: dict[str, Any] = {name: tuple(rng.sample(t, len(t))) for name, t in tables.items() if isinstance(t, tuple)}
    return replace(value, **rows)


def told(found: tuple[Violation, ...]) -> Counter[tuple[str, ...]]:
    """What was found, without the order in which it was found."""
    return Counter((v.rule, v.wrong, *sorted(v.subjects)) for v in found)


@given(st.randoms(use_true_random=False), st.booleans(), st.integers(0, 3))
@settings(max_examples=tries(300), deadline=None)
def test_the_order_of_rows_changes_nothing(rng: random.Random, follow_on: bool, num_changes: int) -> None:
    """Shuffled rows of operation and plan give the same violations and the same score."""
    operation, plan = ten_minutes(), one_squad() if follow_on else two_squads()
    for _ in range(num_changes):
        operation, plan = mutate(rng, operation, plan)
    found = check(Scenario(operation), plan)
    assume(not DOUBLED & {v.wrong for v in found})
    again, same = Scenario(shuffled(rng, operation)), shuffled(rng, plan)
    assert told(check(again, same)) == told(found)
    if all(v.rule != "R1" for v in found):
        assert score(again, same) == score(Scenario(operation), plan)


@given(st.randoms(use_true_random=False), st.integers(1, 30))
@settings(max_examples=tries(150), deadline=None)
def test_whatever_was_changed_violations_are_data(rng: random.Random, num_changes: int) -> None:
    """However broken a plan is, the checker answers, and its answer holds ids and figures only."""
    operation, plan = ten_minutes(), two_squads()
    for _ in range(num_changes):
        operation, plan = mutate(rng, operation, plan)
    for violation in check(Scenario(operation), plan):
        assert violation.rule in {f"R{n}" for n in range(1, 21)}
        assert all(isinstance(s, str) for s in violation.subjects)
        assert all(isinstance(f, int | float | str) for f in violation.figures.values())


def test_the_same_plan_is_told_the_same_way() -> None:
    """Violations come in a fixed order: by rule, and within a rule by the plan's rows."""
    talks = tuple(replace(t, end=t.end - 1) for t in two_squads().interviews)
    broken = replace(two_squads(), missed=(), interviews=talks)
    found = check(Scenario(ten_minutes()), broken)
    assert [v.rule for v in found] == ["R19", "R19", "R19", "R20"]
    assert [v.subjects[0] for v in found] == ["P01", "P02", "P03", "P04"]
    assert check(Scenario(ten_minutes()), broken) == found
