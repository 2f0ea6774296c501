"""Call signs on the radio: in a replan a number goes on with the same people, or is new; none is ever used again.

Squads are called after their team (T01-3), escort and forensic units E02 and F01, teams T01. A plan's report keeps the
highest number of each kind that it or a plan before it has used.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from planner.operation import OfficerInTeam, Operation, SiteInTeam
from planner.plan import Plan, Team, Unit
from planner.scenario import Scenario

Numbers = dict[str, int]
"""What a call sign begins with ("T", "T01-", "E") -> a number."""
KEY = "call_signs"
SIGN = re.compile(r"(.*?)(\d{1,9})", re.ASCII | re.DOTALL)


def with_call_signs(scenario: Scenario, plan: Plan) -> Plan:
    """The plan under call signs that nobody else had in the plans before it; its report tells the numbers used."""
    if scenario.parent is not None:
        plan = _Signs(scenario, scenario.parent.plan).apply(plan)
        told = _used(scenario.parent.plan)
    else:
        told = {}
    return replace(plan, made={**(plan.made or {}), KEY: _highest(told, plan)})


def _used(plan: Plan) -> Numbers:
    """The highest numbers that the plan, or one before it, has used; a report may hold anything."""
    told = (plan.made or {}).get(KEY)
    rows = told.items() if isinstance(told, Mapping) else ()
    return _highest({k: n for k, n in rows if isinstance(k, str) and type(n) is int and 0 <= n < 10**9}, plan)


def _highest(before: Numbers, plan: Plan) -> Numbers:
    found = dict(before)
    for name in (*plan.teams_by_id, *plan.units_by_id):
        if (sign := SIGN.fullmatch(name)) is not None:
            found[sign[1]] = max(found.get(sign[1], 0), int(sign[2]))
    return dict(sorted(found.items()))


def bound_names(operation: Operation) -> set[str]:
    """Names of teams that rosters and pins know: these stay whoever serves in the team."""
    pinned = {pin.team for pin in operation.pins if isinstance(pin, SiteInTeam | OfficerInTeam)}
    return pinned | {officer.team for officer in operation.officers if officer.team is not None}


class _Signs:
    """Which call signs of a replan go on from its parent, and fresh ones for the others."""

    def __init__(self, scenario: Scenario, parent: Plan) -> None:
        self.begun, self.parent, self.used = scenario.begun.stops.keys(), parent, _used(parent)
        self.bound = bound_names(scenario.operation)

    def apply(self, plan: Plan) -> Plan:
        """The plan with each team and unit under its call sign."""
        teams = {team.id: self._team(plan, team) for team in plan.teams}
        names = {unit.id: self._unit(unit, teams.get(plan.team_of_unit.get(unit.id, ""))) for unit in plan.units}
        return replace(
            plan,
            teams=tuple(replace(t, id=teams[t.id], units=tuple(names[u] for u in t.units)) for t in plan.teams),
            units=tuple(replace(unit, id=names[unit.id]) for unit in plan.units),
        )

    def _team(self, plan: Plan, team: Team) -> str:
        """The team's own name where it has the commander, or a squad, that it had; else a new one."""
        old = self.parent.teams_by_id.get(team.id)
        if team.id in self.bound or (old is not None and self._is_same_team(plan, old, team)):
            return team.id
        return self._fresh("T", 2)

    def _is_same_team(self, plan: Plan, old: Team, team: Team) -> bool:
        here = [unit for unit in team.units if unit in old.units]
        is_here = any(unit in self.begun or self._is_same_unit(plan.units_by_id[unit]) for unit in here)
        return is_here or old.commander == team.commander

    def _unit(self, unit: Unit, team: str | None) -> str:
        """The unit's own name where it has its people, and its team; else a new one."""
        if unit.id in self.begun or (self.parent.team_of_unit.get(unit.id) == team and self._is_same_unit(unit)):
            return unit.id
        return self._fresh(unit.kind[0].upper(), 2) if team is None else self._fresh(f"{team}-", 1)

    def _is_same_unit(self, unit: Unit) -> bool:
        """Half of those who served under the call sign still do, or half of those who do now served before."""
        old = self.parent.units_by_id.get(unit.id)
        if old is None or old.kind != unit.kind:
            return False
        number = 2 * len({*old.officers} & {*unit.officers})
        return number >= min(len(old.officers), len(unit.officers)) > 0

    def _fresh(self, start: str, digits: int) -> str:
        """The next number of the kind."""
        while True:
            self.used[start] = self.used.get(start, 0) + 1
            if (name := f"{start}{self.used[start]:0{digits}d}") not in self.bound:
                return name
