"""Repairs of plans that a hand has broken, against every plan of tiny operations: nobody is told anew for nothing."""

from random import Random

import pytest

from planner.byhand import Move, find_violations, make_move
from planner.files import Unreadable
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import Score, score
from planner.solver import Clock, Limit, solve
from tests.brute_force import best_plan
from tests.effort import slow_after
from tests.test_byhand import any_move
from tests.tiny_operations import tiny_operation

SEEDS = (1, 36, 9, 34, 17, 0, 2, 5, 11, 12, 13, 15, 20, 30, 35, 38)
"""Seeds whose plans a few moves break: squads left without a site, sites given up, commanders changed."""
MOST_MOVES = 8


def broken_by_hand(seed: int) -> Scenario:
    """The plan of a tiny operation after moves until it breaks a rule, as the parent of its repair."""
    operation, rng, moves = tiny_operation(seed), Random(seed), list[Move]()
    plan = solve(Scenario(operation), Clock(Limit(work=300)))
    scenario = Scenario(operation, Parent(plan, operation))
    for _ in range(MOST_MOVES):
        move = any_move(rng, scenario, plan)
        try:
            plan = make_move(scenario, plan, move, moves)
        except Unreadable:
            continue
        moves.append(move)
        if find_violations(scenario, plan):
            return Scenario(operation, Parent(plan, operation))
    raise AssertionError(f"seed {seed}: no rule is broken by {moves}")


def disturbed(found: Score) -> tuple[int, int, int]:
    """What of the score counts before cost."""
    return found.missed, found.exposure, found.changes or 0


@pytest.mark.parametrize("seed", slow_after(2, SEEDS))
def test_a_repair_changes_the_fewest_officers(seed: int) -> None:
    """It breaks no rule; no plan of all misses less, or exposes less, or as much with fewer officers told anew."""
    scenario = broken_by_hand(seed)
    found = solve(scenario, Clock(Limit(work=300)))
    assert not check(scenario, found)
    assert disturbed(score(scenario, found)) <= disturbed(score(scenario, best_plan(scenario)))
