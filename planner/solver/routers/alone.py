"""A question without the vehicles whose route is settled: whoever waits for a visit becomes a part of its cost."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from math import inf

from planner.solver.routing.problem import Hold, RouteVehicle, Routing, Visit


@dataclass(frozen=True, slots=True)
class Slope:
    """Each minute that a visit starts after `since` costs `weight`."""

    since: float
    weight: float


@dataclass(frozen=True, slots=True)
class CostedVisit:
    """A visit whose window and slopes also stand for whoever waits for it."""

    visit: Visit
    slopes: tuple[Slope, ...]

    @property
    def can_be(self) -> bool:
        """Somebody is able to make it, and its window is open."""
        return bool(self.visit.able) and math.ceil(self.visit.opens) <= self.visit.closes


@dataclass(frozen=True, slots=True)
class Alone:
    """The visits that are open, by number, and the vehicles that could make them."""

    visits: dict[int, CostedVisit]
    vehicles: tuple[int, ...]

    @property
    def can_be(self) -> bool:
        """There is something to be made, and whatever must be made can be."""
        must = (row for row in self.visits.values() if row.visit.skip_cost is None)
        return any(row.can_be for row in self.visits.values()) and all(row.can_be for row in must)


def alone(routing: Routing) -> Alone:
    """The question as routes that do not depend on each other. Raises ValueError where they do."""
    if routing.gaps or routing.loads or routing.links or routing.worst_weight:
        raise ValueError("these routes depend on each other")
    settled = _settled(routing)
    only = set(settled.values())
    rows = {n: _costed(visit) for n, visit in enumerate(routing.visits) if n not in only}
    for hold in routing.holds:
        if hold.vehicle not in settled or hold.by not in rows:
            raise ValueError("somebody waits for a visit and then has a choice of routes")
        rows[hold.by] = _waited_for(routing, rows[hold.by], hold, routing.visits[settled[hold.vehicle]])
    if len({hold.vehicle for hold in routing.holds}) < len(routing.holds) or any(r.visit.others for r in rows.values()):
        raise ValueError("somebody waits for several visits, or a visit has a choice of places")
    rest = tuple(n for n, v in enumerate(routing.vehicles) if n not in settled and v.ready <= v.home_by)
    return Alone({n: _able(row, rest) for n, row in rows.items()}, rest)


def _settled(routing: Routing) -> dict[int, int]:
    """Vehicle -> its visit, where that must be made, no other vehicle can make it and the vehicle can make no other."""
    asked = Counter(n for visit in routing.visits for n in visit.able)
    rows = ((n, visit) for n, visit in enumerate(routing.visits) if visit.skip_cost is None and len(visit.able) == 1)
    return {vehicle: n for n, visit in rows for vehicle in visit.able if asked[vehicle] == 1}


def _costed(visit: Visit) -> CostedVisit:
    slopes = Slope(-inf, visit.start_weight), Slope(visit.due, visit.late_weight)
    return CostedVisit(visit, tuple(slope for slope in slopes if slope.weight))


def _able(row: CostedVisit, vehicles: tuple[int, ...]) -> CostedVisit:
    return replace(row, visit=replace(row.visit, able=row.visit.able.intersection(vehicles)))


def _waited_for(routing: Routing, row: CostedVisit, hold: Hold, later: Visit) -> CostedVisit:
    """The visit with what its start means for the vehicle that waits for it and then goes to its own visit."""
    vehicle: RouteVehicle = routing.vehicles[hold.vehicle or 0]
    way = float(routing.travel[vehicle.start, later.place])
    way += routing.rest if way > routing.long_leg else 0.0
    free = max(vehicle.ready, later.opens - way) - hold.minutes  # until then nobody waits
    last = min(later.closes, vehicle.home_by - later.minutes) - way - hold.minutes
    slopes = Slope(free, later.start_weight), Slope(max(free, later.due - way - hold.minutes), later.late_weight)
    visit = replace(row.visit, closes=min(row.visit.closes, max(last, free)))
    return CostedVisit(visit, (*row.slopes, *(slope for slope in slopes if slope.weight)))
