"""Facts of a row's `details` that have a column of their own: taken apart and put together here alone.

A fact is in its column where it is a text that a cell holds as it stands; a number, a list or a text of several lines
stays in the column `details`, so that what is shown or exported is read back as it was.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from planner.files.cells import Assumed, is_empty, read_cell
from planner.files.columns import BY_NAME, Column
from planner.files.fault import UnfitValue
from planner.files.named_facts import NAMED_FACTS, fact_column

Row = dict[str, Any]


@cache
def fact_columns(table: str) -> Mapping[str, Column]:
    """Key of `details` -> its column, for each fact that has one in the table."""
    found = {fact.key: BY_NAME[table].column(fact_column(fact.key)) for fact in NAMED_FACTS.get(table, ())}
    return {key: column for key, column in found.items() if column is not None}


def flatten(table: str, row: Mapping[str, Any]) -> Row:
    """A row with its named facts beside its own fields; `details` has the others, where there are any."""
    details = row.get("details")
    if not isinstance(details, dict):
        return dict(row)
    columns = fact_columns(table)
    named = {key for key, value in details.items() if key in columns and _fits(columns[key], value)}
    rest = {key: value for key, value in details.items() if key not in named}
    own = {key: value for key, value in row.items() if key != "details"} | ({"details": rest} if rest else {})
    return own | {columns[key].name: details[key] for key in columns if key in named}


def nest(table: str, row: Mapping[str, Any]) -> Row:
    """A row with its named facts within its `details`; a column goes before a fact of that name within `details`."""
    columns = fact_columns(table)
    named = {key: row[column.name] for key, column in columns.items() if column.name in row}
    if not named:
        return dict(row)
    taken = {column.name for column in columns.values()}
    own = {key: value for key, value in row.items() if key not in taken}
    others = own.get("details")
    return own | {"details": (others if isinstance(others, dict) else {}) | named}


def _fits(column: Column, value: Any) -> bool:
    """Whether a cell that shows the fact is read as the same fact."""
    if not isinstance(value, str) or is_empty(value):
        return False
    try:
        return bool(read_cell(column, value, Assumed()) == value)
    except UnfitValue:
        return False
