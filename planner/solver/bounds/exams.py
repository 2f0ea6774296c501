"""Examinations in every plan: pairs of forensic officers who go from site to site, in one city or from another.

A unit's exams are its turns: the first (0), the second, and so on. Whoever has a turn at a site comes from the base, or
from a site where the same unit had the turn before: so the turns of all units are a flow through the sites. As many
units start as there are first turns, and these are whole numbers.
"""

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from planner.needs import FORENSIC_CREW
from planner.score import NO_EXAM
from planner.solver.bounds.force import FAR
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.params import BOUNDS

Soonest = list[dict[str, float]]
"""Turn -> site, of any city -> earliest minute at which a unit can have that turn there."""


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
    soonest = soonest_turns(ground)
    had: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    left: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for target in (t for t in ground.targets if t.site.exam):
        none = program.quantity()
        relaxed.cost[none] += NO_EXAM
        done = [none]
        for turn in turns_in_time(ground, target, soonest):
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


def turns_in_time(ground: Ground, target: Target, soonest: Soonest) -> Iterator[Turn]:
    """The site's exam as a unit's first turn, second, and so on, from wherever that can be in time."""
    d, own = ground.doctrine, {t.id for t in ground.targets}
    yield Turn(0, None, d.arrest_minutes, 0)
    for number in range(1, len(soonest)):
        elsewhere: list[tuple[int, int]] = []
        for site, start in soonest[number - 1].items():
            hop = ground.direct(site, target.id)
            wait = int(max(d.arrest_minutes, start + d.exam_minutes + hop - target.latest))
            if site == target.id or wait > d.exam_latest:
                continue
            if site in own:
                yield Turn(number, site, wait, hop)
            else:
                elsewhere.append((wait, hop))
        if elsewhere:
            yield Turn(number, None, min(wait for wait, _ in elsewhere), min(hop for _, hop in elsewhere))


def soonest_turns(ground: Ground) -> Soonest:
    """When a unit can have each turn at each site, by whatever sites it comes; without those that are too late."""
    d, marked = ground.doctrine, ground.exam_targets
    found: Soonest = [{t.id: float(t.earliest + d.arrest_minutes) for t in marked}]
    while found[-1] and len(found) <= min(BOUNDS.last_turn, len(marked) - 1):
        before, turn = found[-1], {}
        for t in marked:
            ways = (
                start + d.exam_minutes + ground.direct(site, t.id) for site, start in before.items() if site != t.id
            )
            start = max(t.earliest + d.arrest_minutes, min(ways, default=inf))
            if start <= t.latest + d.exam_latest:
                turn[t.id] = start
        found.append(turn)
    return found
