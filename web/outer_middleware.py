"""The outermost layer: every request has a number that log, page and answer share; whatever fails has an answer."""

import logging
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import request

import logs
from web.security_headers import HEADERS, STRICT

HEADER = "X-Request-ID"
SENTENCE = "Something went wrong here; the program's log has the details. 程序出错；详情见程序日志。"
Begin = Callable[..., Any]
Application = Callable[[dict[str, Any], Begin], Iterable[bytes]]
log = logging.getLogger(__name__)


class OuterMiddleware:
    """Numbers each request, and answers with a bare sentence where the application itself could not."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Begin) -> Iterable[bytes]:
        """The application's answer, or the sentence."""
        number = environ[logs.ID] = secrets.token_hex(6)
        logs.REQUEST.set(environ)
        begin = partial(_begin, start_response, number)
        try:
            return self._application(environ, begin)
        except Exception:
            log.exception("a request failed, and its error page too")
            page = bare_page(number).encode()
            headers = {**HEADERS, "Content-Security-Policy": STRICT, "Cache-Control": "no-store"}
            headers |= {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(page))}
            begin("500 Internal Server Error", list(headers.items()))
            return [page]


def _begin(start_response: Begin, number: str, status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
    return start_response(status, [*headers, (HEADER, number)], *more)


def bare_page(number: str) -> str:
    """A page that needs neither the database nor a template."""
    return f"<!DOCTYPE html>\n<meta charset=utf-8>\n<title>H-Hour</title>\n<p>{SENTENCE}</p>\n<p>{number}</p>\n"


def request_number() -> str:
    """The number of the request at work."""
    return str(request.environ.get(logs.ID, ""))
