"""A plan being mended: units and teams that may be exchanged one by one, and who and what is free."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from planner.needs import chargeable_by_site
from planner.operation import Officer, OfficerNotAtSite, SiteSkipped, Suspect, Vehicle
from planner.plan import NO_GUARDS, Guards, Plan, Stop, Team, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.score import Order, differ, orders
from planner.solver.classes import bound_teams, reserved_officers
from planner.solver.missed import empty_plan
from planner.solver.squads_found import all_names


class Draft:
    """Teams and units by id. Nothing is asked of it until it is a plan again."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario = scenario
        self.teams: dict[str, Team] = dict(plan.teams_by_id)
        self.units: dict[str, Unit] = dict(plan.units_by_id)
        self.interviews = plan.interviews
        self.escorted: set[str] = set()
        """Sites whose escort was given up once: there is no second try."""
        self.unexamined: set[str] = set()
        """Sites whose exam was given up: nobody is sent there again."""

    @cached_property
    def suspects(self) -> dict[str, tuple[Suspect, ...]]:
        """Site id -> its chargeable suspects."""
        return chargeable_by_site(self.scenario.operation)

    @cached_property
    def bound(self) -> dict[str, frozenset[str]]:
        """Officer id -> the teams that the officer is bound to."""
        return bound_teams(self.scenario.operation)

    @cached_property
    def barred_pairs(self) -> frozenset[tuple[str, str]]:
        """Officer and site that a pin keeps apart."""
        pins = self.scenario.operation.pins
        return frozenset((p.officer, p.not_site) for p in pins if isinstance(p, OfficerNotAtSite))

    @cached_property
    def reserved_officers(self) -> frozenset[str]:
        """Officers whom a pin holds in reserve."""
        return reserved_officers(self.scenario.operation)

    @cached_property
    def skipped_sites(self) -> frozenset[str]:
        """Sites that a pin closes."""
        return frozenset(p.site for p in self.scenario.operation.pins if isinstance(p, SiteSkipped))

    @cached_property
    def parent_orders(self) -> dict[str, tuple[Order, ...]]:
        """Officer id -> the orders that the parent gave; nothing without a parent."""
        parent = self.scenario.parent
        return orders(parent.plan) if parent is not None else {}

    @cached_property
    def is_repair(self) -> bool:
        """True when nothing but the parent's own broken rules asks for another plan, before anything has begun."""
        parent, operation = self.scenario.parent, self.scenario.operation
        if parent is None or self.scenario.now is not None or parent.operation != operation:
            return False
        return bool(check(Scenario(operation), parent.plan))

    def is_told_anew(self, unit: Unit) -> bool:
        """True when everybody in the unit has other orders than the parent's, whatever more it is to do."""
        mine: tuple[Order, ...] = tuple((s.task, s.place, s.start) for s in unit.stops)
        return all(differ(self.parent_orders.get(o, ()), mine) for o in unit.officers)

    def plan(self) -> Plan:
        """The plan that this is, with everybody in `missed` who is not arrested, with the interviews that are due."""
        plan = replace(empty_plan(self.scenario), teams=tuple(self.teams.values()), units=tuple(self.units.values()))
        taken = {s.id for site in plan.raids_by_site for s in self.suspects.get(site, ())}
        missed = tuple(m for m in plan.missed if m.suspect not in taken)
        due = plan.deliveries_by_suspect
        talks = tuple(t for t in self.interviews if t.suspect in due and due[t.suspect][1].place == t.place)
        return replace(plan, missed=missed, interviews=talks)

    def raids(self) -> Plan:
        """The units alone, as a plan: for whoever asks only which doors are open when."""
        return Plan(self.scenario.operation.id, units=tuple(self.units.values()))

    def team_of(self, unit: str) -> Team | None:
        """The squad's team."""
        return next((team for team in self.teams.values() if unit in team.units), None)

    def free_officers(self) -> Iterator[Officer]:
        """Officers who have no unit and no team, and are not held in reserve."""
        busy = {o for unit in self.units.values() for o in unit.officers} | {t.commander for t in self.teams.values()}
        busy |= self.reserved_officers
        return (o for o in self.scenario.operation.officers if o.id not in busy)

    def free_vehicles(self) -> list[Vehicle]:
        """Vehicles that no unit has."""
        busy = {v for unit in self.units.values() for v in unit.vehicles}
        return [v for v in self.scenario.operation.vehicles if v.id not in busy]

    def is_past(self, stop: Stop) -> bool:
        """True when the stop started before now."""
        return self.scenario.begun.is_past(stop)

    def not_before_now(self, minute: int) -> int:
        """The minute, or now where that is later: what is added to the plan does not begin in the past (N3)."""
        return minute if self.scenario.now is None else max(minute, self.scenario.now)

    def has_begun(self, unit: str) -> bool:
        """True when the unit has a stop of the parent that started before now."""
        return unit in self.scenario.begun.stops

    def raids_to_come(self, unit: Unit) -> list[Stop]:
        """The unit's raids that have not started."""
        return [s for s in unit.stops if s.task == "raid" and not self.is_past(s)]

    def shut(self, site: str) -> None:
        """The site is not raided: the squad's stop, the exam, the pickups and the deliveries of its suspects go."""
        names = {s.id for s in self.suspects.get(site, ())}
        for unit in list(self.units.values()) if self.may_shut(site) else ():
            stops = (without_site(stop, site, names) for stop in unit.stops)
            self.put(replace(unit, stops=tuple(s for s in stops if s is not None)))

    def may_shut(self, site: str) -> bool:
        """True unless the raid on the site had started before now: what happened is not undone."""
        return not any(
            s.task == "raid" and s.place == site and self.is_past(s) for u in self.units.values() for s in u.stops
        )

    def put(self, unit: Unit) -> None:
        """The unit stands as it is given; one with nothing to do, or nobody to do it, is dissolved."""
        unit = replace(unit, guards=self.guards_of(unit))
        useful = any(s.task != "muster" for s in unit.stops) and unit.officers
        if useful or (self.has_begun(unit.id) and unit.stops and unit.officers):
            self.units[unit.id] = unit
        else:
            self.dissolve(unit.id)

    def guards_of(self, unit: Unit) -> Guards:
        """The unit's guards: those who were left and are still there; of others all, or none where one is lost."""
        guards, old, raid = unit.guards, self.units.get(unit.id), unit.last_raid
        officers, vehicles = set(unit.officers), set(unit.vehicles)
        kept = Guards(
            tuple(o for o in guards.officers if o in officers), tuple(v for v in guards.vehicles if v in vehicles)
        )
        if self.scenario.begun.has_left(unit):
            return kept if kept.officers else NO_GUARDS
        was = raid if old is None else old.last_raid
        is_same = raid is not None and was is not None and raid.place == was.place
        return guards if kept == guards and is_same else NO_GUARDS

    def dissolve(self, unit: str) -> None:
        """The unit is gone, and its team where it was the last one."""
        self.units.pop(unit, None)
        team = self.team_of(unit)
        if team is None:
            return
        left = tuple(u for u in team.units if u != unit)
        if left:
            self.teams[team.id] = replace(team, units=left)
        else:
            del self.teams[team.id]

    def fresh(self, start: str) -> str:
        """A name for a unit that begins so and that no unit has, now or in the parent."""
        parent = self.scenario.parent
        known = set(self.units) | (set(parent.plan.units_by_id) if parent else set())
        return next(name for n in range(1, 10**6) if (name := f"{start}{n:02d}") not in known)

    def fresh_team(self) -> str:
        """A name that no team has: now, in the parent, in a roster or in a pin."""
        parent = self.scenario.parent
        known = set(self.teams) | all_names(self.scenario) | (set(parent.plan.teams_by_id) if parent else set())
        return next(name for n in range(1, 10**6) if (name := f"T{n:02d}") not in known)

    def give_up(self, unit: Unit, subjects: set[str]) -> None:
        """The forensic unit leaves out the exam that is named; an escort is dissolved, and not tried a third time."""
        exams = tuple(s for s in unit.stops if s.task == "exam" and s.place not in subjects)
        if unit.kind == "forensic" and len(exams) < len(unit.stops):
            self.unexamined |= {s.place for s in unit.stops if s.place in subjects}
            self.put(replace(unit, stops=exams))
            return
        self.unexamined |= {stop.place for stop in unit.stops if stop.task == "exam"}
        sites = {stop.place for stop in unit.stops if stop.task == "pickup"}
        self.dissolve(unit.id)
        for site in sites & self.escorted:
            self.shut(site)
        self.escorted |= sites

    def undelivered_suspects(self) -> dict[str, tuple[Suspect, ...]]:
        """Raided site -> its suspects whom nobody brings in."""
        brought = Counter(
            s for u in self.units.values() for stop in u.stops if stop.task == "deliver" for s in stop.suspects
        )
        raided = [s.place for u in self.units.values() for s in u.stops if s.task == "raid"]
        left = {site: tuple(s for s in self.suspects.get(site, ()) if not brought[s.id]) for site in raided}
        return {site: rows for site, rows in left.items() if rows}

    def raid(self, site: str) -> tuple[Unit, Stop]:
        """The squad that raids the site, and the stop."""
        return next((u, s) for u in self.units.values() for s in u.stops if s.task == "raid" and s.place == site)


def without_site(stop: Stop, site: str, names: set[str]) -> Stop | None:
    """The stop without what it had to do with the site."""
    if stop.place == site and stop.task in ("raid", "exam", "pickup"):
        return None
    if stop.task == "deliver" and names.intersection(stop.suspects):
        left = tuple(s for s in stop.suspects if s not in names)
        return replace(stop, suspects=left) if left else None
    return stop
