"""Rows as they shall be, written to their tables: one statement for many rows of a kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, select

from models import tables as t
from models.database import Session
from models.reading import matrix, rows_by_key
from models.rows import REGISTERS, Register, point_columns
from models.validation import Place, Puts
from planner.edits import NO_TRAVEL, POINTS, Document, Row


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which operation, and which change of it, by whom and when."""

    operation: int
    revision: int
    user: int | None
    at: datetime

    def columns(self) -> dict[str, Any]:
        """The columns of a register's row that say so."""
        return {"revision": self.revision, "changed_by": self.user, "changed_at": self.at}

    def of(self, what: str) -> dict[str, Any]:
        """The columns of the operation that say so of a part of it."""
        return {f"{what}_revision": self.revision, f"{what}_by": self.user, f"{what}_at": self.at}


def write(session: Session, stamp: Stamp, puts: Puts, positions: Mapping[Place, int] | None = None) -> None:
    """The rows are as wanted; a point that goes takes its row and column of the travel matrix along.

    `positions` tells where new rows stand in their tables; the others come last.
    """
    for name, register in reversed(REGISTERS.items()):
        _drop(session, stamp, register, [key for table, key in puts.dropped if table == name])
    for name, register in REGISTERS.items():
        _put(session, stamp, register, puts.rows[name], positions or {})
    _put_values(session, stamp, t.doctrine, puts.figures["doctrine"])
    _put_values(session, stamp, t.roads, puts.figures["roads"])
    columns = {key: row["value"] for key, row in puts.figures["operation"].items() if row is not None}
    columns |= stamp.of("head") if columns else {}
    if puts.figures["travel"]:
        columns |= _put_travel(session, stamp, puts.figures["travel"]["travel"] or NO_TRAVEL)
    elif any(table in POINTS for table, _ in puts.dropped):
        columns |= _without_dropped(session, stamp)
    _set(session, t.operations, {"key": stamp.operation}, columns | _changed(stamp))


def _changed(stamp: Stamp) -> dict[str, Any]:
    return {"revision": stamp.revision, "changed_by": stamp.user, "changed_at": stamp.at}


def _set(session: Session, table: Table, where: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    found = (table.c[name] == value for name, value in where.items())
    session.execute(table.update().where(*found).values(columns))


def _drop(session: Session, stamp: Stamp, register: Register, keys: list[str]) -> None:
    if keys:
        for table in (register.table, t.points) if register.name in POINTS else (register.table,):
            gone = table.delete().where(table.c.operation == stamp.operation, table.c.key == bindparam("gone"))
            session.execute(gone, [{"gone": key} for key in keys])


def _put(
    session: Session, stamp: Stamp, register: Register, rows: Mapping[str, Row], positions: Mapping[Place, int]
) -> None:
    """The rows are there; those that were keep their place, new ones have the given one or come last."""
    if not rows:
        return
    there = rows_by_key(session, stamp.operation, register.name, rows.keys()) if stamp.revision > 1 else {}
    lines = {key: register.columns(row) | {"key": key} | stamp.columns() for key, row in rows.items()}
    if register.name in POINTS:
        holder = {"holder": register.name}
        points = {key: point_columns(row) | {"key": key} | holder for key, row in rows.items()}
        _write(session, stamp, t.points, points, there)
        lines = {key: line | holder for key, line in lines.items()}
    last = _last_position(session, register.table, stamp.operation) if stamp.revision > 1 else -1
    new = [key for key in rows if key not in there]
    for position, key in enumerate(new, last + 1):
        lines[key]["position"] = positions.get((register.name, key), position)
    _write(session, stamp, register.table, lines, there)


def _write(
    session: Session, stamp: Stamp, table: Table, lines: Mapping[str, dict[str, Any]], there: Collection[str]
) -> None:
    new = [line | {"operation": stamp.operation} for key, line in lines.items() if key not in there]
    if new:
        session.execute(table.insert(), new)
    old = [{f"new_{name}": value for name, value in lines[key].items()} for key in lines if key in there]
    if old:
        columns: dict[str, Any] = {name.removeprefix("new_"): bindparam(name) for name in old[0] if name != "new_key"}
        same = (table.c.operation == stamp.operation, table.c.key == bindparam("new_key"))
        session.execute(table.update().where(*same).values(columns), old)


def _last_position(session: Session, table: Table, operation: int) -> int:
    last = session.scalar(select(func.max(table.c.position)).where(table.c.operation == operation))
    return -1 if last is None else int(last)


def _put_values(session: Session, stamp: Stamp, table: Table, figures: Mapping[str, Row | None]) -> None:
    if not figures:
        return
    mine = table.c.operation == stamp.operation
    there = set(session.scalars(select(table.c.key).where(mine)))
    for key in [key for key, row in figures.items() if row is None]:
        session.execute(table.delete().where(mine, table.c.key == key))
    lines = {key: {"key": key, "value": row["value"]} | stamp.columns() for key, row in figures.items() if row}
    last = _last_position(session, table, stamp.operation)
    for position, key in enumerate([key for key in lines if key not in there], last + 1):
        lines[key]["position"] = position
    _write(session, stamp, table, lines, there)


def _put_travel(session: Session, stamp: Stamp, travel: Document) -> dict[str, Any]:
    """The travel table is this one; the columns of the operation that say so."""
    table, ids = t.travel, travel.get("ids", [])
    session.execute(table.delete().where(table.c.operation == stamp.operation))
    rows = enumerate(zip(ids, travel.get("minutes", []), strict=True))
    lines = [{"operation": stamp.operation, "position": i, "point": point, "minutes": row} for i, (point, row) in rows]
    if lines:
        session.execute(table.insert(), lines)
    return {"travel": travel["kind"], **stamp.of("travel")}


def _without_dropped(session: Session, stamp: Stamp) -> dict[str, Any]:
    """The matrix has only points that are there; the columns of the operation that say so, if that changed it."""
    old = matrix(session, stamp.operation)
    points = t.points.c
    there = set(session.scalars(select(points.key).where(points.operation == stamp.operation)))
    stay = [i for i, point in enumerate(old["ids"]) if point in there]
    if len(stay) == len(old["ids"]):
        return {}
    minutes = [[old["minutes"][i][j] for j in stay] for i in stay]
    return _put_travel(session, stamp, old | {"ids": [old["ids"][i] for i in stay], "minutes": minutes})
