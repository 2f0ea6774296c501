"""The third stage: each squad drives its detainees itself or hands them to an escort unit; to which custody place."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import ceil

from planner.needs import groups_apart
from planner.operation import Officer, Suspect, Vehicle
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.solver.interviews import better, with_interviews
from planner.solver.program import IntegerProgram, Solution
from planner.solver.progress import Bound, Clock
from planner.solver.spare import Home, free_officers, free_vehicles, homes, on_duty_until, ready_home

DETAINEE_WEIGHT = 3
NUM_NEAR = 6  # homes, and further sites, that an escort unit may come from or go on to: the nearest
NUM_CUSTODY = 3


@dataclass(frozen=True, slots=True)
class Held:
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
class Way:
    """A way to bring in the detainees of some sites to one custody place, and what it takes; costs in minutes."""

    sites: tuple[str, ...]
    custody: str
    cost: float
    stops: tuple[Stop, ...]
    home: Home | None = None  # None: the squad drives its own
    crew: int = 0
    num_cars: int = 0
    cells: int = 0
    woman: bool = False


@dataclass(slots=True)
class Market:
    """What the ways may take: crews by home, cars by base."""

    homes: tuple[Home, ...]
    cars: dict[str, list[Vehicle]]
    near: dict[str, list[Home]] = field(default_factory=dict)


def bring_in(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The same raids, with the ways to custody that cost least together, waiting for an interview room included."""
    held = held_at_sites(scenario, plan)
    market = _market(scenario, plan, held)
    ways = [way for row in held.values() for way in own_ways(scenario, row)]
    own = {site: min((w.cost for w in ways if w.sites == (site,)), default=10.0**6) for site in held}
    ways += [w for w in escort_ways(scenario, held, market) if w.cost < sum(own[s] for s in w.sites)]
    found = _choose(scenario, held, ways, market, clock)
    if found is None:
        return plan, Bound()
    return better(scenario, plan, with_interviews(scenario, _with_ways(plan, held, found, market))), Bound()


def held_at_sites(scenario: Scenario, plan: Plan) -> dict[str, Held]:
    """Site -> its detainees, for every squad that drives all of them from its last raid."""
    suspects = scenario.operation.suspects_by_id
    rows = {}
    for unit in plan.units:
        if unit.kind == "squad" and unit.stops[-1].task == "deliver":
            raid, mine = unit.stops[-2], tuple(suspects[s] for s in unit.stops[-1].suspects)
            until = on_duty_until(scenario, plan, unit.id)
            rows[raid.place] = Held(raid.place, unit, raid.start, raid.end, mine, until, _custody(scenario, raid.place))
    return rows


def _custody(scenario: Scenario, site: str) -> tuple[str, ...]:
    places = (p.id for p in scenario.operation.places if p.kind == "custody" and p.cells)
    return tuple(sorted(places, key=lambda p: (scenario.travel.minutes(site, p), p))[:NUM_CUSTODY])


def own_ways(scenario: Scenario, held: Held) -> Iterator[Way]:
    """R13, R17: the ways in which the squad drives its own detainees (seats and cars were seen to with the squad)."""
    d = scenario.operation.doctrine
    for custody in held.custody:
        drive = scenario.travel.minutes(held.site, custody)
        there = held.end + drive
        if there + d.intake_minutes > min(held.until, held.start + d.custody_latest):
            continue
        cost = len(held.squad.officers) * drive + DETAINEE_WEIGHT * len(held.suspects) * (there - held.start)
        yield Way((held.site,), custody, cost, (Stop("deliver", custody, there, there + d.intake_minutes, held.names),))


def _market(scenario: Scenario, plan: Plan, held: dict[str, Held]) -> Market:
    """Free officers and cars with cells; forensic officers are kept for the exams."""
    sites = scenario.operation.sites_by_id
    keep = any(sites[site].exam for site in held)
    crews = homes(o for o in free_officers(scenario, plan) if not keep or "forensics" not in o.skills)
    market = Market(crews, free_vehicles(scenario, plan, lambda v: v.cells > 0))
    for site in held:
        way = {h: scenario.travel.minutes(h.base, site) for h in crews if market.cars.get(h.base)}
        market.near[site] = sorted(way, key=lambda h: (way[h], h.base, h.available_from))[:NUM_NEAR]
    return market


def escort_ways(scenario: Scenario, held: dict[str, Held], market: Market) -> Iterator[Way]:
    """R12 to R17: escort units that pick up at one site or two, in one load or in two."""
    for site, row in held.items():
        others = sorted((s for s in held if s != site), key=lambda s: (scenario.travel.minutes(site, s), s))[:NUM_NEAR]
        tours: list[tuple[tuple[str, ...], ...]] = [((site,),)]
        tours += [((site, other),) for other in others] + [((site,), (other,)) for other in others]
        for home in market.near[site]:
            for custody in row.custody:
                for tour in tours:
                    way = _escort(scenario, held, home, tour, custody)
                    if way is not None and _has_cars(way, market):
                        yield way


def _escort(
    scenario: Scenario, held: dict[str, Held], home: Home, tour: tuple[tuple[str, ...], ...], custody: str
) -> Way | None:
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
        waiting += sum(len(held[site].suspects) * (minute - held[site].start) for site in load)
        minute += d.intake_minutes
    if minute > home.available_to or minute - stops[0].start > d.duty_max:
        return None
    loads = [[s for site in load for s in held[site].suspects] for load in tour]
    aboard = max(len(load) for load in loads)
    crew = max(d.escort_crew, ceil(d.escorts_per_detainee * aboard))
    apart = max(len(groups_apart(scenario.operation, load)) for load in loads)
    woman = any(s.sex == "F" for load in loads for s in load)
    sites = tuple(site for load in tour for site in load)
    return Way(sites, custody, crew * legs + DETAINEE_WEIGHT * waiting, tuple(stops), home, crew, apart, aboard, woman)


def _has_cars(way: Way, market: Market) -> bool:
    home = way.home
    assert home is not None
    enough = len(home.officers) >= way.crew and way.crew >= way.num_cars
    women = not way.woman or any(o.sex == "F" for o in home.officers)
    return enough and women and pick_cars(way, market.cars[home.base]) is not None


def pick_cars(way: Way, cars: list[Vehicle]) -> list[Vehicle] | None:
    """R3, R15, R16: the fewest cars with the cells, seats and separate rooms that the way needs, the smallest first."""
    for number in range(max(1, way.num_cars), min(way.crew, 3) + 1):
        ranked = sorted(cars, key=lambda v: (v.cells, v.seats, v.id))
        for chosen in combinations(ranked, number) if number <= len(ranked) else ():
            if sum(v.cells for v in chosen) >= way.cells and sum(v.seats for v in chosen) >= way.crew:
                return list(chosen)
    return None


def _choose(
    scenario: Scenario, held: dict[str, Held], ways: list[Way], market: Market, clock: Clock
) -> list[Way] | None:
    """The ways that cost least together: each site once, within crews, cars and cells."""
    program = IntegerProgram()
    takes = [program.variable() for _ in ways]
    cost = {v: float(way.cost) for v, way in zip(takes, ways, strict=True)}
    for site in held:
        program.require([(v, 1.0) for v, w in zip(takes, ways, strict=True) if site in w.sites], 1, 1)
    for home in market.homes:
        mine = [(v, w) for v, w in zip(takes, ways, strict=True) if w.home == home]
        program.require([(v, float(w.crew)) for v, w in mine], upper=len(home.officers))
        program.require([(v, 1.0) for v, w in mine if w.woman], upper=sum(o.sex == "F" for o in home.officers))
    for base, cars in market.cars.items():
        mine = [(v, w) for v, w in zip(takes, ways, strict=True) if w.home is not None and w.home.base == base]
        for least in sorted({w.cells for _, w in mine}):
            able = sum(car.cells >= least for car in cars)
            program.require([(v, float(max(1, w.num_cars))) for v, w in mine if w.cells >= least], upper=able)
    _wait_for_rooms(scenario, held, ways, takes, program, cost)
    found = program.minimise(cost, clock, share=0.5)
    return None if found is None else _taken(found, takes, ways)


def _wait_for_rooms(
    scenario: Scenario,
    held: dict[str, Held],
    ways: list[Way],
    takes: list[int],
    program: IntegerProgram,
    cost: dict[int, float],
) -> None:
    """R17: cells; and the more detainees than rooms at a place, the longer they wait for the interview."""
    d, arrivals = scenario.operation.doctrine, defaultdict(list)
    for v, way in zip(takes, ways, strict=True):
        arrivals[way.custody].append((v, float(sum(len(held[s].suspects) for s in way.sites))))
    for place, terms in arrivals.items():
        row = scenario.operation.places_by_id[place]
        program.require(terms, upper=row.cells)
        turns = [program.quantity(row.rooms) for _ in range(ceil(row.cells / row.rooms))] if row.rooms else []
        for n, turn in enumerate(turns):
            cost[turn] = n * d.interview_minutes
        if turns:
            program.require([*terms, *((t, -1.0) for t in turns)], upper=0)


def _taken(found: Solution, takes: list[int], ways: list[Way]) -> list[Way]:
    return [way for v, way in zip(takes, ways, strict=True) if found.count(v)]


def _with_ways(plan: Plan, held: dict[str, Held], ways: list[Way], market: Market) -> Plan:
    """The plan with squads that end with their own delivery or the handover, and the escort units."""
    crews = {home: list(home.officers) for home in market.homes}
    cars = {base: list(rows) for base, rows in market.cars.items()}
    squads: dict[str, Unit] = {}
    escorts: list[Unit] = []
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
        name = f"E{len(escorts) + 1:02d}"
        escorts.append(Unit(name, "escort", tuple(o.id for o in crew), tuple(v.id for v in chosen), way.stops))
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
