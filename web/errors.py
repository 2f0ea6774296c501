"""What goes wrong, told on a page in the reader's language that says nothing of an operation."""

import errno
import logging
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

import logs
from models.errors import (
    Damaged,
    InvalidTransition,
    NotFound,
    ReadOnly,
    RegistersLocked,
    Replaced,
    Unavailable,
    UnfitDatabase,
    Unstorable,
)
from planner.render.glyphs import MissingFont
from planner.render.sheets import NothingToPrint, SheetFault
from web import plan_cache
from web.access import is_form_sent, page_of_form
from web.api_problems import is_api, problem
from web.database import begin_anew
from web.language import say, t
from web.outer_middleware import bare_page, request_number
from web.overlapping import clear_overlaps
from web.papers import Later
from web.reader import Malformed
from web.viewing import IS_ERROR

log = logging.getLogger(__name__)
SENTENCES = {
    400: say("The request could not be understood."),
    401: say("Please log in."),
    403: say("You are not authorised to do this."),
    404: say("There is no such page."),
    405: say("This page does not accept this kind of request."),
    409: say("Not possible now: the data has changed or the operation is closed."),
    413: say("The request is too large."),
    429: say("Too many attempts. Please wait a few minutes."),
    503: say("The server is busy. Please try again shortly."),
}
FAILED = say("Something went wrong; the program log has the details.")
STALE = say("This form has expired or was sent from another site. Please reload the page.")
DOWN = say("The database is unavailable or out of space. Nothing was changed; please try again shortly.")
NO_PAPER = say("This document cannot be printed: the program's fonts are missing.")
RESTORED = say("The database has just been restored from a backup. Please log in again.")
BROKEN = say("The database is damaged or incompatible with this version. Please inform the server administrator.")
FULL = say("The server's disk is full or not writable. Nothing was changed; please inform the server administrator.")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EIO)
LOCKED = say("The operation is running: its registers are locked. Use the what-if editor.")
CLOSED = say("The operation is closed and read-only.")


def why_read_only(error: Exception) -> str:
    """Why nothing of the operation changes, in the reader's language: it runs, or is closed."""
    return t(_why_read_only(error))


def _why_read_only(error: Exception) -> str:
    return LOCKED if isinstance(error, RegistersLocked) else CLOSED


def tell_errors(app: Flask) -> None:
    """Every error of a request has its page."""
    app.log_exception = partial(_log_exception, app)  # type: ignore[method-assign]
    app.register_error_handler(SecurityError, _another_name)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(Malformed, lambda error: _page(400, error.sentence))
    app.register_error_handler(Later, _later)
    for kind in (RecursionError, OverflowError, UnicodeError, Unstorable):
        app.register_error_handler(kind, _not_understood)
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(NotFound, lambda error: _page(404, SENTENCES[404]))
    app.register_error_handler(InvalidTransition, lambda error: _page(409, SENTENCES[409]))
    app.register_error_handler(ReadOnly, lambda error: _page(409, _why_read_only(error)))
    app.register_error_handler(NothingToPrint, lambda error: _page(404, str(error)))
    app.register_error_handler(SheetFault, _paper_failed)
    app.register_error_handler(MissingFont, _paper_failed)
    app.register_error_handler(Unavailable, _database_is_down)
    app.register_error_handler(Replaced, _database_was_restored)
    app.register_error_handler(UnfitDatabase, _database_is_broken)
    app.register_error_handler(Damaged, _database_is_broken)
    app.register_error_handler(OSError, _disk_is_full)


def _log_exception(app: Flask, told: Any) -> None:
    """What went wrong and where; of a phone's address only its rule: the address holds the word of the link."""
    place = request.url_rule if request.blueprint == "phone" else request.path
    app.logger.error("Exception on %s [%s]", place, request.method, exc_info=told)


def _stale(error: CSRFError) -> Any:
    """A form without the word of this session: of one that has ended, its sender logs in and has it again."""
    is_at_login = request.endpoint in ("accounts.enter", "one_time_codes.enter")
    if not current_user.is_authenticated and is_form_sent() and not is_at_login:
        return redirect(url_for("accounts.login", next=page_of_form()), 303)
    return _page(400, STALE)


def _another_name(error: SecurityError) -> tuple[str, int]:
    """A bare refusal: a name that is not our own has no addresses to link to."""
    return "This address is not served here.", 400


def _database_is_down(error: Unavailable) -> Response:
    """A bare sentence: a page would ask the database who is reading."""
    log.error("the database: %s", error)
    return _bare(503, DOWN)


def _paper_failed(error: Exception) -> Response:
    log.error("a paper cannot be printed: %s", error)
    return _page(500, NO_PAPER)


def _not_understood(error: Exception) -> Response:
    """What was sent is beyond what a page or the database can hold, and was found out late."""
    log.warning("a request was refused: %s at %s", type(error).__name__, logs.place_of(error))
    return _page(400, SENTENCES[400])


def _database_was_restored(error: Replaced) -> Response:
    """What was kept of the database before is let go; sessions ended with it."""
    if begin_anew(current_app):
        plan_cache.clear(current_app)
        clear_overlaps(current_app)
        log.warning("the database was restored: what was kept of it before is let go")
    return _bare(503, RESTORED)


def _database_is_broken(error: UnfitDatabase | Damaged) -> Response:
    log.error("the database: %s", error)
    return _bare(503, BROKEN)


def _disk_is_full(error: OSError) -> Response:
    """A bare sentence for what the disk refuses; any other trouble of the system is a mistake of ours."""
    if error.errno not in NO_ROOM:
        raise error
    log.error("the disk: %s", error.strerror)
    return _bare(507, FULL)


def _bare(code: int, sentence: str) -> Response:
    """A sentence without a page around it; to a program, a problem."""
    setattr(g, IS_ERROR, True)
    return problem(code, t(sentence)) if is_api() else make_response(t(sentence), code)


def _later(error: Later) -> Response:
    answer = _page(429, error.sentence)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _known(error: HTTPException) -> Response:
    code = error.code or 500
    if 300 <= code < 400:  # an address without its last slash, say
        return Response(response=error.get_body(), status=code, headers=error.get_headers())
    answer = _page(code, SENTENCES.get(code, FAILED))
    if is_api() and isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.valid_methods or ())
    return answer


def _page(code: int, sentence: str) -> Response:
    """The page; where it cannot be made, as without the database, a bare sentence; to a program, a problem."""
    setattr(g, IS_ERROR, True)
    if is_api():
        return problem(code, t(sentence))
    try:
        values = {"code": code, "sentence": t(sentence), "number": request_number()}
        page = render_template("error.html", is_known=current_user.is_authenticated, **values)
    except Exception:
        log.exception("an error page failed")
        page = bare_page(request_number())
    answer = make_response(page, code)
    if code == 401 and "HX-Request" in request.headers:
        answer.headers["HX-Redirect"] = url_for("accounts.login")
    return answer
