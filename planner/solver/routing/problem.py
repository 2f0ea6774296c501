"""What is routed: visits, vehicles and the gaps between visits, as rows and as the arrays that the loops work on.

A reader (planner.hhcrsp, planner.solver.routes) writes rows; nothing in this room knows what a visit is
for. Cost = sum over vehicles of weight x travel + sum over visits of (late_weight x lateness + start_weight x start)
+ worst_weight x the largest lateness + sum over links of weight x minutes apart + what is skipped; lateness =
max(0, start - due). Whatever breaks a hard end costs so much more that it is only kept while there is nothing better.
What loads bring to a `Store` waits there: for each beyond the first `at_once`, `minutes` are cost, twice that beyond
the second `at_once`, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Draws = npt.NDArray[np.uint64]  # the state of the generator of numbers
Flags = npt.NDArray[np.bool_]
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


class Problem(NamedTuple):
    """The same as arrays. Nodes: the visits, then each vehicle's start, then each vehicle's end."""

    num_visits: int
    num_vehicles: int
    travel: Floats
    place: Ints  # where each node is now: a search puts visits that have a choice elsewhere
    minutes: Floats
    opens: Floats
    due: Floats
    closes: Floats
    late_weight: Floats
    start_weight: Floats
    able: Flags  # [vehicle, visit]
    weight: Floats  # of a minute of travel, by vehicle
    worst_weight: float
    group_of: Ints
    first_member: Ints
    members: Ints
    first_arc: Ints
    arc_from: Ints  # arcs of a group: start[to] >= start[from] + gap
    arc_to: Ints
    arc_gap: Floats
    near: Ints  # [visit, rank]: nodes behind which the visit fits best
    first_able: Ints  # by visit, into those able
    those_able: Ints
    skipped: Floats  # by node; infinite: never
    joins: Flags
    mate: Ints  # the other visit of a load, or -1
    load: Ints  # by node, aboard after it more than before; negative at a delivery
    kinds: Ints  # by node, bits
    holder: Ints  # by delivery: the vehicle that has the load aboard when it starts, or -1
    source: Ints  # by delivery: the visit from which its holder has the load, or -1
    brings: Ints  # by visit: the delivery of the load that its vehicle has from there, or -1
    room: Ints  # by vehicle
    most_kinds: Ints
    has_loads: bool
    choices: Ints  # [visit, n]: places where it may be, then -1
    stores: Floats  # [place, ROOM or AT_ONCE or MINUTES]
    held: Ints  # by visit: the node that it holds, or -1
    held_minutes: Floats
    first_holder: Ints  # by node, into those that hold it
    holders: Ints
    first_link: Ints  # by node, into the nodes that it is linked to
    linked: Ints
    link_weight: Floats
    link_free: Floats
    long_leg: float
    rest: float


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
    return Problem(
        num_visits=len(visits),
        num_vehicles=len(vehicles),
        travel=travel,
        place=place,
        minutes=minutes,
        opens=opens,
        due=due,
        closes=_floats([*(v.closes for v in visits), *(inf for _ in vehicles), *(v.home_by for v in vehicles)]),
        late_weight=_floats([*(v.late_weight for v in visits), *none, *none]),
        start_weight=_floats([*(v.start_weight for v in visits), *none, *none]),
        able=able,
        weight=_floats([v.weight for v in vehicles]),
        worst_weight=float(routing.worst_weight),
        **_groups(len(place), routing.gaps),
        near=_near(travel, place, minutes, opens, due, able),
        first_able=np.cumsum([0, *able.sum(axis=0)], dtype=np.int64),
        those_able=np.nonzero(able.T)[1].astype(np.int64),
        skipped=_floats([*(inf if v.skipped is None else v.skipped for v in visits), *(inf for _ in 2 * vehicles)]),
        joins=np.array([*(v.joins for v in visits), *(False for _ in 2 * vehicles)], dtype=np.bool_),
        room=np.array([v.room for v in vehicles], dtype=np.int64),
        most_kinds=np.array([v.kinds for v in vehicles], dtype=np.int64),
        has_loads=bool(routing.loads),
        choices=_choices(visits),
        stores=_stores(len(travel), routing.stores),
        long_leg=float(routing.long_leg),
        rest=float(routing.rest),
        **_loads(len(place), able, routing.loads),
        **_holds(len(place), len(visits), routing.holds),
        **_links(len(place), routing.links),
    )


def _floats(row: Sequence[float]) -> Floats:
    return np.array(row, dtype=np.float64)


def _groups(num_nodes: int, gaps: Sequence[Gap]) -> dict[str, Any]:
    """Group of each node, members and arcs of each group, flat."""
    group = list(range(num_nodes))
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
    flat = [arc for row in arcs for arc in row]
    first_member, flat_members = _flat(members)
    return {
        "group_of": np.array([order[g] for g in group], dtype=np.int64),
        "first_member": first_member,
        "members": flat_members,
        "first_arc": np.cumsum([0, *map(len, arcs)], dtype=np.int64),
        "arc_from": np.array([a for a, _, _ in flat], dtype=np.int64),
        "arc_to": np.array([b for _, b, _ in flat], dtype=np.int64),
        "arc_gap": _floats([g for _, _, g in flat]),
    }


def _loads(num_nodes: int, able: Flags, loads: Sequence[Load]) -> dict[str, Any]:
    """What the visits of each load have to do with each other."""
    mate, load, kinds, holder = (np.full(num_nodes, none, dtype=np.int64) for none in (-1, 0, 0, -1))
    source, brings = (np.full(num_nodes, -1, dtype=np.int64) for _ in range(2))
    for row in loads:
        for visit, other, number in ((row.pickup, row.delivery, row.number), (row.delivery, row.pickup, -row.number)):
            mate[visit], load[visit], kinds[visit] = other, number, row.kinds
        alone = np.flatnonzero(able[:, row.delivery] & ~able[:, row.pickup])
        if row.source is not None:
            source[row.delivery], brings[row.source] = row.source, row.delivery
        elif len(alone):
            holder[row.delivery] = alone[0]
    return {"mate": mate, "load": load, "kinds": kinds, "holder": holder, "source": source, "brings": brings}


def _holds(num_nodes: int, num_visits: int, holds: Sequence[Hold]) -> dict[str, Any]:
    """What each visit holds, and what holds each node."""
    held, minutes = np.full(num_nodes, -1, dtype=np.int64), np.zeros(num_nodes)
    by: list[list[int]] = [[] for _ in range(num_nodes)]
    for row in holds:
        node = num_visits + row.vehicle if row.vehicle is not None else row.visit
        if node is None or held[row.by] >= 0:
            raise ValueError(f"visit {row.by} must hold one visit or vehicle")
        held[row.by], minutes[row.by] = node, row.minutes
        by[node].append(row.by)
    first, holders = _flat(by)
    return {"held": held, "held_minutes": minutes, "first_holder": first, "holders": holders}


def _links(num_nodes: int, links: Sequence[Link]) -> dict[str, Any]:
    """Each link beside both of its nodes."""
    rows: list[list[Link]] = [[] for _ in range(num_nodes)]
    for link in links:
        rows[link.first].append(link)
        rows[link.second].append(replace(link, first=link.second, second=link.first))
    first, linked = _flat([[link.second for link in row] for row in rows])
    flat = [link for row in rows for link in row]
    weight, free = _floats([link.weight for link in flat]), _floats([link.free for link in flat])
    return {"first_link": first, "linked": linked, "link_weight": weight, "link_free": free}


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
