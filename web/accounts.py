"""Logging in and out, and one's own password."""

import logging

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as AnyResponse

from models import users
from web.access import Person, begin_session, end_session, permit, person
from web.database import session
from web.language import say, t
from web.passwords import hashed, is_right, weakness

accounts = Blueprint("accounts", __name__)
limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])
WRONG = say("User name and password do not fit together.")
log = logging.getLogger(__name__)


def _failed(response: Response) -> bool:
    """Only what failed counts: a whole shift may log in from one address."""
    return response.status_code == 401


def _who() -> str:
    return f"{get_remote_address()} {request.form.get('name', '').casefold()[:100]}"


@accounts.get("/login")
def login() -> str:
    """The page to log in."""
    return render_template("accounts/login.html", next=request.args.get("next", ""))


@accounts.post("/login")
@limiter.limit("30 per minute; 200 per hour", deduct_when=_failed)
@limiter.limit("5 per minute; 20 per hour", key_func=_who, deduct_when=_failed)
def enter() -> AnyResponse | tuple[str, int]:
    """A session begins, if name and password fit together; who does not exist is answered like who does."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    with session() as s:
        user = users.by_name(s, name)
    if is_right(user.password_hash if user else None, password) and user is not None:
        begin_session(person(user))
        log.info("user %d logged in", user.key)
        return redirect(_own_address(request.form.get("next", "")))
    log.warning("a log-in failed for %s", f"user {user.key}" if user else "no user of ours")
    page = render_template("accounts/login.html", wrong=t(WRONG), name=name, next=request.form.get("next", ""))
    return page, 401


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
@limiter.limit("5 per minute; 20 per hour", deduct_when=_failed)
def change_password() -> AnyResponse | tuple[str, int]:
    """The password is another one, and every other session of this person has ended; or what is wrong is said."""
    me = permit("account")
    with session() as s:
        user = users.by_id(s, me.id)
    if user is None or not is_right(user.password_hash, request.form.get("password", "")):
        return _refused(me, t("The present password is not the right one."), 401)
    wanted = request.form.get("new", "")
    weak = weakness(wanted, me.name)
    if weak is not None or wanted != request.form.get("again", ""):
        return _refused(me, t(weak) if weak else t("The new password was typed in two different ways."), 422)
    new_hash = hashed(wanted)
    with session() as s:
        users.set_password(s, me.id, new_hash)
        renewed = users.by_id(s, me.id)
    assert renewed is not None
    begin_session(person(renewed))
    flash(say("The password is changed. Every other session of yours has ended."), "success")
    return redirect(url_for("accounts.account"))


def _refused(me: Person, why: str, code: int) -> tuple[str, int]:
    return render_template("accounts/account.html", person=me, wrong=why), code
