"""What the documents of an operation print besides its plan: hospitals, radio channels, marking, form of the order."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField

from models import register
from models.errors import Conflict
from planner.edits import Document, Edit
from planner.files import Unreadable, facts
from planner.files.limits import TEXT_LENGTH, Span
from planner.files.named_facts import NAMED_FACTS, NamedFact, fact_column
from web.access import permit
from web.database import session
from web.forms import LineField, OneLine, PageForm, SeenField
from web.language import language, say, t

operation_facts = Blueprint("operation_facts", __name__, url_prefix="/operations/<int:operation>/facts")
LINE = Span(0, TEXT_LENGTH.most)
FACTS: Mapping[str, NamedFact] = {fact_column(fact.key): fact for fact in NAMED_FACTS["operation"]}
HINTS = {
    "hospital": say("Separate several with semicolons; each has a line in the communications and medical plan."),
    "radio_nets": say("Separate several with semicolons, for example: Channel 1 command; Channel 2 team T01."),
    "marking": say("Printed at the head and foot of every page. Without one: RESTRICTED: law enforcement only."),
    "destroy_by": say("Printed on every document. Without one: a line to fill in."),
}
"""What is told below a field."""
LABELS = {
    "hospital": say("Hospitals"),
    "ambulance": say("Ambulance"),
    "radio_nets": say("Radio channels"),
    "command_post": say("Command post"),
    "commander": say("Commander"),
    "deputy": say("Deputy commander"),
    "abort_word": say("Abort word"),
    "marking": say("Marking"),
    "distribution": say("Distribution"),
    "destroy_by": say("Destroy by"),
    "order_form": say("Headings of the operation order"),
}
FORM_WORDS = {
    "": say("SMEAC (default)"),
    "smeac": say("SMEAC"),
    "iimarch": say("IIMARCH"),
    "plan": say("Plan of action (行动方案)"),
}


def _choices() -> list[tuple[str, str]]:
    return [(key, t(told)) for key, told in FORM_WORDS.items()]


def _field(fact: NamedFact) -> Any:
    if fact.words:
        return SelectField(LABELS[fact.key], choices=_choices, default="")
    return LineField(LABELS[fact.key], [OneLine(LINE, say("Enter at most {most} characters on one line."))])


class FactsBase(PageForm):
    """The facts of the operation; `seen` is the revision of its head that the form showed."""

    seen = SeenField("", default=0)

    def known(self) -> dict[str, str]:
        """Key of `details` -> what the form says of it; "" where nothing."""
        return {fact.key: self[name].data for name, fact in FACTS.items()}

    def edits(self, document: Document) -> list[Edit]:
        """What turns the document's facts into these; one that is no line of text stays unless it is typed over."""
        old = document.get("details", {})
        shown = fact_texts(document)
        wanted = {key: value for key, value in self.known().items() if value != shown[key]}
        new = {key: value for key, value in old.items() if key not in wanted}
        new |= {key: value for key, value in wanted.items() if value}
        return [Edit("operation", "details", {"value": new})] if new != old else []


FactsForm: Any = type("FactsForm", (FactsBase,), {name: _field(fact) for name, fact in FACTS.items()})
"""The form: a field for each named fact of an operation, named like its column."""


def fact_texts(document: Document) -> dict[str, str]:
    """Key of `details` -> its text; "" where it is not known, or is no line of text."""
    row = facts.flatten("operation", {"details": document.get("details", {})})
    return {fact.key: row.get(name, "") for name, fact in FACTS.items()}


def form_of(document: Document, seen: int) -> Any:
    """The form as the operation is."""
    known = fact_texts(document)
    return FactsForm(data={name: known[fact.key] for name, fact in FACTS.items()} | {"seen": seen})


@operation_facts.get("/")
def page(operation: int) -> str:
    """The form."""
    permit("see", operation)
    return _page(operation, None)


def _page(operation: int, form: Any) -> str:
    with session() as s:
        line, document = register.operation_line(s, operation), register.document(s, operation)
        seen = register.rows(s, operation, "operation")[0].revision
    return render_template(
        "operations/facts.html",
        tab="overview",
        line=line,
        form=form or form_of(document, seen),
        names=FACTS,
        hints=HINTS,
    )


@operation_facts.post("/")
def change(operation: int) -> Response | tuple[str, int]:
    """The facts are what the form says; where somebody else changed them since, that is told beside the fields."""
    person, form = permit("edit", operation), FactsForm(request.form)
    if not form.validate():
        return _page(operation, form), 422
    try:
        with session() as s:
            edits = form.edits(register.document(s, operation))
            register.change(s, operation, edits, person.id, {(edit.table, edit.key): form.seen.data for edit in edits})
    except Unreadable as error:
        for fault in error.faults:
            form.refuse(fault.text(language()))
        return _page(operation, form), 422
    except Conflict as conflict:
        _beside(form, conflict)
        return _page(operation, form), 409
    flash(t("Saved."), "success")
    return redirect(url_for("operation_facts.page", operation=operation))


def _beside(form: Any, conflict: Conflict) -> None:
    """Beside each field stands what somebody else made of it; sent again, the form's own stands."""
    for row in conflict.rows:
        now = fact_texts({"details": row.row["value"]} if row.row else {})
        for name, fact in FACTS.items():
            if now[fact.key] != form[name].data:
                told = t(
                    "{who} has since changed this to: {value}. Save again to overwrite.",
                    who=row.changed_by,
                    value=now[fact.key] or "–",
                )
                form.refuse(told, name)
        form.seen.data = row.revision
    if not any(True for _ in form.wrong()):
        form.refuse(t("Someone else has changed a value in the meantime. Please check."))
