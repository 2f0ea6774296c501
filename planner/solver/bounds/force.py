"""The force as a bound sees it: classes of officers and vehicles, with those far from a city merged into one.

Every plan's officers and vehicles have their place in what is merged: it has the skills, ranks, seats and cells of all
its members, is as many as they are together, and is everywhere as near, as soon and as cheap as the best of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from planner.scenario import Scenario
from planner.solver.classes import OfficerClass, VehicleClass, officer_classes, vehicle_classes
from planner.solver.params import BOUNDS

INTERVIEW = "interview"
FAR = "far away"  # the base of those who are merged


@dataclass(frozen=True, slots=True)
class Part:
    """A city whose part of the cost is bounded, at these prices: class of officers -> for each who serves there.

    The classes of all officers and vehicles; None: yet to be made. `rooms`: custody place and stretch of time -> price
    of each interview that begins then and there.
    """

    city: str
    prices: Mapping[int, float]
    officers: tuple[OfficerClass, ...] | None = None
    vehicles: tuple[VehicleClass, ...] | None = None
    rooms: Mapping[tuple[str, int], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoundSupply:
    """Classes of officers with their prices, and of vehicles; the last of either may be all that are far away."""

    officers: tuple[OfficerClass, ...]
    vehicles: tuple[VehicleClass, ...]
    prices: tuple[float, ...]
    far: tuple[tuple[OfficerClass, float], ...] = ()
    far_bases: Mapping[str, float] = field(default_factory=dict)
    """Base -> least price of its officers."""
    knows_interviewers: bool = False
    """Who has the skill for interviews is told apart."""

    def members(self, i: int) -> tuple[tuple[OfficerClass, float], ...]:
        """The classes that this one stands for, with their prices."""
        return self.far if self.officers[i].base == FAR else ((self.officers[i], self.prices[i]),)


def force_of(scenario: Scenario, part: Part | None) -> BoundSupply:
    """All officers and vehicles; for a part, those of the bases with the least way and price apart, the rest merged."""
    operation = scenario.operation
    officers, vehicles = (part.officers, part.vehicles) if part is not None else (None, None)
    officers = officer_classes(operation, operation.officers) if officers is None else officers
    vehicles = vehicle_classes(operation.vehicles) if vehicles is None else vehicles
    if part is None:
        finer = officer_classes(operation, operation.officers, frozenset({INTERVIEW}))
        knows = len(finer) * len(operation.sites) <= BOUNDS.most_interviewers
        officers = finer if knows else officers
        return BoundSupply(officers, vehicles, (0.0,) * len(officers), knows_interviewers=knows)
    priced = [(c, part.prices.get(i, 0.0)) for i, c in enumerate(officers) if len(c.teams) < 2]
    near = near_bases(scenario, part, priced)
    own = [(c, price) for c, price in priced if c.base in near]
    rest = [(c, price) for c, price in priced if c.base not in near]
    if not rest:
        return BoundSupply(tuple(c for c, _ in own), vehicles, tuple(price for _, price in own))
    far_bases = {c.base: inf for c, _ in rest}
    for c, price in rest:
        far_bases[c.base] = min(far_bases[c.base], price)
    cars = [c for c in vehicles if c.base in far_bases]
    return BoundSupply(
        (*(c for c, _ in own), _merged_officers([c for c, _ in rest])),
        (*(c for c in vehicles if c.base not in far_bases), *([_merged_vehicles(cars)] if cars else [])),
        (*(price for _, price in own), 0.0),
        tuple(_cheapest(rest)),
        far_bases,
    )


def _cheapest(rows: Iterable[tuple[OfficerClass, float]]) -> Iterable[tuple[OfficerClass, float]]:
    """Of those with the same base and hours, who are there as soon, the ones with the least price."""
    found: dict[tuple[str, int, int], tuple[OfficerClass, float]] = {}
    for c, price in rows:
        key = c.base, c.available_from, c.available_to
        if key not in found or price < found[key][1]:
            found[key] = c, price
    return found.values()


def near_bases(scenario: Scenario, part: Part, priced: Iterable[tuple[OfficerClass, float]]) -> set[str]:
    """The bases with the least way to an assembly point of the city, the least price of their officers added.

    And those of officers with a pin to a site of the city.
    """
    way, sites = scenario.travel.minutes, scenario.operation.sites_by_id
    assemblies = [p.id for p in scenario.operation.places if p.kind == "assembly" and p.city == part.city]
    cost: dict[str, float] = {}
    pinned: set[str] = set()
    for c, price in priced:
        least = min((way(c.base, a) for a in assemblies), default=0) + price
        cost[c.base] = min(cost.get(c.base, least), least)
        if any(sites[site].city == part.city for site, _ in c.pinned):
            pinned.add(c.base)
    return pinned.union(sorted(cost, key=lambda base: (cost[base], base))[: BOUNDS.num_bases])


def _merged_officers(rows: list[OfficerClass]) -> OfficerClass:
    """One class that can do whatever one of them can."""
    return OfficerClass(
        FAR,
        tuple(sorted({city for c in rows for city in c.cities})),
        "F",
        can_lead=True,
        can_command=True,
        skills=frozenset().union(*(c.skills for c in rows)),
        available_from=min(c.available_from for c in rows),
        available_to=max(c.available_to for c in rows),
        teams=frozenset(),
        pinned=(),
        officers=tuple(o for c in rows for o in c.officers),
    )


def _merged_vehicles(rows: list[VehicleClass]) -> VehicleClass:
    cars = tuple(v for c in rows for v in c.vehicles)
    return VehicleClass(FAR, max(c.seats for c in rows), max(c.cells for c in rows), cars)
