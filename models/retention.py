"""How long an operation is kept: to a day that its planners set; then it is erased as a whole, or archived first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, now
from models.erasing import at_rest, erase
from models.log import LogEntry, put_entry

RETAIN = "retain_until"
"""The descriptive fact of an operation (`details`) that says so, as a day: 2027-03-31."""
WARNED = timedelta(days=30)
FORMAT = "h-hour-erasure/1"
REGISTERS = ("suspects", "sites", "officers", "vehicles", "places", "agencies")


class Prolonged(Exception):
    """The operation has another last day than the one for which it was to be erased."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An operation with the last day on which it is kept; None: no day is set."""

    operation: int
    id: str
    status: str
    until: date | None

    def is_over(self, today: date) -> bool:
        """Whether it is kept no longer."""
        return self.until is not None and self.until < today


def retain_until(details: Mapping[str, Any]) -> date | None:
    """The day that the descriptive facts of an operation name; None for none, and for what is no day."""
    try:
        return date.fromisoformat(str(details.get(RETAIN, "")))
    except ValueError:
        return None


def is_near(until: date | None, today: date) -> bool:
    """Whether the day comes within a month, or is over."""
    return until is not None and until - today <= WARNED


def kept(session: Session) -> list[Kept]:
    """Every operation with its last day, those without one at the end."""
    c = t.operations.c
    lines = session.execute(select(c.key, c.id, c.status, c.details))
    found = [Kept(line.key, line.id, line.status, retain_until(line.details or {})) for line in lines]
    return sorted(found, key=lambda one: (one.until is None, one.until or date.max, one.operation))


def look_at_rest(session: Session, one: Kept) -> None:
    """The operation may go, and stays as it is until the transaction ends.

    Raises NotFound; Prolonged where the day is another by now; AtWork while it runs, or a plan of it waits or is
    being made.
    """
    line = at_rest(session, one.operation)
    if retain_until(line.details or {}) != one.until:
        raise Prolonged(one.id)


def erase_kept(session: Session, one: Kept, archive: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The operation with everything of it is gone; what comes back certifies that, and names nobody.

    `archive`: name and SHA-256 of the file that holds it now. Raises what `look_at_rest` raises.
    """
    look_at_rest(session, one)
    rows = {name: _count(session, t.metadata.tables[name], one.operation) for name in REGISTERS}
    rows["plans"] = _count(session, p.scenarios, one.operation)
    erase(session, one.operation, None)
    told = {"until": str(one.until), "rows": rows} | ({"archive": dict(archive)} if archive else {})
    put_entry(session, LogEntry("personal data erased", one.operation, details=told))
    head = {"format": FORMAT, "operation": one.operation, "reference": one.id, "retain_until": str(one.until)}
    return head | {"erased_at": now(session).isoformat(timespec="seconds"), "rows": rows, "archive": archive}


def _count(session: Session, table: Any, operation: int) -> int:
    found = select(func.count()).select_from(table).where(table.c.operation == operation)
    return int(session.scalar(found) or 0)
