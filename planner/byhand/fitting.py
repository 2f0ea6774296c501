"""Best fit: the places for one officer, vehicle or site that break the fewest rules and cost the least."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.byhand.checking import find_violations
from planner.byhand.making import make_move
from planner.byhand.moves import Move, OfficerMove, SiteMove, VehicleMove
from planner.files import Unreadable
from planner.plan import Plan, Unit
from planner.rules import Violation
from planner.scenario import Scenario
from planner.score import Score, score

MOST_TRIED = 60  # places, the nearest first: each is checked against every rule
BEST = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """A move, with the score and the violations of the plan that it makes; `unit` is where it leads, None: nowhere."""

    move: Move
    unit: str | None
    score: Score
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Fits:
    """The best places, the best first; so many of so many were looked at."""

    best: tuple[Fit, ...]
    num_tried: int
    num_places: int


def find_fits(scenario: Scenario, plan: Plan, kind: str, name: str, before: Sequence[Move] = ()) -> Fits:
    """The best places for an `officer`, a `vehicle` or a `site`. Raises `Unreadable` for one that is not there."""
    places = list(_places(scenario, plan, kind, name))
    tried = [fit for place in places[:MOST_TRIED] if (fit := _tried(scenario, plan, kind, name, place, before))]
    tried.sort(key=lambda fit: (len(fit.violations), fit.score, fit.unit or ""))
    return Fits(tuple(tried[:BEST]), len(places[:MOST_TRIED]), len(places))


def _places(scenario: Scenario, plan: Plan, kind: str, name: str) -> Iterator[str]:
    """The units where it could be but is not, the nearest first."""
    operation, way = scenario.operation, scenario.travel.minutes
    if kind == "site":
        at = name if name in operation.sites_by_id else None
    else:
        rows = operation.officers_by_id if kind == "officer" else operation.vehicles_by_id
        at = rows[name].base if name in rows else None
    if at is None:
        return
    units = [unit for unit in plan.units if (kind != "site" or unit.kind == "squad") and not _has(unit, kind, name)]
    yield from (unit.id for unit in sorted(units, key=lambda u: (way(at, u.stops[0].place) if u.stops else 0, u.id)))


def _has(unit: Unit, kind: str, name: str) -> bool:
    if kind == "site":
        return any(stop.task == "raid" and stop.place == name for stop in unit.stops)
    return name in (unit.officers if kind == "officer" else unit.vehicles)


def _tried(scenario: Scenario, plan: Plan, kind: str, name: str, place: str, before: Sequence[Move]) -> Fit | None:
    makes = {"officer": OfficerMove, "vehicle": VehicleMove, "site": SiteMove}
    move: Move = makes[kind](name, place)
    try:
        made = make_move(scenario, plan, move, before)
    except Unreadable:
        return None
    return Fit(move, place, score(scenario, made), find_violations(scenario, made))
