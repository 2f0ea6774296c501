"""Scenarios, their progress, plans and what is made of plans, for programs."""

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from models import plans as store
from models.replans import Replan
from planner.edits import TABLES, edits_of
from planner.files import Unreadable
from planner.files.limits import MOMENT, PLAN_NAME
from planner.papers.registry import PAPERS
from planner.solver import Limit
from web import plan_papers, plans
from web.access import permit
from web.api_operations import INVALID, NOT_UNDERSTOOD, json_answer, part_of
from web.api_problems import fault_rows, problem
from web.api_schemas import PAGED, TEXT, answers, body, problems, query, ref
from web.database import session
from web.language import t
from web.plan_form import LEAST, MOST_SECONDS, MOST_SEED, MOST_WAITING, MOST_WORK, too_many
from web.reader import MOST_KEY, Malformed, is_line, json_sent

api_plans = Blueprint("api_plans", __name__, url_prefix="/api/v1/operations/<int:operation>")
LINE = ("scenario", "number", "name", "note", "by", "status", "revision", "parent", "now", "is_working")
FILE: dict[str, Any] = {"200": {"description": "", "content": {"*/*": {}}}, **problems()}


def _line(line: store.PlanLine) -> dict[str, Any]:
    """A scenario in a list."""
    found = {name: getattr(line, name) for name in LINE}
    return {**found, "at": line.at.isoformat(), "score": line.score, "bound": line.bound, "plan_hash": line.plan_hash}


def _lines(operation: int, *, only_made: bool) -> Response:
    with session() as s:
        lines = [one for one in store.lines(s, operation) if one.plan is not None or not only_made]
    return json_answer({"total": len(lines), "scenarios": [_line(one) for one in part_of(lines)]})


@api_plans.get("/scenarios/")
@api_plans.doc(summary="Scenarios of an operation", parameters=PAGED, **answers(200, "Scenarios"))
def scenarios(operation: int) -> Response:
    """Every plan that was asked for, whatever came of it."""
    permit("see", operation)
    return _lines(operation, only_made=False)


@api_plans.get("/plans/")
@api_plans.doc(summary="Plans of an operation", parameters=PAGED, **answers(200, "Scenarios"))
def made(operation: int) -> Response:
    """The scenarios that have a plan."""
    permit("see", operation)
    return _lines(operation, only_made=True)


@api_plans.post("/scenarios/")
@api_plans.doc(summary="Ask for a plan", **body(ref("ScenarioRequest")), **answers(202, "ScenarioMade"))
def ask(operation: int) -> Response:
    """A plan of the operation as it stands, or of a plan (`parent`) with edits as the specification lists them.

    `limit` is seconds or work. The plan waits to be made; `Location` is the scenario's address.
    """
    me = permit("plan", operation)
    sent = json_sent()
    limit, name, near = _limit(sent), sent.get("name", ""), _near(sent)
    if not isinstance(name, str) or not is_line(name, PLAN_NAME.most):
        raise Malformed(NOT_UNDERSTOOD)
    try:
        with session() as s:
            most = current_app.config[MOST_WAITING]
            scenario = store.ask(s, operation, me.id, limit, name.strip(), near=near, most_waiting=most)
    except store.TooManyWaiting as error:
        return problem(429, t(too_many(error.most)))
    answer = json_answer(_made(operation, scenario), 202)
    answer.headers["Location"] = f"/api/v1/operations/{operation}/scenarios/{scenario}"
    return answer


def _limit(sent: dict[str, Any]) -> Limit:
    """What may be spent on the plan. Raises `Malformed`."""
    given = sent.get("limit")
    if not isinstance(given, dict) or not set(given) <= {"seconds", "work", "seed"}:
        raise Malformed(NOT_UNDERSTOOD)
    seconds, work, seed = given.get("seconds"), given.get("work"), given.get("seed", 0)
    spent: Any = seconds if work is None else work
    most = MOST_SECONDS if work is None else MOST_WORK
    is_spent = type(spent) in (int, float) and LEAST <= spent <= most and (seconds is None or work is None)
    if not is_spent or type(seed) is not int or not 0 <= seed <= MOST_SEED:
        raise Malformed(NOT_UNDERSTOOD)
    return Limit(seconds, work, seed)


def _near(sent: dict[str, Any]) -> Replan | None:
    """The plan to start from, with edits, at a moment of the operation. Raises `Malformed`, `Unreadable`."""
    parent, now, edits = sent.get("parent"), sent.get("now"), sent.get("edits", [])
    is_known = set(sent) <= {"limit", "name", "parent", "now", "edits"}
    if not is_known or not _is_key(parent) or (parent is None and (edits != [] or now is not None)):
        raise Malformed(NOT_UNDERSTOOD)
    if now is not None and (type(now) is not int or not MOMENT.least <= now <= MOMENT.most):
        raise Malformed(NOT_UNDERSTOOD)
    return None if parent is None else Replan(parent, edits_of(edits), now)


def _is_key(value: Any) -> bool:
    return value is None or (type(value) is int and 1 <= value <= MOST_KEY)


def _made(operation: int, scenario: int) -> dict[str, Any]:
    line = plans.plan_line(operation, scenario)
    with session() as s:
        near = store.replan_of(s, scenario)
    edits = near.edits if near is not None else ()
    return {**_line(line), "edits": [_edit(one) for one in edits]}


def _edit(edit: Any) -> dict[str, Any]:
    """An edit as the specification spells it."""
    if edit.row is None:
        return {"table": edit.table, "drop": edit.key}
    return {"table": edit.table, "put": edit.row if edit.table in TABLES or edit.table == "travel" else _put(edit)}


def _put(edit: Any) -> dict[str, Any]:
    """A figure by its name."""
    return {edit.key: edit.row.get("value", edit.row.get(edit.key))}


@api_plans.get("/scenarios/<int:scenario>")
@api_plans.doc(summary="A scenario", **answers(200, "ScenarioMade"))
def scenario(operation: int, scenario: int) -> Response:
    """What was asked for, with its edits."""
    permit("see", operation)
    return json_answer(_made(operation, scenario))


@api_plans.get("/scenarios/<int:scenario>/progress")
@api_plans.doc(summary="Progress of a scenario", **answers(200, "Progress"))
def progress(operation: int, scenario: int) -> Response:
    """How far the plan is; ask again after some seconds."""
    permit("see", operation)
    plans.plan_line(operation, scenario)
    with session() as s:
        state = store.state(s, scenario)
    names = ("status", "queue_position", "stage", "seconds", "score", "bound")
    found = {name: getattr(state, name) for name in names}
    is_made = state.plan is not None
    return json_answer({"scenario": scenario, **found, "changed_at": state.changed_at.isoformat(), "is_made": is_made})


@api_plans.get("/plans/<int:scenario>")
@api_plans.doc(summary="A plan as its file has it", **answers(200, "Plan"))
def plan(operation: int, scenario: int) -> Any:
    """The plan of the scenario, with a record that it left."""
    permit("see", operation)
    return plans.plan_file(operation, scenario)


@api_plans.get("/plans/<int:scenario>/sheets.pdf")
@api_plans.doc(summary="Team sheets of a plan", responses=FILE)
def sheets(operation: int, scenario: int) -> Any:
    """The sheets of all teams as PDF, with a record that they left."""
    permit("see", operation)
    return plans.sheets(operation, scenario)


@api_plans.get("/plans/<int:scenario>/tables.<form>")
@api_plans.doc(summary="Tables of a plan", responses=FILE)
def tables(operation: int, scenario: int, form: str) -> Any:
    """The plan's tables as `xlsx`, or as `csv` in a zip, with a record that they left."""
    permit("see", operation)
    return plans.tables(operation, scenario, form)


@api_plans.get("/plans/<int:scenario>/documents.<form>")
@api_plans.doc(
    summary="Documents of a plan",
    parameters=[
        {"in": "path", "name": "form", "required": True, "schema": TEXT | {"enum": list(plan_papers.FORMS)}},
        query("paper", {"type": "array", "items": TEXT | {"enum": list(PAPERS)}}, required=True),
        query("for", TEXT),
    ],
    responses=FILE,
)
def documents(operation: int, scenario: int, form: str) -> Any:
    """The kinds asked for (`paper`, several times), for the readers asked for (`for`: ids between commas)."""
    permit("see", operation)
    try:
        return plan_papers.documents_of(operation, scenario, form)
    except plan_papers.UnknownReaders as error:
        json_answer = [{"place": "for", "message": one} for one in error.unknown]
        return problem(422, t(INVALID), json_answer)


@api_plans.get("/plans/<int:scenario>/exports/<name>")
@api_plans.doc(summary="Exports of a plan", parameters=[query("team", TEXT)], responses=FILE)
def exported(operation: int, scenario: int, name: str) -> Any:
    """The plan in a form for the tools in the field; of one team (`team`), or the whole."""
    permit("see", operation)
    return plan_papers.exported(operation, scenario, name)


@api_plans.errorhandler(Unreadable)
def _unreadable(error: Unreadable) -> Response:
    return problem(422, t(INVALID), fault_rows(error.faults))
