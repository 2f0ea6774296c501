"""How long before its raid each squad must be in position, so that all are with the probability that is asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.reliability.moves import SquadDrive
from planner.reliability.simulation import Floats
from planner.reliability.travel_spread import TravelSpread

Ints = npt.NDArray[np.int64]
LEVELS = (0.8, 0.9, 0.95, 0.99)
FARTHEST, NEARNESS = 8.0, 1e-3  # standard deviations of the log-normal factor, and how close the search comes


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins with which all squads are in position in a share of at least `level` of the nights; `all`: in which.

    `minutes`: squad -> its margin, never less than the planned one; `price`: officer-minutes in position beyond
    those of the plan.
    """

    level: float
    all: float
    minutes: dict[str, int]
    price: int


def margins_for(level: float, moves: Sequence[SquadDrive], late_by: Floats, spread: TravelSpread) -> Margins:
    """The least margins that give each squad the same chance and all of them at least `level` (0 to 1, below 1).

    `late_by` are the delays on the way from the assembly points (`delays`). Each margin is a quantile of the squad's
    own log-normal drive in whole minutes, rounded up; how many standard deviations out it lies is bisected.
    """
    planned = np.array([move.margin for move in moves], dtype=np.int64)
    ways = np.array([move.minutes for move in moves], dtype=np.float64)

    def at(deviations: float) -> tuple[Ints, float]:
        needed = np.ceil(ways * math.expm1(spread.sigma * deviations)).astype(np.int64)
        margins = np.maximum(planned, needed)
        return margins, float((late_by <= margins).all(axis=1).mean())

    low, high = 0.0, FARTHEST
    if at(low)[1] >= level:
        high = low
    while high - low > NEARNESS:
        middle = (low + high) / 2
        low, high = (low, middle) if at(middle)[1] >= level else (middle, high)
    margins, reached = at(high)
    officers = np.array([move.officers for move in moves], dtype=np.int64)
    minutes = {move.squad: int(margin) for move, margin in zip(moves, margins, strict=True)}
    return Margins(level, reached, minutes, int((officers * (margins - planned)).sum()))
