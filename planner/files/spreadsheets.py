"""An upload as grids of cells: XLSX through calamine, CSV in whatever encoding offices use, a zip of CSV files."""

import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from planner.files import archives
from planner.files.archives import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, unreadable
from planner.files.encodings import decode_text
from planner.files.sheet_facts import SheetFacts, sheet_facts

TABLE_ENDINGS = (".csv", ".txt", ".tsv")
# What openpyxl (undocumented) and the reader of XML raise for a workbook that is damaged where calamine does not look.
READERS_RAISE = (
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
)
DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Sheet:
    """A grid of cells as the upload has it; row and column 0 are the first.

    `name` is the sheet's or the file's; `notices` are codes of remarks.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    facts: SheetFacts = field(default_factory=SheetFacts)
    has_decimal_commas: bool = False
    notices: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> Any:
        """The cell's value; "" beyond the grid."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""


def read_sheets(content: bytes, file_name: str) -> tuple[Sheet, ...]:
    """The sheets of an XLSX, a CSV or a zip of CSV files, told by what the bytes are. Raises `Unreadable`."""
    archives.refuse_size(content)
    archives.refuse_ole(content)
    if not content.startswith(archives.ZIP):
        return (_csv_sheet(content, file_name, MOST_CELLS),)
    seen = archives.inspect_archive(content)
    return _workbook_sheets(content, seen) if seen.kind == "xlsx" else tuple(_zipped_sheets(content))


def _workbook_sheets(content: bytes, seen: archives.Inspected) -> tuple[Sheet, ...]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except CalamineError as error:
        raise unreadable("broken") from error
    try:
        facts = sheet_facts(content)
        if seen.has_errors or seen.has_padded_numbers:
            _correct(grids, content)
    except READERS_RAISE as error:
        raise unreadable("broken") from error
    return tuple(Sheet(name, rows, facts.get(name, SheetFacts())) for name, rows in grids.items())


def _correct(grids: dict[str, list[list[Any]]], content: bytes) -> None:
    """The grids hold what is shown where the fast reader cannot tell: Excel's errors, and numbers such as 007."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        grid = grids.get(sheet.title, [])
        sheet.reset_dimensions()  # what a file declares of itself is not believed
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or cell.row > len(grid) or cell.column > len(grid[cell.row - 1]):
                    continue
                form = cell.number_format
                if cell.data_type == "e":
                    grid[cell.row - 1][cell.column - 1] = str(cell.value)
                elif len(form) > 1 and not form.strip("0") and isinstance(cell.value, int):
                    grid[cell.row - 1][cell.column - 1] = f"{cell.value:0{len(form)}d}"
    book.close()


def _zipped_sheets(content: bytes) -> Iterator[Sheet]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [p for p in archive.infolist() if p.filename.lower().endswith(TABLE_ENDINGS) and not _is_hidden(p)]
        if not parts:
            raise unreadable("no-csv")
        left, cells_left, names = archives.MOST_INFLATED, MOST_CELLS, set[str]()
        for part in parts:
            text = archives.inflate_part(archive, content, part, left)
            left -= len(text)
            sheet = _csv_sheet(text, _name_of(part), cells_left)
            cells_left -= sum(map(len, sheet.rows))
            yield sheet if sheet.name not in names else replace(sheet, name=_name_of(part))
            names.add(sheet.name)


def _is_hidden(part: zipfile.ZipInfo) -> bool:
    return part.filename.startswith("__MACOSX") or PurePosixPath(part.filename).name.startswith(".")


def _name_of(part: zipfile.ZipInfo) -> str:
    """The file's name; one that is not marked as UTF-8 was written by a Chinese Windows, if it can have been."""
    if part.flag_bits & 0x800 or part.filename.isascii():
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _csv_sheet(content: bytes, file_name: str, most_cells: int) -> Sheet:
    text, notices = decode_text(content)
    rows: list[list[str]] = []
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    num_cells = 0
    try:
        for row in reader:
            num_cells += len(row)
            if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS or num_cells > most_cells:
                raise archives.too_many_cells()
            rows.append(row)
    except csv.Error as error:
        raise unreadable("wrong-csv", line=reader.line_num, why=str(error)) from error
    name = PurePosixPath(file_name.replace("\\", "/")).stem
    return Sheet(name, rows, has_decimal_commas=delimiter == ";", notices=notices)


def _delimiter(text: str) -> str:
    """What stands most often between the cells of the first lines."""
    first = text[:20_000].splitlines()[:20]
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in first))
