"""The variables of the squads' program: predicates, and counts over classes of equals."""

from collections import defaultdict
from dataclasses import dataclass, field

from planner.scenario import Scenario
from planner.solver.classes import OfficerClass, VehicleClass
from planner.solver.doors import Door, to_first_raid
from planner.solver.model import IntegerProgram

Slot = tuple[str | None, str]  # a team's name (None: any) and its assembly


@dataclass(frozen=True, slots=True)
class SquadSupply:
    """What the program may use, and the doors it may open."""

    doors: tuple[Door, ...]
    officers: tuple[OfficerClass, ...]
    vehicles: tuple[VehicleClass, ...]
    num_teams: int
    cells: dict[str, int]  # custody place -> detainees it may still take
    barred: frozenset[str] = frozenset()  # names of teams that stand elsewhere

    @property
    def is_short(self) -> bool:
        """There are fewer officers than the squads of all doors need."""
        return sum(door.size for door in self.doors) > sum(len(row.officers) for row in self.officers)


@dataclass(frozen=True, slots=True)
class Apart:
    """Cars of a squad shared out among groups of detainees, where it drives them: class -> variable, for each group."""

    groups: tuple[int, ...]
    cars: dict[int, int]
    places: dict[int, int]  # class -> places for detainees in each car
    parts: tuple[dict[int, int], ...]
    drives: tuple[int, ...]  # one of these is 1, and none of `unless`, where the squad drives
    unless: tuple[int, ...]


@dataclass(slots=True)
class SquadsVariables:
    """Variables by what they say; keys are site ids, place ids and positions of classes."""

    scenario: Scenario
    force: SquadSupply
    is_late: bool
    program: IntegerProgram = field(default_factory=IntegerProgram)
    levels: dict[str, tuple[int, ...]] = field(default_factory=dict)
    raided: dict[str, int] = field(default_factory=dict)
    through: dict[tuple[str, str], int] = field(default_factory=dict)
    member: dict[tuple[str, Slot], int] = field(default_factory=dict)
    stands: dict[Slot, int] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    crews: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[tuple[int, Slot], int] = field(default_factory=dict)
    brought: dict[tuple[int, str], int] = field(default_factory=dict)
    delivers: dict[tuple[str, str], int] = field(default_factory=dict)
    apart: list[Apart] = field(default_factory=list)
    keeps: dict[tuple[int, str], int] = field(default_factory=dict)
    kept_cars: dict[tuple[int, str], int] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    exposure: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def arrival(self, officers: OfficerClass, assembly: str, door: Door) -> int:
        """First minute at which an officer of the class can start the raid: rested, briefed and driven."""
        return (
            self.ready(officers, assembly)
            + self.scenario.operation.doctrine.brief_minutes
            + to_first_raid(self.scenario, assembly, door.id)
        )

    def ready(self, officers: OfficerClass, place: str) -> int:
        """R4: first minute at which an officer of the class can be at the place."""
        d = self.scenario.operation.doctrine
        way = self.scenario.travel.minutes(officers.base, place)
        return officers.available_from + way + (d.rest_minutes if way > d.long_haul else 0)
