"""What the squads' program found, by name: squads, teams, and the plan in which each squad drives its own detainees."""

from collections import defaultdict
from dataclasses import dataclass, replace

from planner.needs import ready_minute
from planner.operation import Officer, SiteInTeam, Vehicle
from planner.plan import Plan, Stop, Team, Unit
from planner.scenario import Scenario
from planner.solver.classes import bound_teams
from planner.solver.doors import Door, to_first_raid
from planner.solver.missed import empty_plan
from planner.solver.model import Solution
from planner.solver.params import PROGRAMS, SQUADS
from planner.solver.progress import Clock
from planner.solver.squads_program import SquadsProgram
from planner.solver.squads_variables import Slot


@dataclass(slots=True)
class Squad:
    """A squad as the program found it: people and vehicles by name."""

    door: Door
    slot: Slot
    officers: list[Officer]
    vehicles: list[Vehicle]
    custody: str
    team: str = ""


def solve(
    squads: SquadsProgram,
    clock: Clock,
    share: float,
    enough: float = SQUADS.suspect_weight / 2,
    gap: float = PROGRAMS.gap,
) -> Solution | None:
    """The squads program solved for missed, exposure and cost by weight."""
    return squads.program.minimise(objective(squads), clock, share, reach=SQUADS.reach, enough=enough, gap=gap)


def objective(squads: SquadsProgram) -> dict[int, float]:
    """Missed, exposure and cost in one figure, weighted so far apart that they do not mix."""
    weights = defaultdict(float, squads.cost)
    for variable, exposure in squads.exposure.items():
        weights[variable] += SQUADS.exposure_weight * exposure
    for door in squads.force.doors:
        weights[squads.raided[door.id]] -= SQUADS.suspect_weight * door.priority
    return weights


def rank(squads: SquadsProgram, found: Solution) -> tuple[int, float]:
    """Missed and exposure of what was found, for comparing: a lower one wins."""
    missed = -sum(d.priority * found.count(squads.raided[d.id]) for d in squads.force.doors)
    return missed, sum(weight * found.values[v] for v, weight in squads.exposure.items())


def name_squads(
    squads: SquadsProgram, found: Solution, taken: frozenset[str] | set[str] = frozenset()
) -> tuple[list[Squad], list[Team], dict[str, set[str]]]:
    """The counts of the solution by name: squads, teams whose names are not taken, and who is kept for what else."""
    people = {i: list(c.officers) for i, c in enumerate(squads.force.officers)}
    cars = {k: list(c.vehicles) for k, c in enumerate(squads.force.vehicles)}
    first = [d for d in squads.force.doors if any(found.count(squads.through[d.id, a]) for a in d.assemblies)]
    chosen = [_squad(squads, found, door, people, cars) for door in first]
    teams = _teams(squads, found, chosen, people, set(taken))
    kept: dict[str, set[str]] = defaultdict(set)
    for (i, purpose), v in squads.keeps.items():
        kept[purpose] |= {people[i].pop(0).id for _ in range(found.count(v))}
    for (k, purpose), v in squads.kept_cars.items():
        kept[purpose] |= {cars[k].pop(0).id for _ in range(found.count(v))}
    return chosen, teams, kept


def _squad(
    squads: SquadsProgram, found: Solution, door: Door, people: dict[int, list[Officer]], cars: dict[int, list[Vehicle]]
) -> Squad:
    assembly = next(a for a in door.assemblies if found.count(squads.through[door.id, a]))
    slot = next(s for (site, s), v in squads.member.items() if site == door.id and found.count(v))
    crew: list[Officer] = []
    for i, v in squads.crews[door.id, assembly]:
        for _ in range(found.count(v)):
            crew.append(one_of(people[i], crew))
    brought = [(k, v) for (k, site), v in squads.brought.items() if site == door.id]
    vehicles = [cars[k].pop(0) for k, v in brought for _ in range(found.count(v))]
    custody = next((c for c in door.custody if found.count(squads.delivers[door.id, c])), door.custody[0])
    return Squad(door, slot, crew, vehicles, custody)


def one_of(equals: list[Officer], crew: list[Officer]) -> Officer:
    """One of the equals, who are one fewer: the squad gets somebody who may hold interviews, but not two."""
    wants = not any("interview" in o.skills for o in crew)
    chosen = next((o for o in equals if ("interview" in o.skills) == wants), equals[0])
    equals.remove(chosen)
    return chosen


def _teams(
    squads: SquadsProgram, found: Solution, chosen: list[Squad], people: dict[int, list[Officer]], taken: set[str]
) -> list[Team]:
    """Teams with their commanders; the squads of one assembly fall into teams of neighbours."""
    taken |= {name for name, _ in squads.stands if name} | all_names(squads.scenario)
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
            teams.append(Team(name, bosses[n].id, slot[1], squad_names(name, len(part))))
    return teams


def squad_names(team: str, number: int) -> tuple[str, ...]:
    """Ids for a team's squads."""
    return tuple(f"{team}-{i}" for i in range(1, number + 1))


def rename_team(team: Team, name: str) -> Team:
    """The team under another name."""
    return replace(team, id=name, units=squad_names(name, len(team.units)))


def all_names(scenario: Scenario) -> set[str]:
    """Names of teams that rosters and pins know: no new team takes one."""
    pinned = {p.team for p in scenario.operation.pins if isinstance(p, SiteInTeam)}
    return pinned.union(*bound_teams(scenario.operation).values())


def build_plan(scenario: Scenario, chosen: list[Squad], teams: list[Team]) -> Plan:
    """The plan of these squads, each raiding as early as its people can be there."""
    units = []
    for team in teams:
        mine = sorted((s for s in chosen if s.team == team.id), key=lambda s: (s.door.site.lon, s.door.id))
        units += [_unit(scenario, name, team, squad) for name, squad in zip(team.units, mine, strict=True)]
    plan = empty_plan(scenario)
    gone = {s.id for squad in chosen for s in squad.door.suspects}
    missed = tuple(m for m in plan.missed if m.suspect not in gone)
    return Plan(plan.operation, tuple(teams), tuple(units), (), missed)


def _unit(scenario: Scenario, name: str, team: Team, squad: Squad) -> Unit:
    d, door = scenario.operation.doctrine, squad.door
    drive = to_first_raid(scenario, team.assembly, door.id)
    people = [*squad.officers, scenario.operation.officers_by_id[team.commander]]
    ready = max(ready_minute(scenario, o, team.assembly) for o in people)
    start = max(0, door.start or 0, ready + d.brief_minutes + drive)
    end = start + door.raid_minutes
    there = end + scenario.travel.minutes(door.id, squad.custody)
    stops = (
        Stop("muster", team.assembly, start - drive - d.brief_minutes, start - drive),
        Stop("raid", door.id, start, end),
        Stop("deliver", squad.custody, there, there + d.intake_minutes, tuple(s.id for s in door.suspects)),
    )
    return Unit(name, "squad", tuple(o.id for o in squad.officers), tuple(v.id for v in squad.vehicles), stops)
