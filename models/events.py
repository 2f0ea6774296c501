"""Who did what to an operation lately: changes of its registers, plans asked for, chosen and named, in one list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Integer, Select, literal, null, select, union_all

from models import plan_tables as p
from models import tables as t
from models.database import Session
from models.reading import display_names

EventKind = Literal["changed", "asked", "chosen", "unchosen", "named"]


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did: `change` is a change of the registers; `scenario` whose plan it is about."""

    kind: EventKind
    by: str
    at: datetime
    change: int | None = None
    scenario: int | None = None


def latest_events(session: Session, operation: int, most: int) -> list[Event]:
    """The latest events of the operation, the last one first."""
    people = display_names(session)
    found = union_all(*(some.subquery().select() for some in _sources(operation, most))).subquery()
    latest = select(found).order_by(found.c.at.desc(), found.c.key.desc()).limit(most)
    return [_event(line, people.get(line.by, "")) for line in session.execute(latest)]


def _sources(operation: int, most: int) -> list[Select[Any]]:
    """The latest of each kind: kind, key, who, when, change and scenario."""
    changes, scenarios, choices, notes = t.changes.c, p.scenarios.c, p.choices.c, p.notes.c
    nothing = null().cast(Integer)

    def of(kind: str, row: Any, at: Any, by: Any, change: Any, scenario: Any) -> Select[Any]:
        told = literal(kind).label("kind"), row.label("key"), by.label("by"), at.label("at")
        return select(*told, change.label("change"), scenario.label("scenario")).order_by(row.desc()).limit(most)

    made = of("changed", changes.key, changes.made_at, changes.made_by, changes.key, nothing)
    asked = of("asked", scenarios.key, scenarios.asked_at, scenarios.asked_by, nothing, scenarios.key)
    chosen = of("chosen", choices.key, choices.made_at, choices.made_by, nothing, choices.scenario)
    named = of("named", notes.key, notes.made_at, notes.made_by, nothing, notes.scenario)
    return [
        made.where(changes.operation == operation),
        asked.where(scenarios.operation == operation),
        chosen.where(choices.operation == operation),
        named.select_from(p.notes.join(p.scenarios)).where(scenarios.operation == operation),
    ]


def _event(line: Any, by: str) -> Event:
    kind: EventKind = line.kind
    if kind == "chosen" and line.scenario is None:
        kind = "unchosen"
    return Event(kind, by, line.at, line.change, line.scenario)
