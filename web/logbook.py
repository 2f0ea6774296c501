"""The log as a page: who did, saw and took what, by account, action, operation, thing and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask import Blueprint, render_template, request, url_for

from models import register, users
from models.database import Session
from models.errors import NotFound
from models.law_naming import CHANGED as PACK_CHANGED
from models.law_packs import INSTALLED, REMOVED
from models.log import BROKEN, INTERRUPTED, RESTORED, head_of_log, thing_digest
from models.log_reading import LogFilter, entries, num_entries
from models.one_time_codes import OFF, ON
from web import plan_cache
from web.access import may, permit
from web.activity import SAID
from web.database import database, session
from web.disclosure import document_titles
from web.history_query import HistoryQuery, sent_query
from web.language import say
from web.reader import key_in
from web.registers import TITLES
from web.thing_links import NOUNS, OF_PLAN
from web.viewing import VIEWED, views

logbook = Blueprint("logbook", __name__)
BY_PAGE = 100
ACTIONS: Mapping[str, str] = {
    VIEWED: say("Page viewed"),
    "logged in": say("Logged in"),
    "logged out": say("Logged out"),
    "log-in refused": say("Log-in refused"),
    "password changed": say("Password changed"),
    "password refused": say("Change of password refused"),
    "one-time code refused": say("One-time code refused"),
    "recovery code used": say("Recovery code used"),
    ON: say("One-time codes switched on"),
    OFF: say("One-time codes switched off"),
    "account added": say("Account added"),
    "account changed": say("Account changed"),
    "sessions ended": say("Sessions ended"),
    "member added": say("Member added"),
    "member removed": say("Member removed"),
    "token created": say("API token created"),
    "token revoked": say("API token revoked"),
    "token refused": say("API token refused"),
    "reported": say("Report received"),
    "exercise begun": say("Exercise begun"),
    "exercise resumed": say("Exercise resumed"),
    "command taken": say("Decision taken"),
    "command confirmed": say("Decision confirmed"),
    "command withdrawn": say("Decision withdrawn"),
    "phone link made": say("Phone link made"),
    "phone link ended": say("Phone link ended"),
    "phone link opened": say("Phone link opened"),
    "phone link printed": say("Phone link printed on a card"),
    "phone link refused": say("Wrong number for a phone link"),
    "deleted": say("Operation deleted"),
    "personal data erased": say("Personal data erased"),
    "overlap told": say("Overlap with another operation reported"),
    INSTALLED: say("Law pack installed"),
    REMOVED: say("Law pack removed"),
    PACK_CHANGED: say("Law pack changed"),
    "log exported": say("Log exported"),
    RESTORED: say("Backup restored"),
    BROKEN: say("Log found broken"),
    INTERRUPTED: say("Log found interrupted"),
    **{str(kind): said for kind, said in SAID.items()},
}
"""Action -> what it is called; an event's is that of the event."""
PAGES: Mapping[str, str] = {
    "operations.overview": say("Overview"),
    "registers.table": say("Register"),
    "registers.rows": say("Register"),
    "doctrine.page": say("Doctrine"),
    "travel.page": say("Travel"),
    "closures.change": say("Closure"),
    "pins.page": say("Commander's orders"),
    "plans.index": say("Plans"),
    "plans.show": say("Plan"),
    "plans.map_page": say("Map"),
    "plans.sheets": say("Team sheets"),
    "plans.tables": say("Tables of the plan"),
    "plans.plan_file": say("Plan"),
    "plans.operation_file": say("Operation"),
    "plan_papers.index": say("Documents"),
    "plan_papers.printed": say("Documents"),
    "plan_papers.shown": say("Documents"),
    "plan_papers.exported": say("Documents"),
    "parcels.new": say("Many documents at once"),
    "parcels.show": say("Many documents at once"),
    "parcels.fetch": say("Many documents at once"),
    "reports.every": say("Reports"),
    "commands.page": say("Decisions"),
    "detainees.page": say("Time limits"),
    "after_actions.page": say("After-action report"),
    "after_actions.made": say("After-action report"),
    "phones.page": say("Phones of units"),
    "live_board.page": say("Live board"),
    "live_board.state": say("Live board"),
    "copies.new": say("Numbered copies"),
    "copies.ledger": say("Printed copies"),
    "copies.find": say("Printed copies"),
    "copies.printed": say("Printed copies"),
    "reliability.page": say("In position in time"),
    "stress.page": say("Stress test"),
    "absent.page": say("Absent suspects"),
    "reasons.page": say("Reasons and remedies"),
    "reasons.show": say("Reasons and remedies"),
    "reasons.printed": say("Request for reinforcement"),
    "whatif.show": say("What-if editor"),
    "whatif.again": say("What-if editor"),
    "whatif.points": say("What-if editor"),
    "drafts.show": say("Draft by hand"),
    "drafts.index": say("Drafts by hand"),
    "drafts.state": say("Draft by hand"),
    "drafts.chart": say("Draft by hand"),
    "drafts.fits": say("Draft by hand"),
    "scenarios.page": say("Scenarios"),
    "comparing.page": say("Comparison"),
    "comparing.orders": say("Change orders"),
    "things.page": say("Page of a thing"),
    "search.page": say("Search"),
    "activity.page": say("Activity"),
    "imports.preview": say("Preview of an import"),
    "imports.faults": say("Faults of an import"),
    "imports.export": say("Registers"),
    "history.page": say("History"),
    "history.show": say("History"),
    "history.show_removed": say("Recycle bin"),
    "members.page": say("Members"),
    "approvals.page": say("Approval"),
    "own.page": say("My part"),
    "own.printed": say("Documents"),
    "law.page": say("Law"),
    "law.row_page": say("Documents and facts"),
    "logbook.page": say("Log"),
    "operation_facts.page": say("Facts for documents"),
    "pictures.page": say("Photos and sketches"),
    "pictures.show": say("Photo or sketch"),
    "logbook.of_operation": say("Log"),
    "api_operations.operation": say("API: operation"),
    "api_operations.rows": say("API: rows of a table"),
    "api_operations.row": say("API: row"),
    "api_plans.scenarios": say("API: plans"),
    "api_plans.made": say("API: plans"),
    "api_plans.scenario": say("API: plan"),
    "api_own.part": say("API: my part"),
    "api_own.document": say("API: documents"),
    "api_printing.ledger": say("API: numbered copies"),
    "api_printing.printed": say("API: numbered copies"),
    "api_printing.find": say("API: numbered copies"),
    "api_printing.parcel": say("API: many documents at once"),
    "api_printing.fetch": say("API: many documents at once"),
    **{
        f"api_plans.{name}": say("API: files of a plan")
        for name in ("plan", "sheets", "tables", "documents", "exported")
    },
}
"""Endpoint -> what the page is called."""
_OF_BLUEPRINT = {name.partition(".")[0]: title for name, title in reversed(list(PAGES.items()))}
THINGS = {**NOUNS, **{table: title for table, title in TITLES.items() if table not in NOUNS}}


@dataclass(frozen=True, slots=True)
class LogQuery(HistoryQuery):
    """Also an action and an operation; `wide`: not what was done to the thing alone, but also lists that hold it."""

    action: str = ""
    operation: int | None = None
    wide: str = ""

    def filter(self, zone: tzinfo) -> LogFilter:
        """The entries that are asked for."""
        actions = (self.action,) if self.action else ()
        return LogFilter(self.user, actions, self.operation, self.thing, bool(self.wide), **self.span(zone))


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry in the list: what was done, on which page or with which documents, and the thing if it is there."""

    entry: Any
    said: str
    page: str
    documents: tuple[str, ...]
    thing: str


def log_query(of: int | None = None) -> LogQuery:
    """What the address asks for, of the one operation if it is named; what it does not know is as if not asked."""
    operation = of if of is not None else key_in(request.args, "operation")
    action, wide = (request.args.get(name, "").strip() for name in ("action", "wide"))
    return LogQuery(
        **sent_query(THINGS if operation is not None else ()),
        action=action if action in ACTIONS else "",
        operation=operation,
        wide="1" if wide == "1" else "",
    )


@logbook.get("/log/")
def page() -> str:
    """What was done, seen and taken in the installation, the last first, as far as the address asks for it."""
    permit("log")
    with session() as s:
        names = {line.key: line.id for line in register.operations(s)}
    return _page(log_query(), names, "logbook.page")


@logbook.get("/operations/<int:operation>/log")
def of_operation(operation: int) -> str:
    """The same of one operation."""
    permit("log", operation)
    with session() as s:
        line = register.operation_line(s, operation)
    return _page(log_query(operation), {operation: line.id}, "logbook.of_operation")


def _page(query: LogQuery, names: Mapping[int, str], endpoint: str) -> str:
    with session() as s:
        zone = _zone(s, query.operation) if query.operation in names else UTC
        wanted = query.filter(zone)
        num = num_entries(s, wanted)
        query, pages = query.within(num, BY_PAGE)
        found = entries(s, wanted, BY_PAGE, (query.page - 1) * BY_PAGE)
        rows, people = _rows(s, found), {user.key: user.display_name for user in users.everybody(s)}
        head = head_of_log(s.connection())
    is_of_one = endpoint == "logbook.of_operation"
    shown = {row.entry.operation for row in rows} & names.keys()
    return render_template(
        "logbook/page.html",
        wanted=query,
        rows=rows,
        num=num,
        pages=pages,
        people=people,
        operations=names,
        seen={operation for operation in shown if may("see", operation)},
        only=query.operation if is_of_one else None,
        address=lambda **changes: url_for(endpoint, **query.address(**changes)),
        clear=url_for(endpoint, operation=query.operation) if is_of_one else url_for(endpoint),
        actions=ACTIONS,
        things=THINGS,
        zone=datetime.now(zone),
        head=head,
        num_late=views().num_late,
    )


def _zone(s: Session, operation: int | None) -> tzinfo:
    return register.operation_line(s, operation or 0).h_hour.tzinfo or UTC


def _rows(s: Session, found: Iterable[Any]) -> list[LogRow]:
    """The entries with their words; things are told by their ids as far as these are still there."""
    found = list(found)
    known = {(entry.operation, entry.kind) for entry in found if entry.thing is not None}
    things = dict(pair for operation, kind in known for pair in _things(s, operation, kind))
    return [
        LogRow(
            entry,
            ACTIONS.get(entry.action, entry.action),
            page_title(entry.page or ""),
            document_titles(entry.told or {}),
            things.get(entry.thing, ""),
        )
        for entry in found
    ]


def page_title(endpoint: str) -> str:
    """What the page is called; of one that answers a form, what the first page of its blueprint is called."""
    return PAGES.get(endpoint) or _OF_BLUEPRINT.get(endpoint.partition(".")[0], "")


def _things(s: Session, operation: int, kind: str) -> Iterable[tuple[str, str]]:
    """Digest -> id of everything in a table of the operation."""
    if kind in OF_PLAN:
        return
    try:
        document = plan_cache.live(s, register.operation_line(s, operation))
    except NotFound:
        return
    place = database().log
    for row in document.get(kind, ()):
        yield thing_digest(place, operation, kind, row["id"]), row["id"]
