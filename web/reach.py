"""What a narrow role reaches of its operation's plan: which documents, for which readers, which addresses and names.

Pure: it knows values of the planner alone. A role reaches nothing of a plan that is not approved, or is void; documents
with suspects or addresses only once the plan is released to teams.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.right_tables import Role
from planner.law.gate import pack_of_operation
from planner.law.subjects import LawSubjects
from planner.operation import Operation, Site, Suspect
from planner.plan import Plan

SHEETS = "sheets"
"""The team sheets, beside the kinds of planner.papers.registry.PAPERS."""
BEFORE_RELEASE: frozenset[str] = frozenset({"agency"})
"""Documents without an address and without a suspect: who must be where, from the approval on."""


@dataclass(frozen=True, slots=True)
class RoleReach:
    """The part of one role: kind of document -> its readers' keys (None: all); sites whose addresses it sees.

    `suspects` are those whose names it sees beside the sites.
    """

    documents: Mapping[str, tuple[str, ...] | None]
    sites: tuple[Site, ...] = ()
    suspects: tuple[Suspect, ...] = ()


NOTHING = RoleReach({})
EVERY: Mapping[Role, tuple[str, ...]] = {
    "custody": ("custody",),  # an escort manifest says where detainees are fetched
    "forensics": ("forensics",),
    "interviews": ("interviews",),
    "legal": ("cooperation",),
}
"""Roles whose part is whole documents."""


def reach_of(role: Role, tied_to: str, operation: Operation, plan: Plan, *, is_released: bool) -> RoleReach:
    """What the role reaches of an approved plan; `tied_to`: the agency of a liaison, the officer of a team leader."""
    if role == "liaison":
        return _of_agency(tied_to, operation, plan, is_released=is_released)
    if not is_released:
        return NOTHING
    if role == "leader":
        return _of_leader(tied_to, plan)
    if role == "legal" and not _has_hosts(operation, plan):
        return NOTHING
    return RoleReach(dict.fromkeys(EVERY.get(role, ())))


def _has_hosts(operation: Operation, plan: Plan) -> bool:
    """Whether an agency is asked for help by a letter."""
    pack = pack_of_operation(operation)
    return pack is not None and bool(LawSubjects(operation, pack, plan).hosts)


def _of_agency(agency: str, operation: Operation, plan: Plan, *, is_released: bool) -> RoleReach:
    """Where the own officers and cars must be, and doors in the own cities alone."""
    row = operation.agencies_by_id.get(agency)
    if row is None:
        return NOTHING
    raided = plan.raids_by_site
    sites = tuple(site for site in operation.sites if site.city in row.cities and site.id in raided)
    own = {site.id for site in sites}
    suspects = tuple(suspect for suspect in operation.suspects if suspect.site in own) if is_released else ()
    return RoleReach({"agency": (agency,)}, sites, suspects)


def _of_leader(officer: str, plan: Plan) -> RoleReach:
    """The sheet of the own team, the cards of its squads, and the own slip."""
    teams = [team for team in plan.teams if team.commander == officer]
    if not teams:
        return NOTHING
    squads = tuple(unit for team in teams for unit in team.units)
    return RoleReach({SHEETS: tuple(team.id for team in teams), "squad": squads, "slip": (officer,)})
