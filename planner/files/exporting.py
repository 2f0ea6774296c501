"""An operation's document as XLSX, as a zip of CSV files and as JSON, each of which imports again without a change."""

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planner.exercise import ON_PAPER, is_exercise
from planner.files import facts
from planner.files.archives import MOST_COLUMNS, unreadable
from planner.files.cells import FORMULA, escape_formula, plain_id, write_cell
from planner.files.columns import ALL_TABLES, DOCTRINE, TRAVEL_SHEET, Column, Table
from planner.files.given import to_given_row
from planner.files.point_warnings import POINTS
from planner.files.warrants import flatten
from planner.files.workbook_writing import add_rows, finish_sheet, workbook_bytes
from planner.operation import RISKS, ByRisk, Doctrine

Document = Mapping[str, Any]
Cells = list[Any]
SheetRows = tuple[str, list[int], Iterable[Cells]]
"""Name, column widths and rows of a sheet, the heading first."""
DEFAULTS = {"datum": "WGS-84"}
MOST_NAME = 31  # characters of a sheet's name


def export_json(document: Document) -> bytes:
    """The document as it stands, as JSON text."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def export_xlsx(document: Document) -> bytes:
    """The document as a workbook of one sheet per table. Raises `Unreadable` where a sheet is too small for it."""
    return workbook_of(_sheets(document), ON_PAPER if is_exercise(document.get("details", {})) else "")


def export_csv(document: Document) -> bytes:
    """The document as a zip of one CSV per table, in UTF-8 with the mark that Excel looks for."""
    return csv_files_of((name.split()[0], widths, rows) for name, widths, rows in _sheets(document))


def workbook_of(sheets: Iterable[SheetRows], mark: str = "") -> bytes:
    """The sheets as a workbook; texts that would be formulas are escaped already (`escape_formula`).

    The mark is printed above each page.
    """
    book = Workbook(write_only=True)
    for name, widths, rows in sheets:
        sheet: Worksheet = book.create_sheet(name)
        finish_sheet(sheet, widths)
        if mark and (header := sheet.oddHeader) is not None:
            header.center.text = mark
        add_rows(sheet, rows)
    return workbook_bytes(book)


def csv_files_of(sheets: Iterable[SheetRows]) -> bytes:
    """The sheets as a zip of CSV files; texts that would be formulas are escaped already."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, _, rows in sheets:
            text = StringIO(newline="")
            csv.writer(text, lineterminator="\r\n").writerows([_csv_cell(cell) for cell in row] for row in rows)
            part = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, b"\xef\xbb\xbf" + text.getvalue().encode())
    return held.getvalue()


def marked_sheets(sheets: Iterable[SheetRows], mark: str) -> list[SheetRows]:
    """The sheets with the mark in their names, for files that are not imported again; no two are called the same."""
    if not mark:
        return list(sheets)
    found: dict[str, SheetRows] = {}
    for name, widths, rows in sheets:
        called = f"{mark} {name}"[:MOST_NAME]
        number = 2
        while called in found:
            called = f"{called[: MOST_NAME - 2]} {number}"
            number += 1
        found[called] = (called, widths, rows)
    return list(found.values())


def _csv_cell(cell: Any) -> Any:
    """The cell, which no spreadsheet program takes for a formula: `guarded` stands before the signs that begin one."""
    assert not (isinstance(cell, str) and cell.startswith(FORMULA)), "a text that begins a formula is guarded"
    return cell


def _sheets(document: Document) -> Iterator[SheetRows]:
    """Name, column widths and rows of each sheet, the heading first."""
    for table in ALL_TABLES:
        columns = [column for column in table.current if column.kind != "note"]
        yield table.sheet, list(map(column_width, columns)), _table_rows(table, columns, document)
    travel = document.get("travel", {})
    if travel.get("kind") == "matrix":
        if len(travel["ids"]) >= MOST_COLUMNS:
            raise unreadable("matrix-wide")
        yield TRAVEL_SHEET, [14] * (1 + len(travel["ids"])), _matrix_rows(travel)


def column_width(column: Column) -> int:
    """How wide a column stands on paper, in characters."""
    by_kind = {"text": 26, "instant": 26, "texts": 24, "counts": 18, "choice": 14, "day": 12, "note": 30}
    return max(by_kind.get(column.kind, 11), len(column.english) + 4)


def _table_rows(table: Table, columns: list[Column], document: Document) -> Iterator[Cells]:
    yield [column.heading for column in columns]
    for row in flat_rows(table, document):
        yield [_cell(column, row) for column in columns]


def _cell(column: Column, row: Mapping[str, Any]) -> Any:
    if column.name in row and (row[column.name] is not None or column.kind == "minutes"):
        return write_cell(column, row[column.name])
    return DEFAULTS.get(column.name, "")


def flat_rows(table: Table, document: Document) -> Iterator[Mapping[str, Any]]:
    """The rows of a table as fields of its sheet's columns."""
    if table.name == "operation":
        own = {column.name: document[column.name] for column in table.columns if column.name in document}
        yield facts.flatten(table.name, own)
    elif table is DOCTRINE:
        yield from (_figure_row(name, value) for name, value in document.get("doctrine", {}).items())
    else:
        for row in document.get(table.name, ()):
            yield facts.flatten(table.name, flatten(to_given_row(row) if table.name in POINTS else row))


def _figure_row(name: str, value: Any) -> dict[str, Any]:
    return {"figure": name} | (value if isinstance(value, dict) else {"value": value})


def _matrix_rows(travel: Mapping[str, Any]) -> Iterator[Cells]:
    ids = [escape_formula(name, plain_id) for name in travel["ids"]]
    yield ["from \\ to", *ids]
    for name, row in zip(ids, travel["minutes"], strict=True):
        yield [name, *row]


def doctrine_defaults() -> dict[str, str]:
    """Every figure of doctrine with its default, by risk where it depends on it: "low 3, medium 4, high 6"."""
    defaults = {}
    for field in fields(Doctrine):
        value = getattr(Doctrine(), field.name)
        by_risk = ", ".join(f"{risk} {value.at(risk)}" for risk in RISKS) if isinstance(value, ByRisk) else ""
        defaults[field.name] = by_risk or str(value)
    return defaults
