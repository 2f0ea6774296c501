"""Who holds the interviews in every plan: nobody who is still on duty, and one at a time.

In any stretch of time as long as an interview and a break no officer begins two. So what begins in it needs as many
with the skill, and twice as many in all, who are free by its end: of squads whose raid can be over and the way from
there done, of escort units that can have delivered, of forensic units that can have had an exam, commanders whose
teams can be through, and officers of no unit, who come from their bases.
"""

from collections.abc import Iterator
from typing import NamedTuple

from planner.solver.bounds.force import INTERVIEW
from planner.solver.bounds.squads import SquadRelaxation

INTERVIEWERS = 2


class Freed(NamedTuple):
    """Officers (a variable counts them) who are at a custody place with rooms at this minute, at the soonest."""

    minute: float
    officers: int


def r19_interviewers(relaxed: SquadRelaxation) -> None:
    """What begins while most are on duty is held by those who are not; of all officers, and of those with the skill."""
    ground = relaxed.ground
    rooms = [p.id for p in ground.operation.places if p.id in ground.custody and p.rooms]
    if not rooms or not relaxed.begun:
        return
    idle = _idle(relaxed, rooms)
    every = range(len(ground.officers))
    skilled = [i for i in every if INTERVIEW in ground.officers[i].skills]
    for classes, each in ((skilled, 1), (list(every), INTERVIEWERS)):
        _held_by(relaxed, [*_freed(relaxed, classes, rooms)], [idle[i] for i in classes], classes, each)


def _idle(relaxed: SquadRelaxation, rooms: list[str]) -> list[int]:
    """For each class the variable that counts those of no unit who hold interviews, with their way there."""
    ground, found = relaxed.ground, []
    for i, officers in enumerate(ground.officers):
        come = relaxed.program.quantity(len(officers.officers))
        relaxed.cost[come] += min(ground.direct(officers.base, room) for room in rooms)
        relaxed.used[i].append(come)
        found.append(come)
    return found


def _freed(relaxed: SquadRelaxation, classes: list[int], rooms: list[str]) -> Iterator[Freed]:
    """Those of squads, the commanders and those of forensic units."""
    ground, program = relaxed.ground, relaxed.program
    over = {}
    for target in ground.targets:
        way = min(ground.ways.minutes(target.id, room) for room in rooms)  # by a further door, or custody
        over[target.id] = target.earliest + target.raid_minutes + way
        theirs = [(relaxed.first[i, target.id], 1.0) for i in classes if (i, target.id) in relaxed.first]
        squad = program.quantity()
        program.require([(squad, 1.0), *((v, -n) for v, n in theirs)], upper=0)
        yield Freed(over[target.id], squad)
    for city, targets in ground.by_city.items():
        way = min((ground.direct(a, room) for a in ground.assemblies[city] for room in rooms), default=0)
        through = min(t.earliest + t.raid_minutes for t in targets) + way
        yield from (Freed(through, relaxed.command[i, city]) for i in classes if (i, city) in relaxed.command)
    d = ground.doctrine
    exams = [
        t.earliest + d.arrest_minutes + d.exam_minutes + min(ground.direct(t.id, room) for room in rooms)
        for t in ground.targets
        if t.site.exam
    ]
    yield from (Freed(min(exams), relaxed.serves["forensic", i]) for i in classes if ("forensic", i) in relaxed.serves)


def _held_by(relaxed: SquadRelaxation, freed: list[Freed], idle: list[int], classes: list[int], each: int) -> None:
    """In each stretch until all may be free, what begins is held by so many `each` of those who are free by then."""
    program, d = relaxed.program, relaxed.ground.doctrine
    length = (d.interview_minutes + d.interview_break) // relaxed.ground.cell
    escorts = [(relaxed.serves["escort", i], -1.0) for i in classes if ("escort", i) in relaxed.serves]
    last = max((row.minute for row in [*freed, *(Freed(m, v) for m, v in relaxed.crews)]), default=0.0)
    for cell in range(min(relaxed.ground.num_cells - 1, int(last) // relaxed.ground.cell + 1)) if length else ():
        begun = [term for c in range(max(0, cell - length + 1), cell + 1) for term in relaxed.begun.get(c, ())]
        if not begun:
            continue
        until = (cell + 1) * relaxed.ground.cell
        delivered = program.quantity()
        program.require([(delivered, 1.0), *escorts], upper=0)
        program.require([(delivered, 1.0), *((v, -1.0) for m, v in relaxed.crews if m < until)], upper=0)
        free = [delivered, *idle, *(row.officers for row in freed if row.minute < until)]
        program.require([*((v, each * n) for v, n in begun), *((v, -1.0) for v in free)], upper=0)
