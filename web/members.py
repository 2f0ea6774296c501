"""Who works on an operation, in which role: listed, added and removed by its planners and commanders."""

from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import ValidationError

from models import memberships, register, users
from models.memberships import LastPlanner, Member
from models.right_tables import ROLES, Role
from web.access import Person, held_roles, permit
from web.database import session
from web.forms import LineField, PageForm
from web.language import say, t
from web.parcels import all_parcels
from web.question_store import all_questions
from web.reader import key_in
from web.rights import ROLE_NAMES, TIED, may_give

members = Blueprint("members", __name__, url_prefix="/operations/<int:operation>/members")
NO_RIGHT = say("Only a commander appoints or removes commanders and legal officers.")


class MemberForm(PageForm):
    """An account by its user name, a role, and what the role is tied to."""

    name = LineField(say("User name"), render_kw={"required": True, "maxlength": 200, "autocomplete": "off"})
    role = SelectField(say("Role"), choices=lambda: [(role, t(ROLE_NAMES[role])) for role in ROLES])
    tied_to = LineField(say("Agency or officer"), render_kw={"maxlength": 200, "autocomplete": "off"})

    def __init__(self, formdata: Any = None, known: dict[str, set[str]] | None = None) -> None:
        super().__init__(formdata)
        self.known = known or {}

    def validate_tied_to(self, field: LineField) -> None:
        """A liaison names an agency and a team leader an officer of the operation; others nothing."""
        table = TIED.get(self.role.data)
        if table is None:
            field.data = ""
        elif field.data not in self.known.get(table, ()):
            raise ValidationError(
                t("Enter the ID of an agency of this operation.")
                if table == "agencies"
                else t("Enter the ID of an officer of this operation.")
            )


@members.get("")
def page(operation: int) -> str:
    """Everybody who has a role, and a form for one more."""
    me = permit("members", operation)
    return _page(me, operation, MemberForm())


def _page(me: Person, operation: int, form: MemberForm) -> str:
    with session() as s:
        line, found = register.operation_line(s, operation), memberships.members(s, operation)
        rows = {table: register.rows(s, operation, table) for table in TIED.values()}
    return render_template(
        "members/page.html",
        tab="members",
        line=line,
        members=[(one, _may_give(me, operation, one.role, found)) for one in found],
        form=form,
        role_names=ROLE_NAMES,
        names={(one.table, one.key): (one.row or {}).get("name", "") for many in rows.values() for one in many},
        tied=TIED,
    )


def _may_give(me: Person, operation: int, role: Role, found: list[Member]) -> bool:
    return may_give([held.role for held in held_roles(me, operation)], role, [one.role for one in found])


@members.post("")
def add(operation: int) -> Response | tuple[str, int]:
    """The account has the role; or the form again, with what is wrong."""
    me = permit("members", operation)
    with session() as s:
        known = {table: {row.key for row in register.rows(s, operation, table)} for table in TIED.values()}
        found = memberships.members(s, operation)
    form = MemberForm(request.form, known)
    if not form.validate():
        return _page(me, operation, form), 422
    role = cast("Role", form.role.data)
    if not _may_give(me, operation, role, found):
        form.refuse(t(NO_RIGHT), "role")
        return _page(me, operation, form), 403
    with session() as s:
        user = users.by_name(s, form.name.data)
        if user is not None:
            memberships.put_member(s, operation, user.key, role, me.id, form.tied_to.data)
    if user is None:
        form.refuse(t("There is no account with this user name."), "name")
        return _page(me, operation, form), 422
    flash(t("{name} added as {role}.", name=user.display_name, role=t(ROLE_NAMES[role])), "success")
    return redirect(url_for("members.page", operation=operation))


@members.post("/remove")
def remove(operation: int) -> Response | tuple[str, int]:
    """The account has the role no longer; whoever has no other role sees nothing of the operation from now on."""
    me, person, role = permit("members", operation), key_in(request.form, "person"), request.form.get("role", "")
    if person is None or role not in ROLES:
        abort(404)
    with session() as s:
        found = memberships.members(s, operation)
    if not _may_give(me, operation, role, found):
        flash(t(NO_RIGHT), "danger")
        return _page(me, operation, MemberForm()), 403
    try:
        with session() as s:
            memberships.drop_member(s, operation, person, role)
            sees_whole = person in memberships.people_seeing(s, operation)
    except LastPlanner:
        flash(t("An operation needs at least one planner or commander."), "danger")
        return _page(me, operation, MemberForm()), 409
    if not sees_whole:
        all_parcels().drop_of(operation=operation, user=person)
        all_questions().drop_of(operation=operation, user=person)
    flash(t("Role removed."), "success")
    is_mine = person == me.id
    return redirect(url_for("operations.index") if is_mine else url_for("members.page", operation=operation))
