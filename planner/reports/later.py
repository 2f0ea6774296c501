"""H later while squads wait: what has begun keeps its clock time, raids that have not begun move by the difference.

H itself stays, for all minutes are counted from it: pins tell the new starts. Which decisions they hold already stands
in the operation's descriptive facts, so that a replan of a replan does not move anything twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.edits import Document, Edit
from planner.whatif import doctrine_figure, set_doctrine

PLANNED_DECISIONS = "h_later"
"""The descriptive fact of an operation: keys of the decisions whose minutes its pins hold."""


@dataclass(frozen=True, slots=True)
class HLater:
    """By how many minutes raids that have not begun come later, by which decisions (their keys)."""

    minutes: int
    decisions: tuple[int, ...]


def still_later(details: Mapping[str, Any], decided: Iterable[tuple[int, int]]) -> HLater | None:
    """What the decisions (key and minutes) ask for beyond what is planned already; `details`: of the operation."""
    done = details.get(PLANNED_DECISIONS)
    planned = set(done) if isinstance(done, list | tuple) else set[int]()
    left = [(key, minutes) for key, minutes in decided if key not in planned]
    return HLater(sum(minutes for _, minutes in left), tuple(key for key, _ in left)) if left else None


def planned_edits(document: Document, later: HLater) -> tuple[Edit, ...]:
    """That the decisions are planned now."""
    details: dict[str, Any] = document.get("details", {})
    keys = [*details.get(PLANNED_DECISIONS, ()), *later.decisions]
    return (Edit("operation", "details", {"value": details | {PLANNED_DECISIONS: keys}}),)


def longer_edits(document: Document, later: HLater, latest: int) -> tuple[Edit, ...]:
    """The last minute for a raid moves along, where a raid would else start after it; `latest`: the last start."""
    last: int = doctrine_figure(document, "last_raid")
    return set_doctrine(document, "last_raid", last + later.minutes) if latest > last else ()
