"""How long before its raid each squad must be in position, so that all are with the probability that is asked for."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.reliability.moves import SquadDrive
from planner.reliability.simulation import Flags, Floats, Nights
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


def _least(level: float, num_nights: int, is_on_time: Callable[[float, Ints], Flags]) -> tuple[float, float]:
    """The least deviations, up to NEARNESS, at which all are on time in a share of at least `level` of the nights.

    And that share. `is_on_time` says it of some nights (by their numbers). With more deviations no night gets worse, so
    that each is asked about only as long as its answer is open.
    """
    rows = np.arange(num_nights, dtype=np.int64)
    ok = is_on_time(0.0, rows)
    if ok.mean() >= level:
        return 0.0, float(ok.mean())
    num_sure, rows = int(ok.sum()), rows[~ok]
    rows = rows[is_on_time(FARTHEST, rows)]  # from here on those that are on time at `high`, and not at `low`
    low, high = 0.0, FARTHEST
    while high - low > NEARNESS:
        middle = (low + high) / 2
        ok = is_on_time(middle, rows)
        if num_sure + int(ok.sum()) >= level * num_nights:
            high, rows = middle, rows[ok]
        else:
            num_sure, low, rows = num_sure + int(ok.sum()), middle, rows[~ok]
    return high, (num_sure + len(rows)) / num_nights


def margins_for(level: float, moves: Sequence[SquadDrive], late_by: Floats, spread: TravelSpread) -> Margins:
    """The least margins that give each squad the same chance and all of them at least `level` (0 to 1, below 1).

    `late_by` are the delays on the way from the assembly points (`delays`). Each margin is a quantile of the squad's
    own log-normal drive in whole minutes, rounded up; how many standard deviations out it lies is bisected.
    """
    planned = np.array([move.margin for move in moves], dtype=np.int64)
    ways = np.array([move.minutes for move in moves], dtype=np.float64)

    def at(deviations: float) -> Ints:
        needed = np.ceil(ways * math.expm1(spread.sigma * deviations)).astype(np.int64)
        return np.maximum(planned, needed)

    def is_on_time(deviations: float, rows: Ints) -> Flags:
        late = late_by[rows] > at(deviations)
        return np.asarray(~late.any(axis=1))

    deviations, reached = _least(level, len(late_by), is_on_time)
    margins = at(deviations)
    officers = np.array([move.officers for move in moves], dtype=np.int64)
    minutes = {move.squad: int(margin) for move, margin in zip(moves, margins, strict=True)}
    return Margins(level, reached, minutes, int((officers * (margins - planned)).sum()))


@dataclass(frozen=True, slots=True)
class Leads:
    """Margins at addresses, and how much earlier people leave their bases, that give a level where all drives vary.

    `minutes`: squad -> its margin; `earlier`: squad -> minutes before the planned departure from bases; `price`:
    officer-minutes beyond those of the plan, of both together. `all`: the share of the nights in which all are set.
    """

    level: float
    all: float
    minutes: dict[str, int]
    earlier: dict[str, int]
    price: int


def leads_for(level: float, moves: Sequence[SquadDrive], drawn: Nights, spread: TravelSpread) -> Leads:
    """The least margins and earlier departures that are each the same quantile of their drives and reach the level.

    Who comes from a base leaves so much earlier as its drive of that quantile takes longer than planned, less rest
    and waiting time at the assembly point; the squad's margin is then as `margins_for` has it.
    """
    planned = np.array([move.margin for move in moves], dtype=np.int64)
    ways = np.array([move.minutes for move in moves], dtype=np.float64)
    slacks = [(drive.minutes, drive.rest + move.wait, i) for i, move in enumerate(moves) for drive in move.from_bases]

    def at(deviations: float) -> tuple[Ints, Ints]:
        longer = math.expm1(spread.sigma * deviations)
        earlier = np.zeros(len(moves), dtype=np.int64)
        for minutes, slack, i in slacks:
            earlier[i] = max(earlier[i], math.ceil(minutes * longer - slack))
        return np.maximum(planned, np.ceil(ways * longer).astype(np.int64)), earlier

    def is_on_time(deviations: float, rows: Ints) -> Flags:
        margins, earlier = at(deviations)
        late = drawn.bases[rows]  # a copy, worked on in place: of thousands of squads it is 200 MB
        late -= earlier
        np.maximum(late, 0.0, out=late)
        late += drawn.drives[rows]
        return np.asarray(~(late > margins).any(axis=1))

    deviations, reached = _least(level, len(drawn.drives), is_on_time)
    margins, earlier = at(deviations)
    officers = np.array([move.officers for move in moves], dtype=np.int64)
    squads = [move.squad for move in moves]
    return Leads(
        level,
        reached,
        dict(zip(squads, map(int, margins), strict=True)),
        dict(zip(squads, map(int, earlier), strict=True)),
        int((officers * (margins - planned + earlier)).sum()),
    )
