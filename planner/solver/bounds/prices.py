"""Prices of officers: what one more of a class would save all cities together.

Any prices of 0 or more make a valid bound. Good ones come from a program over sums, with a row for each need of each
city, in which no officer is sent twice: they are the dual values of that requirement.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil

from planner.needs import meets, needs_together
from planner.solver.bounds.ground import Ground, Target
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
