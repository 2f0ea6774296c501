"""What happened, as a question to the planner: edits, pins and `now` (spec/PROBLEM.md, section 7, "Replanning").

A raid that was reported began when it was reported; one that was not has not begun, and is told by a pin at the
minute at which it is to be expected, or by a skip. What a scenario cannot tell comes back in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from planner import whatif
from planner.edits import Document, Edit, apply_edits
from planner.files import Fault
from planner.needs import shortfall
from planner.operation import Operation
from planner.plan import Plan, Unit
from planner.reports.board import BoardState, board_state
from planner.reports.codes import NOT_ARRESTED
from planner.reports.elsewhere import ELSEWHERE, further_address
from planner.reports.facts import Facts
from planner.reports.later import HLater, longer_edits, planned_edits
from planner.reports.report import Report, minute_of
from planner.reports.stranded import stranded
from planner.scenario import Scenario

AGAIN = "-again"
"""What the id of a site ends with that stands for a door which a squad has passed by."""


@dataclass(frozen=True, slots=True)
class FactsQuestion:
    """The edits to the parent's operation, the moment, and in words what the planner is not or cannot be told."""

    edits: tuple[Edit, ...]
    now: int
    told: tuple[Fault, ...]


@dataclass
class _FactsAsked:
    """The document while it is edited."""

    document: Document
    edits: list[Edit] = field(default_factory=list)
    told: list[Fault] = field(default_factory=list)

    def make(self, edits: Iterable[Edit]) -> None:
        """The edits are made."""
        new = tuple(edits)
        self.edits += new
        self.document = apply_edits(self.document, new)

    def tell(self, about: str, code: str, **values: Any) -> None:
        """Something that a scenario cannot tell."""
        self.told.append(Fault(about, code, values))


def facts_question(
    scenario: Scenario,
    document: Document,
    plan: Plan,
    reports: Iterable[Report],
    now: datetime,
    later: HLater | None = None,
) -> FactsQuestion:
    """What the reports say to the planner at the moment `now`: `plan` is the parent, `document` its operation's.

    Whatever is said of the minute that runs has happened: `now` is the next one. Raids to come start `later`.
    """
    state = board_state(scenario, plan, reports, now)
    facts, asked = Facts(scenario.operation, plan, state.reports), _FactsAsked(document)
    minute = minute_of(scenario.operation, now) + 1
    pins = list(_raids(scenario, plan, facts, state, asked, minute, later))
    if later is not None:
        starts = [edit.row["start"] for edit in pins if edit.row is not None and "start" in edit.row]
        asked.make(planned_edits(document, later))
        asked.make(longer_edits(document, later, max(starts, default=0)))
    asked.make(pins)
    _suspects(scenario.operation, facts, state, asked)
    _deliveries(plan, state, asked)
    _losses(scenario.operation, plan, facts, asked)
    for one in stranded(scenario, state, facts):
        names = ", ".join(one.suspects)
        asked.tell(one.site, "replan-stranded", unit=one.unit, site=one.site, suspects=names, minute=one.until)
    return FactsQuestion(tuple(asked.edits), minute, tuple(asked.told))


def _raids(
    scenario: Scenario,
    plan: Plan,
    facts: Facts,
    state: BoardState,
    asked: _FactsAsked,
    now: int,
    later: HLater | None,
) -> Iterator[Edit]:
    """Pins of the raids that were to begin by now, or began before; where H comes later, of all others too."""
    for unit in plan.units:
        sites = [stop.place for stop in unit.stops if stop.task == "raid"]
        opened = [number for number, site in enumerate(sites) if _entered(facts, site) is not None]
        for number, site in enumerate(sites):
            start = plan.raids_by_site[site][1].start
            due = start + (0 if later is None else later.minutes)
            if (entered := _entered(facts, site)) is not None:
                if (other := facts.sites[site].entered_by) != unit.id:
                    asked.tell(site, "replan-other-squad", site=site, unit=unit.id, other=other or "")
                minute = min(minute_of(scenario.operation, entered), now - 1)
                if minute != start:
                    yield from whatif.pin_start(asked.document, site, minute)
            elif any(one > number for one in opened):  # its raid here has to count as begun
                gone_to = next(sites[one] for one in opened if one > number)
                asked.tell(site, "replan-second-door", unit=unit.id, site=gone_to, other=site)
            elif (site in facts.sites and facts.sites[site].not_opened) or unit.id in facts.out:
                yield from _not_opened(scenario, plan, state, asked, unit, site, now, due)
            elif start < now or later is not None:
                last = scenario.operation.doctrine.last_raid + due - start
                yield from _waiting(scenario.operation, state, asked, unit, site, now, due, last)


def _entered(facts: Facts, site: str) -> datetime | None:
    return facts.sites[site].entered if site in facts.sites else None


def _waiting(
    operation: Operation,
    state: BoardState,
    asked: _FactsAsked,
    unit: Unit,
    site: str,
    now: int,
    due: int,
    last: int,
) -> tuple[Edit, ...]:
    """The raid has not begun: it will when it is to be expected, unless that is too late for any raid."""
    expected = max(_expected(state, unit, site, now), due)
    if expected <= last:
        _warrants(operation, asked, site, expected)
        return whatif.pin_start(asked.document, site, expected)
    asked.tell(site, "replan-too-late", site=site, unit=unit.id, minute=last)
    return whatif.skip_site(asked.document, site)


def _warrants(operation: Operation, asked: _FactsAsked, site: str, minute: int) -> None:
    """Warrants that end before the raid are said: no raid starts then (R9)."""
    for suspect in operation.chargeable_by_site.get(site, ()):
        if suspect.warrant is not None and suspect.warrant.expires < operation.at(minute):
            asked.tell(site, "replan-warrant-ends", suspect=suspect.id, site=site, minute=minute)


def _not_opened(
    scenario: Scenario,
    plan: Plan,
    state: BoardState,
    asked: _FactsAsked,
    unit: Unit,
    site: str,
    now: int,
    due: int,
) -> Iterator[Edit]:
    """Of a squad that never came another may take the door; one that was there, or stands down, gives it up."""
    is_no_show = any(one.code == "no_show" and one.unit == unit.id for one in state.reports)
    free = _first_free(scenario, plan, state, unit, site, now) if is_no_show else None
    if free is not None and free <= scenario.operation.doctrine.last_raid:
        yield from whatif.pin_start(asked.document, site, max(free, due))
        return
    if is_no_show:
        asked.tell(site, "replan-nobody-free", site=site)
    yield from whatif.skip_site(asked.document, site)


def _first_free(scenario: Scenario, plan: Plan, state: BoardState, gone: Unit, site: str, now: int) -> int | None:
    """The minute at which the first other squad of the city can be at the site."""
    operation, city = scenario.operation, scenario.operation.sites_by_id[site].city
    found = []
    for unit in plan.units:
        raids = [stop for stop in unit.stops if stop.task == "raid"]
        if unit.kind != "squad" or unit.id == gone.id or not raids or state.units[unit.id].is_out:
            continue
        if operation.sites_by_id[raids[-1].place].city != city or any(stop.task == "deliver" for stop in unit.stops):
            continue
        left = next((s for s in reversed(state.units[unit.id].steps) if s.code == "left"), None)
        if left is not None:
            free = max(now, left.forecast if left.said is None else left.said)
            found.append(free + scenario.travel.minutes(raids[-1].place, site))
    return min(found, default=None)


def _expected(state: BoardState, unit: Unit, site: str, now: int) -> int:
    steps = state.units[unit.id].steps
    return max(now, next((s.forecast for s in steps if (s.code, s.place) == ("entered", site)), now))


def _suspects(operation: Operation, facts: Facts, state: BoardState, asked: _FactsAsked) -> None:
    """Who was not found is moved to another address that is known, or is not arrested; who was found elsewhere was."""
    passed = {fault.place for fault in asked.told if fault.code == "replan-second-door"}
    for site in sorted(passed):
        _pass_by(operation, asked, site)
    opened = {site for site, told in facts.sites.items() if told.entered is not None}
    for suspect in operation.suspects:
        told, status = facts.suspects.get(suspect.id), state.suspects[suspect.id].status
        if told is None or told.found is None:
            continue
        if suspect.id in facts.not_chargeable:
            if told.found == "custody":
                asked.tell(suspect.id, "replan-no-warrant", suspect=suspect.id)
            continue
        if told.found in NOT_ARRESTED:
            other = further_address(operation, suspect.id, suspect.site, opened) if status in ELSEWHERE else None
            if other is None:
                asked.make(whatif.set_fields(asked.document, "suspects", suspect.id, warrant=None))
            else:
                asked.make(whatif.move_suspect(asked.document, suspect.id, other.site))
                asked.tell(suspect.id, "replan-other-address", suspect=suspect.id, site=other.site)
        elif told.site in opened and told.site != suspect.site:
            asked.make(whatif.move_suspect(asked.document, suspect.id, told.site))


def _pass_by(operation: Operation, asked: _FactsAsked, site: str) -> None:
    """A door that its squad has passed by counts as begun, without anybody: those of it stand at its twin."""
    row = whatif.row_of(asked.document, "sites", site)
    twin = {name: value for name, value in row.items() if name != "details"} | {"id": f"{site}{AGAIN}"}
    asked.make(whatif.add_row(asked.document, "sites", twin))
    for suspect in operation.chargeable_by_site.get(site, ()):
        asked.make(whatif.move_suspect(asked.document, suspect.id, twin["id"]))


def _deliveries(plan: Plan, state: BoardState, asked: _FactsAsked) -> None:
    """Who was lodged elsewhere takes a cell there and leaves the planned one: no pin tells of the delivery itself."""
    places = {row["id"]: row for row in asked.document.get("places", ())}
    moved: dict[str, int] = {}
    for one in state.suspects.values():
        planned = plan.deliveries_by_suspect.get(one.suspect)
        if one.status != "lodged" or planned is None or one.place == planned[1].place or one.place not in places:
            continue
        moved[one.place] = moved.get(one.place, 0) - 1
        moved[planned[1].place] = moved.get(planned[1].place, 0) + 1
        asked.tell(one.suspect, "replan-delivered-elsewhere", suspect=one.suspect, place=one.place)
    for place, number in moved.items():
        cells = places[place].get("cells", 0) + number
        asked.make(whatif.set_fields(asked.document, "places", place, cells=max(0, cells)))


def _losses(operation: Operation, plan: Plan, facts: Facts, asked: _FactsAsked) -> None:
    """Who and what is lost goes, and all of a squad that never came."""
    came = {site.entered_by for site in facts.sites.values() if site.entered is not None}
    gone = {one.unit for one in facts.reports if one.code == "no_show"} - came
    units = [plan.units_by_id[unit] for unit in sorted(gone) if unit in plan.units_by_id]
    officers = facts.lost_officers | {officer for unit in units for officer in unit.officers}
    vehicles = facts.lost_vehicles | {vehicle for unit in units for vehicle in unit.vehicles}
    for table, names, known in (
        ("officers", officers, operation.officers_by_id),
        ("vehicles", vehicles, operation.vehicles_by_id),
    ):
        asked.make(whatif.remove_rows(asked.document, table, sorted(name for name in names if name in known)))


@dataclass(frozen=True, slots=True)
class SquadLack:
    """What a squad at a door no longer has that the door needs, and who could be sent.

    `lacks`: need -> number. `helpers`: unit (or officer of none) and minutes from there, the nearest first.
    """

    unit: str
    site: str
    lacks: dict[str, int]
    helpers: tuple[tuple[str, int], ...]


MOST_HELPERS = 3


def squad_lacks(scenario: Scenario, plan: Plan, state: BoardState) -> tuple[SquadLack, ...]:
    """The doors whose squads lost somebody whom the door needs, as long as the raid there is not over."""
    return tuple(_lacks(scenario, plan, state)) if state.lost_officers else ()


def _lacks(scenario: Scenario, plan: Plan, state: BoardState) -> Iterator[SquadLack]:
    operation = scenario.operation
    for unit in plan.units:
        if unit.kind != "squad" or not state.lost_officers.intersection(unit.officers) or state.units[unit.id].is_out:
            continue
        left = [operation.officers_by_id[o] for o in unit.officers if o not in state.lost_officers]
        for stop in unit.stops:
            if stop.task != "raid" or state.sites[stop.place].status in ("done", "not_opened"):
                continue
            site, there = operation.sites_by_id[stop.place], operation.chargeable_by_site.get(stop.place, ())
            if lacks := shortfall(operation, site, there, left):
                yield SquadLack(unit.id, site.id, lacks, tuple(_helpers(scenario, plan, state, unit, site.id, lacks)))


def _helpers(
    scenario: Scenario, plan: Plan, state: BoardState, unit: Unit, site: str, lacks: dict[str, int]
) -> list[tuple[str, int]]:
    """Units of the others, and officers without a task, who have what lacks."""
    operation, found = scenario.operation, list[tuple[int, str, tuple[str, ...]]]()
    row, there = operation.sites_by_id[site], operation.chargeable_by_site.get(site, ())
    mine = [operation.officers_by_id[o] for o in unit.officers if o not in state.lost_officers]
    serving = {officer for one in plan.units for officer in one.officers} | {team.commander for team in plan.teams}

    def helps(officers: Iterable[str]) -> bool:
        more = [operation.officers_by_id[o] for o in officers if o not in state.lost_officers]
        skills = {need: number for need, number in lacks.items() if need != "officers"} or lacks
        return bool(more) and not any(shortfall(operation, row, there, [*mine, *more]).get(need) for need in skills)

    for other in plan.units:
        if other.kind == "squad" and other.id != unit.id:
            steps = state.units[other.id].steps
            doors = [step.place for step in steps if step.code == "entered" and step.said is not None]
            at = doors[-1] if doors else other.stops[0].place
            found.append((scenario.travel.minutes(at, site), other.id, other.officers))
    for officer in operation.officers:
        if officer.id not in serving:
            found.append((scenario.travel.minutes(officer.base, site), officer.id, (officer.id,)))
    able = ((name, minutes) for minutes, name, officers in sorted(found) if helps(officers))
    return list(islice(able, MOST_HELPERS))
