"""The after-action report of an operation: a page, a PDF file and a workbook, from plan and reports alone."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import register
from models import reports as store
from models.command_decisions import decisions_of
from models.exercises import operation_now
from models.plans import PlanLine
from planner.after_action import DecisionLine, after_action, after_action_sheet
from planner.papers.source import PaperSource
from planner.render.page_marks import State, stamp_text
from planner.render.report_words import CODE_WORDS
from planner.reports import Report, board_state, refusals
from planner.reports.codes import REVIEW
from web import plan_cache
from web.access import permit
from web.board_plan import plan_on_board
from web.board_view import KIND_WORDS
from web.commands import GROUND_WORDS
from web.database import session
from web.disclosure import Disclosure, hand_out, last_entry
from web.downloads import XLSX, download, file_name
from web.language import language, say, t
from web.papers import papers
from web.printing import after_action_file
from web.reports import withdraw_sent
from web.review_form import ReviewForm, review_reports

after_actions = Blueprint("after_actions", __name__, url_prefix="/operations/<int:operation>/after-action")
FORMS = ("pdf", "xlsx")
NOTHING_SAID = say("Say what went well, what did not, or what will change.")


@after_actions.get("")
def page(operation: int) -> str:
    """The report as it stands with the reports received so far, and the form with what was learnt."""
    permit("see", operation)
    return _page(operation, ReviewForm())


@after_actions.post("/review")
def review(operation: int) -> AnyResponse | tuple[str, int]:
    """What a unit, or the staff, says afterwards: each part that was filled in is a report."""
    me, form = permit("report", operation), ReviewForm(request.form)
    _, plan = _line_and_plan(operation)
    if plan is None:
        abort(409)
    if not form.validate():
        return _page(operation, form), 422
    shown = plan_cache.plan_view(plan)
    with session() as s:
        told = review_reports(form, me.id, operation_now(s, operation))
        faults = [fault for one in told for fault in refusals(shown.scenario.operation, shown.plan, one)]
        if told and not faults:
            store.put_reports(s, operation, told, me.id)
    if not told:
        form.refuse(t(NOTHING_SAID))
    for sentence in dict.fromkeys(fault.text(language()) for fault in faults):
        form.refuse(sentence)
    if list(form.wrong()):
        return _page(operation, form), 422
    flash(t("Stored."), "success")
    return redirect(url_for("after_actions.page", operation=operation), 303)


@after_actions.post("/withdraw")
def withdraw(operation: int) -> AnyResponse:
    """What was said afterwards stands no longer; it stays on record."""
    me = permit("report", operation)
    withdraw_sent(operation, me, REVIEW)
    return redirect(url_for("after_actions.page", operation=operation), 303)


def _page(operation: int, form: ReviewForm) -> str:
    line, plan = _line_and_plan(operation)
    sheet, reviews = None, list[Report]()
    if plan is not None:
        shown = plan_cache.plan_view(plan)
        source = PaperSource(shown.scenario, shown.plan, language(), shown.duties)
        state = board_state(shown.scenario, shown.plan, *_told(operation))
        sheet = after_action_sheet(source, after_action(shown.scenario, shown.plan, state), _decisions(operation))
        form.unit.choices = [("", t("Staff")), *((unit.id, unit.id) for unit in shown.plan.units)]
        reviews = [one for one in state.reports if one.code in REVIEW]
    told = {
        "plan": plan,
        "sheet": sheet,
        "lang": language(),
        "form": form,
        "reviews": reviews,
        "code_words": CODE_WORDS,
    }
    return render_template("after_action/page.html", tab="board", line=line, **told)


@after_actions.get("/report.<form>")
def made(operation: int, form: str) -> AnyResponse:
    """The same as a file, which leaves with a record."""
    person = permit("see", operation)
    line, plan = _line_and_plan(operation)
    if plan is None or form not in FORMS:
        abort(404)
    asked = Disclosure("printed" if form == "pdf" else "exported", operation, ("after_action",), form, plan.scenario)
    with papers().reserve(person.id):
        return hand_out(asked, lambda: _file(operation, line, plan, form))


def _file(operation: int, line: register.OperationLine, plan: PlanLine, form: str) -> Response:
    (told, moment), decisions = _told(operation), _decisions(operation)
    with session() as s:
        last = store.last_report(s, operation)
    state: State = "approved" if line.status == "closed" else "draft"  # more may be reported until it is closed
    lang = language()
    mark = stamp_text(plan_cache.plan_view(plan).scenario.operation, lang, state)
    values: Any = lambda: (plan_cache.printed(plan), told, decisions, moment, lang, form, state, last_entry(), mark)  # noqa: E731
    content = papers().get_or_make(
        (
            "after_action",
            plan.origin,
            last,
            moment.replace(second=0, microsecond=0),
            tuple(decisions),
            lang,
            form,
            state,
        ),
        after_action_file,
        values,
    )
    if form == "pdf":
        return Response(content, mimetype="application/pdf")
    return download(content, XLSX, file_name(mark, line.id, "after_action"), "xlsx")


def _line_and_plan(operation: int) -> tuple[register.OperationLine, PlanLine | None]:
    with session() as s:
        line = register.operation_line(s, operation)
        return line, plan_on_board(s, line)


def _decisions(operation: int) -> list[DecisionLine]:
    """The decisions of command that were confirmed, in the order in which they held."""
    with session() as s:
        every = decisions_of(s, operation)
    return [
        DecisionLine(
            one.confirmed_at,
            t(KIND_WORDS[one.kind]) + (f" (+{one.minutes})" if one.minutes else ""),
            t(", ").join((one.by, one.confirmed_by)),
            one.reason,
            t("; ").join(f"{t(GROUND_WORDS[name])}: {text}" for name, text in one.grounds.items() if text),
        )
        for one in every
        if one.confirmed_at is not None
    ]


def _told(operation: int) -> tuple[Any, Any]:
    """The reports, and the moment at which they are looked at."""
    with session() as s:
        return store.reports_of(s, operation), operation_now(s, operation)
