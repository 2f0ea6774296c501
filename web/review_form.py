"""The short form of a unit, or of the staff, after the operation: what went well, what did not, what will change."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from planner.files.limits import TEXT_LENGTH
from planner.reports import Report
from planner.reports.codes import REVIEW
from planner.reports.reading import MOST_TEXT
from web.forms import LineField, NoteField, PageForm
from web.language import say

ROWS: dict[str, Any] = {"maxlength": MOST_TEXT, "rows": 2}


class ReviewForm(PageForm):
    """Three texts, any of them may be left out; a lesson may name who is responsible, and until when."""

    unit = SelectField(say("Unit"), choices=[], validate_choice=False)
    went_well = NoteField(say("What went well"), render_kw=ROWS)
    went_badly = NoteField(say("What did not"), render_kw=ROWS)
    lesson = NoteField(say("What will change"), render_kw=ROWS)
    owner = LineField(say("Responsible"), render_kw={"maxlength": TEXT_LENGTH.most})
    due = DateField(say("Until"), [Optional()])


def review_reports(form: ReviewForm, user: int, moment: datetime) -> list[Report]:
    """A report for each text that was filled in."""
    found = []
    for code in REVIEW:
        text = form[code].data[:MOST_TEXT]
        if text:
            is_lesson = code == "lesson"
            due = form.due.data.isoformat() if is_lesson and form.due.data is not None else ""
            owner = form.owner.data[: TEXT_LENGTH.most] if is_lesson else ""
            found.append(
                Report(
                    id=uuid4(),
                    unit=str(form.unit.data or ""),
                    code=code,
                    note=text,
                    owner=owner,
                    due=due,
                    said=moment,
                    received=moment,
                    by=user,
                )
            )
    return found
