"""What the rows of an operation say of each other: ids that clash, names that dangle, points off the map."""

from collections.abc import Iterator, Mapping
from typing import Any

from planner import operation as op
from planner.files.fault import Fault, did_you_mean

Table = list[tuple[int, Any]]
REFERENCES = (
    ("officers", "agency", "agencies", "agency"),
    ("officers", "base", "places", "place"),
    ("vehicles", "base", "places", "place"),
    ("suspects", "site", "sites", "site"),
    ("links", "a", "suspects", "suspect"),
    ("links", "b", "suspects", "suspect"),
)
MOST_DEGREES = {"lat": 90, "lon": 180}


def name_clashes(tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Ids that stand twice in their table; places and sites share one."""
    seen: dict[tuple[str, str], str] = {}
    for name in ("agencies", "places", "officers", "vehicles", "sites", "suspects"):
        space = "points" if name in ("places", "sites") else name
        for i, row in tables[name]:
            here = f"{name}[{i}]"
            if (space, row.id) in seen:
                yield Fault(f"{here}.id", f'"{row.id}" stands already in {seen[space, row.id]}')
            else:
                seen[space, row.id] = here
    ways: dict[tuple[str, str], int] = {}
    for i, leg in tables["legs"]:
        if (leg.source, leg.target) in ways:
            first = ways[leg.source, leg.target]
            yield Fault(f"legs[{i}]", f'the way from "{leg.source}" to "{leg.target}" stands already in legs[{first}]')
        ways.setdefault((leg.source, leg.target), i)


def dangling(
    data: Mapping[str, Any], tables: Mapping[str, Table], pins: list[tuple[int, op.Pin]], matrix: op.Matrix | None
) -> Iterator[Fault]:
    """Names that stand for nothing. A row that is itself faulty still counts as there."""
    known = {name: _ids(data, name) for name in ("agencies", "places", "officers", "sites", "suspects")}
    known["points"] = known["places"] + known["sites"]
    sets = {name: set(ids) for name, ids in known.items()}

    def look(place: str, name: str, table: str, noun: str) -> Iterator[Fault]:
        if name not in sets[table]:
            yield Fault(place, f'unknown {noun} "{name}"' + did_you_mean(name, known[table]))

    for name, key, table, noun in REFERENCES:
        for i, row in tables[name]:
            yield from look(f"{name}[{i}].{key}", getattr(row, key), table, noun)
    for i, leg in tables["legs"]:
        yield from look(f"legs[{i}].from", leg.source, "points", "place or site")
        yield from look(f"legs[{i}].to", leg.target, "points", "place or site")
    for i, pin in pins:
        for key in ("officer", "site", "not_site", "a", "b"):
            if hasattr(pin, key):
                table = "officers" if key == "officer" else "sites"
                place = f"pins[{i}].{'together' if key in 'ab' else key}"
                yield from look(place, getattr(pin, key), table, table[:-1])
    for i, name in enumerate(matrix.ids if matrix else ()):
        yield from look(f"travel.ids[{i}]", name, "points", "place or site")


def _ids(data: Mapping[str, Any], name: str) -> list[str]:
    rows = data.get(name, [])
    rows = rows if isinstance(rows, list) else []
    return [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]


def off_the_map(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Points whose latitude and longitude would be right the other way round."""
    for name in ("places", "sites"):
        rows = data.get(name, [])
        for i, row in enumerate(rows if isinstance(rows, list) else ()):
            lat, lon = (row.get("lat"), row.get("lon")) if isinstance(row, dict) else (None, None)
            if not isinstance(lat, int | float) or not isinstance(lon, int | float):
                continue
            if abs(lat) > MOST_DEGREES["lat"] and abs(lat) <= MOST_DEGREES["lon"] and abs(lon) <= MOST_DEGREES["lat"]:
                yield Fault(f"{name}[{i}]", f"latitude {lat} and longitude {lon} seem swapped")
