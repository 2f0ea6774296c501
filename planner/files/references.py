"""What the rows of an operation say of each other: ids that clash, names that dangle, what cannot lie together.

All of it is asked of the plain values, so that a row with another fault still has its names looked up.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from planner.files.fault import Fault, Ids, quote
from planner.files.limits import AGE
from planner.files.named_facts import ORDER_FORM, ORDER_FORMS
from planner.zones import ZONE, offset_of, zone_names

Data = Mapping[str, Any]
TABLES = ("agencies", "places", "officers", "vehicles", "sites", "suspects")
# Table, key, and the table whose ids the key names; places and sites share theirs as `points`.
REFERENCES = (
    ("officers", "agency", "agencies"),
    ("officers", "base", "places"),
    ("vehicles", "base", "places"),
    ("suspects", "site", "sites"),
    ("links", "a", "suspects"),
    ("links", "b", "suspects"),
    ("addresses", "suspect", "suspects"),
    ("addresses", "site", "sites"),
    ("legs", "from", "points"),
    ("legs", "to", "points"),
    ("pins", "officer", "officers"),
    ("pins", "site", "sites"),
    ("pins", "not_site", "sites"),
)
NAMED = {"agencies": "name", "places": "name", "sites": "address"}  # what is called by a name as well as by its id
UNKNOWN = {
    "agencies": "unknown-agency",
    "places": "unknown-place",
    "officers": "unknown-officer",
    "sites": "unknown-site",
    "suspects": "unknown-suspect",
    "points": "unknown-point",
}
"""Table -> code of a name that none of its rows has."""
FAR, NEAR = 30, 5  # degrees: two coordinates that are far off as they stand and near when exchanged are swapped


def name_clashes(data: Data) -> Iterator[Fault]:
    """Ids that stand twice in their table, places and sites sharing one; ways that are told twice."""
    seen: dict[tuple[Any, ...], str] = {}
    for name in TABLES:
        space = "points" if name in ("places", "sites") else name
        for i, row in rows(data, name):
            if isinstance(row.get("id"), str):
                first = seen.setdefault((space, row["id"]), f"{name}[{i}]")
                if first != f"{name}[{i}]":
                    yield Fault(f"{name}[{i}].id", "id-taken", {"value": quote(row["id"]), "place": first})
    for i, leg in rows(data, "legs"):
        ends = leg.get("from"), leg.get("to")
        if isinstance(ends[0], str) and isinstance(ends[1], str):
            first = seen.setdefault(("legs", *ends), f"legs[{i}]")
            if first != f"legs[{i}]":
                source, target = map(quote, ends)
                yield Fault(f"legs[{i}]", "leg-taken", {"source": source, "target": target, "place": first})


def dangling(data: Data) -> Iterator[Fault]:
    """Names that stand for nothing."""
    ids = {name: [row["id"] for _, row in rows(data, name) if isinstance(row.get("id"), str)] for name in TABLES}
    known = {name: Ids(names) for name, names in {**ids, "points": ids["places"] + ids["sites"]}.items()}
    names = {table: names_of(data, table) for table in NAMED}
    for place, name, table in _named(data):
        if isinstance(name, str) and name and name not in known[table]:
            hint = names[table].hint(name) if table in names else {}
            yield Fault(place, UNKNOWN[table], {"name": quote(name), **(hint or known[table].hint(name))})


class Called:
    """What the rows of a table are called: a name without regard to case and spaces -> its ids."""

    def __init__(self, named: Iterator[tuple[str, str, str]]) -> None:
        self._ids: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._known: set[str] = set()
        for key, name, kind in named:
            self._ids[name_key(name)].append((key, kind))
            self._known.add(key)

    def ids(self, name: str, prefer: str = "") -> list[str]:
        """The ids of those who are called so, of a kind alone where one of that kind is; none for an id."""
        found = [] if name in self._known else self._ids.get(name_key(name), [])
        of_kind = [key for key, kind in found if kind == prefer]
        return of_kind or [key for key, _ in found]

    def hint(self, name: str) -> dict[str, str]:
        """The value of a fault that hints at those who are called so, or nearly so where there are few."""
        if len(ids := self.ids(name)) > 1:
            return {"several": ", ".join(ids[:8])}
        near = get_close_matches(name_key(name), self._ids, 1, 0.6) if len(name) <= 60 and len(self._ids) <= 100 else []
        return {"near": quote(self._ids[near[0]][0][0])} if near else {}


def name_key(name: str) -> str:
    """A name as it is compared: plain, without case and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def names_of(data: Data, table: str) -> Called:
    """What the rows of a table are called."""
    ours = (row for _, row in rows(data, table))
    texts = ((row.get("id"), row.get(NAMED[table]), row.get("kind", "")) for row in ours)
    return Called((key, name, str(kind)) for key, name, kind in texts if isinstance(key, str) and isinstance(name, str))


def _named(data: Data) -> Iterator[tuple[str, Any, str]]:
    """Place, name and table of every name."""
    for name, key, table in REFERENCES:
        yield from ((f"{name}[{i}].{key}", row[key], table) for i, row in rows(data, name) if key in row)
    for i, row in rows(data, "pins"):
        yield from ((f"pins[{i}].together[{j}]", site, "sites") for j, site in items(row.get("together")))
    travel = data.get("travel")
    ids = travel.get("ids") if isinstance(travel, dict) and travel.get("kind") == "matrix" else ()
    yield from ((f"travel.ids[{i}]", point, "points") for i, point in items(ids))


def swapped_points(data: Data) -> Iterator[Fault]:
    """Points far from the others that would be among them with latitude and longitude exchanged."""
    points = {
        f"{name}[{i}].lat": where for name in ("places", "sites") for i, row in rows(data, name) for where in _at(row)
    }
    if len(points) < 4:
        return
    middle = median(lat for lat, _ in points.values()), median(lon for _, lon in points.values())
    for place, (lat, lon) in points.items():
        if math.dist((lat, lon), middle) > FAR and math.dist((lon, lat), middle) < NEAR:
            yield Fault(place, "far-off", {"lat": lat, "lon": lon})


def _at(row: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """The row's latitude and longitude, if they are such."""
    lat: Any = row.get("lat")
    lon: Any = row.get("lon")
    if type(lat) in (int, float) and type(lon) in (int, float) and abs(lat) <= 90 and abs(lon) <= 180:
        yield lat, lon


def ages(data: Data, h_hour: datetime) -> Iterator[Fault]:
    """Suspects who are born after H, or too long before."""
    for i, row in rows(data, "suspects"):
        try:
            born = date.fromisoformat(row.get("born", ""))
        except (TypeError, ValueError):
            continue
        if not AGE.least <= h_hour.year - born.year <= AGE.most or born > h_hour.date():
            yield Fault(f"suspects[{i}].born", "beyond-age", {"value": f'"{born}"', "most": AGE.most})


def zone_faults(head: Mapping[str, Any]) -> list[Fault]:
    """A zone of `details` that nobody knows, or whose clocks do not show H in the offset in which it is given."""
    name, h_hour = head.get("details", {}).get(ZONE), head.get("h_hour")
    if name is None:
        return []
    if not isinstance(name, str) or name not in zone_names():
        return [Fault(f"details.{ZONE}", "unknown-zone", {"value": quote(name)})]
    if h_hour is None or (there := h_hour.astimezone(ZoneInfo(name))).utcoffset() == h_hour.utcoffset():
        return []
    told = {"zone": name, "offset": offset_of(there), "own": offset_of(h_hour)}
    return [Fault(f"details.{ZONE}", "other-offset", told)]


def form_faults(head: Mapping[str, Any]) -> list[Fault]:
    """A form of order in `details` by whose headings no order can be set."""
    form = head.get("details", {}).get(ORDER_FORM)
    if form is None or (isinstance(form, str) and form in ORDER_FORMS):
        return []
    return [Fault(f"details.{ORDER_FORM}", "none-of", {"value": quote(form), "words": ", ".join(ORDER_FORMS)})]


def rows(data: Data, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Position and row of a table, as far as it has rows."""
    return ((i, row) for i, row in items(data.get(name)) if isinstance(row, dict))


def items(values: Any) -> Iterator[tuple[int, Any]]:
    """Position and item of a list; nothing of what is no list."""
    return enumerate(values if isinstance(values, list) else ())
