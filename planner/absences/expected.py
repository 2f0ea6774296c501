"""How many raids at second addresses are to be expected, city by city, and the reserve that they take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.absences.branches import Absence, squad_size
from planner.plan import Plan
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class CityNeed:
    """Raids at second addresses in a city.

    `expected`: their mean number; `most`: so many at most in a share of at least `level` of the nights; `num_suspects`:
    who may be there, `num_alone` of them such that their own squad can go; `most_reserve`: raids that are left to a
    reserve, at most, at the same level; `officers`: what these take at most; `free`: officers of the city's bases who
    have no part in the plan.
    """

    city: str
    level: float
    expected: float
    most: int
    num_suspects: int
    num_alone: int
    most_reserve: int
    officers: int
    free: int


def number_chances(chances: Iterable[float]) -> list[float]:
    """Probability that 0, 1, 2, ... of independent events with these chances happen (Poisson-binomial, exact)."""
    found = [1.0]
    for chance in chances:
        found = [
            (found[n] if n < len(found) else 0.0) * (1 - chance) + (found[n - 1] if n else 0.0) * chance
            for n in range(len(found) + 1)
        ]
    return found


def quantile(distribution: Sequence[float], level: float) -> int:
    """The least number that is not exceeded with at least this probability (0 to 1)."""
    total = 0.0
    for number, chance in enumerate(distribution):
        total += chance
        if total >= level - 1e-12:
            return number
    return len(distribution) - 1


def city_needs(
    scenario: Scenario, plan: Plan, rows: Sequence[Absence], level: float = 0.95, assumed: float = 0.0
) -> tuple[CityNeed, ...]:
    """For each city with second addresses, in the order of the alphabet; absences are independent of each other.

    `assumed`: the chance (0 to 1) that a suspect for whom nobody gave one is at the further address, shared equally
    where there are several: an assumption of who asks, of which nothing is known here. Chances of one suspect that
    add up to more than 1 count in proportion.
    """
    operation = scenario.operation
    weights = _weights(rows, assumed)
    busy = {officer for unit in plan.units for officer in unit.officers} | {team.commander for team in plan.teams}
    cities: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        if not row.raided_by:
            cities.setdefault(operation.sites_by_id[row.other].city, []).append(i)
    found = []
    for city in sorted(cities):
        mine = cities[city]
        every, reserve = _by_suspect(rows, weights, mine), [i for i in mine if not rows[i].can_go]
        most = quantile(number_chances(_by_suspect(rows, weights, reserve).values()), level)
        sizes: dict[str, int] = {}
        for i in reserve:
            site, suspect = operation.sites_by_id[rows[i].other], operation.suspects_by_id[rows[i].suspect]
            sizes[suspect.id] = max(sizes.get(suspect.id, 0), squad_size(operation, site, suspect))
        bases = {place.id for place in operation.places if place.city == city}
        found.append(
            CityNeed(
                city=city,
                level=level,
                expected=sum(every.values()),
                most=quantile(number_chances(every.values()), level),
                num_suspects=len(every),
                num_alone=len(every) - len(sizes),
                most_reserve=most,
                officers=sum(sorted(sizes.values(), reverse=True)[:most]),
                free=sum(officer.base in bases and officer.id not in busy for officer in operation.officers),
            )
        )
    return tuple(found)


def _by_suspect(rows: Sequence[Absence], weights: Sequence[float], chosen: Iterable[int]) -> dict[str, float]:
    """Suspect -> chance of being at one of the chosen addresses: a person is at one of them at most."""
    found: dict[str, float] = {}
    for i in chosen:
        found[rows[i].suspect] = found.get(rows[i].suspect, 0.0) + weights[i]
    return found


def _weights(rows: Sequence[Absence], assumed: float) -> list[float]:
    """The chance of each row, as given or assumed."""
    unknown: dict[str, int] = {}
    known: dict[str, float] = {}
    for row in rows:
        if row.chance is None:
            unknown[row.suspect] = unknown.get(row.suspect, 0) + 1
        else:
            known[row.suspect] = known.get(row.suspect, 0.0) + row.chance
    found = []
    for row in rows:
        if row.chance is not None:
            found.append(row.chance / max(1.0, known[row.suspect]))
        else:
            found.append(0.0 if row.suspect in known else assumed / unknown[row.suspect])
    return found
