"""Who moves where and stays where, minute by minute, as the rows that the map draws."""

from collections import Counter
from dataclasses import dataclass

from planner.plan import Plan, Unit
from planner.scenario import Scenario

PHASES = ("approach", "strike", "custody", "evidence", "interviews")
TASKS = ("muster", "raid", "pickup", "deliver", "exam", "interview")
PHASE_OF_TASK = {
    "muster": "approach",
    "raid": "strike",
    "pickup": "custody",
    "deliver": "custody",
    "exam": "evidence",
    "interview": "interviews",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A way along a straight line; `mover` is a unit's or an officer's id, minutes count from H."""

    mover: str
    kind: str
    source: str
    target: str
    depart: int
    arrive: int
    phase: str
    city: int
    team: int | None
    num_officers: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A mover at a point from its arrival until it leaves or is done; the task begins at `start`."""

    mover: str
    kind: str
    point: str
    arrive: int
    leave: int
    task: str
    start: int
    city: int
    team: int | None


@dataclass(frozen=True, slots=True)
class Movements:
    """All moves and stays of a plan, units in the plan's order."""

    moves: tuple[Move, ...]
    stays: tuple[Stay, ...]


def movements(scenario: Scenario, plan: Plan) -> Movements:
    """Everybody's moves and stays: each leaves as late as its next start allows."""
    tracker = _Tracker(scenario, plan)
    for unit in plan.units:
        if unit.stops:
            tracker.add_unit(unit)
    tracker.add_commanders()
    tracker.add_interviews()
    return Movements(tuple(tracker.moves), tuple(tracker.stays))


class _Tracker:
    """Collects moves and stays while it walks through a plan."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.operation, self.travel, self.plan = scenario.operation, scenario.travel, plan
        self.cities = {n: i for i, n in enumerate(sorted({p.city for p in self.operation.points_by_id.values()}))}
        self.team_numbers = {team.id: i for i, team in enumerate(plan.teams)}
        self.moves: list[Move] = []
        self.stays: list[Stay] = []
        self.last_place: dict[str, str] = {}

    def city(self, point: str) -> int:
        """The number of a point's city."""
        return self.cities[self.operation.points_by_id[point].city]

    def add_unit(self, unit: Unit) -> None:
        """A party from each base to the first stop, then the unit from stop to stop."""
        team_id = self.plan.team_of_unit.get(unit.id)
        team = None if team_id is None else self.team_numbers[team_id]
        city, first = self.city(unit.stops[0].place), unit.stops[0]
        phase = PHASE_OF_TASK[first.task]
        for base, n in Counter(self.operation.officers_by_id[o].base for o in unit.officers).items():
            self._approach(unit.id, unit.kind, base, first.place, first.start, phase, city, team, n)
        arrive = first.start
        for stop, after in zip(unit.stops, [*unit.stops[1:], None], strict=True):
            way = self.travel.minutes(stop.place, after.place) if after else 0
            leave = max(stop.end, after.start - way) if after else stop.end
            self.stays.append(Stay(unit.id, unit.kind, stop.place, arrive, leave, stop.task, stop.start, city, team))
            if after:
                arrive = after.start
                if after.place != stop.place:
                    n = len(unit.officers)
                    phase = PHASE_OF_TASK[after.task]
                    self.moves.append(
                        Move(unit.id, unit.kind, stop.place, after.place, leave, arrive, phase, city, team, n)
                    )
        self.last_place.update(dict.fromkeys(unit.officers, unit.stops[-1].place))

    def add_commanders(self) -> None:
        """Each commander goes to the assembly point before the earliest muster."""
        for team in self.plan.teams:
            units = [self.plan.units_by_id[u] for u in team.units]
            musters = [s.start for u in units for s in u.stops if s.task == "muster"]
            if musters:
                base, number = self.operation.officers_by_id[team.commander].base, self.team_numbers[team.id]
                city = self.city(team.assembly)
                self._approach(team.commander, "person", base, team.assembly, min(musters), "approach", city, number, 1)
            self.last_place[team.commander] = team.assembly

    def add_interviews(self) -> None:
        """Each interviewer goes from the last stop, or the base, to the room."""
        talks = sorted(self.plan.interviews_by_suspect.values(), key=lambda t: (t.start, t.place, t.room, t.suspect))
        for talk in talks:
            city = self.city(talk.place)
            for officer in talk.officers:
                at = self.last_place.get(officer, self.operation.officers_by_id[officer].base)
                self._approach(officer, "person", at, talk.place, talk.start, "interviews", city, None, 1)
                self.last_place[officer] = talk.place
            self.stays.append(
                Stay(talk.officers[0], "person", talk.place, talk.start, talk.end, "interview", talk.start, city, None)
            )

    def _approach(
        self,
        mover: str,
        kind: str,
        source: str,
        target: str,
        start: int,
        phase: str,
        city: int,
        team: int | None,
        n: int,
    ) -> None:
        way, doctrine = self.travel.minutes(source, target), self.operation.doctrine
        rest = doctrine.rest_minutes if way > doctrine.long_haul else 0
        if source != target:
            arrive = start - rest
            self.moves.append(Move(mover, kind, source, target, arrive - way, arrive, phase, city, team, n))
