"""What is routed: visits, vehicles and the gaps between visits, as rows and as the arrays that the loops work on.

A reader (planner.hhcrsp, planner.solver.routes) writes rows; nothing in this room knows what a visit is
for. Cost = sum over vehicles of weight x travel + sum over visits of (late_weight x lateness + start_weight x start)
+ worst_weight x the largest lateness + sum over links of weight x minutes apart + what is skipped; lateness =
max(0, start - due). Whatever breaks a hard end costs so much more that it is only kept while there is nothing better.
What loads bring to a `Store` waits there: for each beyond the first `at_once`, `minutes` are cost, twice that beyond
the second `at_once`, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Draws = npt.NDArray[np.uint64]  # the state of the generator of numbers
Flags = npt.NDArray[np.bool_]
Rows = Any  # records: a loop reads row n's field as rows[n].field
ROOM, AT_ONCE, MINUTES = 0, 1, 2  # of a store
HARD = 1e5  # cost of a minute beyond a hard end
NUM_NEAR = 40  # visits that a visit is tried behind: those that fit best in way and time
ROWS_AT_ONCE = 256  # visits whose nearest are looked for at once: it bounds the memory
Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay of some minutes at a place by one of the vehicles that are able; the start of the window is hard.

    `skipped`: what it costs that nobody comes; None: somebody must. `joins`: behind another such visit at the same
    place it begins together with that one. `others`: places where it may be instead.
    """

    place: int
    minutes: float
    able: frozenset[int]
    opens: float = 0.0
    due: float = inf
    closes: float = inf
    late_weight: float = 0.0
    start_weight: float = 0.0
    skipped: float | None = None
    joins: bool = False
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """A place takes `room` of what loads bring, and each `at_once` of them wait `minutes` longer than those before."""

    place: int
    room: int
    at_once: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A unit that leaves `start` when ready, and ends at `end` (None: at its last visit) by `home_by`.

    It has `room` for so many aboard at once, who are of no more than `kinds` kinds.
    """

    start: int
    end: int | None
    ready: float = 0.0
    home_by: float = inf
    weight: float = 1.0
    room: int = 0
    kinds: int = 1


@dataclass(frozen=True, slots=True)
class Load:
    """So many (at least 1) of some kinds (a set of bits) are picked up at one visit and delivered at another.

    Both are on one route, the delivery later; or the pickup is skipped, and a vehicle that is not able to do it makes
    the delivery its last visit: it has them aboard when it starts, or, where they come from a visit (`source`), when
    that was the visit before.
    """

    pickup: int
    delivery: int
    number: int
    kinds: int = 1
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The second visit starts at least `least` and at most `most` minutes after the first.

    Visits that hang together through gaps are a group: they are moved together and go to different vehicles.
    """

    first: int
    second: int
    least: float = -inf
    most: float = inf


@dataclass(frozen=True, slots=True)
class Hold:
    """Who is at the visit, or the vehicle at its start, goes on no sooner than `minutes` after `by` has begun.

    Of a visit `by` on no route nobody takes notice.
    """

    by: int
    minutes: float
    visit: int | None = None
    vehicle: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Each minute beyond `free` that the starts of two visits are apart costs `weight`; one on no route opens."""

    first: int
    second: int
    weight: float
    free: float = 0.0


@dataclass(frozen=True, slots=True)
class Routing:
    """A question to the routing core. `travel[a, b]` is minutes from place a to place b.

    A vehicle whose first leg takes more than `long_leg` arrives `rest` minutes later than that.
    """

    travel: Floats
    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    gaps: tuple[Gap, ...] = ()
    worst_weight: float = 0.0
    loads: tuple[Load, ...] = ()
    stores: tuple[Store, ...] = ()
    holds: tuple[Hold, ...] = ()
    links: tuple[Link, ...] = ()
    long_leg: float = inf
    rest: float = 0.0


NODE = np.dtype(
    [
        ("minutes", np.float64),
        ("opens", np.float64),
        ("due", np.float64),
        ("closes", np.float64),
        ("late_weight", np.float64),
        ("start_weight", np.float64),
        ("skipped", np.float64),  # infinite: never
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
VEHICLE = np.dtype([("weight", np.float64), ("room", np.int64), ("kinds", np.int64)])
"""A vehicle: cost of a minute of travel, room, and how many kinds it may have aboard."""
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
    nodes["skipped"] = inf
    nodes["skipped"][: len(visits)] = [inf if v.skipped is None else v.skipped for v in visits]
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
        vehicles=np.array([(v.weight, v.room, v.kinds) for v in vehicles], dtype=VEHICLE),
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


def _write_links(nodes: Rows, links: Sequence[Link]) -> Rows:
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
