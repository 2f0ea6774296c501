"""Squads sector by sector: each with what it was promised; then those with shut doors with all that is left."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from math import inf

from planner.plan import Plan, Team
from planner.scenario import Scenario
from planner.solver.doors import Door
from planner.solver.model import Solution
from planner.solver.params import BUDGET, PROGRAMS, SQUADS
from planner.solver.progress import Clock, Limit
from planner.solver.sectors import Allocation, Sector, allocate, largest_bases
from planner.solver.spread import ShouldStop
from planner.solver.squads_found import Squad, all_names, build_plan, name_squads, rename_team, solve
from planner.solver.squads_program import SquadsProgram
from planner.solver.squads_variables import SquadSupply


def by_sector(scenario: Scenario, force: SquadSupply, parts: tuple[Sector, ...], clock: Clock) -> Plan:
    """First each with its share; then those with a shut door once more with all that is left; then the late ones."""
    gap, enough = (
        (PROGRAMS.gap, SQUADS.suspect_weight / 2) if len(force.doors) <= SQUADS.most_exact else (SQUADS.wide_gap, inf)
    )
    ledger = SupplyLedger(scenario, force, allocate(scenario, parts, force.officers, force.vehicles, clock, gap))
    first = _one_by_one if len(parts) <= SQUADS.most_one_by_one else _at_once
    first(ledger, parts, clock, enough, gap)
    for n, part in _still_shut(ledger, parts, clock):
        ledger.take(n, _settle(ledger, (n,), part, ledger.shut_doors(part), clock, BUDGET.sector_again, enough, gap))
    for n, _ in _still_shut(ledger, parts, clock):
        for m in _neighbours(scenario, parts, n):
            if ledger.shut_doors(parts[n]) and not clock.is_over() and ledger.merged.isdisjoint((n, m)):
                _settle_together(ledger, parts, (n, m), clock, gap)
    for n, part in _still_shut(ledger, parts, clock):
        ledger.take(
            n,
            _settle(ledger, (n,), part, ledger.shut_doors(part), clock, BUDGET.sector_again, enough, gap, is_late=True),
        )
    squads = [squad for n in range(len(parts)) for squad in ledger.settled[n].squads]
    return build_plan(scenario, squads, [team for n in range(len(parts)) for team in ledger.settled[n].teams])


def _still_shut(ledger: "SupplyLedger", parts: tuple[Sector, ...], clock: Clock) -> Iterator[tuple[int, Sector]]:
    """The sectors with a shut door and their positions, as long as there is time."""
    for n, part in clock.through([(n, part) for n, part in enumerate(parts) if ledger.shut_doors(part)]):
        if not clock.is_over():
            yield n, part


def _one_by_one(ledger: "SupplyLedger", parts: tuple[Sector, ...], clock: Clock, enough: float, gap: float) -> None:
    """Each sector has its turn, and what it leaves over of its share the next ones may use."""
    for n, part in clock.through(tuple(enumerate(parts))):
        share = len(part.doors) ** 2 / sum(len(p.doors) ** 2 for p in parts[n:])
        ledger.take(n, _settle(ledger, (n,), part, part.doors, clock, BUDGET.sectors * share, enough, gap))
        ledger.release_reservation(n)


def _at_once(ledger: "SupplyLedger", parts: tuple[Sector, ...], clock: Clock, enough: float, gap: float) -> None:
    """Every sector has its turn by itself, spread over the processes there are; all of the force is promised before."""
    ledger.promise_the_rest(parts)
    clock.count(0, len(parts))
    tasks = _first_turn(ledger, parts, clock, enough, gap)
    answers = clock.spread(plan_sector, tasks, lambda: clock.is_stopped, lambda done: clock.count(done, len(parts)))
    for n, (alone, work, ran_out) in enumerate(answers):
        clock.work += work
        clock.ran_out |= ran_out
        ledger.take(n, ledger.rename_teams(alone))
        ledger.release_reservation(n)


@dataclass(frozen=True, slots=True)
class SectorTask:
    """A sector to be settled by itself, with what it was promised."""

    scenario: Scenario
    force: SquadSupply
    limit: Limit
    enough: float
    gap: float
    taken: frozenset[str]  # names that no new team may have


def _first_turn(
    ledger: "SupplyLedger", parts: tuple[Sector, ...], clock: Clock, enough: float, gap: float
) -> Iterator[SectorTask]:
    """The sectors as tasks of their own, each limited by the square of its doors.

    Seconds that one leaves over the next ones have; of work each has a share fixed before, so that the answers do not
    depend on which task ends first.
    """
    sizes = [len(part.doors) ** 2 for part in parts]
    work = None if clock.limit.work is None else BUDGET.sectors * clock.work_left()
    taken = frozenset(all_names(ledger.scenario))
    for n, part in enumerate(parts):
        part_of_rest = clock.spread.processes * sizes[n] / sum(sizes[n:])
        share = BUDGET.sectors * min(1.0, BUDGET.sector_patience * part_of_rest)
        limit = replace(
            clock.limit,
            seconds=None if clock.limit.seconds is None else share * clock.seconds_left(),
            work=None if work is None else work * sizes[n] / sum(sizes),
        )
        force = ledger.force_for((n,), part, part.doors)
        yield SectorTask(only(ledger.scenario, force), force, limit, enough, gap, taken)


def only(scenario: Scenario, force: SquadSupply) -> Scenario:
    """The scenario with the doors, people and vehicles of the force alone: a small thing to send to a process."""
    operation = scenario.operation
    sites = {door.id for door in force.doors}
    suspects = tuple(s for s in operation.suspects if s.site in sites)
    held = {s.id for s in suspects}
    return Scenario(
        replace(
            operation,
            officers=tuple(o for c in force.officers for o in c.officers),
            vehicles=tuple(v for c in force.vehicles for v in c.vehicles),
            sites=tuple(s for s in operation.sites if s.id in sites),
            suspects=suspects,
            links=tuple(link for link in operation.links if link.a in held and link.b in held),
        )
    )


def plan_sector(task: SectorTask, asked: ShouldStop) -> tuple["SectorPlan", float, bool]:
    """Squads for the doors of the task, the work that was done, and whether the limit ended it."""
    clock = Clock(task.limit, asked=asked)
    if clock.is_over() or not task.force.num_teams:
        return SectorPlan(), 0.0, clock.ran_out
    squads = SquadsProgram(task.scenario, task.force, is_late=False)
    found = solve(squads, clock, 1.0, task.enough, task.gap)
    return SectorPlan() if found is None else sector_plan(squads, found, task.taken), clock.work, clock.ran_out


def _neighbours(scenario: Scenario, parts: tuple[Sector, ...], n: int) -> list[int]:
    """The sector itself, then the nearest others."""
    way = scenario.travel.minutes
    return sorted(range(len(parts)), key=lambda m: (m != n, way(parts[n].hub, parts[m].hub), m))[
        : SQUADS.num_neighbours
    ]


def _settle_together(
    ledger: "SupplyLedger", parts: tuple[Sector, ...], pair: tuple[int, int], clock: Clock, gap: float
) -> None:
    """Two sectors (or one, named twice) give back what they have and are settled as one, if that opens more."""
    both = tuple(sorted(set(pair)))
    doors = tuple(sorted((d for m in both for d in parts[m].doors), key=lambda d: d.id))
    before = {m: ledger.give_back(m) for m in both}
    again = _settle(
        ledger,
        both,
        Sector("", doors, parts[pair[0]].hub),
        doors,
        clock,
        BUDGET.sector_pair,
        SQUADS.suspect_weight / 2,
        gap,
    )
    if again.priority() > sum(had.priority() for had in before.values()):
        ledger.take(both[0], again)
        ledger.take(both[-1], SectorPlan())
        ledger.merged |= set(both)
    else:
        for m in both:
            ledger.take(m, before[m])


def _settle(
    ledger: "SupplyLedger",
    mine: tuple[int, ...],
    part: Sector,
    rest: tuple[Door, ...],
    clock: Clock,
    share: float,
    enough: float,
    gap: float,
    *,
    is_late: bool = False,
) -> "SectorPlan":
    """Squads for these doors with what the sectors (`mine`) may use now."""
    force = ledger.force_for(mine, part, rest)
    if clock.is_over() or not force.num_teams:
        return SectorPlan()
    squads = SquadsProgram(ledger.scenario, force, is_late=is_late)
    found = solve(squads, clock, share, enough, gap)
    return SectorPlan() if found is None else sector_plan(squads, found, ledger.standing)


@dataclass(slots=True)
class SectorPlan:
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


def sector_plan(squads: SquadsProgram, found: Solution, taken: Collection[str]) -> SectorPlan:
    """What the sector has by the solution, in teams whose names are not taken."""
    crews, teams, kept = name_squads(squads, found, set(taken))
    return SectorPlan(crews, teams, set().union(*kept.values()))


class SupplyLedger:
    """What is left of the force, and what of it is promised to which sector."""

    def __init__(self, scenario: Scenario, force: SquadSupply, shares: list[Allocation]) -> None:
        self.scenario, self.whole, self.shares = scenario, force, shares
        self.people = {i: list(c.officers) for i, c in enumerate(force.officers)}
        self.cars = {k: list(c.vehicles) for k, c in enumerate(force.vehicles)}
        self.cells = dict(force.cells)
        self.num_teams = force.num_teams
        self.standing: set[str] = set()
        self.sites = {door.id for door in force.doors}
        self.settled: dict[int, SectorPlan] = {}
        self.merged: set[int] = set()  # sectors that were settled as one with another and stay so
        self.names = {n: set(share.teams) for n, share in enumerate(shares)}

    def force_for(self, mine: tuple[int, ...], part: Sector, rest: tuple[Door, ...]) -> SquadSupply:
        """What the sectors may use: their own share, and of the rest what nobody else was promised."""
        others = [share for m, share in enumerate(self.shares) if m not in mine]
        before = self.shares[: min(mine)]  # whose promises come first among equals: no name is given twice
        near, here = self._near(part, mine), {door.id for door in rest}
        names = {name for m in mine for name in self.names[m]}
        officers = []
        for i, row in enumerate(self.whole.officers):
            number = len(self.people[i]) - sum(s.officers.get(i, 0) for s in others)
            first = sum(s.officers.get(i, 0) for s in before)
            awaited = {site for site, must in row.pinned if must} & self.sites
            if awaited & here:
                number, first = len(self.people[i]), 0
            elif awaited or row.base not in near or (row.teams and not row.teams & names):
                continue
            if number > 0:
                officers.append(replace(row, officers=tuple(self.people[i][first : first + number])))
        vehicles = []
        for k, car in enumerate(self.whole.vehicles):
            number = len(self.cars[k]) - sum(s.vehicles.get(k, 0) for s in others)
            first = sum(s.vehicles.get(k, 0) for s in before)
            if number > 0 and car.base in {c.base for c in officers}:
                vehicles.append(replace(car, vehicles=tuple(self.cars[k][first : first + number])))
        teams = self.num_teams - sum(s.num_teams + len(s.teams) for s in others)
        promised = {name for m, names in self.names.items() if m not in mine for name in names}
        barred = frozenset(promised | self.standing)
        return SquadSupply(rest, tuple(officers), tuple(vehicles), max(0, teams), self._cells_for(mine), barred)

    def _cells_for(self, mine: tuple[int, ...]) -> dict[str, int]:
        """Cells that the sectors may fill: all that are left but for what was promised to others."""
        others = [share for m, share in enumerate(self.shares) if m not in mine]
        return {place: number - sum(s.cells.get(place, 0) for s in others) for place, number in self.cells.items()}

    def _near(self, part: Sector, mine: tuple[int, ...]) -> set[str]:
        bases = {c.base for c in self.whole.officers}
        way = self.scenario.travel.minutes
        shares = [self.shares[m] for m in mine]
        given = {self.whole.officers[i].base for share in shares for i, number in share.officers.items() if number}
        nearest = sorted(bases, key=lambda b: (way(b, part.hub), b))[: SQUADS.sector_bases]
        return given.union(nearest, largest_bases(self.whole.officers))

    def take(self, n: int, more: SectorPlan) -> None:
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
        mine = self.settled.setdefault(n, SectorPlan())
        self.settled[n] = SectorPlan(mine.squads + more.squads, mine.teams + more.teams, mine.kept | more.kept)

    def give_back(self, n: int) -> SectorPlan:
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

    def shut_doors(self, part: Sector) -> tuple[Door, ...]:
        """The doors of the sector that stay shut."""
        opened = {site for had in self.settled.values() for site in had.sites()}
        return tuple(door for door in part.doors if door.id not in opened)

    def promise_the_rest(self, parts: tuple[Sector, ...]) -> None:
        """Who and what was promised to nobody goes to the nearest sector; teams one by one to those with most doors."""
        way = self.scenario.travel.minutes
        nearest = {
            base: min(range(len(parts)), key=lambda n: (way(base, parts[n].hub), n))
            for base in {c.base for c in self.whole.officers}
        }
        for i, row in enumerate(self.whole.officers):
            rest = len(row.officers) - sum(share.officers.get(i, 0) for share in self.shares)
            mine = self.shares[nearest[row.base]].officers
            mine[i] = mine.get(i, 0) + rest
        for k, car in enumerate(self.whole.vehicles):
            rest = len(car.vehicles) - sum(share.vehicles.get(k, 0) for share in self.shares)
            if car.base in nearest:
                cars = self.shares[nearest[car.base]].vehicles
                cars[k] = cars.get(k, 0) + rest
        self._promise_cells(parts)
        largest = sorted(range(len(parts)), key=lambda n: (-len(parts[n].doors), n))
        rest = self.num_teams - sum(share.num_teams + len(share.teams) for share in self.shares)
        for n in range(rest):
            self.shares[largest[n % len(parts)]].num_teams += 1

    def _promise_cells(self, parts: tuple[Sector, ...]) -> None:
        """Cells that are too few for all who might come are promised to the sectors by their suspects nearby."""
        for place, number in self.cells.items():
            near = [sum(len(d.suspects) for d in part.doors if place in d.custody) for part in parts]
            nearest = [sum(len(d.suspects) for d in part.doors if place == d.custody[0]) for part in parts]
            if sum(near) <= number:
                continue
            weights = [SQUADS.nearest * a + b for a, b in zip(nearest, near, strict=True)]
            for share, weight in zip(self.shares, weights, strict=True):
                share.cells[place] = number * weight // sum(weights)
            rest = number - sum(share.cells[place] for share in self.shares)
            self.shares[weights.index(max(weights))].cells[place] += rest

    def release_reservation(self, n: int) -> None:
        """The sector has had its turn: what it left over is anybody's."""
        self.shares[n] = Allocation()

    def rename_teams(self, settled: SectorPlan) -> SectorPlan:
        """The same with names for the new teams that nobody has yet."""
        known = all_names(self.scenario)
        fresh = (name for n in range(1, 10**6) if (name := f"T{n:02d}") not in known | self.standing)
        names = {team.id: team.id if team.id in known else next(fresh) for team in settled.teams}
        for squad in settled.squads:
            squad.team = names[squad.team]
        return replace(settled, teams=[rename_team(team, names[team.id]) for team in settled.teams])
