"""Closures of an operation's roads: as a form takes them, and as the page tells them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wtforms import SelectField
from wtforms.validators import ValidationError

from models.road_facts import MOST_CORNERS, MOST_NAME, MOST_SLOW, SHAPES
from models.road_settings import counts
from planner.edits import Row
from planner.edits import moment as moment_in
from planner.files.limits import Span
from web.forms import LineField, NoteField, NumberField, OneLine, PageForm, SeenField, WholeField, typed_moment
from web.language import say, t

SHAPE_NAMES = {
    "line": say("Line: every road that it crosses"),
    "polygon": say("Area: every road inside"),
    "bridge": say("Bridge: only the bridges that the line crosses"),
}
NO_NAME = say("Enter a name of 1 to {most} characters on one line.")
CORNER = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*")
MOST_TYPED = 60_000
WHEN = {"placeholder": "2026-04-01 06:00", "autocomplete": "off", "spellcheck": "false", "maxlength": 100}


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """A closure in the list; `does_count`: it overlaps the time of the operation."""

    number: int
    name: str
    shape: str
    corners: list[list[float]]
    start: datetime | None
    end: datetime | None
    slow: float | None
    does_count: bool


def closure_lines(
    closures: Mapping[int, Row], span: tuple[datetime, datetime] | None, like: datetime | None
) -> list[ClosureLine]:
    """The closures by number, with times by the clocks of `like`."""
    zone = like.tzinfo if like is not None else None
    lines = []
    for key, row in closures.items():
        start, end = (at.astimezone(zone) if (at := moment_in(row[word])) else None for word in ("start", "end"))
        does_count = span is not None and counts(row, span)
        lines.append(ClosureLine(key, row["name"], row["shape"], row["corners"], start, end, row["slow"], does_count))
    return lines


class ClosureForm(PageForm):
    """A closure; `number` is 0 for a new one, `seen` the revision that the form showed."""

    number = WholeField("", 0, 999_999, default=0)
    seen = SeenField("")
    name = LineField(
        say("Name of the closure"),
        [OneLine(Span(1, MOST_NAME), NO_NAME)],
    )
    shape = SelectField(say("Shape"), choices=lambda: [(key, t(told)) for key, told in SHAPE_NAMES.items()])
    corners = NoteField(say("Corners: latitude, longitude"), render_kw={"rows": 4, "maxlength": MOST_TYPED})
    start = LineField(say("From"), render_kw=WHEN)
    end = LineField(say("Until"), render_kw=WHEN)
    slow = NumberField(say("Slower by the factor"), 1, MOST_SLOW, render_kw={"inputmode": "decimal", "maxlength": 20})

    def validate_corners(self, field: NoteField) -> None:
        """A point on each line."""
        least = 3 if self.shape.data == "polygon" else 2
        found = corners_of(field.data)
        if found is None:
            raise ValidationError(t("Enter one corner per line: latitude, longitude. Example: 41.1396, -8.6101"))
        if not least <= len(found) <= MOST_CORNERS:
            raise ValidationError(t("Enter {least} to {most} corners.", least=least, most=MOST_CORNERS))

    def validate_slow(self, field: NumberField) -> None:
        """More than 1, or nothing: closed."""
        if field.text and (field.data is None or field.data <= 1):
            raise ValidationError(t("Enter a number above 1 and up to {most}, or nothing: closed.", most=MOST_SLOW))

    def row(self, zone: str) -> Row | None:
        """The closure by the clocks of the zone; None where something is wrong, which the form then says."""
        is_sound = self.validate()
        times: dict[str, datetime | None] = {}
        for word in ("start", "end"):
            field = self[word]
            times[word] = typed_moment(field.data, zone) if field.data else None
            if field.data and times[word] is None:
                self.refuse(t("Enter date and time, for example 2026-04-01 06:00."), word)
                is_sound = False
        start, end = times["start"], times["end"]
        if start is not None and end is not None and end <= start:
            self.refuse(t("The end must be after the start."), "end")
            is_sound = False
        if not is_sound:
            return None
        told = {word: None if at is None else at.isoformat() for word, at in times.items()}
        slow = self.slow.data
        return {
            "name": self.name.data,
            "shape": self.shape.data,
            "corners": corners_of(self.corners.data),
            "slow": slow,
            **told,
        }


def corners_of(text: str) -> list[list[float]] | None:
    """The corners that lines of latitude and longitude name; None where a line names none."""
    found = []
    for line in (line for line in text.splitlines() if line.strip()):
        said = CORNER.fullmatch(line.replace("，", ","))
        if said is None or abs(float(said[1])) > 90 or abs(float(said[2])) > 180:
            return None
        found.append([float(said[1]), float(said[2])])
    return found


def empty_form() -> ClosureForm:
    """The form for a new closure."""
    return ClosureForm(data={"shape": SHAPES[0]})


def form_of(key: int, row: Mapping[str, Any], seen: int, like: datetime) -> ClosureForm:
    """The form as the closure stands, with times by the clocks of `like`."""
    times = {word: moment_in(row[word]) for word in ("start", "end")}
    told = {word: "" if at is None else f"{at.astimezone(like.tzinfo):%Y-%m-%d %H:%M}" for word, at in times.items()}
    corners = "\n".join(f"{lat}, {lon}" for lat, lon in row["corners"])
    same = {word: row[word] for word in ("name", "shape", "slow")}
    return ClosureForm(data={"number": key, "seen": seen, "corners": corners, **same, **told})
