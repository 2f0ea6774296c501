"""What a form says of an operation as a whole: its number, name, hour H and most teams."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput, NumberInput

from models.errors import LiveRow
from models.retention import RETAIN, retain_until
from planner.edits import Document, Edit
from planner.exercise import kind_of, of_kind
from planner.files.cells import plain_id
from planner.files.fault import Fault
from planner.files.limits import H_YEAR, TEXT_LENGTH
from planner.files.reading import OPERATION, OPERATION_TABLES
from planner.zones import ZONE, hour_of, zone_by, zone_names, zone_text
from web.forms import NO_ZONE, LineField, MomentField, OneLine, PageForm, SeenField, WholeField
from web.language import language, moment, say, t

TEAMS = (1, 1000)
OFFSET = "+08:00"
CONTENTS = (
    ("without", say("Without officers and suspects, and what names them")),
    ("with", say("Everything")),
)
"""What a copy takes along."""
KIND_WORDS = (("real", say("Operation")), ("exercise", say("Exercise")))
_FIELDS = {"h_hour": "h", "details": "zone"}


class OperationForm(PageForm):
    """The head of an operation; `seen` is its revision that the form showed."""

    seen = SeenField("")
    id = LineField(
        say("Reference"),
        [OneLine(TEXT_LENGTH, say("Enter a reference of 1 to {most} characters on one line, for example 3-02-4."))],
        filters=[plain_id],  # as an import takes it
    )
    name = LineField(
        say("Name of the operation"),
        [OneLine(TEXT_LENGTH, say("Enter a name of 1 to {most} characters on one line."))],
    )
    h = MomentField(say("H, date and time"))
    zone = LineField(
        say("Time zone"),
        default=OFFSET,
        render_kw={"required": True, "maxlength": TEXT_LENGTH.most, "list": "zones", "autocomplete": "off"},
    )
    max_teams = WholeField(say("Maximum teams"), *TEAMS, default=10, widget=NumberInput(), render_kw={"required": True})

    retain = LineField(say("Keep personal data until"), widget=DateInput())
    kind = SelectField(say("Kind"), choices=lambda: [(key, t(told)) for key, told in KIND_WORDS], default="real")

    def validate_h(self, field: MomentField) -> None:
        """By the clocks of the zone it is a moment of our times."""
        if zone_by(self.zone.data) is not None:  # else the zone is what is wrong
            field.check(self.zone.data, H_YEAR)

    def validate_zone(self, field: LineField) -> None:
        """A name that is known, or an offset."""
        if zone_by(field.data) is None:
            raise ValidationError(t(NO_ZONE))

    def validate_max_teams(self, field: WholeField) -> None:
        """A number of teams."""
        if field.data is None:
            raise ValidationError(t("Enter a whole number from 1 to 1000."))

    def validate_retain(self, field: LineField) -> None:
        """A day, or nothing."""
        if field.data and retain_until({RETAIN: field.data}) is None:
            raise ValidationError(t("Enter a day, for example 2027-03-31."))

    @property
    def h_hour(self) -> str:
        """H as an operation's document has it, once the form was found right."""
        at = self.h.at(self.zone.data)
        assert at is not None
        return str(at.isoformat())

    def _details(self, old: Document) -> Document:
        """The details with the zone, if it has a name, and the last day, if there is one."""
        other = {key: value for key, value in old.items() if key not in (ZONE, RETAIN)}
        other |= {RETAIN: self.retain.data} if self.retain.data else {}
        return other | ({ZONE: self.zone.data} if self.zone.data in zone_names() else {})

    def document(self) -> Document:
        """An operation with nothing in it yet."""
        figures: Document = {"name": self.name.data, "h_hour": self.h_hour, "max_teams": self.max_teams.data}
        if details := of_kind(self._details({}), self.kind.data):
            figures["details"] = details
        return {"schema": OPERATION, "id": self.id.data, **figures, **{table: [] for table in OPERATION_TABLES}}

    def edits(self, document: Document) -> list[Edit]:
        """What turns the document's head into this one."""
        old = document.get("details", {})
        wanted: dict[str, Any] = {"name": self.name.data, "max_teams": self.max_teams.data}
        wanted["details"] = of_kind(self._details(old), self.kind.data)
        shown = head_of(document, 0)
        if (self.h.data, self.zone.data) != (shown.h.data, shown.zone.data) and _differ(document, self.h_hour):
            wanted["h_hour"] = self.h_hour
        now = document | {"details": old}
        return [Edit("operation", key, {"value": value}) for key, value in wanted.items() if now[key] != value]

    def told(self, faults: Iterable[Fault]) -> None:
        """What the store says against it stands beside the field, or above the form."""
        for fault in faults:
            self.refuse(fault.text(language()), fault.place if fault.place in self else "")

    def beside(self, rows: Iterable[LiveRow]) -> None:
        """Beside the figures stands what somebody else made of them meanwhile; sent again the form's own stand."""
        now = {row.key: row for row in rows}
        for key, row in now.items():
            told = t(
                "{who} has since changed this to: {value}. Save again to overwrite.",
                who=row.changed_by,
                value=_told(key, row.row["value"]) if row.row else "",
            )
            self.refuse(told, _FIELDS.get(key, key))
        self.seen.data = max(row.revision for row in now.values())


class CopyForm(OperationForm):
    """The head of a copy, and whether the people come along."""

    people = SelectField(say("Contents"), choices=lambda: [(key, t(told)) for key, told in CONTENTS], default="without")


class DeleteForm(PageForm):
    """The reference of an operation, typed by whoever wants to delete it."""

    reference = LineField(say("Reference"), render_kw={"autocomplete": "off", "required": True})


def copy_head(document: Document) -> CopyForm:
    """The form for a copy: everything as it is but the reference, which stands once."""
    return CopyForm(data={**head_of(document, 0).data, "id": "", "people": "without"})


def head_of(document: Document, seen: int) -> OperationForm:
    """The head of a document as a form shows it."""
    hour = hour_of(document)
    figures = {"id": document["id"], "name": document["name"], "max_teams": document["max_teams"]}
    figures["kind"] = kind_of(document.get("details", {}))
    figures["retain"] = document.get("details", {}).get(RETAIN, "")
    return OperationForm(data=figures | {"h": moment(hour), "zone": zone_text(hour), "seen": seen})


def _differ(document: Document, h_hour: str) -> bool:
    """Whether another moment is meant, or another offset."""
    was, now = datetime.fromisoformat(document["h_hour"]), datetime.fromisoformat(h_hour)
    return was != now or was.utcoffset() != now.utcoffset()


def _told(key: str, value: Any) -> Any:
    """A figure as its field has it; of the details only the zone."""
    return value.get(ZONE, "–") if key == "details" else value
