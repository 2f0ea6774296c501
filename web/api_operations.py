"""Operations and their tables for programs: read, and changed row by row through the gate of the registers."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, request
from flask_smorest import Blueprint

from models import register
from models.database import write_transaction
from models.errors import Conflict, InUse, LiveRow, NotFound
from planner.edits import TABLES, Edit, Row, key_of
from planner.files import Fault, Unreadable
from planner.files.named_facts import concealed, revealed
from planner.pictures import PICTURED
from web import plan_cache
from web.access import permit
from web.api_problems import fault_rows, problem
from web.api_schemas import (
    ANY_OBJECT,
    IF_MATCH,
    MOST_ROWS,
    PAGED,
    TABLE,
    TEXT,
    answers,
    body,
    problems,
    query,
    ref,
    row_name,
)
from web.database import session
from web.disclosure import Disclosure, hand_out
from web.language import say, t
from web.reader import MOST_KEY, Malformed, json_sent, whole

api_operations = Blueprint("api_operations", __name__, url_prefix="/api/v1/operations")
KEY = query("key", TEXT | {"minLength": 1}, required=True)
NOT_UNDERSTOOD = say("The request could not be understood.")
CHANGED = say("The row has changed since: read it again.")
LACKS_REVISION = say("Send the revision of the row that you have read as If-Match.")
THERE = say("There is a row with this key already.")
HANGS_ON = say("Other rows depend on this one: remove them first.")
INVALID = say("The values are not valid.")


def figure(name: str, default: int, least: int, most: int) -> int:
    """The whole number that the address gives, within its bounds. Raises `Malformed`."""
    given = request.args.get(name)
    found = default if given is None else whole(given, least, most)
    if found is None:
        raise Malformed(NOT_UNDERSTOOD)
    return found


def part_of(rows: list[Any]) -> list[Any]:
    """The rows that are asked for with `skip` and `limit`."""
    skip, limit = figure("skip", 0, 0, MOST_KEY), figure("limit", 100, 1, MOST_ROWS)
    return rows[skip : skip + limit]


def json_answer(value: Mapping[str, Any], code: int = 200, revision: int | None = None) -> Response:
    """The value as JSON, with its revision as ETag."""
    answer = Response(current_app.json.dumps(value), code, mimetype="application/json")
    if revision is not None:
        answer.set_etag(str(revision))
    return answer


@api_operations.get("/")
@api_operations.doc(summary="Operations that you may see", parameters=PAGED, **answers(200, "OperationLines"))
def operations() -> Response:
    """Those that the token opens, the one that was changed last first."""
    me = permit("account")
    with session() as s:
        lines = register.operations(s, me.id)
    if me.token is not None and me.token.operations is not None:
        lines = [line for line in lines if line.key in me.token.operations]
    return json_answer({"total": len(lines), "operations": [_line(one) for one in part_of(lines)]})


def _line(line: register.OperationLine) -> dict[str, Any]:
    named = {name: getattr(line, name) for name in ("id", "name", "status", "revision", "is_exercise")}
    moments = {"h_hour": line.h_hour.isoformat(), "changed_at": line.changed_at.isoformat()}
    return {"operation": line.key, **named, **moments}


@api_operations.get("/<int:operation>")
@api_operations.doc(summary="An operation as its file has it", **answers(200, "Operation", etag=True))
def operation(operation: int) -> Response:
    """The whole document, with a record that it left. `ETag` is its revision."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        document = plan_cache.live(s, line)
    asked = Disclosure("exported", operation, ("operation",), "json")
    found = hand_out(asked, lambda: json_answer(document, revision=line.revision))
    assert isinstance(found, Response)
    return found


@api_operations.get("/<int:operation>/tables/<table>")
@api_operations.doc(summary="Rows of a table", parameters=[TABLE, *PAGED], **answers(200, "LiveRows", etag=True))
def rows(operation: int, table: str) -> Response:
    """Rows in the order of the file, each with the revision at which it was changed last."""
    permit("see", operation)
    _known(table)
    with session() as s:
        line, found = register.operation_line(s, operation), register.rows(s, operation, table)
    shown = [_row(one) for one in part_of(found)]
    return json_answer({"revision": line.revision, "total": len(found), "rows": shown}, revision=line.revision)


def _known(table: str) -> None:
    if table not in TABLES:
        abort(404)


def _row(row: LiveRow) -> dict[str, Any]:
    """The row as registers list it: of secret facts the tails alone."""
    return {"key": row.key, "revision": row.revision, "row": dict(concealed(row.row or {}))}


@api_operations.get("/<int:operation>/tables/<table>/row")
@api_operations.doc(summary="A row", parameters=[TABLE, KEY], **answers(200, "LiveRow", etag=True))
def row(operation: int, table: str) -> Response:
    """The row of the key. `ETag` is its revision, which `If-Match` repeats to change it."""
    permit("see", operation)
    _known(table)
    found = _live(operation, table)
    return json_answer(_row(found), revision=found.revision)


def _live(operation: int, table: str, key: str | None = None) -> LiveRow:
    """The row of the key, by default of the one in the address. Raises `NotFound`."""
    name = request.args.get("key", "") if key is None else key
    with session() as s:
        for found in register.rows(s, operation, table, [name]):
            return found
    raise NotFound(table, name)


@api_operations.post("/<int:operation>/tables/<table>")
@api_operations.doc(
    summary="Add a row",
    parameters=[TABLE],
    **body({"anyOf": [ref(row_name(table)) for table in TABLES]}),
    **answers(201, "LiveRow", etag=True),
)
def add(operation: int, table: str) -> Response:
    """The row is in the table, or every fault is told."""
    me = permit("edit", operation)
    _known(table)
    sent = json_sent()
    key = _key(table, sent)
    refused = _changed(operation, [Edit(table, key, sent)], me.id, {(table, key): 0}, 409)
    if refused is not None:
        return refused
    found = _live(operation, table, key)
    return json_answer(_row(found), 201, found.revision)


def _key(table: str, row: Row) -> str:
    """The key of a row that is sent; what lacks one has it wrong. Raises `Unreadable`."""
    try:
        return key_of(table, row)
    except KeyError as error:
        raise Unreadable([Fault(str(error.args[0]), "missing")]) from error
    except (TypeError, AttributeError) as error:
        raise Malformed(NOT_UNDERSTOOD) from error


@api_operations.patch("/<int:operation>/tables/<table>/row")
@api_operations.doc(
    summary="Change fields of a row",
    parameters=[TABLE, KEY, IF_MATCH],
    **body(ANY_OBJECT),
    **answers(200, "LiveRow", etag=True),
)
def change(operation: int, table: str) -> Response:
    """The fields that are sent replace those of the row; its key stays. Needs `If-Match`."""
    me = permit("edit", operation)
    _known(table)
    sent, seen, live = json_sent(), _seen(), _live(operation, table)
    if seen is None:
        return problem(428, t(LACKS_REVISION))
    if seen != live.revision:
        return problem(412, t(CHANGED), rows=[_row(live)])
    wanted = (live.row or {}) | sent
    if table in PICTURED:
        wanted = revealed(wanted, live.row)
    if _key(table, wanted) != live.key:
        return problem(422, t(INVALID), [{"place": "key", "message": t("The key of a row cannot change.")}])
    edits = [Edit(table, live.key, wanted)]
    refused = _changed(operation, edits, me.id, {(table, live.key): live.revision}, 412)
    if refused is not None:
        return refused
    found = _live(operation, table)
    return json_answer(_row(found), revision=found.revision)


@api_operations.delete("/<int:operation>/tables/<table>/row")
@api_operations.doc(
    summary="Remove a row",
    parameters=[TABLE, KEY, IF_MATCH],
    responses={"204": {"description": ""}, **problems()},
)
def remove(operation: int, table: str) -> Response:
    """The row goes; where others depend on it, they are told instead. Needs `If-Match`."""
    me = permit("edit", operation)
    _known(table)
    seen, live = _seen(), _live(operation, table)
    if seen is None:
        return problem(428, t(LACKS_REVISION))
    if seen != live.revision:
        return problem(412, t(CHANGED), rows=[_row(live)])
    place = table, live.key
    return _changed(operation, [Edit(*place, None)], me.id, {place: seen}, 412) or Response(status=204)


def _seen() -> int | None:
    """The revision that the asker has read; None where none is told. Raises `Malformed`."""
    tags = request.if_match
    if not tags:
        return None
    found = [whole(one or "", 0, MOST_KEY) for one in tags.as_set()]
    if tags.star_tag or len(found) != 1 or found[0] is None:
        raise Malformed(NOT_UNDERSTOOD)
    return found[0]


def _changed(
    operation: int, edits: list[Edit], person: int, seen: Mapping[tuple[str, str], int], conflict: int
) -> Response | None:
    """The edits are made, all or none; or why not. Raises `Unreadable`, `ReadOnly`."""
    try:
        with session() as s:
            write_transaction(s)
            register.change(s, operation, edits, person, seen)
    except Conflict as error:
        return problem(conflict, t(THERE if conflict == 409 else CHANGED), rows=[_row(one) for one in error.rows])
    except InUse as error:
        return problem(409, t(HANGS_ON), rows=[{"table": table, "key": key} for table, key in error.dependants])
    return None


@api_operations.errorhandler(Unreadable)
def _unreadable(error: Unreadable) -> Response:
    return problem(422, t(INVALID), fault_rows(error.faults))
