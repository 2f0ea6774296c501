"""Sectors: a large operation falls into parts of one city each, and the force is shared out among them.

The sharing is a program over sums: it asks only for what all squads of a sector need together, so it is small
and its answer is a promise, not yet a plan. Each sector is then solved as a whole operation with what it was given.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, inf
from typing import TypeVar

from planner.needs import FORENSIC_CREW, meets, needs_together
from planner.scenario import Scenario
from planner.score import NO_EXAM
from planner.solver.classes import OfficerClass, VehicleClass
from planner.solver.doors import Door, exam_turns, ties
from planner.solver.model import IntegerProgram, Solution
from planner.solver.params import BUDGET, SQUADS
from planner.solver.progress import Clock
from planner.solver.squads_found import all_names

K = TypeVar("K")
SLACK = 1e-6  # by which a figure may be off that floating point has worked out


@dataclass(frozen=True, slots=True)
class Sector:
    """Doors of one city that are planned together; `hub` is the assembly point nearest to them all."""

    name: str
    doors: tuple[Door, ...]
    hub: str


@dataclass(slots=True)
class Allocation:
    """What a sector is given: class position -> number of officers, of vehicles; teams; names of ready teams."""

    officers: dict[int, int] = field(default_factory=dict)
    vehicles: dict[int, int] = field(default_factory=dict)
    num_teams: int = 0
    teams: tuple[str, ...] = ()
    cells: dict[str, int] = field(default_factory=dict)  # custody place -> detainees


def sectors(scenario: Scenario, doors: tuple[Door, ...]) -> tuple[Sector, ...]:
    """The doors by city, cut between neighbours until no part is too large; what pins tie stays together."""
    most = SQUADS.sector_doors if len(doors) <= SQUADS.most_exact else SQUADS.sector_doors_many
    if len(all_names(scenario)) > SQUADS.most_named:
        most = SQUADS.sector_doors_named
    cities: dict[str, list[Door]] = defaultdict(list)
    for door in without_torn_ties(scenario, doors):
        cities[door.site.city].append(door)
    found = []
    for city, rows in sorted(cities.items()):
        for n, part in enumerate(_cut(tied_groups(scenario, rows), most), 1):
            found.append(Sector(f"{city} {n}", tuple(sorted(part, key=lambda d: d.id)), _hub(scenario, part)))
    return tuple(found)


def without_torn_ties(scenario: Scenario, doors: tuple[Door, ...]) -> tuple[Door, ...]:
    """The doors without those that are tied to a more important door of another city (R7: one team, one city)."""
    by_id = {door.id: door for door in doors}
    for pair in ties(scenario.operation):
        if all(s in by_id for s in pair) and by_id[pair[0]].site.city != by_id[pair[1]].site.city:
            del by_id[min(pair, key=lambda s: (by_id[s].priority, s))]
    return tuple(by_id.values())


def tied_groups(scenario: Scenario, doors: list[Door]) -> list[list[Door]]:
    """Doors in groups that one team must raid: by ties and by the team they are pinned to."""
    group = {door.id: {door.id} for door in doors}
    named: dict[str, list[str]] = defaultdict(list)
    for door in doors:
        if door.team is not None:
            named[door.team].append(door.id)
    pairs = [p for p in ties(scenario.operation) if all(s in group for s in p)]
    for a, b in [*pairs, *(p for ids in named.values() for p in pairwise(ids))]:
        both = group[a] | group[b]
        for member in both:
            group[member] = both
    by_id = {door.id: door for door in doors}
    return [[by_id[s] for s in sorted(ids)] for ids in {min(g): g for g in group.values()}.values()]


def _cut(groups: list[list[Door]], most: int) -> list[list[Door]]:
    """The groups in parts of at most so many doors, cut across the longer side of the ground they cover."""
    doors = [door for group in groups for door in group]
    if len(doors) <= most or len(groups) == 1:
        return [doors]
    lats, lons = [d.site.lat for d in doors], [d.site.lon for d in doors]
    north = max(lats) - min(lats) > max(lons) - min(lons)
    ranked = sorted(groups, key=lambda g: (g[0].site.lat if north else g[0].site.lon, g[0].id))
    middle = len(ranked) // 2
    return _cut(ranked[:middle], most) + _cut(ranked[middle:], most)


def _hub(scenario: Scenario, doors: list[Door]) -> str:
    return min(doors[0].assemblies, key=lambda a: (sum(scenario.travel.minutes(a, d.id) for d in doors), a))


def allocate(
    scenario: Scenario,
    parts: tuple[Sector, ...],
    officers: tuple[OfficerClass, ...],
    vehicles: tuple[VehicleClass, ...],
    clock: Clock,
    gap: float,
) -> list[Allocation]:
    """What each sector is given, so that the most suspects can be arrested with the least travel.

    Of many sites the answer without whole numbers is rounded: a promise need not be exact, and what is lacking at a
    sector's last site others have left over.
    """
    sharing = _Sharing(scenario, parts, officers, vehicles, clock)
    if sum(len(part.doors) for part in parts) > SQUADS.most_exact:
        values = sharing.program.relaxed(sharing.cost, clock, BUDGET.sector_sharing)
        return [sharing.share(n, None) for n in range(len(parts))] if values is None else sharing.rounded(values)
    found = sharing.program.minimise(
        sharing.cost, clock, share=BUDGET.sector_sharing, reach=SQUADS.sector_reach, enough=inf, gap=gap
    )
    return [sharing.share(n, found) for n in range(len(parts))]


def largest_bases(officers: tuple[OfficerClass, ...]) -> tuple[str, ...]:
    """The bases with the most officers: they can spare some."""
    number: dict[str, int] = defaultdict(int)
    for row in officers:
        number[row.base] += len(row.officers)
    return tuple(sorted(number, key=lambda base: (-number[base], base))[: SQUADS.sector_bases])


class _Sharing:
    """The program over sums: numbers of officers and vehicles of each class for each sector."""

    def __init__(
        self,
        scenario: Scenario,
        parts: tuple[Sector, ...],
        officers: tuple[OfficerClass, ...],
        vehicles: tuple[VehicleClass, ...],
        clock: Clock,
    ) -> None:
        self.scenario, self.parts, self.officers, self.vehicles = scenario, parts, officers, vehicles
        self.program = IntegerProgram()
        self.cost: dict[int, float] = {}
        self.sent: list[dict[int, int]] = [{} for _ in parts]
        self.commands: list[dict[int, int]] = [{} for _ in parts]
        self.keeps: list[dict[int, int]] = [{} for _ in parts]
        self.driven: list[dict[int, int]] = [{} for _ in parts]
        self.stands: list[dict[str, int]] = [{} for _ in parts]
        self.num_teams: list[int] = []
        self.names = sorted({t for c in officers for t in c.teams} | {d.team for p in parts for d in p.doors if d.team})
        self.largest = largest_bases(officers)
        for n, part in enumerate(parts):
            if clock.is_over():
                return  # what is not whole is not solved: nothing is left for it
            self._people(n, part)
            self._needs(n, part)
        self._once()

    def _people(self, n: int, part: Sector) -> None:
        """Who can be sent: those in time for the strike from the nearest bases, and ready teams from anywhere."""
        d, travel = self.scenario.operation.doctrine, self.scenario.travel.minutes
        bases = sorted({c.base for c in self.officers}, key=lambda b: (travel(b, part.hub), b))
        near = {*bases[: SQUADS.sector_bases], *self.largest}
        drive = sorted(travel(part.hub, door.id) for door in part.doors)[len(part.doors) // 2]
        for i, c in enumerate(self.officers):
            way = travel(c.base, part.hub)
            ready = c.available_from + way + (d.rest_minutes if way > d.long_haul else 0)
            if (c.base in near or c.is_bound) and ready + d.brief_minutes + drive <= d.strike_window:
                self.sent[n][i] = self._variable(len(c.officers), way)
                if c.can_command:
                    self.commands[n][i] = self._variable(len(c.officers), way)
        sent = {self.officers[i].base for i in self.sent[n]}
        for k, car in enumerate(self.vehicles):
            if car.base in sent:
                self.driven[n][k] = self._variable(len(car.vehicles), 0.1)
        self.stands[n] = {name: self._variable(1, 0) for name in self.names}
        self.num_teams.append(self._variable(self.scenario.operation.max_teams, 0))

    def _variable(self, most: int, cost: float) -> int:
        variable = self.program.variable(most)
        self.cost[variable] = cost
        return variable

    def _needs(self, n: int, part: Sector) -> None:
        """The sums over the sector's squads of what R3, R6, R10 and R11 ask of each."""
        raided = {door.id: self.program.quantity(1) for door in part.doors}
        for door in part.doors:
            self.cost[raided[door.id]] = -SQUADS.suspect_weight * door.priority
            if door.team is not None:
                self.program.require([(raided[door.id], 1.0), (self.stands[n][door.team], -1.0)], upper=0)
        city = part.doors[0].site.city
        for need in needs_together(door.needs for door in part.doors):
            fit = [(v, 1.0) for i, v in self.sent[n].items() if meets(self.officers[i], need, city)]
            asked = [(raided[door.id], -float(door.needs.get(need, 0))) for door in part.doors]
            self.program.require([*fit, *asked], 0)
        self._teams(n, raided)
        self._cars(n, part, raided, self._evidence(n, part, raided))

    def _teams(self, n: int, raided: dict[str, int]) -> None:
        span = self.scenario.operation.doctrine.span_of_control
        every = [(self.num_teams[n], 1.0), *((v, 1.0) for v in self.stands[n].values())]
        self.program.require([*((v, span * w) for v, w in every), *((r, -1.0) for r in raided.values())], 0)
        commanders = [(v, 1.0) for v in self.commands[n].values()]
        self.program.require([*commanders, *((v, -w) for v, w in every)], 0)
        for i, variable in [*self.sent[n].items(), *self.commands[n].items()]:
            for name in self.officers[i].teams:
                most = float(len(self.officers[i].officers))
                self.program.require([(variable, 1.0), (self.stands[n][name], -most)], upper=0)

    def _evidence(self, n: int, part: Sector, raided: dict[str, int]) -> list[int]:
        """R18: pairs of forensic officers are kept for the sector's exams; their numbers by base."""
        exams = [door for door in part.doors if door.site.exam]
        pairs = []
        able: dict[str, list[int]] = defaultdict(list)
        for i in self.sent[n] if exams else ():
            if "forensics" in self.officers[i].skills and not self.officers[i].is_bound:
                able[self.officers[i].base].append(i)
        for base, fit in sorted(able.items()):
            way = self.scenario.travel.minutes(base, part.hub)
            for i in fit:
                self.keeps[n][i] = self._variable(len(self.officers[i].officers), way)
            pairs.append(self._variable(len(exams), 0))
            kept = [(self.keeps[n][i], 1.0) for i in fit]
            self.program.require([*kept, (pairs[-1], -float(FORENSIC_CREW))], 0, 0)
        done = []
        for minute in exam_turns(self.scenario) if exams else ():
            turn = self.program.quantity(len(exams))
            self.cost[turn] = minute
            self.program.require([(turn, 1.0), *((v, -1.0) for v in pairs)], upper=0)
            done.append((turn, 1.0))
        if exams:
            undone = self.program.quantity(len(exams))
            self.cost[undone] = NO_EXAM
            self.program.require([*done, (undone, 1.0), *((raided[d.id], -1.0) for d in exams)], 0, 0)
        return pairs

    def _cars(self, n: int, part: Sector, raided: dict[str, int], pairs: list[int]) -> None:
        seats = [(v, float(self.vehicles[k].seats)) for k, v in self.driven[n].items()]
        people = [(raided[d.id], -SQUADS.seat_waste * (d.size + len(d.suspects))) for d in part.doors]
        people += [(pair, -SQUADS.forensic_seats) for pair in pairs]
        self.program.require([*seats, *people], 0)
        drivers: dict[str, list[int]] = defaultdict(list)
        for i, sent in self.sent[n].items():
            drivers[self.officers[i].base].append(sent)
        cars: dict[str, list[int]] = defaultdict(list)
        for k, driven in self.driven[n].items():
            cars[self.vehicles[k].base].append(driven)
        for base, people_of_base in drivers.items():
            self.program.require([*((v, 1.0) for v in people_of_base), *((v, -1.0) for v in cars[base])], 0)

    def _once(self) -> None:
        """Nobody and nothing is shared out twice; a ready team stands in one sector; no more teams than allowed."""
        for i, row in enumerate(self.officers):
            tables = (*self.sent, *self.commands, *self.keeps)
            self.program.require([(sector[i], 1.0) for sector in tables if i in sector], upper=len(row.officers))
        for k, car in enumerate(self.vehicles):
            self.program.require([(sector[k], 1.0) for sector in self.driven if k in sector], upper=len(car.vehicles))
        for name in self.names:
            self.program.require([(stands[name], 1.0) for stands in self.stands], upper=1)
        teams = [(v, 1.0) for v in self.num_teams] + [(v, 1.0) for s in self.stands for v in s.values()]
        self.program.require(teams, upper=self.scenario.operation.max_teams)

    def share(self, n: int, found: Solution | None) -> Allocation:
        """The sector's part of the solution; without one, an even part of the teams and nothing else."""
        if found is None:
            return Allocation(num_teams=ceil(self.scenario.operation.max_teams / len(self.parts)))
        people = {i: found.count(v) for i, v in self.sent[n].items()}
        for i, v in [*self.commands[n].items(), *self.keeps[n].items()]:
            people[i] = people.get(i, 0) + found.count(v)
        cars = {k: found.count(v) for k, v in self.driven[n].items()}
        names = tuple(name for name, v in self.stands[n].items() if found.count(v))
        return Allocation(people, cars, found.count(self.num_teams[n]), names)

    def rounded(self, values: tuple[float, ...]) -> list[Allocation]:
        """The sectors' parts of a solution without whole numbers, rounded up as long as there are enough."""
        wanted: list[dict[int, float]] = []
        for tables in zip(self.sent, self.commands, self.keeps, strict=True):
            wanted.append(defaultdict(float))
            for i, v in (pair for table in tables for pair in table.items()):
                wanted[-1][i] += values[v]
        people = _rounded(wanted, {i: len(c.officers) for i, c in enumerate(self.officers)})
        driven = [{k: values[v] for k, v in row.items()} for row in self.driven]
        cars = _rounded(driven, {k: len(c.vehicles) for k, c in enumerate(self.vehicles)})
        stands = [{name: values[v] for name, v in row.items()} for row in self.stands]
        names = _rounded(stands, dict.fromkeys(self.names, 1))
        rest = self.scenario.operation.max_teams - sum(map(len, names))
        teams = _rounded([{"": values[v]} for v in self.num_teams], {"": rest})
        return [Allocation(people[n], cars[n], teams[n].get("", 0), tuple(names[n])) for n in range(len(self.parts))]


def _rounded(wanted: Sequence[Mapping[K, float]], most: Mapping[K, int]) -> list[dict[K, int]]:
    """Each figure rounded up where the sum of its kind over all rows allows it, the largest remainders first."""
    found: list[dict[K, int]] = [{key: floor(value + SLACK) for key, value in row.items()} for row in wanted]
    parts: dict[K, list[tuple[float, int]]] = defaultdict(list)
    for n, row in enumerate(wanted):
        for key, value in row.items():
            if value - found[n][key] > SLACK:
                parts[key].append((found[n][key] - value, n))
    for key, rows in parts.items():
        left = most[key] - sum(row.get(key, 0) for row in found)
        for _, n in sorted(rows)[: max(0, left)]:
            found[n][key] += 1
    return [{key: number for key, number in row.items() if number} for row in found]
