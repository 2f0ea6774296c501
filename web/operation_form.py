"""What a form says of an operation as a whole: its number, name, hour H and most teams."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from models.errors import LiveRow
from planner.edits import Document, Edit
from planner.files.cells import plain_id
from planner.files.limits import H_YEAR, TEXT_LENGTH
from planner.files.reading import OPERATION, OPERATION_TABLES
from web.language import t
from web.reader import MOST_KEY, is_line, whole

TEAMS = (1, 1000)
OFFSET = "+08:00"
_FIELDS = {"h_hour": "h"}
_H = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class OperationForm:
    """The fields as they were sent, and what is wrong with them: field -> sentence.

    `seen` is the revision of the head that the form showed.
    """

    id: str = ""
    name: str = ""
    h: str = ""
    offset: str = OFFSET
    max_teams: str = "10"
    seen: int = 0
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def h_hour(self) -> str:
        """H as an operation's document has it."""
        return f"{self.h}:00{self.offset}"

    @property
    def num_teams(self) -> int:
        """The most teams as a number; asked only of a right head."""
        return whole(self.max_teams, *TEAMS) or 0

    def document(self) -> Document:
        """An operation with nothing in it yet."""
        figures = {"name": self.name, "h_hour": self.h_hour, "max_teams": self.num_teams}
        return {"schema": OPERATION, "id": self.id, **figures, **{table: [] for table in OPERATION_TABLES}}

    def edits(self, document: Document) -> list[Edit]:
        """What turns the document's head into this one."""
        wanted: dict[str, Any] = {"name": self.name, "max_teams": self.num_teams}
        if datetime.fromisoformat(document["h_hour"]) != datetime.fromisoformat(self.h_hour):
            wanted["h_hour"] = self.h_hour
        return [Edit("operation", key, {"value": value}) for key, value in wanted.items() if document[key] != value]

    def beside(self, rows: Iterable[LiveRow]) -> "OperationForm":
        """The same head with what somebody else made of its figures meanwhile; sent again it stands."""
        now = {row.key: row for row in rows}
        told = {
            _FIELDS.get(key, key): t(
                "{who} has since changed this to: {value}. Save again to overwrite.",
                who=row.changed_by,
                value=row.row["value"] if row.row else "",
            )
            for key, row in now.items()
        }
        return replace(self, seen=max(row.revision for row in now.values()), wrong=told)


def head_of(document: Document, seen: int) -> OperationForm:
    """The head of a document as a form shows it."""
    h_hour = datetime.fromisoformat(document["h_hour"])
    h, offset = h_hour.strftime("%Y-%m-%dT%H:%M"), h_hour.isoformat()[-6:]
    return OperationForm(document["id"], document["name"], h, offset, str(document["max_teams"]), seen)


def head_sent(form: Mapping[str, str]) -> OperationForm:
    """The head as a form sent it, with every fault."""
    sent = {key: form.get(key, "").strip() for key in ("id", "name", "h", "offset", "max_teams")}
    sent["id"] = plain_id(sent["id"])  # as an import takes it
    return OperationForm(**sent, seen=whole(form.get("seen", ""), 0, MOST_KEY) or 0, wrong=dict(_faults(sent)))


def _faults(sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not sent["id"] or not is_line(sent["id"], TEXT_LENGTH.most):
        yield (
            "id",
            t("Enter a reference of 1 to {most} characters on one line, for example 3-02-4.", most=TEXT_LENGTH.most),
        )
    if not sent["name"] or not is_line(sent["name"], TEXT_LENGTH.most):
        yield "name", t("Enter a name of 1 to {most} characters on one line.", most=TEXT_LENGTH.most)
    if not _is_moment(sent["h"], sent["offset"]):
        yield "h", t("Enter date, time and UTC offset, for example 2022-04-01 06:00 and +08:00.")
    if whole(sent["max_teams"], *TEAMS) is None:
        yield "max_teams", t("Enter a whole number from 1 to 1000.")


def _is_moment(h: str, offset: str) -> bool:
    if not (_H.fullmatch(h) and _OFFSET.fullmatch(offset)):
        return False
    try:
        moment = datetime.fromisoformat(f"{h}:00{offset}")
    except ValueError:
        return False
    return H_YEAR.least <= moment.year <= H_YEAR.most
