"""Rows of an operation picked by name in a form: what a field offers, and which row the text in it names."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from planner.edits import Document, Row
from planner.files.fault import UnfitValue, quote

LABELS = ("name", "address", "label")
MOST_TOLD = 5
_BETWEEN = re.compile(r"[\n\r\t,;，；、]+")


def shown_row(row: Row) -> str:
    """The row as a field shows it: what it is called, and its id."""
    called = next((str(row[key]).strip() for key in LABELS if row.get(key)), "")
    return f"{called} ({row['id']})" if called and called != row["id"] else str(row["id"])


def row_options(document: Document, table: str) -> dict[str, str]:
    """Id -> the row as a field shows it, in the register's order."""
    return {str(row["id"]): shown_row(row) for row in document.get(table, ())}


def pick_row(text: str, offers: Mapping[str, str]) -> str:
    """The id that the text names: by id, by what the field shows, by name, or by a part that only one row has.

    Raises `UnfitValue`.
    """
    wanted = text.strip().casefold()
    ways = (
        lambda key, shown: key == text.strip(),
        lambda key, shown: wanted in (key.casefold(), shown.casefold(), shown.removesuffix(f" ({key})").casefold()),
        lambda key, shown: wanted in shown.casefold(),
    )
    for way in ways if wanted else ():
        found = [key for key, shown in offers.items() if way(key, shown)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnfitValue("several-rows", value=quote(text.strip()), some=_some(offers[key] for key in found))
    raise UnfitValue("not-in-list", value=quote(text.strip()))


def names_in(text: str) -> list[str]:
    """The names in pasted text: one a line, or parted by commas or semicolons of either writing; each once."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def _some(shown: Iterable[str]) -> str:
    first = list(islice(shown, MOST_TOLD + 1))
    return "; ".join(first[:MOST_TOLD]) + ("; …" if len(first) > MOST_TOLD else "")
