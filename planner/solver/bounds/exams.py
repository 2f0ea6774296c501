"""Examinations in every plan: pairs of forensic officers who go from site to site."""

from collections import defaultdict

from planner.score import NO_EXAM
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import Relaxation
from planner.solver.classes import vehicle_classes

PAIR = 2


def exams(relaxed: Relaxation) -> None:
    """Each raided site marked for it has an exam, as the first of a unit or after others, or counts as if it waited."""
    ground = relaxed.ground
    marked = [t for t in ground.targets if t.site.exam]
    by_turn: dict[int, list[int]] = defaultdict(list)
    for target in marked:
        none = relaxed.program.quantity()
        relaxed.cost[none] += NO_EXAM
        turns = [none]
        for turn, wait in enumerate(turns_in_time(ground, target, marked)):
            exam = relaxed.program.quantity(1)
            relaxed.cost[exam] += wait
            turns.append(exam)
            by_turn[turn].append(exam)
            if turn == 0:
                _from_base(relaxed, target, exam)
            else:
                relaxed.cost[exam] += PAIR * _least_hop(ground, target, marked)
        relaxed.program.require([*((v, 1.0) for v in turns), (relaxed.raided[target.id], -1)], 0)
    for turn in range(1, len(by_turn)):
        terms = [*((v, 1.0) for v in by_turn[turn]), *((v, -1.0) for v in by_turn[turn - 1])]
        relaxed.program.require(terms, upper=0)
    cars = [relaxed.program.quantity(len(c.vehicles)) for c in vehicle_classes(ground.operation.vehicles)]
    for k, used in enumerate(cars):
        relaxed.cars[k].append(used)
    relaxed.program.require([*((v, 1.0) for v in cars), *((v, -1.0) for v in by_turn[0])], 0)


def turns_in_time(ground: Ground, target: Target, marked: list[Target]) -> list[int]:
    """Least minutes from the site's raid to its exam as a unit's first, second, and so on, while that is in time."""
    d = ground.doctrine
    if len(marked) == 1:
        return [d.arrest_minutes]
    step = d.exam_minutes + min(_least_hop(ground, t, marked) for t in marked)
    first = min(t.earliest for t in marked) + d.arrest_minutes
    waits = [max(d.arrest_minutes, first + turn * step - target.latest) for turn in range(len(marked))]
    return [wait for wait in waits if wait <= d.exam_latest]


def _least_hop(ground: Ground, target: Target, marked: list[Target]) -> int:
    return min(ground.direct(t.id, target.id) for t in marked if t.id != target.id)


def _from_base(relaxed: Relaxation, target: Target, exam: int) -> None:
    pairs = []
    for i, officers in enumerate(relaxed.ground.officers):
        if "forensics" in officers.skills and not officers.is_bound:
            goes = relaxed.program.quantity(len(officers.officers))
            relaxed.cost[goes] += relaxed.ground.direct(officers.base, target.id)
            relaxed.used[i].append(goes)
            pairs.append((goes, 1.0))
    relaxed.program.require([*pairs, (exam, -PAIR)], 0)
