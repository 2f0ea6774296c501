"""What everybody and everything in a plan does, minute by minute: the timeline, asked by whom or what it concerns.

Pages of things, squads on the plan's page and its tables read these; sheets and chart are drawn of the same timeline.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from planner.i18n import N_
from planner.needs import chargeable_by_site
from planner.plan import Plan, Unit
from planner.render.chart import ON_THE_WAY, RESTING, TASK_WORDS
from planner.render.timeline import Activity, Custody, Movement, Stay, Timeline
from planner.scenario import Scenario

DutyTask = Literal[Activity, "travel", "rest", "set", "command"]
DUTY_WORDS: dict[str, str] = {str(task): word for task, word in TASK_WORDS.items()} | {
    "travel": ON_THE_WAY,
    "rest": RESTING,
    "set": N_("In position, out of sight"),
    "command": N_("Command at the assembly point"),
}
Thing = tuple[str, str]
"""Table and key: a row of the operation, or a unit or team of the plan (tables `units` and `teams`)."""


@dataclass(frozen=True, slots=True)
class DutyLine:
    """What is done from `start` to `end` (minutes from H) at `place`; of a way, `place` is where it leads.

    Who rests before an address does so at no place that the plan names: nobody waits at a suspect's door.

    `unit` does it; `met` is the squad whose door it is, where another unit comes there. `room` is of an interview.
    """

    task: DutyTask
    start: int
    end: int
    place: str
    source: str | None = None
    unit: str | None = None
    met: str | None = None
    officers: tuple[str, ...] = ()
    vehicles: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    room: int | None = None


class Duties:
    """The duties of a plan whose references hold (R1), by thing."""

    def __init__(self, scenario: Scenario, plan: Plan, found: Timeline) -> None:
        self._scenario, self._plan, self.found = scenario, plan, found
        self.custody = found.custody
        self._behind = chargeable_by_site(scenario.operation)
        self._carried: dict[str | None, list[Custody]] = {}
        for row in found.custody:
            self._carried.setdefault(row.carrier, []).append(row)

    def of(self, table: str, key: str) -> tuple[DutyLine, ...]:
        """The duties of a thing in the order of time; of an agency with its own officers alone."""
        found = tuple(self._by_thing.get((table, key), ()))
        if table != "agencies":
            return found
        people = self._scenario.operation.officers_by_id
        return tuple(replace(d, officers=tuple(o for o in d.officers if people[o].agency == key)) for d in found)

    def things(self, duties: Iterable[DutyLine]) -> dict[str, tuple[str, ...]]:
        """Table -> keys of all that has a part in the duties, in the order of time; tables with nothing are absent."""
        met: dict[str, dict[str, None]] = {}
        for duty in duties:
            for table, key in self._concerned(duty):
                met.setdefault(table, {})[key] = None
        return {table: tuple(keys) for table, keys in met.items()}

    def parts_of(self, officer: str) -> tuple[Thing, ...]:
        """The units that the officer serves in, their teams, and the teams that the officer commands."""
        units = dict.fromkeys(duty.unit for duty in self.of("officers", officer) if duty.unit is not None)
        teams = [self._plan.team_of_unit[unit] for unit in units if unit in self._plan.team_of_unit]
        teams += self._commanded.get(officer, ())
        return (*(("units", unit) for unit in units), *(("teams", team) for team in dict.fromkeys(teams)))

    @cached_property
    def all(self) -> tuple[DutyLine, ...]:
        """Every duty in the order of time."""
        return tuple(sorted(self._all(), key=lambda duty: (duty.start, duty.end)))

    @cached_property
    def _by_thing(self) -> dict[Thing, list[DutyLine]]:
        found: dict[Thing, list[DutyLine]] = {}
        for duty in self.all:
            for thing in dict.fromkeys(self._concerned(duty)):
                found.setdefault(thing, []).append(duty)
        return found

    def _concerned(self, duty: DutyLine) -> Iterator[Thing]:
        """All that has a part in the duty."""
        people = self._scenario.operation.officers_by_id
        for unit in filter(None, (duty.unit, duty.met)):
            yield "units", unit
            if (team := self._plan.team_of_unit.get(unit)) is not None:
                yield "teams", team
        if duty.unit is None and duty.room is None:
            yield from (("teams", team) for o in duty.officers for team in self._commanded.get(o, ()))
        for place in filter(None, (duty.place, duty.source)):
            yield "sites" if place in self._scenario.operation.sites_by_id else "places", place
        for officer in duty.officers:
            yield "officers", officer
            yield "agencies", people[officer].agency
        yield from (("vehicles", key) for key in duty.vehicles)
        yield from (("suspects", key) for key in duty.suspects)

    @cached_property
    def _commanded(self) -> dict[str, list[str]]:
        """Officer id -> the teams that the officer commands."""
        found: dict[str, list[str]] = {}
        for team in self._plan.teams:
            found.setdefault(team.commander, []).append(team.id)
        return found

    def _all(self) -> Iterator[DutyLine]:
        for move in self.found.movements:
            yield from self._way(move)
        for unit in self._plan.units:
            yield from self._stays(unit)
        for kept in self.found.guards:
            cars = self._plan.units_by_id[kept.unit or ""].guards.vehicles
            yield DutyLine(
                "guard", kept.start, kept.end, kept.place, unit=kept.unit, officers=kept.officers, vehicles=cars
            )
        yield from self._commands()
        yield from self._interviews()

    def _way(self, move: Movement) -> Iterator[DutyLine]:
        """The way, with the detainees aboard, and the rest after it."""
        carried = self._carried.get(move.unit, ()) if move.unit else ()
        aboard = tuple(row.suspect for row in carried if _is_aboard(row, move))
        rest = DutyLine("rest", move.arrive, move.arrive + move.rest, move.target, None, move.unit)
        rest = replace(rest, officers=move.officers, vehicles=move.vehicles)
        way = replace(rest, task="travel", start=move.depart, end=move.arrive, source=move.source, suspects=aboard)
        is_door = move.target in self._scenario.operation.sites_by_id
        yield from (way, replace(rest, place="") if is_door else rest) if move.rest else (way,)

    def _stays(self, unit: Unit) -> Iterator[DutyLine]:
        """The unit's tasks; from its last raid on without the guards' vehicles."""
        cars = unit.vehicles
        for stop, stay in zip(unit.stops, self.found.stays_by_unit.get(unit.id, ()), strict=False):
            base = DutyLine(
                stay.task, stay.start, stay.end, stay.place, None, unit.id, self._met(unit, stay), stay.officers
            )
            base = replace(base, vehicles=cars, suspects=stay.suspects)
            if stay.task == "raid":
                if stay.arrive < stay.start:
                    yield replace(base, task="set", start=stay.arrive, end=stay.start)
                base = replace(base, suspects=tuple(s.id for s in self._behind.get(stay.place, ())))
            yield base
            cars = unit.going_on[1] if stop is unit.last_raid else cars

    def _met(self, unit: Unit, stay: Stay) -> str | None:
        """The squad that hands over at the door."""
        squad, _ = self._plan.raids_by_site.get(stay.place, (None, None))
        return squad.id if squad is not None and stay.task in ("pickup", "exam") and squad.id != unit.id else None

    def _commands(self) -> Iterator[DutyLine]:
        """Each commander from the team's first briefing until its squads and guards are free."""
        for team in self._plan.teams:
            units = [self._plan.units_by_id[key] for key in team.units if key in self._plan.units_by_id]
            starts = [stop.start for unit in units for stop in unit.stops if stop.task == "muster"]
            ends = [stop.end for unit in units for stop in unit.stops]
            ends += [row.end for row in self.found.guards if row.unit in team.units]
            if starts:
                yield DutyLine("command", min(starts), max(ends), team.assembly, officers=(team.commander,))

    def _interviews(self) -> Iterator[DutyLine]:
        for talk in self._scenario.interviews(self._plan).values():
            duty = DutyLine("interview", talk.start, talk.end, talk.place, officers=talk.officers, room=talk.room)
            yield replace(duty, suspects=(talk.suspect,))


def _is_aboard(row: Custody, move: Movement) -> bool:
    """The detainee is in one of the vehicles on the whole way."""
    if row.taken is None or row.delivery is None:
        return False
    return row.taken <= move.depart and move.arrive <= row.delivery.start
