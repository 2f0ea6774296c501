"""Detainees in every plan: driven by the squad or by escorts to a place with cells."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from planner.score import held_cost
from planner.solver.bounds.escorts import Pickup, escort_wait, pickups, r15_crews, r15_escorts, r15_links
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.interviews import Arrival, r19_interviews
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.params import BOUNDS


@dataclass(frozen=True, slots=True)
class CustodyOption:
    """A way of a site's detainees to custody; minutes from the raid's start to the delivery's, at least.

    The place is None for all the places further off: it has cells and rooms without end.
    """

    target: Target
    place: str | None
    pickup: Pickup | None  # None: the squad drives
    minutes: int
    drive: int


def detainees(relaxed: SquadRelaxation, *, has_interviews: bool = True) -> None:
    """All chargeable suspects of a raided site are delivered, and (`has_interviews`) interviewed or not."""
    ground, program = relaxed.ground, relaxed.program
    arrivals: dict[str | None, list[Arrival]] = defaultdict(list)
    for target in ground.targets:
        rows = [(way, program.quantity(len(target.suspects))) for way in ways_to_custody(ground, target)]
        for way, carried in rows:
            ready = way.minutes + ground.doctrine.intake_minutes
            relaxed.cost[carried] += held_cost(ground.operation, way.minutes)
            arrivals[way.place].append(Arrival(carried, target.earliest + ready, target.latest + ready))
        everyone = [(v, 1.0) for _, v in rows]
        program.require([*everyone, (relaxed.raided[target.id], -len(target.suspects))], 0, 0)
        r13_squad_drives(relaxed, target, [(way, v) for way, v in rows if way.pickup is None])
        r15_escorts(relaxed, target, [(way.pickup, way.drive, v) for way, v in rows if way.pickup is not None])
    r15_links(relaxed)
    r15_crews(relaxed)
    if has_interviews:
        r19_interviews(relaxed, arrivals)
    for place, coming in arrivals.items():
        if place is not None:
            program.require([(a.carried, 1.0) for a in coming], upper=ground.custody[place])


def ways_to_custody(ground: Ground, target: Target) -> Iterator[CustodyOption]:
    """Every way to custody that a plan could use."""
    if not ground.custody:
        return
    d = ground.doctrine
    own = sorted((ground.direct(target.id, p), p) for p in ground.custody)
    least = sorted((ground.ways.minutes(target.id, p), p) for p in ground.custody)
    for pickup in (None, *pickups(ground, target)):
        wait = target.raid_minutes if pickup is None else escort_wait(ground, target, pickup)
        for n, (drive, place) in enumerate((own if pickup is None else least)[: BOUNDS.num_places + 1]):
            if wait is not None and wait + drive + d.intake_minutes <= d.custody_latest and drive <= d.duty_max:
                yield CustodyOption(target, place if n < BOUNDS.num_places else None, pickup, wait + drive, drive)


def r13_squad_drives(relaxed: SquadRelaxation, target: Target, rows: list[tuple[CustodyOption, int]]) -> None:
    """A squad that drives its own detainees has officers and seats for it; all go there but the guards at an exam."""
    ground, program = relaxed.ground, relaxed.program
    num = len(target.suspects)
    ratio = ground.doctrine.self_escort_ratio
    guards = ground.doctrine.guard_crew if target.site.exam else 0
    go_on = max(1, target.size - guards)
    drives = []
    for way, carried in rows:
        drive = program.variable()
        drives.append((drive, 1.0))
        program.require([(carried, 1), (drive, -num)], upper=0)
        relaxed.cost[drive] += way.drive * go_on
        more = ceil(ratio * num) - go_on
        if more > 0:
            extra = program.quantity()
            program.require([(extra, 1), (carried, -ratio * way.drive), (drive, way.drive * go_on)], 0)
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
