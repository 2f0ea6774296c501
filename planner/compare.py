"""Two plans side by side: who does something else, which doors move, who is missed now and who no longer is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.operation import Officer
from planner.plan import Interview, Plan, Stop
from planner.scenario import Scenario
from planner.score import arrests, changed_officers


@dataclass(frozen=True, slots=True)
class Duty:
    """What an officer is there for: to command a team (no stops of the officer's own), or to serve in a unit.

    `kind` is command, squad, escort or forensic; `team` is None for units under the joint command. A guard's stops end
    with the raid whose scene the officer `keeps` from its end.
    """

    kind: str
    unit: str
    team: str | None
    stops: tuple[Stop, ...] = ()
    place: str = ""
    keeps: Stop | None = None


@dataclass(frozen=True, slots=True)
class OfficerChange:
    """An officer who must be told something; None where the plan has no task for the officer.

    `is_again`: the officer is in both operations and has other orders than before. The others are new to the operation,
    or no longer in it.
    """

    officer: Officer
    old: Duty | None
    new: Duty | None
    is_again: bool = True

    @property
    def team(self) -> str | None:
        """The team that tells the officer: the new one, or the one that lets the officer go."""
        duty = self.new or self.old
        return duty.team if duty is not None else None


@dataclass(frozen=True, slots=True)
class StartChange:
    """A door whose raid starts at another minute from H, or is raided in one plan alone (None)."""

    site: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class InterviewChange:
    """An interview that differs in place, time or officers; None where there is none."""

    suspect: str
    old: Interview | None
    new: Interview | None


def duties(plan: Plan) -> dict[str, Duty]:
    """Officer id -> the duty; whoever only interviews has none."""
    found = {
        officer: Duty(unit.kind, unit.id, plan.team_of_unit.get(unit.id), unit.stops)
        for unit in plan.units
        for officer in unit.officers
    }
    for unit in plan.units:
        if unit.guards.officers and (raid := unit.last_raid) is not None:
            stops = unit.stops[: 1 + max(i for i, stop in enumerate(unit.stops) if stop is raid)]
            duty = Duty(unit.kind, unit.id, plan.team_of_unit.get(unit.id), stops, keeps=raid)
            found |= dict.fromkeys(unit.guards.officers, duty)
    commands = {team.commander: Duty("command", team.id, team.id, (), team.assembly) for team in plan.teams}
    return {**found, **commands}


@dataclass(frozen=True)
class Comparison:
    """An old and a new plan, each with its own operation."""

    was: Scenario
    old: Plan
    now: Scenario
    new: Plan

    @cached_property
    def hour_moves(self) -> int:
        """By how many minutes H itself is later; every other minute here counts from each plan's own H."""
        return int((self.now.operation.h_hour - self.was.operation.h_hour).total_seconds() // 60)

    @cached_property
    def officer_changes(self) -> tuple[OfficerChange, ...]:
        """Everybody whose orders differ (spec/PROBLEM.md, section 7), and who with orders is lost or new."""
        return tuple(self._officer_changes())

    def _officer_changes(self) -> Iterator[OfficerChange]:
        before, after = duties(self.old), duties(self.new)
        was, now = self.was.operation, self.now.operation
        changed = set(changed_officers(self.old, was, self.new, now))
        for officer in now.officers:
            is_new = officer.id not in was.officers_by_id and officer.id in after
            if officer.id in changed or is_new:
                yield OfficerChange(officer, before.get(officer.id), after.get(officer.id), not is_new)
        for officer in was.officers:
            if officer.id not in now.officers_by_id and officer.id in before:
                yield OfficerChange(officer, before[officer.id], None, is_again=False)

    @property
    def num_again(self) -> int:
        """Officers to be briefed again: of a replan beside its parent, the score's `changes`."""
        return sum(one.is_again for one in self.officer_changes)

    @property
    def num_new(self) -> int:
        """Officers with orders who were not in the old operation: they are briefed for the first time."""
        return sum(not one.is_again and one.new is not None for one in self.officer_changes)

    @property
    def num_lost(self) -> int:
        """Officers who had orders and are no longer in the operation."""
        return sum(not one.is_again and one.new is None for one in self.officer_changes)

    @cached_property
    def by_team(self) -> dict[str | None, tuple[OfficerChange, ...]]:
        """Team id -> who of it must be told again; None: the joint command's units, and who has no task."""
        rows: dict[str | None, list[OfficerChange]] = {}
        for one in self.officer_changes:
            rows.setdefault(one.team, []).append(one)
        order = [*(t.id for t in self.new.teams), *(t.id for t in self.old.teams), None]
        return {team: tuple(rows[team]) for team in dict.fromkeys(order) if team in rows}

    @cached_property
    def start_changes(self) -> tuple[StartChange, ...]:
        """Doors that open at another minute from H, or in one plan alone, the earliest first."""
        before = {site: raid.start for site, (_, raid) in self.old.raids_by_site.items()}
        after = {site: raid.start for site, (_, raid) in self.new.raids_by_site.items()}
        rows = [StartChange(site, before.get(site), after.get(site)) for site in dict.fromkeys((*before, *after))]
        moved = [row for row in rows if row.old != row.new]
        return tuple(sorted(moved, key=lambda m: (m.new if m.new is not None else -1, m.site)))

    @cached_property
    def newly_missed(self) -> tuple[str, ...]:
        """Suspects who were arrested in the old plan and are not in the new one."""
        taken = arrests(self.now, self.new)
        return tuple(s for s in arrests(self.was, self.old) if s not in taken)

    @cached_property
    def newly_arrested(self) -> tuple[str, ...]:
        """Suspects who are arrested in the new plan and were not in the old one."""
        taken = arrests(self.was, self.old)
        return tuple(s for s in arrests(self.now, self.new) if s not in taken)

    @cached_property
    def interview_changes(self) -> tuple[InterviewChange, ...]:
        """Interviews that differ, in the new plan's order; then those that are gone."""
        before, after = self.was.interviews(self.old), self.now.interviews(self.new)
        rows = [InterviewChange(s, before.get(s), after.get(s)) for s in dict.fromkeys((*after, *before))]
        return tuple(row for row in rows if row.old != row.new)
