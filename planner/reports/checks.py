"""What is wrong with a report: what keeps it from being stored, and what is odd about one that was."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from planner.files import Fault
from planner.files.fault import quote
from planner.law.gate import pack_of_operation
from planner.law.running import REPORTED_EVENTS, clocks_of
from planner.operation import Operation
from planner.plan import Plan
from planner.reports.codes import AT_DOOR, INSIDE, OF_CLOCKS, OF_SUSPECT, REVIEW, Code
from planner.reports.report import Report

FUTURE = timedelta(minutes=5)
"""Clocks of phones differ: a report may be about a moment so far ahead of the one at which it came."""
MOST_BEFORE, MOST_AFTER = timedelta(days=3), timedelta(days=14)
"""From H: what is said of any other moment is a slip."""
NO_UNIT: tuple[Code, ...] = ("override", "void", "lost", "text", *OF_CLOCKS, *REVIEW)
"""What may be said of no unit, or of the staff."""
FIRST: dict[Code, tuple[Code, ...]] = {
    "secure": ("entered",),
    "search_done": ("entered",),
    "left": ("entered",),
    "custody": ("entered",),
    "entered": ("set",),
    "set": ("briefed",),
}
"""Code -> the codes that come before it at the same door, where they are reported at all."""


def refusals(operation: Operation, plan: Plan, report: Report) -> list[Fault]:
    """Why the report cannot be stored: it names what does not exist, or lacks what its code is about."""
    return [*_unknown(operation, plan, report), *_lacking(operation, report), *_untimely(operation, report)]


def _unknown(operation: Operation, plan: Plan, report: Report) -> Iterator[Fault]:
    known: dict[str, tuple[Collection[str], str]] = {
        "unit": (plan.units_by_id, "report-no-unit"),
        "site": (operation.points_by_id, "report-no-site"),
        "suspect": (operation.suspects_by_id, "report-no-suspect"),
        "officer": (operation.officers_by_id, "report-no-officer"),
        "vehicle": (operation.vehicles_by_id, "report-no-vehicle"),
        "place": (operation.points_by_id, "report-no-place"),
    }
    for name, (ids, code) in known.items():
        value = getattr(report, name)
        if value and value not in ids:
            yield Fault(name, code, {"value": quote(value)})


def _lacking(operation: Operation, report: Report) -> Iterator[Fault]:
    if not report.unit and report.code not in NO_UNIT:
        yield Fault("unit", "report-no-unit", {"value": quote("")})
    if report.code == "lost" and not (report.officer or report.vehicle):
        yield Fault("officer", "report-lost-whom")
    if report.code == "override" and not (report.condition and report.note):
        yield Fault("note", "report-override-why")
    if report.code == "void" and report.corrects is None:
        yield Fault("corrects", "report-void-what")
    if report.code in ("text", *REVIEW) and not report.note:
        yield Fault("note", "missing")
    if report.code in OF_CLOCKS:
        yield from _of_clock(operation, report)


def _untimely(operation: Operation, report: Report) -> Iterator[Fault]:
    if report.due and not _is_date(report.due):
        yield Fault("due", "report-no-date", {"value": quote(report.due)})
    if report.said > report.received + FUTURE:
        yield Fault("said", "report-in-future")
    elif report.code not in REVIEW and not -MOST_BEFORE <= report.said - operation.h_hour <= MOST_AFTER:
        yield Fault("said", "report-far-from-h")


def _of_clock(operation: Operation, report: Report) -> Iterator[Fault]:
    """What an event or an extension of a time limit lacks."""
    pack = pack_of_operation(operation)
    if not report.suspect:
        yield Fault("suspect", "missing")
    if report.code == "event" and report.condition not in REPORTED_EVENTS:
        yield Fault("condition", "report-no-event", {"value": quote(report.condition)})
    if report.code != "extended":
        return
    clocks = clocks_of(operation, pack, report.suspect) if report.suspect in operation.suspects_by_id else []
    if not any(clock.id == report.condition and clock.extensions for clock in clocks):
        yield Fault("condition", "report-no-extension", {"value": quote(report.condition)})
    if not (report.owner and report.note):
        yield Fault("note", "report-extension-by")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def doubts(operation: Operation, plan: Plan, reports: Iterable[Report]) -> dict[UUID, tuple[Fault, ...]]:
    """Id of a report -> what is odd about it, of those that stand: it is stored and shown all the same."""
    every = tuple(reports)
    said: dict[tuple[str, str, Code], Report] = {}
    for one in every:
        said.setdefault((one.unit, one.site, one.code), one)
    found = {one.id: tuple(_doubts(operation, plan, one, said)) for one in every}
    return {key: faults for key, faults in found.items() if faults}


def _doubts(
    operation: Operation, plan: Plan, one: Report, said: dict[tuple[str, str, Code], Report]
) -> Iterator[Fault]:
    unit = plan.units_by_id.get(one.unit)
    if one.unit and unit is None:
        yield Fault("unit", "report-unit-not-planned", {"unit": one.unit})
    if unit is not None and one.site and one.code in AT_DOOR and one.site not in {s.place for s in unit.stops}:
        yield Fault("site", "report-other-door", {"unit": one.unit, "site": one.site})
    suspect = operation.suspects_by_id.get(one.suspect)
    if suspect is not None and one.code in OF_SUSPECT and one.site and suspect.site != one.site:
        yield Fault("suspect", "report-suspect-elsewhere", {"suspect": one.suspect, "site": suspect.site})
    if suspect is not None and one.code == "custody" and not operation.is_chargeable(suspect):
        yield Fault("suspect", "report-no-warrant", {"suspect": one.suspect})
    for before in FIRST.get(one.code, ()):
        other = said.get((one.unit, one.site, before))
        if other is not None and other.said > one.said:
            yield Fault("said", "report-before-other", {"code": one.code, "other": before})
    if one.code in INSIDE and one.said < operation.h_hour:
        yield Fault("said", "report-before-h", {"code": one.code})
