"""Exams and deliveries of a few doors by CP-SAT: all that it finds on its way to the best, for the score to judge.

Crews of the same base and hours are one kind; tours are circuits through a depot, deliveries choose among places with
cells. Such a question of a city is solved to its optimum in a fifth of a second.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from planner.solver.params import AFTERMATH
from planner.solver.progress import Clock
from planner.solver.routing.problem import Ints, Routes, RouteVehicle, Routing

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

TENTHS = 10  # costs are whole numbers for CP-SAT
LATEST = 10_000  # minutes
Proposal = tuple[Routes, Ints]


def proposals(routing: Routing, routes: Routes, numbers: Mapping[int, int], clock: Clock) -> list[Proposal]:
    """Routes and the place of each visit, each better than the one before by the question's cost; the last is the best.

    `numbers`: visit that one vehicle must make -> how many it brings; all others are visits that may be left out, made
    by vehicles that make nothing else. Nobody but those vehicles waits for a visit.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415  # half a second to load

    program = _Program(routing, routes, numbers)
    found: list[Proposal] = []

    class _Kept(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.append(program.read(self))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, clock.limit.seed
    solver.parameters.max_deterministic_time = min(AFTERMATH.effort, clock.work_left() / AFTERMATH.work_of_effort)
    solver.parameters.max_time_in_seconds = (
        min(AFTERMATH.seconds, clock.seconds_left()) if clock.limit.work is None else LATEST
    )
    solver.solve(program.model, _Kept())
    clock.work += AFTERMATH.work_of_effort * solver.response_proto.deterministic_time
    return found


class _Kind(NamedTuple):
    """Vehicles that are alike, and may make the same visits."""

    vehicle: RouteVehicle
    visits: frozenset[int]


class _Program:
    """The question as a CP-SAT model, hinted by the routes."""

    def __init__(self, routing: Routing, routes: Routes, numbers: Mapping[int, int]) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415

        self.model = cp_model.CpModel()
        self._routing, self._routes, self._cost = routing, routes, list[Any]()
        open_to = (n for n, v in enumerate(routing.visits) if v.able and v.opens <= v.closes)
        self._optional = [n for n in open_to if n not in numbers]
        self._node = {visit: n for n, visit in enumerate(self._optional, 1)}
        self._starts, self._made = dict[int, Any](), dict[int, Any]()
        self._kinds = defaultdict[_Kind, list[int]](list)
        settled = {next(iter(routing.visits[n].able)): n for n in numbers}
        for n, vehicle in enumerate(routing.vehicles):
            if n not in settled:
                self._kinds[_Kind(vehicle, frozenset(v for v in self._optional if n in routing.visits[v].able))].append(
                    n
                )
        self._by = dict[tuple[_Kind, int], Any]()  # whether a visit is made by a vehicle of that kind
        self._firsts, self._legs = dict[tuple[_Kind, int], Any](), dict[tuple[int, int], Any]()
        for visit in self._optional:
            self._may_be_made(visit)
        self._tours()
        self._places = {n: self._brought(vehicle, n) for vehicle, n in settled.items()}
        self._cells(numbers)
        self.model.minimize(sum(self._cost))

    def _way(self, a: int, b: int) -> int:
        return int(np.ceil(self._routing.travel[a, b]))

    def _rest(self, way: int) -> int:
        return int(self._routing.rest) if way > self._routing.long_leg else 0

    def _pay(self, weight: float, what: Any) -> None:
        self._cost.append(round(TENTHS * weight) * what)

    def _may_be_made(self, visit: int) -> None:
        """The visit starts in its window, and costs by its start or by its absence."""
        row, model = self._routing.visits[visit], self.model
        start = self._starts[visit] = model.new_int_var(int(row.opens), int(min(row.closes, LATEST)), "")
        made = self._made[visit] = model.new_bool_var("")
        for kind in self._kinds:
            by = self._by[kind, visit] = model.new_bool_var("")
            if visit not in kind.visits:
                model.add(by == 0)
            model.add(start <= int(min(kind.vehicle.home_by, 2 * LATEST) - row.minutes)).only_enforce_if(by)
        model.add(sum(self._by[kind, visit] for kind in self._kinds) == made)
        model.add_hint(made, any(visit in route for route in self._routes))
        paid = model.new_int_var(0, LATEST, "")
        model.add(paid >= start).only_enforce_if(made)
        self._pay(row.start_weight, paid)
        self._pay(row.skip_cost or 0.0, ~made)

    def _tours(self) -> None:
        """Each visit that is made is on one tour: from a kind's base, or behind another visit."""
        now = {pair for route in self._routes for pair in pairwise(route)}
        first = {route[0]: n for n, route in enumerate(self._routes) if route}
        arcs = [(self._node[v], self._node[v], ~made) for v, made in self._made.items()]
        for visit in self._optional:
            arcs.append((self._node[visit], 0, self.model.new_bool_var("")))
            for kind, mine in self._kinds.items():
                if visit in kind.visits:
                    taken = self._begins(kind, visit)
                    self.model.add_hint(taken, first.get(visit) in mine)
                    arcs.append((0, self._node[visit], taken))
        for one, other in product(self._optional, repeat=2):
            if one != other:
                arcs.append((self._node[one], self._node[other], self._follows(one, other, (one, other) in now)))
        nowhere = len(self._optional) + 1  # the library wants one tour at least
        self.model.add_multiple_circuit([*arcs, (0, nowhere, True), (nowhere, 0, True)])
        for kind, mine in self._kinds.items():
            self.model.add(sum(taken for (k, _), taken in self._firsts.items() if k == kind) <= len(mine))

    def _begins(self, kind: _Kind, visit: int) -> Any:
        row = self._routing.visits[visit]
        way, taken = self._way(kind.vehicle.start, row.place), self.model.new_bool_var("")
        soonest = kind.vehicle.ready + way + self._rest(way)
        self.model.add(self._starts[visit] >= int(soonest)).only_enforce_if(taken)
        self.model.add_implication(taken, self._by[kind, visit])
        self._pay(kind.vehicle.weight * way, taken)
        self._firsts[kind, visit] = taken
        return taken

    def _follows(self, one: int, other: int, is_now: bool) -> Any:
        a, b = self._routing.visits[one], self._routing.visits[other]
        way, taken = self._way(a.place, b.place), self.model.new_bool_var("")
        self.model.add(self._starts[other] >= self._starts[one] + int(a.minutes) + way).only_enforce_if(taken)
        least = min((kind.vehicle.weight for kind in self._kinds), default=0.0)
        for kind in self._kinds:
            by = self._by[kind, one]
            self.model.add(by == self._by[kind, other]).only_enforce_if(taken)
            if kind.vehicle.weight > least:
                more = self.model.new_bool_var("")
                self.model.add_bool_or(~taken, ~by, more)
                self._pay((kind.vehicle.weight - least) * way, more)
        self._pay(least * way, taken)
        self.model.add_hint(taken, is_now)
        self._legs[one, other] = taken
        return taken

    def _brought(self, vehicle: int, visit: int) -> dict[int, Any]:
        """Place -> whether the vehicle goes there, once those for whom it waits have begun."""
        row, by, model = self._routing.visits[visit], self._routing.vehicles[vehicle], self.model
        leaves = model.new_int_var(int(by.ready), LATEST, "")
        for hold in self._routing.holds:
            if hold.vehicle == vehicle and hold.by in self._made:
                made = self._made[hold.by]
                model.add(leaves >= self._starts[hold.by] + int(hold.minutes)).only_enforce_if(made)
        last = int(min(row.closes, by.home_by - row.minutes, LATEST))
        there = model.new_int_var(min(int(by.ready), last), last, "")
        late = model.new_int_var(0, 2 * LATEST, "")
        model.add(late >= there - int(min(row.due, LATEST)))
        self._pay(row.start_weight, there)
        self._pay(row.late_weight, late)
        places = {place: model.new_bool_var("") for place in (row.place, *row.others)}
        model.add_exactly_one(places.values())
        for place, taken in places.items():
            way = self._way(by.start, place)
            model.add(there >= leaves + way + self._rest(way)).only_enforce_if(taken)
            model.add_hint(taken, place == row.place)
            self._pay(by.weight * way, taken)
        return places

    def _cells(self, numbers: Mapping[int, int]) -> None:
        for store in self._routing.stores:
            rows = [(numbers[n], places[store.place]) for n, places in self._places.items() if store.place in places]
            self.model.add(sum(number * taken for number, taken in rows) <= store.room)

    def read(self, found: "cp_model.CpSolverSolutionCallback") -> Proposal:
        """Routes, crews going on to what they have now where they can, and the visits' places."""
        after = {a: b for (a, b), taken in self._legs.items() if found.boolean_value(taken)}
        routes: list[tuple[int, ...]] = [r if n in self._settled() else () for n, r in enumerate(self._routes)]
        for kind, mine in self._kinds.items():
            begun = [v for (k, v), taken in self._firsts.items() if k == kind and found.boolean_value(taken)]
            free = list(mine)
            for visit in sorted(begun, key=lambda v: (not self._is_first(v, mine), v)):
                crew = next((n for n in free if self._routes[n][:1] == (visit,)), free[-1])
                free.remove(crew)
                routes[crew] = tuple(_chain(visit, after))
        places = np.array([visit.place for visit in self._routing.visits], dtype=np.int64)
        for visit, choice in self._places.items():
            places[visit] = next(place for place, taken in choice.items() if found.boolean_value(taken))
        return tuple(routes), places

    def _is_first(self, visit: int, crews: list[int]) -> bool:
        return any(self._routes[n][:1] == (visit,) for n in crews)

    def _settled(self) -> set[int]:
        return {next(iter(self._routing.visits[n].able)) for n in self._places}


def _chain(visit: int, after: Mapping[int, int]) -> Iterator[int]:
    yield visit
    while visit in after:
        visit = after[visit]
        yield visit
