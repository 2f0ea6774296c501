"""The road graph: junctions, and the stretches of road between them with their course.

A stretch is one kind of road from one junction, signal or end of a way to the next, so that time runs evenly along it.
What is connected is the largest part of the graph in which every junction can be reached from every other (strongly
connected: R. Tarjan, 1972, doi:10.1137/0201010); the others stay at the end of each table, so that a point beside them
can be told so.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from roads.profile import Profile
from roads.reading import RoadWays
from roads.tags import BACKWARD, FERRY, FORWARD, ROUNDABOUT, RoadKind

EARTH_RADIUS_M = 6371008.8
NO_ROAD = 2**31 - 1
"""Milliseconds that mean: cannot be driven. The engine's own infinity."""
STRAIGHT_ON = 2


@dataclass(frozen=True)
class Graph:
    """Junctions and stretches; those that are connected come first.

    `nodes` int32 [junctions, 2]: longitude, latitude in 1e-7 degrees; `stops` uint8 [junctions]: number of the
    profile's stops; `degree` uint8 [junctions]: stretches that meet there; `tail`, `head` uint32 [stretches]:
    junctions; `kind` uint32 [stretches]; `metres` float64 [stretches]; `points` int32 [points, 2] with `starts` int64
    [stretches + 1]: the course from tail to head, both included; `num_nodes`, `num_stretches`: how many are connected.
    """

    nodes: NDArray[np.int32]
    stops: NDArray[np.uint8]
    degree: NDArray[np.uint8]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    kind: NDArray[np.uint32]
    metres: NDArray[np.float64]
    points: NDArray[np.int32]
    starts: NDArray[np.int64]
    kinds: tuple[RoadKind, ...]
    num_nodes: int
    num_stretches: int

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """Flags of each stretch."""
        return np.array([kind.flags for kind in self.kinds], np.uint8)[self.kind]

    def course(self, stretch: int) -> NDArray[np.float64]:
        """Longitude and latitude in degrees along a stretch [points, 2]."""
        return self.points[self.starts[stretch] : self.starts[stretch + 1]] / 1e7


ARRAYS = tuple(f.name for f in fields(Graph) if f.name not in ("kinds", "num_nodes", "num_stretches"))
"""The names of the tables of a graph that are arrays."""


def graph_of(ways: RoadWays) -> Graph:
    """The graph of the roads of an extract. The same ways give the same graph."""
    ids, node = np.unique(ways.refs, return_inverse=True)
    stops = np.zeros(len(ids), np.uint8)
    place = np.searchsorted(ids, ways.stop_refs)
    is_there = (place < len(ids)) & (ids[np.minimum(place, len(ids) - 1)] == ways.stop_refs)
    stops[place[is_there]] = ways.stops[is_there]
    cuts = _cuts(ways, node, stops)
    first = cuts[:-1][~np.isin(cuts[:-1], ways.starts[1:] - 1)]
    last = cuts[np.searchsorted(cuts, first) + 1]
    xy = np.empty((len(ids), 2), np.int32)
    xy[node] = ways.xy
    return _connected_first(ways, node, xy, stops, first, last)


def kmh_of(graph: Graph, profile: Profile, vehicle: str) -> NDArray[np.float64]:
    """Speed in km/h on each stretch [2, stretches], forward and backward; 0 where that direction is not driven."""
    kinds = [[_kmh(kind, way, profile, vehicle) for kind in graph.kinds] for way in (FORWARD, BACKWARD)]
    return np.array(kinds)[:, graph.kind]


def drive_ms(graph: Graph, profile: Profile, vehicle: str) -> NDArray[np.int64]:
    """Milliseconds along each stretch [2, stretches], forward and backward; NO_ROAD where it is not driven."""
    kmh = kmh_of(graph, profile, vehicle)
    ms = np.rint(3600 * graph.metres / np.maximum(kmh, 0.1)) + 1000 * profile.seconds["boarding"] * (
        graph.flags & FERRY > 0
    )
    return np.where(kmh > 0, np.maximum(ms, 1), NO_ROAD).astype(np.int64)


def stop_ms(graph: Graph, profile: Profile) -> NDArray[np.int64]:
    """Milliseconds lost on arrival at the end of each stretch [2, stretches]: at its head, at its tail."""
    seconds = np.array([profile.seconds.get(word, 0) for word in profile.stops])[graph.stops]
    seconds = np.maximum(seconds, profile.seconds["junction"] * (graph.degree > STRAIGHT_ON))
    is_round = graph.flags & ROUNDABOUT > 0
    ends = np.stack([seconds[graph.head], seconds[graph.tail]])
    ms: NDArray[np.int64] = np.rint(1000 * np.where(is_round, 0, ends)).astype(np.int64)
    return ms


def metres_between(xy: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.float64]:
    """Metres over the great circle between points in 1e-7 degrees, pair by pair [n, 2]."""
    lon, lat = np.radians(xy.T / 1e7)
    lon2, lat2 = np.radians(other.T / 1e7)
    h = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(h))
    return metres


def _kmh(kind: RoadKind, way: int, profile: Profile, vehicle: str) -> float:
    """Speed on a kind of road in one direction; 0 where it is not driven."""
    if not kind.flags & way:
        return 0
    limit = kind.limit_forward if way == FORWARD else kind.limit_backward
    if kind.flags & FERRY and limit:
        return limit
    word = profile.classes[kind.road_class]
    kmh = limit * profile.limit_share if limit else profile.kmh[word]
    return min(kmh, profile.vehicles[vehicle], kind.cap or kmh) / profile.factors.get(word, 1)


def _cuts(ways: RoadWays, node: NDArray[np.int64], stops: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where stretches begin and end, among the points of the ways, ascending: ends of ways, shared points, stops.

    A ring that nothing cuts is cut in its middle, so that no stretch leads from a junction to itself.
    """
    is_cut = (np.bincount(node)[node] > 1) | (stops[node] > 0)
    is_cut[ways.starts[:-1]] = is_cut[ways.starts[1:] - 1] = True
    cuts = np.flatnonzero(is_cut)
    is_ring = (node[cuts[:-1]] == node[cuts[1:]]) & (cuts[1:] - cuts[:-1] > 1)
    middles = (cuts[:-1][is_ring] + cuts[1:][is_ring]) // 2
    return np.union1d(cuts, middles)


def _connected_first(
    ways: RoadWays,
    node: NDArray[np.int64],
    xy: NDArray[np.int32],
    stops: NDArray[np.uint8],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> Graph:
    """The graph of the stretches from the points `first` to the points `last`, what is connected before the rest."""
    metres = _lengths(ways, first, last)
    kept = (node[first] != node[last]) & (metres > 0)
    first, last, metres = first[kept], last[kept], metres[kept]
    kind = ways.kind[np.searchsorted(ways.starts, first, side="right") - 1].astype(np.uint32)
    used, ends = np.unique(node[np.concatenate([first, last])], return_inverse=True)
    tail, head = ends[: len(first)], ends[len(first) :]
    is_connected = _largest_part(tail, head, np.array([k.flags for k in ways.kinds], np.uint8)[kind], len(used))
    is_stretch = is_connected[tail] & is_connected[head]
    order = np.argsort(~is_stretch, kind="stable")
    of_node = np.argsort(~is_connected, kind="stable")
    number = np.empty(len(used), np.uint32)
    number[of_node] = np.arange(len(used), dtype=np.uint32)
    counts = (last - first + 1)[order]
    starts = np.concatenate([[0], np.cumsum(counts)])
    picked = np.repeat(first[order] - starts[:-1], counts) + np.arange(starts[-1])
    return Graph(
        nodes=xy[used[of_node]],
        stops=stops[used[of_node]],
        degree=np.minimum(np.bincount(ends, minlength=len(used))[of_node], 255).astype(np.uint8),
        tail=number[tail[order]],
        head=number[head[order]],
        kind=kind[order],
        metres=metres[order],
        points=ways.xy[picked],
        starts=starts,
        kinds=ways.kinds,
        num_nodes=int(is_connected.sum()),
        num_stretches=int(is_stretch.sum()),
    )


def _lengths(ways: RoadWays, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """Metres from each point of `first` to that of `last` along its way."""
    steps = np.concatenate([[0], np.cumsum(metres_between(ways.xy[:-1], ways.xy[1:]))])
    metres: NDArray[np.float64] = np.round(steps[last] - steps[first], 3)
    return metres


def _largest_part(
    tail: NDArray[np.int64], head: NDArray[np.int64], flags: NDArray[np.uint8], num_nodes: int
) -> NDArray[np.bool_]:
    """Whether each junction is in the largest strongly connected part."""
    forward, backward = flags & FORWARD > 0, flags & BACKWARD > 0
    source = np.concatenate([tail[forward], head[backward]])
    target = np.concatenate([head[forward], tail[backward]])
    arcs = coo_array((np.ones(len(source), np.int32), (source, target)), (num_nodes, num_nodes))
    _, part = connected_components(arcs, directed=True, connection="strong")
    is_largest: NDArray[np.bool_] = part == np.bincount(part).argmax()
    return is_largest
