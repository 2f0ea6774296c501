"""Examinations in every plan: pairs of forensic officers who go from site to site, in one city or from another."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from planner.score import NO_EXAM
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import Relaxation

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

    Who examines second in a city has examined before in the same city, or comes from another: a part does not ask who
    examined there.
    """
    ground, program = relaxed.ground, relaxed.program
    by_turn: dict[int, list[tuple[str, bool, int]]] = defaultdict(list)
    for target in (t for t in ground.targets if t.site.exam):
        none = program.quantity()
        relaxed.cost[none] += NO_EXAM
        done = [none]
        for turn in turns_in_time(ground, target):
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
        if ground.part is None:
            program.require([*((v, 1.0) for _, _, v in after), *((v, -1.0) for _, _, v in before)], upper=0)
        for city in sorted({city for city, _, _ in after}):
            near = [(v, 1.0) for there, is_near, v in after if is_near and there == city]
            program.require([*near, *((v, -1.0) for there, _, v in before if there == city)], upper=0)
    cars = [program.quantity(len(c.vehicles)) for c in ground.vehicles]
    for k, used in enumerate(cars):
        relaxed.cars[k].append(used)
    program.require([*((v, 1.0) for v in cars), *((v, -1.0) for _, _, v in by_turn[0])], 0)


def turns_in_time(ground: Ground, target: Target) -> Iterator[Turn]:
    """The site's exam as a unit's first, second, and so on, while that can be in time."""
    d, marked = ground.doctrine, ground.marked
    yield Turn(0, d.arrest_minutes, None, is_near=False)
    hops: dict[bool, list[int]] = defaultdict(list)
    for t in marked:
        if t.id != target.id:
            hops[t.site.city == target.site.city].append(ground.direct(t.id, target.id))
    first = min(t.earliest for t in marked) + d.arrest_minutes
    for is_near, minutes in hops.items():
        for number in range(1, len(marked)):
            soonest = first + (number - 1) * ground.exam_step + d.exam_minutes + min(minutes)
            wait = max(d.arrest_minutes, soonest - target.latest)
            if wait > d.exam_latest:
                break
            yield Turn(number, wait, min(minutes), is_near)
