"""First interviews in every plan: rooms at the custody places, and officers, who hold one at a time."""

from collections import defaultdict
from collections.abc import Mapping
from math import ceil, inf
from typing import NamedTuple

from planner.score import NO_INTERVIEW
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.classes import reserved_officers
from planner.solver.model import Terms


class Arrival(NamedTuple):
    """Detainees (a variable counts them) who can be interviewed between these minutes from H, at the soonest."""

    carried: int
    soonest: int
    latest: int


class Window(NamedTuple):
    """Stretches of time in all of which no more begin than at once; the row that says so."""

    cells: range
    row: int


def r19_interviews(relaxed: SquadRelaxation, arrivals: Mapping[str | None, list[Arrival]]) -> None:
    """In each time that an interview takes, no more begin at a place than it has rooms; the others wait."""
    operation = relaxed.ground.operation
    for place, rows in arrivals.items():
        rooms = inf if place is None else operation.places_by_id[place].rooms
        if not rooms:
            for row in rows:
                relaxed.cost[row.carried] += NO_INTERVIEW
            continue
        begun = begun_at(relaxed, rows)
        for cell, terms in begun.items():
            relaxed.begun[cell] += terms
            for talk, _ in terms:
                relaxed.cost[talk] += relaxed.ground.room_price(place, cell)
        at_once(relaxed, begun, rooms)
    reserved = reserved_officers(operation)
    people = [o for o in operation.officers if o.id not in reserved]
    at_once(relaxed, relaxed.begun, min(sum("interview" in o.skills for o in people), len(people) // 2))


def begun_at(relaxed: SquadRelaxation, rows: list[Arrival]) -> dict[int, list[tuple[int, float]]]:
    """Terms that count the interviews of one place that begin in each stretch; who is later than the latest waits.

    Who waits does so from the latest minute to the next stretch, and then from stretch to stretch. To never be
    interviewed costs more than the last stretch, which takes all who come.
    """
    program, last = relaxed.program, relaxed.ground.num_cells - 1
    begun: dict[int, list[tuple[int, float]]] = defaultdict(list)
    come: dict[int, list[tuple[int, float]]] = defaultdict(list)
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows:
        alike[min(row.soonest // relaxed.ground.cell, last), row.latest].append(row.carried)
    for (soonest, minute), carried in alike.items():
        latest = min(ceil(minute / relaxed.ground.cell), last)
        at_once = {cell: program.quantity() for cell in range(soonest, latest)}
        enters = program.quantity()
        for cell, talk in at_once.items():
            begun[cell].append((talk, 1.0))
        come[latest].append((enters, 1.0))
        relaxed.cost[enters] += max(0, latest * relaxed.ground.cell - minute)
        program.require([(enters, 1.0), *((v, 1.0) for v in at_once.values()), *((v, -1.0) for v in carried)], 0, 0)
    waits: Terms = ()
    for cell in range(min(come, default=last), last + 1):
        talk, wait = program.quantity(), program.quantity(inf if cell < last else 0)
        relaxed.cost[wait] += relaxed.ground.cell
        begun[cell].append((talk, 1.0))
        program.require([*come[cell], *waits, (talk, -1.0), (wait, -1.0)], 0, 0)
        waits = [(wait, 1.0)]
    return begun


def at_once(relaxed: SquadRelaxation, begun: Mapping[int, list[tuple[int, float]]], most: float) -> list[Window]:
    """No more than this number of interviews begin in any stretch as long as one interview, but for the last."""
    windows, length = [], relaxed.ground.doctrine.interview_minutes // relaxed.ground.cell
    for cell in range(relaxed.ground.num_cells - length) if length and most < inf else ():
        terms = [term for c in range(cell, cell + length) for term in begun.get(c, ())]
        if terms:
            windows.append(Window(range(cell, cell + length), len(relaxed.program.rows)))
            relaxed.program.require(terms, upper=most)
    return windows
