"""Who is at the page and what they may do: one function decides, and every view asks it."""

import time
from dataclasses import dataclass
from typing import Literal, get_args

from flask import Flask, abort, flash, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

from models import users
from web.database import session as transaction
from web.language import say
from web.settings import Settings

Action = Literal["see", "edit", "plan", "account"]
ACTIONS: tuple[Action, ...] = get_args(Action)
PUBLIC = ("static", "accounts.login", "accounts.enter")
SILENT = ("plans.events",)
"""What a page asks by itself: it does not keep a session alive."""
_FRESH_SECONDS = 60


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Somebody who is signed in. The epoch counts changes of the password: each ends the sessions before it."""

    id: int
    name: str
    display_name: str
    epoch: int

    def get_id(self) -> str:
        """What the session keeps of the person."""
        return f"{self.id}.{self.epoch}"


def permit(action: Action, operation: int | None = None) -> Person:
    """The person at the page, who may do this; for anybody else the request ends here, with 401 or 403."""
    if not current_user.is_authenticated:
        abort(401)
    person: Person = current_user._get_current_object()
    if not _may(person, action, operation):
        abort(403)
    return person


def _may(person: Person, action: Action, operation: int | None) -> bool:
    """For now, whoever has an account may do everything with every operation."""
    return action in ACTIONS


def watch_sessions(app: Flask, settings: Settings) -> None:
    """Every page but the log-in asks for a session that has neither been idle too long nor begun too long ago."""
    manager = LoginManager(app)
    manager.session_protection = None  # people move between networks; the times below and the epoch end a session
    manager.user_loader(person_of)
    idle, whole = settings.idle_minutes * 60, settings.session_hours * 3600

    @app.before_request
    def only_people_in_session() -> Response | None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception  # a name that is not ours: no address can be made for it
        if request.endpoint in PUBLIC:
            return None
        if current_user.is_authenticated and not _is_over(idle, whole):
            return None
        if "_user_id" in session:
            session.clear()
            flash(say("Your session has ended. Please log in again."))
        return _to_login()


def person_of(kept: str) -> Person | None:
    """The person whom a session names; none where the account is gone, or its password was changed since."""
    number, _, epoch = kept.partition(".")
    if not (number.isascii() and number.isdigit()):
        return None
    with transaction() as s:
        user = users.by_id(s, int(number))
    return person(user) if user is not None and str(user.epoch) == epoch else None


def person(user: users.User) -> Person:
    """The account as the person who is signed in with it."""
    return Person(user.key, user.name, user.display_name, user.epoch)


def begin_session(person: Person) -> None:
    """The browser has a new session with nothing of the one before in it."""
    session.clear()
    login_user(person)
    session["began"] = session["seen"] = int(time.time())


def end_session() -> None:
    """The browser has no session."""
    logout_user()
    session.clear()


def _is_over(idle: int, whole: int) -> bool:
    """Whether the session has lasted, or lain idle, too long; otherwise it was seen now."""
    now, began, seen = int(time.time()), session.get("began", 0), session.get("seen", 0)
    if now - began > whole or now - seen > idle:
        return True
    if now - seen > _FRESH_SECONDS and request.endpoint not in SILENT:
        session["seen"] = now
    return False


def _to_login() -> Response:
    """The log-in page for somebody who looks at pages; a bare 401 for a script or an answer to a form."""
    is_page = request.method == "GET" and request.accept_mimetypes.accept_html and "HX-Request" not in request.headers
    if not is_page or request.headers.get("Sec-Fetch-Dest", "document") not in ("document", ""):
        abort(401)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("accounts.login", next=wanted if wanted != "/" else None))
