"""People who may log in. A name is one name however it is written: `Li` and `li` are the same."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from models import tables as t
from models.database import Session, now, unless_there, write_transaction
from models.errors import NotFound


class NameTaken(Exception):
    """Somebody else has this name."""


@dataclass(frozen=True, slots=True)
class User:
    """A person; `epoch` grows with every new password, which ends the sessions of older ones."""

    key: int
    name: str
    display_name: str
    password_hash: str
    epoch: int


def fold_name(name: str) -> str:
    """The one spelling of a name: full-width letters narrow, all of them small, no space around."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def add(session: Session, name: str, password_hash: str, display_name: str = "") -> int:
    """The key of the new user. Raises NameTaken, and ValueError for no name at all."""
    if not fold_name(name):
        raise ValueError("a user has a name")
    columns: dict[str, Any] = {
        "name": fold_name(name),
        "display_name": display_name or name.strip(),
        "password_hash": password_hash,
    }
    columns |= {"epoch": 1, "made_at": now(write_transaction(session))}
    key = session.scalars(unless_there(session, t.users).values(columns).returning(t.users.c.key)).one_or_none()
    if key is None:
        raise NameTaken(fold_name(name))
    return int(key)


def by_name(session: Session, name: str) -> User | None:
    """The user of this name."""
    return _one(session, _users().where(t.users.c.name == fold_name(name)))


def by_id(session: Session, key: int) -> User | None:
    """The user of this key."""
    return _one(session, _users().where(t.users.c.key == key))


def everybody(session: Session) -> list[User]:
    """All users, by name."""
    return [User(*line) for line in session.execute(_users().order_by(t.users.c.name))]


def count(session: Session) -> int:
    """How many users there are."""
    return session.scalar(select(func.count()).select_from(t.users)) or 0


def set_password(session: Session, key: int, password_hash: str) -> int:
    """The user has this password; returns the new epoch. Raises NoSuchRow."""
    columns = {"password_hash": password_hash, "epoch": t.users.c.epoch + 1}
    changed = t.users.update().where(t.users.c.key == key).values(columns).returning(t.users.c.epoch)
    epoch = write_transaction(session).scalars(changed).one_or_none()
    if epoch is None:
        raise NotFound("users", key)
    return int(epoch)


def _users() -> Select[int, str, str, str, int]:
    users = t.users.c
    return select(users.key, users.name, users.display_name, users.password_hash, users.epoch)


def _one(session: Session, found: Select[int, str, str, str, int]) -> User | None:
    line = session.execute(found).one_or_none()
    return None if line is None else User(*line)
