"""One-time codes: asked for after the password, set up and switched off by their owner."""

import logging
import time

import segno
from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from werkzeug.wrappers import Response as AnyResponse

from models import one_time_codes, sessions, users
from models.attempts import forgive, seconds_to_wait
from models.log import LogEntry, put_entry
from models.one_time_codes import CodesOn
from models.users import User
from planner.files.limits import PASSWORD
from web.access import Person, begin_session, lacks_codes, permit
from web.database import session
from web.forms import LineField, PageForm, SecretField
from web.language import say, t
from web.login_throttle import guessers, please_wait, present_password, remember_browser
from web.passwords import Busy, is_right, place

codes = Blueprint("one_time_codes", __name__)
PENDING, PENDING_SECONDS = "code", 5 * 60
"""What the browser keeps, signed, between password and code: account, its epoch, when, and the page that was wanted."""
WRONG = say("This code does not fit, or it has been used.")
log = logging.getLogger(__name__)


class CodeForm(PageForm):
    """A code of the app, or a recovery code."""

    code = LineField(
        say("Code"), render_kw={"maxlength": 40, "required": True, "autocapitalize": "none", "spellcheck": "false"}
    )


class OwnerForm(PageForm):
    """The present password: only the owner sets codes up or switches them off."""

    password = SecretField(say("Current password"), render_kw={"required": True, "maxlength": PASSWORD.most})


def asks_for_code(user: User) -> bool:
    """Whether the password alone does not open the account."""
    with session() as s:
        return one_time_codes.state_of(s, user.key).is_on


def redirect_to_code(user: User, wanted: str) -> AnyResponse:
    """The way to the page that asks for the code; the browser has no session yet.

    No address is charged with the try, because it was a right one; account and browser are until a code fits too.
    """
    with session() as s:
        forgive(s, [one for one in guessers(user.name, user) if one.span is not None])
    browser[PENDING] = [user.key, user.epoch, int(time.time()), wanted]
    return redirect(url_for("one_time_codes.ask"))


def complete_login(user: User, wanted: str) -> Response:
    """A session begins, no failure counts any more, and the browser is on its way to the wanted page of ours."""
    with session() as s:
        forgive(s, guessers(user.name, user))
        begin_session(s, user)
        put_entry(s, LogEntry("logged in"))
        was_off = one_time_codes.state_of(s, user.key).off_at is not None
    if was_off:
        flash(t("An administrator switched off your one-time codes. You can set them up again in your account."))
    log.info("user %d logged in", user.key)
    answer = make_response(redirect(wanted))
    remember_browser(answer, user)
    return answer


def _pending() -> tuple[User, str] | None:
    """Whose password was right a short while ago, and the page that is wanted; the password is still the same."""
    kept = browser.get(PENDING)
    if not kept or not 0 <= time.time() - kept[2] <= PENDING_SECONDS:
        return None
    with session() as s:
        user = users.by_id(s, kept[0])
    return (user, kept[3]) if user is not None and user.epoch == kept[1] and not user.is_disabled else None


@codes.get("/login/code")
def ask() -> str | AnyResponse:
    """The page that asks for a code."""
    return _ask_page(CodeForm()) if _pending() is not None else redirect(url_for("accounts.login"))


def _ask_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)


@codes.post("/login/code")
def enter() -> AnyResponse:
    """A session begins, if the code fits; failures count with those of the password."""
    form, pending = CodeForm(request.form), _pending()
    if pending is None:
        flash(t("Please enter your password again."))
        return redirect(url_for("accounts.login"))
    user, wanted = pending
    with session() as s:
        wait = seconds_to_wait(s, guessers(user.name, user))
    if wait:
        log.warning("a one-time code was not tried: it has to wait %d s", wait)
        form.refuse(please_wait(wait))
        return make_response(_ask_page(form), 429, {"Retry-After": str(wait)})
    with session() as s:
        used = one_time_codes.take(s, user.key, form.code.data)
        if used is None:
            put_entry(s, LogEntry("one-time code refused"), account=user.key)
    if used is None:
        log.warning("a one-time code failed for user %d", user.key)
        form.refuse(t(WRONG), "code")
        return make_response(_ask_page(form), 401)
    return complete_login(user, wanted)


@codes.get("/account/codes")
def page() -> str:
    """One-time codes of the own account: how they are, and the next step."""
    return _page(permit("account"))


def _page(me: Person, form: PageForm | None = None, shown: list[str] | None = None) -> str:
    """The page; `shown` are recovery codes that are told this once."""
    with session() as s:
        state, secret = one_time_codes.state_of(s, me.id), one_time_codes.begun_secret(s, me.id)
    return render_template(
        "accounts/codes.html",
        state=state,
        is_required=lacks_codes(),
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)] if secret else [],
        picture=_picture(secret, me.name) if secret else None,
        form=form or PageForm(),
        owner=form if isinstance(form, OwnerForm) else OwnerForm(),
        code=form if isinstance(form, CodeForm) else CodeForm(),
        shown=shown,
    )


def _picture(secret: str, name: str) -> str:
    """The QR code that an authenticator app reads, as the address of an image that holds it."""
    made = segno.make_qr(one_time_codes.address_of(secret, name), error="m")
    return str(made.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


@codes.post("/account/codes/begin")
def begin() -> AnyResponse | tuple[str, int]:
    """There is a key, which counts once a code of it was typed."""
    me = permit("account")
    if (refused := _owner_refused(me)) is not None:
        return refused
    try:
        with session() as s:
            one_time_codes.begin(s, me.id)
    except CodesOn:
        abort(409)
    return redirect(url_for("one_time_codes.page"))


@codes.post("/account/codes")
def confirm() -> str | tuple[str, int]:
    """The log-in asks for codes from now on, other sessions have ended, and recovery codes are shown this once."""
    me, form = permit("account"), CodeForm(request.form)
    with session() as s:
        wait = seconds_to_wait(s, present_password(me.id))
    if wait:
        form.refuse(please_wait(wait))
        return _page(me, form), 429
    with session() as s:
        shown = one_time_codes.confirm(s, me.id, form.code.data)
        if shown is not None:
            forgive(s, present_password(me.id))
            sessions.end_of(s, me.id, but=me.word)
    if shown is None:
        form.refuse(t(WRONG), "code")
        return _page(me, form), 422
    log.info("user %d switched on one-time codes", me.id)
    return _page(me, shown=shown)


@codes.post("/account/codes/off")
def off() -> AnyResponse | tuple[str, int]:
    """The password alone opens the account again; a key that was not confirmed is gone."""
    me = permit("account")
    if (refused := _owner_refused(me)) is not None:
        return refused
    with session() as s:
        is_changed = one_time_codes.switch_off(s, me.id, by_owner=True)
    if is_changed:
        log.info("user %d switched off one-time codes", me.id)
        flash(t("One-time codes are off."), "success")
    return redirect(url_for("one_time_codes.page"))


@codes.post("/account/codes/seen")
def seen() -> AnyResponse:
    """The owner has seen that an administrator switched codes off."""
    me = permit("account")
    with session() as s:
        one_time_codes.seen(s, me.id)
    return redirect(url_for("accounts.account"))


def _owner_refused(me: Person) -> tuple[str, int] | None:
    """The page again where the present password is wrong, tried too often, or too many people log in at once."""
    form, counted = OwnerForm(request.form), present_password(me.id)
    with session() as s:
        wait, user = seconds_to_wait(s, counted), users.by_id(s, me.id)
    if wait:
        form.refuse(please_wait(wait))
        return _page(me, form), 429
    try:
        with place():
            is_owner = user is not None and is_right(user.password_hash, form.password.data)
    except Busy:
        abort(503)
    with session() as s:
        if is_owner:
            forgive(s, counted)
        else:
            put_entry(s, LogEntry("password refused"))
    if is_owner:
        return None
    form.refuse(t("The current password is incorrect."), "password")
    return _page(me, form), 401
