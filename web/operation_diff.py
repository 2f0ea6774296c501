"""How an operation differs from what was planned: counted table by table, and the first differences in sentences."""

from collections import Counter
from dataclasses import dataclass

from planner.edits import TABLES, Document, Edit, by_key, differences
from planner.render.edit_words import describe_edit

MOST_TOLD = 40


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table are new, changed or removed."""

    table: str
    kind: str
    num: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that has changed: how much, and the first of it in sentences."""

    num: int
    counts: tuple[Count, ...] = ()
    sentences: tuple[str, ...] = ()


NONE = Changes(0)


def changes_between(planned: Document, live: Document, lang: str) -> Changes:
    """What has changed in the live operation since it was planned."""
    edits = differences(planned, live)
    were = {table: by_key(table, planned) for table in TABLES}
    counts = Counter((edit.table, _kind(edit, were)) for edit in edits)
    told = tuple(describe_edit(planned, edit, lang) for edit in edits[:MOST_TOLD])
    return Changes(len(edits), tuple(Count(*what, num) for what, num in counts.items()), told)


def _kind(edit: Edit, were: dict[str, dict[str, Document]]) -> str:
    if edit.table not in were:
        return "changed"
    if edit.row is None:
        return "removed"
    return "changed" if edit.key in were[edit.table] else "new"
