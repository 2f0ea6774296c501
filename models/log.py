"""The log: who did, saw and took what, when and from where, in one chain of entries with a keyed hash.

An entry is written at the end of the transaction of what it tells, and only ever added. It names accounts, operations
and plans by their keys, and things by keyed digests of their ids: nothing about people is repeated in it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from models.database import Connection, Database, Session, is_postgresql, now, write_transaction
from models.errors import Unavailable
from models.log_place import Head, LogPlace
from models.log_tables import log

LOCK = 4_861_209  # any number, the same in all processes: PostgreSQL's lock for whoever adds entries
BROKEN, INTERRUPTED, RESTORED = "log broken", "log interrupted", "restored"
PENDING = "log"
COLUMNS = tuple(column.name for column in log.columns)
SEALED = tuple(name for name in COLUMNS if name != "mac")
# Made once: the statements of every page that is shown.
_LAST, _INSERT = "SELECT number, mac FROM log ORDER BY number DESC LIMIT 1", log.insert()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an action comes from: the account that is signed in, a digest of its session, and the network address."""

    account: int | None = None
    session: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What an entry tells of; `thing` is table and id. `page` names the page or document, `details` are words of ours.

    `event`: the key of an event, and its columns that the digest is of.
    """

    action: str
    operation: int | None = None
    plan: int | None = None
    page: str | None = None
    thing: tuple[str, str] | None = None
    event: tuple[int, Mapping[str, Any]] | None = None
    details: Mapping[str, Any] | None = None


def put_entry(session: Session, told: LogEntry, *, account: int | None = None, at: datetime | None = None) -> None:
    """The entry stands in the log once the transaction has ended well; `account`: another than the one at the page."""
    origin: Origin = write_transaction(session).info.get("origin") or Origin()
    if account is not None:
        origin = replace(origin, account=account)
    session.info.setdefault(PENDING, []).append((told, origin, at or now(session)))
    session.info["ending"] = seal


def put_entry_of(session: Session, told: LogEntry, origin: Origin, at: datetime) -> None:
    """The same of what somebody else did before."""
    write_transaction(session).info.setdefault(PENDING, []).append((told, origin, at))
    session.info["ending"] = seal


@dataclass(frozen=True, slots=True)
class Sealed:
    """A transaction whose entries stand in the table: what the place of the key is told when it ends."""

    place: LogPlace
    head: Head
    before: Head
    is_back: bool

    def committed(self) -> None:
        """The head is the last entry."""
        self.place.tell(self.head, back=self.is_back)

    def rolled_back(self) -> None:
        """The entry before is the last again."""
        self.place.withdraw(self.head, self.before)


def seal(session: Session) -> Sealed:
    """What is pending stands in the log.

    It is the last that a transaction does: whoever holds the chain waits for nobody any more.
    """
    if is_postgresql(session):
        session.connection().exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # looking at keys takes locks of rows
        session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    try:
        return _sealed(session, session.info.pop(PENDING))
    except OSError as error:
        raise Unavailable(f"the log cannot go on: {error.strerror}") from error


def _sealed(session: Session, pending: Iterable[tuple[LogEntry, Origin, datetime]]) -> Sealed:
    database: Database = session.info["database"]
    place, last = database.log, head_of_log(session.connection())
    doubt = _doubt(session, place, last)
    told = [*([(doubt, Origin(), now(session))] if doubt is not None else ()), *pending]
    rows, head = chained(place, last, told)
    session.connection().execute(_INSERT, rows)
    place.intend(head)
    return Sealed(place, head, last, doubt is not None)


def head_of_log(connection: Connection) -> Head:
    """The last entry that stands in the table."""
    found = connection.exec_driver_sql(_LAST).one_or_none()
    return Head() if found is None else Head(found.number, found.mac)


def _doubt(session: Session, place: LogPlace, last: Head) -> LogEntry | None:
    """An entry that says so where the table is not as the heads beside the key tell: it would be overlooked later."""
    head, intent = place.head(), place.intent()
    if head is not None and head != last and (head.number >= last.number or _mac_at(session, head.number) != head.mac):
        return LogEntry(BROKEN, details={"head": head.number, "head_mac": head.short, "last": last.number})
    if intent is not None and intent.number > last.number:
        return LogEntry(INTERRUPTED, details={"intent": intent.number, "intent_mac": intent.short, "last": last.number})
    return None


def _mac_at(session: Session, number: int) -> str:
    return session.scalar(select(log.c.mac).where(log.c.number == number)) or Head().mac


def chained(
    place: LogPlace, last: Head, told: Iterable[tuple[LogEntry, Origin, datetime]]
) -> tuple[list[dict[str, Any]], Head]:
    """The entries as rows, each with the mac of the one before and its own; and the last of them."""
    rows = list[dict[str, Any]]()
    for one, origin, at in told:
        row = _row(place, one, origin, at) | {"number": last.number + 1, "previous": last.mac}
        row["mac"] = mac_of(place, row)
        last = Head(row["number"], row["mac"])
        rows.append(row)
    return rows, last


def _row(place: LogPlace, told: LogEntry, origin: Origin, at: datetime) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | {"at": at, "action": told.action, "operation": told.operation, "plan": told.plan}
    row |= {"account": origin.account, "session": origin.session, "address": origin.address}
    row |= {"page": told.page, "details": dict(told.details) if told.details else None}
    if told.thing is not None:
        row |= {"kind": told.thing[0], "thing": thing_digest(place, told.operation, *told.thing)}
    if told.event is not None:
        row |= {"event": told.event[0], "digest": event_digest(place, told.event[1])}
    return row


def mac_of(place: LogPlace, row: Mapping[str, Any]) -> str:
    """The keyed hash of an entry: of all its columns but this one."""
    return place.mac("entry", canonical(_held({name: row[name] for name in SEALED})))


def thing_digest(place: LogPlace, operation: int | None, table: str, key: str) -> str:
    """What stands for a thing of an operation, of 32 signs: without the key nobody can tell which it is."""
    return place.mac("thing", canonical([operation, table, key]))[:32]


def event_digest(place: LogPlace, columns: Mapping[str, Any]) -> str:
    """What stands for an event as it is stored."""
    return place.mac("event", canonical(_held(columns)))


def _held(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that hold something: one that a later version adds changes no hash of before."""
    return {name: value for name, value in columns.items() if value is not None}


def canonical(value: Any) -> bytes:
    """The value as JSON that is the same on every database; moments in UTC."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_moment).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
