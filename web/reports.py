"""Reports from a running operation: taken from pages and programs, each stored once."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, jsonify, request

from models import register
from models import reports as store
from models.database import Session
from models.exercises import operation_now
from planner.files import Fault
from planner.files.fault import UnfitValue
from planner.reports import Code, Report, refusals, standing
from planner.reports.codes import OF_DISPATCHER
from planner.reports.reading import plain_report, report_of
from web import plan_cache
from web.access import Person, may, permit
from web.board_plan import plan_on_board
from web.database import session
from web.language import language, say, t
from web.own import own_view
from web.reader import Malformed, json_sent

reports = Blueprint("reports", __name__, url_prefix="/operations/<int:operation>")
MOST_AT_ONCE = 500
NO_PLAN = say("This operation has no plan that reports could be about.")
NOT_YOURS = say("This report is not about one of your squads.")
NOT_YOUR_ROLE = say("Your role may not report this.")


@reports.get("/reports")
def every(operation: int) -> Response:
    """Every report as it came, with what tells later ones from these (`last`)."""
    permit("see", operation)
    with session() as s:
        register.operation_line(s, operation)
        told, last = store.reports_of(s, operation), store.last_report(s, operation)
    rows = [plain_report(one) | {"received": one.received.isoformat()} for one in told]
    return jsonify({"last": last, "reports": rows})


@reports.post("/reports")
def put(operation: int) -> tuple[Response, int]:
    """A dispatcher reports, for any unit: `{"reports": [...]}`, each with an id of the sender's (a UUID)."""
    return _answer(operation, permit("report", operation), None)


@reports.post("/own/reports")
def put_own(operation: int) -> tuple[Response, int]:
    """A team leader reports for the own squads, once the plan is released."""
    me = permit("own", operation)
    return _answer(operation, me, own_squads(me, operation))


def own_squads(me: Person, operation: int) -> frozenset[str]:
    """The squads that somebody may report for as a team leader."""
    parts = [one for one in own_view(me, operation).parts if one.held.role == "leader"]
    return frozenset(unit for one in parts for unit in one.reach.documents.get("squad") or ())


def _answer(operation: int, me: Person, only: Collection[str] | None) -> tuple[Response, int]:
    """Which reports are new and which were there already, and of those that cannot be stored what is wrong."""
    rows = json_sent().get("reports")
    if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
        raise Malformed(say("The request could not be understood."))
    with session() as s:
        line, moment = register.operation_line(s, operation), operation_now(s, operation)
        plan = plan_on_board(s, line)
    if plan is None:
        return jsonify({"refused": [{"index": 0, "faults": [t(NO_PLAN)]}], "stored": [], "known": []}), 409
    shown = plan_cache.plan_view(plan)
    good, refused = list[Report](), list[dict[str, Any]]()
    for i, row in enumerate(rows):
        try:
            one = report_of(row, shown.scenario.operation, moment, me.id)
        except UnfitValue as unfit:
            refused.append({"index": i, "faults": [f"{unfit.values['key']} {unfit.text(language())}".strip()]})
            continue
        faults = told_of(refusals(shown.scenario.operation, shown.plan, one))
        if only is not None and one.unit not in only:
            faults = [t(NOT_YOURS)]
        elif not _may_say(operation, one, only):
            faults = [t(NOT_YOUR_ROLE)]
        if faults:
            refused.append({"index": i, "id": str(one.id), "faults": faults})
        else:
            good.append(one)
    with session() as s:
        if only is not None:
            strange = [one for one in good if not _is_own_correction(s, operation, one, only)]
            refused += [{"id": str(one.id), "faults": [t(NOT_YOURS)]} for one in strange]
            good = [one for one in good if one not in strange]
        stored = store.put_reports(s, operation, good, me.id)
    new = set(stored)
    known = [str(one.id) for one in good if one.id not in new]
    told = {"stored": [str(key) for key in stored], "known": known, "refused": refused}
    return jsonify(told), 422 if refused and not good else 200


def withdraw_sent(operation: int, me: Person, codes: Collection[Code] | None = None) -> Report:
    """The report that the form names by its id, with one of the codes if they are given, stands no longer.

    Aborts with 404 where no such report stands.
    """
    try:
        key = UUID(request.form.get("id", ""))
    except ValueError:
        abort(404)
    with session() as s:
        one = next((one for one in standing(store.reports_of(s, operation)) if one.id == key), None)
        if one is None or (codes is not None and one.code not in codes):
            abort(404)
        void_report(s, operation, me, one)
    return one


def void_report(s: Session, operation: int, me: Person, one: Report) -> None:
    """The report stands no longer; it stays on record."""
    moment = operation_now(s, operation)
    gone = Report(id=uuid4(), unit=one.unit, code="void", said=moment, received=moment, corrects=one.id)
    store.put_reports(s, operation, [gone], me.id)


def told_of(faults: Iterable[Fault]) -> list[str]:
    """The faults in the reader's language."""
    return [fault.text(language()) for fault in faults]


def _may_say(operation: int, one: Report, only: Collection[str] | None) -> bool:
    """Whether the role goes with the code: who approves overrides conditions, leaders say nothing of a dispatcher's."""
    if one.code == "override":
        return only is None and may("approve", operation)
    return only is None or one.code not in OF_DISPATCHER


def _is_own_correction(s: Session, operation: int, one: Report, only: Collection[str]) -> bool:
    """Whether what the report corrects, if it is there, is of these squads too."""
    named = None if one.corrects is None else store.report_by_id(s, operation, one.corrects)
    return named is None or named.unit in only
