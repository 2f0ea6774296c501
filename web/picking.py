"""Rows of an operation picked by name in a form: what a field offers, and which row the text in it names."""

from collections.abc import Collection, Iterable, Mapping

from planner.edits import Document, Row
from web.language import t

LABELS = ("name", "address", "label")
MOST_TOLD = 5


class UnfitPick(Exception):
    """No row, or more than one, is named; the text says which."""


def shown_row(row: Row) -> str:
    """The row as a field shows it: what it is called, and its id."""
    called = next((str(row[key]).strip() for key in LABELS if row.get(key)), "")
    return f"{called} ({row['id']})" if called and called != row["id"] else str(row["id"])


def offered(document: Document, table: str) -> dict[str, str]:
    """Id -> the row as a field shows it, in the register's order."""
    return {str(row["id"]): shown_row(row) for row in document.get(table, ())}


def picked(text: str, offers: Mapping[str, str]) -> str:
    """The id that the text names: by id, by what the field shows, by name, or by a part that only one row has.

    Raises `UnfitPick`.
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
            raise UnfitPick(t("Several match: {some}. Choose one.", some=_some(offers[key] for key in found)))
    raise UnfitPick(t("Choose one from the list."))


def _some(shown: Iterable[str]) -> str:
    all_shown: Collection[str] = list(shown)
    told = t("; ").join(list(all_shown)[:MOST_TOLD])
    return told if len(all_shown) <= MOST_TOLD else f"{told}; …"
