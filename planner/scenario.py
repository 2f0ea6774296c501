"""The scenario: a question put to the planner (spec/PROBLEM.md, section 7, "Replanning")."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, takewhile

from planner.operation import Operation, SiteSkipped, SiteStart
from planner.plan import Interview, Plan, Stop, Unit
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

    def interviews(self, plan: Plan) -> dict[str, Interview]:
        """Suspect id -> the plan's first interview: one that the parent had begun counts wherever the suspect is."""
        if not self.begun.talks:
            return plan.interviews_by_suspect
        found: dict[str, Interview] = {}
        for talk in plan.interviews:
            _, delivery = plan.deliveries_by_suspect.get(talk.suspect, (None, None))
            if talk in self.begun.talks or (delivery is not None and delivery.place == talk.place):
                found.setdefault(talk.suspect, talk)
        return found


class Begun:
    """What of the parent lies before now: its units, their stops, its interviews, and who was sent where.

    Pins tell what really happened: a raid began at its pin's start; one that a pin skips, or starts at now or later,
    has not begun, nor has what was to follow it.
    """

    def __init__(self, scenario: Scenario) -> None:
        operation, plan = scenario.operation, scenario.parent.plan if scenario.parent is not None else Plan("")
        self.now: float = -math.inf if scenario.now is None else scenario.now
        self.units: dict[str, Unit] = plan.units_by_id
        self.pinned = {pin.site: pin.start for pin in operation.pins if isinstance(pin, SiteStart)}
        """Site id -> the start that a pin gives its raid."""
        self.still_shut = self._still_shut(operation, plan)
        """Ids of the sites whose raids have not begun, as pins tell."""
        self.stops = {unit.id: stops for unit in plan.units if (stops := self._stops(operation, unit))}
        """Id of each unit that has begun -> its stops that have, in order."""
        self.talks = tuple(talk for talk in plan.interviews if self._is_held(operation, talk))
        """The interviews that have begun, of suspects and at places that still exist."""
        self.waits = dict(self._waits(operation, plan))
        """Officer id -> where the officer is by now, before anything of the unit has begun."""
        self.sent = dict(_sent(plan))
        """Officer and place -> the minute at which the parent has the officer there as a first stop."""

    def _still_shut(self, operation: Operation, plan: Plan) -> set[str]:
        shut = {pin.site for pin in operation.pins if isinstance(pin, SiteSkipped)}
        shut |= {site for site, start in self.pinned.items() if start >= self.now}
        for unit in plan.units:
            raids = [stop.place for stop in unit.stops if stop.task == "raid"]
            shut.update(dropwhile(lambda site: site not in shut, raids))
        return shut

    def _stops(self, operation: Operation, unit: Unit) -> tuple[Stop, ...]:
        """The unit's stops that have begun, as far as their places and somebody of the unit still exist."""
        if all(officer not in operation.officers_by_id for officer in unit.officers):
            return ()
        return tuple(s for s in takewhile(self._has_begun, unit.stops) if s.place in operation.points_by_id)

    def _has_begun(self, stop: Stop) -> bool:
        return self.starts(stop) < self.now and (stop.task == "deliver" or stop.place not in self.still_shut)

    def _is_held(self, operation: Operation, talk: Interview) -> bool:
        suspect = operation.suspects_by_id.get(talk.suspect)
        is_there = suspect is not None and suspect.site not in self.still_shut
        return is_there and talk.start < self.now and talk.place in operation.places_by_id

    def _waits(self, operation: Operation, plan: Plan) -> Iterator[tuple[str, str]]:
        for unit in plan.units:
            first = unit.stops[0]
            if unit.id not in self.stops and first.start < self.now and first.place in operation.points_by_id:
                yield from ((officer, first.place) for officer in unit.officers)

    def starts(self, stop: Stop) -> int:
        """Minute at which a stop of the parent starts: a raid by its pin, where there is one."""
        return self.pinned.get(stop.place, stop.start) if stop.task == "raid" else stop.start

    def is_past(self, stop: Stop) -> bool:
        """True when the stop of a plan started before now."""
        return stop.start < self.now

    def has_left(self, unit: Unit) -> bool:
        """Guards of the unit were left before now: its last raid is the parent's, and had begun and ended."""
        old, mine = self.units.get(unit.id), unit.last_raid
        was = old.last_raid if old is not None else None
        if was is None or mine is None or was.place != mine.place:
            return False
        return was in self.stops.get(unit.id, ()) and was.end < self.now

    def leaves(self, unit: str, number: int, end: int, place: str) -> float:
        """Minute at which the unit leaves for its stop of this number at the place, when the one before has its end.

        Now or later where it goes elsewhere than the parent's unit (N3).
        """
        old = self.units[unit].stops if unit in self.units else ()
        is_as_before = number < len(old) and old[number].place == place
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
        if team.units:
            yield (team.commander, team.assembly), min(plan.units_by_id[u].stops[0].start for u in team.units)
