"""What was read of an upload: places in it, remarks on them, and the rows of its tables."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.files.columns import Table
from planner.files.fault_texts import Value, text_of
from planner.files.spreadsheets import Sheet


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
    """Something said of a spot: a fault, a warning or a notice, what stands there, and `right` for `right_text`."""

    spot: Spot
    heading: str
    found: str
    code: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    right: str = ""

    def text(self, lang: str = "en") -> str:
        """What is to be said in one sentence of the language."""
        return text_of(self.code, self.values, lang)


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks from the first sheet's first row to the last, row by row."""

    def place(remark: Remark) -> tuple[str | int, ...]:
        row, column = (-1 if at is None else at for at in (remark.spot.row, remark.spot.column))
        return remark.spot.sheet, row, column, remark.heading, remark.text()

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
    counted: dict[str, tuple[int, Spot]] = field(default_factory=dict)
    document: dict[str, Any] | None = None
    tell: Callable[[int], None] = lambda row: None

    def count(self, code: str, spot: Spot) -> None:
        """One more cell of which the code, with a `count`, is to be said; its notice stands at the first."""
        number, first = self.counted.get(code, (0, spot))
        self.counted[code] = number + 1, first


def column_letters(column: int) -> str:
    """A, B, ... Z, AA: the column's name; column counts from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
