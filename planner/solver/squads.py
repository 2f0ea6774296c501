"""The first stage: which doors, which officers and vehicles, which team and assembly point."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import inf

from planner.needs import linked_sites, ready_minute
from planner.operation import Officer, SiteInTeam, Vehicle
from planner.plan import Plan, Stop, Team, Unit
from planner.scenario import Scenario
from planner.solver.classes import bound_teams, officer_classes, vehicle_classes
from planner.solver.doors import Door, doors
from planner.solver.interviews import better
from planner.solver.missed import all_missed
from planner.solver.program import GAP, Solution
from planner.solver.progress import Bound, Clock
from planner.solver.sectors import MOST_BASES, Sector, Share, largest_bases, sectors, share_out
from planner.solver.squads_program import SquadsProgram
from planner.solver.squads_variables import Force, Slot

MOST_EXACT, WIDE_GAP = 400, 2e-4  # beyond so many doors each sector's search ends a little sooner
NUM_NEIGHBOURS = 4  # sectors tried together with one that has a shut door, itself included
FIRST_SHARE = 0.9  # of what is left, for the sectors' first turn, by the square of their doors
FIRST_LOOK, FIRST_SECONDS = 0.2, 2.0  # of the limit, but seconds at least, for a first plan by sectors where one
# program for all doors comes after
SQUADS_SHARE = 0.75  # of the limit for the sectors where they are all, so that the later stages have the rest
MOST_NAMED = 3  # ready teams in one program; more are given their sectors first
SUSPECT_WEIGHT = 20_000  # minutes of cost that one step of priority outweighs
EXPOSURE_WEIGHT = 20
MOST_AT_ONCE = 60  # doors that one program plans; more are planned sector by sector


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

    The bounds hold for squads that raid one site each.
    """
    operation = scenario.operation
    force = Force(
        doors(scenario),
        officer_classes(operation, operation.officers),
        vehicle_classes(operation.vehicles),
        operation.max_teams,
        {p.id: p.cells for p in operation.places if p.kind == "custody"},
    )
    parts, most = sectors(scenario, force.doors), sum(door.priority for door in force.doors)
    is_small = len(force.doors) <= MOST_AT_ONCE and len(all_names(scenario)) <= MOST_NAMED
    if len(parts) > 1 or not is_small:
        first = min(1.0, max(FIRST_LOOK, FIRST_SECONDS / max(clock.seconds_left(), FIRST_SECONDS)))
        with clock.only(first if is_small else SQUADS_SHARE):
            plan = better(scenario, plan, _sector_after_sector(scenario, force, parts, clock))
    if is_small:
        whole, most = _at_once(scenario, force, plan, clock)
        plan = better(scenario, plan, whole)
    return plan, _bound(scenario, force, plan, most)


def _bound(scenario: Scenario, force: Force, plan: Plan, most: int) -> Bound:
    """No plan arrests more than `most` priority behind the doors; and the exposure that is left when all doors open."""
    missed = sum(s.priority for s in scenario.operation.suspects) - most
    open_doors = {door.id for door in force.doors}
    if open_doors != set(plan.raids_by_site):
        return Bound(missed, 0)
    last = scenario.operation.doctrine.last_raid
    shut = sum(
        w * last for (a, b), w in linked_sites(scenario.operation).items() if (a in open_doors) != (b in open_doors)
    )
    return Bound(missed, shut)


def _at_once(scenario: Scenario, force: Force, plan: Plan, clock: Clock) -> tuple[Plan, int]:
    """One program for all doors: first with everybody on time, then, if a door stays shut, also with the late ones."""
    squads = SquadsProgram(scenario, force, is_late=False)
    found, most = solve(squads, clock, share=0.8), sum(door.priority for door in force.doors)
    if found is None or not all(found.count(v) for v in squads.raided.values()):
        late = SquadsProgram(scenario, force, is_late=True)
        most = late.most_arrested(clock, most)
        later = solve(late, clock, share=0.8)
        if later is not None and (found is None or _rank(late, later) < _rank(squads, found)):
            squads, found = late, later
    return (plan if found is None else planned(scenario, *named(squads, found)[:2])), most


def _sector_after_sector(scenario: Scenario, force: Force, parts: tuple[Sector, ...], clock: Clock) -> Plan:
    """First each with its share; then those with a shut door once more with all that is left; then the late ones."""
    gap, enough = (GAP, SUSPECT_WEIGHT / 2) if len(force.doors) <= MOST_EXACT else (WIDE_GAP, inf)
    left = Left(scenario, force, share_out(scenario, parts, force.officers, force.vehicles, clock, gap))
    for n, part in enumerate(parts):
        share = len(part.doors) ** 2 / sum(len(p.doors) ** 2 for p in parts[n:])
        settled = _settle(left, (n,), part, part.doors, clock, FIRST_SHARE * share, enough, gap)
        left.take(n, settled)
        left.promise_kept(n)
    for n, part in enumerate(parts):
        for m in _neighbours(scenario, parts, n):
            if left.num_shut(part) and not clock.is_over() and left.merged.isdisjoint((n, m)):
                _settle_together(left, parts, (n, m), clock, gap)
    for n, part in enumerate(parts):
        if left.num_shut(part) and not clock.is_over():
            opened = {site for settled in left.settled.values() for site in settled.sites()}
            rest = tuple(d for d in part.doors if d.id not in opened)
            left.take(n, _settle(left, (n,), part, rest, clock, 0.2, enough, gap, is_late=True))
    squads = [squad for n in range(len(parts)) for squad in left.settled[n].squads]
    return planned(scenario, squads, [team for n in range(len(parts)) for team in left.settled[n].teams])


def _neighbours(scenario: Scenario, parts: tuple[Sector, ...], n: int) -> list[int]:
    """The sector itself, then the nearest others."""
    way = scenario.travel.minutes
    return sorted(range(len(parts)), key=lambda m: (m != n, way(parts[n].hub, parts[m].hub), m))[:NUM_NEIGHBOURS]


def _settle_together(left: "Left", parts: tuple[Sector, ...], pair: tuple[int, int], clock: Clock, gap: float) -> None:
    """Two sectors (or one, named twice) give back what they have and are settled as one, if that opens more."""
    both = tuple(sorted(set(pair)))
    doors = tuple(sorted((d for m in both for d in parts[m].doors), key=lambda d: d.id))
    before = {m: left.give_back(m) for m in both}
    again = _settle(left, both, Sector("", doors, parts[pair[0]].hub), doors, clock, 0.3, SUSPECT_WEIGHT / 2, gap)
    if again.priority() > sum(had.priority() for had in before.values()):
        left.take(both[0], again)
        left.take(both[-1], Settled())
        left.merged |= set(both)
    else:
        for m in both:
            left.take(m, before[m])


def _settle(
    left: "Left",
    mine: tuple[int, ...],
    part: Sector,
    rest: tuple[Door, ...],
    clock: Clock,
    share: float,
    enough: float,
    gap: float,
    *,
    is_late: bool = False,
) -> "Settled":
    """Squads for these doors with what the sectors (`mine`) may use now."""
    force = left.force_for(mine, part, rest)
    if clock.is_over() or not force.num_teams:
        return Settled()
    squads = SquadsProgram(left.scenario, force, is_late=is_late)
    found = solve(squads, clock, share, enough, gap)
    return Settled() if found is None else Settled(*named(squads, found, left.standing))


@dataclass(slots=True)
class Settled:
    """What a sector has: squads, teams, and who and what is kept for the exams (ids)."""

    squads: list[Squad] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def priority(self) -> int:
        """Summed priority of the suspects behind the doors that open."""
        return sum(squad.door.priority for squad in self.squads)

    def sites(self) -> set[str]:
        """The doors that open."""
        return {squad.door.id for squad in self.squads}


class Left:
    """What is left of the force, and what of it is promised to which sector."""

    def __init__(self, scenario: Scenario, force: Force, shares: list[Share]) -> None:
        self.scenario, self.whole, self.shares = scenario, force, shares
        self.people = {i: list(c.officers) for i, c in enumerate(force.officers)}
        self.cars = {k: list(c.vehicles) for k, c in enumerate(force.vehicles)}
        self.cells = dict(force.cells)
        self.num_teams = force.num_teams
        self.standing: set[str] = set()
        self.sites = {door.id for door in force.doors}
        self.settled: dict[int, Settled] = {}
        self.merged: set[int] = set()  # sectors that were settled as one with another and stay so
        self.names = {n: set(share.teams) for n, share in enumerate(shares)}

    def force_for(self, mine: tuple[int, ...], part: Sector, rest: tuple[Door, ...]) -> Force:
        """What the sectors may use: their own share, and of the rest what nobody else was promised."""
        others = [share for m, share in enumerate(self.shares) if m not in mine]
        near, here = self._near(part, mine), {door.id for door in rest}
        names = {name for m in mine for name in self.names[m]}
        officers = []
        for i, row in enumerate(self.whole.officers):
            number = len(self.people[i]) - sum(s.officers.get(i, 0) for s in others)
            awaited = {site for site, must in row.pinned if must} & self.sites
            if awaited & here:
                number = len(self.people[i])
            elif awaited or row.base not in near or (row.teams and not row.teams & names):
                continue
            if number > 0:
                officers.append(replace(row, officers=tuple(self.people[i][:number])))
        vehicles = []
        for k, car in enumerate(self.whole.vehicles):
            number = len(self.cars[k]) - sum(s.vehicles.get(k, 0) for s in others)
            if number > 0 and car.base in {c.base for c in officers}:
                vehicles.append(replace(car, vehicles=tuple(self.cars[k][:number])))
        teams = self.num_teams - sum(s.num_teams + len(s.teams) for s in others)
        promised = {name for m, names in self.names.items() if m not in mine for name in names}
        return Force(
            rest, tuple(officers), tuple(vehicles), max(0, teams), self.cells, frozenset(promised | self.standing)
        )

    def _near(self, part: Sector, mine: tuple[int, ...]) -> set[str]:
        bases = {c.base for c in self.whole.officers}
        way = self.scenario.travel.minutes
        shares = [self.shares[m] for m in mine]
        given = {self.whole.officers[i].base for share in shares for i, number in share.officers.items() if number}
        nearest = sorted(bases, key=lambda b: (way(b, part.hub), b))[:MOST_BASES]
        return given.union(nearest, largest_bases(self.whole.officers))

    def take(self, n: int, more: Settled) -> None:
        """The sector has this too; it is no longer left."""
        gone = {o.id for s in more.squads for o in s.officers} | {t.commander for t in more.teams} | more.kept
        gone |= {v.id for s in more.squads for v in s.vehicles}
        for i, row in enumerate(self.whole.officers):
            if any(o.id in gone for o in row.officers):
                self.people[i] = [o for o in self.people[i] if o.id not in gone]
        for k, car in enumerate(self.whole.vehicles):
            if any(v.id in gone for v in car.vehicles):
                self.cars[k] = [v for v in self.cars[k] if v.id not in gone]
        for squad in more.squads:
            self.cells[squad.custody] -= len(squad.door.suspects)
        self.num_teams -= len(more.teams)
        self.standing |= {team.id for team in more.teams}
        mine = self.settled.setdefault(n, Settled())
        self.settled[n] = Settled(mine.squads + more.squads, mine.teams + more.teams, mine.kept | more.kept)

    def give_back(self, n: int) -> Settled:
        """What the sector had is left again, and the sector has nothing."""
        had = self.settled.pop(n)
        back = {o.id for s in had.squads for o in s.officers} | {t.commander for t in had.teams} | had.kept
        back |= {v.id for s in had.squads for v in s.vehicles}
        for i, row in enumerate(self.whole.officers):
            free = {o.id for o in self.people[i]}
            self.people[i] = [o for o in row.officers if o.id in free or o.id in back]
        for k, car in enumerate(self.whole.vehicles):
            free = {v.id for v in self.cars[k]}
            self.cars[k] = [v for v in car.vehicles if v.id in free or v.id in back]
        for squad in had.squads:
            self.cells[squad.custody] += len(squad.door.suspects)
        self.num_teams += len(had.teams)
        self.standing -= {team.id for team in had.teams}
        return had

    def num_shut(self, part: Sector) -> int:
        """Doors of the sector that stay shut."""
        opened = {site for settled in self.settled.values() for site in settled.sites()}
        return sum(door.id not in opened for door in part.doors)

    def promise_kept(self, n: int) -> None:
        """The sector has had its turn: what it left over is anybody's."""
        self.shares[n] = Share(teams=())


def solve(
    squads: SquadsProgram, clock: Clock, share: float, enough: float = SUSPECT_WEIGHT / 2, gap: float = GAP
) -> Solution | None:
    """The squads program solved for missed, exposure and cost by weight."""
    return squads.program.minimise(objective(squads), clock, share, reach=20, enough=enough, gap=gap)


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


def named(
    squads: SquadsProgram, found: Solution, taken: frozenset[str] | set[str] = frozenset()
) -> tuple[list[Squad], list[Team], set[str]]:
    """The counts of the solution by name: squads, teams whose names are not taken, and who is kept for the exams."""
    people = {i: list(c.officers) for i, c in enumerate(squads.force.officers)}
    cars = {k: list(c.vehicles) for k, c in enumerate(squads.force.vehicles)}
    chosen = [
        _squad(squads, found, door, people, cars) for door in squads.force.doors if found.count(squads.raided[door.id])
    ]
    teams = _teams(squads, found, chosen, people, set(taken))
    kept = {people[i].pop(0).id for (i, _), v in squads.keeps.items() for _ in range(found.count(v))}
    kept |= {cars[k].pop(0).id for (k, _), v in squads.kept_cars.items() for _ in range(found.count(v))}
    return chosen, teams, kept


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
            teams.append(Team(name, bosses[n].id, slot[1], tuple(f"{name}-{i}" for i in range(1, len(part) + 1))))
    return teams


def all_names(scenario: Scenario) -> set[str]:
    """Names of teams that rosters and pins know: no new team takes one."""
    pinned = {p.team for p in scenario.operation.pins if isinstance(p, SiteInTeam)}
    return pinned.union(*bound_teams(scenario.operation).values())


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
