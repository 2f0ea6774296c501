"""Ways to custody: the squad drives its own detainees, or an escort unit fetches those of one site or more."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import ceil

from planner.needs import can_share_out, groups_apart
from planner.operation import Officer, Suspect, Vehicle
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import held_cost
from planner.solver.params import DETAINEES
from planner.solver.spare import BasePool, fresh_names, homes, on_duty_until, ready_home

Tour = tuple[tuple[str, ...], ...]
"""Loads of an escort unit in order; each the sites where it picks up before it delivers."""


@dataclass(frozen=True, slots=True)
class CustodyDemand:
    """The detainees of a raided site, with the squad that holds them."""

    site: str
    squad: Unit
    start: int
    end: int
    suspects: tuple[Suspect, ...]
    until: int  # last minute at which the squad may end
    custody: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the suspects."""
        return tuple(s.id for s in self.suspects)


@dataclass(frozen=True, slots=True)
class EscortColumn:
    """A way to bring in the detainees of some sites to one custody place, and what it takes; costs in minutes."""

    sites: tuple[str, ...]
    custody: str
    cost: float
    stops: tuple[Stop, ...]
    home: BasePool | None = None  # None: the squad drives its own
    crew: int = 0
    num_cars: int = 0
    cells: int = 0
    woman: bool = False
    tour: "Tour" = ()
    groups: tuple[tuple[int, ...], ...] = ()  # of each load, the detainees in each group that has its own cars


@dataclass(slots=True)
class EscortSupply:
    """What the ways may take: crews by home, cars by base."""

    homes: tuple[BasePool, ...]
    cars: dict[str, list[Vehicle]]
    near: dict[str, list[BasePool]] = field(default_factory=dict)


def escort_supply(
    scenario: Scenario, officers: Iterable[Officer], cars: dict[str, list[Vehicle]], sites: Collection[str]
) -> EscortSupply:
    """Crews of these officers and cars with cells, with the homes that are nearest to each site."""
    supply = EscortSupply(homes(officers), cars)
    for site in sites:
        way = {h: scenario.travel.minutes(h.base, site) for h in supply.homes if cars.get(h.base)}
        supply.near[site] = sorted(way, key=lambda h: (way[h], h.base, h.available_from))[: DETAINEES.num_near]
    return supply


def custody_demands(scenario: Scenario, plan: Plan) -> dict[str, CustodyDemand]:
    """Site -> its detainees, for every squad that drives all of them from its last raid."""
    suspects = scenario.operation.suspects_by_id
    rows = {}
    for unit in plan.units:
        if unit.kind == "squad" and unit.stops[-1].task == "deliver":
            raid, mine = unit.stops[-2], tuple(suspects[s] for s in unit.stops[-1].suspects)
            until = on_duty_until(scenario, plan, unit.id)
            rows[raid.place] = CustodyDemand(
                raid.place, unit, raid.start, raid.end, mine, until, custody_near(scenario, raid.place)
            )
    return rows


def custody_near(scenario: Scenario, site: str) -> tuple[str, ...]:
    """The nearest custody places that have cells."""
    places = (p.id for p in scenario.operation.places if p.kind == "custody" and p.cells)
    return tuple(sorted(places, key=lambda p: (scenario.travel.minutes(site, p), p))[: DETAINEES.num_custody])


def own_columns(scenario: Scenario, held: CustodyDemand) -> Iterator[EscortColumn]:
    """R13, R17: the ways in which the squad drives its own detainees (seats and cars were seen to with the squad)."""
    d = scenario.operation.doctrine
    for custody in held.custody:
        drive = scenario.travel.minutes(held.site, custody)
        there = held.end + drive
        if there + d.intake_minutes > min(held.until, held.start + d.custody_latest):
            continue
        waiting = len(held.suspects) * held_cost(scenario.operation, there - held.start)
        cost = len(held.squad.officers) * drive + waiting
        yield EscortColumn(
            (held.site,), custody, cost, (Stop("deliver", custody, there, there + d.intake_minutes, held.names),)
        )


def escort_columns(
    scenario: Scenario, held: Mapping[str, CustodyDemand], supply: EscortSupply
) -> Iterator[EscortColumn]:
    """R12 to R17: escort units that pick up at one site or two, in one load or in two."""
    for site, row in held.items():
        others = sorted((s for s in held if s != site), key=lambda s: (scenario.travel.minutes(site, s), s))[
            : DETAINEES.num_near
        ]
        tours: list[Tour] = [((site,),)]
        tours += [((site, other),) for other in others] + [((site,), (other,)) for other in others]
        for home in supply.near[site]:
            for custody in row.custody:
                for tour in tours:
                    way = schedule_column(scenario, held, home, tour, custody)
                    if way is not None and _has_cars(way, supply):
                        yield way


def schedule_column(
    scenario: Scenario, held: Mapping[str, CustodyDemand], home: BasePool, tour: Tour, custody: str
) -> EscortColumn | None:
    """The unit's stops on a tour of loads, each delivered to the custody place; None when a limit is broken."""
    d, travel = scenario.operation.doctrine, scenario.travel.minutes
    first = tour[0][0]
    minute, here = ready_home(scenario, home, first), first
    legs, waiting, stops = travel(home.base, first), 0, []
    for load in tour:
        for site in load:
            legs += travel(here, site)
            minute = max(minute + travel(here, site), held[site].start + d.arrest_minutes)
            stops.append(Stop("pickup", site, minute, minute + d.handover_minutes, held[site].names))
            minute, here = minute + d.handover_minutes, site
            if minute > held[site].until:
                return None
        legs += travel(here, custody)
        minute, here = minute + travel(here, custody), custody
        names = tuple(s for site in load for s in held[site].names)
        stops.append(Stop("deliver", custody, minute, minute + d.intake_minutes, names))
        if minute + d.intake_minutes > min(held[site].start for site in load) + d.custody_latest:
            return None
        waiting += sum(len(held[s].suspects) * held_cost(scenario.operation, minute - held[s].start) for s in load)
        minute += d.intake_minutes
    if minute > home.available_to or minute - stops[0].start > d.duty_max:
        return None
    loads = [[s for site in load for s in held[site].suspects] for load in tour]
    aboard = max(len(load) for load in loads)
    crew = max(d.escort_crew, ceil(d.escorts_per_detainee * aboard))
    woman = any(s.sex == "F" for load in loads for s in load)
    sites = tuple(site for load in tour for site in load)
    groups = tuple(tuple(sorted(groups_apart(scenario.operation, load).values())) for load in loads)
    cost = crew * legs + waiting
    return EscortColumn(
        sites, custody, cost, tuple(stops), home, crew, max(map(len, groups)), aboard, woman, tour, groups
    )


def _has_cars(way: EscortColumn, supply: EscortSupply) -> bool:
    home = way.home
    assert home is not None
    enough = len(home.officers) >= way.crew and way.crew >= way.num_cars
    women = not way.woman or any(o.sex == "F" for o in home.officers)
    return enough and women and pick_cars(way, supply.cars[home.base]) is not None


def pick_cars(way: EscortColumn, cars: list[Vehicle]) -> list[Vehicle] | None:
    """R3, R15, R16: the fewest cars with the cells, seats and separate rooms that the way needs, the smallest first."""
    for number in range(max(1, way.num_cars), min(way.crew, 3) + 1):
        ranked = sorted(cars, key=lambda v: (v.cells, v.seats, v.id))
        for chosen in combinations(ranked, number) if number <= len(ranked) else ():
            is_apart = all(can_share_out(load, [v.cells for v in chosen]) for load in way.groups)
            if is_apart and sum(v.seats for v in chosen) >= way.crew:
                return list(chosen)
    return None


def add_escorts(plan: Plan, held: dict[str, CustodyDemand], ways: list[EscortColumn], supply: EscortSupply) -> Plan:
    """The plan with squads that end with their own delivery or the handover, and the escort units."""
    crews = {home: list(home.officers) for home in supply.homes}
    cars = {base: list(rows) for base, rows in supply.cars.items()}
    squads: dict[str, Unit] = {}
    escorts: list[Unit] = []
    names = fresh_names("E", plan)
    for way in sorted(ways, key=lambda w: (-w.cells, w.sites)):
        if way.home is None:
            unit = held[way.sites[0]].squad
            squads[unit.id] = replace(unit, stops=(*unit.stops[:-1], *way.stops))
            continue
        chosen = pick_cars(way, cars[way.home.base])
        if chosen is None:
            return plan
        cars[way.home.base] = [v for v in cars[way.home.base] if v not in chosen]
        crew = take_crew(crews[way.home], way.crew, way.woman)
        escorts.append(Unit(next(names), "escort", tuple(o.id for o in crew), tuple(v.id for v in chosen), way.stops))
        for stop in way.stops:
            if stop.task == "pickup":
                unit = held[stop.place].squad
                raid = replace(unit.stops[-2], end=max(unit.stops[-2].end, stop.end))
                squads[unit.id] = replace(unit, stops=(*unit.stops[:-2], raid))
    return replace(plan, units=(*(squads.get(u.id, u) for u in plan.units), *escorts))


def take_crew(officers: list[Officer], number: int, woman: bool) -> list[Officer]:
    """So many officers taken from the list: a woman first where one is needed, else men; an interviewer among them."""
    wanted = sorted(officers, key=lambda o: ((o.sex == "F") != woman, "interview" not in o.skills, o.id))[:1]
    rest = sorted((o for o in officers if o not in wanted), key=lambda o: (o.sex == "F", "interview" in o.skills, o.id))
    crew = [*wanted, *rest[: number - 1]]
    officers[:] = [o for o in officers if o not in crew]
    return crew
