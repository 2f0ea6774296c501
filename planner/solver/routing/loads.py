"""Changes of who brings what where: loads, the visits that they come from, and the places that take them."""

import numpy as np

from planner.solver.routing.arrays import ROOM, Problem
from planner.solver.routing.jit import jit
from planner.solver.routing.moves import draw_fraction, draw_integer, draw_position, exchange, insert, relocate
from planner.solver.routing.problem import RngState
from planner.solver.routing.state import LINKS, PUTS, State
from planner.solver.routing.timing import set_place, unlink

FURTHEST = 4  # visits between a pickup and its delivery, when both are put in anew
RELOCATE_SHARE = 0.6  # how often a visit that a load comes from is moved rather than exchanged


@jit
def loads_fit(problem: Problem, state: State) -> bool:
    """On every route that the move under way has linked anew, loads are delivered behind their pickup, within room."""
    last = -1
    for n in range(state.lengths[LINKS]):
        route = state.nodes[state.links[0, n]].route_of
        if route >= 0 and route != last and not _route_loads_fit(problem, state, route):
            return False
        last = route
    return True


@jit
def _route_loads_fit(problem: Problem, state: State, route: int) -> bool:
    node, aboard, kinds = state.nodes[problem.num_visits + route].after, 0, np.int64(0)
    while node < problem.num_visits:
        mate = problem.nodes[node].mate
        if problem.nodes[node].load > 0:
            aboard, kinds = aboard + problem.nodes[node].load, kinds | problem.nodes[node].kinds
            number, vehicle = _count(kinds), problem.vehicles[route]
            if aboard > vehicle.room or number > vehicle.kinds or (number > 1 and aboard > vehicle.mixed):
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


@jit
def _count(bits: int) -> int:
    number = 0
    while bits:
        number, bits = number + (bits & 1), bits >> 1
    return number


@jit
def _is_behind(problem: Problem, state: State, node: int, other: int) -> bool:
    """The other visit stands on the same route, later."""
    while node < problem.num_visits:
        if node == other:
            return True
        node = state.nodes[node].after
    return False


@jit
def relocate_load(problem: Problem, state: State, rng: RngState, visit: int) -> bool:
    """The load goes with another vehicle, or with the same one in another place; false: perhaps half done."""
    pickup = visit if problem.nodes[visit].load > 0 else problem.nodes[visit].mate
    delivery, holder = problem.nodes[pickup].mate, problem.nodes[problem.nodes[pickup].mate].holder
    source = problem.nodes[delivery].source
    if source >= 0 and state.nodes[source].route_of < 0:
        return False
    if state.nodes[pickup].route_of >= 0 and (holder >= 0 or source >= 0) and draw_fraction(rng) < 0.25:
        unlink(problem, state, pickup)
        last = source if source >= 0 else state.nodes[problem.num_visits + problem.num_vehicles + holder].before
        return relocate(problem, state, delivery, last)
    behind = draw_position(problem, state, rng, pickup)
    if behind in (-1, pickup, delivery):
        return False
    if state.nodes[pickup].route_of >= 0:
        unlink(problem, state, pickup)
    unlink(problem, state, delivery)
    return _insert_load(problem, state, rng, pickup, behind)


@jit
def _insert_load(problem: Problem, state: State, rng: RngState, pickup: int, behind: int) -> bool:
    """The load, on no route so far, is picked up behind the node and delivered a little later; false: half done."""
    delivery = problem.nodes[pickup].mate
    if not problem.able[state.nodes[behind].route_of, pickup] or not insert(problem, state, pickup, behind):
        return False
    last = pickup
    for _ in range(draw_integer(rng, FURTHEST)):
        last = state.nodes[last].after if state.nodes[last].after < problem.num_visits else last
    return insert(problem, state, delivery, last)


@jit
def change_source(problem: Problem, state: State, rng: RngState, source: int) -> bool:
    """The visit that a load comes from is elsewhere, or has changed places with another; false: perhaps half done."""
    if state.nodes[source].route_of < 0 or draw_fraction(rng) < RELOCATE_SHARE:
        return _relocate_source(problem, state, rng, source)
    return _exchange_sources(problem, state, rng, source)


@jit
def _relocate_source(problem: Problem, state: State, rng: RngState, source: int) -> bool:
    """The visit that loads come from is another vehicle's, or has another turn; false: perhaps half done.

    Whose loads can no longer be driven as they were, are fetched or driven anew.
    """
    first, last = problem.nodes[source].first_able, problem.nodes[source].last_able
    if first == last:
        return False
    node = problem.num_visits + problem.those_able[first + draw_integer(rng, last - first)]
    for _ in range(draw_integer(rng, FURTHEST)):
        following = state.nodes[node].after
        if following < problem.num_visits and problem.nodes[following].brings >= 0:
            node = following
    if node == source or state.nodes[node].after == source:
        return False
    _unlink_delivery(problem, state, source)
    if node < problem.num_visits:
        _unlink_delivery(problem, state, node)
    if state.nodes[source].route_of < 0:
        if not insert(problem, state, source, node):
            return False
    elif not relocate(problem, state, source, node):
        return False
    if not _serve_load(problem, state, rng, source):
        return False
    return node >= problem.num_visits or _serve_load(problem, state, rng, node)


@jit
def _exchange_sources(problem: Problem, state: State, rng: RngState, a: int) -> bool:
    """Two visits that loads come from stand in each other's places; false: perhaps half done."""
    first, last = problem.nodes[a].first_able, problem.nodes[a].last_able
    b = state.nodes[problem.num_visits + problem.those_able[first + draw_integer(rng, last - first)]].after
    for _ in range(draw_integer(rng, FURTHEST)):
        if (
            b < problem.num_visits
            and state.nodes[b].after < problem.num_visits
            and problem.nodes[state.nodes[b].after].brings >= 0
        ):
            b = state.nodes[b].after
    if b >= problem.num_visits or problem.nodes[b].brings < 0 or state.nodes[a].route_of < 0:
        return False
    _unlink_delivery(problem, state, a)
    _unlink_delivery(problem, state, b)
    if not exchange(problem, state, a, b):
        return False
    return _serve_load(problem, state, rng, a) and _serve_load(problem, state, rng, b)


@jit
def _unlink_delivery(problem: Problem, state: State, source: int) -> None:
    """The vehicle at the visit does not drive the load from there."""
    delivery = problem.nodes[source].brings
    if state.nodes[source].route_of >= 0 and state.nodes[source].after == delivery:
        unlink(problem, state, delivery)


@jit
def _serve_load(problem: Problem, state: State, rng: RngState, source: int) -> bool:
    """The visit's load, if it is on no route, is driven by the vehicle there, where that may be, or fetched."""
    delivery = problem.nodes[source].brings
    if state.nodes[delivery].route_of >= 0:
        return True
    route, is_last = state.nodes[source].route_of, state.nodes[source].after >= problem.num_visits
    if is_last and problem.able[route, delivery] and draw_fraction(rng) < 0.7:
        return insert(problem, state, delivery, source)
    pickup = problem.nodes[delivery].mate
    behind = draw_position(problem, state, rng, pickup)
    return behind not in (-1, pickup, delivery) and _insert_load(problem, state, rng, pickup, behind)


@jit
def change_place(problem: Problem, state: State, rng: RngState, visit: int) -> bool:
    """The visit is at another of its places; half the time those behind it at the same place go there too."""
    place, old = problem.choices[visit, draw_integer(rng, problem.choices.shape[1])], problem.place[visit]
    with_others = draw_fraction(rng) < 0.5
    if place in (old, -1):
        return False
    while visit < problem.num_visits and problem.place[visit] == old and _place_fits(problem, state, visit, place):
        set_place(problem, state, visit, place)
        visit = state.nodes[visit].after
        if not with_others:
            break
    return state.lengths[PUTS] > 0


@jit
def _place_fits(problem: Problem, state: State, visit: int, place: int) -> bool:
    """The place is one of the visit's, and has room for what it brings."""
    if state.stored[place] - problem.nodes[visit].load > problem.stores[place, ROOM]:
        return False
    return bool(np.any(problem.choices[visit] == place))
