"""Escort units in every plan: loads one after the other, each picked up at one site first and then at others.

A unit's load is what it picks up from one delivery, or its base, to the next: all of it is aboard at once. The whole
crew goes to the load's first site, and has its least number also for one detainee.

A part knows the sites of one city, but escorts may come from another. So it tells apart by where the unit was before:
near, when this load and all before it began in the city; come, when this one began there and another elsewhere; far,
when this one began in another city. Who comes from another city is there no sooner than from any site of another, but
need not have had a first load; of a load that began far away the escorts are not asked for at all.

Where sites are few (`Ground.is_linked`) it also tells by which site of the city the unit came: the one where it picked
up before, or where its load before began. Officers who are to take more detainees at the next site come along from
the one before; so whoever is free flows from site to site, and from load to load.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import inf
from typing import NamedTuple

from planner.score import DETAINEE_WEIGHT
from planner.solver.bounds.ground import Ground, Origin, Target
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.params import BOUNDS


class Pickup(NamedTuple):
    """A detainee is in the unit's load of this number, picked up at the load's first site or at a later one.

    `before`: the site of the city where the unit picked up before; at a load's first, where its load before began.
    None: any, or there is none.
    """

    load: int
    is_first: bool
    origin: Origin
    before: str | None = None


def pickups(ground: Ground, target: Target) -> Iterator[Pickup]:
    """Every kind of pickup at the site."""
    for load in range(1, BOUNDS.last_load + 1):
        if ground.is_linked:
            yield from _linked_pickups(ground, target, load)
            continue
        if ground.part is None:
            yield from (Pickup(load, is_first, "any") for is_first in (True, False))
            continue
        yield from (Pickup(load, is_first, "near") for is_first in (True, False))
        yield Pickup(load, is_first=False, origin="far")
        if load > 1:
            yield from (Pickup(load, is_first, "come") for is_first in (True, False))


def _linked_pickups(ground: Ground, target: Target, load: int) -> Iterator[Pickup]:
    """Those of a load, by each site where the unit can have been before."""
    if load == 1:
        yield Pickup(load, is_first=True, origin="any")
    else:
        yield from (Pickup(load, is_first=True, origin="any", before=t.id) for t in ground.targets)
    yield from (Pickup(load, is_first=False, origin="any", before=t.id) for t in ground.targets if t.id != target.id)


def escort_wait(ground: Ground, target: Target, pickup: Pickup) -> int | None:
    """Least minutes from the raid's start to the end of the pickup; None where there is no site before this one."""
    d, load, origin = ground.doctrine, pickup.load, pickup.origin
    if pickup.is_first:
        end = _first_end(ground, target, load, origin)
        if pickup.before is not None:
            delivered = _first_end(ground, ground.target(pickup.before), load - 1, origin) + d.intake_minutes
            end = max(end, delivered + ground.by_custody(pickup.before, target.id) + d.handover_minutes)
    elif pickup.before is not None:
        way = ground.ways.minutes(pickup.before, target.id)
        end = _first_end(ground, ground.target(pickup.before), load, origin) + way + d.handover_minutes
    else:
        before = "any" if origin == "far" else origin
        others = (_first_end(ground, t, load, before) + way for t, way in ground.ways_from(origin, target))
        end = min(others, default=inf) + d.handover_minutes
    return None if end == inf else max(d.arrest_minutes + d.handover_minutes, int(end) - target.latest)


def _first_end(ground: Ground, target: Target, load: int, origin: Origin) -> float:
    """Earliest end of a load's first pickup at the site; minutes from H."""
    d = ground.doctrine
    if load == 1:
        return target.earliest + d.arrest_minutes + d.handover_minutes
    back = d.intake_minutes + ground.back[target.id] + d.handover_minutes
    delivered = ground.first_delivery["near" if origin == "near" else "any"]
    least = delivered + (load - 2) * ground.escort_turn + back
    return max(least, ground.from_afar[target.id]) if origin == "come" else least


def _detour(ground: Ground, target: Target, origin: Origin) -> int:
    """Least minutes from another site to this one, less what was counted from there to custody; 0 without another."""
    return min((way - ground.away[t.id] for t, way in ground.ways_from(origin, target)), default=0)


def _extra(ground: Ground, target: Target, drive: int) -> int:
    """Minutes by which the unit drives further than to the nearest custody place, as far as they surely count.

    A detainee who rides on while others are delivered, and more are picked up, shares that way with the next load:
    there it counts already. But then the detainee waits, beside the drive, for that delivery and that pickup.
    """
    d = ground.doctrine
    waits = DETAINEE_WEIGHT * (d.intake_minutes + d.handover_minutes)
    most = waits / d.escorts_per_detainee if d.escorts_per_detainee else 0
    return int(min(drive - ground.away[target.id], most))


def _further(ground: Ground, target: Target, pickup: Pickup, drive: int) -> int:
    """Minutes that an escort drives for a detainee beside what its load's officers drive from its first site."""
    extra = _extra(ground, target, drive)
    if pickup.is_first or pickup.before is not None:
        return extra
    return max(0, _detour(ground, target, pickup.origin) + ground.away[target.id] + extra)


def _link(relaxed: SquadRelaxation, target: Target, pickup: Pickup, carried: int) -> None:
    """The detainees are noted by the site before, where units are told apart by it."""
    if pickup.before is not None:
        relaxed.linked[pickup.load, pickup.is_first, pickup.before, target.id].append(carried)
    if relaxed.ground.is_linked:
        relaxed.taken[pickup.load, target.id].append((carried, 1.0))


def r15_escorts(relaxed: SquadRelaxation, target: Target, rows: Iterable[tuple[Pickup, int, int]]) -> None:
    """Each detainee aboard has officers of an escort unit, who came from a base or from a delivery before.

    Rows: the pickup, minutes to the custody place, and the variable that counts the detainees.
    """
    ground, program = relaxed.ground, relaxed.program
    if not ground.custody:
        return
    each, away = ground.doctrine.escorts_per_detainee, ground.away[target.id]
    firsts: dict[tuple[int, Origin], list[int]] = defaultdict(list)
    for pickup, drive, carried in rows:
        relaxed.loads[pickup.load].append((carried, 1.0))
        relaxed.cost[carried] += each * _further(ground, target, pickup, drive)
        if pickup.origin != "far":
            relaxed.escorted[pickup.load, pickup.origin].append((carried, 1.0))
        if pickup.is_first:
            firsts[pickup.load, pickup.origin].append(carried)
        _link(relaxed, target, pickup, carried)
    for (load, origin), carried_first in firsts.items():
        units, crew = program.quantity(), program.quantity()
        program.require([*((v, 1.0) for v in carried_first), (units, -float(len(target.suspects)))], upper=0)
        program.require([(crew, 1.0), (units, -float(ground.doctrine.escort_crew))], 0)
        program.require([(crew, 1.0), *((v, -each) for v in carried_first)], 0)
        relaxed.cost[crew] += away
        relaxed.escorts[load, origin].append((crew, 1.0))
        if ground.is_linked:
            relaxed.begin[load, target.id] = crew
        if load == 1:
            relaxed.units.append((units, 1.0))
            d = ground.doctrine
            picked_up = target.earliest + d.arrest_minutes + d.handover_minutes
            relaxed.crews.append((picked_up + away + d.intake_minutes, crew))
            relaxed.from_bases("escort", target, ground.ways.minutes, [(crew, 1.0)])
        else:
            relaxed.cost[crew] += ground.back[target.id]


def r15_links(relaxed: SquadRelaxation) -> None:
    """Who takes detainees at a site came along from the site before, and whoever begins a load began one before."""
    ground, program, each = relaxed.ground, relaxed.program, relaxed.ground.doctrine.escorts_per_detainee
    comes: dict[tuple[int, str], list[int]] = defaultdict(list)
    goes: dict[tuple[int, str], list[int]] = defaultdict(list)
    again: dict[tuple[int, str], list[int]] = defaultdict(list)
    ended: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (load, is_first, before, site), detainees in relaxed.linked.items():
        officers = program.quantity()
        program.require([(officers, 1.0), *((v, -each) for v in detainees)], 0)
        if is_first:
            again[load, site].append(officers)
            ended[load, before].append(officers)
        else:
            further = ground.ways.minutes(before, site) + ground.away[site] - ground.away[before]
            relaxed.cost[officers] += max(0, further)
            comes[load, site].append(officers)
            goes[load, before].append(officers)
    for (load, site), taken in relaxed.taken.items():
        begin = [(relaxed.begin[load, site], 1.0)] if (load, site) in relaxed.begin else []
        here = [*begin, *((v, 1.0) for v in comes[load, site])]
        program.require([*here, *((v, -each * n) for v, n in taken), *((v, -1.0) for v in goes[load, site])], 0)
        if load > 1:
            program.require([*((v, 1.0) for v in again[load, site]), *((v, -1.0) for v, _ in begin)], 0)
    for (load, before), officers_on in ended.items():
        loads = (load - 1, load) if load == BOUNDS.last_load else (load - 1,)
        were = [(relaxed.begin[n, before], 1.0) for n in loads if (n, before) in relaxed.begin]
        program.require([*were, *((v, -1.0) for v in officers_on)], 0)


def r15_crews(relaxed: SquadRelaxation) -> None:
    """All in the first loads are aboard at once, all in the second loads too, and so on: with officers and cells."""
    program, cells, cars = relaxed.program, [], []
    for k, row in enumerate(relaxed.ground.vehicles):
        if row.cells:
            used = program.quantity(len(row.vehicles))
            relaxed.cars[k].append(used)
            cars.append((used, 1.0))
            cells.append((used, float(row.cells)))
    program.require([*cars, *((v, -1.0) for v, _ in relaxed.units)], 0)
    for aboard in (relaxed.loads[load] for load in range(1, BOUNDS.last_load)):
        program.require([*cells, *((v, -1.0) for v, _ in aboard)], 0)
    each = relaxed.ground.doctrine.escorts_per_detainee
    for load, origin in list(relaxed.escorted):
        escorts = relaxed.escorts[load, origin]
        program.require([*escorts, *((v, -each) for v, _ in relaxed.escorted[load, origin])], 0)
        if 1 < load < BOUNDS.last_load and origin != "come":
            before = relaxed.escorts[1 if origin == "any" else load - 1, origin]
            program.require([*before, *((v, -1.0) for v, _ in escorts)], 0)
