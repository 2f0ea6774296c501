"""Who did what to an operation: a few lines for the overview, and a page of all, by person, kind, thing and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from flask import Blueprint, render_template, request

from models import drafts, history, plans, register
from models.database import Session
from models.events import Event, EventFilter, EventKind, authors, latest_events, num_events
from models.plans import PlanLine
from web.access import permit
from web.database import session
from web.disclosure import document_titles
from web.history import TRACE_NAMES, Line, line_of
from web.history_query import HistoryQuery, sent_query
from web.language import say
from web.reader import key_in
from web.registers import TITLES
from web.thing_links import NOUNS

activity = Blueprint("activity", __name__, url_prefix="/operations/<int:operation>/activity")
BY_PAGE = 50
GROUPS: Mapping[str, tuple[str, Mapping[EventKind, str]]] = {
    "registers": (
        say("Registers"),
        {
            "changed": say("Registers changed"),
            "pins": say("Commander's orders changed"),
            "doctrine": say("Doctrine changed"),
            "imported": say("Imported from a file"),
            "undone": say("Undone"),
            "restored": say("Restored from the recycle bin"),
            "taken": say("Changes of a plan applied to the registers"),
        },
    ),
    "plans": (
        say("Plans"),
        {
            "asked": say("Plan requested"),
            "kept": say("Plan stored"),
            "planned": say("Plan ready"),
            "failed": say("Planning failed"),
            "stopped": say("Planning stopped"),
            "chosen": say("Set as working plan"),
            "unchosen": say("Working plan unset"),
            "named": say("Name or note of a plan changed"),
            "stress_begun": say("Stress test started"),
            "stress_stopped": say("Stress test stopped"),
        },
    ),
    "drafts": (
        say("Drafts by hand"),
        {
            "begun": say("Draft started"),
            "shaped": say("Draft continued"),
            "dropped": say("Draft deleted"),
        },
    ),
    "notes": (
        say("Notes"),
        {
            "noted": say("Note written"),
            "reworded": say("Note edited"),
            "withdrawn": say("Note withdrawn"),
        },
    ),
    "documents": (
        say("Documents"),
        {
            "printed": say("Documents printed"),
            "exported": say("Data exported"),
            "seen": say("Documents opened"),
            "recalled": say("Printed copy withdrawn"),
        },
    ),
    "approval": (
        say("Approval"),
        {
            "asked_approval": say("Approval requested"),
            "approved": say("Plan approved"),
            "returned": say("Plan returned"),
            "released": say("Plan released"),
            "voided": say("Approval became void"),
            "waived": say("Exception granted"),
        },
    ),
    "operation": (
        say("Operation"),
        {
            "created": say("Operation created"),
            "copied": say("Operation created as a copy"),
            "status": say("Status changed"),
            "archived": say("Moved to the archive"),
            "unarchived": say("Restored from the archive"),
        },
    ),
}
"""Group -> its title, and what each kind of event in it is called."""
SAID = {kind: said for _, kinds in GROUPS.values() for kind, said in kinds.items()}
THINGS = {**TITLES, "doctrine": say("Doctrine")}


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in the list, with what it is about: a change of registers, a plan, documents, a draft that is there."""

    event: Event
    said: str
    change: Line | None
    plan: PlanLine | None
    documents: tuple[str, ...]
    draft: int | None
    is_draft_there: bool


@dataclass(frozen=True, slots=True)
class ActivityQuery(HistoryQuery):
    """Also a group or a kind, and a plan."""

    kind: str = ""
    plan: int | None = None

    def filter(self, zone: tzinfo | None) -> EventFilter:
        """The events that are asked for."""
        kinds = tuple(GROUPS[self.kind][1]) if self.kind in GROUPS else (self.kind,) if self.kind else ()
        return EventFilter(self.user, kinds, self.thing, self.plan, **self.span(zone))


def activity_query() -> ActivityQuery:
    """What the address asks for; what it does not know is as if it were not asked."""
    kind = request.args.get("kind", "").strip()
    return ActivityQuery(
        **sent_query({*THINGS, *NOUNS}),
        kind=kind if kind in GROUPS or kind in SAID else "",
        plan=key_in(request.args, "plan"),
    )


@activity.get("")
def page(operation: int) -> str:
    """What was done, the last first, as far as the address asks for it."""
    permit("see", operation)
    query = activity_query()
    with session() as s:
        line = register.operation_line(s, operation)
        wanted = query.filter(line.h_hour.tzinfo)
        num = num_events(s, operation, wanted)
        query, pages = query.within(num, BY_PAGE)
        found = latest_events(s, operation, BY_PAGE, wanted, (query.page - 1) * BY_PAGE)
        lines, people = plans.lines(s, operation), authors(s, operation)
        rows = event_rows(s, operation, found, lines)
    return render_template(
        "activity/page.html",
        tab="history",
        line=line,
        wanted=query,
        rows=rows,
        num=num,
        pages=pages,
        people=people,
        groups=GROUPS,
        things={**NOUNS, **THINGS},
        made=[one for one in lines if one.plan is not None],
        trace_names=TRACE_NAMES,
    )


def event_rows(s: Session, operation: int, found: Iterable[Event], lines: Iterable[PlanLine]) -> list[EventRow]:
    """The events with what they are about; `lines` are the operation's plans. What a change did is told in short."""
    found = list(found)
    keys = [event.change for event in found if event.change is not None]
    made, told = history.changes_of(s, operation, keys), history.keys_by_trace(s, keys)
    rows = {key: line_of(change, told[key]) for key, change in made.items()}
    planned = {line.scenario: line for line in lines}
    numbers = drafts.draft_numbers(s, operation) if any(event.draft for event in found) else {}
    return [
        EventRow(
            event,
            SAID[event.kind],
            rows.get(event.change or 0),
            planned.get(event.scenario or 0),
            document_titles(event.details),
            *numbers.get(event.draft or 0, (None, False)),
        )
        for event in found
    ]
