"""The changes of a what-if desk: each is a group of edits of the operation as it then stands, and can be undone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from planner.edits import (
    AVAILABLE,
    HOUR,
    MINUTES,
    POINTS,
    TABLES,
    Document,
    Edit,
    Row,
    apply_edits,
    available,
    by_key,
)


@dataclass(frozen=True, slots=True)
class EditGroup:
    """Edits that are made and undone together; the number tells the groups of a desk apart."""

    number: int
    edits: tuple[Edit, ...]


def edits_in_order(groups: Iterable[EditGroup]) -> tuple[Edit, ...]:
    """The edits of all groups, the earliest first."""
    return tuple(edit for group in groups for edit in group.edits)


def undo_group(document: Document, groups: tuple[EditGroup, ...], number: int) -> tuple[EditGroup, ...]:
    """The groups without that one; what later ones did to the same rows stays, field by field.

    Without a group of this number nothing changes. Whether what is left holds together is asked by the gate.
    """
    before = tuple(group for group in groups if group.number < number)
    gone = next((group for group in groups if group.number == number), None)
    if gone is None:
        return groups
    without = apply_edits(document, edits_in_order(before))
    with_it = apply_edits(without, gone.edits)
    moved_hour = any(edit.table == HOUR for edit in gone.edits)
    kept = list(before)
    for group in (group for group in groups if group.number > number):
        edits = tuple(_rebased(group, with_it, without, moved_hour))
        with_it, without = apply_edits(with_it, group.edits), apply_edits(without, edits)
        if edits:
            kept.append(replace(group, edits=edits))
    return tuple(kept)


def _rebased(group: EditGroup, old: Document, new: Document, moved_hour: bool) -> Iterator[Edit]:
    """The group's edits of the old document as edits of the new one; what the new one lacks cannot be edited."""
    tables = {edit.table for edit in group.edits} & set(TABLES)
    were, are = ({name: by_key(name, document) for name in tables} for document in (old, new))
    for edit in group.edits:
        if (edit.table, edit.key) == ("travel", MINUTES) and edit.row is not None:
            yield replace(edit, row=_left(edit.row, new))
            continue
        if edit.table not in tables:
            yield edit
            continue
        was, now = were[edit.table].get(edit.key), are[edit.table].get(edit.key)
        if was == now or (now is not None and (was is None or edit.row is None)):
            yield edit
        elif now is not None and was is not None and edit.row is not None:
            yield replace(edit, row=_both(was, now, edit.row, moved_hour))


def _left(row: Row, document: Document) -> Row:
    """Minutes on roads between the points that the document still has."""
    points = {point["id"] for table in POINTS for point in document.get(table, ())}
    cells = [cell for cell in row["cells"] if cell[0] in points and cell[1] in points]
    return {"points": [point for point in row["points"] if point in points], "cells": cells}


def _both(was: Row, now: Row, row: Row, moved_hour: bool) -> Row:
    """What the edit changed, on the row as it is now."""
    both = {key: row[key] if row.get(key) != was.get(key) else now[key] for key in row if key in now or key not in was}
    both |= {key: now[key] for key in now if key not in row and key not in was}
    both |= {key: row[key] for key in row if row.get(key) != was.get(key)}
    if moved_hour and "base" in row:
        mine, old, new = map(available, (row, was, now))
        both |= {key: mine[key] + new[key] - old[key] for key in AVAILABLE if mine[key] != old[key]}
    return both


def groups_to_json(groups: Iterable[EditGroup]) -> list[dict[str, Any]]:
    """The groups as JSON values."""
    return [
        {"number": d.number, "edits": [{"table": e.table, "key": e.key, "row": e.row} for e in d.edits]} for d in groups
    ]


def groups_from_json(stored: Iterable[dict[str, Any]]) -> tuple[EditGroup, ...]:
    """The groups that `groups_to_json` has written."""
    return tuple(
        EditGroup(one["number"], tuple(Edit(e["table"], e["key"], e["row"]) for e in one["edits"])) for one in stored
    )
