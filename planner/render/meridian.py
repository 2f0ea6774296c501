"""Longitudes on a flat map: what lies on both sides of the antimeridian is drawn side by side."""

from collections.abc import Callable, Iterable
from itertools import pairwise


def side_by_side(lons: Iterable[float]) -> Callable[[float], float]:
    """A function from a longitude, -180 to 180, to one on a line that is cut where the longitudes lie furthest apart.

    It adds 360 to those west of the cut, or nothing at all where the widest gap lies over the antimeridian itself.
    """
    ordered = sorted(set(lons))
    gaps = [(b - a, b) for a, b in pairwise(ordered)]
    width, start = max(gaps, default=(0.0, 0.0))
    if not ordered or width <= ordered[0] + 360 - ordered[-1]:
        return float
    return lambda lon: lon + 360 if lon < start else lon
