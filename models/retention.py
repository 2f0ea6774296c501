"""How long an operation is kept: to a day that its planners set; then it is erased as a whole, with a certificate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, now, write_transaction
from models.erasing import erase
from models.log import LogEntry, put_entry
from models.reading import head_of

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


def erase_kept(session: Session, one: Kept) -> dict[str, Any]:
    """The operation with everything of it is gone; what comes back certifies that, and names nobody.

    Raises NotFound; Prolonged where the day is another by now; AtWork while it runs, or a plan of it waits or is
    being made.
    """
    line = head_of(write_transaction(session), one.operation)
    if retain_until(line.details or {}) != one.until:
        raise Prolonged(one.id)
    rows = {name: _count(session, t.metadata.tables[name], one.operation) for name in REGISTERS}
    rows["plans"] = _count(session, p.scenarios, one.operation)
    erase(session, one.operation, None)
    put_entry(session, LogEntry("personal data erased", one.operation, details={"until": str(one.until), "rows": rows}))
    told = {"format": FORMAT, "operation": one.operation, "reference": one.id, "retain_until": str(one.until)}
    return told | {"erased_at": now(session).isoformat(timespec="seconds"), "rows": rows}


def _count(session: Session, table: Any, operation: int) -> int:
    found = select(func.count()).select_from(table).where(table.c.operation == operation)
    return int(session.scalar(found) or 0)
