"""How a name leads to its page: of an officer, a vehicle, a site, a suspect, a place, an agency, a unit or a team."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Flask, g, url_for

from planner.edits import Document
from planner.operation import Operation
from web.language import say

NOUNS = {
    "suspects": say("Suspect"),
    "sites": say("Site"),
    "officers": say("Officer"),
    "vehicles": say("Vehicle"),
    "places": say("Place"),
    "agencies": say("Agency"),
    "teams": say("Team"),
    "units": say("Unit"),
}
"""Table -> what one of it is called; `teams` and `units` are those of a plan."""
OF_PLAN = ("teams", "units")
PLAIN = "!$'()*,/:;?@"
"""Signs that stand for themselves in a query, as Flask writes addresses."""
KNOWN = "h_hour_thing_pages"
LABELS = ("name", "address", "label")


def show_links(app: Flask) -> None:
    """Every template can make a name a link, by the macro of `things/link.html`."""
    app.add_template_global(thing_address)
    app.add_template_global(NOUNS.__contains__, "has_page")


def thing_address(operation: int, table: str, key: str, plan: int | None = None) -> str:
    """The address of the thing's page; `plan` is the scenario whose duties it shows."""
    asked = f"id={quote(key, safe=PLAIN)}" + (f"&plan={plan}" if plan is not None else "")
    return f"{_pages_of(operation, table)}?{asked}"


def _pages_of(operation: int, table: str) -> str:
    """Where the pages of a table's things are; asked for once in a request: a large plan names 50,000 things."""
    known: dict[tuple[int, str], str] = g.setdefault(KNOWN, {})
    if (operation, table) not in known:
        known[operation, table] = url_for("things.page", operation=operation, table=table)
    return known[operation, table]


def label_of(row: Mapping[str, Any]) -> str:
    """What people call the row."""
    return next((str(row[name]) for name in LABELS if name in row), "")


class Names:
    """What people call the things of an operation as it stands; of what is gone, as a plan knew it; else its key."""

    def __init__(self, document: Document, planned: Operation | None) -> None:
        self._document, self._planned = document, planned
        self._rows: dict[str, dict[str, Any]] = {}

    def row(self, table: str, key: str) -> Mapping[str, Any] | None:
        """The row as it stands now, if there is one."""
        if table not in self._rows:
            self._rows[table] = {row["id"]: row for row in self._document.get(table, ())}
        return self._rows[table].get(key)

    def planned(self, table: str, key: str) -> Any:
        """The row as it was planned, if there was one."""
        if self._planned is None or table in OF_PLAN:
            return None
        return getattr(self._planned, f"{table}_by_id").get(key)

    def __call__(self, table: str, key: str) -> str:
        """The name."""
        if table in OF_PLAN:
            return key
        if (row := self.row(table, key)) is not None:
            return label_of(row)
        known = self.planned(table, key)
        return next((getattr(known, name) for name in LABELS if hasattr(known, name)), key)
