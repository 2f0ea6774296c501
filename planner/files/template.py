"""The workbook that offices fill in: a sheet per table, drop-downs for fixed words, an example row, instructions."""

from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from planner.files.cells import EXAMPLE
from planner.files.columns import ALL_TABLES, DOCTRINE, HELP_SHEET, Column, Table
from planner.files.exporting import column_width, doctrine_defaults
from planner.files.workbook_writing import (
    EXAMPLE_FONT,
    HEADING_FILL,
    HEADING_FONT,
    REQUIRED_FILL,
    TOP,
    as_cell,
    finish_sheet,
    heading_cell,
    workbook_bytes,
)

LAST_ROW = 20_001  # how far down the drop-downs reach
INTRODUCTION = (
    ("Complete the sheets that apply; leave the others empty or delete them. Columns may be in any order.",
     "填写所知的工作表，其余可留空或删除；各列顺序不限。"),
    (f"A row whose first cell begins with {EXAMPLE} is an example and is skipped. Columns with a darker heading are "
     "required.", f"首格以 {EXAMPLE} 开头的行是示例，导入时跳过；表头颜色较深的列必填。"),
    ("Rows are identified by their id: a row whose id already exists updates that row. Columns that you delete "
     "keep their values in the operation; cells that you empty are cleared.",
     "各行按编号识别：编号已存在则更新该行。删去的列在系统中保持原值；留空的单元格将被清空。"),
    ("Coordinates: state the datum in the column datum, or choose it for the whole file on import. Coordinates are "
     "kept as supplied and converted to WGS-84.",
            "坐标：在“坐标系”列注明，或在导入时为整个文件选择；原值保留，并换算为 WGS-84。"),
    ("A leading apostrophe in an export protects text from being changed by Excel; do not remove it.",
     "导出文件中以单引号开头的文字是为了原样保留，请勿改动。"),
    ("Travel minutes may be given on a sheet “travel”: ids in the first row and first column, minutes in between.",
     "行程分钟可写在名为“行程分钟”的工作表：首行首列为编号，中间为分钟数。"),
)  # fmt: skip
HELP_HEADINGS = ("Sheet 工作表", "Column 列", "Required 必填", "Permitted values 固定用词", "Meaning", "含义")


def template_xlsx(meanings: Mapping[str, str]) -> bytes:
    """The empty workbook; `meanings` says of each figure of doctrine what it means."""
    book = Workbook(write_only=True)
    _help_sheet(book)
    for table in ALL_TABLES:
        _table_sheet(book, table, meanings)
    return workbook_bytes(book)


def _help_sheet(book: Workbook) -> None:
    sheet: Any = book.create_sheet(HELP_SHEET)
    finish_sheet(sheet, [20, 24, 10, 34, 70, 60], frozen="A1")
    for english, chinese in INTRODUCTION:
        sheet.append([as_cell(sheet, english)])
        sheet.append([as_cell(sheet, chinese)])
    sheet.append([])
    sheet.append([heading_cell(sheet, text) for text in HELP_HEADINGS])
    for row in help_rows():
        sheet.append([as_cell(sheet, text, wrap=TOP) for text in row])


def help_rows() -> Iterator[tuple[str, str, str, str, str, str]]:
    """Sheet, column, whether required, fixed words and meaning in both languages, for every column there is."""
    for table in ALL_TABLES:
        for column in table.current:
            needed = "yes 是" if column.required else ""
            heading = f"{column.english} {column.chinese}"
            yield table.sheet, heading, needed, ", ".join(column.listed), column.meaning, column.meaning_zh


def _table_sheet(book: Workbook, table: Table, meanings: Mapping[str, str]) -> None:
    sheet: Any = book.create_sheet(table.sheet)
    finish_sheet(sheet, [column_width(column) for column in table.current])
    fills = [REQUIRED_FILL if column.required else HEADING_FILL for column in table.current]
    sheet.append([heading_cell(sheet, c.heading, fill) for c, fill in zip(table.current, fills, strict=True)])
    if table is DOCTRINE:
        for name, default in doctrine_defaults().items():
            notes = (as_cell(sheet, text, font=EXAMPLE_FONT) for text in (default, meanings.get(name, "")))
            sheet.append([as_cell(sheet, name, font=HEADING_FONT), *[None] * 4, *notes])
    else:
        sheet.append([as_cell(sheet, value, font=EXAMPLE_FONT) for value in _example(table)])
    for i, column in enumerate(table.current, 1):
        if column.kind in ("choice", "flag"):
            sheet.data_validations.append(_drop_down(column, get_column_letter(i)))


def _example(table: Table) -> Iterator[str | int | float]:
    """The example's cells, the first of which says what it is."""
    yield f"{EXAMPLE} {table.example[0]}"
    yield from table.example[1:]


def _drop_down(column: Column, letter: str) -> DataValidation:
    """A list of the column's fixed words; other words that are understood may be typed too."""
    chosen = DataValidation(
        type="list", formula1=f'"{",".join(column.listed)}"', allow_blank=True, showErrorMessage=False
    )
    chosen.add(f"{letter}2:{letter}{LAST_ROW}")
    return chosen
