"""Numbered copies, and many documents at once, for programs."""

from typing import Any

from flask import Response, abort, url_for
from flask_smorest import Blueprint

from models import register
from models.copies import PrintedCopy, copies_of, copy_by_id, withdraw
from planner.papers.copies import read_id
from planner.papers.registry import PAPERS
from web import copies, plan_parcels
from web.access import Person, may, permit
from web.api_operations import NOT_UNDERSTOOD, json_answer, part_of
from web.api_problems import problem
from web.api_schemas import PAGED, TEXT, WHOLE, answers, body, problems, query, ref
from web.copies import CopyOrder, NoSuchCopies, begin_copies, number_copies, why_none
from web.database import session
from web.language import t
from web.papers import LARGE
from web.parcels import all_parcels
from web.plan_papers import MOST_KEYS
from web.plan_parcels import (
    NO_LONGER,
    OtherState,
    begin_parcel,
    choose_readers,
    own_parcel,
    resume_parcel,
    send_parcel,
)
from web.plans import sound
from web.reader import MOST_KEY, Malformed, json_sent

api_printing = Blueprint("api_printing", __name__, url_prefix="/api/v1")
OF_OPERATION = "/operations/<int:operation>"
OF_PLAN = f"{OF_OPERATION}/plans/<int:scenario>"
MOST_NUMBERS = 1000
NUMBERS = [query(name, WHOLE | {"minimum": 1, "maximum": MOST_KEY}, required=True) for name in ("first", "last")]
CODE = {"in": "path", "name": "code", "required": True, "schema": TEXT}
FILE: dict[str, Any] = {"200": {"description": "", "content": {"*/*": {}}}, **problems()}


def _texts(sent: dict[str, Any], name: str) -> list[str]:
    """The texts in the list of this name; none where it lacks. Raises `Malformed`."""
    given = sent.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Malformed(NOT_UNDERSTOOD)
    return given


def _readers(sent: dict[str, Any]) -> str:
    """The ids of readers as a field of a page has them. Raises `Malformed`."""
    found = ",".join(_texts(sent, "readers"))
    if len(found) > MOST_KEYS:
        raise Malformed(NOT_UNDERSTOOD)
    return found


def _writes(me: Person) -> None:
    """Whoever has a token that only reads adds nothing: the request ends here."""
    if me.token is not None and me.token.is_read_only:
        abort(403)


def _copy(one: PrintedCopy) -> dict[str, Any]:
    printing, mark = one.printing, one.mark
    readers = None if mark.readers is None else list(mark.readers)
    held = {"number": mark.number, "code": mark.id, "holder": mark.holder, "readers": readers}
    same = {"documents": list(printing.documents), "scenario": printing.scenario, "lang": printing.lang}
    return {**held, **same, "stamp": printing.stamp, "state": one.state, "by": one.by, "at": one.at.isoformat()}


@api_printing.get(f"{OF_OPERATION}/copies/")
@api_printing.doc(summary="Numbered copies of an operation", parameters=PAGED, **answers(200, "Copies"))
def ledger(operation: int) -> Response:
    """What was printed for whom, by number, and whether it is valid."""
    permit("see", operation)
    with session() as s:
        register.operation_line(s, operation)
        found = copies_of(s, operation)
    return json_answer({"total": len(found), "copies": [_copy(one) for one in part_of(found)]})


@api_printing.post(f"{OF_PLAN}/copies")
@api_printing.doc(summary="Number copies of documents", **body(ref("CopyRequest")), **answers(201, "Copies"))
def number(operation: int, scenario: int) -> Response:
    """Kinds of documents for holders; without holders, each reader (`readers`; none: all) gets the own sheet."""
    me = permit("see", operation)
    _writes(me)
    sent = json_sent()
    wanted, holders = _texts(sent, "documents"), tuple(_texts(sent, "holders"))
    names = tuple(name for name in PAPERS if name in wanted)
    if not names or set(wanted) - set(names) or not set(sent) <= {"documents", "holders", "readers"}:
        raise Malformed(NOT_UNDERSTOOD)
    try:
        numbers = number_copies(operation, sound(operation, scenario), CopyOrder(names, _readers(sent), holders), me)
    except NoSuchCopies:
        return problem(422, why_none())
    with session() as s:
        found = copies_of(s, operation, numbers)
    answer = json_answer({"total": len(found), "copies": [_copy(one) for one in found]}, 201)
    first, last = numbers[0], numbers[-1]
    answer.headers["Location"] = url_for("api_printing.printed", operation=operation, first=first, last=last)
    return answer


@api_printing.get(f"{OF_OPERATION}/copies/print.pdf")
@api_printing.doc(summary="Numbered copies as a file", parameters=NUMBERS, responses=FILE)
def printed(operation: int) -> Any:
    """The copies from `first` to `last` of one plan and language, with a record that they left; too many are 422."""
    permit("see", operation)
    answer = copies.printed(operation)
    return answer if isinstance(answer, Response) else problem(422, t(LARGE))


@api_printing.post(f"{OF_OPERATION}/copies/parcels")
@api_printing.doc(summary="Ask for many numbered copies at once", **body(ref("CopyRange")), **answers(202, "Parcel"))
def ask_copies(operation: int) -> Response:
    """The copies from `first` to `last` of one plan and language as one PDF file, made in the background."""
    me, sent = permit("see", operation), json_sent()
    if set(sent) != {"first", "last"} or not all(type(one) is int and 1 <= one <= MOST_KEY for one in sent.values()):
        raise Malformed(NOT_UNDERSTOOD)
    return _begun(operation, begin_copies(operation, sent["first"], sent["last"], me))


@api_printing.post(f"{OF_OPERATION}/copies/withdrawn")
@api_printing.doc(summary="Withdraw copies", **body(ref("CopyNumbers")), **answers(200, "CopiesWithdrawn"))
def withdrawn(operation: int) -> Response:
    """Whoever looks one of these numbers up is told that it is withdrawn; `withdrawn` counts those that were not."""
    me, sent = permit("edit", operation), json_sent()
    numbers = sent.get("numbers")
    if set(sent) != {"numbers"} or not isinstance(numbers, list) or len(numbers) > MOST_NUMBERS:
        raise Malformed(NOT_UNDERSTOOD)
    if not all(type(one) is int and 1 <= one <= MOST_KEY for one in numbers):
        raise Malformed(NOT_UNDERSTOOD)
    with session() as s:
        register.operation_line(s, operation)
        num = withdraw(s, operation, set(numbers), me.id)
    return json_answer({"withdrawn": num})


@api_printing.get("/copies/<code>")
@api_printing.doc(summary="A numbered copy by its code", parameters=[CODE], **answers(200, "CopyFound"))
def find(code: str) -> Response:
    """The copy that a printed code names, where you see its operation."""
    permit("account")
    wanted = read_id(code[:200])
    with session() as s:
        found = copy_by_id(s, wanted) if wanted else None
    if found is None or not may("see", found.printing.operation):
        abort(404)
    return json_answer({"operation": found.printing.operation, **_copy(found)})


@api_printing.post(f"{OF_PLAN}/parcels")
@api_printing.doc(summary="Ask for many documents at once", **body(ref("ParcelRequest")), **answers(202, "Parcel"))
def ask(operation: int, scenario: int) -> Response:
    """Documents for readers (none: all) as one file, made in the background, in place of an earlier one of yours."""
    me = permit("see", operation)
    sent = json_sent()
    wanted, form = _texts(sent, "documents"), sent.get("form", "zip")
    is_known = set(sent) <= {"documents", "readers", "form"} and form in plan_parcels.FORMS
    if not is_known or not wanted or set(wanted) - set(PAPERS):
        raise Malformed(NOT_UNDERSTOOD)
    plan = sound(operation, scenario)
    chosen = choose_readers(plan, wanted, _readers(sent))
    if not chosen:
        return problem(422, t("Nobody gets a document of those chosen."))
    name = begin_parcel(operation, plan, me.id, chosen, "pdf" if form == "pdf" else "zip")
    return _begun(operation, name)


def _begun(operation: int, name: str) -> Response:
    answer = json_answer(_parcel(operation, name), 202)
    answer.headers["Location"] = url_for("api_printing.parcel", operation=operation, parcel=name)
    return answer


def _parcel(operation: int, name: str) -> dict[str, Any]:
    asked, every = own_parcel(operation, name), all_parcels()
    (done, total), failure = every.progress(name), every.failure(name)
    same = {"parcel": name, "scenario": asked.scenario, "form": asked.form, "documents": asked.names}
    return {**same, "done": done, "total": total, "is_ready": every.file(name) is not None, "failure": t(failure)}


@api_printing.get(f"{OF_OPERATION}/parcels/<parcel>")
@api_printing.doc(summary="Progress of many documents", **answers(200, "Parcel"))
def parcel(operation: int, parcel: str) -> Response:
    """How far your file is; it is kept for an hour."""
    permit("see", operation)
    asked, found = own_parcel(operation, parcel), _parcel(operation, parcel)
    if not found["is_ready"] and not found["failure"]:
        resume_parcel(parcel, asked)
    return json_answer(found)


@api_printing.get(f"{OF_OPERATION}/parcels/<parcel>/file")
@api_printing.doc(summary="File of many documents", responses=FILE)
def fetch(operation: int, parcel: str) -> Any:
    """The file, with a record that it left; where the plan's state has changed since, it is gone (409)."""
    permit("see", operation)
    try:
        return send_parcel(operation, parcel)
    except OtherState:
        return problem(409, t(NO_LONGER))


@api_printing.delete(f"{OF_OPERATION}/parcels/<parcel>")
@api_printing.doc(summary="Stop many documents", responses={"204": {"description": ""}, **problems()})
def stop(operation: int, parcel: str) -> Response:
    """Nothing is kept of your file."""
    permit("see", operation)
    own_parcel(operation, parcel)
    all_parcels().drop(parcel)
    return Response(status=204)
