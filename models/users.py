"""People who may log in. A name is one name however it is written: `Li` and `li` are the same."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Select, func, select

from models import tables as t
from models.database import Session, now, unless_there, write_transaction
from models.errors import NotFound
from models.log import LogEntry, put_entry

SystemRole = Literal["administrator", "auditor", "creator"]
"""Who manages accounts, who reads the log, who may create operations."""
SYSTEM_ROLES: tuple[SystemRole, ...] = get_args(SystemRole)
CREATOR: tuple[SystemRole, ...] = ("creator",)


class NameTaken(Exception):
    """Somebody else has this name."""


class LastAdministrator(Exception):
    """The installation keeps one administrator who can log in."""


@dataclass(frozen=True, slots=True)
class User:
    """A person; `epoch` grows with every new password, which ends the sessions of older ones.

    `roles` are those in the installation; `must_change`: somebody else knows the password, so it opens only the page
    on which it is changed.
    """

    key: int
    name: str
    display_name: str
    password_hash: str
    epoch: int
    roles: tuple[SystemRole, ...] = CREATOR
    is_disabled: bool = False
    must_change: bool = False


COLUMNS: tuple[Any, ...] = tuple(
    t.users.c[name]
    for name in ("key", "name", "display_name", "password_hash", "epoch", "roles", "disabled_at", "must_change")
)


def fold_name(name: str) -> str:
    """The one spelling of a name: full-width letters narrow, all of them small, no space around."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def add(
    session: Session,
    name: str,
    password_hash: str,
    display_name: str = "",
    roles: Collection[SystemRole] = CREATOR,
    *,
    must_change: bool = False,
) -> int:
    """The key of the new user. Raises NameTaken, and ValueError for no name at all."""
    if not fold_name(name):
        raise ValueError("a user has a name")
    columns: dict[str, Any] = {
        "name": fold_name(name),
        "display_name": display_name or name.strip(),
        "password_hash": password_hash,
    }
    columns |= {"epoch": 1, "made_at": now(write_transaction(session))}
    columns |= {"roles": [role for role in SYSTEM_ROLES if role in roles], "must_change": must_change}
    key = session.scalars(unless_there(session, t.users).values(columns).returning(t.users.c.key)).one_or_none()
    if key is None:
        raise NameTaken(fold_name(name))
    put_entry(session, LogEntry("account added", details={"account": int(key), "roles": columns["roles"]}))
    return int(key)


def by_name(session: Session, name: str) -> User | None:
    """The user of this name."""
    return _one(session, _users().where(t.users.c.name == fold_name(name)))


def by_id(session: Session, key: int) -> User | None:
    """The user of this key."""
    return _one(session, _users().where(t.users.c.key == key))


def everybody(session: Session) -> list[User]:
    """All users, by name."""
    return [user_of(line) for line in session.execute(_users().order_by(t.users.c.name))]


def count(session: Session) -> int:
    """How many users there are."""
    return session.scalar(select(func.count()).select_from(t.users)) or 0


def set_password(session: Session, key: int, password_hash: str, *, must_change: bool = False) -> int:
    """The user has this password; returns the new epoch. Raises NotFound."""
    columns = {"password_hash": password_hash, "epoch": t.users.c.epoch + 1, "must_change": must_change}
    changed = t.users.update().where(t.users.c.key == key).values(columns).returning(t.users.c.epoch)
    epoch = write_transaction(session).scalars(changed).one_or_none()
    if epoch is None:
        raise NotFound("users", key)
    put_entry(session, LogEntry("password changed", details={"account": key}))
    return int(epoch)


def set_roles(session: Session, key: int, roles: Collection[SystemRole]) -> None:
    """The account has these roles in the installation. Raises LastAdministrator."""
    _set(session, key, {"roles": [role for role in SYSTEM_ROLES if role in roles]})


def set_disabled(session: Session, key: int, *, is_disabled: bool) -> None:
    """Nobody can log in with the account any more; or again. Raises LastAdministrator."""
    _set(session, key, {"disabled_at": now(write_transaction(session)) if is_disabled else None})


def _set(session: Session, key: int, columns: dict[str, Any]) -> None:
    everyone = select(t.users.c.key).order_by(t.users.c.key).with_for_update()
    write_transaction(session).execute(everyone)  # two administrators who disable one another take turns
    session.execute(t.users.update().where(t.users.c.key == key).values(columns))
    if not any("administrator" in user.roles and not user.is_disabled for user in everybody(session)):
        raise LastAdministrator
    told = {name: value for name, value in columns.items() if name == "roles"}
    told |= {"disabled": columns["disabled_at"] is not None} if "disabled_at" in columns else {}
    put_entry(session, LogEntry("account changed", details={"account": key, **told}))


def _users() -> Select[Any]:
    return select(*COLUMNS)


def user_of(line: Any) -> User:
    """The user whose COLUMNS these are."""
    key, name, display_name, password_hash, epoch, roles, disabled_at, must_change = line
    return User(key, name, display_name, password_hash, epoch, tuple(roles), disabled_at is not None, must_change)


def _one(session: Session, found: Select[Any]) -> User | None:
    line = session.execute(found).one_or_none()
    return None if line is None else user_of(line)
