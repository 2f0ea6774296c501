"""Detainees in hand whom nobody may bring in by the rules of a running operation (spec/PROBLEM.md, section 7).

The raid is over, so that no escort unit may take them over there (R14); the squad that was to drive them itself lost
vehicles or officers without which it may not (R13, R16), and a unit that has begun gains none (N2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.needs import FRONT_SEATS, can_share_out, groups_apart, raid_minutes
from planner.operation import Suspect
from planner.plan import Stop, Unit
from planner.reports.board import BoardState
from planner.reports.codes import NOT_ARRESTED
from planner.reports.facts import Facts
from planner.reports.report import minute_of
from planner.scenario import Scenario

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Stranded:
    """A squad with detainees whom it may not drive. `until`: the minute from H at which their delivery counts as begun.

    `helpers`: escort units with places for them, and the minutes from where each is, the nearest first.
    """

    unit: str
    site: str
    suspects: tuple[str, ...]
    until: int
    helpers: tuple[tuple[str, int], ...]


def stranded(scenario: Scenario, state: BoardState, facts: Facts) -> tuple[Stranded, ...]:
    """Who is stranded so at the state's minute, of the plan that the facts are held against."""
    return tuple(_stranded(scenario, state, facts)) if facts.lost_officers or facts.lost_vehicles else ()


def _stranded(scenario: Scenario, state: BoardState, facts: Facts) -> Iterator[Stranded]:
    operation, now = scenario.operation, state.now + 1
    for unit in facts.plan.units:
        raid, delivery = unit.last_raid, unit.stops[-1]
        lost = facts.lost_officers.intersection(unit.officers) | facts.lost_vehicles.intersection(unit.vehicles)
        if not lost or raid is None or delivery.task != "deliver" or delivery.start < now:
            continue
        if not _is_over(scenario, state, raid, now):
            continue
        held = [operation.suspects_by_id[name] for name in delivery.suspects if _is_held(facts, name)]
        if held and not _may_drive(scenario, facts, unit, held):
            names = tuple(one.id for one in held)
            yield Stranded(unit.id, raid.place, names, delivery.start, _helpers(scenario, state, facts, raid, held))


def _is_over(scenario: Scenario, state: BoardState, raid: Stop, now: int) -> bool:
    """The raid has ended as replanning counts it: as planned, or later where it began so late that it lasts longer."""
    operation, entered = scenario.operation, state.sites[raid.place].entered
    if entered is None:
        return False
    least = raid_minutes(operation, operation.sites_by_id[raid.place])
    return max(raid.end, minute_of(operation, entered) + least) < now


def _is_held(facts: Facts, suspect: str) -> bool:
    told = facts.suspects.get(suspect)
    return suspect not in facts.not_chargeable and (told is None or told.found not in NOT_ARRESTED)


def _may_drive(scenario: Scenario, facts: Facts, unit: Unit, held: list[Suspect]) -> bool:
    """R13 and R16: those of the squad who are left, without guards, have officers and places for the detainees."""
    operation = scenario.operation
    gone = facts.lost_officers | facts.lost_vehicles | {*unit.guards.officers, *unit.guards.vehicles}
    crew = [operation.officers_by_id[name] for name in unit.officers if name not in gone]
    seats = [operation.vehicles_by_id[name].seats for name in unit.vehicles if name not in gone]
    enough = len(crew) >= operation.doctrine.self_escort_ratio * len(held) and sum(seats) >= len(crew) + len(held)
    groups = groups_apart(operation, held).values()
    has_woman = all(one.sex == "M" for one in held) or any(officer.sex == "F" for officer in crew)
    return enough and has_woman and can_share_out(groups, [max(0, number - FRONT_SEATS) for number in seats])


def _helpers(
    scenario: Scenario, state: BoardState, facts: Facts, raid: Stop, held: list[Suspect]
) -> tuple[tuple[str, int], ...]:
    """The nearest escort units whose vehicles have places for the detainees."""
    operation, found = scenario.operation, list[tuple[int, str]]()
    groups = groups_apart(operation, held).values()
    for unit in facts.plan.units:
        cells = [operation.vehicles_by_id[name].cells for name in unit.vehicles if name not in facts.lost_vehicles]
        if unit.kind == "escort" and not state.units[unit.id].is_out and can_share_out(groups, cells):
            done = [step.place for step in state.units[unit.id].steps if step.said is not None]
            at = done[-1] if done else unit.stops[0].place
            found.append((scenario.travel.minutes(at, raid.place), unit.id))
    return tuple((name, minutes) for minutes, name in sorted(found)[:MOST_OFFERED])
