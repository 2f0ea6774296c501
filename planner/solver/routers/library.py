"""OR-Tools' routing library as a router, for routes that do not depend on each other: windows, prices, open ends.

From the routes that are there, or from parallel cheapest insertion where there are none, by guided local search
(C. Voudouris, E. Tsang, "Guided local search and its application to the traveling salesman problem", European Journal
of Operational Research 113, 1999, doi 10.1016/S0377-2217(98)00099-X). The search asks one limit of our own at every
step: it counts them, so that the same work repeats, and asks the clock, so that a stop is heard at once.
"""

import math
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from planner.solver.progress import Clock
from planner.solver.routers.alone import Alone, CostedVisit, alone
from planner.solver.routing.problem import Floats, Ints, Routes, Routing, Visit

if TYPE_CHECKING:
    from ortools.constraint_solver import pywrapcp

LOOKS = 100  # steps between two looks at the clock
LONGEST = 10**6  # minutes that a vehicle may be on its way


class Library:
    """A step is one look of the library at its limit: a few for each neighbour that it tries."""

    steps_of_work = 500

    def search(self, routing: Routing, routes: Routes, clock: Clock) -> tuple[Routes, Ints]:
        """The best routes of guided local search, those given where it finds none.

        Raises ValueError where routes depend on each other.
        """
        rest = alone(routing)
        searched = dict[int, tuple[int, ...]]()
        if rest.can_be and not clock.is_over():
            searched = _Model(routing, rest).search(routes, clock)
        found = tuple(searched.get(n, visits) for n, visits in enumerate(routes))
        return found, np.array([visit.place for visit in routing.visits], dtype=np.int64)


class _Model:
    """The question as the library has it: nodes are visits, then where vehicles start, then one end for all."""

    def __init__(self, routing: Routing, rest: Alone) -> None:
        from ortools.constraint_solver import pywrapcp  # noqa: PLC0415  # a third of a second to load

        self._routing = routing
        self._visits, self._vehicles = list(rest.visits), rest.vehicles
        starts = sorted({routing.vehicles[n].start for n in self._vehicles})
        at = [len(self._visits) + starts.index(routing.vehicles[n].start) for n in self._vehicles]
        end = len(self._visits) + len(starts)
        self._manager = pywrapcp.RoutingIndexManager(end + 1, len(at), at, [end] * len(at))
        self._model = pywrapcp.RoutingModel(self._manager)
        rows = list(rest.visits.values())
        ready = [routing.vehicles[n].ready for n in self._vehicles]
        self._first = math.floor(min([*ready, *(row.visit.opens for row in rows)]))
        slopes = max(len(row.slopes) for row in rows)
        ways = routing.travel[np.ix_(*2 * ([*(row.visit.place for row in rows), *starts],))]
        self._clocks = self._travelled(np.ceil(ways), [row.visit for row in rows], max(1, slopes))
        for n, row in enumerate(rows):
            self._add(self._manager.NodeToIndex(n), row)
        for k, n in enumerate(self._vehicles):
            self._clocks[0].CumulVar(self._model.Start(k)).SetMin(self._minute(routing.vehicles[n].ready))
            self._clocks[0].CumulVar(self._model.End(k)).SetMax(self._minute(routing.vehicles[n].home_by))

    def _minute(self, minute: float) -> int:
        """Minutes since the earliest one of all, as the library wants them."""
        return max(0, math.floor(min(minute, self._first + LONGEST)) - self._first)

    def _travelled(self, ways: Floats, visits: list[Visit], slopes: int) -> "list[pywrapcp.RoutingDimension]":
        """What a leg costs each vehicle, and clocks that count the way and the visit before it; the end is nowhere.

        There are as many clocks as a visit has slopes, because the library knows one soft end on each.
        """
        routing, number = self._routing, len(visits)
        legs, times = np.zeros((2, len(ways) + 1, len(ways) + 1), dtype=np.int64)
        legs[:-1, :-1] = times[:-1, :-1] = ways
        times[number:-1, :-1] += math.ceil(routing.rest) * (ways[number:] > routing.long_leg)
        times[:number] += np.ceil([[visit.minutes] for visit in visits]).astype(np.int64)
        costs: dict[float, int] = {}
        for k, n in enumerate(self._vehicles):
            weight = routing.vehicles[n].weight
            if weight not in costs:
                costs[weight] = self._model.RegisterTransitMatrix(np.rint(10 * weight * legs).astype(np.int64).tolist())
            self._model.SetArcCostEvaluatorOfVehicle(costs[weight], k)
        transit, names = self._model.RegisterTransitMatrix(times.tolist()), [f"clock {n}" for n in range(slopes)]
        for name in names:
            self._model.AddDimension(transit, LONGEST, LONGEST, False, name)
        return [self._model.GetDimensionOrDie(name) for name in names]

    def _add(self, index: int, row: CostedVisit) -> None:
        """The visit's window and vehicles, what each later minute costs, and what its absence."""
        visit, slopes = row.visit, row.slopes
        if visit.skip_cost is not None:
            at_first = sum(slope.weight * visit.opens for slope in slopes if slope.since == -math.inf)
            self._model.AddDisjunction([index], max(0, _tenths(visit.skip_cost - at_first)))
        if not row.can_be:
            self._model.ActiveVar(index).SetMax(0)
            return
        start = self._clocks[0].CumulVar(index)
        start.SetRange(self._minute(math.ceil(visit.opens)), self._minute(visit.closes))
        able = [k for k, n in enumerate(self._vehicles) if n in visit.able]
        self._model.VehicleVar(index).SetValues([-1, *able])
        self._model.AddVariableMinimizedByFinalizer(start)
        for clock, slope in zip(self._clocks, slopes, strict=False):
            if clock is not self._clocks[0]:
                self._model.solver().Add(clock.CumulVar(index) == start)
            clock.SetCumulVarSoftUpperBound(index, self._minute(max(slope.since, visit.opens)), _tenths(slope.weight))

    def search(self, routes: Routes, clock: Clock) -> dict[int, tuple[int, ...]]:
        """Vehicle -> the best route until the clock's limit; nothing where no routes are found."""
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415

        self._model.AddSearchMonitor(self._model.solver().CustomLimit(_limit(clock)))
        params = pywrapcp.DefaultRoutingSearchParameters()
        params.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        params.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        params.time_limit.FromSeconds(LONGEST)  # it warns where there is none; the clock ends it
        self._model.CloseModelWithParameters(params)
        rows = self._nodes(routes)
        first = self._model.ReadAssignmentFromRoutes(rows, True) if any(rows) else None
        if first is None:
            found = self._model.SolveWithParameters(params)
        else:
            found = self._model.SolveFromAssignmentWithParameters(first, params)
        return {} if found is None else {n: tuple(self._route(found, k)) for k, n in enumerate(self._vehicles)}

    def _nodes(self, routes: Routes) -> list[list[int]]:
        node = {visit: n for n, visit in enumerate(self._visits)}
        return [[self._manager.NodeToIndex(node[visit]) for visit in routes[n]] for n in self._vehicles]

    def _route(self, found: "pywrapcp.Assignment", vehicle: int) -> Iterator[int]:
        index = found.Value(self._model.NextVar(self._model.Start(vehicle)))
        while not self._model.IsEnd(index):
            yield self._visits[self._manager.IndexToNode(index)]
            index = found.Value(self._model.NextVar(index))


def _tenths(cost: float) -> int:
    """Costs are whole numbers for the library: tenths of a minute."""
    return round(10 * cost)


def _limit(clock: Clock) -> Callable[[], bool]:
    """Asked at every step; true once the clock is over."""
    steps = count(1)

    def is_over() -> bool:
        clock.work += 1
        return next(steps) % LOOKS == 0 and clock.is_over()

    return is_over
