"""Every rule that a plan in somebody's hand breaks: also where a squad has nobody yet, of which R1 alone speaks."""

from collections.abc import Iterable

from planner.plan import Plan
from planner.rules import RULES, Violation, check
from planner.scenario import Scenario

ASKABLE = {
    "empty unit",
    "task of another kind",
    "guards' officers are not its own",
    "guards' vehicles are not its own",
    "guards' vehicles without guards",
    "no squad, yet leaves guards",
    "officer serves twice",
    "vehicle serves twice",
}
"""What R1 may find without that the other rules stand before names that mean nothing."""


def find_violations(scenario: Scenario, plan: Plan) -> tuple[Violation, ...]:
    """Every violation of every rule, those of R1 first; they alone, where names do not hold."""
    broken = check(scenario, plan)
    if not broken or not has_sense(plan, broken) or any(v.rule != "R1" for v in broken):
        return broken
    return (*broken, *(v for rule in RULES[1:] for v in rule(scenario, plan)))


def has_sense(plan: Plan, broken: Iterable[Violation]) -> bool:
    """Whether names and numbers of the plan hold so far that it can be shown, scored and mended."""
    every_stop = all(unit.stops for unit in plan.units)
    return every_stop and all(v.wrong in ASKABLE for v in broken if v.rule == "R1")
