"""The own part of an operation, for roles that do not see the whole of it: the only pages that are there for them."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, render_template
from werkzeug.wrappers import Response as AnyResponse

from models import register
from models.database import Session, now
from models.memberships import Held
from models.plans import PlanLine
from planner.law.gate import STATE_WORDS
from planner.operation import Site, Suspect
from web import plan_cache
from web.access import Person, held_roles, permit
from web.approvals import approval_of, state_of
from web.database import session
from web.disclosure import DOCUMENTS, Disclosure, record
from web.editions import impression_of
from web.law import ROLE_WORDS
from web.own_law import own_waivers
from web.papers import papers
from web.plan_papers import offers_of, sheaf_of
from web.plans import plan_line
from web.reach import BEFORE_RELEASE, NOTHING, RoleReach, reach_of
from web.rights import NARROW, ROLE_NAMES

own = Blueprint("own", __name__, url_prefix="/operations/<int:operation>/own")


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What somebody has in an operation by one role."""

    held: Held
    reach: RoleReach

    @property
    def doors(self) -> list[tuple[Site, list[Suspect]]]:
        """The addresses that the role sees, with the suspects that it may know there."""
        return [(site, [one for one in self.reach.suspects if one.site == site.id]) for site in self.reach.sites]


@dataclass(frozen=True, slots=True)
class OwnView:
    """The parts of a person in an operation, the plan that they are of, and when it is released to teams."""

    line: register.OperationLine
    plan: PlanLine | None
    release_at: datetime | None
    parts: list[OwnPart]
    is_released: bool


@dataclass(frozen=True, slots=True)
class Released:
    """An operation, the plan that is approved for it (None: there is none), and whether and when teams may see it."""

    line: register.OperationLine
    plan: PlanLine | None
    at: datetime | None
    is_released: bool


def released_plan(operation: int) -> Released:
    """The plan that teams act on, as it stands now."""
    with session() as s:
        line, moment = register.operation_line(s, operation), now(s)
    approval = approval_of(line)
    plan = None if approval is None else plan_line(operation, approval.scenario)
    if approval is None or plan is None or state_of(line, plan) != "approved":
        return Released(line, None, None, is_released=False)
    at = approval.release_at
    is_released = line.status in ("released", "running") and at is not None and at <= moment
    return Released(line, plan, at, is_released=is_released)


def own_view(me: Person, operation: int) -> OwnView:
    """What the person may see of the operation now."""
    held = [one for one in held_roles(me, operation) if one.role in NARROW]
    found = released_plan(operation)
    if found.plan is None:
        return OwnView(found.line, None, None, [OwnPart(one, NOTHING) for one in held], is_released=False)
    shown = plan_cache.plan_view(found.plan)
    whole = shown.scenario.operation, shown.plan
    parts = [OwnPart(one, reach_of(one.role, one.tied_to, *whole, is_released=found.is_released)) for one in held]
    return OwnView(found.line, found.plan, found.at, parts, is_released=found.is_released)


@own.get("")
def page(operation: int) -> str:
    """The own part: before the release when, not what; afterwards the own documents."""
    view = own_view(permit("own", operation), operation)
    words = {"titles": DOCUMENTS, "role_names": ROLE_NAMES, "states": STATE_WORDS, "roles": ROLE_WORDS}
    return render_template("own/page.html", view=view, line=view.line, law=own_waivers(view.line), **words)


@own.get("/<role>/<document>.pdf")
def printed(operation: int, role: str, document: str) -> AnyResponse:
    """One document of the own part."""
    me = permit("own", operation)
    view = own_view(me, operation)
    part = next((one for one in view.parts if one.held.role == role), None)
    if part is None or view.plan is None or document not in part.reach.documents:
        abort(404)
    if document not in BEFORE_RELEASE and not view.is_released:
        abort(404)
    with papers().reserve(me.id):
        content = _pdf(operation, view.plan, document, part.reach.documents[document])
    asked = Disclosure("printed", operation, (document,), "pdf", view.plan.scenario)
    with session() as s:
        record(s, me, asked)
    return Response(content, mimetype="application/pdf")


def _pdf(operation: int, plan: PlanLine, document: str, keys: tuple[str, ...] | None) -> bytes:
    return impression_of(operation, plan, [(None, sheaf_of(offers_of(plan), (document,), keys))]).pdf()


def own_operations(s: Session, held: list[Held]) -> list[tuple[register.OperationLine, list[Held]]]:
    """The operations in which somebody has a part of the own, also where the whole is seen; the latest H first."""
    narrow = [one for one in held if one.role in NARROW]
    keys = {one.operation for one in narrow}
    lines = [register.operation_line(s, key) for key in keys]
    found = [(line, [one for one in narrow if one.operation == line.key]) for line in lines if line.status != "closed"]
    return sorted(found, key=lambda one: one[0].h_hour, reverse=True)
