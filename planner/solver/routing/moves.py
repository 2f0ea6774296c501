"""Small changes of a set of routes. Each links nodes anew, or tells that it does not fit and has changed nothing."""

import numpy as np

from planner.solver.routing.arrays import Problem
from planner.solver.routing.jit import jit
from planner.solver.routing.problem import RngState
from planner.solver.routing.state import State
from planner.solver.routing.timing import assign, link, unlink

LONGEST_STRING = 4


@jit
def draw_integer(rng: RngState, below: int) -> int:
    """A number of 0..below-1, the generator's next."""
    return np.int64(_next(rng) % np.uint64(below))  # type: ignore[return-value]


@jit
def draw_fraction(rng: RngState) -> float:
    """A number of [0, 1), the generator's next."""
    return float(_next(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@jit
def _next(rng: RngState) -> int:
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return x * np.uint64(2685821657736338717)


@jit
def fits(problem: Problem, state: State, visit: int, route: int) -> bool:
    """The vehicle is able, and no other visit of the group is on its route."""
    if not problem.able[route, visit]:
        return False
    group = problem.nodes[visit].group_of
    for n in range(problem.groups[group].first_member, problem.groups[group].last_member):
        other = problem.members[n]
        if other != visit and state.nodes[other].route_of == route:
            return False
    return True


@jit
def draw_position(problem: Problem, state: State, rng: RngState, visit: int) -> int:
    """A node behind which the visit might stand: near, or where its time lies on some route; -1: none found."""
    if draw_fraction(rng) < 0.5:
        share = draw_fraction(rng)
        node = problem.near[visit, int(problem.near.shape[1] * share * share)]
        return node if state.nodes[node].route_of >= 0 and node != visit else -1
    first, last = problem.nodes[visit].first_able, problem.nodes[visit].last_able
    if first == last:
        return -1
    route = problem.those_able[first + draw_integer(rng, last - first)]
    node = problem.num_visits + route
    wanted = state.nodes[visit].start
    while state.nodes[node].after < problem.num_visits and state.nodes[state.nodes[node].after].start < wanted:
        node = state.nodes[node].after
    if draw_fraction(rng) < 0.3 and state.nodes[node].before >= 0:
        node = state.nodes[node].before
    return node if node != visit else state.nodes[node].before


@jit
def relocate(problem: Problem, state: State, visit: int, behind: int) -> bool:
    """The visit stands behind another node."""
    prev, following = state.nodes[visit].before, state.nodes[visit].after
    if behind in (visit, prev) or behind >= problem.num_visits + problem.num_vehicles:
        return False
    route = state.nodes[behind].route_of
    if route != state.nodes[visit].route_of and not fits(problem, state, visit, route):
        return False
    link(problem, state, prev, following)
    assign(problem, state, visit, route)
    then = state.nodes[behind].after
    link(problem, state, behind, visit)
    link(problem, state, visit, then)
    return True


@jit
def insert(problem: Problem, state: State, visit: int, behind: int) -> bool:
    """The visit, on no route so far, stands behind the node."""
    route, then = state.nodes[behind].route_of, state.nodes[behind].after
    if not fits(problem, state, visit, route):
        return False
    assign(problem, state, visit, route)
    link(problem, state, behind, visit)
    link(problem, state, visit, then)
    return True


@jit
def exchange(problem: Problem, state: State, a: int, b: int) -> bool:
    """The two visits stand in each other's places."""
    pa, na, pb, nb = state.nodes[a].before, state.nodes[a].after, state.nodes[b].before, state.nodes[b].after
    ra, rb = state.nodes[a].route_of, state.nodes[b].route_of
    if a in (b, pb, nb):
        return False
    if ra != rb:
        if not (problem.able[rb, a] and problem.able[ra, b]):
            return False
        if problem.nodes[a].group_of != problem.nodes[b].group_of:
            if not (fits(problem, state, a, rb) and fits(problem, state, b, ra)):
                return False
        elif (
            problem.groups[problem.nodes[a].group_of].last_member
            - problem.groups[problem.nodes[a].group_of].first_member
            > 2
        ):
            return False
        assign(problem, state, a, rb)
        assign(problem, state, b, ra)
    link(problem, state, pa, b)
    link(problem, state, b, na)
    link(problem, state, pb, a)
    link(problem, state, a, nb)
    return True


@jit
def relocate_string(problem: Problem, state: State, first: int, length: int, behind: int) -> bool:
    """The visit and those that follow it, `length` in all, stand behind another node, in the same order."""
    last, route = first, state.nodes[behind].route_of
    old = state.nodes[first].route_of
    if behind == first or behind >= problem.num_visits + problem.num_vehicles:
        return False
    if route != old and not fits(problem, state, first, route):
        return False
    for _ in range(length - 1):
        last = state.nodes[last].after
        if last >= problem.num_visits or last == behind:
            return False
        if route != old and not fits(problem, state, last, route):
            return False
    prev, following = state.nodes[first].before, state.nodes[last].after
    if behind == prev:
        return False
    link(problem, state, prev, following)
    if route != old:
        node = first
        for _ in range(length):
            assign(problem, state, node, route)
            node = state.nodes[node].after
    then = state.nodes[behind].after
    link(problem, state, behind, first)
    link(problem, state, last, then)
    return True


@jit
def _tail_fits(problem: Problem, state: State, node: int, route: int) -> bool:
    while node < problem.num_visits:
        if not problem.able[route, node]:
            return False
        node = state.nodes[node].after
    return True


@jit
def _groups_fit(problem: Problem, state: State, node: int) -> bool:
    """No visit of the tail has another of its group on its route."""
    while node < problem.num_visits:
        if not fits(problem, state, node, state.nodes[node].route_of):
            return False
        node = state.nodes[node].after
    return True


@jit
def _assign_tail(problem: Problem, state: State, node: int, route: int) -> int:
    """The tail belongs to the route; its last visit, or -1 where it is empty."""
    last = -1
    while node < problem.num_visits:
        assign(problem, state, node, route)
        last, node = node, state.nodes[node].after
    return last


@jit
def exchange_tails(problem: Problem, state: State, a: int, b: int) -> bool:
    """What follows a and what follows b on another route change places; false: not so, perhaps half done."""
    ra, rb = state.nodes[a].route_of, state.nodes[b].route_of
    ta, tb = state.nodes[a].after, state.nodes[b].after
    if ra == rb or (ta >= problem.num_visits and tb >= problem.num_visits):
        return False
    if not (_tail_fits(problem, state, ta, rb) and _tail_fits(problem, state, tb, ra)):
        return False
    end_a = problem.num_visits + problem.num_vehicles + ra
    end_b = problem.num_visits + problem.num_vehicles + rb
    last_a, last_b = _assign_tail(problem, state, ta, rb), _assign_tail(problem, state, tb, ra)
    if last_a < 0:
        link(problem, state, a, tb)
        link(problem, state, b, end_b)
        link(problem, state, last_b, end_a)
    elif last_b < 0:
        link(problem, state, b, ta)
        link(problem, state, a, end_a)
        link(problem, state, last_a, end_b)
    else:
        link(problem, state, a, tb)
        link(problem, state, b, ta)
        link(problem, state, last_a, end_b)
        link(problem, state, last_b, end_a)
    return _groups_fit(problem, state, ta) and _groups_fit(problem, state, tb)


@jit
def skip(problem: Problem, state: State, visit: int) -> bool:
    """Nobody comes to the visit, where that may be."""
    if problem.nodes[visit].skip_cost == np.inf:
        return False
    unlink(problem, state, visit)
    return True
