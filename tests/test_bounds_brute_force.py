"""Bounds against the best of every plan of tiny operations."""

import pytest

from planner.scenario import Scenario
from planner.score import score
from planner.solver import Clock, Limit
from planner.solver.bounds import whole_bound
from tests.brute_force import best_plan
from tests.effort import slow_after
from tests.referee import verdict
from tests.tiny_operations import tiny_operation

SEEDS = (1000, 1002, 1004, 1009, 1010, 1013, 1017, 1018, 1022, 1023, 1024, 1026, 1027, 1030, 1031, 1033, 1046, 1053)
"""Seeds that take few seconds: one door and two, with pins, legs and matrices, examinations, doors given up."""


@pytest.mark.parametrize("seed", slow_after(5, SEEDS))
def test_no_bound_is_above_the_best_of_all_plans(seed: int) -> None:
    """The best plan breaks no rule for the referee, and each level of its score is at the bound or above."""
    scenario = Scenario(tiny_operation(seed))
    best = best_plan(scenario)
    rules, points, _ = verdict(scenario, best)
    found = score(scenario, best)
    assert not rules
    assert found.levels() == points
    bound = whole_bound(scenario, found, Clock(Limit(work=3000)))
    assert bound.missed is not None and bound.missed <= found.missed
    assert bound.exposure is not None and bound.exposure <= found.exposure
    assert bound.cost is not None and bound.cost <= found.cost
