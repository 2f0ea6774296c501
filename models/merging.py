"""Two people at one row: fields that only one of them changed are taken from that one; a true clash is told."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.errors import LiveRow
from models.rows import POINT
from models.validation import Place
from planner.edits import POINTS, Row, tidy


def merge_rows(
    wanted: Mapping[Place, Row | None],
    live: Mapping[Place, LiveRow],
    seen: Mapping[Place, int],
    start: Mapping[Place, Row],
) -> tuple[dict[Place, Row | None], list[LiveRow]]:
    """What the rows shall be once the others' changes are kept too, and the rows where that cannot be.

    `live` are the rows that are there, `seen` the revisions that the editor saw (0: there was none), `start` the rows
    that the editor started from.
    """
    together, clashing = dict(wanted), list[LiveRow]()
    for place in seen.keys() & wanted.keys():
        now, mine = live.get(place), wanted[place]
        theirs = now.row if now is not None else None
        if (now.revision if now is not None else 0) == seen[place] or mine == theirs:
            continue
        both = _both(place[0], start.get(place), mine, theirs)
        if both is None:
            clashing.append(now or LiveRow(place[1], None, 0, "", None, place[0]))
        else:
            together[place] = both
    return together, clashing


def _both(table: str, start: Row | None, mine: Row | None, theirs: Row | None) -> Row | None:
    """The row with the changes of both, or none where both changed the same field, or one dropped the row."""
    if start is None or mine is None or theirs is None:
        return None
    start, row = tidy(table, start), Row()
    for fields in units(table, [*mine, *theirs, *start]):
        before, my, their = (part(version, fields) for version in (start, mine, theirs))
        if my not in (before, their) and their != before:
            return None
        row |= their if my == before else my
    return tidy(table, row)


def units(table: str, fields: Iterable[str]) -> list[tuple[str, ...]]:
    """The fields that are changed together: a point moves as a whole."""
    names = dict.fromkeys(fields)
    units = [(name,) for name in names if table not in POINTS or name not in POINT]
    return [*units, POINT] if table in POINTS else list(units)


def part(row: Row, fields: Iterable[str]) -> dict[str, Any]:
    """Those of the fields that the row has."""
    return {field: row[field] for field in fields if field in row}
