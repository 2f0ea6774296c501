"""Examinations in every plan: pairs of forensic officers who go from site to site, in one city or from another."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from planner.score import NO_EXAM
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import Relaxation
from planner.solver.classes import vehicle_classes

PAIR = 2


class Turn(NamedTuple):
    """An exam as a unit's first (0), second, and so on; the unit comes from a site so far away, its base if None.

    Minutes, at least: `wait` from the raid's start to the exam's.
    """

    number: int
    wait: int
    hop: int | None
    is_near: bool


def exams(relaxed: Relaxation) -> None:
    """Each raided site marked for it has an exam, as the first of a unit or after others, or counts as if it waited.

    Who examines second in a city has examined before in the same city, or comes from another.
    """
    ground, program = relaxed.ground, relaxed.program
    marked = [t for t in ground.targets if t.site.exam]
    hops = (ground.direct(a.id, b.id) for a in marked for b in marked if a.id != b.id)
    step = ground.doctrine.exam_minutes + min(hops, default=0)
    by_turn: dict[int, list[tuple[str, bool, int]]] = defaultdict(list)
    for target in marked:
        none = program.quantity()
        relaxed.cost[none] += NO_EXAM
        done = [none]
        for turn in turns_in_time(ground, target, marked, step):
            exam = program.quantity(1)
            relaxed.cost[exam] += turn.wait
            done.append(exam)
            by_turn[turn.number].append((target.site.city, turn.is_near, exam))
            if turn.hop is None:
                relaxed.from_bases("forensic", target, ground.direct, [(exam, PAIR)])
            else:
                relaxed.cost[exam] += PAIR * turn.hop
        program.require([*((v, 1.0) for v in done), (relaxed.raided[target.id], -1)], 0)
    for number in range(1, len(by_turn)):
        before, after = by_turn[number - 1], by_turn[number]
        program.require([*((v, 1.0) for _, _, v in after), *((v, -1.0) for _, _, v in before)], upper=0)
        for city in sorted({t.site.city for t in marked}):
            near = [(v, 1.0) for there, is_near, v in after if is_near and there == city]
            program.require([*near, *((v, -1.0) for there, _, v in before if there == city)], upper=0)
    cars = [program.quantity(len(c.vehicles)) for c in vehicle_classes(ground.operation.vehicles)]
    for k, used in enumerate(cars):
        relaxed.cars[k].append(used)
    program.require([*((v, 1.0) for v in cars), *((v, -1.0) for _, _, v in by_turn[0])], 0)


def turns_in_time(ground: Ground, target: Target, marked: list[Target], step: int) -> Iterator[Turn]:
    """The site's exam as a unit's first, second, and so on (each `step` minutes later), while that can be in time."""
    d = ground.doctrine
    yield Turn(0, d.arrest_minutes, None, is_near=False)
    others = [(ground.direct(t.id, target.id), t.site.city == target.site.city) for t in marked if t.id != target.id]
    first = min(t.earliest for t in marked) + d.arrest_minutes
    for number in range(1, len(marked)):
        for is_near in (True, False):
            hop = min((minutes for minutes, near in others if near == is_near), default=None)
            if hop is not None:
                soonest = first + (number - 1) * step + d.exam_minutes + hop
                wait = max(d.arrest_minutes, soonest - target.latest)
                if wait <= d.exam_latest:
                    yield Turn(number, wait, hop, is_near)
