"""Uploads as offices send them, made on the spot."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from planner.edits import Document
from planner.files import dump_operation
from planner.files.sheet_tables import Remark
from planner.importing import Preview, at_hour_of, preview, read_upload
from planner.merging import ImportOptions
from tests.operations import two_doors

OFFICER_HEADINGS = ("编号", "姓名", "单位编号", "驻地编号", "性别", "级别", "技能")


def document() -> Document:
    """Two doors as a document."""
    return dump_operation(two_doors())


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of these cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def imported(content: bytes, name: str, options: ImportOptions | None = None, old: Document | None = None) -> Preview:
    """The preview of the upload over two doors, or over another document."""
    before = document() if old is None else old
    chosen = at_hour_of(before, options or ImportOptions())
    return preview(before, read_upload(content, name, chosen), chosen)


def officer_rows(*rows: Sequence[Any], name: str = "x.xlsx", sheet: str = "警力") -> Preview:
    """The preview of a sheet of officers with Chinese headings."""
    return imported(workbook({sheet: [OFFICER_HEADINGS, *rows]}), name)


def told(remarks: Sequence[Remark]) -> list[tuple[str, str]]:
    """Cell and sentence of each remark."""
    return [(remark.spot.a1, remark.text()) for remark in remarks]
