"""Points that are well formed and yet most likely wrong: far from their city, swapped, or one datum shift off."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.files.address_points import POINT_FOR, doubted, spelling
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
                said = _disagrees(row) or (
                    _far(row, by_city) or _shifted_since(row, old.get((table, row["id"]))) or _shifted(row, by_address)
                )
                yield from (Fault(f"{table}[{i}].lat", sentence) for sentence in said)
                yield from _of_another(f"{table}[{i}].address", row, old.get((table, row["id"])))


def _disagrees(row: Row) -> list[str]:
    """The WGS-84 point is not what was given."""
    apart = disagrees(row)
    if apart is None:
        return []
    return [f"what was given and the WGS-84 point beside it are {round(apart)} m apart: which one is right?"]


def _of_another(place: str, row: Row, old: Row | None) -> Iterator[Fault]:
    """The address is changed, and its point is not."""
    address = doubted(row)
    if address is not None and (old is None or old.get(POINT_FOR) != address or old["address"] != row["address"]):
        yield Fault(place, f"is changed, and the point is still that of {address}: confirm the point, or move it")


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


def _far(row: Row, by_city: Mapping[Any, list[tuple[Any, tuple[float, float]]]]) -> list[str]:
    """The point is far from every other place of its city; or near it only with its coordinates exchanged."""
    point = _point(row)
    others = [other for name, other in by_city.get(row.get("city"), ()) if name != row.get("id")]
    if point is None or not others:
        return []
    nearest = min(metres_between(point, other) for other in others)
    if nearest <= FAR_METRES:
        return []
    exchanged = point[1], point[0]
    if abs(point[1]) <= 90 and any(metres_between(exchanged, other) <= FAR_METRES for other in others):
        return [f"{point[0]} and {point[1]}: latitude and longitude are swapped"]
    return [f"lies {round(nearest / 1000)} km from the nearest place of {row.get('city')}"]


def _sites_by_address(document: Document) -> dict[Any, list[Row]]:
    found = defaultdict(list)
    for row in document.get("sites", ()):
        if _point(row) is not None:
            found[address_key(row)].append(row)
    return found


def address_key(row: Row) -> tuple[Any, str]:
    """City and address without spaces, case and signs: what tells one door from another."""
    return row.get("city"), spelling(row.get("address"))


def _shifted(row: Row, by_address: Mapping[Any, list[Row]]) -> list[str]:
    same = by_address.get(address_key(row), ()) if "address" in row else ()
    for other in same:
        if other.get("id") != row.get("id") and (pair := _shift_between(row, other)):
            return [f"{other.get('id')} has the same address, and the two points differ by exactly the shift between "
                    f"{pair[0]} and {pair[1]}: one of them is in the wrong datum"]  # fmt: skip
    return []


def _shifted_since(row: Row, old: Row | None) -> list[str]:
    pair = _shift_between(old, row) if old is not None else None
    if pair is None:
        return []
    return [f"moves by exactly the shift between {pair[0]} and {pair[1]}: is the datum right?"]


def _shift_between(one: Row, other: Row) -> tuple[str, str] | None:
    here, there = _point(one), _point(other)
    return None if here is None or there is None else shifted_by(here, there)
