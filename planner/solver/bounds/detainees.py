"""Detainees in every plan: driven by the squad or by escorts, to a place with cells, and interviewed there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

from planner.score import DETAINEE_WEIGHT, NO_INTERVIEW
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import Relaxation
from planner.solver.classes import officer_classes, vehicle_classes
from planner.solver.program import Terms

CELL_MINUTES = 15
NUM_CELLS = 60
NUM_PLACES = 3  # custody places told apart for each site; the others are one, as near as the nearest of them


@dataclass(frozen=True, slots=True)
class Way:
    """A way of a site's detainees to custody; minutes from the raid's start to the delivery's, at least.

    The place is None for all the places further off: it has cells and rooms without end.
    """

    target: Target
    place: str | None
    carrier: str  # "squad", "escort", or "escort again": officers who delivered others before
    minutes: int
    drive: int


def detainees(relaxed: Relaxation) -> None:
    """All chargeable suspects of a raided site are delivered, and interviewed or not."""
    arrivals: dict[str | None, list[tuple[Way, int]]] = defaultdict(list)
    for target in relaxed.ground.targets:
        by_carrier: dict[str, list[tuple[Way, int]]] = defaultdict(list)
        for way in ways_to_custody(relaxed.ground, target):
            variable = relaxed.program.quantity(len(target.suspects))
            by_carrier[way.carrier].append((way, variable))
            arrivals[way.place].append((way, variable))
        everyone = [(v, 1.0) for rows in by_carrier.values() for _, v in rows]
        relaxed.program.require([*everyone, (relaxed.raided[target.id], -len(target.suspects))], 0, 0)
        r13_squad_drives(relaxed, target, by_carrier["squad"])
        r15_escorts(relaxed, target, by_carrier["escort"], by_carrier["escort again"])
    r15_cells(relaxed)
    for place, rows in arrivals.items():
        r19_interviews(relaxed, place, rows)
        if place is not None:
            relaxed.program.require([(v, 1.0) for _, v in rows], upper=relaxed.ground.custody[place])
    r19_interviewers(relaxed)


def ways_to_custody(ground: Ground, target: Target) -> Iterator[Way]:
    """Every way to custody that a plan could use."""
    if not ground.custody:
        return
    d = ground.doctrine
    own = sorted((ground.direct(target.id, p), p) for p in ground.custody)
    least = sorted((ground.ways.minutes(target.id, p), p) for p in ground.custody)
    arrest = d.arrest_minutes + d.handover_minutes
    turn = escort_turn(ground, target)
    for carrier, wait, drives in (
        ("squad", target.raid_minutes, own),
        ("escort", arrest, least),
        ("escort again", max(arrest, turn - target.latest), least),
    ):
        for n, (drive, place) in enumerate(drives[: NUM_PLACES + 1]):
            if wait + drive + d.intake_minutes <= d.custody_latest and drive <= d.duty_max:
                yield Way(target, place if n < NUM_PLACES else None, carrier, wait + drive, drive)


def escort_turn(ground: Ground, target: Target) -> int:
    """Earliest end of a pickup at the site by officers who delivered others before; minutes from H."""
    d = ground.doctrine
    before = ground.first_delivery + d.intake_minutes + min(ground.ways.minutes(p, target.id) for p in ground.custody)
    return before + d.handover_minutes


def r13_squad_drives(relaxed: Relaxation, target: Target, rows: list[tuple[Way, int]]) -> None:
    """A squad that drives its own detainees has officers and seats for it, and all its officers go there."""
    ground, program = relaxed.ground, relaxed.program
    num = len(target.suspects)
    ratio = ground.doctrine.self_escort_ratio
    drives = []
    for way, carried in rows:
        drive = program.variable()
        drives.append((drive, 1.0))
        program.require([(carried, 1), (drive, -num)], upper=0)
        relaxed.cost[drive] += way.drive * target.size
        more = ceil(ratio * num) - target.size
        if more > 0:
            extra = program.quantity()
            program.require([(extra, 1), (carried, -ratio * way.drive), (drive, way.drive * target.size)], 0)
            relaxed.cost[extra] += 1
    program.require([*drives, (relaxed.raided[target.id], -1)], upper=0)
    carried_by_squad = [(v, 1.0) for _, v in rows]
    crew = [
        (visits[i, target.id], 1.0)
        for visits in (relaxed.first, relaxed.after)
        for i in range(len(ground.officers))
        if (i, target.id) in visits
    ]
    program.require([*crew, *((v, -ratio) for v, _ in carried_by_squad)], 0)
    again = [(relaxed.again[target.id], float(num))] if target.id in relaxed.again else []
    program.require([*relaxed.seats[target.id], *((v, -1.0) for v, _ in carried_by_squad), *again], 0)


def r15_escorts(
    relaxed: Relaxation, target: Target, fresh: list[tuple[Way, int]], again: list[tuple[Way, int]]
) -> None:
    """Each detainee aboard has officers of an escort unit, who came from a base or from a delivery before."""
    ground, program = relaxed.ground, relaxed.program
    each = ground.doctrine.escorts_per_detainee
    from_base = []
    for i, officers in enumerate(ground.officers):
        if not officers.is_bound and fresh:
            goes = program.quantity(len(officers.officers))
            relaxed.cost[goes] += ground.ways.minutes(officers.base, target.id)
            relaxed.used[i].append(goes)
            from_base.append((goes, 1.0))
    program.require([*from_base, *((v, -each) for _, v in fresh)], 0)
    relaxed.escorted += [(v, 1.0) for _, v in fresh]
    back = min(ground.ways.minutes(p, target.id) for p in ground.custody) if ground.custody else 0
    for way, carried in [*fresh, *again]:
        relaxed.cost[carried] += each * way.drive
    for _, carried in again:
        relaxed.cost[carried] += each * back
        relaxed.escorted_again.append((carried, 1.0))


def r15_cells(relaxed: Relaxation) -> None:
    """The detainees of the first loads sit in cells; who carries again has carried before."""
    program, cells = relaxed.program, []
    for k, cars in enumerate(vehicle_classes(relaxed.ground.operation.vehicles)):
        if cars.cells:
            used = program.quantity(len(cars.vehicles))
            relaxed.cars[k].append(used)
            cells.append((used, float(cars.cells)))
    program.require([*cells, *((v, -1.0) for v, _ in relaxed.escorted)], 0)
    d = relaxed.ground.doctrine
    rounds = d.duty_max / max(1, d.handover_minutes + d.intake_minutes)
    program.require([*((v, rounds) for v, _ in relaxed.escorted), *((v, -1.0) for v, _ in relaxed.escorted_again)], 0)


def r19_interviews(relaxed: Relaxation, place: str | None, rows: list[tuple[Way, int]]) -> None:
    """Interviews at a place begin after the intake, in each 90 minutes no more than rooms; minutes count from H."""
    ground, program, d = relaxed.ground, relaxed.program, relaxed.ground.doctrine
    begun: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rooms = inf if place is None else ground.operation.places_by_id[place].rooms
    for way, carried in rows:
        ready = way.minutes + d.intake_minutes
        relaxed.cost[carried] += (DETAINEE_WEIGHT - 1) * way.minutes
        never = program.quantity()
        relaxed.cost[never] += way.minutes + NO_INTERVIEW
        talks = [(never, 1.0)]
        for cell in cells_of_time(ground, way) if rooms else ():
            talk = program.quantity()
            relaxed.cost[talk] += max(ready, cell * CELL_MINUTES - way.target.latest) - d.intake_minutes
            talks.append((talk, 1.0))
            if cell < NUM_CELLS:
                begun[cell].append((talk, 1.0))
        program.require([*talks, (carried, -1.0)], 0, 0)
    for cell, terms in begun.items():
        relaxed.begun[cell] += terms
    at_once(relaxed, begun, rooms)


def cells_of_time(ground: Ground, way: Way) -> range:
    """The stretches of time in which an interview may begin; the last one stands for all that is later."""
    ready = way.minutes + ground.doctrine.intake_minutes + way.target.earliest
    return range(min(ready // CELL_MINUTES, NUM_CELLS), NUM_CELLS + 1)


def at_once(relaxed: Relaxation, begun: dict[int, list[tuple[int, float]]], most: float) -> None:
    """No more than this number of interviews begin in any stretch as long as one interview."""
    length = relaxed.ground.doctrine.interview_minutes // CELL_MINUTES
    for cell in range(NUM_CELLS) if length else ():
        terms: Terms = [term for c in range(cell, min(cell + length, NUM_CELLS)) for term in begun.get(c, ())]
        if terms:
            relaxed.program.require(terms, upper=most)


def r19_interviewers(relaxed: Relaxation) -> None:
    """Each interview has two officers, one of them trained for it, who hold one at a time."""
    ground = relaxed.ground
    people = [o for c in officer_classes(ground.operation, ground.operation.officers) for o in c.officers]
    trained = sum("interview" in o.skills for o in people)
    at_once(relaxed, relaxed.begun, min(trained, len(people) // 2))
