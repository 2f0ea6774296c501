"""The own part of an operation, for the programs of roles that do not see the whole of it."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from models import memberships
from web import own
from web.access import permit
from web.api_operations import json_answer, part_of
from web.api_schemas import PAGED, TEXT, answers, problems
from web.database import session
from web.disclosure import DOCUMENTS
from web.own import OwnPart, own_operations, own_view
from web.rights import NARROW

api_own = Blueprint("api_own", __name__, url_prefix="/api/v1")
PART = "/operations/<int:operation>/own"
ROLE = {"in": "path", "name": "role", "required": True, "schema": TEXT | {"enum": list(NARROW)}}
DOCUMENT = {"in": "path", "name": "document", "required": True, "schema": TEXT | {"enum": list(DOCUMENTS)}}
PDF: dict[str, Any] = {"200": {"description": "", "content": {"application/pdf": {}}}, **problems()}


@api_own.get("/own/")
@api_own.doc(summary="Operations of which you see a part", parameters=PAGED, **answers(200, "OwnOperations"))
def operations() -> Response:
    """Reference, H and roles, as far as the token opens them; the latest H first."""
    me = permit("account")
    opened = me.token.operations if me.token is not None else None
    with session() as s:
        found = own_operations(s, memberships.roles_of(s, me.id))
    lines = [
        {"operation": line.key, "id": line.id, "h_hour": line.h_hour.isoformat(), "roles": [one.role for one in held]}
        for line, held in found
        if opened is None or line.key in opened
    ]
    return json_answer({"total": len(lines), "operations": part_of(lines)})


@api_own.get(PART)
@api_own.doc(summary="Your part of an operation", **answers(200, "OwnView"))
def part(operation: int) -> Response:
    """Before the release when, not what; afterwards the kinds of document, and the addresses, that each role has."""
    view = own_view(permit("own", operation), operation)
    line, at = view.line, view.release_at
    head = {"operation": line.key, "id": line.id, "h_hour": line.h_hour.isoformat(), "is_released": view.is_released}
    when = None if at is None else at.isoformat()
    return json_answer({**head, "release_at": when, "parts": [_part(one) for one in view.parts]})


def _part(part: OwnPart) -> dict[str, Any]:
    sites = [
        {"id": site.id, "address": site.address, "city": site.city, "suspects": [_named(one) for one in suspects]}
        for site, suspects in part.doors
    ]
    held = {"role": part.held.role, "tied_to": part.held.tied_to}
    return {**held, "documents": list(part.reach.documents), "sites": sites}


def _named(suspect: Any) -> dict[str, str]:
    return {"id": suspect.id, "name": suspect.name}


@api_own.get(f"{PART}/<role>/<document>.pdf")
@api_own.doc(summary="A document of your part", parameters=[ROLE, DOCUMENT], responses=PDF)
def document(operation: int, role: str, document: str) -> Any:
    """The document that the role has, with a record that it left."""
    permit("own", operation)
    return own.printed(operation, role, document)
