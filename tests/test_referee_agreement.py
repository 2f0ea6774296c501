"""The checker and the referee agree, rule by rule and in the score, on solved plans and on mutated ones."""

import random
from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings

from planner.files import read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.missed import empty_plan
from tests import kept_plans
from tests.effort import slow_after, tries
from tests.kept_plans import kept
from tests.operations import operations
from tests.referee import ROOT
from tests.two_doors import guards_after_two, one_squad, ten_minutes, two_squads, with_guards
from tests.verdicts import agreed, holds
from web.attack.mutations import mutate

EXAMPLES = ROOT / "examples"
SOLVED = ("one-city", "tiny", "one-city-short")
NUM_MUTANTS, CHUNKS = 80, 15
NUM_RANDOM = tries(kept_plans.NUM_RANDOM)


@cache
def example(name: str) -> tuple[Operation, Plan]:
    """An example operation with the plan that stands beside it."""
    return read_operation(EXAMPLES / f"{name}.json"), read_plan(EXAMPLES / "plans" / f"{name}.json")


def solved(name: str) -> tuple[Operation, Plan]:
    """An example operation with the plan that the solver makes of it."""
    scenario, plan = kept(kept_plans.SOLVED, name)
    return scenario.operation, plan


def random_solved(seed: int) -> tuple[Operation, Plan]:
    """A random operation that can be planned, with the plan that the solver makes of it."""
    return solved(f"random-{seed}")


def parent_of(seed: int) -> tuple[Operation, Plan]:
    """The plan that a mutant comes from: made by hand, an example's, or solved."""
    kind = seed % 8
    if kind < 5:
        return ten_minutes(), (two_squads(), one_squad(), with_guards(), guards_after_two(), with_guards())[kind]
    if kind == 5:
        return example(("one-city", "3-02-roads")[seed % 5 == 0])
    return solved(SOLVED[seed % len(SOLVED)]) if kind == 6 else random_solved(seed % NUM_RANDOM)


def mutant_of(seed: int) -> tuple[Operation, Plan]:
    """A plan and its operation after one to five random changes."""
    rng = random.Random(seed)
    operation, plan = parent_of(seed)
    for _ in range(rng.choice([1, 1, 2, 3, 5])):
        operation, plan = mutate(rng, operation, plan)
    return operation, plan


@pytest.mark.parametrize("name", ["one-city", "3-02-roads"])
def test_example_plans_break_no_rule(name: str) -> None:
    """The plans that stand with the examples break no rule, for the checker and for the referee."""
    holds(*example(name))


@pytest.mark.parametrize("name", slow_after(1, SOLVED))
def test_solved_examples_break_no_rule(name: str) -> None:
    """What the stages return breaks no rule, for the checker and for the referee."""
    operation, plan = solved(name)
    assert plan.raids_by_site
    holds(operation, plan)


@pytest.mark.parametrize("seed", slow_after(3, range(NUM_RANDOM)))
def test_solved_random_operations_break_no_rule(seed: int) -> None:
    """What the stages return for a random operation breaks no rule, for the checker and for the referee."""
    holds(*random_solved(seed))


@pytest.mark.parametrize("chunk", slow_after(3, range(CHUNKS)))
def test_mutated_plans(chunk: int) -> None:
    """Checker and referee find the same rules broken, equally often, and the same score, whatever was changed."""
    broken: Counter[str] = Counter()
    guarded = 0
    for seed in range(chunk * NUM_MUTANTS, (chunk + 1) * NUM_MUTANTS):
        operation, plan = mutant_of(seed)
        guarded += any(unit.guards.officers for unit in plan.units)
        try:
            broken.update({v.rule for v in agreed(operation, plan)} or {"kept"})
        except AssertionError as error:
            error.add_note(f"mutant {seed}")
            raise
    assert broken["kept"] and guarded > NUM_MUTANTS / 4
    assert len(broken) > 12


@given(operations())
@settings(max_examples=tries(60), deadline=None)
def test_missing_everybody(operation: Operation) -> None:
    """The plan in which everybody is missed breaks no rule, whatever the operation."""
    holds(operation, empty_plan(Scenario(operation)))
