"""The sea out of its coasts: OpenStreetMap has no area of it, but says that land lies to the left of a coastline."""

import numpy as np
import shapely
from numpy.typing import NDArray

BESIDE = 2e-6
"""Degrees: how far beside the middle of a step of the coast is asked whether that is sea."""


def sea_rings(coasts: NDArray[np.object_], box: tuple[float, float, float, float]) -> list[shapely.Polygon]:
    """The parts of the box (west, south, east, north in degrees) that lie on the right of the coasts (lines)."""
    if not len(coasts):
        return []
    within = shapely.get_parts(shapely.clip_by_rect(coasts, *box))  # which keeps their direction
    cut = shapely.unary_union([*within, shapely.box(*box).exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(cut)))
    xy, line = shapely.get_coordinates(within, return_index=True)
    same = line[1:] == line[:-1]
    step = (xy[1:] - xy[:-1])[same]
    middle = (xy[1:] + xy[:-1])[same] / 2
    length = np.hypot(step[:, 0], step[:, 1])
    middle, aside = middle[length > 0], BESIDE * step[length > 0][:, ::-1] / length[length > 0][:, None] * (1, -1)
    tree = shapely.STRtree(faces)
    right, left = (
        np.bincount(tree.query(shapely.points(middle + side), predicate="within")[1], minlength=len(faces))
        for side in (aside, -aside)
    )
    return [faces[i] for i in np.flatnonzero(right > left)]
