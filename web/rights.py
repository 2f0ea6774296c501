"""What a role allows: the one table from roles to actions, with no database and no page in it.

A view asks for one action (`web.access.permit`); who has no role that allows it is answered as if there were no such
page, or, where the operation is seen anyway, that it is not allowed.
"""

from collections.abc import Collection, Mapping
from typing import Literal, get_args

from models.api_tokens import Token
from models.memberships import WHOLE
from models.right_tables import Role
from models.users import SystemRole
from web.language import say

Action = Literal[
    "see", "edit", "plan", "report", "approve", "members", "law", "waive", "own", "log", "accounts", "account"
]
ACTIONS: tuple[Action, ...] = get_args(Action)
NARROW: tuple[Role, ...] = ("liaison", "leader", "custody", "forensics", "interviews", "legal")
"""The roles that see a part of their operation, on a page made for them."""
OF_ROLE: Mapping[Role, frozenset[Action]] = {
    "commander": frozenset({"see", "edit", "plan", "report", "approve", "members", "law", "waive", "log"}),
    "planner": frozenset({"see", "edit", "plan", "report", "members", "law"}),
    **{role: frozenset({"own"}) for role in NARROW},
    "custody": frozenset({"own", "waive"}),
    "legal": frozenset({"own", "law", "waive"}),
}
"""In an operation: role -> what it allows there."""
ROLE_NAMES: Mapping[Role, str] = {
    "commander": say("Commander"),
    "planner": say("Planner"),
    "liaison": say("Agency liaison"),
    "leader": say("Team leader"),
    "custody": say("Custody officer"),
    "forensics": say("Forensics coordinator"),
    "interviews": say("Interview coordinator"),
    "legal": say("Legal officer"),
}
SYSTEM_ROLE_NAMES: Mapping[SystemRole, str] = {
    "administrator": say("Administrator"),
    "auditor": say("Auditor"),
    "creator": say("Creates operations"),
}
APPOINTED: tuple[Role, ...] = ("commander", "legal")
"""Roles that planners give only as long as nobody commands."""
TIED: Mapping[str, str] = {"liaison": "agencies", "leader": "officers"}
"""A role that is tied to a row -> the table of that row."""


def in_operation(system: Collection[SystemRole], roles: Collection[Role]) -> frozenset[Action]:
    """What somebody may do in an operation: by roles in it, and by those in the installation."""
    found = frozenset[Action]().union(*(OF_ROLE[role] for role in roles))
    return found | {"log"} if "auditor" in system else found


def in_installation(system: Collection[SystemRole], roles: Collection[Role]) -> frozenset[Action]:
    """What somebody may do outside of any operation; `roles` are those in all operations.

    "see" is what operations share, such as areas of roads; "edit" and "plan" are a new operation.
    """
    found: set[Action] = {"account"}
    if "creator" in system:
        found |= {"see", "edit", "plan"}
    if any(role in WHOLE for role in roles):
        found.add("see")
    if "administrator" in system:
        found.add("accounts")
    if "auditor" in system:
        found.add("log")
    return frozenset(found)


def narrow(allowed: frozenset[Action], token: Token, operation: int | None) -> frozenset[Action]:
    """What a token opens of what its owner may do; outside of any operation only what is the owner's own.

    Of a role that sees a part, it opens that part.
    """
    if operation is None:
        return allowed & {"account"}
    if token.operations is not None and operation not in token.operations:
        return frozenset()
    return allowed & ({"see", "own"} if token.is_read_only else {"see", "own", "edit", "plan", "report"})


def may_give(mine: Collection[Role], role: Role, present: Collection[Role]) -> bool:
    """Whether somebody with these roles may give or take the role; `present` are the roles that anybody has there.

    Who commands, and who is the legal officer, is said by the commander, or by a planner as long as there is none.
    """
    if role not in APPOINTED:
        return any(one in WHOLE for one in mine)
    return "commander" in mine or ("planner" in mine and "commander" not in present)
