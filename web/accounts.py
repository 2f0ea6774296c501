"""Logging in and out, and one's own password."""

import logging

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import users
from models.attempts import forgive, seconds_to_wait
from planner.files.limits import USER_NAME
from web.access import Person, begin_session, end_session, permit
from web.database import session
from web.language import say, t
from web.login_throttle import guessers, please_wait, present_password, remember_browser
from web.passwords import Busy, hash_password, is_right, place, weakness
from web.reader import is_line

accounts = Blueprint("accounts", __name__)
WRONG = say("Incorrect user name or password.")
log = logging.getLogger(__name__)


@accounts.get("/login")
def login() -> str:
    """The page to log in."""
    return render_template("accounts/login.html", next=request.args.get("next", ""))


@accounts.post("/login")
def enter() -> AnyResponse:
    """A session begins, if name and password fit together; who does not exist is answered like who does."""
    try:
        with place():
            return _entered(request.form.get("name", "").strip(), request.form.get("password", ""))
    except Busy:
        abort(503)


def _entered(name: str, password: str) -> AnyResponse:
    """The failure is written down before the password is looked at, and struck out where it was none."""
    with session() as s:
        user = users.by_name(s, name) if is_line(name, USER_NAME.most) else None
        counted = guessers(name, user)
        wait = seconds_to_wait(s, counted)
    if wait:
        log.warning("a log-in was not tried: it has to wait %d s", wait)
        return _again(name, please_wait(wait), 429, wait)
    if not is_right(user.password_hash if user else None, password) or user is None:
        log.warning("a log-in failed for %s", f"user {user.key}" if user else "no user of ours")
        return _again(name, t(WRONG), 401)
    with session() as s:
        forgive(s, counted)
        begin_session(s, user)
    log.info("user %d logged in", user.key)
    answer = make_response(redirect(_own_address(request.form.get("next", ""))))
    remember_browser(answer, user)
    return answer


def _again(name: str, wrong: str, code: int, wait: int = 0) -> Response:
    """The log-in page with what was typed, but the password."""
    page = render_template("accounts/login.html", wrong=wrong, name=name, next=request.form.get("next", ""))
    answer = make_response(page, code)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _own_address(wanted: str) -> str:
    """The wanted address, if it is a path of ours; otherwise the front page."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours else url_for("operations.index")


@accounts.post("/logout")
def leave() -> AnyResponse:
    """The session ends."""
    permit("account")
    end_session()
    return redirect(url_for("accounts.login"))


@accounts.get("/account")
def account() -> str:
    """One's own account."""
    return render_template("accounts/account.html", person=permit("account"))


@accounts.post("/account")
def change_password() -> AnyResponse | tuple[str, int]:
    """The password is another one, and every other session of this person has ended; or what is wrong is said."""
    me = permit("account")
    try:
        with place():
            return _changed(me, *(request.form.get(field, "") for field in ("password", "new", "again")))
    except Busy:
        abort(503)


def _changed(me: Person, present: str, wanted: str, again: str) -> AnyResponse | tuple[str, int]:
    counted = present_password(me.id)
    with session() as s:
        wait, user = seconds_to_wait(s, counted), users.by_id(s, me.id)
    if wait:
        return _refused(me, please_wait(wait), 429)
    if user is None or not is_right(user.password_hash, present):
        log.warning("a present password was wrong")
        return _refused(me, t("The current password is incorrect."), 401)
    weak = weakness(wanted, me.name)
    if weak is not None or wanted != again:
        with session() as s:
            forgive(s, counted)
        return _refused(me, weak if weak else t("The two entries of the new password differ."), 422)
    new_hash = hash_password(wanted)
    with session() as s:
        forgive(s, counted)
        users.set_password(s, me.id, new_hash)
        renewed = users.by_id(s, me.id)
        assert renewed is not None
        begin_session(s, renewed)
    log.info("a password was changed")
    flash(t("Password changed. Your other sessions have been logged out."), "success")
    return redirect(url_for("accounts.account"))


def _refused(me: Person, why: str, code: int) -> tuple[str, int]:
    return render_template("accounts/account.html", person=me, wrong=why), code
