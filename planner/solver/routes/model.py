"""A question to the routing core: what its visits and vehicles stand for, and the routes that the plan has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.operation import Suspect
from planner.plan import Plan, Unit
from planner.scenario import Scenario
from planner.score import NO_INTERVIEW
from planner.solver.doors import Door, to_first_raid
from planner.solver.routes.crews import Crew
from planner.solver.routes.squads import FlexibleSquad
from planner.solver.routes.travel_matrix import minutes_between
from planner.solver.routing.problem import Coupling, Gap, Hold, Load, Routes, RouteVehicle, Routing, Store, Visit


@dataclass(frozen=True, slots=True)
class RaidedSite:
    """A raided site whose squad can still wait: until then, with these detainees, bound for this custody place.

    Where squads are loose, `start` is the earliest one, and the squad is any of them; None: the door is shut so far.
    """

    site: str
    squad: Unit | None
    start: int
    least_end: int
    until: int
    suspects: tuple[Suspect, ...]
    custody: str


@dataclass(slots=True)
class RoutingModel:
    """The routing, the routes that the plan has, and what visits and vehicles stand for."""

    scenario: Scenario
    plan: Plan
    raided: dict[str, RaidedSite]
    scenes: dict[str, tuple[int, int]]
    """Site to be examined -> first and last minute at which the exam may start."""
    crews: list[Crew]
    flexible: dict[str, FlexibleSquad]
    """Unit id -> squad whose raids may change hands."""
    doors: dict[str, Door]
    """Site -> door, of their raids and of the shut doors that they might open."""
    visits: list[Visit] = field(default_factory=list)
    vehicles: list[RouteVehicle] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    links: list[Coupling] = field(default_factory=list)
    pickup: dict[str, int] = field(default_factory=dict)
    delivery: dict[str, int] = field(default_factory=dict)
    exam: dict[str, int] = field(default_factory=dict)
    raid: dict[str, int] = field(default_factory=dict)
    """Site -> its raid, where squads are loose."""
    squad: dict[str, int] = field(default_factory=dict)
    """Site -> the vehicle that is its squad; of a loose one, unit id -> vehicle."""
    places: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """The place's number."""
        return self.places.setdefault(name, len(self.places))

    def waiting(self, custody: str) -> float:
        """The share of the detainees there who wait for a room: who comes a minute later waits a minute less."""
        coming = sum(len(row.suspects) for row in self.raided.values() if row.custody == custody)
        return max(0.0, 1.0 - self.scenario.operation.places_by_id[custody].rooms / max(1, coming))

    def routing(self) -> Routing:
        """The question for the core."""
        d, minutes = self.scenario.operation.doctrine, minutes_between(self.scenario, list(self.places))
        for assembly in {squad.assembly for squad in self.flexible.values()}:
            for site in self.doors:  # only a squad leaves an assembly point, and goes to its first raid
                minutes[self.places[assembly], self.places[site]] = to_first_raid(self.scenario, assembly, site)
        return Routing(
            minutes,
            tuple(self.visits),
            tuple(self.vehicles),
            tuple(self.gaps),
            loads=tuple(self.loads),
            stores=tuple(self._stores()),
            holds=tuple(self.holds),
            links=tuple(self.links),
            long_leg=d.long_haul,
            rest=d.rest_minutes,
        )

    def _stores(self) -> Iterator[Store]:
        """The custody places with the cells that the other units leave; who finds no room free waits for one."""
        operation = self.scenario.operation
        mine = {s.id for row in self.raided.values() for s in row.suspects}
        taken = Counter(stop.place for s, (_, stop) in self.plan.deliveries_by_suspect.items() if s not in mine)
        minutes = operation.doctrine.interview_minutes
        for place in operation.places:
            if place.kind == "custody" and place.id in self.places:
                wait = minutes if place.rooms else NO_INTERVIEW
                yield Store(self.places[place.id], place.cells - taken[place.id], place.rooms, wait)

    def routes(self) -> Routes:
        """The routes of the plan."""
        rows: list[list[int]] = []
        units = self.plan.units_by_id
        for crew in self.crews:
            rows.append([] if crew.name is None else list(self._visits_of(units[crew.name])))
        for site, row in self.raided_sites():
            own = row.squad is not None and row.squad.stops[-1].task == "deliver"
            rows.append([self.delivery[site]] if own else [])
        rows += [list(self._visits_of(squad.unit)) for squad in self.flexible.values()]
        return tuple(map(tuple, rows))

    def without_exams(self) -> Routes:
        """The routes of the plan, but nobody examines."""
        exams = set(self.exam.values())
        return tuple(tuple(v for v in visits if v not in exams) for visits in self.routes())

    def raided_sites(self) -> Iterator[tuple[str, RaidedSite]]:
        """The sites whose squad has its raids behind it, with that raid."""
        return ((site, row) for site, row in self.raided.items() if site not in self.doors)

    def _visits_of(self, unit: Unit) -> Iterator[int]:
        sites = self.scenario.operation.suspects_by_id
        for stop in unit.stops:
            if stop.task == "pickup":
                yield self.pickup[stop.place]
            elif stop.task == "raid":
                yield self.raid[stop.place]
            elif stop.task == "exam":
                yield self.exam[stop.place]
            elif stop.task == "deliver":
                yield from (self.delivery[site] for site in dict.fromkeys(sites[s].site for s in stop.suspects))
