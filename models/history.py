"""The history of an operation: what each change of its registers did, kept so that it can be undone.

A change is traced row by row: an added row as it became, a removed one as it was and where it stood, a changed one by
the fields that differ. A point that went took its row and column of the travel matrix along: traced as `ways`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from models import tables as t
from models.database import Session
from models.errors import NotFound
from models.merging import part, units
from models.reading import display_names, few, matrix, positions
from models.validation import TRAVEL, Place
from models.writing import Stamp
from planner.edits import POINTS, TABLES, Row

WAYS = "ways"
LATEST = 200


@dataclass(frozen=True, slots=True)
class Undoing:
    """Which change is undone, if any, and the positions of rows that come back."""

    change: int | None = None
    positions: Mapping[Place, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """What a change did to a row; `was` and `now` are rows, or of a changed row the fields that differ."""

    table: str
    key: str
    trace: str
    position: int | None
    was: Row | None
    now: Row | None

    @property
    def place(self) -> Place:
        """Table and key."""
        return self.table, self.key


@dataclass(frozen=True, slots=True)
class Change:
    """A change in the history: who made it when, which change it undoes, and whether it is undone itself."""

    key: int
    user: int | None
    by: str
    at: datetime
    undoes: int | None
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A row in the recycle bin: as it was, and the change that removed it."""

    trace: Trace
    change: Change


def record(
    session: Session,
    stamp: Stamp,
    changed: Mapping[Place, Row | None],
    there: Mapping[Place, Row | None],
    undoes: int | None,
) -> int:
    """The key of this change, which is about to be made, in the history: `there` are the rows as they stand."""
    columns: dict[str, Any] = {"operation": stamp.operation, "revision": stamp.revision, "undoes": undoes}
    columns |= {"made_by": stamp.user, "made_at": stamp.at}
    key = session.scalars(t.changes.insert().values(columns).returning(t.changes.c.key)).one()
    if lines := [_line(key, trace) for trace in _traces(session, stamp.operation, changed, there)]:
        session.execute(t.changed_rows.insert(), lines)
    return int(key)


def _line(change: int, trace: Trace) -> dict[str, Any]:
    told = {"register": trace.table, "row": trace.key, "trace": trace.trace, "position": trace.position}
    return told | {"change": change, "was": trace.was, "now": trace.now}


def _traces(
    session: Session, operation: int, changed: Mapping[Place, Row | None], there: Mapping[Place, Row | None]
) -> Iterator[Trace]:
    gone = {table: {key for name, key in changed if name == table and changed[name, key] is None} for table in TABLES}
    stood = {(name, key): at for name in gone for key, at in _positions(session, operation, name, gone[name]).items()}
    for place, now in changed.items():
        if place != TRAVEL or not _only_adds(changed, there):
            yield _trace(place, there.get(place), now, stood.get(place))
    points = [key for table in POINTS for key in gone[table]]
    if points and TRAVEL not in changed:
        yield from _ways(matrix(session, operation), points)


def _positions(session: Session, operation: int, name: str, keys: Collection[str]) -> dict[str, int]:
    return positions(session, operation, name, keys) if keys else {}


def _trace(place: Place, was: Row | None, now: Row | None, position: int | None) -> Trace:
    if was is None or now is None:
        return Trace(*place, "added" if was is None else "removed", position, was, now)
    fields = [name for unit in units(place[0], [*was, *now]) if part(was, unit) != part(now, unit) for name in unit]
    return Trace(*place, "changed", None, part(was, fields), part(now, fields))


def _only_adds(changed: Mapping[Place, Row | None], there: Mapping[Place, Row | None]) -> bool:
    """The travel matrix only gets new points, which take their ways along when they go again."""
    old, new = there.get(TRAVEL), changed[TRAVEL]
    if old is None or new is None or {old.get("kind"), new.get("kind")} != {"matrix"}:
        return False
    added = {key for table, key in changed if table in POINTS and changed[table, key] and (table, key) not in there}
    stay = [i for i, point in enumerate(new["ids"]) if point not in added]
    minutes = [[new["minutes"][i][j] for j in stay] for i in stay]
    return bool([new["ids"][i] for i in stay] == old["ids"] and minutes == old["minutes"])


def _ways(travel: Row, points: Iterable[str]) -> Iterator[Trace]:
    """The matrix's row and column of each point that goes."""
    ids, minutes = travel["ids"], travel["minutes"]
    place = {point: i for i, point in enumerate(ids)}
    for point in (point for point in points if point in place):
        i = place[point]
        ways = {
            "from": dict(zip(ids, minutes[i], strict=True)),
            "to": {other: minutes[place[other]][i] for other in ids},
        }
        yield Trace(WAYS, point, "removed", i, ways, None)


def history(session: Session, operation: int, latest: int = LATEST) -> list[Change]:
    """The latest changes, the last one first."""
    found = _changes(operation).order_by(t.changes.c.key.desc()).limit(latest)
    return _read(session, found)


def changes_of(session: Session, operation: int, keys: Collection[int]) -> dict[int, Change]:
    """Those of the changes that the operation has, by key."""
    found = few(_changes(operation), t.changes.c.key, keys)
    return {change.key: change for change in _read(session, found) if change.key in keys}


def change_of(session: Session, operation: int, key: int) -> Change:
    """One change. Raises NotFound."""
    found = changes_of(session, operation, [key])
    if not found:
        raise NotFound("changes", key)
    return found[key]


def history_of(
    session: Session, operation: int, table: str, key: str, latest: int = LATEST
) -> list[tuple[Change, Trace]]:
    """The latest changes of one row with what each did to it, the last one first."""
    rows = t.changed_rows.c
    found = select(t.changed_rows).join(t.changes, t.changes.c.key == rows.change)
    found = found.where(t.changes.c.operation == operation, rows.register == table, rows.row == key)
    lines = session.execute(found.order_by(rows.change.desc()).limit(latest)).all()
    changes = changes_of(session, operation, [line.change for line in lines])
    return [(changes[line.change], _traced(line)) for line in lines]


def last_changes(session: Session, operation: int, table: str) -> dict[str, Change]:
    """Key -> the last change of it, of each row of a table that was ever changed."""
    rows = t.changed_rows.c
    found = select(rows.row, func.max(rows.change)).join(t.changes, t.changes.c.key == rows.change)
    found = found.where(t.changes.c.operation == operation, rows.register == table).group_by(rows.row)
    last = session.execute(found).all()
    changes = changes_of(session, operation, {change for _, change in last})
    return {key: changes[change] for key, change in last}


def last_of(session: Session, operation: int, user: int | None) -> Change | None:
    """The person's own last change that is not undone and undoes none."""
    mine = _changes(operation).where(t.changes.c.made_by == user, t.changes.c.undoes.is_(None))
    found = _read(session, mine.order_by(t.changes.c.key.desc()).limit(LATEST))
    return next((change for change in found if not change.is_undone), None)


def _changes(operation: int) -> Select[Any]:
    return select(t.changes).where(t.changes.c.operation == operation)


def _read(session: Session, found: Select[Any]) -> list[Change]:
    lines = session.execute(found).all()
    people, undone = display_names(session), _undone(session, [line.key for line in lines])
    return [
        Change(line.key, line.made_by, people.get(line.made_by, ""), line.made_at, line.undoes, line.key in undone)
        for line in lines
    ]


def _undone(session: Session, keys: Collection[int]) -> set[int]:
    """Those of the changes that are undone: an undo of which is not undone in its turn."""
    if not keys:
        return set()
    found = select(t.changes.c.key, t.changes.c.undoes).where(t.changes.c.undoes.is_not(None))
    found = found.where(t.changes.c.key >= min(keys)).order_by(t.changes.c.key)
    undone = dict[int, int]()  # change -> the undo that holds
    for key, undoes in session.execute(found):
        undone = {change: by for change, by in undone.items() if by != undoes}
        undone[undoes] = key
    return set(undone) & set(keys)


def traces(session: Session, changes: Collection[int]) -> dict[int, list[Trace]]:
    """Change -> what it did, row by row, as it was recorded."""
    rows = t.changed_rows.c
    found: dict[int, list[Trace]] = {key: [] for key in changes}
    for line in session.execute(select(t.changed_rows).where(rows.change.in_(changes)).order_by(rows.change, rows.row)):
        found[line.change].append(_traced(line))
    return found


def _traced(line: Any) -> Trace:
    return Trace(line.register, line.row, line.trace, line.position, line.was, line.now)


def keys_by_trace(session: Session, changes: Collection[int]) -> dict[int, dict[tuple[str, str], list[str]]]:
    """Change -> table and trace -> keys of the rows, without what the rows hold."""
    rows = t.changed_rows.c
    named = select(rows.change, rows.register, rows.trace, rows.row).where(rows.change.in_(changes))
    found: dict[int, dict[tuple[str, str], list[str]]] = {key: {} for key in changes}
    for change, table, trace, key in session.execute(named.order_by(rows.change, rows.register, rows.row)):
        if table != WAYS:
            found[change].setdefault((table, trace), []).append(key)
    return found
