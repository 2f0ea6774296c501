"""A plan's teams and units as the rows of the page's tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.explain import Reason
from planner.needs import chargeable_by_site
from planner.operation import Officer, Operation, Place, Site, Suspect, Vehicle
from planner.plan import Missed, Plan, Stop, Team, Unit
from planner.reliability import SquadDrive, moves_of
from planner.render.duties import Duties, DutyLine
from planner.render.reasons import missed_said
from planner.render.team_sites import members
from planner.render.timeline import Custody
from planner.scenario import Scenario
from planner.score import guards_free

Behind = Mapping[str, tuple[Suspect, ...]]
"""Site id -> the suspects behind its door who may be arrested."""


@dataclass(frozen=True, slots=True)
class SceneGuard:
    """Who of a squad keeps the scene of its last raid, with which cars, until which minute from H."""

    officers: tuple[Officer, ...]
    vehicles: tuple[Vehicle, ...]
    until: int


@dataclass(frozen=True, slots=True)
class RaidRow:
    """One raid of a squad: the door, who is behind it, the places of custody with the minute of arrival, its guards."""

    stop: Stop
    site: Site
    suspects: tuple[Suspect, ...]
    custody: tuple[tuple[Place, int, Unit], ...]
    guards: SceneGuard | None = None


@dataclass(frozen=True, slots=True)
class SquadRow:
    """A squad with its raids in the order of time; `lead` is the first of its members.

    `drive` is that to its first address; none where it has begun.
    """

    unit: Unit
    lead: Officer
    vehicles: tuple[Vehicle, ...]
    raids: tuple[RaidRow, ...]
    drive: SquadDrive | None = None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team: its commander, where and when its squads assemble, and the squads."""

    team: Team
    commander: Officer
    agency: str
    assembly: Place
    muster: int
    num_officers: int
    squads: tuple[SquadRow, ...]


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A suspect who is not arrested, where the suspect would be, and why."""

    suspect: Suspect
    site: Site
    reason: str


@dataclass(frozen=True, slots=True)
class UnitInside:
    """The people of a unit, its leader first; whom a squad arrests; the interviews that its people hold later."""

    members: tuple[Officer, ...]
    detainees: tuple[Custody, ...]
    interviews: tuple[DutyLine, ...]


def team_rows(scenario: Scenario, plan: Plan) -> list[TeamRow]:
    """The teams with their squads; the plan breaks no rule."""
    operation = scenario.operation
    rows, behind = [], chargeable_by_site(scenario.operation)
    drives = {move.squad: move for move in moves_of(scenario, plan)}
    for team in plan.teams:
        boss = operation.officers_by_id[team.commander]
        units = [plan.units_by_id[unit] for unit in team.units]
        rows.append(
            TeamRow(
                team,
                boss,
                operation.agencies_by_id[boss.agency].name,
                operation.places_by_id[team.assembly],
                min(unit.stops[0].start for unit in units),
                1 + sum(len(unit.officers) for unit in units),
                tuple(_squad_row(scenario, plan, unit, behind, drives.get(unit.id)) for unit in units),
            )
        )
    return rows


def _squad_row(scenario: Scenario, plan: Plan, unit: Unit, behind: Behind, drive: SquadDrive | None) -> SquadRow:
    operation = scenario.operation
    vehicles = tuple(operation.vehicles_by_id[v] for v in unit.vehicles)
    lead = members(operation, unit)[0]
    stops = [stop for stop in unit.stops if stop.task == "raid"]
    raids = tuple(_raid_row(scenario, plan, unit, stop, behind.get(stop.place, ())) for stop in stops)
    return SquadRow(unit, lead, vehicles, raids, drive)


def _raid_row(scenario: Scenario, plan: Plan, unit: Unit, stop: Stop, suspects: tuple[Suspect, ...]) -> RaidRow:
    custody = tuple(dict.fromkeys(_custody(scenario, plan, suspects)))
    kept = _kept(scenario, plan, unit) if stop is unit.last_raid else None
    return RaidRow(stop, scenario.operation.sites_by_id[stop.place], suspects, custody, kept)


def _kept(scenario: Scenario, plan: Plan, unit: Unit) -> SceneGuard | None:
    free, operation = guards_free(scenario, plan, unit), scenario.operation
    if free is None:
        return None
    officers = tuple(operation.officers_by_id[o] for o in unit.guards.officers)
    return SceneGuard(officers, tuple(operation.vehicles_by_id[v] for v in unit.guards.vehicles), free[0])


def _custody(scenario: Scenario, plan: Plan, suspects: tuple[Suspect, ...]) -> Iterator[tuple[Place, int, Unit]]:
    for suspect in suspects:
        unit, stop = plan.deliveries_by_suspect[suspect.id]
        yield scenario.operation.places_by_id[stop.place], stop.start, unit


def unit_insides(operation: Operation, plan: Plan, duties: Duties) -> dict[str, UnitInside]:
    """Unit id -> who and what is in it, from the plan's duties."""
    taken: dict[str, list[Custody]] = {}
    for row in duties.custody:
        taken.setdefault(row.squad, []).append(row)
    return {unit.id: _inside(operation, unit, duties, tuple(taken.get(unit.id, ()))) for unit in plan.units}


def _inside(operation: Operation, unit: Unit, duties: Duties, detainees: tuple[Custody, ...]) -> UnitInside:
    held = (duty for o in unit.officers for duty in duties.of("officers", o) if duty.task == "interview")
    talks = sorted(dict.fromkeys(held), key=lambda duty: (duty.start, duty.place, duty.room or 0))
    return UnitInside(tuple(members(operation, unit)), detainees, tuple(talks))


def missed_rows(operation: Operation, plan: Plan, why: Mapping[str, Reason], lang: str) -> list[MissedRow]:
    """The suspects who are not arrested, the most important first; our own reasons in the reader's language."""

    def row(missed: Missed) -> MissedRow:
        suspect = operation.suspects_by_id[missed.suspect]
        reason = missed_said(plan, missed, why[missed.suspect], lang)
        return MissedRow(suspect, operation.sites_by_id[suspect.site], reason)

    return sorted(map(row, plan.missed), key=lambda r: (-r.suspect.priority, r.suspect.id))


def support_units(plan: Plan) -> list[Unit]:
    """The escort and forensic units, which stand under the joint command."""
    return [unit for unit in plan.units if unit.kind != "squad"]
