"""What an import would do, as rows to show: counts by table, and each change field by field."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.edits import TABLES, Edit, Row
from planner.files import facts
from planner.files.columns import ALL_TABLES, BY_NAME
from planner.files.named_facts import concealed
from planner.files.warrants import flatten
from planner.render.edit_words import describe_edit
from web.uploads import Result

KINDS = ("new", "changed", "removed")
BY_PAGE = 50


@dataclass(frozen=True, slots=True)
class TableCounts:
    """How many rows of a table are new, changed, removed, and stay."""

    table: str
    new: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row before and after."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is new, changed or removed, with the fields that differ."""

    table: str
    key: str
    kind: str
    fields: tuple[Field, ...]
    sentence: str = ""


def table_name(table: str, lang: str) -> str:
    """A table as people call it."""
    if table == "travel":
        return "行程分钟" if lang == "zh" else "Travel minutes"
    return BY_NAME[table].chinese if lang == "zh" else BY_NAME[table].english


def tallies(result: Result) -> list[TableCounts]:
    """The counts of every table that has rows or changes."""
    counts = Counter((edit.table, kind_of(edit, result.before)) for edit in result.edits)
    names = (*(table.name for table in ALL_TABLES), "travel")
    found = [
        TableCounts(n, counts[n, "new"], counts[n, "changed"], counts[n, "removed"], result.unchanged.get(n, 0))
        for n in names
    ]
    return [tally for tally in found if tally.new + tally.changed + tally.removed + tally.unchanged]


def kind_of(edit: Edit, before: Mapping[str, Mapping[str, Row]]) -> str:
    """Whether an edit makes a row new, changes it, or removes it."""
    if edit.row is None and edit.table in TABLES:
        return "removed"
    return "changed" if edit.key in before.get(edit.table, {}) or edit.table == "travel" else "new"


def changes(result: Result, table: str, kind: str, page: int, lang: str) -> tuple[list[RowChange], int]:
    """A page of a table's changes of a kind, and how many pages there are."""
    edits = [edit for edit in result.edits if edit.table == table and kind_of(edit, result.before) == kind]
    pages = max(1, -(-len(edits) // BY_PAGE))
    part = edits[BY_PAGE * (page - 1) : BY_PAGE * page]
    return [_change(edit, result, kind, lang) for edit in part], pages


def _change(edit: Edit, result: Result, kind: str, lang: str) -> RowChange:
    old = result.before.get(edit.table, {}).get(edit.key)
    if edit.table in ("pins", "travel"):
        told = describe_edit({edit.table: [old] if old else []}, edit, lang)
        return RowChange(edit.table, edit.key, kind, (), told)
    was, now = (facts.flatten(edit.table, flatten(row or {})) for row in (old, edit.row))
    names = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
    was, now = (facts.flatten(edit.table, flatten(dict(concealed(row or {})))) for row in (old, edit.row))
    fields = (Field(_heading(edit.table, name, lang), _told(was.get(name)), _told(now.get(name))) for name in names)
    if edit.table in ("operation", "doctrine"):  # a figure is its row's only field
        name = _heading("operation", edit.key, lang) if edit.table == "operation" else edit.key
        return RowChange(edit.table, name, kind, tuple(replace(field, heading="") for field in fields))
    return RowChange(edit.table, edit.key, kind, tuple(fields))


def _heading(table: str, name: str, lang: str) -> str:
    column = BY_NAME[table].column(name)
    if column is None:
        return {"value": "数值" if lang == "zh" else "value"}.get(name, name)
    return column.chinese if lang == "zh" else column.english


def _told(value: Any) -> str:
    """A value as people read it."""
    if value is None or value in ([], {}):
        return "\N{EN DASH}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
