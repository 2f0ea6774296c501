"""The number of a suspect's identity document: seen whole and set on the suspect's own page alone."""

from typing import Any

from models import register
from models.database import Session
from models.errors import LiveRow
from planner.edits import Edit, Row
from planner.files.limits import TEXT_LENGTH, Span
from web.forms import LineField, OneLine, PageForm, SeenField
from web.language import say

IDENTITY = "identity"
LINE = Span(0, TEXT_LENGTH.most)


class IdentityForm(PageForm):
    """The number; `seen` is the row's revision that the form showed."""

    seen = SeenField("", default=0)
    identity = LineField(
        say("Identity number"),
        [OneLine(LINE, say("Enter at most {most} characters on one line."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def identity_form(live: LiveRow) -> IdentityForm:
    """The form as the suspect is."""
    value: Any = (live.row or {}).get("details", {}).get(IDENTITY)
    return IdentityForm(data={"seen": live.revision, IDENTITY: "" if value is None else str(value)})


def live_suspect(session: Session, operation: int, key: str) -> LiveRow | None:
    """The suspect's row as it stands; None where there is none."""
    return next((row for row in register.rows(session, operation, "suspects", [key]) if row.row is not None), None)


def identity_edit(row: Row, key: str, number: str) -> Edit:
    """What gives the suspect this number; "" takes it away."""
    details = {name: value for name, value in row.get("details", {}).items() if name != IDENTITY}
    return Edit("suspects", key, row | {"details": details | ({IDENTITY: number} if number else {})})
