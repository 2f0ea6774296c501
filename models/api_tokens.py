"""Tokens with which programs ask the API as their owners: random, stored as their hash, narrowed, and with an end.

A token ends on its day, when its owner or an administrator revokes it, and with every new password of its owner.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from models import tables as t
from models.database import Session, now, write_transaction
from models.log import LogEntry, put_entry
from models.right_tables import api_tokens
from models.users import COLUMNS, User, user_of

MARK, PREFIX = "hhour_", 12
MOST_OF_PERSON = 20
FRESH = timedelta(minutes=1)
"""How exactly it is known when a token was used last: more would be a write for every request."""


class TooManyTokens(Exception):
    """A person has as many tokens as anybody may have."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is valid, and whose it is. `operations`: the keys of those that it opens; None: all of its owner's.

    `digest` is what the log holds of it; `is_stale`: its use is to be noted again.
    """

    key: int
    user: User
    digest: str
    is_read_only: bool
    operations: frozenset[int] | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token as its owner sees it."""

    key: int
    name: str
    prefix: str
    is_read_only: bool
    operations: tuple[int, ...] | None
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None


def hash_of(word: str) -> str:
    """What the table holds of a token; the word is random and of 256 bits, so that no slow hash is needed."""
    return sha256(word.encode(errors="replace")).hexdigest()


def create(
    session: Session, user: User, name: str, days: int, *, is_read_only: bool, operations: Collection[int] | None = None
) -> str:
    """The word of a new token, which is told this once. Raises TooManyTokens."""
    moment, word = now(write_transaction(session)), MARK + secrets.token_urlsafe(32)
    session.execute(delete(api_tokens).where(api_tokens.c.ends_at < moment))
    held = select(func.count()).select_from(api_tokens).where(api_tokens.c.person == user.key)
    if session.scalars(held).one() >= MOST_OF_PERSON:
        raise TooManyTokens
    columns: dict[str, Any] = {"hash": hash_of(word), "prefix": word[:PREFIX], "person": user.key, "epoch": user.epoch}
    columns |= {"name": name, "is_read_only": is_read_only, "made_at": moment, "ends_at": moment + timedelta(days)}
    columns["operations"] = None if operations is None else sorted(operations)
    key = session.scalars(api_tokens.insert().values(columns).returning(api_tokens.c.key)).one()
    put_entry(session, LogEntry("token created", details={"token": int(key)}))
    return word


def valid(session: Session, word: str) -> Token | None:
    """The token of this word; None where there is none, or it has ended."""
    tokens = api_tokens.c
    more = (tokens.key.label("token"), tokens.is_read_only, tokens.operations, tokens.used_at, tokens.ends_at)
    found = select(*COLUMNS, *more).select_from(api_tokens.join(t.users))
    found = found.where(tokens.hash == hash_of(word), tokens.epoch == t.users.c.epoch, t.users.c.disabled_at.is_(None))
    line = session.execute(found).one_or_none()
    moment = now(session)
    if line is None or moment >= line.ends_at:
        return None
    opened = None if line.operations is None else frozenset(line.operations)
    is_stale = line.used_at is None or moment - line.used_at > FRESH
    digest = hash_of(word)[:16]
    return Token(line.token, user_of(line[: len(COLUMNS)]), digest, line.is_read_only, opened, is_stale)


def touch(session: Session, key: int) -> None:
    """The token was used now. Raises Unavailable, in the end, where that would mean to wait for another writer."""
    moment, tokens = now(write_transaction(session, seconds=0)), api_tokens.c
    is_old = or_(tokens.used_at.is_(None), tokens.used_at < moment - FRESH)
    session.execute(update(api_tokens).where(tokens.key == key, is_old).values(used_at=moment))


def tokens_of(session: Session, person: int) -> list[KnownToken]:
    """The person's tokens that are valid, the one that was made last first."""
    names = ("key", "name", "prefix", "is_read_only", "operations", "made_at", "ends_at", "used_at")
    tokens = api_tokens.c
    found = select(*(tokens[name] for name in names)).select_from(api_tokens.join(t.users))
    found = found.where(tokens.person == person, tokens.epoch == t.users.c.epoch, tokens.ends_at > now(session))
    lines = session.execute(found.order_by(tokens.key.desc()))
    known = (dict(line._mapping) for line in lines)
    return [KnownToken(**one | {"operations": one["operations"] and tuple(one["operations"])}) for one in known]


def revoke(session: Session, person: int, key: int | None = None) -> None:
    """The person's token of this key has ended, if there is one; without a key, every one of the person's."""
    tokens = api_tokens.c
    gone = delete(api_tokens).where(tokens.person == person).returning(tokens.key)
    ended = write_transaction(session).scalars(gone if key is None else gone.where(tokens.key == key))
    for one in sorted(ended):
        put_entry(session, LogEntry("token revoked", details={"token": int(one), "account": person}))
