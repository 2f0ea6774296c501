"""The program for squads that every plan fulfils: who raids what, first or after another raid."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from planner.needs import is_chargeable, meets
from planner.operation import OfficerAtSite
from planner.solver.bounds.ground import Ground, Origin, Target
from planner.solver.classes import OfficerClass
from planner.solver.model import IntegerProgram, Terms

Visit = tuple[int, str]  # class of officers, site


@dataclass(slots=True)
class SquadRelaxation:
    """Variables and requirements that hold for every plan; `travel` and the like are objectives."""

    ground: Ground
    program: IntegerProgram = field(default_factory=IntegerProgram)
    raided: dict[str, int] = field(default_factory=dict)
    again: dict[str, int] = field(default_factory=dict)
    """Site -> whether its squad raided another before."""
    first: dict[Visit, int] = field(default_factory=dict)
    after: dict[Visit, int] = field(default_factory=dict)
    delayed: dict[str, int] = field(default_factory=dict)
    """Site -> exposure because its squad's officers cannot be there sooner."""
    teams: dict[str, int] = field(default_factory=dict)
    """City -> number of teams there."""
    command: dict[tuple[int, str], int] = field(default_factory=dict)
    """Class of officers and city -> number of them who command a team there."""
    pools: dict[str, dict[str, list[tuple[int, float]]]] = field(default_factory=lambda: defaultdict(dict))
    """Kind of unit -> base -> terms that count, below 0, its officers in such units."""
    gone: dict[tuple[str, str], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """Kind of unit and base -> terms that count those who went to a site."""
    used: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Class of officers -> the variables that count them."""
    cars: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Class of vehicles -> the variables that count them."""
    seats: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Site -> terms of the seats left in the cars of a squad from its bases."""
    units: list[tuple[int, float]] = field(default_factory=list)
    """Terms that count the escort units."""
    escorts: dict[tuple[int, Origin], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """First load of escort units, second, and so on, and where they were -> terms that count the officers."""
    escorted: dict[tuple[int, Origin], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """The same -> terms that count the detainees."""
    loads: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """First load, second, and so on -> terms that count the detainees."""
    linked: dict[tuple[int, bool, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """Load, whether it begins here, site before and site -> the variables that count the detainees."""
    taken: dict[tuple[int, str], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """Load and site -> terms that count the detainees; where units are told apart by the site before."""
    begin: dict[tuple[int, str], int] = field(default_factory=dict)
    """The same -> the variable that counts the officers of units whose load begins there."""
    serves: dict[tuple[str, int], int] = field(default_factory=dict)
    """Kind of unit and class of officers -> number of them in such units."""
    crews: list[tuple[int, int]] = field(default_factory=list)
    """Minute at which an escort unit can have delivered at the soonest, and the variable that counts its officers."""
    begun: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    """Stretch of time -> terms that count the interviews that begin in it."""
    exposure: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    cost: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def from_bases(self, kind: str, target: Target, way: Callable[[str, str], int], needs: Terms) -> None:
        """Officers of these units come to the site from their bases, at least as many as the terms say."""
        if not self.pools[kind]:
            for i, officers in enumerate(self.ground.officers):
                if not officers.is_bound and (kind == "escort" or "forensics" in officers.skills):
                    serves = self.program.quantity(len(officers.officers))
                    self.cost[serves] += self.ground.force.prices[i]
                    self.used[i].append(serves)
                    self.serves[kind, i] = serves
                    self.pools[kind].setdefault(officers.base, []).append((serves, -1.0))
        come = {base: self.program.quantity() for base in self.pools[kind]}
        for base, goes in come.items():
            self.cost[goes] += self.ground.from_base(base, target.id, way)
            self.gone[kind, base].append((goes, 1.0))
        self.program.require([*((v, 1.0) for v in come.values()), *((v, -n) for v, n in needs)], 0)

    def first_or_after(self, target: Target) -> Iterator[tuple[dict[Visit, int], list[tuple[int, float]]]]:
        """Squads from their bases with the terms that count them (1 or 0), and squads that come from another raid."""
        raided = (self.raided[target.id], 1.0)
        if target.id not in self.again:
            yield self.first, [raided]
        else:
            yield self.first, [raided, (self.again[target.id], -1.0)]
            yield self.after, [(self.again[target.id], 1.0)]


def squads(ground: Ground) -> SquadRelaxation:
    """What every plan's squads fulfil."""
    relaxed = SquadRelaxation(ground)
    choose_targets(relaxed)
    choose_officers(relaxed)
    r10_needs(relaxed)
    r9_follow_on_takes_time(relaxed)
    r20_pinned_officers(relaxed)
    links(relaxed)
    return relaxed


def choose_targets(relaxed: SquadRelaxation) -> None:
    """A raided site has a squad from its bases, or one that raided before and is late by so much."""
    ground, program = relaxed.ground, relaxed.program
    for target in ground.targets:
        raided = relaxed.raided[target.id] = program.variable()
        relaxed.exposure[raided] += ground.late(target, target.earliest)
        if target.id in ground.follow_on:
            again = relaxed.again[target.id] = program.variable()
            program.require([(again, 1), (raided, -1)], upper=0)
            later = ground.late(target, ground.second[target.id]) - ground.late(target, target.earliest)
            relaxed.exposure[again] += later


def choose_officers(relaxed: SquadRelaxation) -> None:
    """Officers raid where they may and can be in time; the later they can be, the more is exposed."""
    ground, program = relaxed.ground, relaxed.program
    for i, officers in enumerate(ground.officers):
        if len(officers.teams) > 1:
            continue
        number = len(officers.officers)
        for target in ground.targets:
            approach = None if (target.id, False) in officers.pinned else ground.approach(i, target)
            if approach is not None:
                first = relaxed.first[i, target.id] = program.variable(number)
                relaxed.cost[first] += approach[0]
                relaxed.used[i].append(first)
                _late_officers(relaxed, target, approach[1], first, number)
            if target.id in relaxed.again and _may_follow_on(ground, officers, target):
                after = relaxed.after[i, target.id] = program.variable(number)
                relaxed.cost[after] += _least_hop(ground, target)


def _late_officers(relaxed: SquadRelaxation, target: Target, start: int, serves: int, number: int) -> None:
    late = relaxed.ground.late(target, start) - relaxed.ground.late(target, target.earliest)
    if late > 0:
        if target.id not in relaxed.delayed:
            relaxed.delayed[target.id] = relaxed.program.quantity()
            relaxed.exposure[relaxed.delayed[target.id]] += 1
        relaxed.program.require([(relaxed.delayed[target.id], 1), (serves, -late / number)], 0)


def _may_follow_on(ground: Ground, officers: OfficerClass, target: Target) -> bool:
    is_free = ground.second[target.id] + target.raid_minutes <= officers.available_to
    return is_free and (target.id, False) not in officers.pinned


def _least_hop(ground: Ground, target: Target) -> int:
    return min(ground.direct(t.id, target.id) for t in ground.by_city[target.site.city] if t.id != target.id)


def r10_needs(relaxed: SquadRelaxation) -> None:
    """The squad meets the site's needs, whether it comes from its bases or from another raid."""
    for target in relaxed.ground.targets:
        for visits, is_raided in relaxed.first_or_after(target):
            for need, number in target.needs.items():
                fit = [
                    (visits[i, target.id], 1.0)
                    for i, officers in enumerate(relaxed.ground.officers)
                    if (i, target.id) in visits and meets(officers, need, target.site.city)
                ]
                if number:
                    relaxed.program.require([*fit, *((v, -number * n) for v, n in is_raided)], 0)


def r9_follow_on_takes_time(relaxed: SquadRelaxation) -> None:
    """Whoever raids again has raided in the same city before, and all the raids begin in time."""
    ground, program = relaxed.ground, relaxed.program
    for targets in ground.by_city.values():
        again = [t for t in targets if t.id in relaxed.again]
        span = max(t.latest for t in targets) - min(t.earliest for t in targets)
        if not again:
            continue
        minutes = [(relaxed.again[t.id], float(ground.follow_on[t.id] + span)) for t in again]
        program.require([*minutes, *((relaxed.raided[t.id], -float(span)) for t in targets)], upper=0)
        for i in range(len(ground.officers)):
            later = [
                (relaxed.after[i, t.id], float(ground.follow_on[t.id])) for t in again if (i, t.id) in relaxed.after
            ]
            before = [(relaxed.first[i, t.id], -float(span)) for t in targets if (i, t.id) in relaxed.first]
            if later:
                program.require([*later, *before], upper=0)


def r20_pinned_officers(relaxed: SquadRelaxation) -> None:
    """A raided site's squad has the officers who are pinned to it."""
    classes = {o.id: i for i, c in enumerate(relaxed.ground.officers) for o in c.officers}
    for pin in relaxed.ground.operation.pins:
        if isinstance(pin, OfficerAtSite) and pin.site in relaxed.raided:
            i = classes.get(pin.officer)
            there = [
                (visits[i, pin.site], 1.0)
                for visits in (relaxed.first, relaxed.after)
                if i is not None and (i, pin.site) in visits
            ]
            number = 1 if i is None else len(relaxed.ground.officers[i].officers)
            relaxed.program.require([*there, (relaxed.raided[pin.site], -number)], 0)


def links(relaxed: SquadRelaxation) -> None:
    """Of two who would warn each other, one arrested without the other is exposed until the last raid.

    A part says nothing about links to other cities' targets.
    """
    operation, targets = relaxed.ground.operation, {t.id for t in relaxed.ground.everywhere}
    weights: dict[tuple[str, str], int] = defaultdict(int)
    suspects = operation.suspects_by_id
    for link in operation.links:
        a, b = suspects[link.a], suspects[link.b]
        if is_chargeable(operation, a) and is_chargeable(operation, b) and a.site != b.site:
            weights[min(a.site, b.site), max(a.site, b.site)] += link.weight
    for (a_site, b_site), weight in weights.items():
        sites = [relaxed.raided[s] for s in (a_site, b_site) if s in relaxed.raided]
        if len(sites) == 1 and not targets.issuperset((a_site, b_site)):
            relaxed.exposure[sites[0]] += weight * operation.doctrine.last_raid
        elif len(sites) == 2:
            apart = relaxed.program.quantity()
            relaxed.exposure[apart] += weight * operation.doctrine.last_raid
            relaxed.program.require([(apart, 1), (sites[0], 1), (sites[1], -1)], 0)
            relaxed.program.require([(apart, 1), (sites[0], -1), (sites[1], 1)], 0)


def officers_and_vehicles_once(relaxed: SquadRelaxation) -> None:
    """R1: an officer serves in one unit or commands one team; a vehicle serves one unit."""
    for (kind, base), gone in relaxed.gone.items():
        relaxed.program.require([*gone, *relaxed.pools[kind][base]], upper=0)
    for i, officers in enumerate(relaxed.ground.officers):
        relaxed.program.require([(v, 1.0) for v in relaxed.used[i]], upper=len(officers.officers))
    for k, cars in enumerate(relaxed.ground.vehicles):
        relaxed.program.require([(v, 1.0) for v in relaxed.cars[k]], upper=len(cars.vehicles))
