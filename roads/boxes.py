"""Boxes of courses: what is asked first of all that might lie in an extent."""

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def boxes_of(points: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The box of each row of points [rows, 4], in degrees."""
    if len(starts) < 2:
        return np.empty((0, 4))
    first = starts[:-1]
    return np.hstack([np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)]) / 1e7


def meets(boxes: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Whether each of the boxes meets the box."""
    meets: NDArray[np.bool_] = (
        (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
    )
    return meets
