"""Law packs that are kept: the text of each that an approval was bound to, and of an installation's own ones."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from models import right_tables as r
from models import tables as t
from models.database import Session, now, write_transaction
from models.log import LogEntry, put_entry
from models.reading import head_of
from planner.law.pack import DIGEST_SIGNS, LawPack
from planner.law.pack_file import pack_by_id
from planner.law.subjects import law_of

INSTALLED, REMOVED = "law pack installed", "law pack removed"


@dataclass(frozen=True, slots=True)
class KeptPack:
    """The text of a pack as it was read at a moment; `is_own`: not that of the program."""

    id: str
    digest: str
    toml: str
    is_own: bool
    at: datetime


def packs_named(session: Session, operation: int) -> list[str]:
    """The ids of the packs that the operation goes by: its own first, then those of its agencies' countries."""
    main = law_of(head_of(session, operation).details).get("pack")
    if main is None:
        return []
    rows = session.scalars(select(t.agencies.c.details).where(t.agencies.c.operation == operation))
    others = {str(name) for details in rows if (name := law_of(details or {}).get("pack")) is not None}
    return [str(main), *sorted(others - {main})]


def reference_of(session: Session, operation: int) -> str | None:
    """The packs that the operation goes by, each with version and digest, as an approval keeps them; None: none."""
    return "; ".join(_reference(name) for name in packs_named(session, operation)) or None


def _reference(name: str) -> str:
    pack = pack_by_id(name)
    return name if pack is None else pack.reference


def keep_packs_of(session: Session, operation: int) -> None:
    """The texts of the packs that the operation goes by are kept, each once."""
    packs = [pack for name in packs_named(session, operation) if (pack := pack_by_id(name)) is not None]
    rows = r.law_packs.c
    there = set(session.scalars(select(rows.digest).where(rows.digest.in_([pack.digest for pack in packs]))))
    _put(session, [_row(session, pack, is_own=False) for pack in packs if pack.digest not in there])


def note_own_packs(session: Session, packs: Collection[LawPack]) -> list[str]:
    """The installation's own packs are kept as they are now; returns the ids of those that changed, came or went.

    The log has an entry for each.
    """
    is_now, was = {pack.id: pack for pack in packs}, {one.id: one for one in _last_own(session)}
    changed = [pack for pack in packs if pack.id not in was or was[pack.id].digest != pack.digest]
    gone = [one.id for one in was.values() if one.digest and one.id not in is_now]
    if not changed and not gone:
        return []
    at = now(write_transaction(session))
    nothing = {"digest": None, "toml": None, "is_own": True, "kept_at": at}
    _put(session, [*(_row(session, pack, is_own=True) for pack in changed), *({"id": x} | nothing for x in gone)])
    for pack in changed:
        put_entry(session, LogEntry(INSTALLED, details={"pack": pack.id, "digest": pack.digest[:DIGEST_SIGNS]}))
    for name in gone:
        put_entry(session, LogEntry(REMOVED, details={"pack": name}))
    return [*(pack.id for pack in changed), *gone]


def _row(session: Session, pack: LawPack, *, is_own: bool) -> dict[str, Any]:
    return {"id": pack.id, "digest": pack.digest, "toml": pack.toml, "is_own": is_own, "kept_at": now(session)}


def _put(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        write_transaction(session).execute(r.law_packs.insert(), found)


def own_texts(session: Session) -> list[KeptPack]:
    """The own packs that the installation had when they were last noted."""
    return [one for one in _last_own(session) if one.digest]


def _last_own(session: Session) -> Iterator[KeptPack]:
    rows = r.law_packs.c
    last = select(func.max(rows.key)).where(rows.is_own).group_by(rows.id)
    return _kept(session, select(r.law_packs).where(rows.key.in_(last)).order_by(rows.id))


def kept_packs(session: Session) -> list[KeptPack]:
    """Every text that was ever kept, the first one first."""
    rows = r.law_packs.c
    return list(_kept(session, select(r.law_packs).where(rows.digest.is_not(None)).order_by(rows.key)))


def _kept(session: Session, found: Select[Any]) -> Iterator[KeptPack]:
    for line in session.execute(found):
        yield KeptPack(line.id, line.digest or "", line.toml or "", line.is_own, line.kept_at)
