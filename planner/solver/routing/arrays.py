"""The question as arrays, which the loops work on: few and wide."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from planner.solver.routing.problem import Coupling, Flags, Floats, Gap, Hold, Ints, Load, Routing, Rows, Store, Visit

ROOM, AT_ONCE, MINUTES = 0, 1, 2  # of a store
NUM_NEAR = 40  # visits that a visit is tried behind: those that fit best in way and time
ROWS_AT_ONCE = 256  # visits whose nearest are looked for at once: it bounds the memory

NODE = np.dtype(
    [
        ("minutes", np.float64),
        ("opens", np.float64),
        ("due", np.float64),
        ("closes", np.float64),
        ("late_weight", np.float64),
        ("start_weight", np.float64),
        ("skip_cost", np.float64),  # infinite: never
        ("joins", np.bool_),
        ("group_of", np.int64),
        ("first_able", np.int64),  # of a visit, into those able
        ("last_able", np.int64),
        ("mate", np.int64),  # the other visit of a load, or -1
        ("load", np.int64),  # aboard after it more than before; negative at a delivery
        ("kinds", np.int64),  # bits
        ("holder", np.int64),  # of a delivery: the vehicle that has the load aboard when it starts, or -1
        ("source", np.int64),  # of a delivery: the visit from which its holder has the load, or -1
        ("brings", np.int64),  # of a visit: the delivery of the load that its vehicle has from there, or -1
        ("held", np.int64),  # of a visit: the node that it holds, or -1
        ("held_minutes", np.float64),
        ("first_holder", np.int64),  # into those that hold it
        ("last_holder", np.int64),
        ("first_link", np.int64),  # into its links
        ("last_link", np.int64),
    ],
    align=True,
)
"""A node: a visit, or the start or end of a vehicle, which have only some of the fields."""
VEHICLE = np.dtype([("weight", np.float64), ("room", np.int64), ("mixed", np.int64), ("kinds", np.int64)])
"""A vehicle: cost of a minute of travel, room for one kind and for several, and how many kinds it may have aboard."""
GROUP = np.dtype([(name, np.int64) for name in ("first_member", "last_member", "first_arc", "last_arc")])
"""A group of visits that hang together: where its members and arcs stand."""
ARC = np.dtype([("before", np.int64), ("after", np.int64), ("minutes", np.float64)])
"""An arc of a group: start[after] >= start[before] + minutes."""
LINK = np.dtype([("other", np.int64), ("weight", np.float64), ("free", np.float64)])
"""A link of a node to another."""


class Problem(NamedTuple):
    """The same as arrays. Nodes: the visits, then each vehicle's start, then each vehicle's end.

    Few wide arrays: numba hands each array of a tuple to every function by itself, which costs more than half of the
    pace where there are forty.
    """

    num_visits: int
    num_vehicles: int
    has_loads: bool
    worst_weight: float
    long_leg: float
    rest: float
    travel: Floats
    place: Ints  # where each node is now: a search puts visits that have a choice elsewhere
    nodes: Rows  # of NODE
    vehicles: Rows  # of VEHICLE
    groups: Rows  # of GROUP
    members: Ints
    arcs: Rows  # of ARC
    able: Flags  # [vehicle, visit]
    those_able: Ints
    near: Ints  # [visit, rank]: nodes behind which the visit fits best
    choices: Ints  # [visit, n]: places where it may be, then -1
    stores: Floats  # [place, ROOM or AT_ONCE or MINUTES]
    holders: Ints
    links: Rows  # of LINK


def arrays(routing: Routing) -> Problem:
    """The question as arrays."""
    visits, vehicles = routing.visits, routing.vehicles
    nowhere = len(routing.travel)  # an open end lies here: no way leads further than its last visit
    travel = np.zeros((nowhere + 1, nowhere + 1))
    travel[:nowhere, :nowhere] = routing.travel
    ends = [nowhere if v.end is None else v.end for v in vehicles]
    none = [0.0] * len(vehicles)
    place = np.array([*(v.place for v in visits), *(v.start for v in vehicles), *ends], dtype=np.int64)
    able = np.zeros((len(vehicles), len(visits)), dtype=np.bool_)
    for number, visit in enumerate(visits):
        able[sorted(visit.able), number] = True
    opens = _floats([*(v.opens for v in visits), *(v.ready for v in vehicles), *none])
    due = _floats([*(v.due for v in visits), *(inf for _ in range(2 * len(vehicles)))])
    minutes = _floats([*(v.minutes for v in visits), *none, *none])
    nodes = np.zeros(len(place), dtype=NODE)
    nodes["minutes"], nodes["opens"], nodes["due"] = minutes, opens, due
    nodes["closes"] = [*(v.closes for v in visits), *(inf for _ in vehicles), *(v.home_by for v in vehicles)]
    nodes["late_weight"] = [*(v.late_weight for v in visits), *none, *none]
    nodes["start_weight"] = [*(v.start_weight for v in visits), *none, *none]
    nodes["skip_cost"] = inf
    nodes["skip_cost"][: len(visits)] = [inf if v.skip_cost is None else v.skip_cost for v in visits]
    nodes["joins"][: len(visits)] = [v.joins for v in visits]
    counted = np.cumsum([0, *able.sum(axis=0)])
    nodes["first_able"][: len(visits)], nodes["last_able"][: len(visits)] = counted[:-1], counted[1:]
    _write_loads(nodes, able, routing.loads)
    groups, members, arcs = _groups(nodes, routing.gaps)
    return Problem(
        num_visits=len(visits),
        num_vehicles=len(vehicles),
        has_loads=bool(routing.loads),
        worst_weight=float(routing.worst_weight),
        long_leg=float(routing.long_leg),
        rest=float(routing.rest),
        travel=travel,
        place=place,
        nodes=nodes,
        vehicles=np.array([(v.weight, v.room, v.mixed, v.kinds) for v in vehicles], dtype=VEHICLE),
        groups=groups,
        members=members,
        arcs=arcs,
        able=able,
        those_able=np.nonzero(able.T)[1].astype(np.int64),
        near=_near(travel, place, minutes, opens, due, able),
        choices=_choices(visits),
        stores=_stores(len(travel), routing.stores),
        holders=_write_holds(nodes, len(visits), routing.holds),
        links=_write_links(nodes, routing.links),
    )


def _floats(row: Sequence[float]) -> Floats:
    return np.array(row, dtype=np.float64)


def _groups(nodes: Rows, gaps: Sequence[Gap]) -> tuple[Rows, Ints, Rows]:
    """The group of each node is written to it; the groups with their members and arcs."""
    group = list(range(len(nodes)))
    for gap in gaps:
        old, new = group[gap.second], group[gap.first]
        group = [new if g == old else g for g in group]
    order = {g: n for n, g in enumerate(dict.fromkeys(group))}
    members: list[list[int]] = [[] for _ in order]
    arcs: list[list[tuple[int, int, float]]] = [[] for _ in order]
    for node, g in enumerate(group):
        members[order[g]].append(node)
    for gap in gaps:
        mine = arcs[order[group[gap.first]]]
        mine += [(gap.first, gap.second, gap.least)] * (gap.least > -inf)
        mine += [(gap.second, gap.first, -gap.most)] * (gap.most < inf)
    nodes["group_of"] = [order[g] for g in group]
    groups = np.zeros(len(order), dtype=GROUP)
    first_member, flat_members = _flat(members)
    first_arc = np.cumsum([0, *map(len, arcs)])
    groups["first_member"], groups["last_member"] = first_member[:-1], first_member[1:]
    groups["first_arc"], groups["last_arc"] = first_arc[:-1], first_arc[1:]
    return groups, flat_members, np.array([arc for row in arcs for arc in row], dtype=ARC)


def _write_loads(nodes: Rows, able: Flags, loads: Sequence[Load]) -> None:
    """What the visits of each load have to do with each other."""
    for name in ("mate", "holder", "source", "brings"):
        nodes[name] = -1
    for row in loads:
        for visit, other, number in ((row.pickup, row.delivery, row.number), (row.delivery, row.pickup, -row.number)):
            nodes["mate"][visit], nodes["load"][visit], nodes["kinds"][visit] = other, number, row.kinds
        alone = np.flatnonzero(able[:, row.delivery] & ~able[:, row.pickup])
        if row.source is not None:
            nodes["source"][row.delivery], nodes["brings"][row.source] = row.source, row.delivery
        elif len(alone):
            nodes["holder"][row.delivery] = alone[0]


def _write_holds(nodes: Rows, num_visits: int, holds: Sequence[Hold]) -> Ints:
    """What each visit holds is written to it; what holds each node is handed back."""
    nodes["held"] = -1
    by: list[list[int]] = [[] for _ in nodes]
    for row in holds:
        node = num_visits + row.vehicle if row.vehicle is not None else row.visit
        if node is None or nodes["held"][row.by] >= 0:
            raise ValueError(f"visit {row.by} must hold one visit or vehicle")
        nodes["held"][row.by], nodes["held_minutes"][row.by] = node, row.minutes
        by[node].append(row.by)
    first, holders = _flat(by)
    nodes["first_holder"], nodes["last_holder"] = first[:-1], first[1:]
    return holders


def _write_links(nodes: Rows, links: Sequence[Coupling]) -> Rows:
    """Each link beside both of its nodes."""
    rows: list[list[tuple[int, float, float]]] = [[] for _ in nodes]
    for link in links:
        rows[link.first].append((link.second, link.weight, link.free))
        rows[link.second].append((link.first, link.weight, link.free))
    first = np.cumsum([0, *map(len, rows)])
    nodes["first_link"], nodes["last_link"] = first[:-1], first[1:]
    return np.array([link for row in rows for link in row], dtype=LINK)


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Where each row begins, and all rows one behind the other."""
    return np.cumsum([0, *map(len, rows)], dtype=np.int64), np.array([n for row in rows for n in row], dtype=np.int64)


def _choices(visits: Sequence[Visit]) -> Ints:
    """The places of each visit, its own first."""
    width = max((len(v.others) for v in visits), default=0)
    rows = [[v.place, *v.others, *([-1] * (width - len(v.others)))] for v in visits]
    return np.array(rows, dtype=np.int64).reshape(len(rows), -1)


def _stores(num_places: int, rows: Sequence[Store]) -> Floats:
    """By place what it takes, and how those wait whom it takes; a place that is no store takes all at once."""
    stores = np.tile(np.array([inf, inf, 0.0]), (num_places, 1))
    for row in rows:
        stores[row.place] = row.room, row.at_once, row.minutes
    return stores


def _near(travel: Floats, place: Ints, minutes: Floats, opens: Floats, due: Floats, able: Flags) -> Ints:
    """For each visit the nodes behind which it fits best: a short way, little waiting, little lateness."""
    num_vehicles, num_visits = able.shape
    before = num_visits + num_vehicles
    end = np.where(np.isinf(due), opens.max(initial=0.0), due)
    found = np.zeros((num_visits, min(NUM_NEAR, before)), dtype=np.int64)
    for first in range(0, num_visits, ROWS_AT_ONCE):
        mine = slice(first, min(num_visits, first + ROWS_AT_ONCE))
        way = travel[np.ix_(place[:before], place[mine])]
        arrival = opens[:before, None] + minutes[:before, None] + way
        latest = end[:before, None] + minutes[:before, None] + way
        waiting = np.maximum(0.0, opens[None, mine] - latest)
        waiting[num_visits:] = 0.0  # nobody minds leaving the base later
        lateness = np.maximum(0.0, arrival - end[None, mine])
        unlike = way + 0.5 * waiting + lateness
        unlike[num_visits:][~able[:, mine]] = inf
        unlike[np.arange(num_visits)[mine], np.arange(mine.stop - mine.start)] = inf
        found[mine] = np.argsort(unlike, axis=0, kind="stable").T[:, :NUM_NEAR]
    return found
