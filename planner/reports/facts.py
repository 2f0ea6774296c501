"""What reports that stand say of sites, suspects and units, whatever is planned after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from planner.law.pack import Event
from planner.law.running import REPORTED_EVENTS
from planner.operation import Operation
from planner.plan import Plan, Unit
from planner.reports.codes import ALARMS, AT_DOOR, INSIDE, NOT_ARRESTED, OF_DETAINEES, OF_SUSPECT, OUTSIDE, Code
from planner.reports.report import Report, minute_of
from planner.reports.steps import PlannedStep

AROUND = timedelta(minutes=60)
"""A report of a squad with several doors that names none is of the last one whose raid was to begin by then."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """When something was said of a site; `entered` is the earliest report from inside, `not_opened` the latest word."""

    set: datetime | None = None
    entered: datetime | None = None
    entered_by: str | None = None
    secure: datetime | None = None
    done: datetime | None = None
    not_opened: bool = False


@dataclass(frozen=True, slots=True)
class SuspectFacts:
    """What was found of a suspect at last, and when; `site` where the suspect was arrested, `place` where lodged."""

    found: Code | None = None
    told: datetime | None = None
    site: str = ""
    unit: str = ""
    arrested: datetime | None = None
    handed_over: datetime | None = None
    lodged: datetime | None = None
    place: str = ""


@dataclass
class Facts:
    """The reports that stand (in the order of what they are about), held against operation and plan."""

    operation: Operation
    plan: Plan
    reports: Sequence[Report]
    of_unit: dict[str, list[Report]] = field(default_factory=dict)
    sites: dict[str, SiteFacts] = field(default_factory=dict)
    suspects: dict[str, SuspectFacts] = field(default_factory=dict)
    overridden: dict[str, Report] = field(default_factory=dict)
    out: dict[str, datetime] = field(default_factory=dict)
    events: dict[str, list[tuple[Event, datetime]]] = field(default_factory=dict)
    extensions: dict[tuple[str, str], list[Report]] = field(default_factory=dict)
    lost_officers: frozenset[str] = frozenset()
    lost_vehicles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._steps: dict[tuple[str, Code, str], list[Report]] = {}
        self._named: set[str] = set()
        for one in self.reports:
            self.of_unit.setdefault(one.unit, []).append(one)
            place = self.place_of(one)
            self._steps.setdefault((one.unit, one.code, place), []).append(one)
            if one.code in AT_DOOR or one.code == "left":
                self._at_site(one, place)
            if one.code in OF_SUSPECT:
                self._found(one, place)
            if one.code in OF_DETAINEES:
                self._passed_on(one, place)
            if one.code in ("no_show", "stand_down"):
                self.out.setdefault(one.unit, one.said)
            if one.code == "override":
                self.overridden[one.condition] = one
            if one.code == "event" and one.condition in REPORTED_EVENTS:
                self.events.setdefault(one.suspect, []).append((one.condition, one.said))
            if one.code == "extended":
                self.extensions.setdefault((one.suspect, one.condition), []).append(one)
        self._entered_by_evidence()
        self.lost_officers = frozenset(one.officer for one in self.reports if one.code == "lost" and one.officer)
        self.lost_vehicles = frozenset(one.vehicle for one in self.reports if one.code == "lost" and one.vehicle)
        self.not_chargeable = {s.id for s in self.operation.suspects if not self.operation.is_chargeable(s)}

    def place_of(self, report: Report) -> str:
        """The place that a report is about: as it says, or as its suspect and its unit's plan say."""
        if report.code == "lodged":
            return report.place or report.site or self._stop_of(report, ("deliver",))
        if report.site:
            return report.site
        if report.suspect in self.operation.suspects_by_id and report.code in OF_SUSPECT:
            return self._door_of(report)
        if report.code == "handed_over":
            return self._stop_of(report, ("pickup", "raid"))
        if report.code == "briefed":
            return self._stop_of(report, ("muster",))
        return self._stop_of(report, ("raid", "exam", "pickup"))

    def _door_of(self, report: Report) -> str:
        """The suspect's door; of one who is awaited elsewhere since, that of the squad which did not find them."""
        own, unit = self.operation.suspects_by_id[report.suspect].site, self.plan.units_by_id.get(report.unit)
        raids = [stop for stop in unit.stops if stop.task == "raid"] if unit is not None else []
        minute = minute_of(self.operation, report.said)
        is_own = any(stop.place == own and (n == 0 or stop.start <= minute) for n, stop in enumerate(raids))
        if report.code not in NOT_ARRESTED or is_own or not raids:
            return own
        begun = [stop.place for stop in raids if stop.start <= minute]
        return begun[-1] if begun else raids[0].place

    def _stop_of(self, report: Report, tasks: tuple[str, ...]) -> str:
        unit = self.plan.units_by_id.get(report.unit)
        stops = [stop for stop in unit.stops if stop.task in tasks] if unit is not None else []
        if len(stops) < 2:
            return stops[0].place if stops else ""
        by_then = minute_of(self.operation, report.said + AROUND)
        begun = [stop for stop in stops if stop.start <= by_then]
        return (begun[-1] if begun else stops[0]).place

    def step_minute(self, unit: Unit, step: PlannedStep, before: int | None = None) -> int | None:
        """The minute from H at which the unit reported the step; of an entry the first word from inside.

        `before`: the minute of the same step at the same place before this one, which takes reports that are later by
        what the step lasts at least. A report that names a detainee of one of the unit's stops there is of that stop.
        """
        there = (one for one in self._steps.get((unit.id, step.code, step.place), ()) if _is_of(one, unit, step))
        least = None if before is None else before + step.least
        said = next((o.said for o in there if least is None or minute_of(self.operation, o.said) >= least), None)
        if step.code == "entered" and unit.kind == "squad" and step.place in self.sites:
            facts = self.sites[step.place]
            said = facts.entered if facts.entered_by == unit.id else None
        if said is None and step.code == "handed_over" and unit.kind == "escort":
            said = self._fetched(step)
        return None if said is None else minute_of(self.operation, said)

    def _fetched(self, step: PlannedStep) -> datetime | None:
        """When a squad said that it had handed over one of those whom the escort unit fetches at the step."""
        said = [self.suspects[name].handed_over for name in step.suspects if name in self.suspects]
        return min((moment for moment in said if moment is not None), default=None)

    def alarms(self, unit: str) -> tuple[Code, ...]:
        """Codes of the unit's alarms that are open, the last one last."""
        found: dict[Code, None] = {}
        for one in self.of_unit.get(unit, ()):
            if one.code in ALARMS:
                found[one.code] = None
            elif one.code == "all_clear":
                found.clear()
        return tuple(found)

    def _at_site(self, one: Report, site: str) -> None:
        if site not in self.operation.sites_by_id:
            return
        unit = self.plan.units_by_id.get(one.unit)
        if unit is not None and unit.kind != "squad":
            return  # scene examiners and escorts tell nothing of the raid
        facts = self.sites.get(site, SiteFacts())
        if one.code == "set":
            facts = replace(facts, set=facts.set or one.said)
        elif one.code in INSIDE and one.code not in OUTSIDE and facts.entered is None:
            facts = replace(facts, entered=one.said, entered_by=one.unit, not_opened=False)
        if one.code == "secure":
            facts = replace(facts, secure=facts.secure or one.said)
        if one.code in ("search_done", "left"):
            facts = replace(facts, done=facts.done or one.said)
        if one.code == "no_entry":
            facts = replace(facts, not_opened=facts.entered is None)
        self.sites[site] = facts

    def _found(self, one: Report, site: str) -> None:
        there = (s.id for s in self.operation.chargeable_by_site.get(site, ()))
        names = [one.suspect] if one.suspect else [name for name in there if name not in self._named]
        self._named |= {one.suspect} if one.suspect else set()
        for name in names:
            if one.code in NOT_ARRESTED and self._is_awaited_elsewhere(name, site):
                continue
            before = self.suspects.get(name, SuspectFacts())
            arrested = (before.arrested or one.said) if one.code == "custody" else None
            self.suspects[name] = replace(
                before, found=one.code, told=one.said, site=site, unit=one.unit, arrested=arrested
            )

    def _is_awaited_elsewhere(self, suspect: str, site: str) -> bool:
        """Who was not found at a site that is not the suspect's (any more) may still be found at that one."""
        row = self.operation.suspects_by_id.get(suspect)
        return row is not None and site in self.operation.sites_by_id and row.site != site

    def _entered_by_evidence(self) -> None:
        """A door whose detainees were handed over or lodged was entered, whatever else is said: when it was planned.

        Or, where that is too late for it, so long before the first of these that they could be arrested.
        """
        first: dict[str, datetime] = {}
        for name, told in self.suspects.items():
            moments = [moment for moment in (told.handed_over, told.lodged) if moment is not None]
            site = told.site or self.operation.suspects_by_id[name].site
            if moments and name in self.operation.suspects_by_id:
                first[site] = min([*moments, *([first[site]] if site in first else [])])
        arrest = timedelta(minutes=self.operation.doctrine.arrest_minutes)
        for site, moment in first.items():
            facts, raid = self.sites.get(site, SiteFacts()), self.plan.raids_by_site.get(site)
            if facts.entered is None and raid is not None:
                unit, stop = raid
                entered = min(self.operation.at(stop.start), moment - arrest)
                self.sites[site] = replace(facts, entered=entered, entered_by=unit.id, not_opened=False)

    def _passed_on(self, one: Report, place: str) -> None:
        """Detainees were handed over or lodged: the one that is named, else those of the unit's stop there."""
        for name in [one.suspect] if one.suspect else self._aboard(one, place):
            before = self.suspects.get(name, SuspectFacts())
            if before.found in NOT_ARRESTED:
                continue
            told = replace(before, found="custody", told=before.told or one.said, arrested=before.arrested)
            if one.code == "lodged":
                told = replace(told, lodged=before.lodged or one.said, place=place)
            else:
                told = replace(told, handed_over=before.handed_over or one.said)
            self.suspects[name] = told

    def _aboard(self, one: Report, place: str) -> list[str]:
        unit = self.plan.units_by_id.get(one.unit)
        if unit is None:
            return []
        if one.code == "handed_over" and unit.kind == "squad":
            return [s.id for s in self.operation.chargeable_by_site.get(place, ())]
        task = "deliver" if one.code == "lodged" else "pickup"
        stops = [stop for stop in unit.stops if stop.task == task]
        exact = [stop for stop in stops if stop.place == place]
        if len(exact) > 1:
            exact = exact[: self._turn(one, place) + 1]
        return [name for stop in exact or stops for name in stop.suspects]

    def _turn(self, one: Report, place: str) -> int:
        """How often the unit had lodged, or taken over, at the place before this report: doubles are of one turn."""
        d = self.operation.doctrine
        least = timedelta(minutes=d.intake_minutes if one.code == "lodged" else d.handover_minutes)
        turn, last = 0, one.said
        for n, told in enumerate(self._steps[one.unit, one.code, place]):
            if n == 0:
                last = told.said
            elif told.said - last >= least:
                turn, last = turn + 1, told.said
        return turn


def _is_of(report: Report, unit: Unit, step: PlannedStep) -> bool:
    """The report names nobody, a detainee of the step, or one of no stop of the unit at the place."""
    if not report.suspect or report.suspect in step.suspects:
        return True
    return not any(report.suspect in stop.suspects for stop in unit.stops if stop.place == step.place)


def arrest_moments(facts: Facts, names: Iterable[str] | None = None) -> dict[str, datetime]:
    """Suspect id -> the moment of the arrest, of those (of `names`) who are arrested: said, or that of the entry."""
    found = {}
    for name in facts.suspects if names is None else names:
        told = facts.suspects[name]
        if told.found == "custody":
            site = facts.sites.get(told.site or facts.operation.suspects_by_id[name].site, SiteFacts())
            moment = told.arrested or site.entered or told.handed_over or told.lodged
            if moment is not None:
                found[name] = moment
    return found


def clock_events(facts: Facts, suspect: str) -> list[tuple[Event, datetime]]:
    """What starts, pauses and ends the time limits of somebody who is arrested, in the order in which it happened.

    Who was delivered has arrived, unless an arrival was reported.
    """
    found: list[tuple[Event, datetime]] = list(facts.events.get(suspect, ()))
    arrest, lodged = arrest_moments(facts, [suspect]).get(suspect), facts.suspects[suspect].lodged
    if arrest is not None:
        found.append(("arrest", arrest))
    if lodged is not None:
        found.append(("lodged", lodged))
        if all(event != "arrival" for event, _ in found):
            found.append(("arrival", lodged))
    return sorted(found, key=lambda one: one[1])


def law_events(facts: Facts) -> dict[str, Mapping[Event, datetime]]:
    """Suspect id -> event of a law pack -> when it first happened, of those who are arrested."""
    return {name: dict(reversed(clock_events(facts, name))) for name in arrest_moments(facts)}
