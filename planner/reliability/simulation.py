"""Many nights at once: how late each squad would be, and in how many of them all are in position."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.reliability.moves import SquadDrive
from planner.reliability.travel_spread import TravelSpread

DRAWS = 10_000
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SetChances:
    """Shares of the nights, 0 to 1, in which squads are in position when their first raids start.

    `gain`: squad -> by how much `all` would rise if this squad alone were certain.
    """

    all: float
    squads: dict[str, float]
    teams: dict[str, float]
    gain: dict[str, float]


def delays(
    moves: Sequence[SquadDrive],
    spread: TravelSpread,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    from_bases: bool = False,
) -> Floats:
    """Minutes that each squad (column) arrives after its planned arrival in each night (row); before it: negative.

    Every squad leaves its assembly point as planned. With `from_bases` it leaves when all who come from bases, which
    they leave as planned, are there and briefed; a delay uses up the rest after a long drive and the wait at the
    assembly point first. The same arguments give the same figures.
    """
    chance = np.random.default_rng(seed)
    cities = {city: i for i, city in enumerate(dict.fromkeys(move.city for move in moves))}
    shared = spread.sigma_common * chance.standard_normal((draws, len(cities)))
    of_city = shared[:, [cities[move.city] for move in moves]]
    own = spread.sigma_own * chance.standard_normal((draws, len(moves)))
    found: Floats = np.expm1(of_city + own) * np.array([move.minutes for move in moves], dtype=np.float64)
    if from_bases:
        for i, move in enumerate(moves):
            found[:, i] += _delay_at_assembly(move, of_city[:, i], spread, chance)
    return found


def _delay_at_assembly(move: SquadDrive, of_city: Floats, spread: TravelSpread, chance: np.random.Generator) -> Floats:
    """Minutes that the squad leaves its assembly point later than planned, in each night."""
    latest: Floats = np.zeros(len(of_city))
    for drive in move.from_bases:
        factor = np.expm1(of_city + spread.sigma_own * chance.standard_normal(len(of_city)))
        latest = np.maximum(latest, drive.minutes * factor - drive.rest)
    waited: Floats = np.maximum(0.0, latest - move.wait)
    return waited


def set_chances(moves: Sequence[SquadDrive], late_by: Floats, margins: Sequence[int] | None = None) -> SetChances:
    """The chances where the squads arrive so late (`delays`), with their planned margins or with these (minutes)."""
    given = [move.margin for move in moves] if margins is None else margins
    late = late_by > np.array(given, dtype=np.float64)
    num_late = late.sum(axis=1)
    alone = late[num_late == 1].sum(axis=0) / len(late)
    team_of = np.array([move.team for move in moves])
    return SetChances(
        float((num_late == 0).mean()),
        {move.squad: float(one) for move, one in zip(moves, 1 - late.mean(axis=0), strict=True)},
        {
            team: float((~late[:, team_of == team].any(axis=1)).mean())
            for team in dict.fromkeys(move.team for move in moves)
        },
        {move.squad: float(one) for move, one in zip(moves, alone, strict=True)},
    )
