"""Logging in and out, and one's own password."""

import logging
from typing import ClassVar

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from models import one_time_codes, sessions, users
from models.attempts import forgive, seconds_to_wait
from models.log import LogEntry, put_entry
from planner.files.limits import PASSWORD, USER_NAME
from web.access import Person, begin_session, end_session, permit
from web.database import session
from web.forms import LineField, PageForm, SecretField, TokenField
from web.language import say, t
from web.login_throttle import guessers, please_wait, present_password
from web.one_time_codes import asks_for_code, complete_login, redirect_to_code
from web.passwords import Busy, hash_password, is_right, place, weakness
from web.reader import is_line

accounts = Blueprint("accounts", __name__)
WRONG = say("Incorrect user name or password.")
log = logging.getLogger(__name__)


class LoginForm(PageForm):
    """Name and password; `next` is the page that was asked for."""

    next = TokenField("")
    name = LineField(say("User name"), render_kw={"maxlength": USER_NAME.most, "required": True})
    password = SecretField(say("Password"), render_kw={"maxlength": PASSWORD.most, "required": True})


class PasswordForm(PageForm):
    """The present password, and the new one twice; `person` is whose it is."""

    BOUNDS: ClassVar = {"required": True, "minlength": PASSWORD.least, "maxlength": PASSWORD.most}
    password = SecretField(say("Current password"), render_kw={"required": True, "maxlength": PASSWORD.most})
    new = SecretField(say("New password"), render_kw=BOUNDS)
    again = SecretField(say("Repeat new password"), render_kw=BOUNDS)

    def __init__(self, formdata: MultiDict[str, str] | None, person: Person) -> None:
        super().__init__(formdata)
        self.person = person

    def validate_new(self, field: SecretField) -> None:
        """The new password is not weak."""
        if (weak := weakness(field.data, self.person.name)) is not None:
            raise ValidationError(weak)

    def validate_again(self, field: SecretField) -> None:
        """Both entries are the same."""
        if not self.new.errors and field.data != self.new.data:
            raise ValidationError(t("The two entries of the new password differ."))


@accounts.get("/login")
def login() -> str:
    """The page to log in."""
    return render_template("accounts/login.html", form=LoginForm(next=request.args.get("next", "")))


@accounts.post("/login")
def enter() -> AnyResponse:
    """A session begins, if name and password fit together; who does not exist is answered like who does."""
    try:
        with place():
            return _entered(LoginForm(request.form))
    except Busy:
        abort(503)


def _entered(form: LoginForm) -> AnyResponse:
    """The failure is written down before the password is looked at, and struck out where it was none."""
    name = form.name.data
    with session() as s:
        user = users.by_name(s, name) if is_line(name, USER_NAME.most) else None
        counted = guessers(name, user)
        wait = seconds_to_wait(s, counted)
    if wait:
        log.warning("a log-in was not tried: it has to wait %d s", wait)
        return _again(form, please_wait(wait), 429, wait)
    if not is_right(user.password_hash if user else None, form.password.data) or user is None or user.is_disabled:
        log.warning("a log-in failed for %s", f"user {user.key}" if user else "no user of ours")
        with session() as s:
            put_entry(s, LogEntry("log-in refused"), account=user.key if user else None)
        return _again(form, t(WRONG), 401)
    wanted = _own_address(form.next.data)
    if asks_for_code(user):  # the password alone forgives no failure: codes would be guessed between two of it
        return redirect_to_code(user, wanted)
    return complete_login(user, wanted)


def _again(form: LoginForm, wrong: str, code: int, wait: int = 0) -> Response:
    """The log-in page with what was typed, but the password."""
    form.refuse(wrong)
    answer = make_response(render_template("accounts/login.html", form=form), code)
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
    me = permit("account")
    return _account_page(me, PasswordForm(None, me))


def _account_page(me: Person, form: PasswordForm) -> str:
    with session() as s:
        known, codes = sessions.sessions_of(s, me.id), one_time_codes.state_of(s, me.id)
    mine = sessions.hash_of(me.word)
    return render_template("accounts/account.html", person=me, form=form, sessions=known, this=mine, codes=codes)


@accounts.post("/account/sessions")
def end_sessions() -> AnyResponse:
    """Another of one's own sessions has ended, or every other."""
    me, one = permit("account"), request.form.get("session", "")
    with session() as s:
        sessions.end_of(s, me.id, but=me.word, only=one)
    flash(t("Sessions ended."), "success")
    return redirect(url_for("accounts.account"))


@accounts.post("/account")
def change_password() -> AnyResponse | tuple[str, int]:
    """The password is another one, and every other session of this person has ended; or what is wrong is said."""
    me = permit("account")
    try:
        with place():
            return _changed(me, PasswordForm(request.form, me))
    except Busy:
        abort(503)


def _changed(me: Person, form: PasswordForm) -> AnyResponse | tuple[str, int]:
    counted = present_password(me.id)
    with session() as s:
        wait, user = seconds_to_wait(s, counted), users.by_id(s, me.id)
    if wait:
        form.refuse(please_wait(wait))
        return _refused(form, 429)
    if user is None or not is_right(user.password_hash, form.password.data):
        log.warning("a present password was wrong")
        with session() as s:
            put_entry(s, LogEntry("password refused"))
        form.refuse(t("The current password is incorrect."), "password")
        return _refused(form, 401)
    if not form.validate():
        with session() as s:
            forgive(s, counted)
        return _refused(form, 422)
    new_hash = hash_password(form.new.data)
    with session() as s:
        forgive(s, counted)
        users.set_password(s, me.id, new_hash)
        renewed = users.by_id(s, me.id)
        assert renewed is not None
        begin_session(s, renewed)
    log.info("a password was changed")
    flash(t("Password changed. Your other sessions have been logged out."), "success")
    return redirect(url_for("accounts.account"))


def _refused(form: PasswordForm, code: int) -> tuple[str, int]:
    return _account_page(form.person, form), code
