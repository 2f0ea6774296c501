"""Whether addresses can be staffed together: a program that every plan fulfils, small enough for the whole country.

It is that of the bounds (`planner.solver.bounds`) added up: over the addresses of a city, and over the officers and
vehicles of a city's bases who can do the same. A sum of constraints holds wherever they hold; a kind of officers counts
as near, and as long on duty, as the best of them. So what it refutes no plan does. Ways, orders for single officers,
examinations and interviews are not in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from planner.needs import meets
from planner.operation import Officer, Vehicle
from planner.solver.bounds.detainees import ways_to_custody
from planner.solver.bounds.ground import Ground, Target
from planner.solver.classes import OfficerClass
from planner.solver.model import IntegerProgram

Sum = list[tuple[int, float]]


@dataclass(slots=True)
class OfficerKind:
    """Officers of a city's bases who can do the same; the variables count those who serve."""

    home: str
    able: OfficerClass
    classes: list[int] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    num_free: int = 0
    """How many are bound to no team."""
    serve: list[int] = field(default_factory=list)


@dataclass(slots=True)
class VehicleKind:
    """Vehicles of a city's bases with as many seats and cells; the variables count those in use."""

    home: str
    seats: int
    cells: int
    vehicles: list[Vehicle] = field(default_factory=list)
    used: list[int] = field(default_factory=list)


class Staffing:
    """The program for targets of a ground; the sites in `required` are raided."""

    def __init__(self, ground: Ground, required: Collection[str]) -> None:
        self.ground, self.program = ground, IntegerProgram()
        self.raided = {t.id: self.program.variable(lower=int(t.id in required)) for t in ground.targets}
        self.again = {t.id: self.program.variable() for t in ground.targets if t.id in ground.follow_on}
        self.officers, self.vehicles = list(_officer_kinds(ground)), list(_vehicle_kinds(ground))
        self.teams: dict[str, int] = {}
        self.by_squad: dict[str, int] = {}
        """Site -> the variable that counts the detainees whom its squad takes to custody itself."""
        self.loads: tuple[Sum, Sum] = [], []
        """Terms that count who is in the first load of an escort unit, and who in a later one."""
        self._custody()
        for city, targets in ground.by_city.items():
            self._city(city, targets)
        self.program.require([(teams, 1.0) for teams in self.teams.values()], upper=ground.operation.max_teams)
        self._escorts()
        for kind in self.officers:
            self.program.require([(v, 1.0) for v in kind.serve], upper=len(kind.officers))
        for cars in self.vehicles:
            self.program.require([(v, 1.0) for v in cars.used], upper=len(cars.vehicles))

    def _city(self, city: str, targets: list[Target]) -> None:
        """The squads of a city, with their teams, commanders and cars."""
        first: dict[int, int] = {}
        after: dict[int, int] = {}
        again = [t for t in targets if t.id in self.again]
        for i, kind in enumerate(self.officers):
            if self._can_come(kind, targets):
                first[i] = self._serving(kind)
                if again:
                    after[i] = self.program.quantity()
        self._needs(city, targets, first, after)
        self._follow_on(targets, again, first, after)
        self._teams(city, targets)
        self._cars(city, targets, first, after)

    def _serving(self, kind: OfficerKind) -> int:
        variable = self.program.quantity(len(kind.officers))
        kind.serve.append(variable)
        return variable

    def _can_come(self, kind: OfficerKind, targets: Iterable[Target]) -> bool:
        return any(self.ground.approach(i, target) is not None for i in kind.classes for target in targets)

    def _needs(self, city: str, targets: list[Target], first: dict[int, int], after: dict[int, int]) -> None:
        """R10, added up: squads from their bases meet what the addresses need but those that are raided second."""
        for need in dict.fromkeys(need for t in targets for need, number in t.needs.items() if number):
            here: Sum = [(self.raided[t.id], -float(t.needs.get(need, 0))) for t in targets]
            second: Sum = [(self.again[t.id], float(t.needs.get(need, 0))) for t in targets if t.id in self.again]
            able = [i for i in first if meets(self.officers[i].able, need, city)]
            self.program.require([*((first[i], 1.0) for i in able), *here, *second], 0)
            if after:
                self.program.require([*((after[i], 1.0) for i in able), *((v, -n) for v, n in second)], 0)

    def _follow_on(
        self, targets: list[Target], again: list[Target], first: dict[int, int], after: dict[int, int]
    ) -> None:
        """R9, added up: whoever raids again has raided before, and all the raids begin in time."""
        if not again:
            return
        gaps, span = self.ground.follow_on, max(t.latest for t in targets) - min(t.earliest for t in targets)
        minutes = [(self.again[t.id], float(gaps[t.id] + span)) for t in again]
        self.program.require([*minutes, *((self.raided[t.id], -float(span)) for t in targets)], upper=0)
        least = float(min(gaps[t.id] for t in again))
        for t in again:
            self.program.require([(self.again[t.id], 1), (self.raided[t.id], -1)], upper=0)
        for i, variable in after.items():
            self.program.require([(variable, least), (first[i], -float(span))], upper=0)

    def _teams(self, city: str, targets: list[Target]) -> None:
        """R6: squads stand in teams within the span of control, each with a commander who can be there in time."""
        ground, program, last = self.ground, self.program, max(t.latest for t in targets)
        teams = self.teams[city] = program.variable(ground.operation.max_teams)
        squads: Sum = [(self.raided[t.id], 1.0) for t in targets]
        squads += [(self.again[t.id], -1.0) for t in targets if t.id in self.again]
        program.require([*squads, (teams, -float(ground.doctrine.span_of_control))], upper=0)
        for t in targets:
            program.require([(self.raided[t.id], 1), (teams, -1)], upper=0)
        heads = [
            self._serving(kind)
            for kind in self.officers
            if kind.able.can_command and any(ground.muster(i, city, last) is not None for i in kind.classes)
        ]
        program.require([*((v, 1.0) for v in heads), (teams, -1.0)], 0)

    def _cars(self, city: str, targets: list[Target], first: dict[int, int], after: dict[int, int]) -> None:
        """R3, R13: the squads' cars seat them and whom they take along, and are driven by officers of their bases."""
        program, people = self.program, defaultdict[str, Sum](list)
        for i, variable in first.items():
            people[self.officers[i].home].append((variable, 1.0))
        seats: Sum = [(v, -1.0) for row in people.values() for v, _ in row]
        for home, crew in people.items():
            cars = [k for k in self.vehicles if k.home == home]
            brought = [(program.quantity(len(k.vehicles)), float(k.seats)) for k in cars]
            for kind, (variable, _) in zip(cars, brought, strict=True):
                kind.used.append(variable)
            program.require([*crew, *((v, -1.0) for v, _ in brought)], 0)
            seats += brought
            if self._is_far(home, city):
                program.require([*brought, *((v, -1.0) for v, _ in crew)], 0)
        carried: Sum = [(self.by_squad[t.id], -1.0) for t in targets]
        second: Sum = [(self.again[t.id], float(len(t.suspects))) for t in targets if t.id in self.again]
        program.require([*seats, *carried, *second], 0)
        ratio = float(self.ground.doctrine.self_escort_ratio)
        crews: Sum = [(v, 1.0) for v in (*first.values(), *after.values())]
        program.require([*crews, *((v, ratio * n) for v, n in carried)], 0)

    def _is_far(self, home: str, city: str) -> bool:
        """No officer of the home's bases comes to an assembly point of the city on the own way."""
        own_way, direct = self.ground.doctrine.own_way, self.ground.direct
        bases = {self.ground.officers[i].base for kind in self.officers if kind.home == home for i in kind.classes}
        return all(direct(base, a) > own_way for base in bases for a in self.ground.assemblies[city])

    def _custody(self) -> None:
        """R13, R14: all detainees of a raided address are taken by its squad or by escorts, to a place with cells."""
        ground, program, places, everyone = self.ground, self.program, defaultdict[str, Sum](list), Sum()
        for target in ground.targets:
            num, ways = len(target.suspects), list(ways_to_custody(ground, target))
            by = [
                any(way.pickup is None for way in ways),
                any(way.pickup is not None and way.pickup.load == 1 for way in ways),
                any(way.pickup is not None and way.pickup.load > 1 for way in ways),
            ]
            own, soon, later = (program.quantity(num if is_open else 0) for is_open in by)
            self.by_squad[target.id] = own
            self.loads[0].append((soon, 1.0))
            self.loads[1].append((later, 1.0))
            raided = (self.raided[target.id], -float(num))
            program.require([(own, 1.0), (soon, 1.0), (later, 1.0), raided], 0, 0)
            brought = {place: program.quantity(num) for place in {way.place for way in ways}}
            program.require([*((v, 1.0) for v in brought.values()), raided], 0, 0)
            for place, variable in brought.items():
                everyone.append((variable, 1.0))
                if place is not None:
                    places[place].append((variable, 1.0))
        for place, rows in places.items():
            program.require(rows, upper=ground.custody[place])
        program.require(everyone, upper=sum(ground.custody.values()))

    def _escorts(self) -> None:
        """R15: whom escorts take first is aboard at once, with officers and cells; later loads need a unit at all."""
        d, program = self.ground.doctrine, self.program
        cars, cells, crew = Sum(), Sum(), Sum()
        for kind in self.vehicles:
            if kind.cells:
                variable = program.quantity(len(kind.vehicles))
                kind.used.append(variable)
                cars.append((variable, 1.0))
                cells.append((variable, float(kind.cells)))
        for officers in self.officers:
            if officers.num_free:
                variable = program.quantity(officers.num_free)
                officers.serve.append(variable)
                crew.append((variable, 1.0))
        first, later = self.loads
        units = program.quantity()
        program.require([*cars, (units, -1.0)], 0)
        program.require([*crew, (units, -float(d.escort_crew))], 0)
        program.require([*crew, *((v, -float(d.escorts_per_detainee)) for v, _ in first)], 0)
        program.require([*cells, *((v, -1.0) for v, _ in first)], 0)
        most = float(sum(len(t.suspects) for t in self.ground.targets))
        program.require([*first, *later, (units, -most)], upper=0)


def _officer_kinds(ground: Ground) -> Iterable[OfficerKind]:
    """The officers who may serve, by what they can do and the city of their base."""
    city = {place.id: place.city for place in ground.operation.places}
    found: dict[tuple[object, ...], OfficerKind] = {}
    for i, row in enumerate(ground.officers):
        if len(row.teams) < 2:
            home = city[row.base]
            key = home, row.cities, row.sex, row.can_lead, row.can_command, row.skills
            kind = found.setdefault(key, OfficerKind(home, row))
            kind.classes.append(i)
            kind.officers += row.officers
            kind.num_free += 0 if row.is_bound else len(row.officers)
    return found.values()


def _vehicle_kinds(ground: Ground) -> Iterable[VehicleKind]:
    city = {place.id: place.city for place in ground.operation.places}
    found: dict[tuple[str, int, int], VehicleKind] = {}
    for row in ground.vehicles:
        key = city[row.base], row.seats, row.cells
        found.setdefault(key, VehicleKind(*key)).vehicles.extend(row.vehicles)
    return found.values()
