"""The timing of a set of routes that hang together: every visit as early as it can start, kept while routes change.

The start of a visit is the longest path to it over the routes' legs and the gaps. A change of the routes queues the
groups whose predecessors changed, and only what really moves is worked out again. All of it can be taken back.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from planner.solver.routing.compiled import loop
from planner.solver.routing.costs import apart, lateness, visit_cost, waiting, way
from planner.solver.routing.problem import Flags, Floats, Ints, Problem, Routes

TRAVEL, VISITS, WORST, DELTA = 0, 1, 2, 3  # figures
QUEUED, STARTS, LINKS, MOVED, PLACED = 0, 1, 2, 3, 4  # lengths of the logs
EPS = 1e-9


class State(NamedTuple):
    """Routes as linked nodes, with their starts; the logs hold what the move under way has changed."""

    after: Ints
    before: Ints
    route_of: Ints  # -1: on no route
    stored: Ints  # by place, what loads bring there
    start: Floats
    figures: Floats  # travel and waiting in stores, visits' cost, largest lateness, change of the first by this move
    queue: Ints  # groups, a ring
    queued: Flags
    logged: Flags
    lengths: Ints
    log_node: Ints
    log_start: Floats
    links: Ints  # [0]: node, [1]: what followed it
    moves: Ints  # [0]: node, [1]: its route before
    puts: Ints  # [0]: node, [1]: its place before
    value: Floats
    old: Floats  # start before the move under way, of the nodes that are logged


def empty_state(problem: Problem) -> State:
    """No vehicle has a visit."""
    v, k = problem.num_visits, problem.num_vehicles
    nodes = v + 2 * k
    after, before, route = (np.full(nodes, -1, dtype=np.int64) for _ in range(3))
    for n in range(k):
        after[v + n], before[v + k + n] = v + k + n, v + n
        route[v + n] = route[v + k + n] = n
    room, groups = 16 * (nodes + 8), len(problem.first_member) - 1
    return State(
        after,
        before,
        route,
        stored_at(problem),
        start=problem.opens.copy(),
        figures=np.zeros(4),
        queue=np.zeros(groups, dtype=np.int64),
        queued=np.zeros(groups, dtype=np.bool_),
        logged=np.zeros(nodes, dtype=np.bool_),
        lengths=np.zeros(5, dtype=np.int64),
        log_node=np.zeros(nodes, dtype=np.int64),
        log_start=np.zeros(nodes),
        links=np.zeros((2, room), dtype=np.int64),
        moves=np.zeros((2, room), dtype=np.int64),
        puts=np.zeros((2, nodes), dtype=np.int64),
        value=np.zeros(nodes),
        old=np.zeros(nodes),
    )


def stored_at(problem: Problem) -> Ints:
    """What loads bring to each place."""
    brings = np.flatnonzero(problem.load < 0)
    stored = np.zeros(len(problem.stores), dtype=np.int64)
    np.add.at(stored, problem.place[brings], -problem.load[brings])
    return stored


def routes_of(problem: Problem, after: Ints) -> Routes:
    """Each vehicle's visits in order."""
    routes = []
    for start in range(problem.num_visits, problem.num_visits + problem.num_vehicles):
        row, node = [], int(after[start])
        while node < problem.num_visits:
            row.append(node)
            node = int(after[node])
        routes.append(tuple(row))
    return tuple(routes)


def put_routes(problem: Problem, state: State, routes: Routes) -> None:
    """The state holds these routes (not timed yet)."""
    v, k = problem.num_visits, problem.num_vehicles
    state.route_of[:v] = state.after[:v] = state.before[:v] = -1
    for n, route in enumerate(routes):
        chain = [v + n, *route, v + k + n]
        state.route_of[chain] = n
        for a, b in pairwise(chain):
            state.after[a], state.before[b] = b, a


@loop
def total(problem: Problem, state: State) -> float:
    """The cost of the timed routes."""
    return state.figures[TRAVEL] + state.figures[VISITS] + problem.worst_weight * state.figures[WORST]


@loop
def touch(problem: Problem, state: State, node: int) -> None:
    """The node's group is queued to be timed again."""
    group = problem.group_of[node]
    if not state.queued[group]:
        state.queued[group] = True
        state.queue[state.lengths[QUEUED]] = group
        state.lengths[QUEUED] += 1


@loop
def link(problem: Problem, state: State, a: int, b: int) -> None:
    """Node b follows node a."""
    old, n = state.after[a], state.lengths[LINKS]
    state.links[0, n], state.links[1, n] = a, old
    state.lengths[LINKS] = n + 1
    weight = problem.weight[state.route_of[a]]
    if old >= 0:
        state.figures[DELTA] -= weight * way(problem, a, old)
    state.figures[DELTA] += weight * way(problem, a, b)
    state.after[a], state.before[b] = b, a
    touch(problem, state, b)


@loop
def assign(problem: Problem, state: State, node: int, route: int) -> None:
    """The visit belongs to the route (its links are set apart from this); to none: -1."""
    old, n = state.route_of[node], state.lengths[MOVED]
    state.moves[0, n], state.moves[1, n] = node, old
    state.lengths[MOVED] = n + 1
    if old >= 0 and route >= 0 and state.after[node] >= 0:
        more = problem.weight[route] - problem.weight[old]
        state.figures[DELTA] += more * way(problem, node, state.after[node])
    if (old < 0) != (route < 0) and problem.skipped[node] < np.inf:
        more = problem.skipped[node] - visit_cost(problem, node, problem.opens[node])
        state.figures[DELTA] += more if route < 0 else -more
    state.route_of[node] = route
    held = problem.held[node]
    if held >= 0 and (old < 0) != (route < 0) and state.after[held] >= 0:
        touch(problem, state, state.after[held])


@loop
def unlink(problem: Problem, state: State, node: int) -> None:
    """The visit is on no route."""
    prev, following, n = state.before[node], state.after[node], state.lengths[LINKS]
    link(problem, state, prev, following)
    state.links[0, n + 1], state.links[1, n + 1] = node, following
    state.lengths[LINKS] = n + 2
    state.figures[DELTA] -= problem.weight[state.route_of[node]] * way(problem, node, following)
    state.after[node] = -1
    assign(problem, state, node, -1)
    touch(problem, state, node)


@loop
def put(problem: Problem, state: State, visit: int, place: int) -> None:
    """The visit, which brings a load and is on a route, is at this place."""
    old, n, number = problem.place[visit], state.lengths[PLACED], -problem.load[visit]
    state.puts[0, n], state.puts[1, n] = visit, old
    state.lengths[PLACED] = n + 1
    before, following, weight = state.before[visit], state.after[visit], problem.weight[state.route_of[visit]]
    legs = way(problem, before, visit) + way(problem, visit, following)
    problem.place[visit] = place
    legs = way(problem, before, visit) + way(problem, visit, following) - legs
    wait = waiting(problem, old, state.stored[old]) + waiting(problem, place, state.stored[place])
    state.stored[old] -= number
    state.stored[place] += number
    wait = waiting(problem, old, state.stored[old]) + waiting(problem, place, state.stored[place]) - wait
    state.figures[DELTA] += weight * legs + wait
    touch(problem, state, visit)
    touch(problem, state, following)


@loop
def _let_go(problem: Problem, state: State, node: int) -> float:
    """When all that holds the vehicle at the node has happened."""
    last = -np.inf
    for n in range(problem.first_holder[node], problem.first_holder[node + 1]):
        by = problem.holders[n]
        if state.route_of[by] >= 0:
            last = max(last, state.start[by] + problem.held_minutes[by])
    return last


@loop
def _settle(problem: Problem, state: State, group: int) -> bool:
    """The group's members get their earliest starts; false when its gaps cannot hold."""
    first, last = problem.first_member[group], problem.first_member[group + 1]
    for n in range(first, last):
        node = problem.members[n]
        value, prev = problem.opens[node], state.before[node]
        if prev >= 0 and state.route_of[node] >= 0:
            together = problem.joins[node] and problem.joins[prev] and problem.place[node] == problem.place[prev]
            leaves, leg = state.start[prev] + problem.minutes[prev], way(problem, prev, node)
            if problem.first_holder[prev + 1] > problem.first_holder[prev]:
                leaves = max(leaves, _let_go(problem, state, prev))
            if prev >= problem.num_visits and leg > problem.long_leg:
                leg += problem.rest
            arrival = (state.start[prev] if together else leaves) + leg
            value = max(value, arrival)
        state.value[node] = value
    if last - first == 1:
        return True
    for _ in range(last - first + 1):
        settled = True
        for n in range(problem.first_arc[group], problem.first_arc[group + 1]):
            a, b = problem.arc_from[n], problem.arc_to[n]
            if state.route_of[a] < 0 or state.route_of[b] < 0:
                continue
            least = state.value[a] + problem.arc_gap[n]
            if least > state.value[b] + EPS:
                state.value[b], settled = least, False
        if settled:
            return True
    return False


@loop
def _queue_up(problem: Problem, state: State, node: int, head: int, count: int) -> int:
    """The node's group, if there is such a node, is in the ring that begins at `head`; how many are there then."""
    if node < 0:
        return count
    group, ring = problem.group_of[node], len(state.queue)
    if state.queued[group]:
        return count
    state.queued[group] = True
    tail = head + count
    state.queue[tail if tail < ring else tail - ring] = group
    return count + 1


@loop
def propagate(problem: Problem, state: State, most: int) -> bool:
    """All that is queued is timed, and what hangs on it; false: the routes wait for each other, or `most` groups."""
    ring, head, count, worked = len(state.queue), 0, state.lengths[QUEUED], 0
    feasible = True
    while count > 0:
        group = state.queue[head]
        head = head + 1 if head + 1 < ring else 0
        count -= 1
        state.queued[group] = False
        worked += 1
        if not feasible:
            continue
        if worked > most or not _settle(problem, state, group):
            feasible = False
            continue
        for n in range(problem.first_member[group], problem.first_member[group + 1]):
            node = problem.members[n]
            if abs(state.value[node] - state.start[node]) <= EPS:
                continue
            if not state.logged[node]:
                state.logged[node] = True
                k = state.lengths[STARTS]
                state.log_node[k], state.log_start[k] = node, state.start[node]
                state.old[node] = state.start[node]
                state.lengths[STARTS] = k + 1
            state.start[node] = state.value[node]
            if state.route_of[node] < 0:
                continue
            count = _queue_up(problem, state, state.after[node], head, count)
            if problem.held[node] >= 0:
                count = _queue_up(problem, state, state.after[problem.held[node]], head, count)
    state.lengths[QUEUED] = 0
    return feasible


@loop
def _more_apart(problem: Problem, state: State, node: int, old: float, new: float) -> float:
    """What the node's links cost more now that it starts at another time; a link of two such counts once."""
    more = 0.0
    for link in range(problem.first_link[node], problem.first_link[node + 1]):
        other = problem.linked[link]
        if not state.logged[other]:
            more += apart(problem, link, new, state.start[other]) - apart(problem, link, old, state.start[other])
        elif node < other:
            more += apart(problem, link, new, state.start[other]) - apart(problem, link, old, state.old[other])
    return more


@loop
def timed_cost(problem: Problem, state: State) -> float:
    """The cost once the move under way is taken: only the visits whose start has changed are looked at."""
    change, worst, lost = 0.0, state.figures[WORST], False
    for n in range(state.lengths[STARTS]):
        node, old = state.log_node[n], state.log_start[n]
        new = state.start[node]
        change += visit_cost(problem, node, new) - visit_cost(problem, node, old)
        if problem.first_link[node + 1] > problem.first_link[node]:
            change += _more_apart(problem, state, node, old, new)
        worst = max(worst, lateness(problem, node, new))
        lost = lost or lateness(problem, node, old) >= state.figures[WORST] - EPS
    if lost and state.figures[WORST] > 0.0:
        worst = largest_lateness(problem, state)
    state.value[0] = worst
    state.value[1] = change
    return state.figures[TRAVEL] + state.figures[DELTA] + state.figures[VISITS] + change + problem.worst_weight * worst


@loop
def largest_lateness(problem: Problem, state: State) -> float:
    """The largest lateness of all."""
    worst = 0.0
    for node in range(problem.num_visits):
        if state.route_of[node] >= 0:
            worst = max(worst, lateness(problem, node, state.start[node]))
    return worst


@loop
def keep(problem: Problem, state: State) -> None:
    """The move under way, whose cost was asked for just now, stands."""
    state.figures[WORST] = state.value[0]
    state.figures[VISITS] += state.value[1]
    state.figures[TRAVEL] += state.figures[DELTA]
    _forget(state)


@loop
def take_back(problem: Problem, state: State) -> None:
    """Routes and starts are as before the move under way."""
    for n in range(state.lengths[QUEUED]):
        state.queued[state.queue[n]] = False
    for n in range(state.lengths[STARTS]):
        state.start[state.log_node[n]] = state.log_start[n]
    for n in range(state.lengths[PLACED] - 1, -1, -1):
        node, old = state.puts[0, n], state.puts[1, n]
        state.stored[problem.place[node]] += problem.load[node]
        state.stored[old] -= problem.load[node]
        problem.place[node] = old
    for n in range(state.lengths[MOVED] - 1, -1, -1):
        state.route_of[state.moves[0, n]] = state.moves[1, n]
    for n in range(state.lengths[LINKS] - 1, -1, -1):
        node, old = state.links[0, n], state.links[1, n]
        state.after[node] = old
    for n in range(state.lengths[LINKS]):
        node = state.links[0, n]
        if state.after[node] >= 0:
            state.before[state.after[node]] = node
    _forget(state)


@loop
def _forget(state: State) -> None:
    for n in range(state.lengths[STARTS]):
        state.logged[state.log_node[n]] = False
    state.lengths[:] = 0
    state.figures[DELTA] = 0.0


@loop
def time_all(problem: Problem, state: State) -> bool:
    """All starts and figures are worked out from nothing; false when the routes wait for each other."""
    _forget(state)
    state.queued[:] = False
    state.start[:] = problem.opens
    for node in range(len(state.after)):
        touch(problem, state, node)
    feasible = propagate(problem, state, 50 * len(state.queue) + 1000)
    travel, visits = 0.0, 0.0
    for place in range(len(state.stored)):
        travel += waiting(problem, place, state.stored[place])
    for node in range(len(state.after)):
        if state.route_of[node] >= 0:
            if state.after[node] >= 0:
                travel += problem.weight[state.route_of[node]] * way(problem, node, state.after[node])
            visits += visit_cost(problem, node, state.start[node])
        elif problem.skipped[node] < np.inf:
            visits += problem.skipped[node]
        for n in range(problem.first_link[node], problem.first_link[node + 1]):
            visits += apart(problem, n, state.start[node], state.start[problem.linked[n]]) / 2
    state.figures[TRAVEL], state.figures[VISITS] = travel, visits
    state.figures[WORST] = largest_lateness(problem, state)
    _forget(state)
    return feasible
