"""The state of a search: routes as linked nodes with their starts, and what the move under way has changed."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from planner.solver.routing.arrays import Problem
from planner.solver.routing.problem import Flags, Floats, Ints, Routes, Rows

TRAVEL, VISITS, WORST, DELTA, NEW_VISITS, NEW_WORST = range(6)  # figures: travel and waiting in stores, visits' cost,
# largest lateness, and by how much the move under way changes the first and the second, and what it makes of the third
QUEUED, STARTS, LINKS, MOVES, PUTS = 0, 1, 2, 3, 4  # lengths of the logs
NODE = np.dtype(
    [
        ("after", np.int64),
        ("before", np.int64),
        ("route_of", np.int64),  # -1: on no route
        ("start", np.float64),
        ("value", np.float64),
        ("old", np.float64),  # start before the move under way, where it is logged
        ("logged", np.bool_),
    ],
    align=True,
)
"""A node of the routes."""


class State(NamedTuple):
    """Routes as linked nodes, with their starts; the logs hold what the move under way has changed."""

    nodes: Rows  # of NODE
    stored: Ints  # by place, what loads bring there
    figures: Floats
    queue: Ints  # groups, a ring
    queued: Flags
    lengths: Ints
    log: Ints  # nodes whose start the move under way has changed
    links: Ints  # [0]: node, [1]: what followed it
    moves: Ints  # [0]: node, [1]: its route before
    puts: Ints  # [0]: node, [1]: its place before


def empty_state(problem: Problem) -> State:
    """No vehicle has a visit."""
    v, k = problem.num_visits, problem.num_vehicles
    num_nodes = v + 2 * k
    nodes = np.zeros(num_nodes, dtype=NODE)
    for name in ("after", "before", "route_of"):
        nodes[name] = -1
    for n in range(k):
        nodes["after"][v + n], nodes["before"][v + k + n] = v + k + n, v + n
        nodes["route_of"][v + n] = nodes["route_of"][v + k + n] = n
    nodes["start"] = problem.nodes["opens"]
    room, groups = 16 * (num_nodes + 8), len(problem.groups)
    return State(
        nodes,
        stock_by_place(problem),
        figures=np.zeros(6),
        queue=np.zeros(groups, dtype=np.int64),
        queued=np.zeros(groups, dtype=np.bool_),
        lengths=np.zeros(5, dtype=np.int64),
        log=np.zeros(num_nodes, dtype=np.int64),
        links=np.zeros((2, room), dtype=np.int64),
        moves=np.zeros((2, room), dtype=np.int64),
        puts=np.zeros((2, num_nodes), dtype=np.int64),
    )


def stock_by_place(problem: Problem) -> Ints:
    """What loads bring to each place."""
    load = problem.nodes["load"]
    brings = np.flatnonzero(load < 0)
    stored = np.zeros(len(problem.stores), dtype=np.int64)
    np.add.at(stored, problem.place[brings], -load[brings])
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
    after, before, route_of = (state.nodes[name] for name in ("after", "before", "route_of"))
    route_of[:v] = after[:v] = before[:v] = -1
    for n, route in enumerate(routes):
        chain = [v + n, *route, v + k + n]
        route_of[chain] = n
        for a, b in pairwise(chain):
            after[a], before[b] = b, a
