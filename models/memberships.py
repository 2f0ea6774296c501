"""Who has which role in an operation; who has none there learns nothing of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select

from models import right_tables as r
from models import tables as t
from models.database import Session, now, unless_there, write_transaction
from models.log import LogEntry, put_entry
from models.reading import head_of
from models.right_tables import Role

WHOLE: tuple[Role, ...] = ("commander", "planner")
"""The roles that see everything of their operation."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has in an operation; `tied_to`: of a liaison the agency, of a team leader the officer."""

    operation: int
    role: Role
    tied_to: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has a role in an operation."""

    person: int
    name: str
    display_name: str
    role: Role
    tied_to: str


class LastPlanner(Exception):
    """An operation keeps one planner or commander at least: otherwise nobody could open it."""


def roles_in(session: Session, operation: int, person: int) -> list[Held]:
    """The person's roles in the operation: one look by the primary key."""
    found = _held().where(r.memberships.c.person == person, r.memberships.c.operation == operation)
    return [Held(*line) for line in session.execute(found)]


def roles_of(session: Session, person: int) -> list[Held]:
    """The person's roles in all operations."""
    return [Held(*line) for line in session.execute(_held().where(r.memberships.c.person == person))]


def _held() -> Select[int, Any, str]:
    rows = r.memberships.c
    return select(rows.operation, rows.role, rows.tied_to)


def seen_whole(person: int | ColumnElement[int]) -> Select[int]:
    """The operations of which the person sees everything."""
    rows = r.memberships.c
    return select(rows.operation).where(rows.person == person, rows.role.in_(WHOLE))


def is_seen_whole(column: ColumnElement[int], person: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the operation in the column is one of these."""
    return column.in_(seen_whole(person))


def members(session: Session, operation: int) -> list[Member]:
    """Everybody who has a role in the operation, by role and name."""
    rows, users = r.memberships.c, t.users.c
    found = select(rows.person, users.name, users.display_name, rows.role, rows.tied_to)
    found = found.select_from(r.memberships.join(t.users, users.key == rows.person)).where(rows.operation == operation)
    lines = [Member(*line) for line in session.execute(found)]
    return sorted(lines, key=lambda one: (r.ROLES.index(one.role), one.display_name, one.person))


def put_member(
    session: Session, operation: int, person: int, role: Role, by: int | None = None, tied_to: str = ""
) -> None:
    """The person has the role in the operation, tied to what is said; who has it already has it still."""
    rows = r.memberships.c
    moment = now(write_transaction(session))
    row = {"person": person, "operation": operation, "role": role, "tied_to": tied_to, "made_by": by, "made_at": moment}
    session.execute(unless_there(session, r.memberships).values(row))
    mine = rows.person == person, rows.operation == operation, rows.role == role
    session.execute(r.memberships.update().where(*mine).values(tied_to=tied_to))
    put_entry(session, LogEntry("member added", operation, details={"account": person, "role": role}))


def drop_member(session: Session, operation: int, person: int, role: str) -> None:
    """The person has the role no longer; who had none loses none.

    Raises LastPlanner where nobody would see the whole operation any more, NotFound for no such operation.
    """
    head_of(write_transaction(session), operation)  # two who remove one another take turns
    rows = r.memberships.c
    mine = rows.person == person, rows.operation == operation, rows.role == role
    if session.execute(delete(r.memberships).where(*mine).returning(rows.person)).first() is None:
        return
    whole = select(rows.person).where(rows.operation == operation, rows.role.in_(WHOLE))
    if session.execute(whole.limit(1)).first() is None:
        raise LastPlanner
    put_entry(session, LogEntry("member removed", operation, details={"account": person, "role": role}))


def people_seeing(session: Session, operation: int) -> Collection[int]:
    """The keys of the people who see everything of the operation."""
    rows = r.memberships.c
    found = select(rows.person).where(rows.operation == operation, rows.role.in_(WHOLE))
    return set(session.scalars(found))
