"""The scenario: a question put to the planner (spec/PROBLEM.md, section 7, "Replanning")."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.operation import Operation
from planner.plan import Plan, Stop, Unit
from planner.travel import Travel


@dataclass(frozen=True)
class Parent:
    """The plan that a replan starts from, and the operation as it was then."""

    plan: Plan
    operation: Operation


@dataclass(frozen=True)
class Scenario:
    """An operation to plan, with the minutes between its points.

    With a parent the new plan should disturb few of its officers; what the parent had begun before `now` (minutes from
    H) stays. Raises ValueError for a moment without a parent.
    """

    operation: Operation
    parent: Parent | None = None
    now: int | None = None

    def __post_init__(self) -> None:
        if self.now is not None and self.parent is None:
            raise ValueError(f"now is {self.now}, and there is no parent plan that could have begun")

    @cached_property
    def travel(self) -> Travel:
        """Minutes between the operation's points."""
        return Travel(self.operation)

    @cached_property
    def begun(self) -> "Begun":
        """What the parent had begun before now; nothing without a parent."""
        return Begun(self)


class Begun:
    """What of the parent lies before now: its units, their stops, and who was sent where."""

    def __init__(self, scenario: Scenario) -> None:
        plan = scenario.parent.plan if scenario.parent is not None else Plan("")
        self.now: float = -math.inf if scenario.now is None else scenario.now
        self.units: dict[str, Unit] = plan.units_by_id
        self.stops = {unit.id: stops for unit in plan.units if (stops := self._stops(scenario.operation, unit))}
        """Id of each unit that has begun -> its stops that started before now, in order."""
        self.sent = dict(_sent(plan))
        """Officer and place -> the minute at which the parent has the officer there as a first stop."""

    def _stops(self, operation: Operation, unit: Unit) -> tuple[Stop, ...]:
        """The unit's stops that started before now, as far as their places and somebody of the unit still exist."""
        if all(officer not in operation.officers_by_id for officer in unit.officers):
            return ()
        return tuple(s for s in unit.stops if s.start < self.now and s.place in operation.points_by_id)

    def is_past(self, stop: Stop) -> bool:
        """True when the stop started before now."""
        return stop.start < self.now

    def leaves(self, unit: Unit, number: int) -> float:
        """Minute at which the unit leaves the stop before this one: now or later where it goes elsewhere (N3)."""
        old = self.units[unit.id].stops if unit.id in self.units else ()
        is_as_before = number < len(old) and old[number].place == unit.stops[number].place
        end = unit.stops[number - 1].end
        return end if is_as_before else max(end, self.now)

    def arrives(self, officer: str, place: str, way: int) -> float:
        """Earliest minute of the officer at a first stop, `way` minutes from the base: sent by the parent, or now."""
        return min(self.now + way, self.sent.get((officer, place), math.inf))


def _sent(plan: Plan) -> Iterator[tuple[tuple[str, str], int]]:
    """Officer and first place with the minute there; of those told twice the last counts: the command of a team."""
    talks: dict[tuple[str, str], int] = {}
    for talk in plan.interviews:
        for officer in talk.officers:
            talks[officer, talk.place] = min(talk.start, talks.get((officer, talk.place), talk.start))
    yield from talks.items()
    for unit in plan.units:
        yield from (((officer, unit.stops[0].place), unit.stops[0].start) for officer in unit.officers)
    for team in plan.teams:
        yield (team.commander, team.assembly), min(plan.units_by_id[u].stops[0].start for u in team.units)
