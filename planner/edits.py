"""An operation's document and the edits between two of them: import previews, live editing and what-if speak this.

A document is an operation as JSON values (spec/PROBLEM.md, section 2). While an operation is being built, a place or a
site may still lack its coordinates, and may carry what an office gave: `datum`, `given_lat`, `given_lon`; a site also
`point_for`, the address that its point was set for, where that is another one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from planner.files import Fault, Unreadable, datums, parse_operation
from planner.files.address_points import POINT_FOR
from planner.files.fault import UnfitValue, quote
from planner.files.fields import text_faults
from planner.files.reading import HEAD, OPERATION_TABLES, rows_read
from planner.operation import Operation
from planner.road_minutes import put_minutes, restrict

Row = dict[str, Any]
Document = dict[str, Any]

TABLES = (*OPERATION_TABLES, "pins")
POINTS = ("places", "sites")
DATUMS = datums.DATUMS
GIVEN = ("datum", "given_lat", "given_lon")
ASIDE = {"places": GIVEN, "sites": (*GIVEN, POINT_FOR)}
"""What the rows of points may carry that no plan is made from."""
FIGURES = (*(key for key in HEAD if key != "id"), "details")
"""What an edit of the pseudo-table `operation` may set; its id stays."""
HOUR = "hour"
FIGURE_DEFAULTS: Mapping[str, Any] = {"details": {}}
AVAILABLE = ("available_from", "available_to")
NO_TRAVEL = {"kind": "great_circle"}
MINUTES = "minutes"
ENDS = {"addresses": ("suspect", "site"), "legs": ("from", "to")}
"""Tables whose rows are told apart by what they name, in this order."""
# Table, key of a row, and the tables whose rows it names: a row goes with what it names.
HANGS_ON = (
    ("officers", "agency", ("agencies",)),
    ("officers", "base", ("places",)),
    ("vehicles", "base", ("places",)),
    ("suspects", "site", ("sites",)),
    ("links", "a", ("suspects",)),
    ("links", "b", ("suspects",)),
    ("addresses", "suspect", ("suspects",)),
    ("addresses", "site", ("sites",)),
    ("legs", "from", POINTS),
    ("legs", "to", POINTS),
    ("pins", "officer", ("officers",)),
    ("pins", "site", ("sites",)),
    ("pins", "not_site", ("sites",)),
    ("pins", "together", ("sites",)),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts a row into a table, in place of the one with its key, or drops it (`row` is None).

    Beside the operation's tables: `operation` (keys name, h_hour, max_teams) and `doctrine` (key = figure; dropped: its
    default) with `{"value": ...}` as row, and `travel` (key "travel") with the travel object; dropped by the id of a
    point, its matrix no longer tells of this point. With the key
    "minutes" it puts minutes on roads into the matrix that is there (`planner.road_minutes.put_minutes`).

    The hour of an operation that is planned already moves by the table `hour` (key "hour", row `{"h_hour": ISO 8601,
    with offset}`): everybody stays available at the same clock time, so the minutes from H shift.
    """

    table: str
    key: str
    row: Row | None


def edits_of(data: Any) -> tuple[Edit, ...]:
    """The edits that plain values describe: a list of `{"table": t, "put": row}` and `{"table": t, "drop": key}`.

    For `doctrine`, `operation` and `hour`, `put` holds one figure by its name. Raises `Unreadable` with every fault.
    """
    if not isinstance(data, list):
        raise Unreadable([Fault("", "not-edits", {"value": quote(data)})])
    edits, faults = list[Edit](), list[Fault]()
    for i, item in enumerate(data):
        try:
            edits.append(_edit(item))
        except UnfitValue as unfit:
            faults.append(Fault(f"[{i}]", unfit.code, unfit.values))
        except Unreadable as error:
            faults += [replace(fault, place=f"[{i}].put{_within(fault.place)}") for fault in error.faults]
    if faults:
        raise Unreadable(faults)
    return tuple(edits)


def _within(place: str) -> str:
    """The rest of a place within a row, where the row stands alone in its table: `.base` of `officers[0].base`."""
    return place.partition("[0]")[2]


def _edit(item: Any) -> Edit:
    """The edit. Raises `UnfitValue` where it is none, `Unreadable` with the faults of its row."""
    if not isinstance(item, dict) or set(item) not in ({"table", "put"}, {"table", "drop"}):
        raise UnfitValue("edit-form")
    table, row, key = item["table"], item.get("put"), item.get("drop")
    if table not in (*TABLES, *_ELSEWHERE, HOUR):
        raise UnfitValue("not-table", value=quote(table))
    if "drop" in item:
        if not isinstance(key, str):
            raise UnfitValue("drop-by-key")
        return Edit(table, key, None)
    if not isinstance(row, dict):
        raise UnfitValue("not-row", value=quote(row))
    return _row(table, row) if table in TABLES else _figure(table, row)


def _figure(table: str, row: Row) -> Edit:
    if table in ("travel", HOUR):
        return Edit(table, MINUTES if table == "travel" and "cells" in row else table, row)
    if len(row) != 1:
        raise UnfitValue("one-figure")
    ((key, value),) = row.items()
    return Edit(table, key, {"value": value})


def _row(table: str, row: Row) -> Edit:
    if faults := row_faults(table, row):
        raise Unreadable(faults)
    return Edit(table, key_of(table, row), row)


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """What tells a row from the others of its table: its id; for links both ids in order; else what it names."""
    if table == "links":
        return _pair(*sorted((row["a"], row["b"])))
    if table in ENDS:
        return _pair(*(row[end] for end in ENDS[table]))
    if table == "pins":
        said = {name: sorted(value) if name == "together" else value for name, value in row.items()}
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(row["id"])


def _pair(first: str, second: str) -> str:
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in (first, second))


def tidy(table: str, row: Mapping[str, Any]) -> Row:
    """The row without what has its default, as `dump_operation` writes it; two that say the same are equal."""
    omits: Mapping[str, Any] = getattr(OPERATION_TABLES.get(table), "omits", {})
    kept = {key: value for key, value in row.items() if key not in omits or value != omits[key]}
    if table in POINTS:
        given = {key: kept.pop(key, None) for key in GIVEN}
        if given["datum"] not in (None, "WGS-84"):
            kept |= given
        kept = {key: value for key, value in kept.items() if (key, value) != (POINT_FOR, None)}
    return kept


def differences(old: Document, new: Document) -> tuple[Edit, ...]:
    """The edits that turn the old document into the new one; rows that only moved within their table make none."""
    return tuple(_differences(old, new))


def _differences(old: Document, new: Document) -> Iterator[Edit]:
    for key in FIGURES:
        was, now = (document.get(key, FIGURE_DEFAULTS.get(key)) for document in (old, new))
        if was != now:
            yield Edit("operation", key, {"value": now})
    before, after = old.get("doctrine", {}), new.get("doctrine", {})
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield Edit("doctrine", key, {"value": after[key]} if key in after else None)
    if old.get("travel", NO_TRAVEL) != new.get("travel", NO_TRAVEL):
        travel = new.get("travel", NO_TRAVEL)
        yield Edit("travel", "travel", None if travel == NO_TRAVEL else travel)
    for table in TABLES:
        was, now = by_key(table, old), by_key(table, new)
        yield from (Edit(table, key, None) for key in was if key not in now)
        yield from (Edit(table, key, row) for key, row in now.items() if was.get(key) != row)


def by_key(table: str, document: Document) -> dict[str, Row]:
    """Key -> tidy row of a table, in the document's order."""
    return {key_of(table, row): tidy(table, row) for row in document.get(table, ())}


def apply_edits(document: Document, edits: Iterable[Edit]) -> Document:
    """The document with the edits made, one after the other; a new row comes last. The given document stays as it is.

    A place or site that goes takes its row and column of the travel matrix along. Whether what is left holds together
    is asked by `document_faults`. Raises `Unreadable` with every edit that names what does not exist.
    """
    changed, tables, faults = dict(document), dict[str, dict[str, Row]](), list[Fault]()
    for edit in edits:
        if edit.table in TABLES:
            rows = tables.setdefault(edit.table, by_key(edit.table, document))
            faults += _row_edit(rows, edit)
        elif edit.table == HOUR:
            officers = tables.setdefault("officers", by_key("officers", document))
            faults += _hour_edit(changed, officers, edit)
        elif edit.table == "travel" and edit.key == MINUTES and edit.row is not None:
            faults += _minutes_edit(changed, tables.setdefault("legs", by_key("legs", document)), edit.row)
        elif edit.table in _ELSEWHERE:
            faults += _ELSEWHERE[edit.table](changed, edit)
        else:
            faults.append(Fault(edit.table, "no-table"))
    if faults:
        raise Unreadable(faults)
    changed |= {table: list(rows.values()) for table, rows in tables.items()}
    return _with_matrix_of(changed) if any(table in tables for table in POINTS) else changed


def _row_edit(rows: dict[str, Row], edit: Edit) -> Iterator[Fault]:
    """The row is put or dropped; a fault where there is nothing to drop, or the row has another key."""
    if edit.row is None:
        if rows.pop(edit.key, None) is None:
            yield Fault(f"{edit.table} {quote(edit.key)}", "no-row-to-remove")
        return
    key = key_of(edit.table, edit.row)
    if key != edit.key:
        yield Fault(f"{edit.table} {quote(edit.key)}", "other-key", {"key": quote(key)})
    rows[key] = tidy(edit.table, edit.row)


def _hour_edit(changed: Document, officers: dict[str, Row], edit: Edit) -> Iterator[Fault]:
    """H moves; who is available when stays as it was by the clock."""
    hour, old = moment(edit.row.get("h_hour") if edit.row else None), moment(changed.get("h_hour"))
    if hour is None or old is None:
        told = quote(edit.row.get("h_hour") if edit.row else None)
        yield Fault("hour", "not-moment", {"value": told})
        return
    later = (hour - old) // timedelta(minutes=1)
    if hour != old + timedelta(minutes=later):
        both = {"value": quote(hour.isoformat()), "other": quote(old.isoformat())}
        yield Fault("hour", "not-whole-minutes", both)
        return
    changed["h_hour"] = edit.row["h_hour"] if edit.row else None
    for key, row in officers.items():
        officers[key] = tidy("officers", row | {name: minute - later for name, minute in available(row).items()})


def available(officer: Row) -> dict[str, int]:
    """From and until which minute from H the officer is available."""
    usual: Mapping[str, int] = getattr(OPERATION_TABLES["officers"], "omits")  # noqa: B009  # see tidy
    return {name: officer.get(name, usual[name]) for name in AVAILABLE}


def moment(text: Any) -> datetime | None:
    """The moment that an ISO 8601 text with an offset names; None where it names none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if found is None or found.utcoffset() is None else found


def running_faults(edits: Iterable[Edit]) -> list[Fault]:
    """What cannot be edited once the operation runs: its hour.

    Everything else may tell what happened: a door that never opened is skipped or set later, a suspect who was not
    found is moved or the warrant withdrawn.
    """
    hours = (edit for edit in edits if edit.table == HOUR or (edit.table, edit.key) == ("operation", "h_hour"))
    return [Fault("hour", "hour-runs") for _ in hours]


def _head_edit(changed: Document, edit: Edit) -> Iterator[Fault]:
    if edit.key not in FIGURES or edit.row is None:
        yield Fault(f"operation.{edit.key}", "only-keys", {"keys": ", ".join(FIGURES)})
    else:
        changed[edit.key] = edit.row["value"]


def _doctrine_edit(changed: Document, edit: Edit) -> Iterator[Fault]:
    own = {key: value for key, value in changed.get("doctrine", {}).items() if key != edit.key}
    changed["doctrine"] = own | ({edit.key: edit.row["value"]} if edit.row is not None else {})
    yield from ()


def _travel_edit(changed: Document, edit: Edit) -> Iterator[Fault]:
    if edit.key == "travel":
        changed["travel"] = edit.row if edit.row is not None else NO_TRAVEL
    elif edit.row is not None or edit.key not in changed.get("travel", NO_TRAVEL).get("ids", ()):
        yield Fault(f"travel {quote(edit.key)}", "no-point-in-travel")
    else:
        changed["travel"] = restrict(changed["travel"], lambda point: point != edit.key)


def _minutes_edit(changed: Document, legs: dict[str, Row], row: Row) -> Iterator[Fault]:
    try:
        changed["travel"], closed = put_minutes(changed.get("travel", NO_TRAVEL), row)
    except UnfitValue as unfit:
        yield Fault("travel", unfit.code, unfit.values)
    else:
        for leg in closed:
            legs.setdefault(key_of("legs", leg), leg)


_ELSEWHERE: dict[str, Callable[[Document, Edit], Iterator[Fault]]] = {
    "operation": _head_edit,
    "doctrine": _doctrine_edit,
    "travel": _travel_edit,
}


def _with_matrix_of(document: Document) -> Document:
    """The document whose travel matrix has only points that are there."""
    travel = document.get("travel", NO_TRAVEL)
    if travel.get("kind") != "matrix":
        return document
    points = {row["id"] for table in POINTS for row in document.get(table, ())}
    return document | {"travel": restrict(travel, points.__contains__)}


def operation_of(document: Document) -> Operation:
    """The operation of a document that is being built: what lies nowhere yet lies in the middle of the others.

    Raises `Unreadable` with every fault.
    """
    return parse_operation(_standing_in(document))


def unplaced_ids(document: Document) -> frozenset[str]:
    """Ids of the places and sites that lie nowhere yet."""
    rows = (row for table in POINTS for row in document.get(table, ()))
    return frozenset(row["id"] for row in rows if row.get("lat") is None or row.get("lon") is None)


def document_faults(document: Document) -> list[Fault]:
    """What is wrong with a document that is being built: as with a file, but coordinates may still be missing."""
    faults = [*_doubled(document), *(f for table in POINTS for f in _point_faults(table, document.get(table, ())))]
    try:
        operation_of(document)
    except Unreadable as error:
        faults += error.faults
    return faults


def row_faults(table: str, row: Row) -> list[Fault]:
    """What is wrong with one row by itself; names of other rows are not looked up."""
    faults = list(_point_faults(table, [row])) if table in POINTS else []
    return faults + rows_read(_standing_in({table: [row]}), table)[1]


def plannable(document: Document) -> Document:
    """The document as `parse_operation` takes it: without what tells where its points come from."""
    bare = {table: [_without(row, ASIDE[table]) for row in document[table]] for table in POINTS if table in document}
    return document | bare


def _without(row: Row, keys: Iterable[str]) -> Row:
    return {key: value for key, value in row.items() if key not in keys}


def _standing_in(document: Document) -> Document:
    """The plannable document where points that lie nowhere yet lie in the middle of the others."""
    placed = [row for table in POINTS for row in document.get(table, ()) if not _is_nowhere(row) and _is_placed(row)]
    middle = {key: median(row[key] for row in placed) if placed else 0.0 for key in ("lat", "lon")}
    bare = plannable(document)
    return bare | {
        table: [row | middle if _is_nowhere(row) else row for row in bare[table]] for table in POINTS if table in bare
    }


def _is_nowhere(row: Row) -> bool:
    return row.get("lat") is None and row.get("lon") is None


def _is_placed(row: Row) -> bool:
    return all(type(row.get(key)) in (int, float) for key in ("lat", "lon"))


def _point_faults(table: str, rows: Iterable[Row]) -> Iterator[Fault]:
    for i, row in enumerate(rows):
        datum = row.get("datum")
        if datum is not None and datum not in DATUMS:
            yield Fault(f"{table}[{i}].datum", "none-of", {"value": quote(datum), "words": ", ".join(DATUMS)})
        for key, most in (("given_lat", 90), ("given_lon", 180)):
            value = row.get(key)
            if value is not None and not (type(value) in (int, float) and abs(value) <= most):
                yield Fault(f"{table}[{i}].{key}", "beyond-degrees", {"value": quote(value), "most": most})
        if table == "sites":
            yield from text_faults(f"{table}[{i}].{POINT_FOR}", row.get(POINT_FOR))


def _doubled(document: Document) -> Iterator[Fault]:
    """Links and pins that stand twice: a table tells its rows apart by what they say."""
    for table in ("links", "pins"):
        first: dict[str, int] = {}
        for i, row in enumerate(document.get(table, ())):
            if rows_read({table: [row]}, table)[0] and (at := first.setdefault(key_of(table, row), i)) != i:
                yield Fault(f"{table}[{i}]", "same-row", {"place": f"{table}[{at}]"})
