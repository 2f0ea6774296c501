"""Best fit: the places for one officer, vehicle or site that break the fewest rules and cost the least."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.byhand.checking import find_violations
from planner.byhand.making import make_move
from planner.byhand.moves import CommanderMove, Move, OfficerMove, SiteMove, VehicleMove
from planner.files import Unreadable
from planner.plan import Plan, Unit
from planner.rules import Violation
from planner.scenario import Scenario
from planner.score import Score, score

MOST_TRIED = 60  # places, the nearest first: each is checked against every rule
MOST_TEAMS = 10  # whose command is tried, the nearest first
BEST = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """A move, with the score and the violations of the plan that it makes."""

    move: Move
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
    moves = list(_to_units(scenario, plan, kind, name))
    others = [*_to_reserve(plan, kind, name), *_to_command(scenario, plan, kind, name)]
    units = _ranked(scenario, plan, moves[:MOST_TRIED], before)
    broken = find_violations(scenario, plan)
    lawful = [fit for fit in _ranked(scenario, plan, others, before) if all(v in broken for v in fit.violations)]
    by_kind = {type(fit.move): fit for fit in reversed(lawful)}  # of each kind the best
    best = sorted([*units[: BEST - len(by_kind)], *by_kind.values()], key=_rank)
    return Fits(tuple(best), len(moves[:MOST_TRIED]) + len(others), len(moves) + len(others))


def _rank(fit: Fit) -> tuple[int, Score, str]:
    return len(fit.violations), fit.score, str(fit.move)


def _ranked(scenario: Scenario, plan: Plan, moves: Sequence[Move], before: Sequence[Move]) -> list[Fit]:
    return sorted((fit for move in moves if (fit := _tried(scenario, plan, move, before))), key=_rank)


def _at(scenario: Scenario, kind: str, name: str) -> str | None:
    """Where it is: a site itself, the base of the others; None where there is no such thing."""
    operation = scenario.operation
    if kind == "site":
        return name if name in operation.sites_by_id else None
    rows = operation.officers_by_id if kind == "officer" else operation.vehicles_by_id
    return rows[name].base if name in rows else None


def _to_units(scenario: Scenario, plan: Plan, kind: str, name: str) -> Iterator[Move]:
    """To each unit where it could be but is not, the nearest first."""
    at, way = _at(scenario, kind, name), scenario.travel.minutes
    if at is None:
        return
    makes = {"officer": OfficerMove, "vehicle": VehicleMove, "site": SiteMove}
    units = [unit for unit in plan.units if (kind != "site" or unit.kind == "squad") and not _has(unit, kind, name)]
    near = sorted(units, key=lambda u: (way(at, u.stops[0].place) if u.stops else 0, u.id))
    yield from (makes[kind](name, unit.id) for unit in near)


def _to_reserve(plan: Plan, kind: str, name: str) -> Iterator[Move]:
    """An officer or a vehicle that is in a unit, to none."""
    if kind != "site" and any(_has(unit, kind, name) for unit in plan.units):
        yield OfficerMove(name) if kind == "officer" else VehicleMove(name)


def _to_command(scenario: Scenario, plan: Plan, kind: str, name: str) -> Iterator[Move]:
    """To the head of the nearest teams of others, for an officer of the rank."""
    operation, way = scenario.operation, scenario.travel.minutes
    officer = operation.officers_by_id.get(name) if kind == "officer" else None
    if officer is None or officer.rank < operation.doctrine.commander_rank:
        return
    teams = [team for team in plan.teams if team.commander != name]
    near = sorted(teams, key=lambda team: (way(officer.base, team.assembly), team.id))
    yield from (CommanderMove(name, team.id) for team in near[:MOST_TEAMS])


def _has(unit: Unit, kind: str, name: str) -> bool:
    if kind == "site":
        return any(stop.task == "raid" and stop.place == name for stop in unit.stops)
    return name in (unit.officers if kind == "officer" else unit.vehicles)


def _tried(scenario: Scenario, plan: Plan, move: Move, before: Sequence[Move]) -> Fit | None:
    try:
        made = make_move(scenario, plan, move, before)
    except Unreadable:
        return None
    return Fit(move, score(scenario, made), find_violations(scenario, made))
