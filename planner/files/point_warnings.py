"""Points that are well formed and yet most likely wrong: far from their city, swapped, or one datum shift off."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.files.address_points import POINT_FOR, point_doubt, spelling
from planner.files.datums import metres_between, shifted_by
from planner.files.fault import Fault
from planner.files.given import disagrees

FAR_METRES = 80_000
POINTS = ("places", "sites")
Row = Mapping[str, Any]
Document = Mapping[str, Any]


def point_warnings(document: Document, before: Document, touched: Collection[tuple[str, str]]) -> Iterator[Fault]:
    """What is strange about the touched rows (table and id) of a document, given what it was before.

    Each warning has the place `sites[3].lat`, as a fault of the document has.
    """
    by_city = _places_by_city(document)
    old = {(table, row["id"]): row for table in POINTS for row in before.get(table, ()) if _point(row) is not None}
    by_address = _sites_by_address(document)
    for table in POINTS:
        for i, row in enumerate(document.get(table, ())):
            if _point(row) is not None and (table, row.get("id")) in touched:
                place, was = f"{table}[{i}].lat", old.get((table, row["id"]))
                found = _disagrees(place, row) or _far(place, row, by_city)
                found = found or _shifted_since(place, row, was) or _shifted(place, row, by_address)
                if found is not None:
                    yield found
                yield from _of_another(f"{table}[{i}].address", row, was)


def _disagrees(place: str, row: Row) -> Fault | None:
    """The WGS-84 point is not what was given."""
    apart = disagrees(row)
    return None if apart is None else Fault(place, "points-apart", {"metres": round(apart)})


def _of_another(place: str, row: Row, old: Row | None) -> Iterator[Fault]:
    """The address is changed, and its point is not."""
    address = point_doubt(row)
    if address is not None and (old is None or old.get(POINT_FOR) != address or old["address"] != row["address"]):
        yield Fault(place, "point-of-old-address", {"address": address})


def _point(row: Row | None) -> tuple[float, float] | None:
    """Where a row that has an id and a city lies, if it lies anywhere on the globe."""
    lat, lon = (row.get("lat"), row.get("lon")) if row is not None else (None, None)
    if row is not None and not (isinstance(row.get("city"), str) and isinstance(row.get("id"), str)):
        return None
    if type(lat) in (int, float) and type(lon) in (int, float) and abs(lat or 0) <= 90 and abs(lon or 0) <= 180:
        return float(lat or 0), float(lon or 0)
    return None


def _places_by_city(document: Document) -> dict[Any, list[tuple[Any, tuple[float, float]]]]:
    found = defaultdict(list)
    for row in document.get("places", ()):
        if (point := _point(row)) is not None:
            found[row.get("city")].append((row.get("id"), point))
    return found


def _far(place: str, row: Row, by_city: Mapping[Any, list[tuple[Any, tuple[float, float]]]]) -> Fault | None:
    """The point is far from every other place of its city; or near it only with its coordinates exchanged."""
    point = _point(row)
    others = [other for name, other in by_city.get(row.get("city"), ()) if name != row.get("id")]
    if point is None or not others:
        return None
    nearest = min(metres_between(point, other) for other in others)
    if nearest <= FAR_METRES:
        return None
    exchanged = point[1], point[0]
    if abs(point[1]) <= 90 and any(metres_between(exchanged, other) <= FAR_METRES for other in others):
        return Fault(place, "swapped", {"lat": point[0], "lon": point[1]})
    return Fault(place, "far-from-city", {"km": round(nearest / 1000), "city": str(row.get("city"))})


def _sites_by_address(document: Document) -> dict[Any, list[Row]]:
    found = defaultdict(list)
    for row in document.get("sites", ()):
        if _point(row) is not None:
            found[address_key(row)].append(row)
    return found


def address_key(row: Row) -> tuple[Any, str]:
    """City and address without spaces, case and signs: what tells one door from another."""
    return row.get("city"), spelling(row.get("address"))


def _shifted(place: str, row: Row, by_address: Mapping[Any, list[Row]]) -> Fault | None:
    same = by_address.get(address_key(row), ()) if "address" in row else ()
    for other in same:
        if other.get("id") != row.get("id") and (pair := _shift_between(row, other)):
            return Fault(place, "wrong-datum", {"site": str(other.get("id")), "one": pair[0], "other": pair[1]})
    return None


def _shifted_since(place: str, row: Row, old: Row | None) -> Fault | None:
    pair = _shift_between(old, row) if old is not None else None
    return None if pair is None else Fault(place, "moved-by-shift", {"one": pair[0], "other": pair[1]})


def _shift_between(one: Row, other: Row) -> tuple[str, str] | None:
    here, there = _point(one), _point(other)
    return None if here is None or there is None else shifted_by(here, there)
