"""What an operation holds, read from its tables: whole documents and single rows."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from models import tables as t
from models.database import Session, is_writing
from models.errors import LiveRow, NotFound
from models.rows import REGISTERS, Register
from planner.edits import FIGURE_DEFAULTS, FIGURES, Document, Row
from planner.files.reading import OPERATION
from planner.files.writing import LATER

MAY_LACK = (*LATER, "pins")  # tables that a document lacks where they are empty
FEW = 500
"""So many keys are looked up one by one; for more the whole table of the operation is read."""


def head_of(session: Session, operation: int) -> Any:
    """The operation's own line. Raises NotFound.

    A session that writes sees what others commit meanwhile, so it holds the operation still: whoever changes one takes
    this lock first.
    """
    found = select(t.operations).where(t.operations.c.key == operation)
    line = session.execute(found.with_for_update() if is_writing(session) else found).one_or_none()
    if line is None:
        raise NotFound("operations", operation)
    return line


def figures(line: Any) -> Document:
    """What stands at the top of the document."""
    head = {"schema": OPERATION, "id": line.id}
    values = {figure: getattr(line, figure) for figure in FIGURES}
    return head | {key: value for key, value in values.items() if value != FIGURE_DEFAULTS.get(key)}


def whole_document(session: Session, operation: int) -> Document:
    """The operation as a document, each table in the order of the file."""
    line = head_of(session, operation)
    document = figures(line)
    if own := own_doctrine(session, operation):
        document["doctrine"] = own
    if line.travel == "matrix":
        document["travel"] = matrix(session, operation)
    tables = {name: all_rows(session, operation, register) for name, register in REGISTERS.items()}
    document |= {name: rows for name, rows in tables.items() if rows or name not in MAY_LACK}
    return document


def own_doctrine(session: Session, operation: int) -> dict[str, Any]:
    """The figures of doctrine that the operation gives itself."""
    table = t.doctrine.c
    found = select(table.key, table.value).where(table.operation == operation).order_by(table.position)
    return {row.key: row[1] for row in session.execute(found)}


def matrix(session: Session, operation: int) -> Document:
    """The travel matrix; it has one."""
    table = t.travel.c
    found = select(table.point, table.minutes).where(table.operation == operation).order_by(table.position)
    rows = session.execute(found).all()
    return {"kind": "matrix", "ids": [row.point for row in rows], "minutes": [row.minutes for row in rows]}


def all_rows(session: Session, operation: int, register: Register) -> list[Row]:
    """The rows of a table in the order of the file."""
    return [register.row(values) for values in session.execute(_rows(register, operation))]


def _rows(register: Register, operation: int, *more: ColumnElement[Any]) -> Select[Any]:
    table = register.table.c
    found = select(*register.read, *more).select_from(register.source)
    return found.where(table.operation == operation).order_by(table.position, table.key)


def positions(session: Session, operation: int, name: str, keys: Collection[str]) -> dict[str, int]:
    """Key -> the place in its table of those of the keys that are there."""
    table = REGISTERS[name].table.c
    found = few(select(table.key, table.position).where(table.operation == operation), table.key, keys)
    return {key: position for key, position in session.execute(found) if key in keys}


def rows_by_key(session: Session, operation: int, name: str, keys: Collection[str]) -> dict[str, Row]:
    """Key -> row of those of the keys that are there."""
    register, wanted = REGISTERS[name], set(keys)
    found = few(_rows(register, operation, register.table.c.key), register.table.c.key, wanted)
    return {key: register.row(values) for *values, key in session.execute(found) if key in wanted}


def few(found: Select[Any], column: ColumnElement[Any], keys: Collection[Any]) -> Select[Any]:
    """Only what has one of the keys; of very many keys, everything."""
    if len(keys) > FEW:
        return found
    return found.where(column.in_(keys))


def live_rows(session: Session, operation: int, name: str, keys: Collection[str] | None = None) -> list[LiveRow]:
    """The rows of a table with their revisions; with `keys`, those of them that are there."""
    if name in _PSEUDO:
        return [row for row in _PSEUDO[name](session, operation) if keys is None or row.key in keys]
    register = REGISTERS[name]
    table = register.table.c
    found = _rows(register, operation, table.key, table.revision, table.changed_by, table.changed_at)
    if keys is not None:
        found = few(found, table.key, keys)
    people, lines = display_names(session), session.execute(found)
    return [
        LiveRow(key, register.row(values), revision, people.get(by, ""), at, name)
        for *values, key, revision, by, at in lines
        if keys is None or key in keys
    ]


def _live_figures(session: Session, operation: int) -> Iterator[LiveRow]:
    line, people = head_of(session, operation), display_names(session)
    for figure in FIGURES:
        value = {"value": getattr(line, figure)}
        yield LiveRow(figure, value, line.head_revision, people.get(line.head_by, ""), line.head_at, "operation")


def _live_values(table: Table, session: Session, operation: int) -> Iterator[LiveRow]:
    people = display_names(session)
    found = select(table).where(table.c.operation == operation).order_by(table.c.position)
    for line in session.execute(found):
        by = people.get(line.changed_by, "")
        yield LiveRow(line.key, {"value": line.value}, line.revision, by, line.changed_at, table.name)


def _live_travel(session: Session, operation: int) -> Iterator[LiveRow]:
    line = head_of(session, operation)
    row = matrix(session, operation) if line.travel == "matrix" else None
    by = display_names(session).get(line.travel_by, "")
    yield LiveRow("travel", row, line.travel_revision, by, line.travel_at, "travel")


_PSEUDO: dict[str, Callable[[Session, int], Iterator[LiveRow]]] = {
    "operation": _live_figures,
    "doctrine": partial(_live_values, t.doctrine),
    "travel": _live_travel,
    "roads": partial(_live_values, t.roads),
}


def display_names(session: Session) -> Mapping[int | None, str]:
    """User -> the name that others see."""
    return {row.key: row[1] for row in session.execute(select(t.users.c.key, t.users.c.display_name))}


def holders(session: Session, operation: int, keys: Iterable[str]) -> dict[str, str]:
    """Point -> the table that has it, of those of the points that are there."""
    points, wanted = t.points.c, set(keys)
    found = few(select(points.key, points.holder).where(points.operation == operation), points.key, wanted)
    return {key: holder for key, holder in session.execute(found) if key in wanted}
