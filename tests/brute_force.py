"""Every plan of a tiny operation, tried one after the other: the best that keeps every rule.

For operations of one base, one assembly point and one team at most, with cars that are all alike: who serves where, in
which order squads, escorts and forensic officers go, who drives whose detainees where, who interviews whom and when.
All who are arrested at one site ride together; every stop is as early as it can be, raids also at the window's end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product
from typing import Any

from planner.needs import chargeable_by_site, raid_minutes, ready_minute, set_minutes
from planner.operation import Site
from planner.plan import Interview, Plan, Stop, Team, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.score import NO_INTERVIEW, Score, arrests, score
from planner.solver.missed import empty_plan

ROLES = ("idle", "command", "Q1", "Q2", "E", "F")
Route = tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """Who does what in which order, without minutes."""

    crews: Mapping[str, Route]  # role -> officers
    raids: Mapping[str, Route]  # squad -> sites
    custody: Mapping[str, str]  # site -> custody place
    rides: tuple[tuple[str, str], ...]  # the escort's stops: ("pickup", site) or ("deliver", place)
    exams: Route
    starts: tuple[str, ...]  # squad by squad: "soon" or "window"


def best_plan(scenario: Scenario) -> Plan:
    """The best plan found that breaks no rule."""
    best = empty_plan(scenario)
    least = score(scenario, best)
    for outline in outlines(scenario):
        bare = timed(scenario, outline)
        if bare is None or hopeless(scenario, bare, least):
            continue
        for plan in with_interviews(scenario, bare):
            found = score(scenario, plan)
            if found < least and not check(scenario, plan):
                best, least = plan, found
    return best


def hopeless(scenario: Scenario, bare: Plan, least: Score) -> bool:
    """True when no interviews make the plan better than the best, or it breaks a rule already."""
    found = score(scenario, bare)
    hoped = replace(found, cost=found.cost - NO_INTERVIEW * len(arrests(scenario, bare)))
    return hoped >= least or bool(check(scenario, bare))


def outlines(scenario: Scenario) -> Iterator[Outline]:
    """Every way to share the officers and to order the stops."""
    operation = scenario.operation
    sites = sorted(chargeable_by_site(operation))
    places = [p.id for p in operation.places if p.kind == "custody"]
    for roles in product(ROLES, repeat=len(operation.officers)):
        crews = {r: tuple(o.id for o, mine in zip(operation.officers, roles, strict=True) if mine == r) for r in ROLES}
        squads = [q for q in ("Q1", "Q2") if crews[q]]
        units = len(squads) + bool(crews["E"]) + bool(crews["F"])
        if len(crews["command"]) != 1 or not crews["Q1"] or len(crews["F"]) == 1 or units > len(operation.vehicles):
            continue
        for raids in shared_sites(sites, squads):
            raided = [s for route in raids.values() for s in route]
            for custody in product(places, repeat=len(raided)):
                where = dict(zip(raided, custody, strict=True))
                for rides in rides_of_escort(raids, where, crews["E"]):
                    for exams in exam_routes(operation.sites_by_id, raided, crews["F"]):
                        for starts in product(("soon", "window"), repeat=len(squads)):
                            yield Outline(crews, raids, where, rides, exams, starts)


def shared_sites(sites: list[str], squads: list[str]) -> Iterator[dict[str, Route]]:
    """Every way to give each squad one site or several, in order."""
    for number in range(len(squads), len(sites) + 1):
        for order in permutations(sites, number):
            if len(squads) == 1:
                yield {squads[0]: order}
                continue
            for cut in range(1, number):
                yield {squads[0]: order[:cut], squads[1]: order[cut:]}


def rides_of_escort(
    raids: Mapping[str, Route], where: Mapping[str, str], crew: Route
) -> Iterator[tuple[tuple[str, str], ...]]:
    """The escort's stops for every set of sites whose detainees it takes: all but those of a squad's last raid must."""
    last = {route[-1] for route in raids.values()}
    must = [s for route in raids.values() for s in route[:-1]]
    for more in (c for n in range(len(last) + 1) for c in combinations(sorted(last), n)):
        taken = [*must, *more]
        if bool(taken) != bool(crew):
            continue
        if not taken:
            yield ()
        for order in permutations(taken):
            yield tuple(stop for s in order for stop in (("pickup", s), ("deliver", where[s])))
            if len(order) == 2:
                ends = dict.fromkeys(where[s] for s in order)
                for drops in permutations(ends):
                    yield (("pickup", order[0]), ("pickup", order[1]), *(("deliver", p) for p in drops))


def exam_routes(sites: Mapping[str, Site], raided: list[str], crew: Route) -> Iterator[Route]:
    """Every order of exams, of all of the marked sites or of some."""
    marked = [s for s in raided if sites[s].exam]
    if not crew:
        yield ()
        return
    for number in range(1, len(marked) + 1):
        yield from permutations(marked, number)


def timed(scenario: Scenario, outline: Outline) -> Plan | None:
    """The plan with every stop as early as it can be; None when the stops wait for each other in a circle."""
    ends: dict[str, int] = {}
    for _ in range(12):
        units = _units(scenario, outline, ends)
        told = _ends_of_raids(scenario, units)
        if told == ends:
            break
        ends = told
    else:
        return None
    operation = scenario.operation
    team = Team("T1", outline.crews["command"][0], _assembly(scenario), tuple(outline.raids))
    raided = {s for route in outline.raids.values() for s in route}
    home = operation.suspects_by_id
    missed = tuple(
        m for m in empty_plan(scenario).missed if home[m.suspect].site not in raided or m.reason == "no-warrant"
    )
    cars = [v.id for v in operation.vehicles]
    return Plan(
        operation.id,
        (team,),
        tuple(replace(unit, vehicles=(car,)) for unit, car in zip(units, cars, strict=False)),
        (),
        missed,
    )


def _assembly(scenario: Scenario) -> str:
    return next(p.id for p in scenario.operation.places if p.kind == "assembly")


def _ends_of_raids(scenario: Scenario, units: list[Unit]) -> dict[str, int]:
    """Site -> when the squad may leave: the search is done, detainees and scene are handed over."""
    operation, ends = scenario.operation, dict[str, Any]()
    for stop in (s for u in units for s in u.stops):
        if stop.task == "raid":
            least = stop.start + raid_minutes(operation, operation.sites_by_id[stop.place])
        elif stop.task in ("pickup", "exam"):
            least = stop.end if stop.task == "pickup" else stop.start
        else:
            continue
        ends[stop.place] = max(ends.get(stop.place, least), least)
    return ends


def _units(scenario: Scenario, outline: Outline, ends: Mapping[str, int]) -> list[Unit]:
    operation, d, way = scenario.operation, scenario.operation.doctrine, scenario.travel.minutes
    at, raided = chargeable_by_site(operation), {}
    taken = {place for task, place in outline.rides if task == "pickup"}
    assembly, units = _assembly(scenario), []
    for (squad, route), when in zip(outline.raids.items(), outline.starts, strict=True):
        people = (*outline.crews[squad], *outline.crews["command"])
        ready = max(ready_minute(scenario, operation.officers_by_id[o], assembly) for o in people)
        drive = way(assembly, route[0]) + set_minutes(operation, operation.sites_by_id[route[0]])
        start = max(0 if when == "soon" else d.strike_window, ready + d.brief_minutes + drive)
        stops = [Stop("muster", assembly, start - drive - d.brief_minutes, start - drive)]
        for site in route:
            begins = start if len(stops) == 1 else stops[-1].end + way(stops[-1].place, site)
            end = max(begins + raid_minutes(operation, operation.sites_by_id[site]), ends.get(site, begins))
            stops.append(Stop("raid", site, begins, end))
            raided[site] = begins
        if route[-1] not in taken:
            place = outline.custody[route[-1]]
            begins = stops[-1].end + way(route[-1], place)
            stops.append(Stop("deliver", place, begins, begins + d.intake_minutes, tuple(s.id for s in at[route[-1]])))
        units.append(Unit(squad, "squad", outline.crews[squad], (), tuple(stops)))
    if outline.rides:
        units.append(_escort(scenario, outline, raided))
    if outline.exams:
        stops = []
        for site in outline.exams:
            start = raided[site] + d.arrest_minutes
            if stops:
                start = max(start, stops[-1].end + way(stops[-1].place, site))
            stops.append(Stop("exam", site, start, start + d.exam_minutes))
        units.append(Unit("F", "forensic", outline.crews["F"], (), tuple(stops)))
    return units


def _escort(scenario: Scenario, outline: Outline, raided: Mapping[str, int]) -> Unit:
    operation, d, way = scenario.operation, scenario.operation.doctrine, scenario.travel.minutes
    at, stops, aboard = chargeable_by_site(operation), list[Any](), []
    for task, place in outline.rides:
        begins = stops[-1].end + way(stops[-1].place, place) if stops else -10_000
        if task == "pickup":
            begins = max(begins, raided[place] + d.arrest_minutes)
            stops.append(Stop("pickup", place, begins, begins + d.handover_minutes, tuple(s.id for s in at[place])))
            aboard.append(place)
        else:
            here = tuple(s.id for site in aboard if outline.custody[site] == place for s in at[site])
            aboard = [site for site in aboard if outline.custody[site] != place]
            stops.append(Stop("deliver", place, begins, begins + d.intake_minutes, here))
    return Unit("E", "escort", outline.crews["E"], (), tuple(stops))


def with_interviews(scenario: Scenario, bare: Plan) -> Iterator[Plan]:
    """The plan with every choice of interviews: in what order, by whom, or none."""
    people = [o.id for o in scenario.operation.officers]
    pairs = [None, *combinations(people, 2)]
    taken = sorted(arrests(scenario, bare))
    for order in permutations(taken):
        for chosen in product(pairs, repeat=len(order)):
            yield _interviewed(scenario, bare, tuple(zip(order, chosen, strict=True)))


def _interviewed(scenario: Scenario, bare: Plan, chosen: tuple[tuple[str, Route | None], ...]) -> Plan:
    operation, d, way = scenario.operation, scenario.operation.doctrine, scenario.travel.minutes
    free: dict[str, tuple[int, str]] = {}
    for unit in bare.units:
        free |= dict.fromkeys(unit.officers, (unit.stops[-1].end, unit.stops[-1].place))
    for team in bare.teams:
        squads = [u for u in bare.units if u.kind == "squad"]
        free[team.commander] = max(u.stops[-1].end for u in squads), team.assembly
    rooms: dict[str, int] = {}
    talks: list[Any] = []
    for suspect, pair in chosen:
        if pair is None:
            continue
        _, delivery = bare.deliveries_by_suspect[suspect]
        start = max(delivery.end, rooms.get(delivery.place, delivery.end))
        for officer in pair:
            if officer in free:
                since, here = free[officer]
                pause = d.interview_break if any(officer in talk.officers for talk in talks) else 0
                start = max(start, since + max(pause, way(here, delivery.place)))
            else:
                start = max(start, ready_minute(scenario, operation.officers_by_id[officer], delivery.place))
        end = start + d.interview_minutes
        rooms[delivery.place] = end
        free |= dict.fromkeys(pair, (end, delivery.place))
        talks.append(Interview(suspect, delivery.place, 1, start, end, pair))
    return replace(bare, interviews=tuple(talks))
