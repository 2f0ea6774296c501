"""The own core as a router: it answers every question, also where routes wait for each other or carry loads."""

from planner.solver.progress import Clock
from planner.solver.routing.arrays import arrays
from planner.solver.routing.problem import Ints, Routes, Routing


class Core:
    """A step is a move of simulated annealing."""

    steps_of_work = 15_000

    def search(self, routing: Routing, routes: Routes, clock: Clock) -> tuple[Routes, Ints]:
        """The best routes that are seen, never worse than those given."""
        from planner.solver.routing.search import place_visits  # noqa: PLC0415  # loads numba

        routes, problem = place_visits(arrays(routing), routes, clock)
        return routes, problem.place[: len(routing.visits)]
