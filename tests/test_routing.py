"""The routing core against plain Python: timing by longest paths, figures by differences, optima by brute force."""

from itertools import permutations, product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solver.progress import Clock, Limit
from planner.solver.routing.arrays import arrays
from planner.solver.routing.moves import exchange_tails, insert, relocate, relocate_string
from planner.solver.routing.problem import Gap, Routes, RouteVehicle, Routing, Visit
from planner.solver.routing.search import anneal, insertion_routes, schedule
from planner.solver.routing.state import empty_state, put_routes, routes_of
from planner.solver.routing.timing import commit, cost_with_move, propagate, rollback, time_all, total
from tests.effort import tries


@st.composite
def routings(draw: st.DrawFn, most: int = 8) -> Routing:
    """Random visits, some paired by gaps of every kind, over two or three vehicles that are all able."""
    number, vehicles = draw(st.integers(2, most)), draw(st.integers(2, 3))
    minutes = st.integers(0, 40)
    travel = np.array(draw(st.lists(minutes, min_size=16, max_size=16)), dtype=np.float64).reshape(4, 4)
    rows = []
    for _ in range(number):
        opens = draw(st.integers(0, 60))
        able = frozenset(range(vehicles))
        place, lasts, due = draw(st.integers(0, 3)), draw(st.integers(1, 30)), opens + draw(st.integers(0, 60))
        rows.append(
            Visit(place, lasts, able, opens, due, late_weight=1.0, start_weight=draw(st.sampled_from((0, 0.5))))
        )
    gaps = []
    for first in range(0, 2 * draw(st.integers(0, min(2, number // 2))), 2):
        least = draw(st.integers(-30, 30))
        most_apart = draw(st.sampled_from((0, 10, inf)))
        gaps.append(Gap(first, first + 1, least, least + most_apart))
    units = tuple(RouteVehicle(draw(st.integers(0, 3)), draw(st.sampled_from((None, 1)))) for _ in range(vehicles))
    return Routing(travel, tuple(rows), units, tuple(gaps), worst_weight=1.0)


def reckoned(routing: Routing, routes: Routes) -> tuple[list[float] | None, float]:
    """Earliest starts by Bellman and Ford over every leg and gap, and the cost: the long way; None: impossible."""
    arcs = [(g.first, g.second, g.least) for g in routing.gaps]
    arcs += [(g.second, g.first, -g.most) for g in routing.gaps if g.most < inf]
    starts, cost = [v.opens for v in routing.visits], 0.0
    for vehicle, route in zip(routing.vehicles, routes, strict=True):
        here = vehicle.start
        for n, visit in enumerate(route):
            row = routing.visits[visit]
            cost += routing.travel[here, row.place]
            if n:
                arcs.append(
                    (route[n - 1], visit, routing.visits[route[n - 1]].minutes + routing.travel[here, row.place])
                )
            else:
                starts[visit] = max(starts[visit], vehicle.ready + routing.travel[here, row.place])
            here = row.place
        cost += 0 if vehicle.end is None else routing.travel[here, vehicle.end]
    for _ in range(len(starts) + 1):
        before = list(starts)
        for a, b, gap in arcs:
            starts[b] = max(starts[b], starts[a] + gap)
        if before == starts:
            late = [max(0.0, s - v.due) for s, v in zip(starts, routing.visits, strict=True)]
            waits = sum(v.start_weight * s for s, v in zip(starts, routing.visits, strict=True))
            return starts, cost + sum(late) + max(late) + waits
    return None, inf


def random_routes(draw: st.DataObject, routing: Routing) -> Routes:
    """The visits in a random order on random routes, the two of a pair apart."""
    order = draw.draw(st.permutations(range(len(routing.visits))))
    routes: list[list[int]] = [[] for _ in routing.vehicles]
    partner = {g.first: g.second for g in routing.gaps} | {g.second: g.first for g in routing.gaps}
    for visit in order:
        free = [n for n, route in enumerate(routes) if partner.get(visit) not in route]
        routes[draw.draw(st.sampled_from(free))].append(visit)
    return tuple(map(tuple, routes))


@settings(max_examples=tries(300), deadline=None)
@given(routings(), st.data())
def test_starts_are_longest_paths(routing: Routing, data: st.DataObject) -> None:
    """The earliest starts and the cost of any routes are those of the long way; waiting in a circle is told."""
    routes = random_routes(data, routing)
    starts, cost = reckoned(routing, routes)
    found, mine = schedule(arrays(routing), routes)
    assert mine == pytest.approx(cost)
    if starts is not None:
        assert found == pytest.approx(starts)


@settings(max_examples=tries(150), deadline=None)
@given(routings(), st.data())
def test_differences_are_true(routing: Routing, data: st.DataObject) -> None:
    """Whatever moves are tried, kept or taken back, the cost by differences is the cost worked out afresh."""
    problem, state = arrays(routing), empty_state(arrays(routing))
    put_routes(problem, state, random_routes(data, routing))
    if not time_all(problem, state):
        return
    visits, before = st.integers(0, problem.num_visits - 1), problem.num_visits + problem.num_vehicles
    for _ in range(6):
        routes, starts = routes_of(problem, state.nodes["after"]), state.nodes["start"].copy()
        visit, behind = data.draw(visits), data.draw(st.integers(0, before - 1))
        kind = data.draw(st.sampled_from(("moved", "string", "tails")))
        if kind == "moved":
            made = relocate(problem, state, visit, behind)
        elif kind == "string":
            made = relocate_string(problem, state, visit, 2, behind)
        else:
            made = exchange_tails(problem, state, state.nodes["before"][visit], behind)
        cost = cost_with_move(problem, state) if made and propagate(problem, state, 1000) else inf
        if made and reckoned(routing, routes_of(problem, state.nodes["after"]))[1] == inf:
            assert cost == inf
        if cost < inf and data.draw(st.booleans()):
            commit(problem, state)
            assert cost == pytest.approx(total(problem, state))
            assert cost >= reckoned(routing, routes_of(problem, state.nodes["after"]))[1] - 1e-6
            assert time_all(problem, state)
            continue
        rollback(problem, state)
        assert routes_of(problem, state.nodes["after"]) == routes
        assert (state.nodes["start"] == starts).all()
        assert schedule(problem, routes)[1] == pytest.approx(total(problem, state))


def every_choice(routing: Routing) -> float:
    """The least cost over all routes: brute force."""
    best, partner = inf, {frozenset((g.first, g.second)) for g in routing.gaps}
    for order in permutations(range(len(routing.visits))):
        for owners in product(range(len(routing.vehicles)), repeat=len(order)):
            routes = tuple(tuple(v for v, o in zip(order, owners, strict=True) if o == n) for n in range(3))
            routes = routes[: len(routing.vehicles)]
            if not any(pair <= set(route) for pair in partner for route in routes):
                best = min(best, reckoned(routing, routes)[1])
    return best


@settings(max_examples=tries(15), deadline=None)
@given(routings(most=4))
def test_small_problems_are_solved_to_the_optimum(routing: Routing) -> None:
    """On four visits the search finds what brute force finds, and never less."""
    problem = arrays(routing)
    best = every_choice(routing)
    if best == inf:
        return
    routes = anneal(problem, insertion_routes(problem), Clock(Limit(work=100_000)))
    assert schedule(problem, routes)[1] == pytest.approx(best)
    assert reckoned(routing, routes)[1] == pytest.approx(best)


def test_insertion_is_cheapest_by_true_difference() -> None:
    """A visit goes where it costs least: on the way, not behind the last; and only to who is able."""
    travel = np.array([[0, 10, 20, 11], [10, 0, 10, 1], [20, 10, 0, 11], [11, 1, 11, 0]], dtype=np.float64)
    both, second = frozenset((0, 1)), frozenset((1,))
    visits = (Visit(1, 5, both), Visit(2, 5, both, 20.0), Visit(3, 5, second, 30.0))
    routes = insertion_routes(arrays(Routing(travel, visits, (RouteVehicle(0, 0), RouteVehicle(0, 0)))))
    assert 2 in routes[1]
    assert 2 not in routes[0]


def test_a_visit_that_nobody_can_make_is_told() -> None:
    """Insertion says which visit fits no vehicle."""
    routing = Routing(np.zeros((1, 1)), (Visit(0, 5, frozenset()),), (RouteVehicle(0, 0),))
    with pytest.raises(ValueError, match="visit 0 fits no vehicle"):
        insertion_routes(arrays(routing))


def test_two_of_a_group_never_share_a_route() -> None:
    """The second of a pair is refused behind the first."""
    visits = tuple(Visit(0, 5, frozenset((0, 1))) for _ in range(2))
    problem = arrays(Routing(np.zeros((1, 1)), visits, (RouteVehicle(0, 0), RouteVehicle(0, 0)), (Gap(0, 1, 0, 0),)))
    state = empty_state(problem)
    assert insert(problem, state, 0, 2)
    assert not insert(problem, state, 1, 0)
    assert insert(problem, state, 1, 3)


def test_same_work_same_routes() -> None:
    """The same question, seed and work give the same routes; another seed may not break that."""
    rng = np.random.default_rng(4)
    travel = rng.integers(1, 60, (12, 12)).astype(np.float64)
    visits = tuple(Visit(n, 10, frozenset(range(3)), 20.0 * n, 20.0 * n + 40, late_weight=1.0) for n in range(12))
    problem = arrays(Routing(travel, visits, tuple(RouteVehicle(0, 0) for _ in range(3)), (Gap(2, 3, 0, 20),)))
    first = insertion_routes(problem)
    runs = [anneal(problem, first, Clock(Limit(work=60_000, seed=5))) for _ in range(2)]
    assert runs[0] == runs[1]
    assert schedule(problem, runs[0])[1] <= schedule(problem, first)[1]


def test_a_search_without_limit_is_refused() -> None:
    """Nothing runs for ever by mistake."""
    problem = arrays(Routing(np.zeros((1, 1)), (Visit(0, 5, frozenset((0,))),), (RouteVehicle(0, 0),)))
    with pytest.raises(ValueError, match="limit"):
        anneal(problem, insertion_routes(problem), Clock(Limit()))
