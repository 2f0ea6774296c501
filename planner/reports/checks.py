"""What is wrong with a report: what keeps it from being stored, and what is odd about one that was."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from planner.files import Fault
from planner.files.fault import quote
from planner.operation import Operation
from planner.plan import Plan
from planner.reports.codes import AT_DOOR, INSIDE, OF_SUSPECT, Code
from planner.reports.report import Report

FUTURE = timedelta(minutes=5)
"""Clocks of phones differ: a report may be about a moment so far ahead of the one at which it came."""
MOST_BEFORE, MOST_AFTER = timedelta(days=3), timedelta(days=14)
"""From H: what is said of any other moment is a slip."""
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
    return list(_refusals(operation, plan, report))


def _refusals(operation: Operation, plan: Plan, report: Report) -> Iterator[Fault]:
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
    if not report.unit and report.code not in ("override", "void", "lost", "text"):
        yield Fault("unit", "report-no-unit", {"value": quote("")})
    if report.code == "lost" and not (report.officer or report.vehicle):
        yield Fault("officer", "report-lost-whom")
    if report.code == "override" and not (report.condition and report.note):
        yield Fault("note", "report-override-why")
    if report.code == "void" and report.corrects is None:
        yield Fault("corrects", "report-void-what")
    if report.code == "text" and not report.note:
        yield Fault("note", "missing")
    if report.said > report.received + FUTURE:
        yield Fault("said", "report-in-future")
    elif not -MOST_BEFORE <= report.said - operation.h_hour <= MOST_AFTER:
        yield Fault("said", "report-far-from-h")


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
