"""Who fills a gap in a crew: the fewest officers that nobody else has.

Among equals come first those who have lost the parent's orders, and are told anew in any case; then the nearest.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

from planner.needs import FRONT_SEATS, SKILL, ability, can_share_out, meets, ready_minute, shortfall
from planner.operation import Officer, Vehicle
from planner.plan import Kind
from planner.scenario import Scenario
from planner.solver.replan.draft import Draft

Lack = Callable[[list[Officer]], Counter[str]]
"""What a crew lacks: need -> number."""


@dataclass(frozen=True, slots=True)
class CrewDuty:
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


def fill_crew(
    draft: Draft,
    crew: list[Officer],
    lack: Lack,
    where: CrewDuty,
    pool: list[Officer],
    own: Iterable[Vehicle] = (),
) -> list[Officer] | None:
    """The crew with officers of the pool until it lacks nothing; None when they are too few.

    From far away come no more than there are seats in the unit's own vehicles and in those that nobody has.
    """
    crew, pool = list(crew), [o for o in pool if _may_join(draft, o, where)]
    travel, seats = draft.scenario.travel.minutes, Counter[str]()
    for vehicle in [*own, *draft.free_vehicles()]:
        seats[vehicle.base] += vehicle.seats
    kind: Kind = "escort" if where.team is None else "squad"
    able, told = {o.id: ability(draft.scenario.operation, o) for o in pool}, draft.parent_orders
    while missing := lack(crew):
        come = far_officers(draft.scenario, crew, kind, where.place)
        full = {base for base in far_officers(draft.scenario, pool, kind, where.place) if come[base] >= seats[base]}
        pool = [o for o in pool if o.base not in full]
        fit = {o.id: sum(meets(able[o.id], need, where.city) for need in missing) for o in pool}
        best = min(pool, key=lambda o: (-fit[o.id], o.id not in told, travel(o.base, where.place), o.id), default=None)
        if best is None or not fit[best.id]:
            return None
        crew.append(best)
        pool.remove(best)
    return crew


def _may_join(draft: Draft, officer: Officer, where: CrewDuty) -> bool:
    """R4, R11, R20: the officer is there in time and stays, and neither roster nor pin forbids it."""
    teams = draft.bound.get(officer.id, frozenset())
    if teams and teams != {where.team}:
        return False
    if any((officer.id, site) in draft.barred_pairs for site in where.sites):
        return False
    return in_time(draft.scenario, officer, where)


def in_time(scenario: Scenario, officer: Officer, where: CrewDuty) -> bool:
    """R4: the officer is at the place by its start, rested, and available to its end."""
    return ready_minute(scenario, officer, where.place) <= where.start and officer.available_to >= where.end


@dataclass(frozen=True, slots=True)
class Ride:
    """What a unit's vehicles must hold from its first stop on: its crew, and at times these groups of detainees.

    `loads`: the sizes of the groups that are aboard together; a squad has its crew aboard too.
    """

    kind: Kind
    first: str
    loads: tuple[tuple[int, ...], ...] = ()

    def places(self, vehicle: Vehicle) -> int:
        """Detainees for whom the vehicle has a place (R16)."""
        return vehicle.cells if self.kind == "escort" else max(0, vehicle.seats - FRONT_SEATS)

    def suffices(self, crew: list[Officer], chosen: list[Vehicle]) -> bool:
        """R13, R15, R16: seats for the crew, and for the detainees whom a squad drives; for each group its vehicles."""
        beside = max(map(sum, self.loads), default=0) if self.kind == "squad" else 0
        places = [self.places(v) for v in chosen]
        has_seats = sum(v.seats for v in chosen) >= len(crew) + beside
        return has_seats and all(can_share_out(load, places) for load in self.loads)


def far_officers(scenario: Scenario, crew: Iterable[Officer], kind: Kind, first: str) -> Counter[str]:
    """R3: base -> officers of the crew who come from there in the unit's vehicles, not by their own means."""
    most = scenario.operation.doctrine.own_way if kind == "squad" else 0
    return Counter(o.base for o in crew if scenario.travel.minutes(o.base, first) > most)


def choose_vehicles(
    scenario: Scenario, crew: list[Officer], own: Iterable[Vehicle], free: Iterable[Vehicle], ride: Ride
) -> list[Vehicle] | None:
    """R3: vehicles for the ride, each with a driver of its base; its own come first; None: they are too few."""
    drivers, far = Counter(o.base for o in crew), far_officers(scenario, crew, ride.kind, ride.first)
    chosen: list[Vehicle] = []

    def gain(vehicle: Vehicle) -> tuple[int, int, str]:
        is_escort = ride.kind == "escort"
        return (-vehicle.cells if is_escort else vehicle.cells, -vehicle.seats, vehicle.id)

    def left(base: str) -> int:
        return far[base] - sum(v.seats for v in chosen if v.base == base)

    def taken(vehicle: Vehicle) -> None:
        drivers[vehicle.base] -= 1
        chosen.append(vehicle)

    for vehicle in own:
        if drivers[vehicle.base] > 0:
            taken(vehicle)
    spare = sorted(free, key=gain)
    for vehicle in spare:
        if left(vehicle.base) > 0 and drivers[vehicle.base] > 0:
            taken(vehicle)
    for vehicle in spare:
        if vehicle not in chosen and drivers[vehicle.base] > 0 and not ride.suffices(crew, chosen):
            taken(vehicle)
    return chosen if ride.suffices(crew, chosen) and all(left(base) <= 0 for base in far) else None
