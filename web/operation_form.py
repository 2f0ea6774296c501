"""What a form says of an operation as a whole: its number, name, hour H and most teams."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms.validators import ValidationError
from wtforms.widgets import DateTimeLocalInput, NumberInput

from models.errors import LiveRow
from planner.edits import Document, Edit
from planner.files.cells import plain_id
from planner.files.limits import H_YEAR, TEXT_LENGTH
from planner.files.reading import OPERATION, OPERATION_TABLES
from web.forms import LineField, OneLine, PageForm, SeenField, WholeField
from web.language import say, t

TEAMS = (1, 1000)
OFFSET = "+08:00"
_FIELDS = {"h_hour": "h"}
_H = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)


class OperationForm(PageForm):
    """The head of an operation; `seen` is its revision that the form showed."""

    seen = SeenField("", default=0)
    id = LineField(
        say("Reference"),
        [OneLine(TEXT_LENGTH, say("Enter a reference of 1 to {most} characters on one line, for example 3-02-4."))],
        filters=[plain_id],  # as an import takes it
    )
    name = LineField(
        say("Name of the operation"),
        [OneLine(TEXT_LENGTH, say("Enter a name of 1 to {most} characters on one line."))],
    )
    h = LineField(say("H, date and time"), widget=DateTimeLocalInput(), render_kw={"required": True})
    offset = LineField(say("UTC offset"), default=OFFSET, render_kw={"required": True, "maxlength": TEXT_LENGTH.most})
    max_teams = WholeField(say("Maximum teams"), *TEAMS, default=10, widget=NumberInput(), render_kw={"required": True})

    def validate_h(self, field: LineField) -> None:
        """With the offset it is a moment of our times."""
        if not _is_moment(field.data, self.offset.data):
            raise ValidationError(t("Enter date, time and UTC offset, for example 2022-04-01 06:00 and +08:00."))

    def validate_max_teams(self, field: WholeField) -> None:
        """A number of teams."""
        if field.data is None:
            raise ValidationError(t("Enter a whole number from 1 to 1000."))

    @property
    def h_hour(self) -> str:
        """H as an operation's document has it."""
        return f"{self.h.data}:00{self.offset.data}"

    def document(self) -> Document:
        """An operation with nothing in it yet."""
        figures = {"name": self.name.data, "h_hour": self.h_hour, "max_teams": self.max_teams.data}
        return {"schema": OPERATION, "id": self.id.data, **figures, **{table: [] for table in OPERATION_TABLES}}

    def edits(self, document: Document) -> list[Edit]:
        """What turns the document's head into this one."""
        wanted: dict[str, Any] = {"name": self.name.data, "max_teams": self.max_teams.data}
        if datetime.fromisoformat(document["h_hour"]) != datetime.fromisoformat(self.h_hour):
            wanted["h_hour"] = self.h_hour
        return [Edit("operation", key, {"value": value}) for key, value in wanted.items() if document[key] != value]

    def beside(self, rows: Iterable[LiveRow]) -> None:
        """Beside the figures stands what somebody else made of them meanwhile; sent again the form's own stand."""
        now = {row.key: row for row in rows}
        for key, row in now.items():
            told = t(
                "{who} has since changed this to: {value}. Save again to overwrite.",
                who=row.changed_by,
                value=row.row["value"] if row.row else "",
            )
            self.refuse(told, _FIELDS.get(key, key))
        self.seen.data = max(row.revision for row in now.values())


def head_of(document: Document, seen: int) -> OperationForm:
    """The head of a document as a form shows it."""
    h_hour = datetime.fromisoformat(document["h_hour"])
    h, offset = h_hour.strftime("%Y-%m-%dT%H:%M"), h_hour.isoformat()[-6:]
    figures = {"id": document["id"], "name": document["name"], "max_teams": document["max_teams"]}
    return OperationForm(data=figures | {"h": h, "offset": offset, "seen": seen})


def _is_moment(h: str, offset: str) -> bool:
    if not (_H.fullmatch(h) and _OFFSET.fullmatch(offset)):
        return False
    try:
        moment = datetime.fromisoformat(f"{h}:00{offset}")
    except ValueError:
        return False
    return H_YEAR.least <= moment.year <= H_YEAR.most
