"""The gate for live edits: the same questions that a file is asked, put to the rows that an edit concerns.

A small document is made of the rows that are put, of those that they name, and of those that a figure is compared
with; `planner.edits.document_faults` is asked of it. Rows that have nothing to do with the edits are not read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.database import Session
from models.reading import all_rows, figures, own_doctrine, rows_by_key
from models.road_facts import ROADS, road_faults
from models.rows import REGISTERS
from planner.edits import HANGS_ON, POINTS, TABLES, Document, Row, document_faults, key_of
from planner.files import Fault
from planner.files.fault import quote

Place = tuple[str, str]
"""Table and key of a row."""
Wanted = Mapping[Place, Row | None]
"""What the rows shall be; None: dropped."""
PSEUDO = ("operation", "doctrine", "travel", ROADS)
TRAVEL = "travel", "travel"
KEY_BYTES = 2_000  # what an index of PostgreSQL holds, with room to spare
INDEX = re.compile(rf"\b({'|'.join(TABLES)})\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Puts:
    """Edits as the gate looks at them: rows that are put, and places that will be empty."""

    rows: dict[str, dict[str, Row]]
    figures: dict[str, dict[str, Row | None]]
    dropped: frozenset[Place]


def sorted_out(wanted: Wanted) -> Puts:
    """The edits by table; `figures` are those of the tables that are none."""
    rows: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
    own: dict[str, dict[str, Row | None]] = {name: {} for name in PSEUDO}
    for (table, key), row in wanted.items():
        if table in own:
            own[table][key] = row
        elif row is not None:
            rows[table][key] = row
    dropped = frozenset(place for place, row in wanted.items() if row is None and place[0] in rows)
    return Puts(rows, own, dropped)


def faults_of(session: Session, line: Any, wanted: Wanted) -> list[Fault]:
    """What is wrong with the operation once the rows are as wanted; a fault names a row by its key."""
    puts = sorted_out(wanted)
    tables = _around(session, line.key, puts)
    document: Document = figures(line) | {name: list(rows.values()) for name, rows in tables.items()}
    own = {key: row["value"] for key, row in puts.figures["operation"].items() if row is not None}
    document |= own | {"doctrine": _doctrine(session, line.key, puts)}
    travel = puts.figures["travel"].get("travel")
    if travel is not None:
        document["travel"] = travel
    keys = {name: list(rows) for name, rows in tables.items()}
    found = [_named(fault, keys) for fault in document_faults(document)]
    return found or [*_wrong_keys(puts), *road_faults(puts.figures[ROADS])]


def _doctrine(session: Session, operation: int, puts: Puts) -> dict[str, Any]:
    changed = puts.figures["doctrine"]
    own = own_doctrine(session, operation) if changed else {}
    own = {key: value for key, value in own.items() if key not in changed}
    return own | {key: row["value"] for key, row in changed.items() if row is not None}


def _named(fault: Fault, keys: Mapping[str, list[str]]) -> Fault:
    """The fault with the rows' keys in place of their positions in the small document."""

    def key(found: re.Match[str]) -> str:
        rows, i = keys.get(found[1], []), int(found[2])
        return f"{found[1]} {quote(rows[i])}" if i < len(rows) else found[0]

    named = {"place": INDEX.sub(key, str(fault.values["place"]))} if "place" in fault.values else {}
    return Fault(INDEX.sub(key, fault.place, count=1), fault.code, {**fault.values, **named})


def _wrong_keys(puts: Puts) -> Iterator[Fault]:
    """Rows whose key is another than the edit says, or too long to be looked up."""
    for table, rows in puts.rows.items():
        for key, row in rows.items():
            place, own = f"{table} {quote(key)}", key_of(table, row)
            if own != key:
                yield Fault(place, "other-key", {"key": quote(own)})
            if len(own.encode()) > KEY_BYTES:
                yield Fault(place, "long-key", {"number": len(own.encode()), "most": KEY_BYTES})


def long_keys(document: Document) -> list[Fault]:
    """Rows of a sound document whose keys are too long to be looked up."""
    rows = {table: {key_of(table, row): row for row in document.get(table, ())} for table in TABLES}
    return list(_wrong_keys(Puts(rows, {}, frozenset())))


def _around(session: Session, operation: int, puts: Puts) -> dict[str, dict[str, Row]]:
    """Table -> key -> row: what is put, and what must stand beside it to be judged."""
    tables = {name: dict(rows) for name, rows in puts.rows.items()}
    whole = _compared(puts)
    for name in whole:
        rows = {key_of(name, row): row for row in all_rows(session, operation, REGISTERS[name])}
        tables[name] = {key: row for key, row in rows.items() if (name, key) not in puts.dropped} | tables[name]
    asked = dict.fromkeys(puts.dropped)
    while wave := _missing(tables, asked, whole):
        asked |= dict.fromkeys(place for name, keys in wave.items() for place in ((name, key) for key in keys))
        for name, keys in wave.items():
            found = rows_by_key(session, operation, name, keys)
            tables[name] |= {key: _anywhere(name, row) for key, row in found.items()}
    return tables


def _compared(puts: Puts) -> set[str]:
    """Tables that are needed as a whole: points are compared with each other, births with H."""
    points = any(puts.rows[name] for name in POINTS) or puts.figures["travel"].get("travel") is not None
    return {*(POINTS if points else ()), *(("suspects",) if "h_hour" in puts.figures["operation"] else ())}


def _missing(tables: Mapping[str, dict[str, Row]], asked: Mapping[Place, None], whole: set[str]) -> dict[str, set[str]]:
    """Table -> keys that rows name and nobody has looked for yet."""
    missing: dict[str, set[str]] = {}
    for table, field, named in HANGS_ON:
        for row in tables[table].values():
            value = row.get(field) if isinstance(row, dict) else None
            for key in (k for k in (value if isinstance(value, list) else [value]) if isinstance(k, str)):
                for name in named:
                    if name not in whole and key not in tables[name] and (name, key) not in asked:
                        missing.setdefault(name, set()).add(key)
    return missing


def _anywhere(table: str, row: Row) -> Row:
    """A point that is only named need not be compared with the others."""
    return row | {"lat": None, "lon": None} if table in POINTS else row
