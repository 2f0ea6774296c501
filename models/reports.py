"""Reports from a running operation: stored once each, never changed, and read as values of `planner.reports`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models import report_tables as r
from models.database import Session, unless_there, write_transaction
from models.errors import ReadOnly
from models.exercises import operation_now
from models.log import LogEntry, put_entry
from models.reading import head_of
from planner.reports import Report
from planner.reports.reading import TEXTS

REPORTED = "reported"


def put_reports(session: Session, operation: int, told: Iterable[Report], user: int | None) -> list[UUID]:
    """The ids of those that are new; one that is there already, whatever it says, changes nothing.

    The moment at which they are received is now, and by whom is the user. Raises ReadOnly for a closed operation,
    NotFound.
    """
    head = head_of(write_transaction(session), operation)
    if head.status == "closed":
        raise ReadOnly(head.id)
    moment, stored = operation_now(session, operation), list[UUID]()
    for one in told:
        row = _row(replace(one, received=moment, by=user)) | {"operation": operation}
        put = unless_there(session, r.reports).values(row).returning(r.reports.c.key)
        if session.execute(put).first() is None:
            continue
        stored.append(one.id)
        details = {"code": one.code, "means": one.means}
        thing = ("units", one.unit) if one.unit else None
        put_entry(session, LogEntry(REPORTED, operation, thing=thing, details=details), account=user)
    return stored


def reports_of(session: Session, operation: int) -> list[Report]:
    """Every report of the operation, in the order in which they came."""
    rows = r.reports.c
    return [_report(line) for line in session.execute(_of(operation).order_by(rows.key))]


def report_by_id(session: Session, operation: int, id: UUID) -> Report | None:
    """The report with this id; None where the operation has none."""
    line = session.execute(_of(operation).where(r.reports.c.id == str(id))).one_or_none()
    return None if line is None else _report(line)


def last_report(session: Session, operation: int) -> int:
    """What tells the operation's reports from those of before: it grows with each; 0 where there is none."""
    found = select(func.max(r.reports.c.key)).where(r.reports.c.operation == operation)
    return int(session.scalar(found) or 0)


def _of(operation: int) -> Any:
    return select(r.reports).where(r.reports.c.operation == operation)


def _row(report: Report) -> dict[str, Any]:
    row = {name: getattr(report, name) for name in TEXTS}
    row |= {"id": str(report.id), "code": report.code, "means": report.means, "made_by": report.by}
    corrects = None if report.corrects is None else str(report.corrects)
    return row | {"corrects": corrects, "said": report.said, "received": report.received}


def _report(line: Any) -> Report:
    return Report(
        id=UUID(line.id),
        code=line.code,
        means=line.means,
        said=line.said,
        received=line.received,
        by=line.made_by,
        corrects=None if line.corrects is None else UUID(line.corrects),
        **{name: getattr(line, name) for name in TEXTS},
    )
