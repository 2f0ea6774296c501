"""Escort units in every plan: loads one after the other, each picked up at one site first and then at others.

A unit's load is what it picks up from one delivery, or its base, to the next: all of it is aboard at once. The whole
crew goes to the load's first site, and has its least number also for one detainee.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import Relaxation
from planner.solver.classes import vehicle_classes

LAST_LOAD = 4  # loads told apart; this one stands for all after it too


class Pickup(NamedTuple):
    """A detainee is in the unit's load of this number, picked up at the load's first site or at a later one."""

    load: int
    is_first: bool


def escort_wait(ground: Ground, target: Target, pickup: Pickup) -> int | None:
    """Least minutes from the raid's start to the end of the pickup; None where there is no site before this one."""
    d, way = ground.doctrine, ground.ways.minutes
    arrest = d.arrest_minutes + d.handover_minutes
    if pickup.is_first:
        return max(arrest, _first_end(ground, target, pickup.load) - target.latest)
    others = [_first_end(ground, t, pickup.load) + way(t.id, target.id) for t in _others(ground, target)]
    return max(arrest, min(others) + d.handover_minutes - target.latest) if others else None


def _first_end(ground: Ground, target: Target, load: int) -> int:
    """Earliest end of a load's first pickup at the site; minutes from H."""
    d = ground.doctrine
    if load == 1:
        return target.earliest + d.arrest_minutes + d.handover_minutes
    back = d.intake_minutes + ground.back[target.id] + d.handover_minutes
    return ground.first_delivery + (load - 2) * ground.escort_turn + back


def _others(ground: Ground, target: Target) -> list[Target]:
    return [t for t in ground.targets if t.id != target.id]


def _detour(ground: Ground, target: Target) -> int:
    """Least minutes from another site to this one, less what was counted from there to custody; 0 without another."""
    way = ground.ways.minutes
    return min((way(t.id, target.id) - ground.away[t.id] for t in _others(ground, target)), default=0)


def r15_escorts(relaxed: Relaxation, target: Target, rows: Iterable[tuple[Pickup, int, int]]) -> None:
    """Each detainee aboard has officers of an escort unit, who came from a base or from a delivery before.

    Rows: the pickup, minutes to the custody place, and the variable that counts the detainees.
    """
    ground, program = relaxed.ground, relaxed.program
    if not ground.custody:
        return
    each, away = ground.doctrine.escorts_per_detainee, ground.away[target.id]
    detour = _detour(ground, target)
    firsts: dict[int, list[int]] = defaultdict(list)
    for pickup, drive, carried in rows:
        relaxed.loads[pickup.load].append((carried, 1.0))
        if pickup.is_first:
            firsts[pickup.load].append(carried)
            relaxed.cost[carried] += each * (drive - away)
        else:
            relaxed.cost[carried] += each * max(0, detour + drive)
    for load, carried_first in firsts.items():
        units, crew = program.quantity(), program.quantity()
        program.require([*((v, 1.0) for v in carried_first), (units, -float(len(target.suspects)))], upper=0)
        program.require([(crew, 1.0), (units, -float(ground.doctrine.escort_crew))], 0)
        program.require([(crew, 1.0), *((v, -each) for v in carried_first)], 0)
        relaxed.cost[crew] += away
        relaxed.escorts[load].append((crew, 1.0))
        if load == 1:
            relaxed.units.append((units, 1.0))
            relaxed.from_bases("escort", target, ground.ways.minutes, [(crew, 1.0)])
        else:
            relaxed.cost[crew] += ground.back[target.id]


def r15_crews(relaxed: Relaxation) -> None:
    """All in the first loads are aboard at once, all in the second loads too, and so on: with officers and cells."""
    program, cells, cars = relaxed.program, [], []
    for k, row in enumerate(vehicle_classes(relaxed.ground.operation.vehicles)):
        if row.cells:
            used = program.quantity(len(row.vehicles))
            relaxed.cars[k].append(used)
            cars.append((used, 1.0))
            cells.append((used, float(row.cells)))
    program.require([*cars, *((v, -1.0) for v, _ in relaxed.units)], 0)
    each = relaxed.ground.doctrine.escorts_per_detainee
    for load, aboard in relaxed.loads.items():
        program.require([*relaxed.escorts[load], *((v, -each) for v, _ in aboard)], 0)
        if load < LAST_LOAD:
            program.require([*cells, *((v, -1.0) for v, _ in aboard)], 0)
        if 1 < load < LAST_LOAD:
            program.require([*relaxed.escorts[1], *((v, -1.0) for v, _ in relaxed.escorts[load])], 0)
