"""A region's solution as a plan: squads, escort and forensic units by name, joined with the rest."""

from dataclasses import dataclass, replace
from itertools import count, permutations

from planner.needs import FORENSIC_CREW
from planner.operation import Vehicle
from planner.plan import Plan, Stop, Team, Unit
from planner.scenario import Scenario
from planner.solver.doors import Door
from planner.solver.escorts import (
    CustodyDemand,
    EscortColumn,
    EscortSupply,
    add_escorts,
    custody_demands,
    schedule_column,
)
from planner.solver.evidence import Scene, Tour, scenes_of, with_exam, with_tours
from planner.solver.improve.joint import ESCORT, FORENSIC, JointProgram
from planner.solver.interviews import settle_interviews
from planner.solver.missed import with_missed
from planner.solver.model import Solution
from planner.solver.params import IMPROVE
from planner.solver.spare import BasePool
from planner.solver.squads_found import Squad, build_plan, name_squads, rename_team

Cars = dict[str, list[Vehicle]]


@dataclass(frozen=True, slots=True)
class RegionSolution:
    """What a region's program chose, by name; cars by base."""

    squads: list[Squad]
    seconds: dict[str, tuple[Door, str]]  # first site of a squad -> the second one, and where its people are driven
    teams: list[Team]
    ways: list[EscortColumn]
    tours: list[Tour]
    escort_cars: Cars
    forensic_cars: Cars


def read_solution(joint: JointProgram, found: Solution) -> RegionSolution:
    """The solution by name; homes hold only the officers who are kept for escorts or exams."""
    squads, teams, kept = name_squads(joint, found, joint.force.barred)
    ways = [_by(way, kept[ESCORT]) for v, way in joint.ways if found.count(v)]
    tours = [_by_pair(t, kept[FORENSIC]) for v, t in joint.tours if found.count(v)]
    escort_cars = _kept_cars(joint.cars(1, 1), kept[ESCORT])
    forensic_cars = _kept_cars(joint.cars(0, FORENSIC_CREW), kept[FORENSIC])
    return RegionSolution(squads, _seconds(joint, found), teams, ways, tours, escort_cars, forensic_cars)


def _seconds(joint: JointProgram, found: Solution) -> dict[str, tuple[Door, str]]:
    doors = {door.id: door for door in joint.force.doors}
    pairs = [(a, doors[b]) for (a, b), v in joint.follows.items() if found.count(v)]
    return {a: (door, next(c for c in door.custody if found.count(joint.delivers[door.id, c]))) for a, door in pairs}


def _by(way: EscortColumn, kept: set[str]) -> EscortColumn:
    return way if way.home is None else replace(way, home=_only(way.home, kept))


def _by_pair(tour: Tour, kept: set[str]) -> Tour:
    return replace(tour, home=_only(tour.home, kept), other=None if tour.other is None else _only(tour.other, kept))


def _only(home: BasePool, kept: set[str]) -> BasePool:
    return replace(home, officers=tuple(o for o in home.officers if o.id in kept))


def _kept_cars(cars: Cars, kept: set[str]) -> Cars:
    return {base: [v for v in rows if v.id in kept] for base, rows in cars.items()}


def join_region(scenario: Scenario, rest: Plan, mine: RegionSolution) -> Plan:
    """The rest of the plan with what was chosen for the region; times are those of the squads by name."""
    plan = build_plan(scenario, mine.squads, _named_anew(rest, mine))
    plan = replace(rest, teams=(*rest.teams, *plan.teams), units=(*rest.units, *plan.units))
    plan = _followed(scenario, mine, _fetched(scenario, mine, plan))
    return settle_interviews(scenario, _examined(scenario, mine, with_missed(scenario, plan)))


def _named_anew(rest: Plan, mine: RegionSolution) -> list[Team]:
    """The teams under names that no other team has; their squads know it."""
    fresh = (name for n in count(1) if (name := f"T{n:02d}") not in rest.teams_by_id)
    names = {team.id: next(fresh) if team.id in rest.teams_by_id else team.id for team in mine.teams}
    for squad in mine.squads:
        squad.team = names[squad.team]
    return [rename_team(team, names[team.id]) for team in mine.teams]


def _fetched(scenario: Scenario, mine: RegionSolution, plan: Plan) -> Plan:
    """With the escort units that were chosen, as far as they can be in time."""
    held = custody_demands(scenario, plan)
    timed = [way for way in (_timed(scenario, held, way) for way in mine.ways) if way is not None]
    homes = {way.home for way in timed if way.home is not None}
    return add_escorts(plan, held, timed, EscortSupply(tuple(homes), mine.escort_cars))


def _timed(scenario: Scenario, held: dict[str, CustodyDemand], way: EscortColumn) -> EscortColumn | None:
    if way.home is None or any(s not in held for s in way.sites):
        return None
    return schedule_column(scenario, held, way.home, way.tour, way.custody)


def _followed(scenario: Scenario, mine: RegionSolution, plan: Plan) -> Plan:
    """With second raids by the squads whose detainees are fetched."""
    return replace(plan, units=tuple(_with_second(scenario, mine, unit) for unit in plan.units))


def _with_second(scenario: Scenario, mine: RegionSolution, unit: Unit) -> Unit:
    first = unit.stops[-1]
    if first.task != "raid" or first.place not in mine.seconds:
        return unit
    door, custody = mine.seconds[first.place]
    start = first.end + scenario.travel.minutes(first.place, door.id)
    if start > door.latest:
        return unit
    end = start + door.raid_minutes
    there = end + scenario.travel.minutes(door.id, custody)
    intake = scenario.operation.doctrine.intake_minutes
    more = Stop("raid", door.id, start, end), Stop("deliver", custody, there, there + intake, _ids(door))
    return replace(unit, stops=(*unit.stops, *more))


def _ids(door: Door) -> tuple[str, ...]:
    return tuple(s.id for s in door.suspects)


def _examined(scenario: Scenario, mine: RegionSolution, plan: Plan) -> Plan:
    """With the forensic units that were chosen, each exam as soon as they can be there."""
    scenes = scenes_of(scenario, plan)
    tours = [tour for tour in (_again(scenario, scenes, tour) for tour in mine.tours) if tour.stops]
    return with_tours(scenario, plan, scenes, tours, mine.forensic_cars)


def _again(scenario: Scenario, scenes: dict[str, Scene], tour: Tour) -> Tour:
    """The tour over the same scenes, as far as they are reached in time, in the order that costs least."""
    sites = [s.place for s in tour.stops if s.place in scenes]
    orders = permutations(sites) if len(sites) <= IMPROVE.most_ordered else [tuple(sites)]
    return min((_in_order(scenario, scenes, tour, order) for order in orders), key=lambda t: (-len(t.stops), t.cost))


def _in_order(scenario: Scenario, scenes: dict[str, Scene], tour: Tour, sites: tuple[str, ...]) -> Tour:
    found = tour.empty()
    for site in sites:
        found = with_exam(scenario, scenes, found, site) or found
    return found
