"""Plans that were made under earlier rules: they stay readable, and what they break today is told.

A plan's report names the version of the rules that it was made under. Version 1 knew no guards, `own_way`,
`set_minutes` nor `interview_break`, and asked less of R12 and R16; its plans name none.
"""

from collections.abc import Iterable

from planner.plan import Plan
from planner.rules.violation import Violation

VERSION = 2
KEY = "rules"
STRICTER = {
    ("R3", "too few seats from a base"),
    ("R8", "set too late"),
    ("R12", "names nobody"),
    ("R16", "not kept apart"),
    ("R19", "interviews too near"),
}
"""What version 1 did not ask, or not so strictly; of what runs (N1 to N3) it asked other things."""


def version_of(plan: Plan) -> int:
    """The version of the rules that the plan was made under; a report may hold anything, or be none."""
    told = (plan.made or {}).get(KEY)
    return told if type(told) is int else 1


def is_earlier(plan: Plan, broken: Iterable[Violation]) -> bool:
    """Whether the plan breaks only what the rules that it was made under did not ask."""
    if version_of(plan) >= VERSION:
        return False
    found = list(broken)
    return bool(found) and all((v.rule, v.wrong) in STRICTER or v.rule.startswith("N") for v in found)
