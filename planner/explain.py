"""Why a suspect is missed, as data: what stands in the way, and what of whom is lacking."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.needs import chargeable_by_site, is_chargeable, latest_raid, raid_minutes, ready_minute, shortfall
from planner.operation import (
    Officer,
    OfficerInTeam,
    OfficerReserved,
    Operation,
    Site,
    SiteInTeam,
    SiteSkipped,
    SiteStart,
)
from planner.plan import Plan
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Reason:
    """A word for what stands in the way, and its figures (need -> number)."""

    code: str
    figures: Mapping[str, int] = field(default_factory=dict)


def why_missed(scenario: Scenario, plan: Plan) -> dict[str, Reason]:
    """Suspect id -> reason, for everybody whom the plan does not arrest; the plan breaks no rule."""
    operation = scenario.operation
    raided = plan.raids_by_site
    by_site: dict[str, Reason] = {}
    found = {}
    for suspect in operation.suspects:
        if not is_chargeable(operation, suspect):
            found[suspect.id] = Reason("no-warrant")
        elif suspect.site not in raided:
            if suspect.site not in by_site:
                by_site[suspect.site] = why_shut(scenario, plan, operation.sites_by_id[suspect.site])
            found[suspect.id] = by_site[suspect.site]
    return found


def why_shut(scenario: Scenario, plan: Plan, site: Site) -> Reason:
    """Why nobody raids a site with chargeable suspects: what no plan can change first, then what the force lacks."""
    operation = scenario.operation
    reason = _pinned(operation, site) or _unreachable(scenario, site)
    if reason is not None:
        return reason
    suspects = chargeable_by_site(operation)[site.id]
    free = [o for o in _free(operation, plan) if _is_in_time(scenario, o, site)]
    lack = shortfall(operation, site, suspects, free)
    if lack:
        return Reason("force-short", lack)
    if len(plan.teams) >= operation.max_teams and all(
        len(t.units) >= operation.doctrine.span_of_control for t in plan.teams
    ):
        return Reason("teams-full", {"teams": operation.max_teams})
    taken = {v for unit in plan.units for v in unit.vehicles}
    bases = {o.base for o in free}
    seats = sum(v.seats for v in operation.vehicles if v.id not in taken and v.base in bases)
    if seats < len(suspects):
        return Reason("cars-short", {"seats": seats})
    return Reason("no-squad")


def _pinned(operation: Operation, site: Site) -> Reason | None:
    starts = {p.start for p in operation.pins if isinstance(p, SiteStart) and p.site == site.id}
    teams = {p.team for p in operation.pins if isinstance(p, SiteInTeam) and p.site == site.id}
    if any(isinstance(p, SiteSkipped) and p.site == site.id for p in operation.pins):
        return Reason("pinned-skip")
    if len(starts) > 1 or len(teams) > 1:
        return Reason("pins-contradict")
    latest = latest_raid(operation, chargeable_by_site(operation)[site.id])
    if latest < 0 or any(not 0 <= start <= latest for start in starts):
        return Reason("hour-impossible", {"latest": latest})
    return None


def _unreachable(scenario: Scenario, site: Site) -> Reason | None:
    operation, d = scenario.operation, scenario.operation.doctrine
    suspects = chargeable_by_site(operation)[site.id]
    if not any(p.kind == "assembly" and p.city == site.city for p in operation.places):
        return Reason("no-assembly")
    most = min(d.custody_latest, d.duty_max) - raid_minutes(operation, site) - d.intake_minutes
    near = [p for p in operation.places if p.kind == "custody" and scenario.travel.minutes(site.id, p.id) <= most]
    cells = sum(p.cells for p in near)
    if cells < len(suspects):
        return Reason("cells-short", {"cells": cells})
    return None


def _free(operation: Operation, plan: Plan) -> list[Officer]:
    """Officers whom the plan leaves free and who may serve in a new squad."""
    taken = {o for unit in plan.units for o in unit.officers} | {t.commander for t in plan.teams}
    taken |= {p.officer for p in operation.pins if isinstance(p, OfficerReserved | OfficerInTeam)}
    return [o for o in operation.officers if o.id not in taken and o.team is None]


def _is_in_time(scenario: Scenario, officer: Officer, site: Site) -> bool:
    """True when the officer, rested and briefed, can start a raid on the site by `last_raid`."""
    operation, d = scenario.operation, scenario.operation.doctrine
    return any(
        ready_minute(scenario, officer, p.id) + d.brief_minutes + scenario.travel.minutes(p.id, site.id) <= d.last_raid
        for p in operation.places
        if p.kind == "assembly" and p.city == site.city
    )
