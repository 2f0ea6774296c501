"""The list of operations: found by words, filtered by status, sorted by any column; the archive; what was deleted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from flask import request

from models.register import MOVES, OperationLine
from web.language import say

ListState = Literal["", "all", "archived"]
"""Which operations are listed: those at work, every one, or those in the archive."""
COLUMNS: dict[str, tuple[str, Callable[[OperationLine], Any]]] = {
    "name": (say("Operation"), lambda line: (line.name.casefold(), line.id)),
    "id": (say("Reference"), lambda line: line.id.casefold()),
    "status": (say("Status"), lambda line: list(MOVES).index(line.status)),
    "h": (say("H"), lambda line: line.h_hour),
    "suspects": (say("Suspects"), lambda line: line.num_suspects),
    "sites": (say("Sites"), lambda line: line.num_sites),
    "officers": (say("Officers"), lambda line: line.num_officers),
    "changed": (say("Changed"), lambda line: line.changed_at),
}
NUMBERS = ("suspects", "sites", "officers")
LATEST_FIRST = "-h"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a reader asks of the list: words, a status or none, which operations, and the column that they go by."""

    words: str = ""
    status: str = ""
    state: ListState = ""
    sort: str = LATEST_FIRST

    @property
    def column(self) -> str:
        """The column that the list goes by."""
        return self.sort.removeprefix("-")

    @property
    def direction(self) -> Literal["ascending", "descending"]:
        """Which way it goes."""
        return "descending" if self.sort.startswith("-") else "ascending"

    def by(self, column: str) -> str:
        """The sort that a click on the column's heading asks for: the other way, where the list goes by it."""
        return f"-{column}" if self.sort == column else column

    def address(self, **changes: str) -> dict[str, str]:
        """The query as parts of an address, changed so."""
        told = {"q": self.words, "status": self.status, "state": self.state, "sort": self.sort, **changes}
        return {name: value for name, value in told.items() if value and (name, value) != ("sort", LATEST_FIRST)}


def list_query() -> ListQuery:
    """What the address asks for; what it does not know is as if it were not asked."""
    status, state, sort = (request.args.get(name, "") for name in ("status", "state", "sort"))
    return ListQuery(
        request.args.get("q", "").strip(),
        status if status in MOVES else "",
        "archived" if state == "archived" else "all" if state == "all" else "",
        sort if sort.removeprefix("-") in COLUMNS else LATEST_FIRST,
    )


def matching_operations(lines: Iterable[OperationLine], query: ListQuery) -> list[OperationLine]:
    """The operations that are asked for, in the order that is asked for."""
    words = query.words.casefold().split()
    found = [line for line in lines if _is_asked(line, query) and all(word in _text(line) for word in words)]
    _, value = COLUMNS[query.column]
    return sorted(found, key=value, reverse=query.direction == "descending")


def _is_asked(line: OperationLine, query: ListQuery) -> bool:
    is_archived = line.archived_at is not None
    is_there = query.state == "all" or is_archived == (query.state == "archived")
    return is_there and query.status in ("", line.status)


def _text(line: OperationLine) -> str:
    """What words are looked for in."""
    return f"{line.name} {line.id} {line.h_hour:%Y-%m-%d}".casefold()
