"""Changes of who brings what where: loads, the visits that they come from, and the places that take them."""

import numpy as np

from planner.solver.routing.arrays import ROOM, Problem
from planner.solver.routing.compiled import loop
from planner.solver.routing.moves import behind_what, drawn, exchanged, fraction, inserted, moved
from planner.solver.routing.problem import Draws
from planner.solver.routing.state import LINKS, PLACED, State
from planner.solver.routing.timing import put, unlink

FURTHEST = 4  # visits between a pickup and its delivery, when both are put in anew
MOVED_ON = 0.6  # how often a visit that a load comes from is moved rather than exchanged


@loop
def carries(problem: Problem, state: State) -> bool:
    """On every route that the move under way has linked anew, loads are delivered behind their pickup, within room."""
    last = -1
    for n in range(state.lengths[LINKS]):
        route = state.nodes[state.links[0, n]].route_of
        if route >= 0 and route != last and not _route_carries(problem, state, route):
            return False
        last = route
    return True


@loop
def _route_carries(problem: Problem, state: State, route: int) -> bool:
    node, aboard, kinds = state.nodes[problem.num_visits + route].after, 0, np.int64(0)
    while node < problem.num_visits:
        mate = problem.nodes[node].mate
        if problem.nodes[node].load > 0:
            aboard, kinds = aboard + problem.nodes[node].load, kinds | problem.nodes[node].kinds
            if aboard > problem.vehicles[route].room or _count(kinds) > problem.vehicles[route].kinds:
                return False
            if not _is_behind(problem, state, node, mate):
                return False
        elif problem.nodes[node].load < 0 and state.nodes[mate].route_of == route:
            aboard += problem.nodes[node].load
            kinds = kinds if aboard else np.int64(0)
        elif problem.nodes[node].load < 0:
            is_last = state.nodes[node].after >= problem.num_visits
            if state.nodes[mate].route_of >= 0 or problem.able[route, mate] or not is_last:
                return False
            if problem.nodes[node].source >= 0 and state.nodes[node].before != problem.nodes[node].source:
                return False
        node = state.nodes[node].after
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
        node = state.nodes[node].after
    return False


@loop
def load_moved(problem: Problem, state: State, rng: Draws, visit: int) -> bool:
    """The load goes with another vehicle, or with the same one in another place; false: perhaps half done."""
    pickup = visit if problem.nodes[visit].load > 0 else problem.nodes[visit].mate
    delivery, holder = problem.nodes[pickup].mate, problem.nodes[problem.nodes[pickup].mate].holder
    source = problem.nodes[delivery].source
    if source >= 0 and state.nodes[source].route_of < 0:
        return False
    if state.nodes[pickup].route_of >= 0 and (holder >= 0 or source >= 0) and fraction(rng) < 0.25:
        unlink(problem, state, pickup)
        last = source if source >= 0 else state.nodes[problem.num_visits + problem.num_vehicles + holder].before
        return moved(problem, state, delivery, last)
    behind = behind_what(problem, state, rng, pickup)
    if behind in (-1, pickup, delivery):
        return False
    if state.nodes[pickup].route_of >= 0:
        unlink(problem, state, pickup)
    unlink(problem, state, delivery)
    return _fetched(problem, state, rng, pickup, behind)


@loop
def _fetched(problem: Problem, state: State, rng: Draws, pickup: int, behind: int) -> bool:
    """The load, on no route so far, is picked up behind the node and delivered a little later; false: half done."""
    delivery = problem.nodes[pickup].mate
    if not problem.able[state.nodes[behind].route_of, pickup] or not inserted(problem, state, pickup, behind):
        return False
    last = pickup
    for _ in range(drawn(rng, FURTHEST)):
        last = state.nodes[last].after if state.nodes[last].after < problem.num_visits else last
    return inserted(problem, state, delivery, last)


@loop
def source_changed(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit that a load comes from is elsewhere, or has changed places with another; false: perhaps half done."""
    if state.nodes[source].route_of < 0 or fraction(rng) < MOVED_ON:
        return _source_moved(problem, state, rng, source)
    return _sources_exchanged(problem, state, rng, source)


@loop
def _source_moved(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit that loads come from is another vehicle's, or has another turn; false: perhaps half done.

    Whose loads can no longer be driven as they were, are fetched or driven anew.
    """
    first, last = problem.nodes[source].first_able, problem.nodes[source].last_able
    if first == last:
        return False
    node = problem.num_visits + problem.those_able[first + drawn(rng, last - first)]
    for _ in range(drawn(rng, FURTHEST)):
        following = state.nodes[node].after
        if following < problem.num_visits and problem.nodes[following].brings >= 0:
            node = following
    if node == source or state.nodes[node].after == source:
        return False
    _let_go(problem, state, source)
    if node < problem.num_visits:
        _let_go(problem, state, node)
    if state.nodes[source].route_of < 0:
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
    first, last = problem.nodes[a].first_able, problem.nodes[a].last_able
    b = state.nodes[problem.num_visits + problem.those_able[first + drawn(rng, last - first)]].after
    for _ in range(drawn(rng, FURTHEST)):
        if (
            b < problem.num_visits
            and state.nodes[b].after < problem.num_visits
            and problem.nodes[state.nodes[b].after].brings >= 0
        ):
            b = state.nodes[b].after
    if b >= problem.num_visits or problem.nodes[b].brings < 0 or state.nodes[a].route_of < 0:
        return False
    _let_go(problem, state, a)
    _let_go(problem, state, b)
    if not exchanged(problem, state, a, b):
        return False
    return _taken_up(problem, state, rng, a) and _taken_up(problem, state, rng, b)


@loop
def _let_go(problem: Problem, state: State, source: int) -> None:
    """The vehicle at the visit does not drive the load from there."""
    delivery = problem.nodes[source].brings
    if state.nodes[source].route_of >= 0 and state.nodes[source].after == delivery:
        unlink(problem, state, delivery)


@loop
def _taken_up(problem: Problem, state: State, rng: Draws, source: int) -> bool:
    """The visit's load, if it is on no route, is driven by the vehicle there, where that may be, or fetched."""
    delivery = problem.nodes[source].brings
    if state.nodes[delivery].route_of >= 0:
        return True
    route, is_last = state.nodes[source].route_of, state.nodes[source].after >= problem.num_visits
    if is_last and problem.able[route, delivery] and fraction(rng) < 0.7:
        return inserted(problem, state, delivery, source)
    pickup = problem.nodes[delivery].mate
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
        visit = state.nodes[visit].after
        if not with_others:
            break
    return state.lengths[PLACED] > 0


@loop
def _may_be(problem: Problem, state: State, visit: int, place: int) -> bool:
    """The place is one of the visit's, and has room for what it brings."""
    if state.stored[place] - problem.nodes[visit].load > problem.stores[place, ROOM]:
        return False
    return bool(np.any(problem.choices[visit] == place))
