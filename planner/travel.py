"""Minutes between two places or sites (spec/PROBLEM.md, section 1).

A leg comes first, then the matrix, then the great circle (haversine: R. W. Sinnott, "Virtues of
the haversine", Sky and Telescope 68(2), 1984). No minutes on a leg: closed, `CLOSED` minutes.
"""

import math

from planner.operation import Operation

EARTH_RADIUS_KM = 6371.0088
DETOUR = 1.3
CITY_KM, CITY_KMH, ROAD_KMH = 20, 35, 80
NEAR_M, FAR_M = 250, 1000
"""Metres from the road: up to the first a point is taken as it is, up to the second with a walk, then if confirmed."""
CLOSED = 1_000_000


class Travel:
    """Whole minutes from one place or site of an operation to another, computed once each."""

    def __init__(self, operation: Operation) -> None:
        self._points = operation.points_by_id
        matrix = operation.matrix
        self._index = {key: i for i, key in enumerate(matrix.ids)} if matrix else {}
        self._matrix = matrix.minutes if matrix else ()
        self._known = {
            (leg.source, leg.target): CLOSED if leg.minutes is None else leg.minutes for leg in operation.legs
        }

    def minutes(self, source: str, target: str) -> int:
        """Minutes from `source` to `target`, both ids of the operation; 0 within one place."""
        if source == target:
            return 0
        known = self._known.get((source, target))
        if known is None:
            known = self._known[source, target] = self._measure(source, target)
        return known

    def _measure(self, source: str, target: str) -> int:
        i, j = self._index.get(source), self._index.get(target)
        if i is not None and j is not None:
            return self._matrix[i][j]
        a, b = self._points[source], self._points[target]
        return great_circle_minutes(a.lat, a.lon, b.lat, b.lon)


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Kilometres over the great circle between two points in degrees WGS-84."""
    la, lo, lb, lp = map(math.radians, (lat_a, lon_a, lat_b, lon_b))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def great_circle_minutes(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> int:
    """Whole driving minutes estimated from the great circle: 20 km at town speed, the rest on the road."""
    if (lat_a, lon_a) == (lat_b, lon_b):
        return 0
    km = DETOUR * great_circle_km(lat_a, lon_a, lat_b, lon_b)
    town = min(km, CITY_KM)
    return math.ceil(60 * (town / CITY_KMH + (km - town) / ROAD_KMH))
