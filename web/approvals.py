"""The approval of a plan and the life of its operation: requested by its planners, decided by its commander."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from models import approvals as store
from models import plans, register
from models.approvals import IN_FORCE, TRANSITIONS, Approval, NotNow, Refusal
from models.plans import PlanLine
from models.register import OperationLine, StatusSince
from models.right_tables import DecisionStep
from planner.files.limits import Span
from planner.law.facts import FACT_WORDS
from planner.render.page_marks import State
from web.access import Person, permit
from web.activity import THINGS
from web.database import session
from web.forms import NO_MOMENT, LineField, OneLine, PageForm, typed_moment
from web.language import say, t
from web.law_gate import blocking_rows, is_blocked

approvals = Blueprint("approvals", __name__, url_prefix="/operations/<int:operation>/approval")
PLANNING: tuple[DecisionStep, ...] = ("requested", "withdrawn", "closed")
DECISIONS: tuple[DecisionStep, ...] = ("approved", "returned")
COMMANDING: tuple[DecisionStep, ...] = (*DECISIONS, "released", "recalled", "begun")
STEP_NAMES: dict[DecisionStep, str] = {
    "requested": say("Approval requested"),
    "approved": say("Plan approved"),
    "returned": say("Plan returned"),
    "withdrawn": say("Back to draft"),
    "released": say("Plan released"),
    "recalled": say("Release withdrawn"),
    "begun": say("Operation started"),
    "closed": say("Operation closed"),
    "law": say("Law pack changed"),
}
SENTENCES: dict[Refusal, str] = {
    "reason": say("Enter a reason of at most 500 characters."),
    "no plan": say("No working plan has been set."),
    "void": say("The plan or the registers have changed since approval was requested: request approval again."),
    "author": say("The author of the plan and the person who requested approval cannot approve it."),
    "law": say("Items of the law pack that block are open: the plan cannot be approved."),
    "sites": say("Every address of high risk needs an approval of its own."),
}
REASON = Span(1, 500)
MOST_BLOCKING = 5  # items of the law that are listed; the law's page has all


class DecisionForm(PageForm):
    """Why, and of a release from when on."""

    reason = LineField(say("Reason"), [OneLine(REASON, SENTENCES["reason"])], render_kw={"autocomplete": "off"})
    release_at = LineField(
        say("Release to teams at"),
        render_kw={"maxlength": 100, "autocomplete": "off", "placeholder": "2026-04-01 06:00"},
    )

    def __init__(self, formdata: Any = None, zone: str = "") -> None:
        super().__init__(formdata)
        self.zone = zone

    @property
    def at(self) -> datetime | None:
        """The hour of the release, by the clocks of the zone; None where none is said."""
        return typed_moment(self.release_at.data, self.zone)

    def validate_release_at(self, field: LineField) -> None:
        """Nothing, or a moment."""
        if field.data and self.at is None:
            raise ValidationError(t(NO_MOMENT))


def watch_approvals(app: Flask) -> None:
    """Every page of an operation can say that its approval is void."""
    app.add_template_global(void_approval)
    more = {"operation": say("The operation"), "roads": say("Travel"), "law": say("Law pack")}
    app.jinja_env.globals["register_titles"] = {**THINGS, **more}


def approval_of(line: OperationLine) -> Approval | None:
    """What is requested or approved of the operation; looked up once for a request."""
    known: dict[tuple[int, str, int], Approval | None] = g.setdefault("approvals", {})
    key = line.key, line.status, line.revision
    if key not in known:
        with session() as s:
            known[key] = store.approval_of(s, line.key)
    return known[key]


def void_approval(line: OperationLine) -> Approval | None:
    """The approval that holds no longer, of an operation that is to be, or was, approved; otherwise None."""
    held = approval_of(line) if line.status in ("ready", *IN_FORCE) else None
    return held if held is not None and held.is_void else None


def state_of(line: OperationLine, plan: PlanLine) -> State:
    """Whether the plan's documents are in force: approved and not void since; void where it once was.

    What blocks by the operation's law pack keeps them drafts.
    """
    held = approval_of(line)
    is_held = held is not None and held.approved is not None and held.scenario == plan.scenario and not held.is_void
    if is_held and line.status in IN_FORCE:
        return "draft" if is_blocked(line, plan) else "approved"
    with session() as s:
        return "void" if store.was_approved(s, line.key, plan.scenario) else "draft"


@approvals.get("")
def page(operation: int) -> str:
    """What is requested or approved, what has changed since, every step so far, and the next ones."""
    me = permit("see", operation)
    return _page(me, operation, DecisionForm())


def _page(me: Person, operation: int, form: DecisionForm) -> str:
    with session() as s:
        line, lines = register.operation_line(s, operation), plans.lines(s, operation)
        (standing, asked), steps = store.approvals_of(s, operation), store.decisions(s, operation)
        held = asked or standing
        working = next((one for one in lines if one.is_working), None)
        subject = next((one for one in lines if held is not None and one.scenario == held.scenario), working)
        risky = store.sites_of_high_risk(s, subject.scenario) if subject is not None and subject.plan else []
        places = {row.key: (row.row or {}).get("address", "") for row in register.rows(s, operation, "sites", risky)}
    has_plan = subject is not None and subject.plan is not None
    blocking = blocking_rows(line, subject) if subject is not None and has_plan else []
    is_author = held is not None and subject is not None and me.id in (held.request.user, held.author)
    return render_template(
        "approval/page.html",
        tab="approval",
        line=line,
        held=held,
        plan=subject,
        steps=steps,
        plans={one.scenario: one for one in lines},
        step_names=STEP_NAMES,
        can={
            step
            for step, (starts, _) in TRANSITIONS.items()
            if line.status in starts and (asked or step not in DECISIONS)
        },
        sites=[(site, places.get(site, "")) for site in risky],
        ticked=request.form.getlist("site"),
        is_author=is_author,
        is_blocked=subject is not None and has_plan and is_blocked(line, subject),
        blocking=blocking[:MOST_BLOCKING],
        num_blocking=len(blocking),
        fact_words=FACT_WORDS,
        form=form,
    )


@approvals.post("")
def step(operation: int) -> Response | tuple[str, int]:
    """Approval is requested or the request withdrawn, or the operation is closed."""
    return _taken(permit("plan", operation), operation, PLANNING)


@approvals.post("/decision")
def decide(operation: int) -> Response | tuple[str, int]:
    """The plan is approved, returned or released, or its operation begins."""
    return _taken(permit("approve", operation), operation, COMMANDING)


def _taken(me: Person, operation: int, steps: Sequence[DecisionStep]) -> Response | tuple[str, int]:
    sent = request.form
    if sent.get("step") not in steps:
        abort(404)
    step = cast("DecisionStep", sent["step"])
    with session() as s:
        line = register.operation_line(s, operation)
    form = DecisionForm(sent, line.h_hour.isoformat()[-6:])
    told: dict[str, Any] = {"seen": sent.get("seen"), "sites": sent.getlist("site"), "release_at": form.at}
    if not form.validate():
        return _page(me, operation, form), 422
    try:
        with session() as s:
            store.decide(s, operation, step, me.id, form.reason.data, **told)
    except NotNow as error:
        form.refuse(t(SENTENCES[error.why]))
        return _page(me, operation, form), 409
    except StatusSince:
        form.refuse(t("Someone else has changed a value in the meantime. Please check."))
        return _page(me, operation, form), 409
    flash(f"{t(STEP_NAMES[step])}.", "success")
    return redirect(url_for("approvals.page", operation=operation))
