"""The figures of an operation that has been: planned against said, the spread around H, what doctrine learns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

from planner.law.gate import pack_of_operation
from planner.law.running import clocks_by_suspect
from planner.needs import raid_minutes
from planner.plan import Plan
from planner.reports import BoardState
from planner.reports.board import BoardStep
from planner.reports.codes import NOT_ARRESTED
from planner.reports.detainees import DetaineeClock, every_clock
from planner.reports.facts import Facts
from planner.reports.report import minute_of
from planner.scenario import Scenario
from planner.score import score

LEAST_MEASURED = 5
"""So many measurements a proposal for doctrine takes at least."""
TAKEN = ("custody", "handed_over", "lodged")
Figure = Literal["raid_minutes", "drive", "absent"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How values lie: their number, least, median, the one that nine of ten do not exceed, and greatest."""

    num: int
    least: int
    middle: float
    nine_of_ten: float
    most: int


def spread(values: Sequence[int]) -> Spread | None:
    """The spread of some values; None of none."""
    if not values:
        return None
    nine = quantiles(values, n=10, method="inclusive")[8] if len(values) > 1 else float(values[0])
    return Spread(len(values), min(values), median(values), nine, max(values))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure that was measured beside the one that was planned with: from `num` cases, in minutes, or as a ratio."""

    figure: Figure
    planned: float | None
    measured: float
    num: int


@dataclass(frozen=True, slots=True)
class CustodyTime:
    """From arrest to custody and against the latest by doctrine, in minutes; None as long as not known."""

    suspect: str
    arrested: int
    lodged: int | None
    latest: int

    @property
    def margin(self) -> int | None:
        """Minutes that were left; negative: a breach."""
        return None if self.lodged is None else self.latest - (self.lodged - self.arrested)


@dataclass(frozen=True)
class AfterAction:
    """What was planned and what was said of it. Minutes are from H."""

    scenario: Scenario
    plan: Plan
    state: BoardState
    facts: Facts
    entries: tuple[int, ...]
    late: Mapping[str, Spread]
    custody: tuple[CustodyTime, ...]
    proposals: tuple[Proposal, ...]
    planned_exposure: int
    clocks: tuple[DetaineeClock, ...] = ()

    @property
    def num_planned(self) -> int:
        """Addresses that were to be entered."""
        return len(self.plan.raids_by_site)

    def num_with(self, *statuses: str) -> int:
        """Suspects of whom one of these is known."""
        return sum(one.status in statuses for one in self.state.suspects.values())

    @property
    def absent(self) -> list[str]:
        """The suspects who were looked for and not arrested."""
        return [one.suspect for one in self.state.suspects.values() if one.status in NOT_ARRESTED]

    def num_alarms(self, code: str) -> int:
        """How often this alarm was raised."""
        return sum(one.code == code for one in self.state.reports)


def after_action(scenario: Scenario, plan: Plan, state: BoardState) -> AfterAction:
    """The figures, from the board as it stands: reports that came in another order, or twice, give the same."""
    facts = Facts(scenario.operation, plan, state.reports)
    entries = [minute_of(scenario.operation, site.entered) for site in state.sites.values() if site.entered is not None]
    return AfterAction(
        scenario,
        plan,
        state,
        facts,
        tuple(sorted(entries)),
        _late(state),
        tuple(_custody(scenario, state)),
        tuple(_proposals(scenario, plan, state, facts)),
        score(scenario, plan).exposure,
        tuple(_clocks(scenario, state, facts)),
    )


def _clocks(scenario: Scenario, state: BoardState, facts: Facts) -> Iterator[DetaineeClock]:
    """The time limits that law packs set, of every detainee; those of doctrine are `custody`."""
    operation = scenario.operation
    clocks = clocks_by_suspect(operation, pack_of_operation(operation))
    yield from (one for one in every_clock(facts, clocks, operation.at(state.now)) if one.id)


def _late(state: BoardState) -> dict[str, Spread]:
    """Code of a step -> minutes later than planned, over all units that said it."""
    found: dict[str, list[int]] = {}
    for unit in state.units.values():
        for step in unit.steps:
            if step.said is not None:
                found.setdefault(step.code, []).append(step.said - step.planned)
    return {code: made for code, values in found.items() if (made := spread(values)) is not None}


def _custody(scenario: Scenario, state: BoardState) -> Iterator[CustodyTime]:
    operation = scenario.operation
    for one in state.suspects.values():
        if one.status in TAKEN and one.arrested is not None:
            lodged = None if one.lodged is None else minute_of(operation, one.lodged)
            yield CustodyTime(
                one.suspect, minute_of(operation, one.arrested), lodged, operation.doctrine.custody_latest
            )


def _proposals(scenario: Scenario, plan: Plan, state: BoardState, facts: Facts) -> Iterator[Proposal]:
    raids = list(_raids(scenario, state))
    if len(raids) >= LEAST_MEASURED:
        planned = median(least for _, least in raids)
        yield Proposal("raid_minutes", planned, median(spent for spent, _ in raids), len(raids))
    drives = list(_drives(scenario, plan, state))
    if len(drives) >= LEAST_MEASURED:
        yield Proposal("drive", 1.0, round(median(drives), 2), len(drives))
    settled = [one for one in state.suspects.values() if one.status in (*TAKEN, *NOT_ARRESTED)]
    if len(settled) >= LEAST_MEASURED:
        gone = sum(one.status in ("absent", "not_here") for one in settled)
        yield Proposal("absent", None, round(gone / len(settled), 3), len(settled))


def _raids(scenario: Scenario, state: BoardState) -> Iterator[tuple[int, int]]:
    """Of each raid whose begin and end were said: minutes on the site, and those planned."""
    operation = scenario.operation
    for unit in state.units.values():
        if unit.kind == "squad":
            said = {(step.code, step.place): step.said for step in unit.steps}
            for step in unit.steps:
                begun, ended = said.get(("entered", step.place)), said.get(("left", step.place))
                if step.code == "left" and begun is not None and ended is not None:
                    yield ended - begun, raid_minutes(operation, operation.sites_by_id[step.place])


def _drives(scenario: Scenario, plan: Plan, state: BoardState) -> Iterator[float]:
    """Of each drive to a first site whose begin and end were said: how many times as long as the table says."""
    for unit in plan.units:
        steps: Iterable[BoardStep] = state.units[unit.id].steps
        begun, ended = (next((step for step in steps if step.code == code), None) for code in ("moving", "set"))
        if unit.kind != "squad" or begun is None or ended is None or begun.said is None or ended.said is None:
            continue
        muster = next((stop.place for stop in unit.stops if stop.task == "muster"), None)
        minutes = scenario.travel.minutes(muster, ended.place) if muster is not None else 0
        if minutes > 0:
            yield (ended.said - begun.said) / minutes
