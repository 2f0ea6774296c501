"""The state of a running operation: what its plan and the reports that stand say of every unit, site and suspect.

Two lists with the same reports give the same state, in whatever order they came and however often each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, cast
from uuid import UUID

from planner.files import Fault
from planner.plan import Plan, Unit
from planner.reports.checks import doubts
from planner.reports.codes import PROGRESS, REVIEW, Code
from planner.reports.exposure import ExposureNow, exposure_now
from planner.reports.facts import Facts, SiteFacts
from planner.reports.report import Report, minute_of, standing
from planner.reports.steps import PlannedStep, unit_steps
from planner.scenario import Scenario

SiteStatus = Literal["not_planned", "waiting", "moving", "set", "entered", "secure", "done", "not_opened"]
SuspectStatus = Literal[
    "not_planned", "planned", "custody", "absent", "not_here", "wrong_door", "legal_stop",
    "handed_over", "lodged", "not_opened",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoardStep:
    """A planned step with the minute at which it was said to be done, or else is to be expected.

    `is_over`: a later step of the unit was reported, so that this one is behind it whether or not it was said.
    """

    code: Code
    place: str
    planned: int
    said: int | None
    forecast: int
    is_over: bool

    @property
    def late(self) -> int:
        """Minutes later than planned, as said or else as expected; negative where it was earlier."""
        return (self.forecast if self.said is None else self.said) - self.planned


@dataclass(frozen=True, slots=True)
class UnitState:
    """How far a unit is: its last code with the moment, its steps, alarms that are open, and whether it still goes.

    `is_out`: it never came, or has heard that it stands down.
    """

    unit: str
    kind: str
    team: str | None
    code: Code | None
    said: datetime | None
    last_heard: datetime | None
    steps: tuple[BoardStep, ...]
    alarms: tuple[Code, ...]
    is_out: bool

    @property
    def next(self) -> BoardStep | None:
        """The first step that is neither reported nor behind the unit."""
        return next((step for step in self.steps if step.said is None and not step.is_over), None)

    @property
    def late(self) -> int:
        """Minutes by which it is late: with its next step, or else with its last one."""
        step = self.next or (self.steps[-1] if self.steps else None)
        return 0 if step is None else step.late


@dataclass(frozen=True, slots=True)
class SiteState:
    """How far the raid on a site is; `unit` is the squad that entered, or else the one that is to."""

    site: str
    unit: str | None
    status: SiteStatus
    planned: int | None
    forecast: int | None
    entered: datetime | None
    facts: SiteFacts


@dataclass(frozen=True, slots=True)
class SuspectState:
    """What became of a suspect: `arrested` and `lodged` are moments, `place` where the suspect was lodged."""

    suspect: str
    site: str
    status: SuspectStatus
    arrested: datetime | None
    lodged: datetime | None
    place: str


@dataclass(frozen=True)
class BoardState:
    """Everything that stands on a board at the moment `now` (minutes from H)."""

    now: int
    reports: tuple[Report, ...]
    units: Mapping[str, UnitState]
    sites: Mapping[str, SiteState]
    suspects: Mapping[str, SuspectState]
    exposure: ExposureNow
    doubts: Mapping[UUID, tuple[Fault, ...]]
    lost_officers: frozenset[str]
    lost_vehicles: frozenset[str]
    overridden: Mapping[str, Report]

    @cached_property
    def missed(self) -> tuple[str, ...]:
        """Ids of the suspects who are not arrested and, as things stand, will not be."""
        gone = ("not_planned", "absent", "not_here", "wrong_door", "legal_stop", "not_opened")
        return tuple(one.suspect for one in self.suspects.values() if one.status in gone)


def board_state(scenario: Scenario, plan: Plan, told: Iterable[Report], now: datetime) -> BoardState:
    """What the plan and the reports say at the moment `now`."""
    operation = scenario.operation
    reports = standing(told)
    facts = Facts(operation, plan, reports)
    minute = minute_of(operation, now)
    planned = unit_steps(scenario, plan)
    units = _units(plan, facts, planned, minute)
    sites = {site.id: _site(plan, facts, units, site.id) for site in operation.sites}
    suspects = {s.id: _suspect(facts, sites, s.id, s.site) for s in operation.suspects}
    return BoardState(
        minute,
        reports,
        units,
        sites,
        suspects,
        exposure_now(operation, facts, sites, suspects, minute),
        doubts(operation, plan, reports),
        facts.lost_officers,
        facts.lost_vehicles,
        facts.overridden,
    )


def _units(plan: Plan, facts: Facts, planned: Mapping[str, tuple[PlannedStep, ...]], now: int) -> dict[str, UnitState]:
    """Squads first: others wait for their raids."""
    raids: dict[str, int] = {}
    found = {}
    for unit in sorted(plan.units, key=lambda one: one.kind != "squad"):
        steps = _steps(unit, facts, planned[unit.id], raids, now)
        if unit.kind == "squad":
            raids |= {s.place: s.forecast if s.said is None else s.said for s in steps if s.code == "entered"}
        found[unit.id] = _unit(plan, unit, facts, steps)
    return {unit.id: found[unit.id] for unit in plan.units}


def _steps(
    unit: Unit, facts: Facts, planned: tuple[PlannedStep, ...], raids: Mapping[str, int], now: int
) -> tuple[BoardStep, ...]:
    """The steps with what was said; one that is not expected no earlier than the one before allows, nor than now."""
    said, told = list[int | None](), dict[tuple[Code, str], int]()
    for step in planned:
        said.append(minute := facts.step_minute(unit, step, told.get((step.code, step.place))))
        if minute is not None:
            told[step.code, step.place] = minute
    last = max((i for i, minute in enumerate(said) if minute is not None), default=-1)
    found, before = list[BoardStep](), None
    for i, (step, minute) in enumerate(zip(planned, said, strict=True)):
        expected = step.planned if before is None else max(step.planned, before + step.least)
        if step.waits_for is not None and step.place in raids:
            expected = max(expected, raids[step.place] + step.waits_for)
        if minute is None and i > last:
            expected = max(expected, now)
        found.append(BoardStep(step.code, step.place, step.planned, minute, expected, i < last and minute is None))
        if minute is not None or i > last:  # of a step that nobody has told the minute is not known
            before = expected if minute is None else minute
    return tuple(found)


def _unit(plan: Plan, unit: Unit, facts: Facts, steps: tuple[BoardStep, ...]) -> UnitState:
    mine = [one for one in facts.of_unit.get(unit.id, ()) if one.code not in REVIEW]
    progress = [one for one in mine if one.code in PROGRESS or one.code == "stand_down"]
    last = progress[-1] if progress else None
    return UnitState(
        unit.id,
        unit.kind,
        plan.team_of_unit.get(unit.id),
        last.code if last is not None else None,
        last.said if last is not None else None,
        mine[-1].said if mine else None,
        steps,
        facts.alarms(unit.id),
        unit.id in facts.out,
    )


def _site(plan: Plan, facts: Facts, units: Mapping[str, UnitState], site: str) -> SiteState:
    raid = plan.raids_by_site.get(site)
    unit = facts.sites[site].entered_by if site in facts.sites else None
    told = facts.sites.get(site, SiteFacts())
    planned = raid[1].start if raid is not None else None
    state = units.get(raid[0].id) if raid is not None else None
    step = next((s for s in state.steps if (s.code, s.place) == ("entered", site)), None) if state is not None else None
    return SiteState(
        site,
        unit or (raid[0].id if raid is not None else None),
        _site_status(told, state, site),
        planned,
        step.forecast if step is not None and told.entered is None and state is not None and not state.is_out else None,
        told.entered,
        told,
    )


def _site_status(told: SiteFacts, state: UnitState | None, site: str) -> SiteStatus:
    if told.entered is not None:
        return "done" if told.done is not None else "secure" if told.secure is not None else "entered"
    if told.not_opened or (state is not None and state.is_out):
        return "not_opened"
    if told.set is not None:
        return "set"
    if state is None:
        return "not_planned"
    is_moving = any(s.code == "moving" and s.place == site and s.said is not None for s in state.steps)
    return "moving" if is_moving else "waiting"


def _suspect(facts: Facts, sites: Mapping[str, SiteState], suspect: str, site: str) -> SuspectState:
    told = facts.suspects.get(suspect)
    door = sites[site].status
    status: SuspectStatus = "planned"
    if told is not None and told.found is not None:
        status = cast("SuspectStatus", told.found)
    elif door in ("not_planned", "not_opened") or suspect in facts.not_chargeable:
        status = "not_opened" if door == "not_opened" else "not_planned"
    if told is None:
        return SuspectState(suspect, site, status, None, None, "")
    if status == "custody":
        status = "lodged" if told.lodged is not None else "handed_over" if told.handed_over is not None else status
    return SuspectState(
        suspect, told.site if told.site in sites else site, status, told.arrested, told.lodged, told.place
    )
