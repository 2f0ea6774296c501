"""What people call things, in place of ids and of the operation's own spelling: agencies, places and cities by name."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from planner.files.cells import plain
from planner.files.fault import Fault, quote
from planner.files.references import NAMED, REFERENCES, names_of, rows

Document = Mapping[str, Any]
Ours = Mapping[str, Collection[int]]
"""Table -> positions of the rows that a file brings."""
CITY_ENDING = re.compile(r"(市|地区|\s+city)$", re.I)
NEAR = 0.6


def by_names(document: Document, ours: Ours) -> tuple[dict[str, Any], list[Fault]]:
    """The document with the one id that a name stands for in place of the name, and what was taken for what.

    Only cells of our rows; an id is never taken for a name, and a name of several stays for the gate to tell.
    """
    new, said = {**document, **{t: list(document[t]) for t in ours if t in document}}, dict[tuple[str, str], Fault]()
    known = {table: names_of(document, table) for table in NAMED}
    for table, key, target in REFERENCES:
        for i, row in rows(new, table):
            name = row.get(key)
            if target not in known or i not in ours.get(table, ()) or not isinstance(name, str):
                continue
            ids = known[target].ids(name, prefer="base" if key == "base" else "")
            if len(ids) == 1:
                new[table][i] = new[table][i] | {key: ids[0]}
                taken = Fault(f"{table}[{i}].{key}", "name-taken-for", {"name": quote(name), "id": ids[0]})
                said.setdefault((target, name), taken)
    return new, list(said.values())


def city_key(city: str) -> str:
    """What two spellings of one city have in common: 绵阳市 and 绵阳."""
    return CITY_ENDING.sub("", plain(city).casefold()).replace(" ", "")


def with_cities(document: Document, ours: Ours) -> tuple[dict[str, Any], list[Fault], list[Fault], list[Fault]]:
    """The document with the operation's spelling of each city; what was taken for what, new cities, and slips.

    A city is new where the operation has others; one that is nearly another's name is a slip.
    """
    spelling, known = _spellings(document, ours)
    new = {**document, **{t: list(document[t]) for t in ours if t in document}}
    taken, fresh, slips = dict[str, Fault](), dict[str, Fault](), list[Fault]()
    for table in ("agencies", "places", "sites"):
        for i, row in rows(document, table):
            if i in ours.get(table, ()):
                new[table][i] = _respelled(row, spelling)
                for place, city in _cities(table, i, row):
                    key = city_key(city)
                    if spelling[key] != city:
                        both = {"name": quote(city), "city": quote(spelling[key])}
                        taken.setdefault(city, Fault(place, "city-taken-for", both))
                    elif known and key not in known:
                        near = get_close_matches(key, known, 1, NEAR)
                        if near:
                            hinted = {"name": quote(city), "near": quote(known[near[0]])}
                            slips.append(Fault(place, "unknown-city", hinted))
                        else:
                            names = ", ".join(list(known.values())[:12])
                            fresh.setdefault(city, Fault(place, "new-city", {"name": quote(city), "cities": names}))
    return new, list(taken.values()), list(fresh.values()), slips


def _respelled(row: Mapping[str, Any], spelling: Mapping[str, str]) -> dict[str, Any]:
    new = dict(row)
    if isinstance(row.get("city"), str):
        new["city"] = spelling.get(city_key(row["city"]), row["city"])
    if isinstance(row.get("cities"), list):
        new["cities"] = [spelling.get(city_key(c), c) if isinstance(c, str) else c for c in row["cities"]]
    return new


def _cities(table: str, i: int, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and city of every city that a row names."""
    if isinstance(row.get("city"), str) and row["city"]:
        yield f"{table}[{i}].city", row["city"]
    several = row.get("cities")
    for j, city in enumerate(several if isinstance(several, list) else ()):
        if isinstance(city, str) and city:
            yield f"{table}[{i}].cities[{j}]", city


def _spellings(document: Document, ours: Ours) -> tuple[dict[str, str], dict[str, str]]:
    """City's key -> its spelling, and the same of those that are known: the operation's, or else its places'."""
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    known = set()
    has_own = any(i not in ours.get(table, ()) for table in ("places", "sites") for i, _ in rows(document, table))
    for table, weight in (("places", 100), ("sites", 1), ("agencies", 1)):
        for i, row in rows(document, table):
            is_own = i not in ours.get(table, ())
            for _, city in _cities(table, i, row):
                weights[city_key(city)][city] += weight * (1_000_000 if is_own else 1)
                if is_own if has_own else table == "places":
                    known.add(city_key(city))
    spelling = {key: names.most_common(1)[0][0] for key, names in weights.items()}
    return spelling, {key: spelling[key] for key in spelling if key in known}
