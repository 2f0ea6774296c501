"""Tries to log in, counted before a password is looked at, in the table that all servers share.

Whoever's tries are counted (an account by its folded name, a browser that is known, an address) stands in the table as
a hash. A try counts as failed until it is forgiven, so that many at once are as many.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from sqlalchemy import delete, select, update

from models import tables as t
from models.database import Session, now, unless_there, write_transaction

DAY = timedelta(days=1)
"""After so long without another failure nothing is remembered."""


@dataclass(frozen=True, slots=True)
class Guesser:
    """Somebody whose tries are counted, and how: after `free` failures each next try waits, longer each time.

    The first wait is `first` seconds, each later one twice the one before, none longer than `most`. A `span` forgets
    all failures so many seconds after the first of them.
    """

    name: str
    free: int
    first: int
    most: int
    span: int | None = None

    @property
    def hash(self) -> str:
        """What the table holds of the name."""
        return sha256(self.name.encode(errors="replace")).hexdigest()

    def wait(self, num: int) -> timedelta:
        """How long the next try waits after so many failures."""
        over = num - self.free
        return timedelta(seconds=min(self.first * 2 ** min(over, 20), self.most) if over >= 0 else 0)


def seconds_to_wait(session: Session, guessers: Iterable[Guesser]) -> int:
    """Seconds until the next try; 0: this one may be made, and counts as failed for each guesser until `forgive`."""
    by_hash = {one.hash: one for one in guessers}
    if wait := _longest(_lines(session, by_hash), now(session)):
        return wait
    moment = now(write_transaction(session))
    session.execute(delete(t.attempts).where(t.attempts.c.since < moment - DAY, t.attempts.c.free_at < moment))
    for key in sorted(by_hash):  # in one order, so that no two wait for each other
        session.execute(unless_there(session, t.attempts).values(hash=key, num=0, since=moment, free_at=moment))
    lines = _lines(session, by_hash, alone=True)
    if wait := _longest(lines, moment):
        return wait
    for line in lines:
        session.execute(
            update(t.attempts).where(t.attempts.c.hash == line.hash).values(_counted(by_hash[line.hash], line, moment))
        )
    return 0


def _lines(session: Session, keys: Iterable[str], *, alone: bool = False) -> list[Any]:
    found = select(t.attempts).where(t.attempts.c.hash.in_(list(keys))).order_by(t.attempts.c.hash)
    return list(session.execute(found.with_for_update() if alone else found))


def _longest(lines: Iterable[Any], moment: datetime) -> int:
    return max((ceil((line.free_at - moment).total_seconds()) for line in lines if line.free_at > moment), default=0)


def _counted(one: Guesser, line: Any, moment: datetime) -> dict[str, Any]:
    """The line with one failure more."""
    is_over = moment - line.since > (DAY if one.span is None else timedelta(seconds=one.span))
    num = 1 if is_over else line.num + 1
    since = moment if is_over or one.span is None else line.since
    return {"num": num, "since": since, "free_at": moment + one.wait(num)}


def forgive(session: Session, guessers: Iterable[Guesser]) -> None:
    """The try was a right one: no failure of an account or a browser counts any more, and this one of no address."""
    attempts = t.attempts.c
    for one in guessers:
        mine = attempts.hash == one.hash
        if one.span is None:
            write_transaction(session).execute(delete(t.attempts).where(mine))
        else:
            less = {"num": attempts.num - 1, "free_at": now(session)}
            write_transaction(session).execute(update(t.attempts).where(mine, attempts.num > 0).values(less))
