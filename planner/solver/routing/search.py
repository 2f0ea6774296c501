"""Routes from nothing by cheapest insertion, and better ones by simulated annealing over millions of small moves."""

from collections.abc import Callable
from math import inf, log

import numpy as np

from planner.solver.progress import Clock, Limit
from planner.solver.routing.arrays import Problem, arrays
from planner.solver.routing.jit import jit
from planner.solver.routing.loads import change_place, change_source, loads_fit, relocate_load
from planner.solver.routing.moves import (
    LONGEST_STRING,
    draw_fraction,
    draw_integer,
    draw_position,
    exchange,
    exchange_tails,
    insert,
    relocate,
    relocate_string,
    skip,
)
from planner.solver.routing.problem import Floats, Ints, RngState, Routes, RouteVehicle, Routing, Visit
from planner.solver.routing.state import LINKS, PUTS, TRAVEL, State, empty_state, put_routes, routes_of, stock_by_place
from planner.solver.routing.timing import commit, cost_with_move, propagate, rollback, time_all, total

CHUNK, NUM_CHUNKS = (
    20_000,
    40,
)  # moves between two looks at the clock, when the figures are worked out afresh; fewer, so
# that there are so many looks, where few moves are left
HOTTEST, COLDEST = 60.0, 0.05  # temperatures, in usual legs
LOADS, SKIPS, PLACES = 0.5, 0.1, 0.04  # how often a load is moved as a whole, an optional visit left out, and a visit
# put elsewhere that has a choice of places
MOST_ROUNDS, VISITS_IN_ROUNDS = 10, 250


@jit
def _cost_of_move(problem: Problem, state: State) -> float:
    """The cost with the move under way; infinite where the routes would wait for each other."""
    if not propagate(problem, state, 3 * problem.num_visits + 100):
        return inf
    return cost_with_move(problem, state)


@jit
def insert_cheapest(problem: Problem, state: State, visit: int) -> bool:
    """The visit stands where it costs least by true difference; false: nowhere."""
    best, where = inf, -1
    for node in range(problem.num_visits + problem.num_vehicles):
        if state.nodes[node].route_of < 0 or node == visit:
            continue
        if not insert(problem, state, visit, node):
            continue
        cost = _cost_of_move(problem, state)
        rollback(problem, state)
        if cost < best:
            best, where = cost, node
    if where < 0:
        return False
    insert(problem, state, visit, where)
    _cost_of_move(problem, state)
    commit(problem, state)
    return True


@jit
def _insert_all(problem: Problem, state: State, order: Ints) -> int:
    """Every visit stands where it costs least when its turn comes; the first that fits nowhere, or -1."""
    time_all(problem, state)
    for visit in order:
        if state.nodes[visit].route_of < 0 and not insert_cheapest(problem, state, visit):
            return visit
    return -1


@jit
def _propose(problem: Problem, state: State, rng: RngState) -> bool:
    """A random small change is made; false: it does not fit."""
    kind, visit = draw_fraction(rng), draw_integer(rng, problem.num_visits)
    is_skipped = state.nodes[visit].route_of < 0
    if kind < PLACES and problem.choices.shape[1] > 1 and problem.choices[visit, 1] >= 0:
        return not is_skipped and change_place(problem, state, rng, visit)
    if problem.nodes[visit].brings >= 0:
        return change_source(problem, state, rng, visit)
    if problem.nodes[visit].mate >= 0 and (is_skipped or kind < LOADS):
        return relocate_load(problem, state, rng, visit)
    if not is_skipped and problem.nodes[visit].skip_cost < inf and problem.nodes[visit].mate < 0 and kind < SKIPS:
        return skip(problem, state, visit)
    behind = draw_position(problem, state, rng, visit)
    if behind < 0:
        return False
    if is_skipped:
        held = problem.nodes[visit].held
        return (held < 0 or state.nodes[held].route_of >= 0) and insert(problem, state, visit, behind)
    if kind < 0.35:
        return relocate(problem, state, visit, behind)
    if kind < 0.55:
        return behind < problem.num_visits and exchange(problem, state, visit, behind)
    if kind < 0.65:
        return relocate_string(problem, state, visit, 2 + draw_integer(rng, LONGEST_STRING - 1), behind)
    if kind < 0.80:
        return exchange_tails(problem, state, state.nodes[visit].before, behind)
    group = problem.nodes[visit].group_of
    size = problem.groups[group].last_member - problem.groups[group].first_member
    if size == 1:
        return relocate(problem, state, visit, behind)
    other = problem.members[problem.groups[group].first_member + draw_integer(rng, size)]
    if other == visit or state.nodes[other].route_of < 0 or not relocate(problem, state, visit, behind):
        return False
    second = draw_position(problem, state, rng, other)
    return second >= 0 and relocate(problem, state, other, second)


@jit
def _anneal(
    problem: Problem,
    state: State,
    rng: RngState,
    best: Floats,
    best_after: Ints,
    best_place: Ints,
    heat: float,
    moves: int,
) -> None:
    """So many moves are tried at one temperature; the best routes seen are kept."""
    cost = total(problem, state)
    for _ in range(moves):
        if not _propose(problem, state, rng) or (problem.has_loads and not loads_fit(problem, state)):
            if state.lengths[LINKS] or state.lengths[PUTS]:
                rollback(problem, state)
            continue
        allowed = cost - heat * log(1.0 - draw_fraction(rng))
        new = _cost_of_move(problem, state)
        if new > allowed:
            rollback(problem, state)
            continue
        commit(problem, state)
        cost = new
        if cost < best[0] - 1e-7:
            best[0] = cost
            best_after[:] = state.nodes.after
            best_place[:] = problem.place


def compile_loops() -> None:
    """The loops are compiled, or loaded from what was compiled before: a clock that starts now times the search."""
    both = frozenset((0, 1))
    problem = arrays(Routing(np.zeros((1, 1)), (Visit(0, 1.0, both),), (RouteVehicle(0, 0), RouteVehicle(0, 0))))
    schedule(problem, anneal(problem, insertion_routes(problem), Clock(Limit(work=1))))


def insertion_routes(problem: Problem) -> Routes:
    """Every visit, those that open first put in first, each where it costs least."""
    state = empty_state(problem)
    order = np.argsort(problem.nodes["opens"][: problem.num_visits], kind="stable")
    left = _insert_all(problem, state, order)
    if left >= 0:
        raise ValueError(f"visit {left} fits no vehicle")
    return routes_of(problem, state.nodes["after"])


def anneal(problem: Problem, routes: Routes, clock: Clock) -> Routes:
    """The best routes found; `placed` without the places."""
    return place_visits(problem, routes, clock)[0]


def place_visits(problem: Problem, routes: Routes, clock: Clock) -> tuple[Routes, Problem]:
    """The best routes found until the clock's limit, whose work counts moves; the same work and seed repeat them.

    With them the problem in which every visit has the place that was chosen for it. Small problems are annealed several
    times over, each time from the routes given.
    """
    at_first, problem = problem.place, problem._replace(place=problem.place.copy())
    state = empty_state(problem)
    put_routes(problem, state, routes)
    best, best_after, best_place = np.array([inf]), state.nodes["after"].copy(), at_first.copy()
    if time_all(problem, state):
        best[0] = total(problem, state)
    hottest, coldest = (factor * _usual_leg(problem, state) for factor in (HOTTEST, COLDEST))
    rng = np.array([clock.limit.seed * 2654435761 + 88172645463325253], dtype=np.uint64)
    rounds = min(MOST_ROUNDS, max(1, VISITS_IN_ROUNDS // max(1, problem.num_visits)))
    spent, now = _share_spent(clock), 0
    chunk = int(min(CHUNK, max(1.0, clock.work_left() / NUM_CHUNKS)))
    while (done := spent() * rounds) < rounds and problem.num_visits:
        if int(done) > now:
            now = int(done)
            problem.place[:] = at_first
            state.stored[:] = stock_by_place(problem)
            put_routes(problem, state, routes)
            time_all(problem, state)
        heat = hottest * (coldest / hottest) ** (done - now)
        _anneal(problem, state, rng, best, best_after, best_place, heat, chunk)
        clock.work += chunk
        time_all(problem, state)
    return routes_of(problem, best_after), problem._replace(place=best_place)


def _share_spent(clock: Clock) -> Callable[[], float]:
    """Tells which share of what is left now of the clock's limit has been spent since; 1 when it is over."""
    seconds, work = clock.seconds_left(), clock.work_left()
    if inf == seconds == work:
        raise ValueError("the search needs a limit")

    def spent() -> float:
        if clock.is_over():
            return 1.0
        return 1.0 - min(_left(clock.seconds_left(), seconds), _left(clock.work_left(), work))

    return spent


def _left(now: float, then: float) -> float:
    return 1.0 if then == inf else now / then


def _usual_leg(problem: Problem, state: State) -> float:
    """The cost of a usual leg of the routes: the measure of the temperature."""
    legs = problem.num_visits + problem.num_vehicles
    return max(1e-6, float(state.figures[TRAVEL]) / max(1, legs))


def schedule(problem: Problem, routes: Routes) -> tuple[Floats, float]:
    """Earliest start of each visit, and the cost; infinite cost where the routes wait for each other."""
    state = empty_state(problem)
    put_routes(problem, state, routes)
    feasible = time_all(problem, state)
    return state.nodes["start"][: problem.num_visits].copy(), total(problem, state) if feasible else inf
