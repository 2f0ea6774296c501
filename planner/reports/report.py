"""One report, and which of many stand once doubles and corrections are settled."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from planner.operation import Operation
from planner.reports.codes import Code, Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Something that was said of a unit: a code, and what it is about.

    `id` is given by whoever reports: a report that is sent twice is one report. `said` is the moment that it is about,
    `received` the one at which it was stored; `by` is the key of the account. `corrects` is the id of the report in
    whose place this one stands. `officer` or `vehicle` is who or what is lost, `place` where detainees were lodged,
    `condition` what of the go/no-go table is overridden, which event of a law pack happened, or which of its clocks is
    extended; `owner` who answers for a lesson, or granted the extension; `due` the date of a lesson (ISO 8601). Empty
    texts: nothing is said.
    """

    id: UUID
    unit: str
    code: Code
    said: datetime
    received: datetime
    site: str = ""
    suspect: str = ""
    officer: str = ""
    vehicle: str = ""
    place: str = ""
    condition: str = ""
    by: int | None = None
    means: Means = "web"
    note: str = ""
    owner: str = ""
    due: str = ""
    corrects: UUID | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        """What tells which of two reports is the later one: never when it arrived."""
        return self.said, str(self.id)


def minute_of(operation: Operation, moment: datetime) -> int:
    """Whole minutes from H, rounded down; negative before H."""
    return int((moment - operation.h_hour).total_seconds() // 60)


def standing(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports that count, by the moment that they are about: each once, corrections in place of what they name.

    It depends neither on the order nor on doubles. Of two corrections of one report the later said counts; of two
    that share an id the first in the order of all their fields. A correction of a report that is not there (yet)
    stands by itself. What a `void` corrects is gone.
    """
    by_id: dict[UUID, Report] = {}
    for one in sorted(reports, key=_all_fields):
        by_id.setdefault(one.id, one)
    corrections: dict[UUID, list[Report]] = {}
    for one in by_id.values():
        if one.corrects is not None:
            corrections.setdefault(one.corrects, []).append(one)
    found = []
    for one in by_id.values():
        if one.corrects is None or one.corrects not in by_id:
            last = _last(one, corrections)
            if last.code != "void":
                found.append(last)
    return tuple(sorted(found, key=lambda one: one.order))


def _last(one: Report, corrections: dict[UUID, list[Report]]) -> Report:
    """The end of a chain of corrections. It begins at a report that corrects none that is there: it has no circle."""
    while followers := corrections.get(one.id):
        one = max(followers, key=lambda follower: follower.order)
    return one


def _all_fields(report: Report) -> tuple[Any, ...]:
    return tuple(str(getattr(report, f.name)) for f in fields(report))
