"""A region: some teams with their doors, taken out of a plan with all who serve there."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from planner.plan import Plan, Team, Unit
from planner.scenario import Scenario
from planner.solver.classes import officer_classes, vehicle_classes
from planner.solver.doors import Door
from planner.solver.missed import with_missed
from planner.solver.squads_variables import SquadSupply


@dataclass(frozen=True, slots=True)
class Region:
    """Doors to be planned anew with this force, and the teams and units that the plan has there now.

    `deliveries`: custody place and minute of every detainee whom others deliver.
    """

    force: SquadSupply
    teams: tuple[Team, ...]
    units: tuple[Unit, ...]
    deliveries: tuple[tuple[str, int], ...]


def region(scenario: Scenario, plan: Plan, doors: Collection[Door], teams: Collection[Team]) -> Region | None:
    """The teams' doors and the shut ones of their cities, with all who serve there; None where units serve beyond.

    The officers and vehicles that nobody has are the region's too.
    """
    squads = {unit for team in teams for unit in team.units}
    sites = {s.place for u in squads for s in plan.units_by_id[u].stops if s.task == "raid"}
    units = tuple(u for u in plan.units if u.id in squads or _serves(u) & sites)
    if any(_serves(u) - sites for u in units):
        return None
    cities = {scenario.operation.sites_by_id[site].city for site in sites}
    mine = tuple(d for d in doors if d.id in sites or (d.site.city in cities and d.id not in plan.raids_by_site))
    rest = without(scenario, plan, units, teams)
    deliveries = tuple((stop.place, stop.start) for _, stop in rest.deliveries_by_suspect.values())
    return Region(_force_beside(scenario, rest, mine), tuple(teams), units, deliveries)


def _serves(unit: Unit) -> set[str]:
    """The sites where an escort or forensic unit has work."""
    return {s.place for s in unit.stops if s.task in ("pickup", "exam")}


def without(scenario: Scenario, plan: Plan, units: Collection[Unit], teams: Collection[Team]) -> Plan:
    """The plan without these units and teams, and without interviews."""
    names = {u.id for u in units} | {t.id for t in teams}
    left = replace(
        plan,
        teams=tuple(t for t in plan.teams if t.id not in names),
        units=tuple(u for u in plan.units if u.id not in names),
        interviews=(),
    )
    return with_missed(scenario, left)


def _force_beside(scenario: Scenario, rest: Plan, doors: tuple[Door, ...]) -> SquadSupply:
    """What the rest of the plan leaves: officers, vehicles, teams and cells."""
    operation = scenario.operation
    taken = {o for unit in rest.units for o in unit.officers} | {team.commander for team in rest.teams}
    cars = {v for unit in rest.units for v in unit.vehicles}
    cells = {p.id: p.cells for p in operation.places if p.kind == "custody"}
    for _, stop in rest.deliveries_by_suspect.values():
        cells[stop.place] -= 1
    return SquadSupply(
        doors,
        officer_classes(operation, (o for o in operation.officers if o.id not in taken)),
        vehicle_classes(v for v in operation.vehicles if v.id not in cars),
        operation.max_teams - len(rest.teams),
        cells,
        frozenset(team.id for team in rest.teams),
    )
