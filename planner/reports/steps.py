"""The steps of a unit in a plan that reports tell of, each with the minute at which it is planned."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.needs import raid_minutes, set_minutes
from planner.plan import Plan, Stop, Unit
from planner.reports.codes import Code
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What a unit reports at a place, planned at a minute from H.

    `least`: so many minutes after the unit's step before it may come, however late that was. `waits_for`: not before
    so many minutes after the raid on the place has begun. `suspects`: the detainees who are taken over or lodged.
    """

    code: Code
    place: str
    planned: int
    least: int
    waits_for: int | None = None
    suspects: tuple[str, ...] = ()


def unit_steps(scenario: Scenario, plan: Plan) -> dict[str, tuple[PlannedStep, ...]]:
    """Unit id -> its steps in order."""
    makers = {"squad": _squad, "escort": _escort, "forensic": _forensic}
    return {unit.id: tuple(makers[unit.kind](scenario, unit)) for unit in plan.units}


def _ways(scenario: Scenario, unit: Unit) -> Iterator[tuple[Stop, str | None, int]]:
    """Each stop with the place before it and the minutes from there."""
    before: str | None = None
    points = scenario.operation.points_by_id
    for stop in unit.stops:
        is_known = before in points and stop.place in points
        yield stop, before, scenario.travel.minutes(before, stop.place) if before is not None and is_known else 0
        before = stop.place


def _squad(scenario: Scenario, unit: Unit) -> Iterator[PlannedStep]:
    operation, is_first = scenario.operation, True
    ended = unit.stops[0].start if unit.stops else 0
    for stop, before, way in _ways(scenario, unit):
        site = operation.sites_by_id.get(stop.place)
        if stop.task == "muster":
            yield PlannedStep("briefed", stop.place, stop.end, operation.doctrine.brief_minutes)
        elif stop.task == "raid":
            margin = set_minutes(operation, site) if site is not None and is_first else 0
            leaves = min(ended, stop.start - way) if before is None else ended
            yield PlannedStep("moving", stop.place, leaves, 0)
            if is_first:
                yield PlannedStep("set", stop.place, stop.start - margin, way)
            yield PlannedStep("entered", stop.place, stop.start, 0 if is_first else way)
            least = raid_minutes(operation, site) if site is not None else stop.end - stop.start
            yield PlannedStep("left", stop.place, stop.end, least)
            is_first = False
        elif stop.task == "deliver":
            least = way + operation.doctrine.intake_minutes
            yield PlannedStep("lodged", stop.place, stop.end, least, suspects=stop.suspects)
        ended = stop.end


def _escort(scenario: Scenario, unit: Unit) -> Iterator[PlannedStep]:
    doctrine = scenario.operation.doctrine
    for stop, _, way in _ways(scenario, unit):
        if stop.task == "pickup":
            waits = doctrine.arrest_minutes + doctrine.handover_minutes
            least = way + doctrine.handover_minutes
            yield PlannedStep("handed_over", stop.place, stop.end, least, waits, stop.suspects)
        else:
            yield PlannedStep("lodged", stop.place, stop.end, way + doctrine.intake_minutes, suspects=stop.suspects)


def _forensic(scenario: Scenario, unit: Unit) -> Iterator[PlannedStep]:
    doctrine = scenario.operation.doctrine
    for stop, _, way in _ways(scenario, unit):
        yield PlannedStep("entered", stop.place, stop.start, way, doctrine.arrest_minutes)
        yield PlannedStep("search_done", stop.place, stop.end, doctrine.exam_minutes)
