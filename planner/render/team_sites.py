"""The squads and sites of one team, in the order and with the letters that its sheet, map and chart share."""

from planner.operation import Officer, Operation
from planner.plan import Plan, Stop, Team, Unit

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O: they read as figures


def squads_of_team(plan: Plan, team: Team) -> list[Unit]:
    """The team's squads by the start of their first raid, then by id."""
    squads = [plan.units_by_id[unit] for unit in team.units]
    return sorted(squads, key=lambda unit: (min((s.start for s in raids(unit)), default=0), unit.id))


def raids(unit: Unit) -> list[Stop]:
    """The unit's raids in order."""
    return [stop for stop in unit.stops if stop.task == "raid"]


def site_letters(plan: Plan, team: Team) -> dict[str, str]:
    """Site id -> its letter, squad by squad: A to Z without I and O, then A1, B1, ..."""
    sites = dict.fromkeys(stop.place for unit in squads_of_team(plan, team) for stop in raids(unit))
    return {site: _letter(n) for n, site in enumerate(sites)}


def _letter(n: int) -> str:
    return LETTERS[n % len(LETTERS)] + (str(n // len(LETTERS)) if n >= len(LETTERS) else "")


def members(operation: Operation, unit: Unit) -> list[Officer]:
    """The unit's officers; the first leads: highest rank, then lowest id."""
    people = [operation.officers_by_id[o] for o in unit.officers]
    return sorted(people, key=lambda officer: (-officer.rank, officer.id))
