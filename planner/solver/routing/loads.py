"""Changes of who brings what where: loads, the visits that they come from, and the places that take them."""

import numpy as np

from planner.solver.routing.compiled import loop
from planner.solver.routing.moves import behind_what, drawn, exchanged, fraction, inserted, moved
from planner.solver.routing.problem import ROOM, Draws, Problem
from planner.solver.routing.timing import LINKS, PLACED, State, put, unlink

FURTHEST = 4  # visits between a pickup and its delivery, when both are put in anew
MOVED_ON = 0.6  # how often a visit that a load comes from is moved rather than exchanged


@loop
def carries(problem: Problem, state: State) -> bool:
    """On every route that the move under way has linked anew, loads are delivered behind their pickup, within room."""
    last = -1
    for n in range(state.lengths[LINKS]):
        route = state.route_of[state.links[0, n]]
        if route >= 0 and route != last and not _route_carries(problem, state, route):
            return False
        last = route
    return True


@loop
def _route_carries(problem: Problem, state: State, route: int) -> bool:
    node, aboard, kinds = state.after[problem.num_visits + route], 0, np.int64(0)
    while node < problem.num_visits:
        mate = problem.mate[node]
        if problem.load[node] > 0:
            aboard, kinds = aboard + problem.load[node], kinds | problem.kinds[node]
            if aboard > problem.room[route] or _count(kinds) > problem.most_kinds[route]:
                return False
            if not _is_behind(problem, state, node, mate):
                return False
        elif problem.load[node] < 0 and state.route_of[mate] == route:
            aboard += problem.load[node]
            kinds = kinds if aboard else np.int64(0)
        elif problem.load[node] < 0:
            is_last = state.after[node] >= problem.num_visits
            if state.route_of[mate] >= 0 or problem.able[route, mate] or not is_last:
                return False
            if problem.source[node] >= 0 and state.before[node] != problem.source[node]:
                return False
        node = state.after[node]
    return True


@loop
def _count(bits: int) -> int:
    number = 0
    while bits:
        number, bits = number + (bits & 1), bits >> 1
    return number


@loop
def _is_behind(problem: Problem, state: State, node: int, other: int) -> bool:
    """The other visit stands on the same route, later."""
    while node < problem.num_visits:
        if node == other:
            return True
        node = state.after[node]
    return False


@loop
def load_moved(problem: Problem, state: State, rng: Draws, visit: int) -> bool:
    """The load goes with another vehicle, or with the same one in another place; false: perhaps half done."""
    pickup = visit if problem.load[visit] > 0 else problem.mate[visit]
    delivery, holder = problem.mate[pickup], problem.holder[problem.mate[pickup]]
    source = problem.source[delivery]
    if source >= 0 and state.route_of[source] < 0:
        return False
    if state.route_of[pickup] >= 0 and (holder >= 0 or source >= 0) and fraction(rng) < 0.25:
        unlink(problem, state, pickup)
        last = source if source >= 0 else state.before[problem.num_visits + problem.num_vehicles + holder]
        return moved(problem, state, delivery, last)
    behind = behind_what(problem, state, rng, pickup)
    if behind in (-1, pickup, delivery):
        return False
    if state.route_of[pickup] >= 0:
        unlink(problem, state, pickup)
    unlink(problem, state, delivery)
    return _fetched(problem, state, rng, pickup, behind)


@loop
def _fetched(problem: Problem, state: State, rng: Draws, pickup: int, behind: int) -> bool:
    """The load, on no route so far, is picked up behind the node and delivered a little later; false: half done."""
    delivery = problem.mate[pickup]
    if not problem.able[state.route_of[behind], pickup] or not inserted(problem, state, pickup, behind):
        return False
    last = pickup
    for _ in range(drawn(rng, FURTHEST)):
        last = state.after[last] if state.after[last] < problem.num_visits else last
    return inserted(problem, state, delivery, last)


@loop
def source_changed(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit that a load comes from is elsewhere, or has changed places with another; false: perhaps half done."""
    if state.route_of[source] < 0 or fraction(rng) < MOVED_ON:
        return _source_moved(problem, state, rng, source)
    return _sources_exchanged(problem, state, rng, source)


@loop
def _source_moved(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit that loads come from is another vehicle's, or has another turn; false: perhaps half done.

    Whose loads can no longer be driven as they were, are fetched or driven anew.
    """
    first, last = problem.first_able[source], problem.first_able[source + 1]
    if first == last:
        return False
    node = problem.num_visits + problem.those_able[first + drawn(rng, last - first)]
    for _ in range(drawn(rng, FURTHEST)):
        following = state.after[node]
        if following < problem.num_visits and problem.brings[following] >= 0:
            node = following
    if node == source or state.after[node] == source:
        return False
    _let_go(problem, state, source)
    if node < problem.num_visits:
        _let_go(problem, state, node)
    if state.route_of[source] < 0:
        if not inserted(problem, state, source, node):
            return False
    elif not moved(problem, state, source, node):
        return False
    if not _taken_up(problem, state, rng, source):
        return False
    return node >= problem.num_visits or _taken_up(problem, state, rng, node)


@loop
def _sources_exchanged(problem: Problem, state: State, rng: Draws, a: int) -> bool:
    """Two visits that loads come from stand in each other's places; false: perhaps half done."""
    first, last = problem.first_able[a], problem.first_able[a + 1]
    b = state.after[problem.num_visits + problem.those_able[first + drawn(rng, last - first)]]
    for _ in range(drawn(rng, FURTHEST)):
        if b < problem.num_visits and state.after[b] < problem.num_visits and problem.brings[state.after[b]] >= 0:
            b = state.after[b]
    if b >= problem.num_visits or problem.brings[b] < 0 or state.route_of[a] < 0:
        return False
    _let_go(problem, state, a)
    _let_go(problem, state, b)
    if not exchanged(problem, state, a, b):
        return False
    return _taken_up(problem, state, rng, a) and _taken_up(problem, state, rng, b)


@loop
def _let_go(problem: Problem, state: State, source: int) -> None:
    """The vehicle at the visit does not drive the load from there."""
    delivery = problem.brings[source]
    if state.route_of[source] >= 0 and state.after[source] == delivery:
        unlink(problem, state, delivery)


@loop
def _taken_up(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit's load, if it is on no route, is driven by the vehicle there, where that may be, or fetched."""
    delivery = problem.brings[source]
    if state.route_of[delivery] >= 0:
        return True
    route, is_last = state.route_of[source], state.after[source] >= problem.num_visits
    if is_last and problem.able[route, delivery] and fraction(rng) < 0.7:
        return inserted(problem, state, delivery, source)
    pickup = problem.mate[delivery]
    behind = behind_what(problem, state, rng, pickup)
    return behind not in (-1, pickup, delivery) and _fetched(problem, state, rng, pickup, behind)


@loop
def put_elsewhere(problem: Problem, state: State, rng: Draws, visit: int) -> bool:
    """The visit is at another of its places; half the time those behind it at the same place go there too."""
    place, old = problem.choices[visit, drawn(rng, problem.choices.shape[1])], problem.place[visit]
    with_others = fraction(rng) < 0.5
    if place in (old, -1):
        return False
    while visit < problem.num_visits and problem.place[visit] == old and _may_be(problem, state, visit, place):
        put(problem, state, visit, place)
        visit = state.after[visit]
        if not with_others:
            break
    return state.lengths[PLACED] > 0


@loop
def _may_be(problem: Problem, state: State, visit: int, place: int) -> bool:
    """The place is one of the visit's, and has room for what it brings."""
    if state.stored[place] - problem.load[visit] > problem.stores[place, ROOM]:
        return False
    return bool(np.any(problem.choices[visit] == place))
