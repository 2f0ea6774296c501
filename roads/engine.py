"""Minutes and ways on a road graph: a customisable contraction hierarchy.

J. Dibbelt, B. Strasser, D. Wagner, "Customizable contraction hierarchies", ACM JEA 21 (2016), doi:10.1145/2886843.
Weights are whole milliseconds. Junctions are points: turn restrictions are not known, turns cost what the profile says
of a junction.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from routingkit_cch import CCH, CCHMetric, CCHMetricPartialUpdater, CCHOneToMany, CCHQuery

from planner.travel import NEAR_M
from roads.closures import OPEN_ROADS, Bars
from roads.graph import NO_ROAD, Graph, drive_ms, stop_ms
from roads.profile import Profile
from roads.snapping import Joint
from roads.tags import BACKWARD, FORWARD

NONE = -1
"""Minutes that say: no road."""
MS = 60_000
Ends = list[tuple[int, int]]


@dataclass(frozen=True)
class RoadRoute:
    """A way: its course (latitude, longitude in degrees), kilometres on roads, milliseconds with the walks.

    `stretches`: what of a graph it leads over, in order; of another source's way none.
    """

    course: tuple[tuple[float, float], ...]
    km: float
    ms: int
    stretches: tuple[int, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded up once."""
        return math.ceil(self.ms / MS)


@dataclass(frozen=True)
class _Leg:
    """A part of a stretch that is driven from one share of its length to another."""

    stretch: int
    start: float
    end: float


class Roads:
    """Minutes and ways of one vehicle on a graph, by an order of its junctions. For one thread at a time."""

    def __init__(self, graph: Graph, order: NDArray[np.uint32], profile: Profile, vehicle: str = "car") -> None:
        self.graph, self._walk_kmh, num = graph, profile.walk_kmh, graph.num_stretches
        self._drive, self._stop = drive_ms(graph, profile, vehicle)[:, :num], stop_ms(graph, profile)[:, :num]
        self.arcs = arcs_of(graph)
        self.weights = np.where(self._drive >= NO_ROAD, NO_ROAD, self._drive + self._stop)[
            self.arcs.way, self.arcs.stretch
        ]
        self._number = np.full((2, num), NONE)
        self._number[self.arcs.way, self.arcs.stretch] = np.arange(len(self.weights))
        self._cch = CCH(order.tolist(), self.arcs.tail.tolist(), self.arcs.head.tolist(), filter_always_inf_arcs=False)
        self._metric = CCHMetric(self._cch, self.weights.tolist())
        self._updater = CCHMetricPartialUpdater(self._cch)

    def minutes(self, joints: Sequence[Joint], bars: Bars = OPEN_ROADS) -> NDArray[np.int32]:
        """Whole minutes from each joint (row) to each (column), rounded up once; NONE where no road leads there."""
        ms = self.milliseconds(joints, bars)
        return np.where(ms >= NO_ROAD, NONE, -(-ms // MS)).astype(np.int32)

    def milliseconds(self, joints: Sequence[Joint], bars: Bars = OPEN_ROADS) -> NDArray[np.int64]:
        """The same in milliseconds, with the walks; NO_ROAD where no road leads there."""
        with self._barred(bars):
            ms = self._between(joints, bars)
        for i, j in _on_one_stretch(joints):
            ms[i, j] = min(ms[i, j], self.direct(joints[i], joints[j], bars))
        walks = np.array([self.walk_ms(joint) for joint in joints], np.int64)
        ms = np.where(ms >= NO_ROAD, NO_ROAD, np.minimum(ms + walks[:, None] + walks[None, :], NO_ROAD))
        np.fill_diagonal(ms, 0)
        return ms

    def route(self, source: Joint, target: Joint, bars: Bars = OPEN_ROADS) -> RoadRoute | None:
        """The fastest way between two joints; None where no road leads there."""
        return self.routes([(source, target)], bars)[0]

    def routes(self, pairs: Sequence[tuple[Joint, Joint]], bars: Bars = OPEN_ROADS) -> list[RoadRoute | None]:
        """The same for many pairs at once: roads are barred once for all."""
        with self._barred(bars):
            return [self._route(source, target, bars) for source, target in pairs]

    def _route(self, source: Joint, target: Joint, bars: Bars) -> RoadRoute | None:
        """The way between two joints on the roads as they are barred now."""
        exits, entries = self.exits(source, bars), self.entries(target, bars)
        direct = self.direct(source, target, bars)
        nodes, arcs, ms = self._path(exits, entries)
        if min(direct, ms) >= NO_ROAD:
            return None
        legs = [_Leg(source.stretch, source.share, target.share)] if direct <= ms else []
        if not legs:
            is_at_head = nodes[0] == self.graph.head[source.stretch] and any(node == nodes[0] for node, _ in exits)
            legs = [_Leg(source.stretch, source.share, float(is_at_head))]
            legs += [_Leg(int(self.arcs.stretch[arc]), *((0.0, 1.0), (1.0, 0.0))[self.arcs.way[arc]]) for arc in arcs]
            legs += [_Leg(target.stretch, float(nodes[-1] == self.graph.head[target.stretch]), target.share)]
        return self._drawn(legs, min(direct, ms) + self.walk_ms(source) + self.walk_ms(target))

    def _drawn(self, legs: Sequence[_Leg], ms: int) -> RoadRoute:
        """The legs as one way."""
        course = [point for leg in legs for point in part_of(self.graph.course(leg.stretch), leg.start, leg.end)]
        once = [point for i, point in enumerate(course) if not i or point != course[i - 1]]
        km = sum(self.graph.metres[leg.stretch] * abs(leg.end - leg.start) for leg in legs) / 1000
        return RoadRoute(tuple(once), round(float(km), 3), ms, tuple(leg.stretch for leg in legs))

    def _between(self, joints: Sequence[Joint], bars: Bars) -> NDArray[np.int64]:
        """Milliseconds over the junctions, without walks."""
        entries = [(i, node, ms) for i, joint in enumerate(joints) for node, ms in self.entries(joint, bars)]
        ms = np.full((len(joints), len(joints)), NO_ROAD, np.int64)
        if not entries:
            return ms
        column, node, late = (np.array(part, np.int64) for part in zip(*entries, strict=True))
        targets, pinned = np.unique(node, return_inverse=True)
        from_one = CCHOneToMany(self._metric, targets.tolist())
        for i, joint in enumerate(joints):
            if exits := self.exits(joint, bars):
                found = from_one.distances_from_multi(exits)
                far = np.array([NO_ROAD if d is None else d for d in found], np.int64)[pinned]
                np.minimum.at(ms[i], column, np.minimum(far + late, NO_ROAD))
        del from_one
        return ms

    def _path(self, exits: Ends, entries: Ends) -> tuple[list[int], list[int], int]:
        """Junctions, arcs and milliseconds of the fastest way from one of the exits to one of the entries."""
        if not exits or not entries:
            return [], [], NO_ROAD
        query = CCHQuery(self._metric)
        found = query.run_multi(exits, entries)
        told = found.distance
        path = list(found.node_path), list(found.arc_path), NO_ROAD if told is None else min(int(told), NO_ROAD)
        del found, query
        return path

    @contextmanager
    def _barred(self, bars: Bars) -> Iterator[None]:
        """The roads as the bars leave them, while the block runs."""
        changed = {
            int(arc): NO_ROAD
            if stretch in bars.closed
            else self._leg_ms(stretch, way, 1.0, bars) + int(self._stop[way, stretch])
            for stretch in sorted({*bars.closed, *bars.slow})
            for way in (0, 1)
            if (arc := self._number[way, stretch]) >= 0
        }
        if changed:
            self._updater.apply(self._metric, changed)
        try:
            yield
        finally:
            if changed:
                self._updater.apply(self._metric, {arc: int(self.weights[arc]) for arc in changed})

    def exits(self, joint: Joint, bars: Bars = OPEN_ROADS) -> Ends:
        """The junctions at the ends of the joint's stretch, with the milliseconds to them."""
        ends = ((0, self.graph.head, joint.share, 1.0), (1, self.graph.tail, 0.0, joint.share))
        return [
            (
                int(node[joint.stretch]),
                self._leg_ms(joint.stretch, way, high - low, bars) + int(self._stop[way, joint.stretch]),
            )
            for way, node, low, high in ends
            if self._is_driven(joint.stretch, way, low, high, bars)
        ]

    def entries(self, joint: Joint, bars: Bars = OPEN_ROADS) -> Ends:
        """The same from the junctions to the joint."""
        ends = ((0, self.graph.tail, 0.0, joint.share), (1, self.graph.head, joint.share, 1.0))
        return [
            (int(node[joint.stretch]), self._leg_ms(joint.stretch, way, high - low, bars))
            for way, node, low, high in ends
            if self._is_driven(joint.stretch, way, low, high, bars)
        ]

    def direct(self, source: Joint, target: Joint, bars: Bars = OPEN_ROADS) -> int:
        """Milliseconds between two joints of one stretch along it; NO_ROAD where it is not driven so."""
        way = 0 if target.share >= source.share else 1
        low, high = sorted((source.share, target.share))
        if source.stretch != target.stretch or not self._is_driven(source.stretch, way, low, high, bars):
            return NO_ROAD
        return self._leg_ms(source.stretch, way, high - low, bars)

    def _is_driven(self, stretch: int, way: int, low: float, high: float, bars: Bars) -> bool:
        return bool(self._drive[way, stretch] < NO_ROAD) and not bars.is_closed(stretch, low, high)

    def _leg_ms(self, stretch: int, way: int, share: float, bars: Bars) -> int:
        """Milliseconds along a share of a stretch."""
        return min(NO_ROAD - 1, round(float(self._drive[way, stretch]) * share * bars.slow.get(stretch, 1.0)))

    def walk_ms(self, joint: Joint) -> int:
        """Milliseconds on foot between a point and the road; a point near it is at it."""
        return 0 if joint.metres <= NEAR_M else round(3600 * joint.metres / self._walk_kmh)


@dataclass(frozen=True)
class Arcs:
    """The connected stretches in each direction in which they are driven: `way` 0 from tail to head, 1 back."""

    stretch: NDArray[np.int64]
    way: NDArray[np.int64]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]


def arcs_of(graph: Graph) -> Arcs:
    """The arcs of the connected part of a graph."""
    flags, tail, head = (table[: graph.num_stretches] for table in (graph.flags, graph.tail, graph.head))
    there, back = np.flatnonzero(flags & FORWARD), np.flatnonzero(flags & BACKWARD)
    return Arcs(
        np.concatenate([there, back]),
        np.repeat([0, 1], [len(there), len(back)]),
        np.concatenate([tail[there], head[back]]),
        np.concatenate([head[there], tail[back]]),
    )


def part_of(course: NDArray[np.float64], start: float, end: float) -> list[tuple[float, float]]:
    """Latitude and longitude along a course from one share of its length to another, which may lie before it."""
    if start > end:
        return part_of(course, end, start)[::-1]
    steps = np.diff(course, axis=0) * (np.cos(np.radians(course[0, 1])), 1.0)
    along = np.concatenate([[0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    share = along / along[-1]
    at = np.concatenate([[start], share[(share > start) & (share < end)], [end]])
    lon, lat = (np.round(np.interp(at, share, course[:, axis]), 7) for axis in (0, 1))
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def _on_one_stretch(joints: Sequence[Joint]) -> Iterator[tuple[int, int]]:
    """Pairs of different joints that lie on the same stretch."""
    together: dict[int, list[int]] = {}
    for i, joint in enumerate(joints):
        together.setdefault(joint.stretch, []).append(i)
    for group in together.values():
        yield from ((i, j) for i in group for j in group if i != j)
