"""What a region looks like now, as values of its program: where the search begins, so that it finds nothing worse."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, permutations, product

from planner.needs import FORENSIC_CREW
from planner.plan import Team, Unit
from planner.solver.evidence import Tour
from planner.solver.improve.joint import ESCORT, FORENSIC, JointProgram
from planner.solver.squads_variables import Apart, Slot


def warm_start(joint: JointProgram, teams: Iterable[Team], units: Iterable[Unit]) -> dict[int, float]:
    """Variable -> value where these teams and units serve, for those that are not 0; some cannot be said."""
    found: Counter[int] = Counter()
    by_id = {unit.id: unit for unit in units}
    for team in teams:
        squads = [by_id[u] for u in team.units]
        slots = {slot for squad in squads if (slot := _slot(joint, team, squad)) is not None}
        for slot in sorted(slots, key=str)[:1]:
            found[joint.stands[slot]] += 1
            found.update(
                _of_class(joint, {i: v for (i, s), v in joint.commands.items() if s == slot}, [team.commander])
            )
        for squad in squads:
            found.update(_squad(joint, team, squad))
    for unit in by_id.values():
        if unit.kind == ESCORT:
            found.update(_kept(joint, unit))
            found.update(_escort(joint, unit))
        elif unit.kind == FORENSIC:
            found.update(_kept(joint, unit))
            found.update(_forensic(joint, unit))
    for row in joint.apart:
        if any(found[v] for v in row.drives) and not any(found[v] for v in row.unless):
            found.update(_shared_out(row, found))
    return {variable: float(value) for variable, value in found.items()}


def _shared_out(row: Apart, found: Counter[int]) -> Counter[int]:
    """R16: the squad's cars given to the groups of its detainees, so that each has its places; nothing if none are."""
    cars = [k for k, car in row.cars.items() for _ in range(found[car])]
    for owners in product(range(len(row.groups)), repeat=len(cars)):
        left = list(row.groups)
        for k, owner in zip(cars, owners, strict=True):
            left[owner] -= row.places[k]
        if max(left) <= 0:
            return Counter(row.parts[owner][k] for k, owner in zip(cars, owners, strict=True))
    return Counter()


def _slot(joint: JointProgram, team: Team, squad: Unit) -> Slot | None:
    """The slot of the program that stands for the team, as far as the squad's site is concerned."""
    site = squad.stops[1].place
    slots = [slot for s, slot in joint.member if s == site and slot[1] == team.assembly]
    named = [slot for slot in slots if slot[0] == team.id]
    return next(iter(named or [s for s in slots if s[0] is None or s[0].startswith("=")]), None)


def _squad(joint: JointProgram, team: Team, squad: Unit) -> Iterator[int]:
    site, slot = squad.stops[1].place, _slot(joint, team, squad)
    if slot is None:
        return
    yield joint.raided[site]
    yield from islice((joint.starts[site, m] for m in joint.levels[site] if m >= squad.stops[1].start), 1)
    yield from (joint.through[site, team.assembly], joint.member[site, slot])
    yield from _of_class(joint, dict(joint.crews[site, team.assembly]), squad.officers)
    yield from _cars(joint, {k: v for (k, s), v in joint.brought.items() if s == site}, squad.vehicles)
    raids = [stop.place for stop in squad.stops if stop.task == "raid"]
    if len(raids) == 2 and (raids[0], raids[1]) in joint.follows:
        yield from (joint.raided[raids[1]], joint.follows[raids[0], raids[1]])
    if squad.stops[-1].task == "deliver" and (raids[-1], squad.stops[-1].place) in joint.delivers:
        yield joint.delivers[raids[-1], squad.stops[-1].place]


def _escort(joint: JointProgram, unit: Unit) -> Iterator[int]:
    """The way with the same loads to the same place, by a crew from the same home."""
    loads: list[list[str]] = [[]]
    for stop in unit.stops:
        if stop.task == "pickup":
            loads[-1].append(stop.place)
        elif loads[-1]:
            loads.append([])
    tour = tuple(tuple(load) for load in loads if load)
    for variable, way in joint.ways:
        is_same = way.tour == tour and way.custody == unit.stops[-1].place
        if is_same and way.home is not None and any(o.id == unit.officers[0] for o in way.home.officers):
            yield variable
            return


def _forensic(joint: JointProgram, unit: Unit) -> Iterator[int]:
    """The tour over the same scenes, by a pair from the same home or homes."""
    scenes = {stop.place for stop in unit.stops}
    for variable, tour in joint.tours:
        if {s.place for s in tour.stops} == scenes and _is_pair(tour, unit):
            yield variable
            return


def _is_pair(tour: Tour, unit: Unit) -> bool:
    first, second = ({o.id for o in home.officers} for home in tour.pair)
    return any(a in first and b in second for a, b in permutations(unit.officers[:FORENSIC_CREW], FORENSIC_CREW))


def _kept(joint: JointProgram, unit: Unit) -> Iterator[int]:
    yield from _of_class(joint, {i: v for (i, p), v in joint.keeps.items() if p == unit.kind}, unit.officers)
    yield from _cars(joint, {k: v for (k, p), v in joint.kept_cars.items() if p == unit.kind}, unit.vehicles)


def _of_class(joint: JointProgram, counts: dict[int, int], officers: Iterable[str]) -> Iterator[int]:
    """Class -> variable: each officer counted in the officer's class."""
    for i, row in enumerate(joint.force.officers):
        number = sum(o.id in set(officers) for o in row.officers) if i in counts else 0
        yield from (counts[i] for _ in range(number))


def _cars(joint: JointProgram, counts: dict[int, int], vehicles: Iterable[str]) -> Iterator[int]:
    for k, row in enumerate(joint.force.vehicles):
        number = sum(v.id in set(vehicles) for v in row.vehicles) if k in counts else 0
        yield from (counts[k] for _ in range(number))
