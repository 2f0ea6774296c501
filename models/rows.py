"""Rows of a document to columns of a table and back: what was stored is read as `planner.edits.tidy` spells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_

from models import tables as t
from planner.edits import GIVEN, TABLES, Row, tidy
from planner.files.address_points import POINT_FOR
from planner.files.reading import OPERATION_TABLES
from planner.files.warrants import COLUMNS, flatten, nest

Columns = dict[str, Any]
POINT = ("lat", "lon", *GIVEN, POINT_FOR)


@dataclass(frozen=True, slots=True)
class Register:
    """How one table of a document is stored: `read` are the columns a row is made of, in the order `row` takes them."""

    name: str
    table: Table
    source: FromClause
    read: tuple[ColumnElement[Any], ...]
    row: Callable[[Sequence[Any]], Row]
    columns: Callable[[Row], Columns]


def _plain(name: str, fields: tuple[str, ...], table: Table, renamed: Mapping[str, str] | None = None) -> Register:
    """A register whose fields are columns; those that have their default are not written out."""
    column = {field: (renamed or {}).get(field, "key" if field == "id" else field) for field in fields}
    defaults: Mapping[str, Any] = getattr(OPERATION_TABLES[name], "omits", {})
    of_point = [t.points.c[field] for field in POINT] if name in ("places", "sites") else []
    own = [table.c[column[field]] for field in fields]

    def row(values: Sequence[Any]) -> Row:
        found = dict(zip((*fields, *(c.name for c in of_point)), values, strict=True))
        return tidy(name, found)

    def columns(row: Row) -> Columns:
        return {column[field]: row.get(field, defaults.get(field)) for field in fields}

    source = table.join(t.points, _same_point(table)) if of_point else table
    return Register(name, table, source, (*own, *of_point), row, columns)


def _same_point(table: Table) -> ColumnElement[bool]:
    return and_(t.points.c.operation == table.c.operation, t.points.c.key == table.c.key)


def _suspect_row(values: Sequence[Any]) -> Row:
    key, name, sex, born, site, priority, number, expires, details = values
    row = {"id": key, "name": name, "sex": sex, "born": born.isoformat(), "site": site, "priority": priority}
    held = {} if number is None else {"warrant_number": number, "warrant_expires": expires}
    return tidy("suspects", nest(row | held) | {"details": details})


def _suspect_columns(row: Row) -> Columns:
    own = flatten(row)
    same = {field: row[field] for field in ("name", "sex", "site")}
    return same | {
        "key": row["id"],
        "born": date.fromisoformat(row["born"]),
        "priority": row.get("priority", 1),
        **{column: own.get(column) for column in COLUMNS.values()},
        "details": row.get("details", {}),
    }


PIN_COLUMNS = ("officer", "site", "not_site", "team", "start", "reserve", "skip")


def _pin_row(values: Sequence[Any]) -> Row:
    *plain, first, second = values
    row = {field: value for field, value in zip(PIN_COLUMNS, plain, strict=True) if value is not None}
    return row if first is None else {"together": [first, second]}


def _pin_columns(row: Row) -> Columns:
    first, second = row.get("together", (None, None))
    return {field: row.get(field) for field in PIN_COLUMNS} | {"together_a": first, "together_b": second}


SUSPECT_COLUMNS = ("key", "name", "sex", "born", "site", "priority", "warrant_number", "warrant_expires", "details")


def _special(
    name: str,
    table: Table,
    read: tuple[str, ...],
    row: Callable[[Sequence[Any]], Row],
    columns: Callable[[Row], Columns],
) -> Register:
    return Register(name, table, table, tuple(table.c[column] for column in read), row, columns)


_MADE = (
    _plain("agencies", ("id", "name", "level", "cities", "details"), t.agencies),
    _plain("places", ("id", "name", "kind", "city", "cells", "rooms", "details"), t.places),
    _plain(
        "officers",
        ("id", "name", "agency", "base", "sex", "rank", "skills", "team", "available_from", "available_to", "details"),
        t.officers,
    ),
    _plain("vehicles", ("id", "label", "base", "seats", "cells", "details"), t.vehicles),
    _plain(
        "sites",
        (
            "id",
            "address",
            "city",
            "risk",
            "exam",
            "needs",
            "officers",
            "raid_minutes",
            "set_minutes",
            "details",
        ),
        t.sites,
    ),
    _special("suspects", t.suspects, SUSPECT_COLUMNS, _suspect_row, _suspect_columns),
    _plain("links", ("a", "b", "weight"), t.links),
    _plain("legs", ("from", "to", "minutes"), t.legs, {"from": "source", "to": "target"}),
    _plain("addresses", ("suspect", "site", "chance"), t.addresses),
    _special("pins", t.pins, (*PIN_COLUMNS, "together_a", "together_b"), _pin_row, _pin_columns),
)
REGISTERS: dict[str, Register] = {register.name: register for register in _MADE}
"""Table of a document -> how it is stored; rows that are named stand before those that name them."""
assert tuple(REGISTERS) == TABLES


def point_columns(row: Row) -> Columns:
    """The columns of the point of a place or a site."""
    return {field: row.get(field) for field in POINT}
