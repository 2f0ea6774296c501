"""The drives of a plan's squads to their first doors, with the time that they have to spare."""

from dataclasses import dataclass

from planner.needs import set_minutes
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class BaseDrive:
    """A party's drive from its base to the assembly point: its minutes, and those before the muster that are rest."""

    minutes: int
    rest: int


@dataclass(frozen=True, slots=True)
class SquadDrive:
    """A squad's drive from the assembly point to its first door, and who comes to the assembly point from bases.

    `minutes`: of the drive; `margin`: left between planned arrival and raid; `wait`: minutes at
    the assembly point that neither the briefing needs nor the drive; `leave`: minute from H of the planned departure.
    """

    squad: str
    team: str
    site: str
    city: str
    officers: int
    minutes: int
    margin: int
    wait: int
    from_bases: tuple[BaseDrive, ...]
    leave: int = 0

    @property
    def arrive(self) -> int:
        """Minute from H at which the squad is in position, as planned."""
        return self.leave + self.minutes

    @property
    def latest(self) -> int:
        """Minute from H of the last departure that reaches the address as its raid starts."""
        return self.leave + self.margin


def moves_of(scenario: Scenario, plan: Plan) -> tuple[SquadDrive, ...]:
    """The move of every squad in the plan's order, of a plan whose references hold (R1).

    Squads whose first raid began before now are left out: they are there.
    """
    found = []
    for unit in plan.units:
        if unit.kind != "squad" or unit.id not in plan.team_of_unit:
            continue
        if [stop.task for stop in unit.stops[:2]] != ["muster", "raid"] or scenario.begun.is_past(unit.stops[1]):
            continue
        found.append(_move(scenario, plan, unit, *unit.stops[:2]))
    return tuple(found)


def _move(scenario: Scenario, plan: Plan, unit: Unit, muster: Stop, raid: Stop) -> SquadDrive:
    """The squad leaves as late as the margin asked for allows, but not before the muster's end: as timelines say."""
    operation = scenario.operation
    site, way = operation.sites_by_id[raid.place], scenario.travel.minutes(muster.place, raid.place)
    leave = max(muster.end, raid.start - set_minutes(operation, site) - way)
    return SquadDrive(
        unit.id,
        plan.team_of_unit[unit.id],
        site.id,
        site.city,
        len(unit.officers),
        way,
        raid.start - leave - way,
        max(0, leave - muster.start - operation.doctrine.brief_minutes),
        _from_bases(scenario, unit, muster.place),
        leave,
    )


def _from_bases(scenario: Scenario, unit: Unit, assembly: str) -> tuple[BaseDrive, ...]:
    doctrine, officers = scenario.operation.doctrine, scenario.operation.officers_by_id
    bases = dict.fromkeys(officers[officer].base for officer in unit.officers)
    ways = [scenario.travel.minutes(base, assembly) for base in bases if base != assembly]
    return tuple(BaseDrive(way, doctrine.rest_minutes if way > doctrine.long_haul else 0) for way in ways)
