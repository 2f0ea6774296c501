"""A point as an office gives it, in a datum of its own, and as the planner takes it, in WGS-84.

A row keeps both: `lat` and `lon` are WGS-84; `datum`, `given_lat` and `given_lon` are what was given, where that was in
another datum. People see and change what was given; the WGS-84 point stands beside it (`wgs84_lat`, `wgs84_lon`).
"""

import math
from collections.abc import Mapping
from typing import Any

from planner.files.datums import DATUMS, Point, from_wgs84, metres_between, to_wgs84
from planner.files.limits import LATITUDE, LONGITUDE

Row = dict[str, Any]
WGS84 = "WGS-84"
GIVEN = ("datum", "given_lat", "given_lon")
BESIDE = ("wgs84_lat", "wgs84_lon")
POINT = ("lat", "lon", *GIVEN, *BESIDE)
DECIMALS = 9  # of a converted coordinate: a tenth of a millimetre
SAME_METRES = 1.0  # two ways to write one point
SAME_DEGREES = 2e-6
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def to_wgs84_row(row: Mapping[str, Any], datum: str) -> Row:
    """The row as a document has it: its coordinates are in its own datum, or where it names none, in this one.

    What stands beside them as WGS-84 is taken where it is the same point, to the last digit; a row of an older export,
    which has `given_lat` and `given_lon`, may have been corrected since: `office_point`.
    """
    bare = {key: value for key, value in row.items() if key not in POINT}
    said = row.get("datum", datum)
    if said == WGS84 or said not in DATUMS:
        return bare | {"lat": row.get("lat"), "lon": row.get("lon")} | ({"datum": said} if said != WGS84 else {})
    lat, lon = office_point(row, said)
    if (given := on_globe(lat, lon)) is None:
        return bare | {"lat": lat, "lon": lon} | ({"datum": said} if "datum" in row else {})
    point = to_wgs84(said, *given)
    exact = next((pair for pair in _beside(row) if metres_between(pair, point) < SAME_METRES), None)
    found = exact or (round(point[0], DECIMALS), round(point[1], DECIMALS))
    return bare | {"lat": found[0], "lon": found[1], "datum": said, "given_lat": lat, "given_lon": lon}


def office_point(row: Mapping[str, Any], datum: str) -> tuple[Any, Any]:
    """What the row gives in the datum, whatever it is. Of an older export, a corrected number in place of its own."""
    typed, kept = (row.get("lat"), row.get("lon")), (row.get("given_lat"), row.get("given_lon"))
    pair, given = on_globe(*typed), on_globe(*kept)
    if pair is None or given is None:
        return kept if given is not None and typed == (None, None) else typed
    if any(metres_between(to_wgs84(one, *given), pair) < SAME_METRES for one in DATUMS):
        return kept  # also where only the datum was corrected
    was = to_wgs84(datum, *given)
    is_same = [abs(new - old) < SAME_DEGREES for new, old in zip(pair, was, strict=True)]
    return kept[0] if is_same[0] else typed[0], kept[1] if is_same[1] else typed[1]


def _beside(row: Mapping[str, Any]) -> list[Point]:
    """Pairs that a row of a file has in WGS-84 beside what was given."""
    pairs = [on_globe(row.get(BESIDE[0]), row.get(BESIDE[1]))]
    pairs += [on_globe(row.get("lat"), row.get("lon"))] if "given_lat" in row else []
    return [pair for pair in pairs if pair is not None]


def contradiction(row: Mapping[str, Any], datum: str) -> float | None:
    """How many metres apart the two points of a file's row are that should be one; None where they agree."""
    said = row.get("datum", datum)
    given = on_globe(*office_point(row, said)) if said in DATUMS else None
    if given is None:
        return None
    return _apart(said, given, _beside(row))


def to_given_row(row: Mapping[str, Any]) -> Row:
    """A document's row as people see it: the coordinates as given, their datum, and the WGS-84 point beside them."""
    found = {key: value for key, value in row.items() if key not in GIVEN}
    datum, point = row.get("datum") or WGS84, on_globe(row.get("lat"), row.get("lon"))
    if point is None:
        return found | ({"datum": datum} if row.get("datum") else {})
    if datum == WGS84 or datum not in DATUMS:
        return found | {"datum": datum}
    given: tuple[Any, Any] = (row.get("given_lat"), row.get("given_lon"))
    if on_globe(*given) is None:
        lat, lon = from_wgs84(datum, *point)
        given = round(lat, DECIMALS), round(lon, DECIMALS)
    beside = {BESIDE[0]: row["lat"], BESIDE[1]: row["lon"]}
    return found | {"lat": given[0], "lon": given[1], "datum": datum} | beside


def disagrees(row: Mapping[str, Any]) -> float | None:
    """How many metres a stored row's WGS-84 point is from what was given; None where they agree."""
    datum, given = row.get("datum") or WGS84, on_globe(row.get("given_lat"), row.get("given_lon"))
    pair = on_globe(row.get("lat"), row.get("lon"))
    if datum == WGS84 or datum not in DATUMS or given is None or pair is None:
        return None
    return _apart(datum, given, [pair])


def _apart(datum: str, given: Point, pairs: list[Point]) -> float | None:
    point = to_wgs84(datum, *given)
    apart = max((metres_between(pair, point) for pair in pairs), default=0.0)
    return apart if apart >= SAME_METRES else None


def heading(one: Point, other: Point) -> str:
    """Which of the eight directions of `COMPASS` leads from the one point to the other."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    east = math.sin(lon2 - lon1) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return COMPASS[round(math.atan2(east, north) / (math.pi / 4)) % 8]


def on_globe(lat: Any, lon: Any) -> Point | None:
    """The two as a point, where both are numbers within their limits."""
    if type(lat) not in (int, float) or type(lon) not in (int, float):
        return None
    is_within = LATITUDE.least <= lat <= LATITUDE.most and LONGITUDE.least <= lon <= LONGITUDE.most
    return (float(lat), float(lon)) if is_within else None
