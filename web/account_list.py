"""The accounts of the installation, for administrators: invited, disabled, their sessions ended, their roles set."""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import api_tokens, one_time_codes, sessions, users
from models.users import SYSTEM_ROLES, LastAdministrator, NameTaken, User
from planner.files.limits import USER_NAME, Span
from web.access import Person, permit
from web.database import session
from web.forms import LineField, OneLine, PageForm
from web.language import say, t
from web.parcels import all_parcels
from web.passwords import Busy, hash_password, place, random_password
from web.question_store import all_questions
from web.rights import SYSTEM_ROLE_NAMES

account_list = Blueprint("account_list", __name__, url_prefix="/accounts")
log = logging.getLogger(__name__)
ACTIONS = ("disable", "enable", "end", "tokens", "reset", "roles", "codes")
ONE_LINE = say("Enter a name of 1 to {most} characters.")


class InviteForm(PageForm):
    """A user name and the name that others see."""

    name = LineField(say("User name"), [OneLine(Span(1, USER_NAME.most), ONE_LINE)], render_kw={"autocomplete": "off"})
    display_name = LineField(
        say("Name shown to others"), [OneLine(Span(0, USER_NAME.most), ONE_LINE)], render_kw={"autocomplete": "off"}
    )


@account_list.get("/")
def index() -> str:
    """Every account, and a form for one more."""
    me = permit("accounts")
    return _page(me, InviteForm())


def _page(me: Person, form: InviteForm, shown: tuple[str, str] | None = None) -> str:
    """The page; `shown` are a user name and a password that is told this once."""
    with session() as s:
        everybody, live = users.everybody(s), sessions.num_live(s)
        with_codes = one_time_codes.accounts_with(s)
    return render_template(
        "accounts/list.html",
        accounts=[(one, live.get(one.key, 0)) for one in everybody],
        with_codes=with_codes,
        form=form,
        shown=shown,
        me=me,
        system_roles=SYSTEM_ROLES,
        role_names=SYSTEM_ROLE_NAMES,
    )


def _roles() -> list[users.SystemRole]:
    return [role for role in SYSTEM_ROLES if role in request.form.getlist("roles")]


@account_list.post("/")
def invite() -> str | tuple[str, int]:
    """There is a new account, whose first password is shown once; it opens only the page on which it is changed."""
    me, form = permit("accounts"), InviteForm(request.form)
    if not form.validate():
        return _page(me, form), 422
    password, name = _new_password()
    try:
        with session() as s:
            key = users.add(s, form.name.data, name, form.display_name.data, _roles(), must_change=True)
    except (NameTaken, ValueError):
        form.refuse(t("There is an account with this user name already."), "name")
        return _page(me, form), 422
    log.info("user %d invited user %d", me.id, key)
    return _page(me, InviteForm(), (form.name.data, password))


def _new_password() -> tuple[str, str]:
    """A random password, and its hash."""
    password = random_password()
    try:
        with place():
            return password, hash_password(password)
    except Busy:
        abort(503)


@account_list.post("/<int:account>")
def change(account: int) -> Response | str | tuple[str, int]:
    """The account is disabled or enabled; its sessions, password, roles or one-time codes are changed."""
    me, action = permit("accounts"), request.form.get("do", "")
    with session() as s:
        user = users.by_id(s, account)
    if user is None or action not in ACTIONS:
        abort(404)
    if action == "reset":
        password, name = _new_password()
        with session() as s:
            users.set_password(s, account, name, must_change=True)
            sessions.end_of(s, account)
        log.info("user %d reset the password of user %d", me.id, account)
        return _page(me, InviteForm(), (user.name, password))
    try:
        _done(user, action)
    except LastAdministrator:
        flash(t("The installation needs at least one administrator who can log in."), "danger")
        return _page(me, InviteForm()), 409
    log.info("user %d changed the account of user %d: %s", me.id, account, action)
    flash(t("Account changed."), "success")
    return redirect(url_for("account_list.index" if account != me.id else "operations.index"))


def _done(user: User, action: str) -> None:
    with session() as s:
        if action == "roles":
            users.set_roles(s, user.key, _roles())
        elif action in ("disable", "enable"):
            users.set_disabled(s, user.key, is_disabled=action == "disable")
        elif action == "codes":
            one_time_codes.switch_off(s, user.key, by_owner=False)
        if action in ("disable", "tokens"):
            api_tokens.revoke(s, user.key)
        if action in ("disable", "end"):
            sessions.end_of(s, user.key)
    if action == "disable":
        all_parcels().drop_of(user=user.key)
        all_questions().drop_of(user=user.key)
