"""Which table a sheet is, where its heading stands, and its rows as values: nothing of a sheet is left out unsaid."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Any

from planner.files.cells import EXAMPLE, SERIAL_DAYS, Assumed, Unfit, is_empty, plain, read, shown_text
from planner.files.columns import (
    ALL_TABLES,
    BY_NAME,
    HELP_SHEET,
    ROW_TABLES,
    TRAVEL_NAMES,
    TRAVEL_SHEET,
    Column,
    Table,
)
from planner.files.spreadsheets import Sheet

Tell = Callable[[int, int], None]
TOLD_EVERY = 1000  # rows
HEADING_WITHIN = 20  # rows from the top
BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
OTHER_OFFSET = "+00:13"  # of no place: a time read with it shows that the file gave no offset
LEFT_OUT = "The sheet was left out: its headings are those of no table."
EITHER = "The sheet was left out: it could be {one} or {other}. Name it after the table."
UNKNOWN_COLUMN = "The column was left out: no such column is known."
NO_HEADING = "The column was left out: it has no heading."
TWICE = "Two columns are the same: remove one of them."
NO_HEADINGS = "The heading row was not found: it has at least {columns}."
UNLIKE_IDS = "The ids of the first row and of the first column are not the same."
AS_A_DAY = "The number was read as the day {day}."


@dataclass(frozen=True)
class Spot:
    """A place in an upload: sheet, and row and column from 0, where it is about these."""

    sheet: str
    row: int | None = None
    column: int | None = None

    @property
    def a1(self) -> str:
        """The cell as sheets name it: B7; the row or the column alone where only that is meant."""
        letters = "" if self.column is None else column_letters(self.column)
        return letters + ("" if self.row is None else str(self.row + 1))


@dataclass(frozen=True)
class Remark:
    """Something said of a spot: a fault, a warning or a notice, with what stands there."""

    spot: Spot
    heading: str
    found: str
    message: str
    right: str = ""


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks from the first sheet's first row to the last, row by row."""

    def place(remark: Remark) -> tuple[str | int, ...]:
        row, column = (-1 if at is None else at for at in (remark.spot.row, remark.spot.column))
        return remark.spot.sheet, row, column, remark.heading, remark.message

    return tuple(sorted(remarks, key=place))


@dataclass
class ReadTable:
    """The rows of one table on one sheet: where, and the filled fields' values. `fields` are those with a column."""

    table: Table
    sheet: str
    heading_row: int
    positions: dict[str, int]
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    fields: frozenset[str] = frozenset()

    def spot(self, row: int | None, name: str | None) -> Spot:
        """Where a field of a row stands; its heading where no row is meant."""
        return Spot(self.sheet, self.heading_row if row is None else row, self.positions.get(name or ""))


@dataclass
class Reading:
    """What an upload says: tables, the travel matrix, and what there is to remark."""

    sheets: tuple[Sheet, ...] = ()
    tables: list[ReadTable] = field(default_factory=list)
    travel: tuple[str, dict[str, Any]] | None = None
    faults: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    num_without_offset: int = 0
    document: dict[str, Any] | None = None
    tell: Callable[[int], None] = lambda row: None


def column_letters(column: int) -> str:
    """A, B, ... Z, AA: the column's name; column counts from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_tables(sheets: tuple[Sheet, ...], assumed: Assumed, chosen: str | None, tell: Tell) -> Reading:
    """Every sheet as rows of its table. `chosen` is the table that the only sheet is said to be.

    `tell` hears how many of how many rows were read, sheet by sheet.
    """
    reading, done, total = Reading(sheets), 0, sum(len(sheet.rows) for sheet in sheets)
    for sheet in sheets:
        reading.tell = partial(_further, tell, done, total)
        done += len(sheet.rows)
        _read_sheet(reading, sheet, assumed, chosen if len(sheets) == 1 else None)
    return reading


def _further(tell: Tell, before: int, total: int, row: int) -> None:
    tell(before + row, total)


def _read_sheet(reading: Reading, sheet: Sheet, assumed: Assumed, chosen: str | None) -> None:
    name = _bare(sheet.name)
    if name == _bare(HELP_SHEET) or all(is_empty(cell) for row in sheet.rows for cell in row):
        return
    if chosen == "travel" or (chosen is None and _names_travel(name)):
        reading.travel = sheet.name, _matrix(sheet)
        if sorted(map(str, reading.travel[1]["ids"])) != sorted(map(str, reading.travel[1]["heads"])):
            reading.faults.append(Remark(Spot(sheet.name, 0), "", "", UNLIKE_IDS))
        return
    named = BY_NAME[chosen] if chosen else _named(name)
    tables = [named] if named else _tables_by_headings(sheet)
    if len(tables) != 1:
        said = EITHER.format(one=tables[0].name, other=tables[1].name) if tables else LEFT_OUT
        reading.notices.append(Remark(Spot(sheet.name), "", "", said))
        return
    found = _heading(tables[0], sheet)
    if found is None:
        wanted = ", ".join(c.english for c in tables[0].columns if c.required) or tables[0].columns[0].english
        reading.faults.append(Remark(Spot(sheet.name, 0), "", "", NO_HEADINGS.format(columns=wanted)))
        return
    _read_rows(reading, sheet, tables[0], found, assumed)


def _names_travel(name: str) -> bool:
    return name in {_bare(word) for word in (*TRAVEL_NAMES, TRAVEL_SHEET)}


def _named(name: str) -> Table | None:
    """The table whose sheet has this name."""
    for table in ALL_TABLES:
        if name in {_bare(word) for word in (table.name, table.english, table.chinese, table.sheet, *table.also)}:
            return table
    return None


def _tables_by_headings(sheet: Sheet) -> list[Table]:
    """The table, or several that fit as well, whose required columns the sheet has."""
    fits = []
    for table in ROW_TABLES:
        found = _heading(table, sheet)
        required = {column.name for column in table.columns if column.required}
        if found and required and len(required & set(found.positions)) * 2 > len(required):
            fits.append((len(required - set(found.positions)), -len(found.positions), table))
    best = min((fit[:2] for fit in fits), default=None)
    return [fit[2] for fit in fits if fit[:2] == best]


@dataclass(frozen=True)
class _Heading:
    row: int
    positions: dict[str, int]
    texts: dict[int, str]
    twice: tuple[int, ...]
    height: int = 1


def _heading(table: Table, sheet: Sheet) -> _Heading | None:
    """The row, or two rows of which one groups the other's columns, with the most headings of the table."""
    top = list(sheet.rows[: HEADING_WITHIN + 1])
    found = [_matched(table, i, row) for i, row in enumerate(top[:HEADING_WITHIN])]
    for i, (upper, lower) in enumerate(pairwise(top)):
        below = _matched(table, i, lower)
        if len(below.positions) == sum(not is_empty(cell) for cell in lower) and below.positions:
            found.append(_matched(table, i, _stacked(table, upper, lower), height=2))
    most = max(found, key=lambda heading: (len(heading.positions), -heading.height, -heading.row), default=None)
    enough = min(2, len(table.columns))
    return most if most is not None and len(most.positions) >= enough else None


def _stacked(table: Table, upper: Sequence[Any], lower: Sequence[Any]) -> list[Any]:
    """One heading row from two: the lower where it says something, else the upper."""
    width = max(len(upper), len(lower))
    rows = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [above if is_empty(below) else below for above, below in zip(*rows, strict=True)]


def _matched(table: Table, at: int, row: Sequence[Any], height: int = 1) -> _Heading:
    """Which fields the cells of a row head; the exact heading counts before a word that is merely understood."""
    texts = {i: shown_text(cell) for i, cell in enumerate(row) if not is_empty(cell)}
    best: dict[str, tuple[int, int]] = {}
    twice = []
    for i, text in texts.items():
        for name, rank in _meant(table.name, text):
            if name not in best or rank < best[name][0]:
                best[name] = rank, i
            elif rank == best[name][0]:
                twice.append(i)
            break
    return _Heading(at, {name: i for name, (_, i) in best.items()}, texts, tuple(twice), height)


def _meant(table: str, text: str) -> Iterator[tuple[str, int]]:
    known = _known_headings(table)
    parts = [text, *text.splitlines(), *re.split(r"[/\s]+", text)]
    yield from (known[part] for part in map(_bare, parts) if part in known)


@cache
def _known_headings(name: str) -> dict[str, tuple[str, int]]:
    """A heading without its ornaments -> field, and 0 for its own headings, 1 for other words."""
    known: dict[str, tuple[str, int]] = {}
    columns = BY_NAME[name].columns
    for column in columns:
        for text in (column.name, column.english, column.chinese, column.heading):
            known.setdefault(_bare(text), (column.name, 0))
    for column in columns:
        for text in column.also:
            known.setdefault(_bare(text), (column.name, 1))
    return known


@lru_cache(maxsize=20_000)  # headings and words come again and again; what else stands in a sheet does not stay
def _bare(text: str) -> str:
    """A heading or a name of a sheet as it is compared: without case, spaces, brackets, stars and colons."""
    return re.sub(r"[\s*_:：\-.]+", "", BRACKETS.sub("", plain(text))).casefold()


def _read_rows(reading: Reading, sheet: Sheet, table: Table, heading: _Heading, assumed: Assumed) -> None:
    first = heading.row + heading.height
    columns = [
        (c, heading.positions[c.name]) for c in table.columns if c.name in heading.positions and c.kind != "note"
    ]
    fields = frozenset(column.name for column, _ in columns)
    found = ReadTable(table, sheet.name, first - 1, heading.positions, fields=fields)
    _remark_columns(reading, sheet, heading, first)
    for i in range(first, len(sheet.rows)):
        row = sheet.rows[i]
        if i % TOLD_EVERY == 1:
            reading.tell(i)
        if _is_data(row, heading):
            found.rows.append((i, _read_row(reading, sheet.name, i, row, columns, assumed)))
    reading.tables.append(found)


def _remark_columns(reading: Reading, sheet: Sheet, heading: _Heading, first: int) -> None:
    """Columns that are not read are named."""
    known = set(heading.positions.values())
    for i, text in heading.texts.items():
        spot = Spot(sheet.name, first - 1, i)
        if i in heading.twice:
            reading.faults.append(Remark(spot, text, text, TWICE))
        elif i not in known:
            reading.notices.append(Remark(spot, text, text, UNKNOWN_COLUMN))
    width = max(map(len, sheet.rows), default=0)
    for i in set(range(width)) - set(heading.texts):
        filled = next((row[i] for row in sheet.rows[first:] if i < len(row) and not is_empty(row[i])), None)
        if filled is not None:
            reading.notices.append(Remark(Spot(sheet.name, first - 1, i), "", shown_text(filled), NO_HEADING))


def _is_data(row: Sequence[Any], heading: _Heading) -> bool:
    """Whether a row is one of the table's: not empty, not the template's example, not its heading once more."""
    filled = next((cell for cell in row if not is_empty(cell)), None)
    if filled is None or (isinstance(filled, str) and filled.strip().startswith(EXAMPLE)):
        return False
    return any(i >= len(row) or shown_text(row[i]) != text for i, text in heading.texts.items())


def _read_row(
    reading: Reading,
    sheet: str,
    at: int,
    row: Sequence[Any],
    columns: list[tuple[Column, int]],
    assumed: Assumed,
) -> dict[str, Any]:
    values = {}
    for column, i in columns:
        if i >= len(row) or is_empty(row[i]):
            continue
        try:
            values[column.name] = read(column, row[i], assumed)
        except Unfit as unfit:
            reading.faults.append(Remark(Spot(sheet, at, i), column.heading, shown_text(row[i]), str(unfit)))
            continue
        if column.kind == "instant" and read(column, row[i], Assumed(offset=OTHER_OFFSET)) != values[column.name]:
            reading.num_without_offset += 1
        if column.kind == "day" and _is_serial(row[i]):
            said = AS_A_DAY.format(day=values[column.name])
            reading.warnings.append(Remark(Spot(sheet, at, i), column.heading, shown_text(row[i]), said))
    return values


def _is_serial(value: Any) -> bool:
    text = plain(shown_text(value))
    return len(text) <= 5 and text.isdecimal() and SERIAL_DAYS[0] <= int(text) <= SERIAL_DAYS[1]


def _matrix(sheet: Sheet) -> dict[str, Any]:
    """The sheet as the table `travel`: ids in the first row and column, minutes between."""
    column = Column("id", "id", "编号", "id", "", "")
    figure = Column("minutes", "minutes", "分钟", "value", "", "")
    rows = [row for row in sheet.rows if not all(is_empty(cell) for cell in row)]
    width = max((i + 1 for i, cell in enumerate(rows[0]) if not is_empty(cell)), default=1)
    ids = [_matrix_cell(column, row[0]) for row in rows[1:]]
    heads = [_matrix_cell(column, cell) for cell in rows[0][1:width]]
    minutes = [[_matrix_cell(figure, cell) for cell in row[1:width]] for row in rows[1:]]
    return {"kind": "matrix", "ids": ids, "heads": heads, "minutes": minutes}


def _matrix_cell(column: Column, value: Any) -> Any:
    if is_empty(value):
        return ""
    try:
        return read(column, value, Assumed())
    except Unfit:
        return shown_text(value)
