"""Which table a sheet is, told by its name or its headings, and where its heading stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from planner.files.cells import is_empty, plain, shown_text
from planner.files.columns import ALL_TABLES, BY_NAME, ROW_TABLES, TRAVEL_NAMES, TRAVEL_SHEET, Table
from planner.files.spreadsheets import Sheet

HEADING_WITHIN = 20  # rows from the top
BRACKETS = re.compile(r"[(\[【].*?[)\]】]")


def names_travel(name: str) -> bool:
    """Whether a sheet of this name is the travel matrix."""
    return name in {bare(word) for word in (*TRAVEL_NAMES, TRAVEL_SHEET)}


def find_table(name: str) -> Table | None:
    """The table whose sheet has this name."""
    for table in ALL_TABLES:
        if name in {bare(word) for word in (table.name, table.english, table.chinese, table.sheet, *table.also)}:
            return table
    return None


def tables_by_headings(sheet: Sheet) -> list[Table]:
    """The table, or several that fit as well, whose required columns the sheet has."""
    fits = []
    for table in ROW_TABLES:
        found = heading_of(table, sheet)
        required = {column.name for column in table.columns if column.required}
        if found and required and len(required & set(found.positions)) * 2 > len(required):
            fits.append((len(required - set(found.positions)), -len(found.positions), table))
    best = min((fit[:2] for fit in fits), default=None)
    return [fit[2] for fit in fits if fit[:2] == best]


@dataclass(frozen=True)
class Heading:
    """Where a heading stands: its first row, field -> column, column -> text, columns that say the same as another."""

    row: int
    positions: dict[str, int]
    texts: dict[int, str]
    twice: tuple[int, ...]
    height: int = 1


def heading_of(table: Table, sheet: Sheet) -> Heading | None:
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


def _matched(table: Table, at: int, row: Sequence[Any], height: int = 1) -> Heading:
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
    return Heading(at, {name: i for name, (_, i) in best.items()}, texts, tuple(twice), height)


def _meant(table: str, text: str) -> Iterator[tuple[str, int]]:
    known = _known_headings(table)
    parts = [text, *text.splitlines(), *re.split(r"[/\s]+", text)]
    yield from (known[part] for part in map(bare, parts) if part in known)


@cache
def _known_headings(name: str) -> dict[str, tuple[str, int]]:
    """A heading without its ornaments -> field, and 0 for its own headings, 1 for other words."""
    known: dict[str, tuple[str, int]] = {}
    columns = BY_NAME[name].columns
    for column in columns:
        for text in (column.name, column.english, column.chinese, column.heading):
            known.setdefault(bare(text), (column.name, 0))
    for column in columns:
        for text in column.also:
            known.setdefault(bare(text), (column.name, 1))
    return known


@lru_cache(maxsize=20_000)  # headings and words come again and again; what else stands in a sheet does not stay
def bare(text: str) -> str:
    """A heading or a name of a sheet as it is compared: without case, spaces, brackets, stars and colons."""
    return re.sub(r"[\s*_:：\-.]+", "", BRACKETS.sub("", plain(text))).casefold()
