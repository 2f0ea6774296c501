"""A register's row as the cells of a grid, and back: the text that people see and type."""

from collections.abc import Mapping
from typing import Any

from planner.edits import POINTS, Row
from planner.files import facts
from planner.files.cells import Assumed, is_empty, read_cell, write_cell
from planner.files.columns import Column, Table
from planner.files.fault import UnfitValue
from planner.files.given import BESIDE, WGS84, to_given_row, to_wgs84_row
from planner.files.warrants import flatten, nest
from web.moves import SHOWN_DECIMALS

Cells = Mapping[str, str]
CLOSED = "closed"
POINT_CELLS = ("lat", "lon", "datum")
MARKS = ("reserve", "skip")


class UnfitCells(Exception):
    """Cells whose values cannot be known: the field of each, and why."""

    def __init__(self, faults: Mapping[str, UnfitValue]) -> None:
        self.faults = dict(faults)
        super().__init__(", ".join(faults))


def cells_of(table: Table, row: Row, is_chinese: bool = False) -> dict[str, str]:
    """Field -> text of each column that has anything to show; skills by their Chinese words where those are wanted."""
    fields = facts.flatten(table.name, flatten(to_given_row(row) if table.name in POINTS else row))
    shown = {column.name: _shown(column, fields[column.name]) for column in table.current if column.name in fields}
    if is_chinese:
        shown = {name: _in_chinese(table.column(name), text) for name, text in shown.items()}
    return {name: text for name, text in shown.items() if text}


def _in_chinese(column: Column | None, text: str) -> str:
    """A list of words, or of words with numbers, with each known word in Chinese; anything else as it is."""
    if column is None or column.kind not in ("texts", "counts") or not column.words or text.startswith(("[", "{")):
        return text  # a list spelled out as JSON is read word for word
    known = {word: also[0] for word, also in column.words.items()}
    listed = (entry.partition(" ") for entry in text.split("; "))
    return "; ".join(known.get(word, word) + space + rest for word, space, rest in listed)


def words_of(column: Column, is_chinese: bool) -> dict[str, str]:
    """The words that may be chosen in a column, each with what the reader sees."""
    if column.kind not in ("choice", "flag"):
        return {}
    is_translated = is_chinese and column.name != "datum"
    return {word: also[0] if is_translated else word for word, also in (column.words or {}).items()}


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return CLOSED if column.kind == "minutes" else ""
    if column.kind == "flag":
        return "yes" if value else ""
    if column.kind == "degrees":
        return str(round(value, SHOWN_DECIMALS))
    return str(write_cell(column, value)) if column.kind in ("texts", "counts", "object") else str(value)


def same_point(one: Cells, other: Cells, names: tuple[str, ...] = POINT_CELLS) -> bool:
    """Whether two rows show the same point, or the same part of it."""
    usual = {"datum": WGS84}
    return all((one.get(name) or usual.get(name, "")) == (other.get(name) or usual.get(name, "")) for name in names)


def row_of(table: Table, cells: Cells, assumed: Assumed) -> Row:
    """The row that the cells say. Raises `UnfitCells` where a cell cannot be read at all."""
    values: Row = {}
    faults = {}
    for column in (column for column in table.current if column.name not in BESIDE):
        text = cells.get(column.name, "")
        if is_empty(text):
            continue
        try:
            values[column.name] = read_cell(column, text, assumed)
        except UnfitValue as error:
            faults[column.name] = error
    if faults:
        raise UnfitCells(faults)
    return _nested(table.name, facts.nest(table.name, values))


def _nested(table: str, row: Row) -> Row:
    """The fields as the document has them."""
    if table == "suspects":
        return nest(row)
    if table in POINTS:
        return to_wgs84_row(row, WGS84)
    if table == "agencies":
        return {"cities": []} | row
    return {key: value for key, value in row.items() if key not in MARKS or value}
