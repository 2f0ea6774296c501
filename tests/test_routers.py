"""Routers behind one protocol: what they answer is lawful, no worse than what was there, and repeats."""

from itertools import permutations, product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solver.progress import Clock, Limit
from planner.solver.routers import CORE, LIBRARY, Answer, Router, best_answer, evaluate_routes
from planner.solver.routers.proposals import proposals
from planner.solver.routing.problem import HARD, Gap, Hold, Routes, RouteVehicle, Routing, Store, Visit
from tests.effort import tries

ROUTERS = {"core": (CORE, 6_000.0), "library": (LIBRARY, 1_500.0)}
CREWS = 2


@st.composite
def routings(draw: st.DrawFn) -> Routing:
    """Up to three exams by two crews, which may be left out; squads, each with a delivery, wait for some of them."""
    number, squads = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    travel = np.array([[draw(st.integers(0, 40)) for _ in range(4)] for _ in range(4)], dtype=np.float64)
    places, minutes = st.integers(0, 3), st.integers(0, 60)
    visits = [
        Visit(
            draw(places),
            draw(st.integers(1, 30)),
            frozenset(draw(st.sets(st.integers(0, CREWS - 1)))),
            draw(minutes),
            closes=draw(st.sampled_from((20.0, 90.0, inf))),
            start_weight=draw(st.sampled_from((0.0, 1.0))),
            skip_cost=draw(st.sampled_from((50.0, 500.0))),
        )
        for _ in range(number)
    ]
    crews = [
        RouteVehicle(draw(places), None, draw(minutes), draw(st.sampled_from((30.0, inf))), draw(st.integers(1, 3)))
        for _ in range(CREWS)
    ]
    holds = [Hold(n, draw(st.integers(0, 5)), vehicle=CREWS + n) for n in range(min(number, squads))]
    for n in range(len(holds)):
        crews.append(RouteVehicle(draw(places), None, draw(minutes)))
        due, able = draw(minutes), frozenset({CREWS + n})
        visits.append(Visit(draw(places), 10, able, due=due, late_weight=3.0, start_weight=draw(st.integers(0, 3))))
    return Routing(travel, tuple(visits), tuple(crews), holds=tuple(holds), long_leg=30.0, rest=15.0)


def at_first(routing: Routing) -> Routes:
    """Nothing examined; each squad on its way."""
    number = len(routing.visits) - len(routing.holds)
    return (*[()] * CREWS, *((number + n,) for n in range(len(routing.holds))))


def best(routing: Routing) -> float:
    """The least cost over all routes: brute force."""
    number = len(routing.visits) - len(routing.holds)
    costs = []
    for order in permutations(range(number)):
        for owners in product(range(-1, CREWS), repeat=number):
            rows = [tuple(v for v, o in zip(order, owners, strict=True) if o == n) for n in range(CREWS)]
            if all(n in routing.visits[v].able for n, row in enumerate(rows) for v in row):
                costs.append(evaluate_routes(routing, (*rows, *at_first(routing)[CREWS:])).cost)
    return min(costs)


def asked(router: Router, routing: Routing, routes: Routes, steps: float) -> Answer:
    """The router's answer within so many steps."""
    return best_answer(router, routing, routes, Clock(Limit(work=10_000, seed=1)), 1, steps)


@pytest.mark.parametrize("name", ROUTERS)
@given(data=st.data())
@settings(max_examples=tries(40), deadline=None)
def test_a_router_finds_the_best_of_few_routes(name: str, data: st.DataObject) -> None:
    """Of up to three visits the core finds the best routes, also where squads wait; the same steps repeat them.

    Guided local search goes from routes to their neighbours, and may end at some that are only better than those given.
    """
    routing, (router, steps) = data.draw(routings()), ROUTERS[name]
    found = asked(router, routing, at_first(routing), steps)
    most = best(routing) if name == "core" else evaluate_routes(routing, at_first(routing)).cost
    assert best(routing) - 1e-6 <= found.cost <= most + 1e-6
    again = asked(router, routing, at_first(routing), steps)
    assert (again.routes, again.cost) == (found.routes, found.cost)


@given(data=st.data())
@settings(max_examples=tries(40), deadline=None)
def test_the_last_proposal_is_the_best(data: st.DataObject) -> None:
    """CP-SAT's proposals cost less and less by the one price, down to the least; the same effort repeats them."""
    routing = data.draw(routings())
    numbers = dict.fromkeys(range(len(routing.visits) - len(routing.holds), len(routing.visits)), 1)
    found, again = (proposals(routing, at_first(routing), numbers, Clock(Limit(work=1_000))) for _ in range(2))
    costs = [evaluate_routes(routing, routes, places).cost for routes, places in found]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx(best(routing))
    assert [routes for routes, _ in found] == [routes for routes, _ in again]


def test_a_proposal_takes_the_nearest_place_with_cells() -> None:
    """Two squads would drive to the near place; it has cells for one of them, so the fewer go further."""
    near, far = 1, 2
    visits = tuple(
        Visit(far, 10, frozenset({n}), start_weight=3.0 * number, others=(near,)) for n, number in enumerate((1, 2))
    )
    travel = np.array([[0, 10, 30], [10, 0, 30], [30, 30, 0]], dtype=np.float64)
    stores = (Store(near, 2, 1, 0.0), Store(far, 9, 1, 0.0))
    routing = Routing(travel, visits, (RouteVehicle(0, None), RouteVehicle(0, None)), stores=stores)
    *_, (_, places) = proposals(routing, ((0,), (1,)), {0: 1, 1: 2}, Clock(Limit(work=1_000)))
    assert places.tolist() == [far, near]


@pytest.mark.parametrize("name", ROUTERS)
def test_routes_that_are_there_are_kept_where_nothing_is_left_to_spend(name: str) -> None:
    """Without steps the answer is what was given, timed."""
    routing = Routing(
        np.full((2, 2), 7.0), (Visit(1, 5, frozenset({0}), skip_cost=500.0),), (RouteVehicle(0, None, 3.0),)
    )
    found = best_answer(ROUTERS[name][0], routing, ((0,),), Clock(Limit(seconds=0.0)), 1, 0.0)
    assert (found.routes, found.starts.tolist(), found.cost) == (((0,),), [10.0], 7.0)


def test_a_stop_is_heard_in_the_search() -> None:
    """Whoever asks to stop waits for a hundred steps, not for the limit."""
    clock = Clock(Limit(work=1e9))
    clock.stop()
    routing = Routing(np.full((2, 2), 7.0), (Visit(1, 5, frozenset({0}), skip_cost=500.0),), (RouteVehicle(0, None),))
    found = LIBRARY.search(routing, ((),), clock)[0]
    assert found == ((),) and clock.work == 0
    heard = Clock(Limit(work=1e9), asked=lambda: heard.work > 1_000)
    assert LIBRARY.search(routing, ((),), heard)[0] == ((0,),)
    assert heard.work <= 1_200


def test_the_library_refuses_routes_that_depend_on_each_other() -> None:
    """A gap, or a crew with a choice that waits for another's visit, is the core's."""
    visits = tuple(Visit(0, 5, frozenset({0, 1}), skip_cost=500.0) for _ in range(2))
    vehicles = (RouteVehicle(0, None), RouteVehicle(0, None))
    for more in ({"gaps": (Gap(0, 1, 5),)}, {"holds": (Hold(0, 0, vehicle=1),)}, {"holds": (Hold(0, 0, visit=1),)}):
        with pytest.raises(ValueError, match=r"depend|waits"):
            LIBRARY.search(Routing(np.zeros((1, 1)), visits, vehicles, **more), ((), ()), Clock(Limit(work=100)))


def test_a_late_exam_makes_its_squad_late() -> None:
    """What a squad that waits would break or pay is told as the exam's own end and cost."""
    visits = (
        Visit(0, 5, frozenset({0}), skip_cost=10_000.0),
        Visit(1, 10, frozenset({1}), closes=60.0, start_weight=3.0),
    )
    vehicles = (RouteVehicle(2, None), RouteVehicle(0, None, home_by=50.0))
    travel = np.array([[0, 20, 30], [20, 0, 30], [30, 30, 0]], dtype=np.float64)
    routing = Routing(travel, visits, vehicles, holds=(Hold(0, 0, vehicle=1),))
    assert (
        evaluate_routes(routing, ((0,), (1,))).cost > HARD
    )  # the exam at 30, the delivery at 50, its end after home_by
    assert asked(LIBRARY, routing, ((), (1,)), 3_000.0).routes == ((), (1,))
