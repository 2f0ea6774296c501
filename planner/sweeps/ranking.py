"""What a variant costs beside the plan that it varies, and which cost most."""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.plan import Plan
from planner.score import Score
from planner.sweeps.variants import Variant


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What came of a variant: the plan with its score, people not covered, and the probability (0 to 1) of all set.

    No plan where no plan was found that keeps every rule, which only a running operation can bring about; `cut`: the
    search was ended by its limit or stopped, so that a longer one may find a better plan.
    """

    plan: Plan | None
    score: Score | None = None
    uncovered: int = 0
    all_set: float = 1.0
    cut: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """By how much a variant is worse than the plan (negative: better), level by level; `changes`: officers re-briefed.

    `impossible`: no plan keeps every rule. The larger one is the worse.
    """

    impossible: bool
    missed: int = 0
    exposure: int = 0
    changes: int = 0
    cost: int = 0


def damage(before: Score, found: VariantResult) -> Damage:
    """What was found beside the score of the plan that was varied."""
    after = found.score
    if after is None:
        return Damage(impossible=True)
    return Damage(
        impossible=False,
        missed=after.missed - before.missed,
        exposure=after.exposure - before.exposure,
        changes=after.changes or 0,
        cost=after.cost - before.cost,
    )


def ranked(before: Score, rows: Iterable[tuple[Variant, VariantResult]]) -> list[tuple[Variant, VariantResult, Damage]]:
    """The variants with their damage, the worst first; equal ones in their order."""
    told = [(variant, found, damage(before, found)) for variant, found in rows]
    return sorted(told, key=lambda row: row[2], reverse=True)
