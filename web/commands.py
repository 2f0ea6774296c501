"""Decisions of command: taken with a reason, confirmed by a second person, acknowledged by units."""

from typing import cast, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField
from wtforms.validators import ValidationError

from models import command_decisions as store
from models import register
from models import reports as report_store
from models.command_decisions import CommandDecision, NotYours
from models.command_tables import GROUNDS, KINDS, CommandKind
from models.errors import NotFound
from models.memberships import roles_in
from planner.reports import Report, standing
from planner.reports.later import still_later
from web import plan_cache
from web.access import may, permit
from web.board_plan import plan_on_board
from web.board_view import KIND_WORDS, condition_told, conditions, live_board_of
from web.database import session
from web.forms import NoteField, NumberField, PageForm
from web.language import say, t

commands = Blueprint("commands", __name__, url_prefix="/operations/<int:operation>/decisions")
GROUND_WORDS = {
    "information": say("Information and intelligence"),
    "risk": say("Threat and risk, working strategy"),
    "powers": say("Powers and policy"),
    "options": say("Options and contingencies"),
    "review": say("Action and review"),
}
MOST_MINUTES, MOST_TEXT = 24 * 60, 2000
NO_REASON = say("Give the reason.")
TOO_LONG = say("Enter at most {most} characters.")
NO_MINUTES = say("Enter by how many minutes H comes later, from 1 to {most}.")
NOT_YOURS = say("Somebody else has to confirm this decision.")
NO_COMMANDER = say("One of the two who take and confirm a decision has to be a commander.")
NOT_MET = say("Not every condition is met or overridden with a reason: {conditions}")
TOO_LATE = say("This decision has already been confirmed or withdrawn.")


def fits(form: PageForm, field: NoteField) -> None:
    """A text has a bound, also where no browser holds it."""
    if len(field.data) > MOST_TEXT:
        raise ValidationError(t(TOO_LONG, most=MOST_TEXT))


class CommandForm(PageForm):
    """A decision, with the parts of the decision model."""

    kind = SelectField(say("Type of decision"), choices=lambda: [(kind, t(word)) for kind, word in KIND_WORDS.items()])
    minutes = NumberField(say("Minutes by which H comes later"), 1, MOST_MINUTES)
    reason = NoteField(say("Reason"), [fits], render_kw={"required": True, "maxlength": MOST_TEXT, "rows": 2})
    information = NoteField(GROUND_WORDS["information"], [fits], render_kw={"maxlength": MOST_TEXT, "rows": 2})
    risk = NoteField(GROUND_WORDS["risk"], [fits], render_kw={"maxlength": MOST_TEXT, "rows": 2})
    powers = NoteField(GROUND_WORDS["powers"], [fits], render_kw={"maxlength": MOST_TEXT, "rows": 2})
    options = NoteField(GROUND_WORDS["options"], [fits], render_kw={"maxlength": MOST_TEXT, "rows": 2})
    review = NoteField(GROUND_WORDS["review"], [fits], render_kw={"maxlength": MOST_TEXT, "rows": 2})

    def validate_reason(self, field: NoteField) -> None:
        """Nothing is decided without one."""
        if not field.data:
            raise ValidationError(t(NO_REASON))

    def validate_minutes(self, field: NumberField) -> None:
        """Of "H later" alone, and there it has to be said."""
        if self.kind.data == "later" and field.data is None:
            raise ValidationError(t(NO_MINUTES, most=MOST_MINUTES))

    def decision(self) -> CommandDecision:
        """What was decided."""
        kind = cast("CommandKind", self.kind.data)
        minutes = int(self.minutes.data) if kind == "later" and self.minutes.data is not None else None
        return CommandDecision(kind, self.reason.data, minutes, {name: self[name].data for name in GROUNDS})


@commands.get("")
def page(operation: int) -> str:
    """The log of decisions, and a form for the next one."""
    permit("see", operation)
    return _page(operation, CommandForm())


@commands.post("")
def take(operation: int) -> AnyResponse | tuple[str, int]:
    """A decision waits for its second person."""
    me, form = permit("report", operation), CommandForm(request.form)
    if not form.validate():
        return _page(operation, form), 422
    with session() as s:
        store.take(s, operation, form.decision(), me.id)
    flash(t("The decision waits for a second person to confirm it."), "success")
    return _back(operation)


@commands.post("/<int:key>/confirm")
def confirm(operation: int, key: int) -> AnyResponse | tuple[str, int]:
    """The second person: the decision holds from now on."""
    me = permit("report", operation)
    with session() as s:
        one = next((each for each in store.decisions_of(s, operation) if each.key == key), None)
    if one is None:
        abort(404)
    sentence = _refusal(operation, one)
    try:
        if not sentence:
            with session() as s:
                store.confirm(s, operation, key, me.id)
    except NotYours:
        sentence = t(NOT_YOURS)
    except NotFound:
        sentence = t(TOO_LATE)
    if sentence:
        form = CommandForm()
        form.refuse(sentence)
        return _page(operation, form), 409
    flash(t("The decision holds: {word}.", word=t(KIND_WORDS[one.kind])), "success")
    return _back(operation)


@commands.post("/<int:key>/withdraw")
def withdraw(operation: int, key: int) -> AnyResponse:
    """What waits is taken back."""
    me = permit("report", operation)
    try:
        with session() as s:
            store.withdraw(s, operation, key, me.id)
    except NotFound:
        flash(t(TOO_LATE), "warning")
    return _back(operation)


def _refusal(operation: int, one: CommandDecision) -> str:
    """Why the decision cannot be confirmed by the person at the page now; nothing where it can."""
    if one.kind == "go" and (lacking := _not_met(operation)):
        return t(NOT_MET, conditions=t(", ").join(lacking))
    if not may("approve", operation) and not _is_commander(operation, one.user):
        return t(NO_COMMANDER)
    return ""


def _is_commander(operation: int, user: int | None) -> bool:
    with session() as s:
        return user is not None and any(held.role == "commander" for held in roles_in(s, operation, user))


def _not_met(operation: int) -> list[str]:
    """The conditions of the go/no-go table that are neither met nor overridden."""
    with session() as s:
        line = register.operation_line(s, operation)
        plan = plan_on_board(s, line)
    if plan is None:
        return [t("a plan")]
    board = live_board_of(operation, plan)
    found = [one for one in conditions(line, board) if not one.is_met and one.id not in board.state.overridden]
    return [condition_told(one) for one in found]


def _page(operation: int, form: CommandForm) -> str:
    with session() as s:
        line, every = register.operation_line(s, operation), store.decisions_of(s, operation)
        held, told = store.in_force(s, operation), report_store.reports_of(s, operation)
        plan = plan_on_board(s, line)
    shown = plan_cache.plan_view(plan) if plan is not None else None
    units = [unit.id for unit in shown.plan.units] if shown is not None else []
    details = shown.scenario.operation.details if shown is not None else {}
    heard = heard_by(held, told) if held is not None else set()
    return render_template(
        "commands/page.html",
        tab="board",
        line=line,
        form=form,
        every=list(reversed(every)),
        held=held,
        later=still_later(details, store.later_decisions(every)) if shown is not None else None,
        kind_words=KIND_WORDS,
        ground_words=GROUND_WORDS,
        heard=[unit for unit in units if unit in heard],
        not_heard=[unit for unit in units if unit not in heard],
    )


def heard_by(held: CommandDecision, told: list[Report]) -> set[str]:
    """The units that have acknowledged the decision: by a report that names it, or by its own code after it."""
    since, codes = held.confirmed_at, {"go": ("go",), "abort": ("stand_down",)}.get(held.kind, ())
    found = set()
    for one in standing(told):
        is_named = one.code == "heard" and one.condition == condition_of(held)
        if is_named or (one.code in codes and since is not None and one.received >= since):
            found.add(one.unit)
    return found


def condition_of(held: CommandDecision) -> str:
    """How a report names a decision."""
    return f"command:{held.key}"


def _back(operation: int) -> AnyResponse:
    return redirect(url_for("commands.page", operation=operation), 303)


assert get_args(CommandKind) == KINDS == tuple(KIND_WORDS)
