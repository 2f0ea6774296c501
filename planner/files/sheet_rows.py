"""The rows of a table on its sheet: merged cells, totals and what is hidden among them, each read or named."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from planner.files.cells import (
    EXAMPLE,
    Assumed,
    has_no_hour,
    has_no_offset,
    is_dayless,
    is_empty,
    is_serial,
    plain,
    read_cell,
    shown_text,
)
from planner.files.columns import Column, Table
from planner.files.encodings import is_private
from planner.files.fault import UnfitValue
from planner.files.headings import Heading
from planner.files.moments import around_h
from planner.files.sheet_facts import Block
from planner.files.sheet_tables import Reading, ReadTable, Remark, Spot, column_letters
from planner.files.spreadsheets import Sheet

TOLD_EVERY = 1000  # rows
TOTAL = re.compile(r"([合总小共累]\s*计|总\s*数|(grand |sub-?)?totals?|sum)([\s:(=\d].*)?", re.I)
NOTE = re.compile(
    r"(制表|填表|审核|审批|复核|备注|说明|注|notes?|prepared by|approved by)\s*(人|单位|日期|时间)?\s*(:.*)?", re.I
)


@dataclass(frozen=True)
class _Rows:
    """A table's part of a sheet: the first row of data, and which columns fill which fields."""

    sheet: Sheet
    first: int
    columns: tuple[tuple[Column, int], ...]
    num_required: int

    def spot(self, row: int, column: int) -> Spot:
        """A cell of the sheet."""
        return Spot(self.sheet.name, row, column)

    @property
    def merged(self) -> list[Block]:
        """The merged ranges that touch a column that is read and a row of data."""
        known = {i for _, i in self.columns}
        return [
            block
            for block in self.sheet.facts.merged
            if block.bottom >= self.first and any(i in known for i in range(block.left, block.right + 1))
        ]


def read_rows(reading: Reading, sheet: Sheet, table: Table, heading: Heading, assumed: Assumed) -> None:
    """The reading has the table's rows of the sheet, and all that is to be said of them."""
    known = [c for c in table.columns if c.name in heading.positions and c.kind != "note"]
    columns = tuple((column, heading.positions[column.name]) for column in known)
    part = _Rows(sheet, heading.row + heading.height, columns, sum(column.required for column in known))
    fields = frozenset(column.name for column in known)
    found = ReadTable(table, sheet.name, part.first - 1, heading.positions, fields=fields)
    _remark_columns(reading, part, heading)
    merged, left_out = _merged_cells(reading, part)
    _remark_hidden(reading, part)
    for i in range(part.first, len(sheet.rows)):
        if i % TOLD_EVERY == 1:
            reading.tell(i)
        row = _with_merged(sheet.rows[i], merged.get(i, {}))
        if i not in left_out and _is_data(reading, part, i, row, heading):
            found.rows.append((i, _read_row(reading, part, i, row, assumed)))
    reading.tables.append(found)


def _remark_columns(reading: Reading, part: _Rows, heading: Heading) -> None:
    """Columns that are not read are named."""
    known, sheet, at = set(heading.positions.values()), part.sheet, part.first - 1
    for i, text in heading.texts.items():
        if i in heading.twice:
            reading.faults.append(Remark(part.spot(at, i), text, text, "column-twice"))
        elif i not in known:
            reading.notices.append(Remark(part.spot(at, i), text, text, "unknown-column"))
    width = max(map(len, sheet.rows), default=0)
    for i in set(range(width)) - set(heading.texts):
        filled = next((row[i] for row in sheet.rows[part.first :] if i < len(row) and not is_empty(row[i])), None)
        if filled is not None:
            reading.notices.append(Remark(part.spot(at, i), "", shown_text(filled), "no-heading"))


def _merged_cells(reading: Reading, part: _Rows) -> tuple[dict[int, dict[int, Any]], set[int]]:
    """Row -> column -> the value of its merged range, and the rows that cannot be read for a range across columns."""
    values: dict[int, dict[int, Any]] = {}
    left_out: set[int] = set()
    for block in part.merged:
        value = part.sheet.cell(block.top, block.left)
        if is_empty(value):
            continue
        rows = range(max(block.top, part.first), block.bottom + 1)
        spot, shown, cells = part.spot(block.top, block.left), shown_text(value), {"cells": _a1(block)}
        if block.left == block.right and block.top >= part.first:
            reading.notices.append(Remark(spot, "", shown, "merged-down", cells))
            for i in rows:
                values.setdefault(i, {})[block.left] = value
            continue
        left_out.update(rows)
        if block.top >= part.first and all(
            _is_alone(part.sheet.rows[i], block) for i in rows if i < len(part.sheet.rows)
        ):
            reading.notices.append(Remark(spot, "", shown, "merged-title"))
        else:
            reading.faults.append(Remark(spot, "", shown, "merged-across", cells))
    return values, left_out


def _is_alone(row: Sequence[Any], block: Block) -> bool:
    """Whether nothing stands in the row but the merged range."""
    return all(is_empty(cell) or block.left <= i <= block.right for i, cell in enumerate(row))


def _a1(block: Block) -> str:
    first, last = (column_letters(column) for column in (block.left, block.right))
    return f"{first}{block.top + 1}:{last}{block.bottom + 1}"


def _with_merged(row: Sequence[Any], values: dict[int, Any]) -> Sequence[Any]:
    """The row with the values of merged ranges where it is empty itself."""
    if not values:
        return row
    full = [*row, *[""] * (max(values) + 1 - len(row))]
    return [values.get(i, cell) if is_empty(cell) else cell for i, cell in enumerate(full)]


def _remark_hidden(reading: Reading, part: _Rows) -> None:
    """Hidden rows and columns that are read are named with their numbers."""
    sheet, facts = part.sheet, part.sheet.facts
    rows = [
        i
        for i in sorted(facts.hidden_rows)
        if part.first <= i < len(sheet.rows) and not all(map(is_empty, sheet.rows[i]))
    ]
    columns = sorted(i for _, i in part.columns if i in facts.hidden_columns)
    if rows:
        spans = {"rows": ", ".join(_spans([i + 1 for i in rows], str))}
        reading.notices.append(Remark(Spot(sheet.name, rows[0]), "", "", "hidden-rows", spans))
    if columns:
        spans = {"columns": ", ".join(_spans(columns, column_letters))}
        reading.notices.append(Remark(part.spot(part.first - 1, columns[0]), "", "", "hidden-columns", spans))


def _spans(numbers: list[int], name: Any) -> Iterator[str]:
    """The numbers as names, those that follow one another as a span: 3, 7-9."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        held = [number for _, number in run]
        yield name(held[0]) if len(held) == 1 else f"{name(held[0])}-{name(held[-1])}"


def _is_data(reading: Reading, part: _Rows, at: int, row: Sequence[Any], heading: Heading) -> bool:
    """Whether a row is one of the table's: not empty, no example, not the heading once more, no total."""
    first = next((i for i, cell in enumerate(row) if not is_empty(cell)), None)
    if first is None:
        return any(place[0] == at for place in part.sheet.facts.lost)
    if isinstance(row[first], str) and row[first].strip().startswith(EXAMPLE):
        return False
    if _is_total(part, row, first):
        reading.notices.append(Remark(part.spot(at, first), "", shown_text(row[first])[:80], "total"))
        return False
    return any(i >= len(row) or shown_text(row[i]) != text for i, text in heading.texts.items())


def _is_total(part: _Rows, row: Sequence[Any], first: int) -> bool:
    """Whether the row begins as a total or a note does, and lacks most of what a row needs."""
    text = plain(shown_text(row[first]))
    if not (TOTAL.fullmatch(text) or NOTE.fullmatch(text)):
        return False
    num_filled = sum(i < len(row) and not is_empty(row[i]) for column, i in part.columns if column.required)
    return num_filled * 2 <= part.num_required or num_filled <= 1


def _read_row(reading: Reading, part: _Rows, at: int, row: Sequence[Any], assumed: Assumed) -> dict[str, Any]:
    values = {}
    for column, i in part.columns:
        cell = row[i] if i < len(row) else ""
        if is_empty(cell):
            if (at, i) in part.sheet.facts.lost:
                reading.faults.append(Remark(part.spot(at, i), column.heading, "", "no-result"))
            continue
        try:
            values[column.name] = read_cell(column, cell, assumed)
        except UnfitValue as unfit:
            reading.faults.append(Remark(part.spot(at, i), column.heading, shown_text(cell), unfit.code, unfit.values))
            continue
        _remark_value(reading, part.spot(at, i), column, cell, values[column.name], assumed)
    _span_clocks(part, row, values)
    return values


def _remark_value(reading: Reading, spot: Spot, column: Column, cell: Any, value: Any, assumed: Assumed) -> None:
    """What was taken for granted where a day, an hour or an offset is not said, and signs that nobody else can read."""
    if column.kind == "instant":
        if has_no_offset(cell):
            reading.count("offset-taken", spot)
        if has_no_hour(cell):
            reading.count("end-of-day-taken", spot)
    elif column.kind == "clock" and is_dayless(cell):
        reading.count("day-of-h-taken", spot)
    elif column.kind == "day" and is_serial(cell, assumed):
        reading.warnings.append(Remark(spot, column.heading, shown_text(cell), "as-a-day", {"day": value}))
    elif isinstance(cell, str) and not cell.isprintable() and (sign := next(filter(is_private, cell), None)):
        reading.warnings.append(Remark(spot, column.heading, cell, "private-sign", {"code": f"U+{ord(sign):04X}"}))


def _span_clocks(part: _Rows, row: Sequence[Any], values: dict[str, Any]) -> None:
    """From 22:00 to 06:00, without days, is one night."""
    cells = [row[i] for column, i in part.columns if column.kind == "clock" and i < len(row)]
    both = values.get("available_from"), values.get("available_to")
    if len(cells) == 2 and all(map(is_dayless, cells)) and type(both[0]) is int and type(both[1]) is int:
        values["available_from"], values["available_to"] = around_h(both[0], both[1])
