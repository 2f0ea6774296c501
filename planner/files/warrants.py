"""A suspect's warrant, which documents hold as an object and tables as columns: nested and flattened here alone."""

from collections.abc import Iterator, Mapping
from typing import Any

Row = dict[str, Any]
COLUMNS = {"number": "warrant_number", "expires": "warrant_expires"}
"""Field of a warrant -> column beside the suspect's own."""


def flatten(row: Mapping[str, Any]) -> Row:
    """A row with its warrant's fields beside its own, as far as there are any."""
    found = {key: value for key, value in row.items() if key != "warrant"}
    warrant = row.get("warrant") or {}
    return found | {COLUMNS.get(key, f"warrant_{key}"): value for key, value in warrant.items()}


def nest(row: Mapping[str, Any]) -> Row:
    """A suspect's row with its warrant as an object of the columns that are there; None where there is none of them."""
    found = {key: value for key, value in row.items() if key not in COLUMNS.values()}
    return found | {"warrant": dict(_held(row)) or None}


def _held(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((field, row[column]) for field, column in COLUMNS.items() if column in row)
