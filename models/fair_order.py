"""In which order those who wait are served: people in turn, a person's operations in turn, the oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

Turn = tuple[int | None, int | None]
"""A user and an operation; or a user and None: whichever operation."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scenario that waits; scenarios are numbered in the order in which they were asked."""

    scenario: int
    user: int | None
    operation: int


def fair_order(waiting: Iterable[Waiting], served: Mapping[Turn, datetime]) -> list[int]:
    """The scenarios in the order in which they are served; `served` tells when each was served last."""
    left = sorted(waiting, key=lambda one: one.scenario)
    turns = {turn: (1, moment.timestamp()) for turn, moment in served.items()}
    order: list[int] = []
    while left:
        first = min(left, key=lambda one: _turn(one, turns))
        left.remove(first)
        turns[first.user, None] = turns[first.user, first.operation] = (2, float(len(order)))
        order.append(first.scenario)
    return order


def _turn(one: Waiting, turns: Mapping[Turn, tuple[int, float]]) -> tuple[tuple[int, float], tuple[int, float], int]:
    """Whoever was never served comes before whoever was served long ago."""
    never = (0, 0.0)
    return turns.get((one.user, None), never), turns.get((one.user, one.operation), never), one.scenario
