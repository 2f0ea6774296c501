"""Who fills a gap in a crew: the fewest officers that nobody else has, the nearest among equals."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

from planner.needs import SKILL, is_local, ready_minute, shortfall
from planner.operation import Officer, Vehicle
from planner.scenario import Scenario
from planner.solver.replan.draft import Draft

Lack = Callable[[list[Officer]], Counter[str]]
"""What a crew lacks: need -> number."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a crew comes together, when at the latest, and until when it serves; `team` is None outside teams."""

    place: str
    start: int
    end: int
    city: str
    team: str | None
    sites: tuple[str, ...] = ()


def squad_lack(draft: Draft, sites: Iterable[str], num_driven: int) -> Lack:
    """What a crew lacks for these sites, and to drive so many detainees itself (R10, R13)."""
    operation, names = draft.scenario.operation, tuple(sites)

    def lack(crew: list[Officer]) -> Counter[str]:
        most: Counter[str] = Counter()
        for site in names:
            most |= Counter(shortfall(operation, operation.sites_by_id[site], draft.suspects.get(site, ()), crew))
        drives = ceil(operation.doctrine.self_escort_ratio * num_driven) - len(crew)
        return most | Counter({"officers": max(0, drives)})

    return lack


def crew_lack(size: int, *, skill: str = "", woman: bool = False) -> Lack:
    """What a crew of so many officers lacks: all with the skill, a woman among them."""

    def lack(crew: list[Officer]) -> Counter[str]:
        wanted = Counter(
            {SKILL + skill if skill else "officers": size - sum(not skill or skill in o.skills for o in crew)}
        )
        wanted["woman"] = int(woman) - sum(o.sex == "F" for o in crew)
        return +wanted

    return lack


def filled(draft: Draft, crew: list[Officer], lack: Lack, where: Place, pool: list[Officer]) -> list[Officer] | None:
    """The crew with officers of the pool until it lacks nothing; None when they are too few."""
    crew, pool = list(crew), [o for o in pool if _may_join(draft, o, where)]
    travel = draft.scenario.travel.minutes
    while missing := lack(crew):
        fit = {o.id: sum(_helps(draft.scenario, o, need, where.city) for need in missing) for o in pool}
        best = min(pool, key=lambda o: (-fit[o.id], travel(o.base, where.place), o.id), default=None)
        if best is None or not fit[best.id]:
            return None
        crew.append(best)
        pool.remove(best)
    return crew


def _may_join(draft: Draft, officer: Officer, where: Place) -> bool:
    """R4, R11, R20: the officer is there in time and stays, and neither roster nor pin forbids it."""
    teams = draft.bound.get(officer.id, frozenset())
    if teams and teams != {where.team}:
        return False
    if any((officer.id, site) in draft.barred for site in where.sites):
        return False
    return in_time(draft.scenario, officer, where)


def in_time(scenario: Scenario, officer: Officer, where: Place) -> bool:
    """R4: the officer is at the place by its start, rested, and available to its end."""
    return ready_minute(scenario, officer, where.place) <= where.start and officer.available_to >= where.end


def _helps(scenario: Scenario, officer: Officer, need: str, city: str) -> bool:
    """True when the officer is one of those that the crew lacks."""
    match need:
        case "officers":
            return True
        case "lead":
            return officer.rank >= scenario.operation.doctrine.lead_rank
        case "local":
            return is_local(scenario.operation, officer, city)
        case "woman":
            return officer.sex == "F"
        case _:
            return need.removeprefix(SKILL) in officer.skills


def driven(
    crew: list[Officer], own: Iterable[Vehicle], free: Iterable[Vehicle], seats: int, cells: int, number: int
) -> list[Vehicle] | None:
    """R3: vehicles with these seats and cells, so many at least, each with a driver of its base; its own come first."""
    drivers = Counter(o.base for o in crew)
    chosen: list[Vehicle] = []

    def enough() -> bool:
        has_room = sum(v.seats for v in chosen) >= seats and sum(v.cells for v in chosen) >= cells
        return has_room and len(chosen) >= number

    def gain(vehicle: Vehicle) -> tuple[int, int, str]:
        return (-vehicle.cells if cells else vehicle.cells, -vehicle.seats, vehicle.id)

    for vehicle in [*own, *sorted(free, key=gain)]:
        is_own = vehicle in own
        if drivers[vehicle.base] > 0 and (is_own or not enough()):
            drivers[vehicle.base] -= 1
            chosen.append(vehicle)
    return chosen if enough() else None
