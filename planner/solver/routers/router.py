"""What a router is asked, and what comes back: routes, timed and priced by one function whoever found them."""

from dataclasses import dataclass
from typing import Protocol

from planner.solver.progress import Clock, Limit
from planner.solver.routing.arrays import arrays
from planner.solver.routing.problem import Floats, Ints, Routes, Routing


class Router(Protocol):
    """It makes routes better by the question's own cost; whoever asks judges the plan that comes of them."""

    steps_of_work: int
    """Steps of its search that count as one unit of the solver's work: about as long."""

    def search(self, routing: Routing, routes: Routes, clock: Clock) -> tuple[Routes, Ints]:
        """The best routes that it finds until the clock's limit, whose work counts its steps, and each visit's place.

        The same question, seed and number of steps give the same answer. `routes` are lawful ones to begin with.
        """


@dataclass(frozen=True, slots=True)
class Answer:
    """Routes, one for each vehicle; by visit its place and the earliest minute at which it starts; their cost."""

    routes: Routes
    places: Ints
    starts: Floats
    cost: float


def best_answer(router: Router, routing: Routing, routes: Routes, clock: Clock, seed: int, most: float) -> Answer:
    """The router's answer within what the run's clock has left and so many steps, or the routes that were given.

    Those with the lower cost; a router may price them by less than the question does. The work is counted.
    """
    seconds = None if clock.limit.seconds is None else clock.seconds_left()
    steps = min(router.steps_of_work * clock.work_left(), most)
    mine = Clock(Limit(seconds, steps, seed), asked=lambda: clock.is_stopped)
    found, places = router.search(routing, routes, mine)
    clock.work += mine.work / router.steps_of_work
    return min(
        evaluate_routes(routing, found, places), evaluate_routes(routing, routes), key=lambda answer: answer.cost
    )


def evaluate_routes(routing: Routing, routes: Routes, places: Ints | None = None) -> Answer:
    """These routes with their starts and cost; without places, each visit is at its first one."""
    from planner.solver.routing.search import schedule  # noqa: PLC0415  # loads numba

    problem, number = arrays(routing), len(routing.visits)
    if places is not None:
        problem.place[:number] = places
    starts, cost = schedule(problem, routes)
    return Answer(routes, problem.place[:number].copy(), starts, cost)
