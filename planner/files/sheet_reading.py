"""The sheets of an upload as rows of their tables: nothing of a sheet is left out unsaid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from planner.files.cells import Assumed, is_empty
from planner.files.columns import BY_NAME, HELP_SHEET, Table
from planner.files.headings import bare, find_table, heading_of, names_travel, tables_by_headings
from planner.files.sheet_matrix import read_matrix_sheet
from planner.files.sheet_rows import read_rows
from planner.files.sheet_tables import Reading, Remark, Spot
from planner.files.spreadsheets import Sheet

Tell = Callable[[int, int], None]


def read_tables(
    sheets: tuple[Sheet, ...], assumed: Assumed, chosen: str | None, tell: Tell, *, hidden: bool = False
) -> Reading:
    """Every sheet as rows of its table. `chosen` is the table that the only sheet is said to be.

    `hidden`: hidden sheets too. `tell` hears how many of how many rows were read, sheet by sheet.
    """
    reading, done, total = Reading(sheets), 0, sum(len(sheet.rows) for sheet in sheets)
    for sheet in sorted(sheets, key=lambda sheet: find_table(bare(sheet.name)) is not BY_NAME["operation"]):
        reading.tell = partial(_further, tell, done, total)
        done += len(sheet.rows)
        own = replace(assumed, day_zero=sheet.facts.day_zero, has_decimal_commas=sheet.has_decimal_commas)
        reading.notices += [Remark(Spot(sheet.name), "", "", code) for code in sheet.notices]
        _read_sheet(reading, sheet, own, chosen if len(sheets) == 1 else None, hidden=hidden)
        assumed = replace(assumed, h_hour=_hour_said(reading) or assumed.h_hour)
    return reading


def _further(tell: Tell, before: int, total: int, row: int) -> None:
    tell(before + row, total)


def _hour_said(reading: Reading) -> datetime | None:
    """The H of the file's own operation, to which its clock times refer."""
    heads = [values for part in reading.tables if part.table.name == "operation" for _, values in part.rows]
    try:
        hour = datetime.fromisoformat(heads[0]["h_hour"]) if heads else None
    except (KeyError, TypeError, ValueError):
        return None
    return hour if hour is not None and hour.utcoffset() is not None else None


def _read_sheet(reading: Reading, sheet: Sheet, assumed: Assumed, chosen: str | None, *, hidden: bool) -> None:
    name = bare(sheet.name)
    if name == bare(HELP_SHEET) or all(is_empty(cell) for row in sheet.rows for cell in row):
        return
    if sheet.facts.is_hidden and not hidden:
        reading.notices.append(Remark(Spot(sheet.name), "", "", "sheet-hidden"))
    elif chosen == "travel" or (chosen is None and names_travel(name)):
        read_matrix_sheet(reading, sheet, assumed)
    else:
        _read_table(reading, sheet, assumed, BY_NAME[chosen] if chosen else find_table(name))


def _read_table(reading: Reading, sheet: Sheet, assumed: Assumed, named: Table | None) -> None:
    tables = [named] if named else tables_by_headings(sheet)
    if len(tables) != 1:
        either = {"one": tables[0].name, "other": tables[1].name} if tables else {}
        code = "sheet-of-either" if tables else "sheet-of-no-table"
        reading.notices.append(Remark(Spot(sheet.name), "", "", code, either))
        return
    found = heading_of(tables[0], sheet)
    if found is None:
        wanted = ", ".join(c.english for c in tables[0].columns if c.required) or tables[0].columns[0].english
        reading.faults.append(Remark(Spot(sheet.name, 0), "", "", "no-headings", {"columns": wanted}))
        return
    read_rows(reading, sheet, tables[0], found, assumed)
