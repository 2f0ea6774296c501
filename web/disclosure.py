"""What leaves the system: who may have it, and the record that it left.

A file of a whole plan leaves by `hand_out`; of a role's own part `record` keeps that it left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from flask import g
from werkzeug.wrappers import Response

from models.database import Session, now, write_transaction
from models.events import EventFilter, latest_events, put_event
from models.log import head_of_log
from planner.after_action.report import PAPER as AFTER_ACTION
from planner.exports.registry import EXPORTS
from planner.papers.registry import DOCUMENT_KINDS
from planner.papers.reinforcement import PAPER as REINFORCEMENT
from web.access import Person, permit
from web.database import session
from web.language import say

DOCUMENTS: Mapping[str, str] = {
    "map": say("Map"),
    "tables": say("Tables of the plan"),
    "plan": say("Plan"),
    "operation": say("Operation"),
    **{kind.name: kind.title for kind in (*DOCUMENT_KINDS.values(), AFTER_ACTION, REINFORCEMENT)},
    **{export.name: export.title for export in EXPORTS.values()},
}
"""Kind of a document -> its title, for everything that is handed out."""
SEEN_AGAIN = timedelta(hours=1)
"""Who looks at the same thing again within this time has seen it once."""
MOST_SEEN = 100
DisclosureKind = Literal["printed", "exported", "seen"]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What somebody asks for: kinds of DOCUMENTS of an operation, in which form, and of which plan if of one."""

    kind: DisclosureKind
    operation: int
    documents: tuple[str, ...]
    form: str
    scenario: int | None = None
    copies: int = 1

    @property
    def details(self) -> Mapping[str, Any]:
        """What is kept of it: nothing about people."""
        return {"documents": list(self.documents), "form": self.form, "copies": self.copies}


def may_have(asked: Disclosure) -> Person:
    """The person at the page, who may have this; for anybody else the request ends here, with 401, 403 or 404.

    Whoever sees the whole operation may have any document of it; the part of a narrow role leaves by `web.own`.
    """
    return permit("see", asked.operation)


def last_entry() -> tuple[int, str]:
    """Number and first signs of the mac of the last entry of the log, as documents print them."""
    with session() as s:
        head = head_of_log(s.connection())
    return head.number, head.short


def hand_out(asked: Disclosure, make: Callable[[], Response]) -> Response:
    """What `make` answers with, to a person who may have it; it leaves only with a record of it. Raises Unavailable."""
    person = may_have(asked)
    answer = make()
    if answer.status_code < 400:
        with session() as s:
            record(s, person, asked)
    return answer


def record(s: Session, person: Person, asked: Disclosure) -> None:
    """The disclosure is an event of the operation; looking at a thing again soon is none."""
    if asked.kind != "seen" or not _is_seen(s, person, asked):
        kind, about = asked.kind, asked.scenario
        put_event(write_transaction(s), asked.operation, kind, person.id, scenario=about, details=asked.details)
        g.is_recorded = True


def _is_seen(s: Session, person: Person, asked: Disclosure) -> bool:
    """Whether the person has seen the same documents in the same form a while ago."""
    wanted = EventFilter(person.id, ("seen",), scenario=asked.scenario, since=now(s) - SEEN_AGAIN)
    return any(one.details == asked.details for one in latest_events(s, asked.operation, MOST_SEEN, wanted))


def document_titles(details: Mapping[str, Any]) -> tuple[str, ...]:
    """The titles of the documents that an event tells of, as sentences of the catalogue."""
    return tuple(DOCUMENTS[name] for name in details.get("documents", ()) if name in DOCUMENTS)
