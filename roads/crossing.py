"""Whether water lies between a point and the road that it joins."""

from collections.abc import Mapping

import numpy as np
import shapely

from roads.layers import Layer

LEAST_M = 30
"""Metres up to which a point is at the road whatever lies between: shores are drawn to about ten metres."""
UNNAMED = "~"


class Waters:
    """Rivers, canals, coasts and shores of an area, by place."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        lines, self._names = [], list[str]()
        for layer in (layers["lines"], layers["water"]):
            counts = np.diff(layer.starts)
            rows = np.repeat(np.arange(len(counts)), counts)
            kept = (counts > 1)[rows]
            of = np.unique(rows[kept], return_inverse=True)
            lines.append(shapely.linestrings(layer.points[kept] / 1e7, indices=of[1]))
            self._names += [layer.names[layer.shape[row]][0] for row in of[0]]
        self._tree = shapely.STRtree(np.concatenate(lines))

    def between(self, point: tuple[float, float], joint: tuple[float, float]) -> str:
        """The name of a water between two points (latitude, longitude), UNNAMED where it has none, "" for no water."""
        line = shapely.LineString([point[::-1], joint[::-1]])
        found = np.sort(self._tree.query(line, predicate="intersects"))
        return next((self._names[i] for i in found if self._names[i]), UNNAMED) if len(found) else ""
