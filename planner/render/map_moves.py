"""Who moves where and stays where, minute by minute, as the rows that the map draws."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from planner.operation import Operation
from planner.plan import Plan, Unit
from planner.scenario import Scenario

PHASES = ("approach", "strike", "custody", "evidence", "interviews")
PHASE_OF_TASK = {
    "muster": "approach",
    "raid": "strike",
    "pickup": "custody",
    "deliver": "custody",
    "exam": "evidence",
    "interview": "interviews",
}
TASKS = tuple(PHASE_OF_TASK)


@dataclass(frozen=True, slots=True)
class Mover:
    """A unit, or an officer alone (kind `person`); `city` and `team` are numbers, no team for the joint command."""

    id: str
    kind: str
    city: int
    team: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A way along a straight line; minutes count from H."""

    mover: Mover
    source: str
    target: str
    depart: int
    arrive: int
    phase: str
    num_officers: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A mover at a point from its arrival until it leaves or is done; the task begins at `start`."""

    mover: Mover
    point: str
    arrive: int
    leave: int
    task: str
    start: int


@dataclass(frozen=True, slots=True)
class Movements:
    """All moves and stays of a plan, units in the plan's order."""

    moves: tuple[Move, ...]
    stays: tuple[Stay, ...]


def city_numbers(operation: Operation) -> dict[str, int]:
    """City -> its number, in the order of names."""
    return {name: i for i, name in enumerate(sorted({p.city for p in operation.points_by_id.values()}))}


def movements(scenario: Scenario, plan: Plan) -> Movements:
    """Everybody's moves and stays; each leaves as late as the next start allows."""
    tracker = _Tracker(scenario, plan)
    for unit in plan.units:
        if unit.stops:
            tracker.add_unit(unit)
    tracker.add_commanders()
    tracker.add_interviews()
    return Movements(tuple(tracker.moves), tuple(tracker.stays))


class _Tracker:
    """Collects moves and stays on the way through a plan; `last_place` is where an officer's own part ends."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        """Nobody has moved yet: the officers are at their bases."""
        self.operation, self.travel, self.plan = scenario.operation, scenario.travel, plan
        self.cities = city_numbers(self.operation)
        self.teams = {team.id: i for i, team in enumerate(plan.teams)}
        self.last_place = {officer.id: officer.base for officer in self.operation.officers}
        self.moves: list[Move] = []
        self.stays: list[Stay] = []

    def mover(self, key: str, kind: str, point: str, team: str | None) -> Mover:
        """A mover that works at the point."""
        city = self.cities[self.operation.points_by_id[point].city]
        return Mover(key, kind, city, None if team is None else self.teams[team])

    def add_unit(self, unit: Unit) -> None:
        """A party from each base to the first stop, then the unit from stop to stop."""
        first = unit.stops[0]
        mover = self.mover(unit.id, unit.kind, first.place, self.plan.team_of_unit.get(unit.id))
        for base, n in Counter(self.last_place[o] for o in unit.officers).items():
            self.add_way(mover, base, first.place, first.start, phase=PHASE_OF_TASK[first.task], crew=n)
        arrive = first.start
        for stop, after in pairwise(unit.stops):
            leave = max(stop.end, after.start - self.travel.minutes(stop.place, after.place))
            self.stays.append(Stay(mover, stop.place, arrive, leave, stop.task, stop.start))
            if after.place != stop.place:
                phase = PHASE_OF_TASK[after.task]
                self.moves.append(Move(mover, stop.place, after.place, leave, after.start, phase, len(unit.officers)))
            arrive = after.start
        last = unit.stops[-1]
        self.stays.append(Stay(mover, last.place, arrive, last.end, last.task, last.start))
        self.last_place.update(dict.fromkeys(unit.officers, last.place))

    def add_commanders(self) -> None:
        """Each commander goes to the assembly point before the team's earliest muster."""
        for team in self.plan.teams:
            units = [self.plan.units_by_id[key] for key in team.units]
            musters = [stop.start for unit in units for stop in unit.stops if stop.task == "muster"]
            if musters:
                mover = self.mover(team.commander, "person", team.assembly, team.id)
                source = self.last_place[team.commander]
                self.add_way(mover, source, team.assembly, min(musters), phase="approach", crew=1)
            self.last_place[team.commander] = team.assembly

    def add_interviews(self) -> None:
        """Each interviewer goes from the last stop, or the base, to the room; the interview itself is one stay."""
        talks = sorted(self.plan.interviews_by_suspect.values(), key=lambda t: (t.start, t.place, t.room, t.suspect))
        for talk in talks:
            for officer in talk.officers:
                mover = self.mover(officer, "person", talk.place, None)
                self.add_way(mover, self.last_place[officer], talk.place, talk.start, phase="interviews", crew=1)
                self.last_place[officer] = talk.place
            pair = self.mover(talk.officers[0], "person", talk.place, None)
            self.stays.append(Stay(pair, talk.place, talk.start, talk.end, "interview", talk.start))

    def add_way(self, mover: Mover, source: str, target: str, start: int, *, phase: str, crew: int) -> None:
        """A way that ends when the next task starts, or before the rest that a long way earns (R4)."""
        if source == target:
            return
        way, doctrine = self.travel.minutes(source, target), self.operation.doctrine
        arrive = start - (doctrine.rest_minutes if way > doctrine.long_haul else 0)
        self.moves.append(Move(mover, source, target, arrive - way, arrive, phase, crew))
