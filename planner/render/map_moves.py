"""Who moves where and stays where, minute by minute, as the rows that the map draws."""

from dataclasses import dataclass

from planner.operation import Operation
from planner.plan import Plan
from planner.render.timeline import PHASE_OF, Activity, Phase, timeline
from planner.scenario import Scenario

TASKS = tuple(PHASE_OF)


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
    phase: Phase
    num_officers: int


@dataclass(frozen=True, slots=True)
class MapStay:
    """A mover at a point from its arrival until it leaves or is done; the task begins at `start`."""

    mover: Mover
    point: str
    arrive: int
    leave: int
    task: Activity
    start: int


@dataclass(frozen=True, slots=True)
class Movements:
    """All moves and stays of a plan, units in the plan's order."""

    moves: tuple[Move, ...]
    stays: tuple[MapStay, ...]


def city_numbers(operation: Operation) -> dict[str, int]:
    """City -> its number, in the order of names."""
    return {name: i for i, name in enumerate(sorted({p.city for p in operation.points_by_id.values()}))}


def movements(scenario: Scenario, plan: Plan) -> Movements:
    """The timeline's rows, each with its mover; a squad's guards are one; so is the first officer of an interview."""
    line, movers = timeline(scenario, plan), _Movers(scenario.operation, plan)
    moves = tuple(
        Move(
            movers.of(m.unit, m.officers[0], m.target), m.source, m.target, m.depart, m.arrive, m.phase, len(m.officers)
        )
        for m in line.movements
    )
    stays = [
        MapStay(movers.of(s.unit, s.officers[0], s.place), s.place, s.arrive, s.leave, s.task, s.start)
        for s in line.stays
    ]
    stays += [
        MapStay(movers.guards(s.unit or "", s.place), s.place, s.arrive, s.leave, s.task, s.start) for s in line.guards
    ]
    return Movements(moves, tuple(stays))


class _Movers:
    """Tells the mover of a way or a stay."""

    def __init__(self, operation: Operation, plan: Plan) -> None:
        """Numbers follow the cities' names and the plan's teams."""
        self.operation, self.plan, self.cities = operation, plan, city_numbers(operation)
        self.teams = {team.id: i for i, team in enumerate(plan.teams)}
        self.commanded = {(team.commander, team.assembly): team.id for team in plan.teams}

    def of(self, unit: str | None, officer: str, point: str) -> Mover:
        """The unit, with the city of its first stop; or an officer alone, of a team only as its commander."""
        if unit is None:
            return Mover(officer, "person", self.city(point), self.team(self.commanded.get((officer, point))))
        row = self.plan.units_by_id[unit]
        return Mover(unit, row.kind, self.city(row.stops[0].place), self.team(self.plan.team_of_unit.get(unit)))

    def guards(self, unit: str, point: str) -> Mover:
        """Those of a squad who keep a scene while the others go on."""
        return Mover(f"{unit} G", "squad", self.city(point), self.team(self.plan.team_of_unit.get(unit)))

    def city(self, point: str) -> int:
        """The number of a point's city."""
        return self.cities[self.operation.points_by_id[point].city]

    def team(self, key: str | None) -> int | None:
        """The number of a team; none for the joint command."""
        return None if key is None else self.teams[key]
