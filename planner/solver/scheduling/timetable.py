"""The stage: pairs and times of first interviews once more, by CP-SAT, for deliveries as they are.

Officers who could be at each place at the same minute, by as long a way, for as long, of the same sex and skill, are
one kind. Each of a kind serves at one place, and a place is sent as many as hold interviews there, or rest after one,
at once. At a place whoever came first is interviewed first: that leaves no choice of rooms, and a schedule that CP-SAT
betters where the stages before took pairs one after the other (one-city: from 2356 minutes of waits and ways to 2277
in 6 CPU s; 2191 is the least).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.operation import Suspect
from planner.plan import Interview, Plan, Stop
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.interviews import Interviewer, deliveries, interviewers, nearest, reach_of
from planner.solver.params import BUDGET, TIMETABLE
from planner.solver.progress import Bound, Clock

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

PAIR = 2


def timetable(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with the interviews of one city after the other made anew, where that costs less."""
    if clock.seconds_left() < BUDGET.timetable_least:
        return plan, Bound()
    places = scenario.operation.places_by_id
    cities = sorted({places[talk.place].city for talk in plan.interviews})
    turns = [(city, is_long) for is_long in (False, True) for city in cities]
    for n, (city, is_long) in enumerate(clock.through(turns)):
        if clock.is_over():
            break
        with clock.only(1 / (len(turns) - n)):
            talks = _city_anew(scenario, plan, city, clock, is_long=is_long)
        if talks is not None:
            plan = accept_better(scenario, plan, replace(plan, interviews=talks), clock)
    return plan, Bound()


class InterviewRequest(NamedTuple):
    """An interview that is wanted: after this delivery, begun no later than `latest`."""

    suspect: Suspect
    delivery: Stop
    latest: int


class Reach(NamedTuple):
    """An officer at a place: the first and the last minute at which an interview may begin, and the way there."""

    free: int
    last: int
    way: int


class Kind(NamedTuple):
    """What makes interviewers alike: when they can be where (by place), and what R19 asks of a pair."""

    at: tuple[Reach | None, ...]
    leads: bool
    is_woman: bool


def _city_anew(
    scenario: Scenario, plan: Plan, city: str, clock: Clock, *, is_long: bool
) -> tuple[Interview, ...] | None:
    """All interviews of the plan, those of the city's places anew; None where nothing was found."""
    places = scenario.operation.places_by_id
    held = plan.interviews_by_suspect
    kept = [talk for talk in plan.interviews if places[talk.place].city != city]
    wanted = {
        place: [InterviewRequest(suspect, stop, latest) for stop, suspect, latest in rows if suspect.id in held]
        for place, rows in sorted(deliveries(scenario, plan).items())
        if places[place].city == city
    }
    elsewhere = {o for talk in kept for o in talk.officers}
    people = [p for p in interviewers(scenario, plan) if p.officer.id not in elsewhere]
    near = {p.officer.id: p for place in wanted for p in nearest(scenario, place, people)}
    found = InterviewProgram(scenario, plan, wanted, list(near.values())).solve(clock, is_long=is_long)
    return None if found is None else (*kept, *found)


def _by_kind(scenario: Scenario, places: list[str], people: list[Interviewer]) -> dict[Kind, list[str]]:
    found = defaultdict[Kind, list[str]](list)
    for person in people:
        at = tuple(_reach(scenario, place, person) for place in places)
        if any(at):
            kind = Kind(at, "interview" in person.officer.skills, person.officer.sex == "F")
            found[kind].append(person.officer.id)
    return found


def _reach(scenario: Scenario, place: str, person: Interviewer) -> Reach | None:
    """R5, R19: when the officer may begin there; None: never. Whoever has not served yet is on duty once there."""
    d = scenario.operation.doctrine
    free, way = reach_of(scenario, person, place)
    on_duty = free if person.since is None else person.since
    last = min(person.officer.available_to, on_duty + d.duty_max) - d.interview_minutes
    return Reach(free, last, way) if last >= free else None


class InterviewProgram:
    """The interviews of some places as a CP-SAT model, hinted by those of the plan."""

    def __init__(
        self, scenario: Scenario, plan: Plan, wanted: dict[str, list[InterviewRequest]], people: list[Interviewer]
    ) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415  # half a second to load

        self.model = cp_model.CpModel()
        self._scenario, self._wanted, self._now = scenario, wanted, plan.interviews_by_suspect
        self._kinds = _by_kind(scenario, list(wanted), people)
        self._kind_of = {officer: kind for kind, officers in self._kinds.items() for officer in officers}
        self._cost, self._sent = list[Any](), defaultdict[Kind, list[Any]](list)
        self._starts = dict[str, Any]()
        self._serving = defaultdict[str, dict[Kind, Any]](dict)  # suspect id -> number of officers of a kind
        for n, (place, rows) in enumerate(wanted.items()):
            for row in rows:
                self._begins(row)
                self._pair(n, row)
            self._rooms(place, [row.suspect.id for row in rows])
            for kind in self._kinds:
                self._officers(n, place, kind)
        for kind, sent in self._sent.items():
            self.model.add(sum(sent) <= len(self._kinds[kind]))
        self.model.minimize(sum(self._cost))

    def _begins(self, row: InterviewRequest) -> None:
        """The interview begins once the detainee is delivered, and costs by its start."""
        suspect, now = row.suspect.id, self._now[row.suspect.id]
        start = self._starts[suspect] = self.model.new_int_var(row.delivery.end, row.latest, "")
        self._cost.append(start - row.delivery.end)
        self.model.add_hint(start, now.start)

    def _pair(self, n: int, row: InterviewRequest) -> None:
        """R19: two officers, at least one with the skill, at least one woman for a woman."""
        suspect, pair, serving = row.suspect.id, self._now[row.suspect.id].officers, self._serving[row.suspect.id]
        for kind, officers in self._kinds.items():
            at = kind.at[n]
            if at is None or at.free > row.latest or at.last < row.delivery.end:
                continue
            serving[kind] = number = self.model.new_int_var(0, min(PAIR, len(officers)), "")
            serves = self.model.new_bool_var("")
            self.model.add(number <= PAIR * serves)
            self.model.add_linear_constraint(self._starts[suspect], at.free, at.last).only_enforce_if(serves)
            of_kind = sum(self._kind_of.get(officer) == kind for officer in pair)
            self.model.add_hint(number, of_kind)
            self.model.add_hint(serves, of_kind > 0)
        self.model.add(sum(serving.values()) == PAIR)
        self.model.add(sum(number for kind, number in serving.items() if kind.leads) >= 1)
        if row.suspect.sex == "F":
            self.model.add(sum(number for kind, number in serving.items() if kind.is_woman) >= 1)

    def _rooms(self, place: str, suspects: list[str]) -> None:
        """Whoever came first is first; as many later as there are rooms comes who has the room after that."""
        d, rooms = self._scenario.operation.doctrine, self._scenario.operation.places_by_id[place].rooms
        for one, other in pairwise(suspects):
            self.model.add(self._starts[one] <= self._starts[other])
        for one, other in zip(suspects, suspects[rooms:], strict=False):
            self.model.add(self._starts[one] + d.interview_minutes <= self._starts[other])

    def _officers(self, n: int, place: str, kind: Kind) -> None:
        """As many of a kind are sent to a place as are in interviews, or at rest after one, there at once."""
        at, d = kind.at[n], self._scenario.operation.doctrine
        mine = [row.suspect.id for row in self._wanted[place] if kind in self._serving[row.suspect.id]]
        if at is None or not mine:
            return
        sent = self.model.new_int_var(0, len(self._kinds[kind]), "")
        length = d.interview_minutes + d.interview_break
        spans = [self.model.new_fixed_size_interval_var(self._starts[s], length, "") for s in mine]
        self.model.add_cumulative(spans, [self._serving[s][kind] for s in mine], sent)
        self._cost.append(at.way * sent)
        self._sent[kind].append(sent)
        there = {officer for talk in self._now.values() if talk.place == place for officer in talk.officers}
        self.model.add_hint(sent, len(there.intersection(self._kinds[kind])))

    def solve(self, clock: Clock, *, is_long: bool) -> list[Interview] | None:
        """The interviews of the best schedule found; None where none was found in time.

        One strategy finds what is near at once, and then no more; strategies that take turns find more later.
        """
        from ortools.sat.python import cp_model  # noqa: PLC0415

        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers, parameters.interleave_search, parameters.random_seed = 1, is_long, clock.limit.seed
        parameters.use_timetable_edge_finding_in_cumulative = is_long
        effort = TIMETABLE.long_effort if is_long else TIMETABLE.effort
        parameters.max_deterministic_time = min(effort, clock.work_left() / TIMETABLE.work_of_effort)
        if clock.limit.work is None:
            parameters.max_time_in_seconds = clock.seconds_left()
        search = Thread(target=solver.solve, args=(self.model,))
        search.start()
        while search.is_alive():  # so that whoever asks to stop is heard
            search.join(TIMETABLE.look)
            if clock.is_stopped:
                solver.stop_search()
        clock.work += TIMETABLE.work_of_effort * solver.response_proto.deterministic_time
        if solver.response_proto.status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        free = {kind: list(reversed(officers)) for kind, officers in self._kinds.items()}
        return [talk for place in self._wanted for talk in self._read(solver, place, free)]

    def _read(self, solver: "cp_model.CpSolver", place: str, free: dict[Kind, list[str]]) -> Iterator[Interview]:
        """A place's interviews in the order of their starts; rooms and officers are taken as they come free."""
        d, rooms = self._scenario.operation.doctrine, [0] * self._scenario.operation.places_by_id[place].rooms
        order = sorted((solver.value(self._starts[row.suspect.id]), n) for n, row in enumerate(self._wanted[place]))
        here = defaultdict[Kind, list[tuple[int, str]]](list)
        for start, n in order:
            suspect = self._wanted[place][n].suspect.id
            room = next(number for number, end in enumerate(rooms) if end <= start)
            rooms[room] = end = start + d.interview_minutes
            pair = list[str]()
            for kind, number in self._serving[suspect].items():
                for _ in range(solver.value(number)):
                    is_back = bool(here[kind]) and here[kind][0][0] <= start
                    officer = heappop(here[kind])[1] if is_back else free[kind].pop()
                    pair.append(officer)
            for officer in pair:
                heappush(here[self._kind_of[officer]], (end + d.interview_break, officer))
            yield Interview(suspect, place, room + 1, start, end, (pair[0], pair[1]))
