"""Operations and their registers: made, listed, read, and changed through one gate."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, is_postgresql, now, write_transaction
from models.dependants import dependants_of
from models.erasing import fresh_key
from models.errors import Conflict, InUse, InvalidTransition, LiveRow, NotFound, ReadOnly, RegistersLocked
from models.events import EventKind, put_event
from models.history import Undoing, record
from models.memberships import is_seen_whole, put_member
from models.merging import merge_rows
from models.reading import head_of, live_rows, whole_document
from models.retention import retain_until
from models.rows import REGISTERS
from models.validation import PSEUDO, TRAVEL, Place, Puts, faults_of, long_keys, sorted_out
from models.writing import Stamp, write
from planner.edits import FIGURES, NO_TRAVEL, TABLES, Document, Edit, Row, document_faults, key_of, tidy
from planner.exercise import is_exercise
from planner.files import Fault, Unreadable
from planner.files.address_points import settle_point, unsaid
from planner.files.fault import quote
from planner.law.changes import pack_in, waivers_in, without_waivers
from planner.zones import hour_of

MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("ready", "closed"),
    "ready": ("draft", "approved", "closed"),
    "approved": ("draft", "released", "closed"),
    "released": ("approved", "running", "closed"),
    "running": ("closed",),
    "closed": (),
}
"""Status -> the statuses that an operation can go to from there."""


NewKind = Literal["created", "copied", "imported"]
REFERENCES = 4_861_209  # any number: PostgreSQL's lock for whoever gives an operation its reference


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in a list; `key` is the database's, `id` the operation file's; `h_hour` is in its own zone."""

    key: int
    id: str
    name: str
    status: str
    h_hour: datetime
    revision: int
    archived_at: datetime | None
    changed_at: datetime
    num_sites: int
    num_suspects: int
    num_officers: int
    is_exercise: bool = False
    retain_until: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the event of a change says: its kind, and the plan whose edits they are.

    `is_of_law`: who may approve makes it on the page of the law, and may say there what no other edit may.
    """

    kind: EventKind
    scenario: int | None = None
    is_of_law: bool = False


def create_operation(session: Session, document: Document, user: int | None = None, how: NewKind = "created") -> int:
    """The key of a new draft that holds the document, whose planner the user is; `how` it came tells its first event.

    Waivers that come with the document are in force no more (`planner.law.changes.without_waivers`). Raises
    `Unreadable` with every fault of it, or where another operation has its reference.
    """
    if faults := document_faults(document) or long_keys(document):
        raise Unreadable(faults)
    document = without_waivers(document)
    moment = now(write_transaction(session))
    _refuse_taken(session, document["id"])
    columns = {name: document[name] for name in ("id", "name", "h_hour", "max_teams")}
    columns |= {
        "details": document.get("details", {}),
        "status": "draft",
        "travel": "great_circle",
        "made_by": user,
        "made_at": moment,
        **fresh_key(session, t.operations.c.key, t.erasures.c.operation),
    }
    columns |= {"revision": 1, "changed_by": user, "changed_at": moment}
    columns |= {f"{what}_{column}": value for what in ("head", "travel") for column, value in _first(user, moment)}
    key = session.scalars(t.operations.insert().values(columns).returning(t.operations.c.key)).one()
    write(session, Stamp(key, 1, user, moment), _all_of(document))
    put_event(session, key, how, user, at=moment)
    if user is not None:
        put_member(session, key, user, "planner", user)
    return int(key)


def _refuse_taken(session: Session, name: str) -> None:
    """No other operation has the reference, nor gets it meanwhile. Raises `Unreadable`."""
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(REFERENCES)))
    if session.execute(select(t.operations.c.key).where(t.operations.c.id == name).limit(1)).first() is not None:
        raise Unreadable([Fault("id", "reference-taken", {"id": quote(name)})])


def _first(user: int | None, moment: datetime) -> tuple[tuple[str, Any], ...]:
    return ("revision", 1), ("by", user), ("at", moment)


def _all_of(document: Document) -> Puts:
    rows = {name: {key_of(name, row): tidy(name, row) for row in document.get(name, ())} for name in TABLES}
    rows["sites"] = {key: unsaid(row) for key, row in rows["sites"].items()}
    doctrine: dict[str, Row | None] = {key: {"value": value} for key, value in document.get("doctrine", {}).items()}
    travel = {"travel": document["travel"]} if document.get("travel", NO_TRAVEL) != NO_TRAVEL else {}
    return Puts(rows, {"operation": {}, "doctrine": doctrine, "travel": travel, "roads": {}}, frozenset())


def operations(session: Session, person: int | None = None) -> list[OperationLine]:
    """All operations, or those of which the person sees everything; the one that was changed last first."""
    found = select(t.operations).order_by(t.operations.c.changed_at.desc(), t.operations.c.key.desc())
    return _lines(session, found if person is None else found.where(is_seen_whole(t.operations.c.key, person)))


def operation_line(session: Session, operation: int) -> OperationLine:
    """One operation as the list shows it. Raises NotFound."""
    found = _lines(session, select(t.operations).where(t.operations.c.key == operation))
    if not found:
        raise NotFound("operations", operation)
    return found[0]


def _lines(session: Session, found: Any) -> list[OperationLine]:
    counts = [
        select(func.count()).where(table.c.operation == t.operations.c.key).scalar_subquery()
        for table in (t.sites, t.suspects, t.officers)
    ]
    lines = session.execute(found.add_columns(*(count.label(f"num_{i}") for i, count in enumerate(counts))))
    return [
        OperationLine(
            line.key,
            line.id,
            line.name,
            line.status,
            hour_of({"h_hour": line.h_hour, "details": line.details}),
            line.revision,
            line.archived_at,
            line.changed_at,
            line.num_0,
            line.num_1,
            line.num_2,
            is_exercise(line.details),
            retain_until(line.details or {}),
        )
        for line in lines
    ]


def document(session: Session, operation: int) -> Document:
    """The operation as it stands. Raises NotFound."""
    return whole_document(session, operation)


def rows(session: Session, operation: int, table: str, keys: Collection[str] | None = None) -> list[LiveRow]:
    """The rows of a table with their revisions, all or those of the keys that are there.

    `operation`, `doctrine` (what differs from the default), `travel` and `roads` are tables too. Raises NotFound.
    """
    if table not in (*TABLES, *PSEUDO):
        raise NotFound("tables", table)
    head_of(session, operation)
    return live_rows(session, operation, table, keys)


def num_rows(session: Session, operation: int, table: str) -> int:
    """How many rows a table of the operation has."""
    rows = REGISTERS[table].table
    return session.scalars(select(func.count()).select_from(rows).where(rows.c.operation == operation)).one()


def dependants(session: Session, operation: int, rows: Iterable[Place]) -> list[Place]:
    """Table and key of every row that would have to go with these."""
    return dependants_of(session, operation, rows)


class StatusSince(Exception):
    """Somebody else has given the operation another status than the page showed."""


def set_status(session: Session, operation: int, status: str, user: int | None = None, seen: str | None = None) -> None:
    """The operation has the status.

    Raises InvalidTransition where `MOVES` has no such way, StatusSince where it no longer has the status `seen`.
    """
    line = head_of(write_transaction(session), operation)
    if seen is not None and line.status != seen:
        raise StatusSince
    if status not in MOVES[line.status]:
        raise InvalidTransition(line.status, status)
    moment = now(session)
    changed = {"status": status, "changed_by": user, "changed_at": moment}
    if status == "closed":
        changed["archived_at"] = moment
    session.execute(t.operations.update().where(t.operations.c.key == operation).values(changed))
    put_event(session, operation, "status", user, at=moment, details={"from": line.status, "to": status})


def archive(session: Session, operation: int, user: int | None = None) -> None:
    """The operation is put away from the list; it stays as it is. Raises NotFound."""
    _put_away(session, operation, user, into=True)


def unarchive(session: Session, operation: int, user: int | None = None) -> None:
    """The operation stands in the list again. Raises NotFound."""
    _put_away(session, operation, user, into=False)


def _put_away(session: Session, operation: int, user: int | None, *, into: bool) -> None:
    head_of(write_transaction(session), operation)
    moment = now(session)
    put = t.operations.update().where(t.operations.c.key == operation)
    session.execute(put.values(archived_at=moment if into else None))
    put_event(session, operation, "archived" if into else "unarchived", user, at=moment)


def change(
    session: Session,
    operation: int,
    edits: Iterable[Edit],
    user: int | None,
    seen: Mapping[Place, int] | None = None,
    start: Mapping[Place, Row] | None = None,
    undoing: Undoing | None = None,
    told: Told | None = None,
) -> int:
    """All edits are made, or none; returns the operation's revision, which is one more if anything changed.

    `seen` tells, for table and key, the row's revision that the editor saw (0: there was no such row); `start` the row
    that the editor started from. A row that somebody else changed meanwhile gets both changes, field by field; where
    both changed one field, or `start` is not told, Conflict. Without `seen` the edit stands over whatever is there.
    `undoing` tells which change of the history these edits undo, and where rows that come back stood; `told`, what the
    event says where that is more than that rows were changed.
    A waiver comes with `told` of the law alone, or with a row that comes back; so does another law pack than the one
    that is named.
    A row may be dropped together with everything that hangs on it; else InUse. Raises NotFound for no such operation,
    ReadOnly for a closed one, RegistersLocked for one that runs, unless edits of a plan are taken over; `Unreadable`
    with every fault.
    """
    line = head_of(write_transaction(session), operation)
    if line.status == "closed":
        raise ReadOnly(line.id)
    if line.status == "running" and (told is None or told.kind != "taken"):
        raise RegistersLocked(line.id)
    wanted = _last_word(edits)
    live = _live(session, operation, wanted)
    wanted, clashing = merge_rows(wanted, live, seen or {}, start or {})
    if clashing:
        raise Conflict(clashing)
    there = {place: row.row for place, row in live.items()}
    if undoing is None:  # what comes back is as it was
        wanted = {place: _with_its_point(place, row, there.get(place)) for place, row in wanted.items()}
    changed = {place: row for place, row in wanted.items() if row != there.get(place) or _names_nothing(place, there)}
    if not changed:
        return int(line.revision)
    _refuse_faults(session, line, changed, there)
    if told is None or not told.is_of_law:
        _refuse_waivers(changed, there, is_back=undoing is not None)
        _refuse_packs(changed, there, pack_in("operation", {"value": line.details}))
    _refuse_other_kind(session, line, changed.get(("operation", "details")))
    _refuse_loose_ends(session, operation, changed)
    stamp = Stamp(operation, line.revision + 1, user, now(session))
    told = told or Told(_kind(changed, undoing))
    undoing = undoing or Undoing()
    key = record(session, stamp, changed, there, undoing.change)
    write(session, stamp, sorted_out(changed), undoing.positions)
    put_event(session, operation, told.kind, user, at=stamp.at, change=key, scenario=told.scenario)
    return stamp.revision


def _kind(changed: Iterable[Place], undoing: Undoing | None) -> EventKind:
    """What the change is called."""
    if undoing is not None:
        return "restored" if undoing.change is None else "undone"
    tables = {table for table, _ in changed}
    return "pins" if tables == {"pins"} else "doctrine" if tables == {"doctrine"} else "changed"


def _with_its_point(place: Place, row: Row | None, was: Row | None) -> Row | None:
    """The row; of a site, with the address that its point was set for."""
    return row if row is None or place[0] != "sites" else unsaid(settle_point(row, was))


def _names_nothing(place: Place, there: Mapping[Place, Row | None]) -> bool:
    """No row of a register is there, although the edit drops it."""
    return place[0] in TABLES and place not in there


def _last_word(edits: Iterable[Edit]) -> dict[Place, Row | None]:
    """Table and key -> what the last edit of the row says. Raises `Unreadable` for edits of what does not exist."""
    wanted = {(edit.table, edit.key): edit.row for edit in edits}
    if faults := [fault for place, row in wanted.items() for fault in _shape_faults(*place, row)]:
        raise Unreadable(faults)
    if wanted.get(TRAVEL) == NO_TRAVEL:
        wanted[TRAVEL] = None
    return {
        place: tidy(place[0], row) if row is not None and place[0] in TABLES else row for place, row in wanted.items()
    }


def _shape_faults(table: str, key: str, row: Any) -> Iterator[Fault]:
    """What is wrong with an edit before its row is looked at."""
    if table not in (*TABLES, *PSEUDO):
        yield Fault(table, "no-table")
    elif table == "operation" and (key not in FIGURES or row is None):
        yield Fault(f"operation.{key}", "only-keys", {"keys": ", ".join(FIGURES)})
    elif table == "travel" and key != "travel":
        yield Fault(f"travel {quote(key)}", "one-travel-table")
    elif row is not None and not isinstance(row, dict):
        yield Fault(f"{table} {quote(key)}", "value-not-object", {"value": quote(row)})
    elif table in ("operation", "doctrine", "roads") and row is not None and set(row) != {"value"}:
        yield Fault(f"{table}.{key}", "figure-form")


def _live(session: Session, operation: int, places: Iterable[Place]) -> dict[Place, LiveRow]:
    """The rows of these places that are there."""
    keys: dict[str, set[str]] = {}
    for table, key in places:
        keys.setdefault(table, set()).add(key)
    found = (row for table, names in keys.items() for row in live_rows(session, operation, table, names))
    return {(row.table, row.key): row for row in found}


def _refuse_faults(
    session: Session, line: Any, wanted: Mapping[Place, Row | None], there: Mapping[Place, Row | None]
) -> None:
    gone = [place for place, row in wanted.items() if row is None and place not in there and place[0] not in PSEUDO]
    faults = [Fault(f"{table} {quote(key)}", "no-row-to-remove") for table, key in gone]
    if faults := faults + faults_of(session, line, wanted):
        raise Unreadable(faults)


def _refuse_waivers(wanted: Mapping[Place, Row | None], there: Mapping[Place, Row | None], *, is_back: bool) -> None:
    """Who may edit a row grants no waiver by it; a row that comes back has those that it had. Raises `Unreadable`."""
    rows = {place: row for place, row in wanted.items() if not (is_back and there.get(place) is None)}
    new = [place for place, row in rows.items() for one in waivers_in(row) if one not in waivers_in(there.get(place))]
    if new:
        raise Unreadable([Fault(f"{table} {quote(key)}", "waiver-elsewhere") for table, key in dict.fromkeys(new)])


def _refuse_packs(wanted: Mapping[Place, Row | None], there: Mapping[Place, Row | None], named: Any) -> None:
    """Who may edit changes no law pack that is named, nor where an agency's counts. Raises `Unreadable`."""
    new = [
        (table, key)
        for (table, key), row in wanted.items()
        if (table == "agencies" or (table, key) == ("operation", "details"))
        and named is not None
        and pack_in(table, row) != pack_in(table, there.get((table, key)))
    ]
    if new:
        raise Unreadable([Fault(f"{table} {quote(key)}", "pack-elsewhere") for table, key in new])


def _refuse_other_kind(session: Session, line: Any, row: Row | None) -> None:
    """Papers of an exercise never become those of an operation, nor the other way. Raises `Unreadable`."""
    if row is None or is_exercise(row["value"]) == is_exercise(line.details):
        return
    if session.execute(select(p.scenarios.c.key).where(p.scenarios.c.operation == line.key).limit(1)).first():
        raise Unreadable([Fault("kind", "kind-fixed")])


def _refuse_loose_ends(session: Session, operation: int, wanted: Mapping[Place, Row | None]) -> None:
    """Nothing hangs on a row that goes. Raises InUse."""
    dropped = [place for place, row in wanted.items() if row is None and place[0] in TABLES]
    if dropped and (left := dependants_of(session, operation, dropped, wanted)):
        raise InUse(*dropped[0], left)
