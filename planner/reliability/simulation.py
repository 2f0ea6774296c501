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


@dataclass(frozen=True, slots=True)
class Nights:
    """What is drawn of each night (row) for each squad (column), in minutes.

    `drives`: how much longer the drive from the assembly point takes than planned (shorter: negative); `bases`: by how
    much the last of those who come from bases is later than rest and waiting time there make up for, down to minus
    infinity where nobody comes.
    """

    drives: Floats
    bases: Floats

    def late_by(self, earlier: Sequence[int] | None = None) -> Floats:
        """How long after the planned arrival each squad arrives; it waits for those from bases, who leave `earlier`.

        Minutes by squad that they leave their bases earlier than planned; none: as planned.
        """
        found: Floats = self.bases - (0.0 if earlier is None else np.array(earlier, dtype=np.float64))
        np.maximum(found, 0.0, out=found)
        found += self.drives
        return found


def nights(moves: Sequence[SquadDrive], spread: TravelSpread, *, draws: int = DRAWS, seed: int = 0) -> Nights:
    """So many nights; the same arguments give the same figures."""
    chance = np.random.default_rng(seed)
    cities = {city: i for i, city in enumerate(dict.fromkeys(move.city for move in moves))}
    shared = spread.sigma_common * chance.standard_normal((draws, len(cities)))
    drives: Floats = spread.sigma_own * chance.standard_normal((draws, len(moves)))
    drives += shared[:, [cities[move.city] for move in moves]]
    np.expm1(drives, out=drives)  # in place: of thousands of squads each of these is 200 MB
    drives *= np.array([move.minutes for move in moves], dtype=np.float64)
    bases: Floats = np.full(drives.shape, -np.inf)
    for i, move in enumerate(moves):
        of_city = shared[:, cities[move.city]]
        for drive in move.from_bases:
            factor = np.expm1(of_city + spread.sigma_own * chance.standard_normal(draws))
            bases[:, i] = np.maximum(bases[:, i], drive.minutes * factor - drive.rest - move.wait)
    return Nights(drives, bases)


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
    drawn = nights(moves, spread, draws=draws, seed=seed)
    return drawn.late_by() if from_bases else drawn.drives


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
