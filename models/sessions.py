"""Sessions of people who are signed in, kept here: what has ended is over, whoever holds a copy of the cookie.

A browser holds a random word; the table holds its hash. A session ends with a log-out, with another password, after
some time without use, and some time after it began.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, update

from models import tables as t
from models.database import Session, now, write_transaction
from models.log import LogEntry, put_entry
from models.users import COLUMNS, User, user_of

FRESH = timedelta(minutes=1)
"""How exactly it is known when a session was used last: more would be a write for every page."""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """Whose session it is; `is_stale`: its use is to be noted again."""

    user: User
    is_stale: bool


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session as its owner sees it: the hash of its word, when it began and when it was used last."""

    hash: str
    made_at: datetime
    used_at: datetime


def begin(session: Session, user: User, whole: timedelta) -> str:
    """The word of a new session that lasts so long at most; sessions that are over are swept away."""
    moment, word = now(write_transaction(session)), secrets.token_urlsafe(32)
    _sweep(session, moment)
    columns = {"hash": hash_of(word), "person": user.key, "epoch": user.epoch}
    columns |= {"made_at": moment, "used_at": moment, "ends_at": moment + whole}
    session.execute(t.sessions.insert().values(columns))
    return word


def hash_of(word: str) -> str:
    """What the table holds of a word."""
    return sha256(word.encode(errors="replace")).hexdigest()


def digest_of(word: str) -> str:
    """What the log holds of a session: enough to tell it from others."""
    return hash_of(word)[:16]


def _sweep(session: Session, moment: datetime) -> None:
    session.execute(delete(t.sessions).where(t.sessions.c.ends_at < moment))


def held(session: Session, word: str, idle: timedelta) -> LiveSession | None:
    """Whose session the word is; None where it has ended, or was not used for longer than `idle`."""
    sessions, users = t.sessions.c, t.users.c
    found = select(*COLUMNS, sessions.used_at, sessions.ends_at).select_from(t.sessions.join(t.users))
    found = found.where(sessions.hash == hash_of(word), sessions.epoch == users.epoch, users.disabled_at.is_(None))
    line = session.execute(found).one_or_none()
    moment = now(session)
    if line is None or moment >= line.ends_at or moment - line.used_at > idle:
        return None
    return LiveSession(user_of(line[:-2]), moment - line.used_at > FRESH)


def touch(session: Session, word: str) -> None:
    """The session was used now. Raises Unavailable, in the end, where that would mean to wait for another writer."""
    moment, sessions = now(write_transaction(session, seconds=0)), t.sessions.c
    used = update(t.sessions).where(sessions.hash == hash_of(word), sessions.used_at < moment - FRESH)
    session.execute(used.values(used_at=moment))


def end(session: Session, word: str) -> None:
    """The session has ended, and so has every copy of its word."""
    write_transaction(session).execute(delete(t.sessions).where(t.sessions.c.hash == hash_of(word)))


def sessions_of(session: Session, person: int) -> list[KnownSession]:
    """The person's sessions that have not come to their end, the one that was used last first."""
    sessions = t.sessions.c
    found = select(sessions.hash, sessions.made_at, sessions.used_at).select_from(t.sessions.join(t.users))
    found = found.where(sessions.person == person, sessions.epoch == t.users.c.epoch, sessions.ends_at > now(session))
    return [KnownSession(*line) for line in session.execute(found.order_by(sessions.used_at.desc(), sessions.hash))]


def num_live(session: Session) -> dict[int, int]:
    """Person -> how many sessions have not come to their end."""
    sessions = t.sessions.c
    found = select(sessions.person, func.count().label("number")).select_from(t.sessions.join(t.users))
    found = found.where(sessions.epoch == t.users.c.epoch, sessions.ends_at > now(session)).group_by(sessions.person)
    return {line.person: line.number for line in session.execute(found)}


def end_of(session: Session, person: int, but: str = "", only: str = "") -> None:
    """Every session of the person has ended but that of the word `but`; or the one hashed `only`, if it is theirs."""
    sessions = t.sessions.c
    gone = delete(t.sessions).where(sessions.person == person, sessions.hash != hash_of(but))
    write_transaction(session).execute(gone.where(sessions.hash == only) if only else gone)
    put_entry(session, LogEntry("sessions ended", details={"account": person}))


def end_all(session: Session) -> None:
    """Every session of everybody has ended."""
    write_transaction(session).execute(delete(t.sessions))
