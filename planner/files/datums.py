"""Map datums: WGS-84, GCJ-02 and BD-09 into each other.

GCJ-02 (AMap, Tencent, Google's road map of China) shifts WGS-84 by a sum of sines over the Krasovsky 1940 ellipsoid;
BD-09 (Baidu) shifts that once more. Neither is published by its makers: the figures are those that the public
re-implementations agree on (eviltransform, prcoords), and inside China they hold to well under a metre. Outside the
box below nothing is shifted. CGCS2000 (EPSG:4490, China's own datum since 2008) and WGS-84 are both tied to the ITRF
and differ by centimetres to decimetres (Cheng et al., Acta Geodaetica et Cartographica Sinica 38, 2009): the same
here. An inverse is iterated until it stands still, to less than a millimetre.
"""

import math
from collections.abc import Callable
from itertools import permutations

from planner.travel import great_circle_km

DATUMS = ("WGS-84", "GCJ-02", "BD-09", "CGCS2000")
KRASOVSKY_METRES, ECCENTRICITY_SQUARED = 6_378_245.0, 0.006_693_421_622_965_943
BAIDU_ANGLE = math.pi * 3000 / 180
CHINA = (0.8293, 55.8271, 72.004, 137.8347)  # the box of the public code: least and greatest latitude, longitude
STILL = 1e-10  # degrees: about a hundredth of a millimetre
MOST_TURNS = 40

Point = tuple[float, float]  # latitude, longitude


def to_wgs84(datum: str, lat: float, lon: float) -> Point:
    """The point of a datum as WGS-84. Raises KeyError for an unknown datum."""
    return _INTO_WGS84[datum]((lat, lon))


def from_wgs84(datum: str, lat: float, lon: float) -> Point:
    """The WGS-84 point in a datum. Raises KeyError for an unknown datum."""
    return _OUT_OF_WGS84[datum]((lat, lon))


def metres_between(one: Point, other: Point) -> float:
    """The great circle's length."""
    return 1000 * great_circle_km(*one, *other)


def shifted_by(one: Point, other: Point, apart: float = 60, near: float = 40) -> tuple[str, str] | None:
    """The two datums whose shift, and nothing else, lies between two points of one address; None if there are none.

    `apart` and `near` are metres: points closer than the first agree; one within the second of the other's shifted
    place is that place in the wrong datum.
    """
    if metres_between(one, other) <= apart:
        return None
    for source, target in permutations(DATUMS[:3], 2):
        if metres_between(from_wgs84(target, *to_wgs84(source, *one)), other) <= near:
            return source, target
    return None


def _stays(point: Point) -> Point:
    return point


def _wgs84_to_gcj02(point: Point) -> Point:
    lat, lon = point
    if not (CHINA[0] <= lat <= CHINA[1] and CHINA[2] <= lon <= CHINA[3]):
        return point
    x, y = lon - 105, lat - 35
    waves = 20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (waves + _sines(y, (20, 1), (40, 3), (160, 12), (320, 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (waves + _sines(x, (20, 1), (40, 3), (150, 12), (300, 30)))
    flat = 1 - ECCENTRICITY_SQUARED * math.sin(math.radians(lat)) ** 2
    along = math.radians(KRASOVSKY_METRES * (1 - ECCENTRICITY_SQUARED) / flat**1.5)
    across = math.radians(KRASOVSKY_METRES / math.sqrt(flat) * math.cos(math.radians(lat)))
    return lat + north / along, lon + east / across


def _sines(value: float, *waves: tuple[float, float]) -> float:
    return sum(height * math.sin(value * math.pi / length) for height, length in waves)


def _gcj02_to_bd09(point: Point) -> Point:
    lat, lon = point
    if not (CHINA[0] <= lat <= CHINA[1] and CHINA[2] <= lon <= CHINA[3]):
        return point
    radius = math.hypot(lat, lon) + 0.00002 * math.sin(lat * BAIDU_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU_ANGLE)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def _wgs84_to_bd09(point: Point) -> Point:
    return _gcj02_to_bd09(_wgs84_to_gcj02(point))


def _inverse(forward: Callable[[Point], Point]) -> Callable[[Point], Point]:
    """What undoes a shift: the guess moves by what its shifted place still misses."""

    def backward(target: Point) -> Point:
        lat, lon = target
        for _ in range(MOST_TURNS):
            reached = forward((lat, lon))
            off = target[0] - reached[0], target[1] - reached[1]
            lat, lon = lat + off[0], lon + off[1]
            if max(map(abs, off)) < STILL:
                break
        return lat, lon

    return backward


_OUT_OF_WGS84 = {"WGS-84": _stays, "GCJ-02": _wgs84_to_gcj02, "BD-09": _wgs84_to_bd09, "CGCS2000": _stays}
_INTO_WGS84 = {
    "WGS-84": _stays,
    "GCJ-02": _inverse(_wgs84_to_gcj02),
    "BD-09": _inverse(_wgs84_to_bd09),
    "CGCS2000": _stays,
}
