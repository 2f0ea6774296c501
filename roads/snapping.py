"""Where a point joins the roads: the nearest point on a stretch, how far off, how far along."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.travel import NEAR_M
from roads.graph import Graph

METRES_PER_DEGREE = 111_195.08
LOOKED_M = (250, 1000, 4000, 16_000, 64_000)
"""How far is looked for a road, ring after ring."""
MOST_AMBIGUOUS = 0.5
"""A road that is not connected is told of where it lies at less than this share of the distance."""


@dataclass(frozen=True)
class Joint:
    """Where a point joins the roads: a stretch, the share of its length from its tail, the point there, metres off.

    `lone_metres`: how near a road lies that is not connected with the others, where that one is much nearer.
    """

    stretch: int
    share: float
    lat: float
    lon: float
    metres: float
    lone_metres: float | None = None


@dataclass(frozen=True)
class Snapper:
    """Finds where points join the roads of a graph."""

    graph: Graph

    @cached_property
    def tree(self) -> shapely.STRtree:
        """All stretches by place."""
        return shapely.STRtree(courses(self.graph))

    def joint(self, lat: float, lon: float) -> Joint | None:
        """Where the point joins the connected roads; None where none lies within the last of LOOKED_M."""
        for metres in LOOKED_M:
            wide = metres / METRES_PER_DEGREE / max(0.01, np.cos(np.radians(lat)))
            high = metres / METRES_PER_DEGREE
            found = self.tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high))
            connected = self._nearest(np.sort(found[found < self.graph.num_stretches]), lat, lon)
            if connected is not None and connected.metres <= metres:
                lone = self._nearest(np.sort(found[found >= self.graph.num_stretches]), lat, lon)
                return _with_lone(connected, lone)
        return None

    def joints(self, points: Sequence[tuple[float, float]]) -> list[Joint | None]:
        """The same for each point (latitude, longitude in degrees)."""
        return [self.joint(*point) for point in points]

    def _nearest(self, stretches: NDArray[np.int64], lat: float, lon: float) -> Joint | None:
        """The nearest point on any of the stretches, of equally near ones that of the first; None without stretches."""
        if not len(stretches):
            return None
        first, last = self.graph.starts[stretches], self.graph.starts[stretches + 1] - 1
        counts = last - first
        begins = np.concatenate([[0], np.cumsum(counts)])
        at = np.repeat(first - begins[:-1], counts) + np.arange(begins[-1])
        scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(lat)), 1.0])
        a = (self.graph.points[at] / 1e7 - (lon, lat)) * scale
        step = (self.graph.points[at + 1] / 1e7 - (lon, lat)) * scale - a
        squares = (step**2).sum(axis=1)
        t = np.clip(-(a * step).sum(axis=1) / np.where(squares > 0, squares, 1), 0, 1)
        foot = a + t[:, None] * step
        metres = np.hypot(foot[:, 0], foot[:, 1])
        best = int(metres.argmin())
        own = int(np.searchsorted(begins, best, side="right")) - 1
        lengths = np.sqrt(squares[begins[own] : begins[own + 1]])
        along = lengths[: best - begins[own]].sum() + t[best] * lengths[best - begins[own]]
        share = float(along / lengths.sum())
        where = foot[best] / scale + (lon, lat)
        return Joint(
            int(stretches[own]), share, round(float(where[1]), 7), round(float(where[0]), 7), float(metres[best])
        )


def courses(graph: Graph) -> NDArray[np.object_]:
    """Every stretch as a line in degrees."""
    lines: NDArray[np.object_] = shapely.linestrings(
        graph.points / 1e7, indices=np.repeat(np.arange(len(graph.tail)), np.diff(graph.starts))
    )
    return lines


def _with_lone(joint: Joint, lone: Joint | None) -> Joint:
    """The joint, with how near an unconnected road lies where that is much nearer."""
    if lone is None or joint.metres <= NEAR_M / 5 or lone.metres > MOST_AMBIGUOUS * joint.metres:
        return joint
    return Joint(joint.stretch, joint.share, joint.lat, joint.lon, joint.metres, lone.metres)
