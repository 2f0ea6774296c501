"""Prices of officers and of rooms: what one more of a class, or one more room, would save all cities together.

Any prices of 0 or more make a valid bound. Good ones come from programs over sums: one with a row for each need of each
city, in which no officer is sent twice, and one in which detainees queue for rooms. They are the dual values of
what all cities share.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from typing import NamedTuple

from planner.needs import meets, needs_together
from planner.score import held_cost
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.interviews import Arrival, Window, at_once, begun_at
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.classes import OfficerClass
from planner.solver.model import IntegerProgram
from planner.solver.params import BOUNDS
from planner.solver.progress import Clock


def prices(ground: Ground, clock: Clock) -> dict[int, float]:
    """Class of officers -> price of each who serves in a city; none where the program was not solved in time."""
    program, cost = IntegerProgram(), {}
    sent: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for city, targets in ground.by_city.items():
        here = {}
        for i, way in _ways(ground, city, targets):
            here[i] = program.quantity(len(ground.officers[i].officers))
            cost[here[i]] = way
            sent[i].append((here[i], 1.0))
        for number, is_fit in _needs(ground, city, targets):
            short = program.quantity()
            cost[short] = BOUNDS.short
            fit = [(v, 1.0) for i, v in here.items() if is_fit(ground.officers[i])]
            program.require([*fit, (short, 1.0)], number)
    first = len(program.rows)
    for i, terms in sent.items():
        program.require(terms, upper=len(ground.officers[i].officers))
    duals = program.duals(cost, clock) or (0.0,) * len(program.rows)
    return {i: -duals[row] for row, i in enumerate(sent, first) if duals[row] < 0}


def _ways(ground: Ground, city: str, targets: list[Target]) -> Iterator[tuple[int, float]]:
    """Who can be at a muster in the city, with the travel there and on to a site in the middle of the others."""
    last = max(t.latest for t in targets)
    drives = sorted(min((ground.direct(a, t.id) for a in ground.assemblies[city]), default=0) for t in targets)
    for i, officers in enumerate(ground.officers):
        way = None if len(officers.teams) > 1 else ground.muster(i, city, last)
        if way is not None:
            yield i, way + drives[len(drives) // 2]


def _needs(ground: Ground, city: str, targets: list[Target]) -> Iterator[tuple[float, Callable[[OfficerClass], bool]]]:
    """What the city's squads and commanders need together: how many, and who is fit."""
    teams = ceil(len(targets) / ground.doctrine.span_of_control)
    needs = needs_together(t.needs for t in targets)
    yield needs.pop("officers", 0) + teams, lambda _: True
    yield teams, lambda c: c.can_command
    for need, number in needs.items():
        yield number, partial(meets, need=need, city=city)


class RoomPrices(NamedTuple):
    """Custody place and stretch of time -> price of each interview that begins then and there; what all rooms pay."""

    each: dict[tuple[str, int], float]
    together: float


def room_prices(ground: Ground, clock: Clock) -> RoomPrices:
    """What rooms are worth; nothing where the program was not solved in time.

    Squads drive their own detainees as soon as they may to one of the nearest places, where these queue.
    """
    d, relaxed = ground.doctrine, SquadRelaxation(ground)
    rooms = {p: ground.operation.places_by_id[p].rooms for p in ground.custody}
    arrivals: dict[str, list[Arrival]] = defaultdict(list)
    for target in ground.targets:
        number = len(target.suspects)
        drives = sorted((ground.direct(target.id, p), p) for p, there in rooms.items() if there)
        come = [(drive, place, relaxed.program.quantity(number)) for drive, place in drives[: BOUNDS.most_room_places]]
        for drive, place, carried in come:
            minutes = target.raid_minutes + drive
            ready = target.earliest + minutes + d.intake_minutes
            relaxed.cost[carried] += held_cost(ground.operation, minutes) + drive * target.size / number
            arrivals[place].append(Arrival(carried, ready, ready))
        relaxed.program.require([(v, 1.0) for *_, v in come], number if come else 0)
    windows = list[tuple[str, Window]]()
    for place, rows in arrivals.items():
        windows += ((place, window) for window in at_once(relaxed, begun_at(relaxed, rows), rooms[place]))
    duals = (relaxed.program.duals(relaxed.cost, clock) if windows else None) or (0.0,) * len(relaxed.program.rows)
    each, together = defaultdict[tuple[str, int], float](float), 0.0
    for place, window in windows:
        worth = BOUNDS.rooms_paid * max(0.0, -duals[window.row])
        together += worth * rooms[place]
        for cell in window.cells if worth else ():
            each[place, cell] += worth
    return RoomPrices(dict(each), together)
