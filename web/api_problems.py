"""What goes wrong, told to a program: one form for all, "problem details" (RFC 9457), with every fault at once."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request

from planner.files import Fault
from web.language import language

ROOT = "/api/"
PROBLEM = "application/problem+json"


def is_api() -> bool:
    """Whether a program asks, and not a page."""
    return request.path.startswith(ROOT)


def problem(code: int, detail: str, errors: Iterable[Mapping[str, Any]] = (), **more: Any) -> Response:
    """The answer that says what is wrong, in the asker's language; `errors` have a place and a message each."""
    told = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": detail}
    if listed := list(errors):
        told["errors"] = listed
    answer = Response(current_app.json.dumps(told | more), code, mimetype=PROBLEM)
    if code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="H-Hour"'
    return answer


def fault_rows(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Place, code and sentence of each fault."""
    return [{"place": one.place, "code": one.code, "message": one.text(language())} for one in faults]
