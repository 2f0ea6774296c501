"""The stage: the minutes of all stops and interviews at once, in their order and with their people as they are.

Whether a squad, a unit or a pair comes next somewhere is settled; what is left is a program whose rows each compare two
minutes (difference constraints). Its optimum without whole numbers is whole (R. K. Ahuja, T. L. Magnanti, J. B. Orlin,
Network Flows, 1993, section 9.4: it is the dual of a flow of least cost). A raid may start up to the end of the strike
window: where detainees queue for rooms, or an escort or forensic unit comes from another site, later is better there.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from planner.needs import chargeable_by_site, latest_raid, raid_minutes, ready_minute, set_minutes
from planner.operation import SiteStart
from planner.plan import Interview, Plan, Stop, Team, Unit
from planner.scenario import Scenario
from planner.score import DETAINEE_WEIGHT
from planner.solver.acceptance import accept_better
from planner.solver.model import IntegerProgram
from planner.solver.progress import Bound, Clock

HASTE = 1e-4
"""Of a minute: where nothing else tells two answers apart, a raid starts and ends sooner."""


def times(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with the minutes that cost least, where they cost less than its own."""
    if not plan.units or clock.is_over():
        return plan, Bound()
    found = PlanTimes(scenario, plan).solve(clock)
    return (plan if found is None else accept_better(scenario, plan, found, clock)), Bound()


@dataclass(frozen=True, slots=True)
class Free:
    """Where an officer's duty ends, the minutes after all of which that is, and the minute at which it began."""

    place: str
    after: tuple[int, ...]
    since: int


@dataclass(slots=True)
class PlanTimes:
    """Minutes of the plan as a program: each variable is a minute from H, or minutes that a detainee waits too long."""

    scenario: Scenario
    plan: Plan
    program: IntegerProgram = field(default_factory=IntegerProgram)
    cost: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    start: dict[tuple[str, int], int] = field(default_factory=dict)
    """Unit and number of the stop -> its start."""
    end: dict[tuple[str, int], int] = field(default_factory=dict)
    raid: dict[str, int] = field(default_factory=dict)
    """Site -> the start of the raid."""
    raid_end: dict[str, int] = field(default_factory=dict)
    exam: dict[str, int] = field(default_factory=dict)
    delivery: dict[str, int] = field(default_factory=dict)
    """Suspect -> the start of the delivery."""
    talk: dict[str, int] = field(default_factory=dict)
    """Suspect -> the start of the interview."""

    def __post_init__(self) -> None:
        for unit in self.plan.units:
            self._stops(unit)
        for unit in self.plan.units:
            for n, stop in enumerate(unit.stops):
                self._meets(unit, n, stop)
            self._keeps_scene(unit)
        self._command()
        self._interviews()

    def _no_sooner(self, minute: int, than: int, by: int) -> None:
        """The one minute is no sooner than the other and so many minutes."""
        self.program.require([(minute, 1.0), (than, -1.0)], by)

    def _no_later(self, minute: int, than: int, by: int) -> None:
        """The one minute is no later than the other and so many minutes."""
        self.program.require([(minute, 1.0), (than, -1.0)], upper=by)

    def _stops(self, unit: Unit) -> None:
        """R2 to R5, R8: in order, the first when all are there, the last while they are available and on duty."""
        operation, d = self.scenario.operation, self.scenario.operation.doctrine
        officers = operation.officers_by_id
        ready = max(ready_minute(self.scenario, officers[o], unit.stops[0].place) for o in unit.officers)
        until = min(officers[o].available_to for o in unit.going_on[0])
        for n, stop in enumerate(unit.stops):
            start = self.start[unit.id, n] = self.program.variable(*self._latest_and_earliest(stop, ready, until))
            end = self.end[unit.id, n] = self.program.variable(until, ready)
            self._lasts(start, end, stop)
            if n:
                margin = 0
                if n == 1 and stop.task == "raid":
                    margin = set_minutes(operation, operation.sites_by_id[stop.place])
                way = self.scenario.travel.minutes(unit.stops[n - 1].place, stop.place)
                self._no_sooner(start, self.end[unit.id, n - 1], way + margin)
        self._no_later(self.end[unit.id, len(unit.stops) - 1], self.start[unit.id, 0], d.duty_max)

    def _latest_and_earliest(self, stop: Stop, ready: int, until: int) -> tuple[int, int]:
        """Of a stop's start. Musters stay; a raid may start later if that exposes nothing (R9); others as they can."""
        operation = self.scenario.operation
        if stop.task == "raid":
            is_pinned = any(isinstance(pin, SiteStart) and pin.site == stop.place for pin in operation.pins)
            last = latest_raid(operation, chargeable_by_site(operation).get(stop.place, ()))
            window = 0 if is_pinned else min(operation.doctrine.strike_window, last)
            return max(stop.start, window), stop.start
        return (stop.start, stop.start) if stop.task == "muster" else (until, ready)

    def _lasts(self, start: int, end: int, stop: Stop) -> None:
        """R8, R9, R14, R17, R18: a stop lasts as long as doctrine says; a raid may last longer, a muster as it does."""
        operation, d = self.scenario.operation, self.scenario.operation.doctrine
        if stop.task == "raid":
            self.raid[stop.place], self.raid_end[stop.place] = start, end
            self._no_sooner(end, start, raid_minutes(operation, operation.sites_by_id[stop.place]))
            self.cost[end] += HASTE
            return
        least = {"pickup": d.handover_minutes, "deliver": d.intake_minutes, "exam": d.exam_minutes}
        minutes = least.get(stop.task, stop.end - stop.start)
        self.program.require([(end, 1.0), (start, -1.0)], minutes, minutes)
        if stop.task == "exam":
            self.exam[stop.place] = start

    def _meets(self, unit: Unit, n: int, stop: Stop) -> None:
        """R14, R17, R18: what is asked of a stop and the raid that it follows, and what it costs."""
        operation, d = self.scenario.operation, self.scenario.operation.doctrine
        start, end = self.start[unit.id, n], self.end[unit.id, n]
        if stop.task == "pickup":
            self._no_sooner(start, self.raid[stop.place], d.arrest_minutes)
            self._no_later(end, self.raid_end[stop.place], 0)
        elif stop.task == "exam":
            self._no_sooner(start, self.raid[stop.place], d.arrest_minutes)
            self._no_later(start, self.raid[stop.place], d.exam_latest)
            self.cost[start] += 1
            self.cost[self.raid[stop.place]] -= 1
        elif stop.task == "deliver":
            for suspect in stop.suspects:
                raid = self.raid[operation.suspects_by_id[suspect].site]
                self.delivery[suspect] = start
                self._no_later(end, raid, d.custody_latest)
                too_long = self.program.variable(d.custody_latest)
                self.program.require([(start, 1.0), (raid, -1.0), (too_long, -1.0)], upper=d.hold_minutes)
                self.cost[start] += DETAINEE_WEIGHT
                self.cost[raid] -= DETAINEE_WEIGHT
                self.cost[too_long] += DETAINEE_WEIGHT

    def _keeps_scene(self, unit: Unit) -> None:
        """R4, R5, R18: a squad stays until the exam starts, or its guards do, who are on duty until then."""
        operation, d, last = self.scenario.operation, self.scenario.operation.doctrine, unit.last_raid
        for stop in unit.stops:
            exam = self.exam.get(stop.place) if stop.task == "raid" else None
            if exam is None:
                continue
            if unit.guards.officers and stop is last:
                self._no_sooner(exam, self.raid_end[stop.place], 1)
                self._no_later(exam, self.start[unit.id, 0], d.duty_max)
                for officer in unit.guards.officers:
                    self.program.require([(exam, 1.0)], upper=operation.officers_by_id[officer].available_to)
            else:
                self._no_sooner(self.raid_end[stop.place], exam, 0)

    def _interviews(self) -> None:
        """R5, R19: after the delivery, one after the other in a room and for an officer, who is free and available."""
        operation, d = self.scenario.operation, self.scenario.operation.doctrine
        talks = sorted(self.plan.interviews, key=lambda t: (t.start, t.suspect))
        by_room, by_person = (
            defaultdict[tuple[str, int], list[Interview]](list),
            defaultdict[str, list[Interview]](list),
        )
        for talk in talks:
            raid = self.raid[operation.suspects_by_id[talk.suspect].site]
            start = self.talk[talk.suspect] = self.program.variable(talk.start + d.duty_max, self.program.lower[raid])
            self._no_sooner(start, self.delivery[talk.suspect], d.intake_minutes)
            self._no_later(start, raid, d.interview_latest)
            self.cost[start] += 1
            self.cost[self.delivery[talk.suspect]] -= 1
            by_room[talk.place, talk.room].append(talk)
            for officer in talk.officers:
                by_person[officer].append(talk)
        for rows in by_room.values():
            for one, other in pairwise(rows):
                self._no_sooner(self.talk[other.suspect], self.talk[one.suspect], d.interview_minutes)
        free = self._free()
        for officer, mine in by_person.items():
            self._interviewer(officer, mine, free.get(officer))

    def _interviewer(self, name: str, talks: list[Interview], free: Free | None) -> None:
        """R5, R19: the officer's interviews begin after the duty ends, if there is one, and end while it lasts."""
        officer, travel = self.scenario.operation.officers_by_id[name], self.scenario.travel.minutes
        d, place = self.scenario.operation.doctrine, talks[0].place
        first, last = self.talk[talks[0].suspect], self.talk[talks[-1].suspect]
        if free is None:
            self.program.require([(first, 1.0)], ready_minute(self.scenario, officer, place))
        else:
            for minute in free.after:
                self._no_sooner(first, minute, travel(free.place, place))
        since = first if free is None else free.since
        if last != since:
            self._no_later(last, since, d.duty_max - d.interview_minutes)
        self.program.require([(last, 1.0)], upper=officer.available_to - d.interview_minutes)
        for a, b in pairwise(talks):
            between = max(travel(a.place, b.place), d.interview_break)
            self._no_sooner(self.talk[b.suspect], self.talk[a.suspect], d.interview_minutes + between)

    def _free(self) -> dict[str, Free]:
        """Officer -> the end of duty; those of no unit and no team are absent."""
        found = dict[str, Free]()
        for unit in self.plan.units:
            since, last = self.start[unit.id, 0], unit.last_raid
            end = self.end[unit.id, len(unit.stops) - 1]
            found |= dict.fromkeys(unit.going_on[0], Free(unit.stops[-1].place, (end,), since))
            if unit.guards.officers and last is not None:
                found |= dict.fromkeys(unit.guards.officers, Free(last.place, (self.exam[last.place],), since))
        for team in self.plan.teams:
            first = min(team.units, key=lambda u: self.plan.units_by_id[u].stops[0].start)
            found[team.commander] = Free(team.assembly, tuple(self._through(team)), self.start[first, 0])
        return found

    def _command(self) -> None:
        """R6: a commander is available until the team's last stop ends and its guards are free."""
        officers = self.scenario.operation.officers_by_id
        for team in self.plan.teams:
            for minute in self._through(team):
                self.program.require([(minute, 1.0)], upper=officers[team.commander].available_to)

    def _through(self, team: Team) -> Iterator[int]:
        """The minutes after all of which the team's squads and their guards are free."""
        for unit in (self.plan.units_by_id[u] for u in team.units):
            yield self.end[unit.id, len(unit.stops) - 1]
            if unit.guards.officers and unit.last_raid is not None:
                yield self.exam[unit.last_raid.place]

    def solve(self, clock: Clock) -> Plan | None:
        """The plan at the minutes that cost least; None where time is up before."""
        found = self.program.minimise(self.cost, clock)
        if found is None:
            return None
        at = {key: (found.count(start), found.count(self.end[key])) for key, start in self.start.items()}
        units = tuple(
            replace(
                unit,
                stops=tuple(
                    replace(stop, start=at[unit.id, n][0], end=at[unit.id, n][1]) for n, stop in enumerate(unit.stops)
                ),
            )
            for unit in self.plan.units
        )
        minutes = self.scenario.operation.doctrine.interview_minutes
        talks = tuple(
            replace(talk, start=start, end=start + minutes)
            for talk, start in ((talk, found.count(self.talk[talk.suspect])) for talk in self.plan.interviews)
        )
        return replace(self.plan, units=units, interviews=talks)
