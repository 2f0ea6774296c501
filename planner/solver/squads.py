"""The first stage: which doors, which officers and vehicles, which team and assembly point."""

from collections import defaultdict
from dataclasses import dataclass

from planner.needs import ready_minute
from planner.operation import Officer, Vehicle
from planner.plan import Plan, Stop, Team, Unit
from planner.scenario import Scenario
from planner.solver.classes import officer_classes, vehicle_classes
from planner.solver.doors import Door, doors
from planner.solver.missed import all_missed
from planner.solver.program import Solution
from planner.solver.progress import Bound, Clock
from planner.solver.squads_program import Force, Slot, SquadsProgram

SUSPECT_WEIGHT = 20_000  # minutes of cost that one step of priority outweighs
EXPOSURE_WEIGHT = 20


@dataclass(slots=True)
class Squad:
    """A squad as the program found it: people and vehicles by name."""

    door: Door
    slot: Slot
    officers: list[Officer]
    vehicles: list[Vehicle]
    custody: str
    team: str = ""


def choose_squads(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """A plan in which every raided site has its squad, its team and its way to custody; each squad drives its own.

    The bound on missed and exposure holds for squads that raid one site each.
    """
    operation = scenario.operation
    if plan.units:
        return plan, Bound()
    force = Force(
        doors(scenario),
        officer_classes(operation, operation.officers),
        vehicle_classes(operation.vehicles),
        operation.max_teams,
        {p.id: p.cells for p in operation.places if p.kind == "custody"},
    )
    on_time = SquadsProgram(scenario, force, is_late=False)
    found = solve(on_time, clock, share=0.8)
    if found is None or not all(found.count(v) for v in on_time.raided.values()):
        late = SquadsProgram(scenario, force, is_late=True)
        later = solve(late, clock, share=0.8)
        if later is not None and (found is None or _rank(late, later) < _rank(on_time, found)):
            return named(late, later), Bound()
    return (plan if found is None else named(on_time, found)), Bound()


def solve(squads: SquadsProgram, clock: Clock, share: float) -> Solution | None:
    """The squads program solved for missed, exposure and cost by weight."""
    return squads.program.minimise(objective(squads), clock, share, reach=20)


def objective(squads: SquadsProgram) -> dict[int, float]:
    """Missed, exposure and cost in one figure, weighted so far apart that they do not mix."""
    weights = defaultdict(float, squads.cost)
    for variable, exposure in squads.exposure.items():
        weights[variable] += EXPOSURE_WEIGHT * exposure
    for door in squads.force.doors:
        weights[squads.raided[door.id]] -= SUSPECT_WEIGHT * door.priority
    return weights


def _rank(squads: SquadsProgram, found: Solution) -> tuple[int, float]:
    missed = -sum(d.priority * found.count(squads.raided[d.id]) for d in squads.force.doors)
    return missed, sum(weight * found.values[v] for v, weight in squads.exposure.items())


def named(squads: SquadsProgram, found: Solution) -> Plan:
    """The counts of the solution as officers and vehicles by name, in teams, each squad on its way."""
    people = {i: list(c.officers) for i, c in enumerate(squads.force.officers)}
    cars = {k: list(c.vehicles) for k, c in enumerate(squads.force.vehicles)}
    chosen = [_squad(squads, found, door, people, cars) for door in squads.force.doors if found.count(squads.raided[door.id])]
    teams = _teams(squads, found, chosen, people)
    return planned(squads.scenario, chosen, teams)


def _squad(
    squads: SquadsProgram, found: Solution, door: Door, people: dict[int, list[Officer]], cars: dict[int, list[Vehicle]]
) -> Squad:
    assembly = next(a for a in door.assemblies if found.count(squads.through[door.id, a]))
    slot = next(s for (site, s), v in squads.member.items() if site == door.id and found.count(v))
    crew = [people[i].pop(0) for i, v in squads.crews[door.id, assembly] for _ in range(found.count(v))]
    brought = [(k, v) for (k, site), v in squads.brought.items() if site == door.id]
    vehicles = [cars[k].pop(0) for k, v in brought for _ in range(found.count(v))]
    custody = next(c for c in door.custody if found.count(squads.delivers[door.id, c]))
    return Squad(door, slot, crew, vehicles, custody)


def _teams(
    squads: SquadsProgram, found: Solution, chosen: list[Squad], people: dict[int, list[Officer]]
) -> list[Team]:
    """Teams with their commanders; the squads of one assembly fall into teams of neighbours."""
    taken = {name for name, _ in squads.stands if name}
    fresh = (name for n in range(1, 10**6) if (name := f"T{n:02d}") not in taken)
    teams = []
    for slot, stands in sorted(squads.stands.items(), key=lambda item: (item[0][1], str(item[0][0]))):
        mine = sorted((s for s in chosen if s.slot == slot), key=lambda s: (s.door.site.lon, s.door.id))
        number = found.count(stands)
        bosses = [people[i].pop(0) for (i, s), v in squads.commands.items() if s == slot for _ in range(found.count(v))]
        for n in range(number):
            part = mine[n * len(mine) // number : (n + 1) * len(mine) // number]
            name = slot[0] if slot[0] and not slot[0].startswith("=") else next(fresh)
            for squad in part:
                squad.team = name
            teams.append(Team(name, bosses[n].id, slot[1], tuple(f"{name}-{i}" for i in range(1, len(part) + 1))))
    return teams


def planned(scenario: Scenario, chosen: list[Squad], teams: list[Team]) -> Plan:
    """The plan of these squads, each raiding as early as its people can be there."""
    units = []
    for team in teams:
        mine = sorted((s for s in chosen if s.team == team.id), key=lambda s: (s.door.site.lon, s.door.id))
        units += [_unit(scenario, name, team, squad) for name, squad in zip(team.units, mine, strict=True)]
    plan = all_missed(scenario)
    gone = {s.id for squad in chosen for s in squad.door.suspects}
    missed = tuple(m for m in plan.missed if m.suspect not in gone)
    return Plan(plan.operation, tuple(teams), tuple(units), (), missed)


def _unit(scenario: Scenario, name: str, team: Team, squad: Squad) -> Unit:
    d, door = scenario.operation.doctrine, squad.door
    drive = scenario.travel.minutes(team.assembly, door.id)
    ready = max(ready_minute(scenario, o, team.assembly) for o in squad.officers)
    start = max(0, door.start or 0, ready + d.brief_minutes + drive)
    end = start + door.raid_minutes
    there = end + scenario.travel.minutes(door.id, squad.custody)
    stops = (
        Stop("muster", team.assembly, start - drive - d.brief_minutes, start - drive),
        Stop("raid", door.id, start, end),
        Stop("deliver", squad.custody, there, there + d.intake_minutes, tuple(s.id for s in door.suspects)),
    )
    return Unit(name, "squad", tuple(o.id for o in squad.officers), tuple(v.id for v in squad.vehicles), stops)
