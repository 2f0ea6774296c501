"""The travel matrix on its sheet: ids in the first row and column, minutes between, nothing where no way leads."""

import math
from typing import Any

from planner.files.cells import Assumed, is_empty, read_cell, shown_text
from planner.files.columns import Column
from planner.files.fault import UnfitValue
from planner.files.fixed_words import CLOSED
from planner.files.limits import LEG_MINUTES
from planner.files.sheet_tables import Reading, Remark, Spot, column_letters
from planner.files.spreadsheets import Sheet

ID = Column("id", "id", "编号", "id", "", "")
MINUTES = Column("minutes", "minutes", "分钟", "minutes", "", "", words=CLOSED)


def read_matrix_sheet(reading: Reading, sheet: Sheet, assumed: Assumed) -> None:
    """The reading has the matrix of this sheet, and all that is to be said of it."""
    kept = [i for i, row in enumerate(sheet.rows) if not all(map(is_empty, row))]
    head = sheet.rows[kept[0]]
    width = max((i + 1 for i, cell in enumerate(head) if not is_empty(cell)), default=1)
    ids = [_id(sheet.cell(i, 0)) for i in kept[1:]]
    heads = [_id(cell) for cell in head[1:width]]
    minutes = []
    for i, name in zip(kept[1:], ids, strict=True):
        row = [*sheet.rows[i][1:width], *[""] * (width - len(sheet.rows[i]))]
        spots = (Spot(sheet.name, i, j) for j in range(1, width))
        minutes.append(
            [
                _minutes(reading, *cell, assumed)
                for cell in zip(row, spots, (head == name for head in heads), strict=False)
            ]
        )
    reading.travel = sheet.name, {"kind": "matrix", "ids": ids, "heads": heads, "minutes": minutes, "rows": kept[1:]}
    if sorted(map(str, ids)) != sorted(map(str, heads)):
        reading.faults.append(Remark(Spot(sheet.name, 0), "", "", "matrix-ids"))
    for block in sheet.facts.merged:
        cells = f"{column_letters(block.left)}{block.top + 1}:{column_letters(block.right)}{block.bottom + 1}"
        spot = Spot(sheet.name, block.top, block.left)
        reading.faults.append(Remark(spot, "", "", "merged-matrix", {"cells": cells}))


def _id(value: Any) -> Any:
    if is_empty(value):
        return ""
    try:
        return read_cell(ID, value, Assumed())
    except UnfitValue:
        return shown_text(value)


def _minutes(reading: Reading, value: Any, spot: Spot, is_self: bool, assumed: Assumed) -> Any:
    """The whole minutes of a cell, rounded up; what is no figure stays as it is, for the gate to name."""
    if type(value) is int:
        return value
    if is_empty(value):
        return 0 if is_self else _closed(reading, spot)
    try:
        found = read_cell(MINUTES, value, assumed)
    except UnfitValue:
        return shown_text(value)
    if found is None:
        return _closed(reading, spot)
    if isinstance(found, float) and math.isfinite(found):
        if not found.is_integer():
            reading.count("rounded-up", spot)
        return math.ceil(found)
    return found


def _closed(reading: Reading, spot: Spot) -> int:
    """The figure of a way that is closed. A formula without a value says nothing of the way."""
    sheet = next(sheet for sheet in reading.sheets if sheet.name == spot.sheet)
    if (spot.row, spot.column) in sheet.facts.lost:
        reading.faults.append(Remark(spot, "", "", "no-result"))
    reading.count("as-closed", spot)
    return LEG_MINUTES.most
