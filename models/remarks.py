"""Notes that people leave on an operation, its plans and its things: every wording stays on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models import event_tables as e
from models.database import Session, now, write_transaction
from models.errors import NotFound, ReadOnly
from models.events import EventKind, put_event
from models.job_queue import line_of
from models.memberships import people_seeing
from models.reading import display_names, head_of
from models.users import everybody, fold_name


@dataclass(frozen=True, slots=True)
class NotePlace:
    """What a note stands on: a plan, a thing (its table and key), or with neither the operation."""

    scenario: int | None = None
    subject: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PostedNote:
    """A note: `key` is that of its first wording, `version` of the present one; `text` is None where it is withdrawn.

    `by` and `at` tell of the first wording, `edited_at` of the present one, where it is another.
    """

    key: int
    version: int
    text: str | None
    user: int | None
    by: str
    at: datetime
    edited_at: datetime | None
    earlier: tuple[str, ...]


class NotTheAuthor(Exception):
    """Only who wrote a note changes it."""


class NoteChanged(Exception):
    """The note is no longer as the page has shown it."""


def mention_parts(text: str, names: list[str]) -> Iterator[tuple[str, str | None]]:
    """The text in parts, each with the account that it mentions (`@name`), or none; the longest name counts.

    A name that ends in the middle of a Latin word is none.
    """
    begin = at = 0
    while (at := text.find("@", at)) >= 0:
        found = max((name for name in names if _stands(text, at + 1, name)), key=len, default=None)
        if found is None:
            at += 1
            continue
        if at > begin:
            yield text[begin:at], None
        begin = at = at + 1 + len(found)
        yield text[at - 1 - len(found) : at], found
    if begin < len(text):
        yield text[begin:], None


def _stands(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    after = text[end : end + 1]
    is_whole = not (after.isascii() and (after.isalnum() or after == "_") and name[-1:].isascii())
    return fold_name(text[at:end]) == name and is_whole


def put_remark(session: Session, operation: int, spot: NotePlace, text: str, user: int) -> int:
    """The key of the new note. Raises ReadOnly for a closed operation, NotFound for no plan of it."""
    _open(session, operation)
    if spot.scenario is not None and line_of(session, spot.scenario).operation != operation:
        raise NotFound("scenarios", spot.scenario)
    return _put(session, operation, spot, text, user, None, "noted")


def reword(session: Session, operation: int, key: int, version: int, text: str | None, user: int) -> None:
    """The note has this wording from now on; without a text it is withdrawn. The earlier ones stay on record.

    Raises NotTheAuthor, NoteChanged where `version` is not the present one, ReadOnly, NotFound.
    """
    _open(session, operation)
    remarks = e.remarks.c
    found = select(e.remarks).where(remarks.operation == operation, remarks.key == key, remarks.first.is_(None))
    line = session.execute(found).one_or_none()
    if line is None:
        raise NotFound("remarks", key)
    if line.made_by != user:
        raise NotTheAuthor
    last = session.scalar(select(func.max(remarks.key)).where(remarks.first == key)) or key
    is_withdrawn = session.scalars(select(remarks.text).where(remarks.key == last)).one() is None
    if last != version or is_withdrawn:
        raise NoteChanged
    spot = NotePlace(line.scenario, None if line.subject is None else (line.subject, line.subject_key))
    _put(session, operation, spot, text, user, key, "withdrawn" if text is None else "reworded")


def _open(session: Session, operation: int) -> None:
    head = head_of(write_transaction(session), operation)
    if head.status == "closed":
        raise ReadOnly(head.id)


def _put(
    session: Session, operation: int, spot: NotePlace, text: str | None, user: int, first: int | None, kind: EventKind
) -> int:
    readers = people_seeing(session, operation)
    people = {one.name: one.key for one in everybody(session) if one.key in readers}
    moment = now(session)
    named = {people[name] for _, name in mention_parts(text or "", list(people)) if name is not None}
    columns: dict[str, Any] = {"operation": operation, "first": first, "scenario": spot.scenario, "text": text}
    columns |= {"mentions": sorted(named), "made_by": user, "made_at": moment}
    if spot.subject is not None:
        columns |= {"subject": spot.subject[0], "subject_key": spot.subject[1]}
    key = int(session.scalars(e.remarks.insert().values(columns).returning(e.remarks.c.key)).one())
    put_event(session, operation, kind, user, at=moment, subject=spot.subject, remark=key, scenario=spot.scenario)
    return key


def remarks_on(session: Session, operation: int, spot: NotePlace) -> list[PostedNote]:
    """The notes that stand there, the oldest first."""
    remarks, people = e.remarks.c, display_names(session)
    table, key = spot.subject or (None, None)
    same = remarks.operation == operation, remarks.scenario.is_not_distinct_from(spot.scenario)
    found = select(e.remarks).where(*same, remarks.subject.is_not_distinct_from(table))
    wordings: dict[int, list[Any]] = {}
    for line in session.execute(found.where(remarks.subject_key.is_not_distinct_from(key)).order_by(remarks.key)):
        wordings.setdefault(line.first or line.key, []).append(line)
    return [_told(key, lines, people.get(lines[0].made_by, "")) for key, lines in wordings.items()]


def _told(key: int, lines: list[Any], by: str) -> PostedNote:
    first, last = lines[0], lines[-1]
    edited = last.made_at if len(lines) > 1 else None
    earlier = tuple(line.text for line in lines[:-1])
    return PostedNote(key, last.key, last.text, first.made_by, by, first.made_at, edited, earlier)
