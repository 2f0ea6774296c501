"""The timing of a set of routes that hang together: every visit as early as it can start, kept while routes change.

The start of a visit is the longest path to it over the routes' legs and the gaps. A change of the routes queues the
groups whose predecessors changed, and only what really moves is worked out again. All of it can be taken back.
"""

import numpy as np

from planner.solver.routing.arrays import Problem
from planner.solver.routing.costs import apart, lateness, visit_cost, waiting, way
from planner.solver.routing.jit import inline, jit
from planner.solver.routing.state import (
    DELTA,
    LINKS,
    MOVES,
    NEW_VISITS,
    NEW_WORST,
    PUTS,
    QUEUED,
    STARTS,
    TRAVEL,
    VISITS,
    WORST,
    State,
)

EPS = 1e-9


@inline
def total(problem: Problem, state: State) -> float:
    """The cost of the timed routes."""
    return state.figures[TRAVEL] + state.figures[VISITS] + problem.worst_weight * state.figures[WORST]


@inline
def touch(problem: Problem, state: State, node: int) -> None:
    """The node's group is queued to be timed again."""
    group = problem.nodes[node].group_of
    if not state.queued[group]:
        state.queued[group] = True
        state.queue[state.lengths[QUEUED]] = group
        state.lengths[QUEUED] += 1


@jit
def link(problem: Problem, state: State, a: int, b: int) -> None:
    """Node b follows node a."""
    old, n = state.nodes[a].after, state.lengths[LINKS]
    state.links[0, n], state.links[1, n] = a, old
    state.lengths[LINKS] = n + 1
    weight = problem.vehicles[state.nodes[a].route_of].weight
    if old >= 0:
        state.figures[DELTA] -= weight * way(problem, a, old)
    state.figures[DELTA] += weight * way(problem, a, b)
    state.nodes[a].after, state.nodes[b].before = b, a
    touch(problem, state, b)


@jit
def assign(problem: Problem, state: State, node: int, route: int) -> None:
    """The visit belongs to the route (its links are set apart from this); to none: -1."""
    old, n = state.nodes[node].route_of, state.lengths[MOVES]
    state.moves[0, n], state.moves[1, n] = node, old
    state.lengths[MOVES] = n + 1
    if old >= 0 and route >= 0 and state.nodes[node].after >= 0:
        more = problem.vehicles[route].weight - problem.vehicles[old].weight
        state.figures[DELTA] += more * way(problem, node, state.nodes[node].after)
    if (old < 0) != (route < 0) and problem.nodes[node].skip_cost < np.inf:
        more = problem.nodes[node].skip_cost - visit_cost(problem, node, problem.nodes[node].opens)
        state.figures[DELTA] += more if route < 0 else -more
    state.nodes[node].route_of = route
    held = problem.nodes[node].held
    if held >= 0 and (old < 0) != (route < 0) and state.nodes[held].after >= 0:
        touch(problem, state, state.nodes[held].after)


@jit
def unlink(problem: Problem, state: State, node: int) -> None:
    """The visit is on no route."""
    prev, following, n = state.nodes[node].before, state.nodes[node].after, state.lengths[LINKS]
    link(problem, state, prev, following)
    state.links[0, n + 1], state.links[1, n + 1] = node, following
    state.lengths[LINKS] = n + 2
    state.figures[DELTA] -= problem.vehicles[state.nodes[node].route_of].weight * way(problem, node, following)
    state.nodes[node].after = -1
    assign(problem, state, node, -1)
    touch(problem, state, node)


@jit
def set_place(problem: Problem, state: State, visit: int, place: int) -> None:
    """The visit, which brings a load and is on a route, is at this place."""
    old, n, number = problem.place[visit], state.lengths[PUTS], -problem.nodes[visit].load
    state.puts[0, n], state.puts[1, n] = visit, old
    state.lengths[PUTS] = n + 1
    before, following, weight = (
        state.nodes[visit].before,
        state.nodes[visit].after,
        problem.vehicles[state.nodes[visit].route_of].weight,
    )
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


@jit
def _release_time(problem: Problem, state: State, node: int) -> float:
    """When all that holds the vehicle at the node has happened."""
    last = -np.inf
    for n in range(problem.nodes[node].first_holder, problem.nodes[node].last_holder):
        by = problem.holders[n]
        if state.nodes[by].route_of >= 0:
            last = max(last, state.nodes[by].start + problem.nodes[by].held_minutes)
    return last


@jit
def _settle(problem: Problem, state: State, group: int) -> bool:
    """The group's members get their earliest starts; false when its gaps cannot hold."""
    first, last = problem.groups[group].first_member, problem.groups[group].last_member
    for n in range(first, last):
        node = problem.members[n]
        value, prev = problem.nodes[node].opens, state.nodes[node].before
        if prev >= 0 and state.nodes[node].route_of >= 0:
            together = (
                problem.nodes[node].joins and problem.nodes[prev].joins and problem.place[node] == problem.place[prev]
            )
            leaves, leg = state.nodes[prev].start + problem.nodes[prev].minutes, way(problem, prev, node)
            if problem.nodes[prev].last_holder > problem.nodes[prev].first_holder:
                leaves = max(leaves, _release_time(problem, state, prev))
            if prev >= problem.num_visits and leg > problem.long_leg:
                leg += problem.rest
            arrival = (state.nodes[prev].start if together else leaves) + leg
            value = max(value, arrival)
        state.nodes[node].value = value
    if last - first == 1:
        return True
    for _ in range(last - first + 1):
        settled = True
        for n in range(problem.groups[group].first_arc, problem.groups[group].last_arc):
            a, b = problem.arcs[n].before, problem.arcs[n].after
            if state.nodes[a].route_of < 0 or state.nodes[b].route_of < 0:
                continue
            least = state.nodes[a].value + problem.arcs[n].minutes
            if least > state.nodes[b].value + EPS:
                state.nodes[b].value, settled = least, False
        if settled:
            return True
    return False


@jit
def _queue_up(problem: Problem, state: State, node: int, head: int, count: int) -> int:
    """The node's group, if there is such a node, is in the ring that begins at `head`; how many are there then."""
    if node < 0:
        return count
    group, ring = problem.nodes[node].group_of, len(state.queue)
    if state.queued[group]:
        return count
    state.queued[group] = True
    tail = head + count
    state.queue[tail if tail < ring else tail - ring] = group
    return count + 1


@jit
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
        for n in range(problem.groups[group].first_member, problem.groups[group].last_member):
            node = problem.members[n]
            if abs(state.nodes[node].value - state.nodes[node].start) <= EPS:
                continue
            if not state.nodes[node].logged:
                state.nodes[node].logged = True
                k = state.lengths[STARTS]
                state.log[k] = node
                state.nodes[node].old = state.nodes[node].start
                state.lengths[STARTS] = k + 1
            state.nodes[node].start = state.nodes[node].value
            if state.nodes[node].route_of < 0:
                continue
            count = _queue_up(problem, state, state.nodes[node].after, head, count)
            if problem.nodes[node].held >= 0:
                count = _queue_up(problem, state, state.nodes[problem.nodes[node].held].after, head, count)
    state.lengths[QUEUED] = 0
    return feasible


@jit
def _more_apart(problem: Problem, state: State, node: int, old: float, new: float) -> float:
    """What the node's links cost more now that it starts at another time; a link of two such counts once."""
    more = 0.0
    for link in range(problem.nodes[node].first_link, problem.nodes[node].last_link):
        other = problem.links[link].other
        if not state.nodes[other].logged:
            more += apart(problem, link, new, state.nodes[other].start) - apart(
                problem, link, old, state.nodes[other].start
            )
        elif node < other:
            more += apart(problem, link, new, state.nodes[other].start) - apart(
                problem, link, old, state.nodes[other].old
            )
    return more


@jit
def cost_with_move(problem: Problem, state: State) -> float:
    """The cost once the move under way is taken: only the visits whose start has changed are looked at."""
    change, worst, lost = 0.0, state.figures[WORST], False
    for n in range(state.lengths[STARTS]):
        node = state.log[n]
        old = state.nodes[node].old
        new = state.nodes[node].start
        change += visit_cost(problem, node, new) - visit_cost(problem, node, old)
        if problem.nodes[node].last_link > problem.nodes[node].first_link:
            change += _more_apart(problem, state, node, old, new)
        worst = max(worst, lateness(problem, node, new))
        lost = lost or lateness(problem, node, old) >= state.figures[WORST] - EPS
    if lost and state.figures[WORST] > 0.0:
        worst = largest_lateness(problem, state)
    state.figures[NEW_WORST] = worst
    state.figures[NEW_VISITS] = change
    return state.figures[TRAVEL] + state.figures[DELTA] + state.figures[VISITS] + change + problem.worst_weight * worst


@jit
def largest_lateness(problem: Problem, state: State) -> float:
    """The largest lateness of all."""
    worst = 0.0
    for node in range(problem.num_visits):
        if state.nodes[node].route_of >= 0:
            worst = max(worst, lateness(problem, node, state.nodes[node].start))
    return worst


@jit
def commit(problem: Problem, state: State) -> None:
    """The move under way, whose cost was asked for just now, stands."""
    state.figures[WORST] = state.figures[NEW_WORST]
    state.figures[VISITS] += state.figures[NEW_VISITS]
    state.figures[TRAVEL] += state.figures[DELTA]
    _forget(state)


@jit
def rollback(problem: Problem, state: State) -> None:
    """Routes and starts are as before the move under way."""
    for n in range(state.lengths[QUEUED]):
        state.queued[state.queue[n]] = False
    for n in range(state.lengths[STARTS]):
        node = state.log[n]
        state.nodes[node].start = state.nodes[node].old
    for n in range(state.lengths[PUTS] - 1, -1, -1):
        node, old = state.puts[0, n], state.puts[1, n]
        state.stored[problem.place[node]] += problem.nodes[node].load
        state.stored[old] -= problem.nodes[node].load
        problem.place[node] = old
    for n in range(state.lengths[MOVES] - 1, -1, -1):
        state.nodes[state.moves[0, n]].route_of = state.moves[1, n]
    for n in range(state.lengths[LINKS] - 1, -1, -1):
        node, old = state.links[0, n], state.links[1, n]
        state.nodes[node].after = old
    for n in range(state.lengths[LINKS]):
        node = state.links[0, n]
        if state.nodes[node].after >= 0:
            state.nodes[state.nodes[node].after].before = node
    _forget(state)


@jit
def _forget(state: State) -> None:
    for n in range(state.lengths[STARTS]):
        state.nodes[state.log[n]].logged = False
    state.lengths[:] = 0
    state.figures[DELTA] = 0.0


@jit
def time_all(problem: Problem, state: State) -> bool:
    """All starts and figures are worked out from nothing; false when the routes wait for each other."""
    _forget(state)
    state.queued[:] = False
    state.nodes.start[:] = problem.nodes.opens
    for node in range(len(state.nodes)):
        touch(problem, state, node)
    feasible = propagate(problem, state, 50 * len(state.queue) + 1000)
    travel, visits = 0.0, 0.0
    for place in range(len(state.stored)):
        travel += waiting(problem, place, state.stored[place])
    for node in range(len(state.nodes)):
        if state.nodes[node].route_of >= 0:
            if state.nodes[node].after >= 0:
                travel += problem.vehicles[state.nodes[node].route_of].weight * way(
                    problem, node, state.nodes[node].after
                )
            visits += visit_cost(problem, node, state.nodes[node].start)
        elif problem.nodes[node].skip_cost < np.inf:
            visits += problem.nodes[node].skip_cost
        for n in range(problem.nodes[node].first_link, problem.nodes[node].last_link):
            visits += apart(problem, n, state.nodes[node].start, state.nodes[problem.links[n].other].start) / 2
    state.figures[TRAVEL], state.figures[VISITS] = travel, visits
    state.figures[WORST] = largest_lateness(problem, state)
    _forget(state)
    return feasible
