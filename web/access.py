"""Who is at the page and what they may do: one function decides, and every view asks it."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

import logs
from models import api_tokens, memberships, one_time_codes, sessions, users
from models.database import Session
from models.errors import Unavailable
from models.log import LogEntry, put_entry
from models.memberships import Held
from models.right_tables import Role
from web.api_problems import is_api
from web.api_throttle import token_in_use
from web.database import origin
from web.database import session as transaction
from web.language import t
from web.rights import Action, in_installation, in_operation, narrow
from web.settings import Settings

IDLE, CODES = "SESSION_IDLE", "CODES_OF"
PUBLIC = (
    *("static", "accounts.login", "accounts.enter", "one_time_codes.ask", "one_time_codes.enter"),
    *("health.alive", "health.ready", "health.metrics"),
    *("phone.page", "phone.enter", "phone.worker", "phone.state", "phone.report"),
)
FIRST = ("accounts.account", "accounts.change_password", "accounts.leave", "static")
"""What is open to somebody whose password another person knows, until it is changed."""
SETTING_UP = (*FIRST, "one_time_codes.page", "one_time_codes.begin", "one_time_codes.confirm")
"""What is open to somebody who has to set up one-time codes, until they are on."""
SILENT = (
    *(
        "plans.events",
        "stress.events",
        "reasons.events",
        "travel.state",
        "imports.events",
        "parcels.events",
        "pulse.state",
    ),
    "live_board.state",
)
"""What a page asks by itself: it does not keep a session alive."""


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Somebody who is signed in; `word` is of the session, which the database keeps.

    A program with a `token` of the person's is the person, as far as the token goes.
    """

    id: int
    name: str
    display_name: str
    word: str = field(default="", repr=False)
    roles: tuple[users.SystemRole, ...] = ()
    must_change: bool = False
    token: api_tokens.Token | None = None

    def get_id(self) -> str:
        """What the browser keeps of the session."""
        return self.word


def permit(action: Action, operation: int | None = None) -> Person:
    """The person at the page, who may do this; for anybody else the request ends here.

    Without a session with 401; with 403 where the person sees the operation; else with 404, as if there were none.
    """
    if not current_user.is_authenticated:
        abort(401)
    person: Person = current_user._get_current_object()
    allowed = _allowed(person, operation) if action != "account" else {action}
    if action not in allowed:
        abort(403 if operation is not None and "see" in allowed else 404)
    return person


def may(action: Action, operation: int | None = None) -> bool:
    """Whether the person at the page may do this: what a page offers."""
    return current_user.is_authenticated and action in _allowed(current_user._get_current_object(), operation)


def may_still(action: Action, operation: int | None = None) -> bool:
    """The same asked anew of the database: for what goes on after its page was asked for.

    The session may have ended meanwhile, the account been disabled, or the role been taken.
    """
    g.pop("held_roles", None)
    fresh = _holder(current_user.word)
    return fresh is not None and action in _allowed(fresh, operation)


def held_roles(person: Person, operation: int | None = None) -> list[Held]:
    """The person's roles in the operation, or in all; the database is asked once for a request."""
    known: dict[int | None, list[Held]] = g.setdefault("held_roles", {})
    if operation not in known:
        with transaction() as s:
            known[operation] = (
                memberships.roles_of(s, person.id)
                if operation is None
                else memberships.roles_in(s, operation, person.id)
            )
    return known[operation]


def _allowed(person: Person, operation: int | None) -> frozenset[Action]:
    roles: set[Role] = {held.role for held in held_roles(person, operation)}
    allowed = (in_installation if operation is None else in_operation)(person.roles, roles)
    return allowed if person.token is None else narrow(allowed, person.token, operation)


def watch_sessions(app: Flask, settings: Settings) -> None:
    """Every page but the log-in asks for a session that has neither been idle too long nor begun too long ago."""
    manager = LoginManager(app)
    manager.session_protection = None  # people move between networks; the times below end a session
    app.config[IDLE], app.config[CODES] = timedelta(minutes=settings.idle_minutes), settings.codes
    manager.user_loader(lambda word: None if is_api() else _holder(word))  # no cookie opens the API
    manager.request_loader(lambda _: _bearer() if is_api() else None)  # and no token a page
    app.add_template_global(may)

    @app.before_request
    def only_people_in_session() -> Response | None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception  # a name that is not ours: no address can be made for it
        if request.endpoint in PUBLIC:
            return None
        if current_user.is_authenticated:
            _touch()
            if _is_first():
                return redirect(url_for("accounts.account"))
            is_held_up = request.endpoint not in SETTING_UP and lacks_codes()
            return redirect(url_for("one_time_codes.page")) if is_held_up else None
        if "_user_id" in session and not is_api():
            session.clear()
            flash(t("Your session has expired. Please log in again."))
        return _to_login()


def _is_first() -> bool:
    """The person has to change the password before anything else."""
    return current_user.must_change and request.endpoint not in FIRST


def lacks_codes() -> bool:
    """Whether the person at the page has to set up one-time codes and has not; a program with a token cannot."""
    of, me = current_app.config[CODES], current_user
    if of == "choice" or me.token is not None or (of == "administrators" and "administrator" not in me.roles):
        return False
    with transaction() as s:
        return not one_time_codes.state_of(s, me.id).is_on


def _holder(word: str) -> Person | None:
    """The person whose session it is; none where it has ended."""
    operation = (request.view_args or {}).get("operation")
    with transaction() as s:
        held = sessions.held(s, word, current_app.config[IDLE])
        if held is not None and operation is not None:
            g.held_roles = {operation: memberships.roles_in(s, operation, held.user.key)}
    if held is None:
        return None
    request.environ[logs.USER], request.environ[logs.SESSION] = held.user.key, sessions.digest_of(word)
    g.is_stale = held.is_stale
    return person(held.user, word)


def _bearer() -> Person | None:
    """The person whose token the request brings; none where it brings none that is valid."""
    token = token_in_use()
    if token is None:
        return None
    request.environ[logs.USER], request.environ[logs.SESSION] = token.user.key, token.digest
    return replace(person(token.user, token.digest), token=token)


def _touch() -> None:
    """The session is in use, unless only a page asks by itself; it waits for nobody who writes at this moment."""
    if g.get("is_stale") and request.endpoint not in SILENT:
        with suppress(Unavailable), transaction() as s:
            sessions.touch(s, current_user.word)


def person(user: users.User, word: str = "") -> Person:
    """The account as the person who is signed in with it."""
    return Person(user.key, user.name, user.display_name, word, user.roles, user.must_change)


def begin_session(s: Session, user: users.User) -> None:
    """The browser has a new session with nothing of the one before in it."""
    if "_user_id" in session:
        sessions.end(s, session["_user_id"])
    session.clear()
    word = sessions.begin(s, user, current_app.permanent_session_lifetime)
    request.environ[logs.USER], request.environ[logs.SESSION] = user.key, sessions.digest_of(word)
    s.info["origin"] = origin()
    login_user(person(user, word))


def end_session() -> None:
    """The session has ended, and so has every copy of it."""
    with transaction() as s:
        sessions.end(s, current_user.word)
        put_entry(s, LogEntry("logged out"))
    logout_user()
    session.clear()


def _to_login() -> Response:
    """The log-in page for somebody who looks at pages or sends a form; a bare 401 for a script.

    Who sent a form comes back to the page that it stood on, where the browser shows again what was typed.
    """
    if is_api():
        abort(401)
    if is_form_sent():
        return redirect(url_for("accounts.login", next=page_of_form()), 303)
    is_page = request.method == "GET" and request.accept_mimetypes.accept_html and "HX-Request" not in request.headers
    if not is_page or request.headers.get("Sec-Fetch-Dest", "document") not in ("document", ""):
        abort(401)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("accounts.login", next=wanted if wanted != "/" else None))


def is_form_sent() -> bool:
    """A browser sends a form and waits for a page."""
    is_asked = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
    return request.method == "POST" and is_asked and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def page_of_form() -> str | None:
    """The path of our own page that a form was sent from; None where the browser does not say."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.host or page.path == url_for("accounts.login"):
        return None
    return f"{page.path}?{page.query}" if page.query else page.path
