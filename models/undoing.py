"""Undo and the recycle bin: edits that bring back what a change of the history removed, added or changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from models import history, register
from models import tables as t
from models.database import Session, write_transaction
from models.errors import ChangedSince, LiveRow, NotFound, Since, Undone
from models.history import WAYS, Removed, Trace, Undoing
from models.merging import part, units
from models.reading import head_of, live_rows
from models.rows import REGISTERS
from models.validation import PSEUDO, TRAVEL, Place
from planner.edits import HANGS_ON, TABLES, Edit, Row, tidy


@dataclass(frozen=True, slots=True)
class Undo:
    """What an undo would do: edits, and the positions of rows that come back."""

    edits: tuple[Edit, ...]
    undoing: Undoing


def undo_of(session: Session, operation: int, key: int) -> Undo:
    """What undoing the change would do now.

    Raises NotFound; ChangedSince where the same was changed since; Undone where nothing is left to do.
    """
    change = history.change_of(session, operation, key)
    if change.is_undone:
        raise Undone
    return _undo(session, operation, history.traces(session, [key])[key], key)


def undo(session: Session, operation: int, key: int, user: int | None) -> int:
    """The change is undone, as a change of its own; the operation's revision. Raises as `undo_of` and `change` do."""
    head_of(write_transaction(session), operation)
    made = undo_of(session, operation, key)
    return register.change(session, operation, made.edits, user, undoing=made.undoing)


def recycle_bin(session: Session, operation: int) -> list[Removed]:
    """Rows that were removed and are not there again, the last one first; each as it was at its last removal."""
    rows = t.changed_rows
    found = select(rows).join(t.changes).where(t.changes.c.operation == operation, rows.c.trace == "removed")
    found = found.where(rows.c.register.in_(TABLES)).order_by(rows.c.change.desc(), rows.c.register, rows.c.row)
    last = dict[Place, tuple[int, Trace]]()
    for line in session.execute(found):
        trace = Trace(line.register, line.row, line.trace, line.position, line.was, line.now)
        last.setdefault(trace.place, (line.change, trace))
    there = {place for table in {name for name, _ in last} for place in _keys(session, operation, table)}
    gone = {place: one for place, one in last.items() if place not in there}
    by = history.changes_of(session, operation, {change for change, _ in gone.values()})
    return [Removed(trace, by[change]) for change, trace in gone.values()]


def _keys(session: Session, operation: int, table: str) -> Iterator[Place]:
    columns = REGISTERS[table].table.c
    yield from ((table, key) for key in session.scalars(select(columns.key).where(columns.operation == operation)))


def restore_of(session: Session, operation: int, table: str, key: str) -> Undo:
    """What bringing a row back from the recycle bin would do.

    With it come the rows that hung on it when it was removed, and those that it names itself. Raises NotFound where
    the bin has no such row, ChangedSince.
    """
    removed = {one.trace.place: one for one in recycle_bin(session, operation)}
    if (table, key) not in removed:
        raise NotFound(table, key)
    change = removed[table, key].change.key
    same = {place: one.trace for place, one in removed.items() if one.change.key == change}
    wanted = _with_hanging({(table, key): same[table, key]}, same)
    wanted = _with_named(wanted, {place: one.trace for place, one in removed.items()})
    back = {place: removed[place].change.key for place in wanted}
    ways = [
        trace
        for change, traces in history.traces(session, set(back.values())).items()
        for trace in traces
        if trace.table == WAYS and any(back.get((name, trace.key)) == change for name in ("places", "sites"))
    ]
    return _undo(session, operation, [*wanted.values(), *ways], None)


def restore(session: Session, operation: int, table: str, key: str, user: int | None) -> int:
    """The row is back, as a change of its own; the operation's revision. Raises as `restore_of` and `change` do."""
    head_of(write_transaction(session), operation)
    made = restore_of(session, operation, table, key)
    return register.change(session, operation, made.edits, user, undoing=made.undoing)


def _named_by(trace: Trace) -> Iterator[Place]:
    """Table and key of the rows that a row may name; of points, in either table."""
    for table, field, named in HANGS_ON:
        if table == trace.table and trace.was is not None and (value := trace.was.get(field)) is not None:
            keys = value if isinstance(value, list) else [value]
            yield from ((name, key) for key in keys for name in named)


def _with_hanging(wanted: Mapping[Place, Trace], same: Mapping[Place, Trace]) -> dict[Place, Trace]:
    """The rows with those of the same change that hang on them."""
    found, size = dict(wanted), 0
    while size != len(found):
        size = len(found)
        found |= {p: trace for p, trace in same.items() if any(name in found for name in _named_by(trace))}
    return found


def _with_named(wanted: Mapping[Place, Trace], bin_of: Mapping[Place, Trace]) -> dict[Place, Trace]:
    """The rows with those of the bin that they name."""
    found, size = dict(wanted), 0
    while size != len(found):
        size = len(found)
        names = {name for trace in found.values() for name in _named_by(trace)}
        found |= {place: bin_of[place] for place in names if place in bin_of}
    return found


def _undo(session: Session, operation: int, traces: Collection[Trace], change: int | None) -> Undo:
    """The edits that turn the rows back, as far as they are not so already. Raises ChangedSince, Undone."""
    rows = [trace for trace in traces if trace.table != WAYS]
    live = _live(session, operation, [trace.place for trace in rows])
    edits, since = list[Edit](), list[Since]()
    for trace in rows:
        made = _BACK[trace.trace](trace, live.get(trace.place))
        if isinstance(made, Since):
            since.append(made)
        elif made is not None:
            edits.append(made)
    ways = [trace for trace in traces if trace.table == WAYS]
    back = {edit.key for edit in edits if edit.row is not None}
    edits += _ways_back(session, operation, [way for way in ways if way.key in back]) if not since else []
    if since:
        raise ChangedSince(since)
    if not edits:
        raise Undone
    positions = {trace.place: trace.position for trace in rows if trace.position is not None}
    return Undo(tuple(edits), Undoing(change, positions))


def _live(session: Session, operation: int, places: Iterable[Place]) -> dict[Place, LiveRow]:
    keys: dict[str, set[str]] = {}
    for table, key in places:
        keys.setdefault(table, set()).add(key)
    rows = (row for table, names in keys.items() for row in live_rows(session, operation, table, names))
    return {(row.table, row.key): row for row in rows if row.row is not None}


def _unadded(trace: Trace, live: LiveRow | None) -> Edit | Since | None:
    if live is None:
        return None
    if live.row != trace.now:
        return Since(*trace.place, "changed", _differing(trace, live), live.changed_by)
    return Edit(*trace.place, None)


def _unremoved(trace: Trace, live: LiveRow | None) -> Edit | Since | None:
    if live is None:
        return Edit(*trace.place, trace.was)
    return None if live.row == trace.was else Since(*trace.place, "there", (), live.changed_by)


def _unchanged(trace: Trace, live: LiveRow | None) -> Edit | Since | None:
    was, now = trace.was or {}, trace.now or {}
    if live is None or live.row is None:
        return Since(*trace.place, "removed")
    clashing, row = list[str](), dict(live.row)
    for unit in _touched(trace.table, was, now):
        mine = part(live.row, unit)
        if mine not in (part(now, unit), part(was, unit)):
            clashing += [name for name in unit if live.row.get(name) != now.get(name)]
        row = {name: value for name, value in row.items() if name not in unit} | part(was, unit)
    if clashing:
        return Since(*trace.place, "changed", tuple(clashing), live.changed_by)
    row = row if trace.table in PSEUDO else tidy(trace.table, row)
    return None if row == live.row else Edit(*trace.place, row)


def _touched(table: str, was: Row, now: Row) -> Iterator[tuple[str, ...]]:
    """The fields that were changed, those of a point together."""
    yield from (unit for unit in units(table, [*was, *now]) if part(was, unit) or part(now, unit))


def _differing(trace: Trace, live: LiveRow) -> tuple[str, ...]:
    now, row = trace.now or {}, live.row or {}
    return tuple(name for name in dict.fromkeys((*now, *row)) if now.get(name) != row.get(name))


_BACK = {"added": _unadded, "removed": _unremoved, "changed": _unchanged}


def _ways_back(session: Session, operation: int, ways: Iterable[Trace]) -> list[Edit]:
    """The travel matrix with the ways of the points that come back; a matrix that is gone since stays gone.

    Raises ChangedSince where the way to a point is not known that came since.
    """
    travel = live_rows(session, operation, "travel")[0].row
    if travel is None:
        return []
    ids = list(travel["ids"])
    minutes = {(a, b): m for a, row in zip(ids, travel["minutes"], strict=True) for b, m in zip(ids, row, strict=True)}
    for way in sorted(ways, key=lambda way: way.position or 0):
        was = way.was or {}
        ids.insert(way.position or 0, way.key)
        minutes |= {(way.key, other): m for other, m in was["from"].items()}
        minutes |= {(other, way.key): m for other, m in was["to"].items()}
    if lacking := [Since("travel", f"{a}|{b}", "no way") for a in ids for b in ids if (a, b) not in minutes]:
        raise ChangedSince(lacking)
    return [Edit(*TRAVEL, {**travel, "ids": ids, "minutes": [[minutes[a, b] for b in ids] for a in ids]})]
