"""What the address of a list of past actions asks for: a person, a thing, a day and a page."""

from collections.abc import Container
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Self

from flask import request

from web.reader import MOST_KEY_LENGTH, is_line, key_in


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What a reader asks of a list: who, which thing by table and id, which day (as 2022-04-01), and which page."""

    user: int | None = None
    table: str = ""
    id: str = ""
    day: str = ""
    page: int = 1

    @property
    def thing(self) -> tuple[str, str] | None:
        """Table and id; None where no one thing is asked for."""
        return (self.table, self.id) if self.table and self.id else None

    def span(self, zone: tzinfo | None) -> dict[str, Any]:
        """`since` and `until` of the day, from midnight to midnight by the clocks of the zone; nothing for no day."""
        if not self.day:
            return {}
        first = date.fromisoformat(self.day)
        ends = (first, first + timedelta(days=1))
        return {name: datetime.combine(day, time(), zone) for name, day in zip(("since", "until"), ends, strict=True)}

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query as parts of an address, changed so."""
        told = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return {name: value for name, value in told.items() if value and (name, value) != ("page", 1)}

    def within(self, num: int, by_page: int) -> tuple[Self, int]:
        """The query with a page that is there, and how many pages so many lines are: at least one."""
        pages = max(1, -(-num // by_page))
        return replace(self, page=min(self.page, pages)), pages


def sent_query(tables: Container[str]) -> dict[str, Any]:
    """Fields of a `HistoryQuery` as the address asks; an unknown table or day is as if it were not asked."""
    told = {name: request.args.get(name, "").strip() for name in ("table", "id", "day")}
    table = told["table"] if told["table"] in tables else ""
    return {
        "user": key_in(request.args, "user"),
        "table": table,
        "id": told["id"] if table and is_line(told["id"], MOST_KEY_LENGTH) else "",
        "day": told["day"] if _is_day(told["day"]) else "",
        "page": max(1, key_in(request.args, "page") or 1),
    }


def _is_day(text: str) -> bool:
    """Whether the text is a day, as 2022-04-01, that has one before and after it."""
    try:
        return date.min < date.fromisoformat(text) < date.max
    except ValueError:
        return False
