"""Reports as JSON values: what a file of facts, a phone or a page sends, and how they are written."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from planner.files import Fault, Unreadable
from planner.files.fault import UnfitValue, quote
from planner.operation import Operation
from planner.reports.codes import CODES, MEANS
from planner.reports.report import Report

TEXTS = ("unit", "site", "suspect", "officer", "vehicle", "place", "condition", "note", "owner", "due")
KEYS = ("id", "code", "at", "means", "corrects", *TEXTS)
MOST_TEXT, MOST_ID = 2000, 200
MOST_MINUTES = 100_000


def reports_of(data: Any, operation: Operation, received: datetime | None = None) -> tuple[Report, ...]:
    """The reports of a list of objects. Raises `Unreadable` with every fault.

    `at` is the moment that a report is about: ISO 8601 with an offset, or minutes from H. Without `received` a report
    was received when it was said.
    """
    if not isinstance(data, list):
        raise Unreadable([Fault("", "report-not-list")])
    found, faults = list[Report](), list[Fault]()
    for i, row in enumerate(data):
        try:
            found.append(report_of(row, operation, received))
        except UnfitValue as unfit:
            faults.append(Fault(f"[{i}]{unfit.values['key']}", unfit.code, unfit.values))
    if faults:
        raise Unreadable(faults)
    return tuple(found)


def report_of(row: Any, operation: Operation, received: datetime | None = None, by: int | None = None) -> Report:
    """The report of one object. Raises `UnfitValue`, whose value `key` is the part that is wrong."""
    if not isinstance(row, Mapping):
        raise UnfitValue("not-object", key="", value=quote(row))
    for key in row:
        if key not in KEYS:
            raise UnfitValue("unknown-key", key=f".{key}"[:MOST_ID])
    texts = {name: _text(row, name) for name in TEXTS}
    code, means = row.get("code"), row.get("means", "web")
    if code not in CODES:
        raise UnfitValue("none-of", key=".code", value=quote(code), words=", ".join(CODES))
    if means not in MEANS:
        raise UnfitValue("none-of", key=".means", value=quote(means), words=", ".join(MEANS))
    said = _moment(row.get("at"), operation)
    corrects = None if row.get("corrects") is None else _id(row["corrects"], "corrects")
    return Report(
        id=_id(row.get("id"), "id"),
        code=code,
        means=means,
        said=said,
        received=received or said,
        by=by,
        corrects=corrects,
        **texts,
    )


def plain_report(report: Report) -> dict[str, Any]:
    """The report as JSON values, as `reports_of` reads them; what is empty is left out."""
    row: dict[str, Any] = {"id": str(report.id), "code": report.code, "at": report.said.astimezone(UTC).isoformat()}
    row |= {f.name: getattr(report, f.name) for f in fields(report) if f.name in TEXTS and getattr(report, f.name)}
    row["means"] = report.means
    if report.corrects is not None:
        row["corrects"] = str(report.corrects)
    return row


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnfitValue("not-text", key=f".{name}", value=quote(value))
    most = MOST_TEXT if name == "note" else MOST_ID
    if len(value) > most:
        raise UnfitValue("too-long", key=f".{name}", number=len(value), most=most)
    return value


def _id(value: Any, name: str) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else UUID(int=-1)
    except ValueError as error:
        raise UnfitValue("report-not-uuid", key=f".{name}", value=quote(value)) from error


def _moment(value: Any, operation: Operation) -> datetime:
    if type(value) is int and abs(value) <= MOST_MINUTES:
        return operation.h_hour + timedelta(minutes=value)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise UnfitValue("not-instant", key=".at", value=quote(value))
    if found.utcoffset() is None:
        raise UnfitValue("no-offset", key=".at", value=quote(value))
    return found
