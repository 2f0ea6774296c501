"""A plan in somebody's hand: each kind of move on its teams and units, before any minute is set anew."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, Never

from planner.byhand.moves import (
    AddMove,
    CommanderMove,
    HandMove,
    OfficerMove,
    RemoveMove,
    SiteMove,
    SquadMove,
    StartMove,
    SwapMove,
    VehicleMove,
)
from planner.files import Fault, Unreadable
from planner.files.fault import Ids, quote
from planner.files.limits import CELLS
from planner.plan import NO_GUARDS, Plan, Stop, Unit
from planner.scenario import Scenario
from planner.solver.replan.custody import custody_places
from planner.solver.replan.draft import Draft, without_site

Touched = Literal["people", "sites"]
UNKNOWN = {
    "officer": "unknown-officer",
    "vehicle": "unknown-vehicle",
    "site": "unknown-site",
    "unit": "unknown-unit",
    "squad": "unknown-squad",
    "squads": "unknown-squad",
    "team": "unknown-team",
}
"""Field of a move -> the code for a name in it that nothing has."""
FULL = -CELLS.most  # room of the fullest custody place
FIRST_MUSTER = 90  # minutes before H at which the first squad of a team musters until it has a site


class Hand(Draft):
    """Teams and units that a hand moves: nothing is dissolved, and nobody is sent, unless a move says so."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        super().__init__(scenario, plan)
        self.touched: dict[str, Touched] = {}
        """Unit id -> what of it the move changed: its minutes are set anew."""

    def make(self, move: HandMove) -> None:
        """The move is made. Raises `Unreadable` for one that names what is not there, or what has begun."""
        match move:
            case OfficerMove(officer, unit):
                self._officer(officer, unit)
            case CommanderMove(officer, team):
                self._commander(officer, team)
            case VehicleMove(vehicle, unit):
                self._vehicle(vehicle, unit)
            case SquadMove(squad, team):
                self._squad(squad, team)
            case SiteMove(site, squad, position):
                self._site(site, squad, position)
            case SwapMove((a, b)):
                self._swap(a, b)
            case StartMove(site, start):
                self._start(site, start)
            case AddMove(team):
                self._add(team)
            case RemoveMove():
                self._remove(move)

    def _officer(self, officer: str, unit: str | None) -> None:
        self._known("officer", officer, self.scenario.operation.officers_by_id)
        if unit is not None:
            self._may_gain(unit)
        if boss := next((t.id for t in self.teams.values() if t.commander == officer), None):
            _refuse("officer", "commander-leaves", officer=officer, team=boss)
        self._take_out(officer, unit)
        if unit is not None and officer not in self.units[unit].officers:
            self._touch(unit, officers=(*self.units[unit].officers, officer))

    def _take_out(self, officer: str, unit: str | None = None) -> None:
        """The officer serves nowhere any more but in the unit."""
        for one in [u for u in self.units.values() if officer in u.officers and u.id != unit]:
            self._may_change("officer", one.id)
            self._touch(one.id, officers=tuple(o for o in one.officers if o != officer))

    def _commander(self, officer: str, team: str) -> None:
        self._known("officer", officer, self.scenario.operation.officers_by_id)
        self._known("team", team, self.teams)
        self._take_out(officer)
        former = self.teams[team].commander
        for other in [t for t in self.teams.values() if t.commander == officer and t.id != team]:
            self.teams[other.id] = replace(other, commander=former)  # the two change places
            self._touch_all(other.units)
        self.teams[team] = replace(self.teams[team], commander=officer)
        self._touch_all(self.teams[team].units)

    def _vehicle(self, vehicle: str, unit: str | None) -> None:
        self._known("vehicle", vehicle, self.scenario.operation.vehicles_by_id)
        if unit is not None:
            self._may_gain(unit)
        for one in [u for u in self.units.values() if vehicle in u.vehicles and u.id != unit]:
            self._may_change("vehicle", one.id)
            self._touch(one.id, vehicles=tuple(v for v in one.vehicles if v != vehicle))
        if unit is not None and vehicle not in self.units[unit].vehicles:
            self._touch(unit, vehicles=(*self.units[unit].vehicles, vehicle))

    def _squad(self, squad: str, team: str) -> None:
        self._known("squad", squad, self._squads())
        self._known("team", team, self.teams)
        self._may_change("squad", squad)
        self._leave_teams(squad)
        here = self.teams[team]
        self.teams[team] = replace(here, units=(*here.units, squad))
        unit = self.units[squad]
        stops = (replace(s, place=here.assembly) if s.task == "muster" else s for s in unit.stops)
        self._touch(squad, "sites", stops=tuple(stops))

    def _leave_teams(self, squad: str) -> None:
        for team in [t for t in self.teams.values() if squad in t.units]:
            self.teams[team.id] = replace(team, units=tuple(u for u in team.units if u != squad))

    def _site(self, site: str, squad: str | None, position: int | None) -> None:
        self._known("site", site, self.scenario.operation.sites_by_id)
        if squad is not None:
            self._known("squad", squad, self._squads())
        if not self.may_shut(site):
            _refuse("site", "site-has-begun", site=site)
        if squad is None:
            self._leave_out(site)
            return
        for one in [u for u in self.units.values() if _raids(u, site) and u.id != squad]:
            self._raid(one, [s for s in self._raids(one) if s.place != site])
        unit = self.units[squad]
        raids = [s for s in self._raids(unit) if s.place != site]
        at = len(raids) if position is None else min(position, len(raids))
        if at < sum(map(self.is_past, raids)) or any(s.task == "deliver" and self.is_past(s) for s in unit.stops):
            _refuse("squad", "squad-has-begun", squad=squad)
        self._raid(unit, [*raids[:at], Stop("raid", site, 0, 0), *raids[at:]])

    def _leave_out(self, site: str) -> None:
        """Nobody raids the site, and nothing happens there."""
        names = {s.id for s in self.suspects.get(site, ())}
        for unit in list(self.units.values()):
            if _raids(unit, site):
                self._raid(unit, [s for s in self._raids(unit) if s.place != site])
                continue
            stops = [without_site(stop, site, names) for stop in unit.stops]
            if stops != list(unit.stops):
                self._touch(unit.id, stops=tuple(s for s in stops if s is not None))
                if not self.units[unit.id].stops:
                    del self.units[unit.id]

    def _swap(self, a: str, b: str) -> None:
        for squad in (a, b):
            self._known("squads", squad, self._squads())
            self._may_change("squads", squad)
        mine, theirs = self._raids(self.units[a]), self._raids(self.units[b])
        self._raid(self.units[a], theirs)
        self._raid(self.units[b], mine)

    def _start(self, site: str, start: int | None) -> None:
        self._known("site", site, self.scenario.operation.sites_by_id)
        squads = [u.id for u in self.units.values() if _raids(u, site)]
        if not squads:
            _refuse("site", "not-raided")
        if not self.may_shut(site):
            _refuse("site", "site-has-begun", site=site)
        if start is not None and start < self.scenario.begun.now:
            _refuse("start", "start-is-past", start=start, now=int(self.scenario.begun.now))
        self._touch_all(squads, "sites")

    def _add(self, team: str) -> None:
        self._known("team", team, self.teams)
        here, brief = self.teams[team], self.scenario.operation.doctrine.brief_minutes
        musters = [self.units[u].stops[0].start for u in here.units]
        start = int(max(min(musters, default=-FIRST_MUSTER), self.scenario.begun.now))
        name = self._next_squad(team)
        self.units[name] = Unit(name, "squad", (), (), (Stop("muster", here.assembly, start, start + brief),))
        self.teams[team] = replace(here, units=(*here.units, name))

    def _next_squad(self, team: str) -> str:
        """A call sign that goes on from the team's: T01-8 after T01-7."""
        parent = self.scenario.parent
        known = {*self.units, *(parent.plan.units_by_id if parent is not None else ())}
        ends = (name.removeprefix(f"{team}-") for name in known if name.startswith(f"{team}-"))
        last = max((int(end) for end in ends if end.isascii() and end.isdecimal() and len(end) < 10), default=0)
        return f"{team}-{last + 1}"

    def _remove(self, move: RemoveMove) -> None:
        if move.squad is not None:
            self._known("squad", move.squad, self._squads())
            self._may_change("squad", move.squad)
            for raid in self._raids(self.units[move.squad]):
                self._leave_out(raid.place)
            self._leave_teams(move.squad)
            del self.units[move.squad]
            self.touched.pop(move.squad, None)
        if move.team is not None:
            self._known("team", move.team, self.teams)
            if self.teams[move.team].units:
                _refuse("team", "team-has-squads", team=move.team)
            del self.teams[move.team]

    def _raid(self, unit: Unit, raids: list[Stop]) -> None:
        """The squad raids these in this order, and drives the detainees of the last whom no escort fetches."""
        others = tuple(s for s in unit.stops if s.task not in ("raid", "deliver"))
        self._touch(unit.id, "sites", stops=(*others, *raids, *self._delivery(unit, raids)))

    def _delivery(self, unit: Unit, raids: list[Stop]) -> tuple[Stop, ...]:
        old = next((s for s in unit.stops if s.task == "deliver"), None)
        if old is not None and self.is_past(old):
            return (old,)
        fetched = {s for u in self.units.values() for stop in u.stops if stop.task == "pickup" for s in stop.suspects}
        held = [s.id for s in self.suspects.get(raids[-1].place, ()) if s.id not in fetched] if raids else []
        if not held:
            return ()
        bare = replace(unit, stops=tuple(s for s in unit.stops if s.task != "deliver"))
        self.units[unit.id] = bare
        near = custody_places(self, raids[-1].place, len(held)) or custody_places(self, raids[-1].place, FULL)
        place = old.place if old is not None and old.place in near else next(iter(near), None)
        return (Stop("deliver", place, 0, 0, tuple(held)),) if place is not None else ()

    def _raids(self, unit: Unit) -> list[Stop]:
        return [s for s in unit.stops if s.task == "raid"]

    def _squads(self) -> dict[str, Unit]:
        return {u.id: u for u in self.units.values() if u.kind == "squad"}

    def _touch(self, unit: str, what: Touched = "people", **changes: object) -> None:
        """The unit is changed so; guards stay where their squad still has them and its last door."""
        changed = replace(self.units[unit], **changes)  # type: ignore[arg-type]
        self.units[unit] = replace(changed, guards=self.guards_of(changed) if changed.stops else NO_GUARDS)
        self._touch_all([unit], what)

    def _touch_all(self, units: Iterable[str], what: Touched = "people") -> None:
        for unit in units:
            if self.touched.get(unit) != "sites":
                self.touched[unit] = what

    def _known(self, field: str, name: str, known: Iterable[str]) -> None:
        ids = Ids(known)
        if name not in ids:
            _refuse(field, UNKNOWN[field], name=quote(name), **ids.hint(name))

    def _may_gain(self, unit: str) -> None:
        self._known("unit", unit, self.units)
        self._may_change("unit", unit)

    def _may_change(self, field: str, unit: str) -> None:
        if self.has_begun(unit):
            _refuse(field, "squad-has-begun", squad=unit)


def _raids(unit: Unit, site: str) -> bool:
    return any(s.task == "raid" and s.place == site for s in unit.stops)


def _refuse(field: str, code: str, **values: str | int) -> Never:
    raise Unreadable([Fault(f"move.{field}", code, values)])
