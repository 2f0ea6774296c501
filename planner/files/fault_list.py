"""The upload once more, its faulty cells marked, with a sheet that lists them: what an office mends and sends back."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook

from planner.files.cells import shown_text
from planner.files.columns import HELP_SHEET
from planner.files.fault_texts import right_text
from planner.files.sheet_tables import Remark
from planner.files.spreadsheets import Sheet
from planner.files.workbook_writing import TOP, as_cell, finish_sheet, heading_cell, marked_cell, workbook_bytes
from planner.i18n import N_, gettext

LIST_SHEET = f"{HELP_SHEET} 2"
HEADINGS = (
    N_("Sheet"),
    N_("Cell"),
    N_("Row"),
    N_("Column"),
    N_("Found"),
    N_("Problem"),
    N_("Expected"),
)
MOST_COMMENTS = 20_000  # of a workbook: more and Excel takes minutes to open it


def marked_xlsx(sheets: tuple[Sheet, ...], remarks: tuple[Remark, ...], lang: str) -> bytes:
    """The values of the sheets with every remark at its cell, and the list of them first."""
    book = Workbook(write_only=True)
    _list_sheet(book, remarks, lang)
    spots = defaultdict(list)
    for remark in remarks[:MOST_COMMENTS]:
        if remark.spot.row is not None:
            spots[remark.spot.sheet, remark.spot.row, remark.spot.column or 0].append(_sentence(remark, lang))
    for sheet in sheets:
        _copy(book, sheet, spots)
    return workbook_bytes(book)


def _sentence(remark: Remark, lang: str) -> str:
    return remark.text(lang) + (f"\n→ {right_text(remark.right, lang)}" if remark.right else "")


def _list_sheet(book: Workbook, remarks: tuple[Remark, ...], lang: str) -> None:
    sheet: Any = book.create_sheet(LIST_SHEET)
    finish_sheet(sheet, [18, 8, 8, 22, 24, 60, 44])
    sheet.append([heading_cell(sheet, gettext(text, lang)) for text in HEADINGS])
    for remark in remarks:
        row = "" if remark.spot.row is None else remark.spot.row + 1
        texts = (remark.spot.sheet, remark.spot.a1, row, remark.heading, remark.found, remark.text(lang))
        sheet.append([as_cell(sheet, text, wrap=TOP) for text in (*texts, right_text(remark.right, lang))])


def _copy(book: Workbook, sheet: Sheet, spots: dict[tuple[str, int, int], list[str]]) -> None:
    copied: Any = book.create_sheet(_sheet_name(sheet.name))
    width = max(map(len, sheet.rows), default=0)
    finish_sheet(copied, [16] * min(width, 200), frozen="A1")
    marked_rows = {row for name, row, _ in spots if name == sheet.name}
    for i, row in enumerate(sheet.rows):
        if i not in marked_rows:
            copied.append([_plain_cell(copied, value) for value in row])
            continue
        padded = [*row, *[""] * (width - len(row))]
        copied.append(
            [
                marked_cell(copied, _writable(value), "\n".join(said)) if (said := spots.get((sheet.name, i, j))) else
                _plain_cell(copied, value)
                for j, value in enumerate(padded)
            ]
        )  # fmt: skip


def _plain_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return as_cell(sheet, value) if value else None
    return _writable(value)


def _writable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | date | datetime | time | timedelta) else shown_text(value)


def _sheet_name(name: str) -> str:
    """The name as a sheet may bear it."""
    return "".join("_" if c in r"[]:*?/\'" else c for c in name)[:31] or "1"
