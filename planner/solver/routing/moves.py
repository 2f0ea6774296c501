"""Small changes of a set of routes. Each links nodes anew, or tells that it does not fit and has changed nothing."""

import numpy as np

from planner.solver.routing.compiled import loop
from planner.solver.routing.problem import Draws, Problem
from planner.solver.routing.timing import State, assign, link, unlink

LONGEST_STRING = 4


@loop
def drawn(rng: Draws, below: int) -> int:
    """A number of 0..below-1, the generator's next."""
    return np.int64(_next(rng) % np.uint64(below))  # type: ignore[return-value]


@loop
def fraction(rng: Draws) -> float:
    """A number of [0, 1), the generator's next."""
    return float(_next(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@loop
def _next(rng: Draws) -> int:
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return x * np.uint64(2685821657736338717)


@loop
def fits(problem: Problem, state: State, visit: int, route: int) -> bool:
    """The vehicle is able, and no other visit of the group is on its route."""
    if not problem.able[route, visit]:
        return False
    group = problem.group_of[visit]
    for n in range(problem.first_member[group], problem.first_member[group + 1]):
        other = problem.members[n]
        if other != visit and state.route_of[other] == route:
            return False
    return True


@loop
def behind_what(problem: Problem, state: State, rng: Draws, visit: int) -> int:
    """A node behind which the visit might stand: near, or where its time lies on some route; -1: none found."""
    if fraction(rng) < 0.5:
        share = fraction(rng)
        node = problem.near[visit, int(problem.near.shape[1] * share * share)]
        return node if state.route_of[node] >= 0 and node != visit else -1
    first, last = problem.first_able[visit], problem.first_able[visit + 1]
    if first == last:
        return -1
    route = problem.those_able[first + drawn(rng, last - first)]
    node = problem.num_visits + route
    wanted = state.start[visit]
    while state.after[node] < problem.num_visits and state.start[state.after[node]] < wanted:
        node = state.after[node]
    if fraction(rng) < 0.3 and state.before[node] >= 0:
        node = state.before[node]
    return node if node != visit else state.before[node]


@loop
def moved(problem: Problem, state: State, visit: int, behind: int) -> bool:
    """The visit stands behind another node."""
    prev, following = state.before[visit], state.after[visit]
    if behind in (visit, prev) or behind >= problem.num_visits + problem.num_vehicles:
        return False
    route = state.route_of[behind]
    if route != state.route_of[visit] and not fits(problem, state, visit, route):
        return False
    link(problem, state, prev, following)
    assign(problem, state, visit, route)
    then = state.after[behind]
    link(problem, state, behind, visit)
    link(problem, state, visit, then)
    return True


@loop
def inserted(problem: Problem, state: State, visit: int, behind: int) -> bool:
    """The visit, on no route so far, stands behind the node."""
    route, then = state.route_of[behind], state.after[behind]
    if not fits(problem, state, visit, route):
        return False
    assign(problem, state, visit, route)
    link(problem, state, behind, visit)
    link(problem, state, visit, then)
    return True


@loop
def exchanged(problem: Problem, state: State, a: int, b: int) -> bool:
    """The two visits stand in each other's places."""
    pa, na, pb, nb = state.before[a], state.after[a], state.before[b], state.after[b]
    ra, rb = state.route_of[a], state.route_of[b]
    if a in (b, pb, nb):
        return False
    if ra != rb:
        if not (problem.able[rb, a] and problem.able[ra, b]):
            return False
        if problem.group_of[a] != problem.group_of[b]:
            if not (fits(problem, state, a, rb) and fits(problem, state, b, ra)):
                return False
        elif problem.first_member[problem.group_of[a] + 1] - problem.first_member[problem.group_of[a]] > 2:
            return False
        assign(problem, state, a, rb)
        assign(problem, state, b, ra)
    link(problem, state, pa, b)
    link(problem, state, b, na)
    link(problem, state, pb, a)
    link(problem, state, a, nb)
    return True


@loop
def string_moved(problem: Problem, state: State, first: int, length: int, behind: int) -> bool:
    """The visit and those that follow it, `length` in all, stand behind another node, in the same order."""
    last, route = first, state.route_of[behind]
    old = state.route_of[first]
    if behind == first or behind >= problem.num_visits + problem.num_vehicles:
        return False
    if route != old and not fits(problem, state, first, route):
        return False
    for _ in range(length - 1):
        last = state.after[last]
        if last >= problem.num_visits or last == behind:
            return False
        if route != old and not fits(problem, state, last, route):
            return False
    prev, following = state.before[first], state.after[last]
    if behind == prev:
        return False
    link(problem, state, prev, following)
    if route != old:
        node = first
        for _ in range(length):
            assign(problem, state, node, route)
            node = state.after[node]
    then = state.after[behind]
    link(problem, state, behind, first)
    link(problem, state, last, then)
    return True


@loop
def _tail_fits(problem: Problem, state: State, node: int, route: int) -> bool:
    while node < problem.num_visits:
        if not problem.able[route, node]:
            return False
        node = state.after[node]
    return True


@loop
def _parted(problem: Problem, state: State, node: int) -> bool:
    """No visit of the tail has another of its group on its route."""
    while node < problem.num_visits:
        if not fits(problem, state, node, state.route_of[node]):
            return False
        node = state.after[node]
    return True


@loop
def _handed(problem: Problem, state: State, node: int, route: int) -> int:
    """The tail belongs to the route; its last visit, or -1 where it is empty."""
    last = -1
    while node < problem.num_visits:
        assign(problem, state, node, route)
        last, node = node, state.after[node]
    return last


@loop
def tails_exchanged(problem: Problem, state: State, a: int, b: int) -> bool:
    """What follows a and what follows b on another route change places; false: not so, perhaps half done."""
    ra, rb = state.route_of[a], state.route_of[b]
    ta, tb = state.after[a], state.after[b]
    if ra == rb or (ta >= problem.num_visits and tb >= problem.num_visits):
        return False
    if not (_tail_fits(problem, state, ta, rb) and _tail_fits(problem, state, tb, ra)):
        return False
    end_a = problem.num_visits + problem.num_vehicles + ra
    end_b = problem.num_visits + problem.num_vehicles + rb
    last_a, last_b = _handed(problem, state, ta, rb), _handed(problem, state, tb, ra)
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
    return _parted(problem, state, ta) and _parted(problem, state, tb)


@loop
def skipped(problem: Problem, state: State, visit: int) -> bool:
    """Nobody comes to the visit, where that may be."""
    if problem.skipped[visit] == np.inf:
        return False
    unlink(problem, state, visit)
    return True
