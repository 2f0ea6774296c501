"""Workbooks in which no text can become a formula, whatever it begins with."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from planner.files.cells import FORMULA

HEADING_FONT, HEADING_FILL = Font(bold=True), PatternFill("solid", fgColor="FFE3E8EF")
REQUIRED_FILL = PatternFill("solid", fgColor="FFCBD7EA")
EXAMPLE_FONT, MARK_FILL = Font(italic=True, color="FF6B7280"), PatternFill("solid", fgColor="FFFFC7CE")
TOP = Alignment(wrap_text=True, vertical="top")
# XML has no such characters, and Excel reads _x0041_ as the letter A: both are spelled as Excel spells them.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
MOST_TEXT = 32_767  # characters in a cell


def as_cell(sheet: Any, value: Any, *, font: Any = None, fill: Any = None, wrap: Any = None) -> Any:
    """A cell that shows the value as it is: text stays text."""
    cell: Any = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell._value, cell.data_type = UNWRITABLE.sub(lambda c: f"_x{ord(c[0]):04X}_", value)[:MOST_TEXT], "s"
        if value.startswith((*FORMULA, "'")):
            cell.quotePrefix = True
    elif value is not None and value != "":
        cell.value = value
    if font is not None:
        cell.font = copy(font)
    if fill is not None:
        cell.fill = copy(fill)
    if wrap is not None:
        cell.alignment = copy(wrap)
    return cell


def finish_sheet(sheet: Any, widths: Sequence[int], frozen: str = "A2") -> None:
    """The sheet has its column widths and a heading that stays; asked for before its first row."""
    sheet.freeze_panes = frozen
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width


def add_rows(sheet: Any, rows: Iterable[Sequence[Any]]) -> None:
    """The sheet has the rows, the first as its heading."""
    for i, row in enumerate(rows):
        if i:
            sheet.append([as_cell(sheet, value) if isinstance(value, str) and value else value for value in row])
        else:
            sheet.append([heading_cell(sheet, value) for value in row])


def heading_cell(sheet: Any, value: str, fill: Any = HEADING_FILL) -> Any:
    """A cell of a heading."""
    return as_cell(sheet, value, font=HEADING_FONT, fill=fill, wrap=TOP)


def marked_cell(sheet: Any, value: Any, said: str) -> Any:
    """A cell that stands out, with a comment."""
    cell = as_cell(sheet, value, fill=MARK_FILL)
    cell.comment = Comment(said[:1000], "H-Hour", width=320, height=120)
    return cell


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook's bytes."""
    held = BytesIO()
    book.save(held)
    return held.getvalue()
