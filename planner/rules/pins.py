"""What the command staff has fixed (spec/PROBLEM.md, section 6): whether a plan keeps a pin."""

from collections.abc import Collection, Mapping

from planner.operation import (
    OfficerAtSite,
    OfficerInTeam,
    OfficerNotAtSite,
    OfficerReserved,
    Pin,
    SiteInTeam,
    SiteSkipped,
    SiteStart,
    SitesTogether,
)
from planner.plan import Plan


def teams_by_officer(plan: Plan) -> dict[str, str | None]:
    """Officer id -> id of the team to serve in or to command, None in a unit of no team; the others are absent."""
    serves = {o: plan.team_of_unit.get(unit.id) for unit in plan.units for o in unit.officers}
    return {**serves, **{team.commander: team.id for team in plan.teams}}


def pin_holds(plan: Plan, serves: Mapping[str, str | None], talking: Collection[str], pin: Pin) -> bool:
    """True when the plan keeps the pin; `serves`: what `teams_by_officer` tells; `talking`: who holds an interview."""
    match pin:
        case OfficerReserved(officer):
            return officer not in serves and officer not in talking
        case OfficerInTeam(officer, team):
            return serves.get(officer, team) == team
        case SitesTogether(a, b):
            return not (_is_raided(plan, a) and _is_raided(plan, b)) or _team(plan, a) == _team(plan, b)
        case OfficerNotAtSite(officer, site):
            return not _is_raided(plan, site) or officer not in plan.raids_by_site[site][0].officers
        case _:
            return not _is_raided(plan, pin.site) or _holds_at_raid(plan, pin)


def _is_raided(plan: Plan, site: str) -> bool:
    return site in plan.raids_by_site


def _team(plan: Plan, site: str) -> str | None:
    return plan.team_of_unit.get(plan.raids_by_site[site][0].id)


def _holds_at_raid(plan: Plan, pin: OfficerAtSite | SiteSkipped | SiteInTeam | SiteStart) -> bool:
    squad, raid = plan.raids_by_site[pin.site]
    match pin:
        case OfficerAtSite(officer, _):
            return officer in squad.officers
        case SiteInTeam(site, team):
            return _team(plan, site) == team
        case SiteStart(_, start):
            return raid.start == start
        case SiteSkipped(_):
            return False
