"""Examinations in every plan: pairs of forensic officers who go from site to site, in one city or from another.

A unit's exams are its turns: the first (0), the second, and so on. Whoever has a turn at a site comes from the base, or
from a site where the same unit had the turn before: so the turns of all units are a flow through the sites. As many
units start as there are first turns, and these are whole numbers.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from planner.needs import FORENSIC_CREW
from planner.score import NO_EXAM
from planner.solver.bounds.force import FAR
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.params import BOUNDS


class Turn(NamedTuple):
    """An exam as a unit's turn of this number; the unit comes from the site `before`; None: its base, or elsewhere.

    Minutes, at least: `wait` from the raid's start to the exam's, `hop` of the way from another site.
    """

    number: int
    before: str | None
    wait: int
    hop: int


def exams(relaxed: SquadRelaxation) -> None:
    """Each raided site marked for it has an exam, as the first of a unit or after others, or counts as if it waited."""
    ground, program = relaxed.ground, relaxed.program
    had: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    left: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for target in (t for t in ground.targets if t.site.exam):
        none = program.quantity()
        relaxed.cost[none] += NO_EXAM
        done = [none]
        for turn in turns_in_time(ground, target):
            exam = program.quantity(1) if turn.number else program.variable()
            relaxed.cost[exam] += turn.wait + FORENSIC_CREW * turn.hop
            done.append(exam)
            had[target.id, turn.number].append((exam, 1.0))
            if turn.before is not None:
                left[turn.before, turn.number].append((exam, 1.0))
            elif turn.number == 0:
                relaxed.from_bases("forensic", target, ground.direct, [(exam, FORENSIC_CREW)])
        program.require([*((v, 1.0) for v in done), (relaxed.raided[target.id], -1)], 0)
    for (site, number), go_on in left.items():
        were = [*had[site, number - 1], *(had[site, number] if number == BOUNDS.last_turn else ())]
        program.require([*go_on, *((v, -n) for v, n in were)], upper=0)
    _cars(relaxed, [term for (_, number), terms in had.items() if number == 0 for term in terms])


def _cars(relaxed: SquadRelaxation, units: list[tuple[int, float]]) -> None:
    """R3: each unit has a vehicle, and each base's have seats for the officers who come from there."""
    ground, program = relaxed.ground, relaxed.program
    cars, seats = [], defaultdict[str, list[tuple[int, float]]](list)
    for k, row in enumerate(ground.vehicles):
        used = program.quantity(len(row.vehicles))
        relaxed.cars[k].append(used)
        cars.append((used, -1.0))
        seats[row.base].append((used, -float(row.seats)))
    program.require([*units, *cars], upper=0)
    sites = [t.id for t in ground.targets if t.site.exam]
    for (kind, base), come in relaxed.gone.items():
        if kind == "forensic" and base != FAR and all(ground.direct(base, site) > 0 for site in sites):
            program.require([*come, *seats[base]], upper=0)


def turns_in_time(ground: Ground, target: Target) -> Iterator[Turn]:
    """The site's exam as a unit's first turn, second, and so on, from wherever that can be in time."""
    d, own = ground.doctrine, {t.id for t in ground.targets}
    marked = [t.id for t in ground.exam_targets]
    is_own = np.array([site in own for site in marked])
    hops = ground.ways.directly(marked, [target.id])[:, 0]
    is_other = np.array([site != target.id for site in marked])
    yield Turn(0, None, d.arrest_minutes, 0)
    for number in range(1, len(ground.soonest)):
        waits = np.maximum(d.arrest_minutes, ground.soonest[number - 1] + d.exam_minutes + hops - target.latest)
        in_time = is_other & (waits <= d.exam_latest)
        for n in np.flatnonzero(in_time & is_own).tolist():
            yield Turn(number, marked[n], int(waits[n]), int(hops[n]))
        elsewhere = in_time & ~is_own
        if elsewhere.any():
            yield Turn(number, None, int(waits[elsewhere].min()), int(hops[elsewhere].min()))
