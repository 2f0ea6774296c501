"""The ordered score of a plan (spec/PROBLEM.md, section 7)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """Figures compared from the left; a lower one wins."""

    missed: int
    exposure: int
    cost: int
