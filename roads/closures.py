"""Roads that are closed or slow from one moment to another, as values; and what they bar on a graph."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely

from roads.graph import Graph
from roads.snapping import Snapper
from roads.tags import BRIDGE

Shape = Literal["polygon", "line", "bridge"]
MOST_CORNERS = 1000


@dataclass(frozen=True)
class Closure:
    """Roads that are closed, or take `slow` times as long, from minute `start` to minute `end` (None: open-ended).

    `corners`: latitude and longitude in degrees. Of a "polygon" what lies in it counts, of a "line" every road that it
    crosses, of a "bridge" only the bridges that it crosses, not the roads below. `slow` is at least 1; None: closed.
    """

    name: str
    shape: Shape
    corners: tuple[tuple[float, float], ...]
    start: int | None = None
    end: int | None = None
    slow: float | None = None

    def __post_init__(self) -> None:
        least = 3 if self.shape == "polygon" else 2
        if not least <= len(self.corners) <= MOST_CORNERS:
            raise ValueError(f"a {self.shape} has {least} to {MOST_CORNERS} corners, not {len(self.corners)}")
        if any(not (-90 <= lat <= 90 and -180 <= lon <= 180) for lat, lon in self.corners):
            raise ValueError("a corner lies at no latitude and longitude")
        if self.slow is not None and not 1 <= self.slow < float("inf"):
            raise ValueError(f"slow roads take 1 or more times as long, not {self.slow}")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("a closure ends after it starts")

    def overlaps(self, first: int, last: int) -> bool:
        """Whether it counts for what happens between two minutes."""
        return (self.start is None or self.start <= last) and (self.end is None or first < self.end)


@dataclass(frozen=True)
class Bars:
    """What closures bar: stretch -> its closed parts as shares of its length; stretch -> times as slow, 1 and more."""

    closed: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    slow: Mapping[int, float] = field(default_factory=dict)

    def is_closed(self, stretch: int, start: float, end: float) -> bool:
        """Whether any part of the stretch between two shares is closed."""
        return any(low <= end and start <= high for low, high in self.closed.get(stretch, ()))


OPEN_ROADS = Bars()


def bars_of(snapper: Snapper, closures: Iterable[Closure]) -> Bars:
    """What the closures bar on the connected roads, all together."""
    closed: dict[int, tuple[tuple[float, float], ...]] = {}
    slow: dict[int, float] = {}
    for closure in closures:
        for stretch, parts in _parts(snapper, closure).items():
            if closure.slow is None:
                closed[stretch] = closed.get(stretch, ()) + parts
            else:
                share = min(1.0, sum(high - low for low, high in parts)) if closure.shape == "polygon" else 1.0
                slow[stretch] = slow.get(stretch, 1.0) * (1 + (closure.slow - 1) * share)
    return Bars(closed, slow)


def _parts(snapper: Snapper, closure: Closure) -> dict[int, tuple[tuple[float, float], ...]]:
    """Stretch -> its parts that the closure touches, as shares of its length."""
    corners = [(lon, lat) for lat, lon in closure.corners]
    shape = shapely.make_valid(shapely.Polygon(corners)) if closure.shape == "polygon" else shapely.LineString(corners)
    graph, found = snapper.graph, np.sort(snapper.tree.query(shape, predicate="intersects"))
    found = found[found < graph.num_stretches]
    if closure.shape == "bridge":
        found = found[graph.flags[found] & BRIDGE > 0]
    return {int(stretch): _shares(graph, int(stretch), shape) for stretch in found}


def _shares(graph: Graph, stretch: int, shape: shapely.Geometry) -> tuple[tuple[float, float], ...]:
    """The parts of a stretch that lie on the shape, as shares of its length from its tail."""
    course = graph.course(stretch)
    scale = np.array([np.cos(np.radians(course[0, 1])), 1.0])
    line = shapely.LineString(course * scale)
    touched = shapely.transform(shapely.intersection(shapely.LineString(course), shape), lambda xy: xy * scale)
    parts = []
    for part in shapely.get_parts(touched):
        at = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(part)), normalized=True)
        parts.append((float(at.min()), float(at.max())))
    return tuple(parts) or ((0.0, 1.0),)
