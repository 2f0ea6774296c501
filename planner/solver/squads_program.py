"""The squads as an integer program: which doors, which officers and vehicles, which team and assembly.

Each requirement is named after its rule. Every squad drives its own detainees: that needs nobody else, so
whatever is found is a plan; escorts come later.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from planner.needs import FRONT_SEATS, meets
from planner.operation import OfficerAtSite
from planner.solver.classes import OfficerClass
from planner.solver.doors import Door, drive_to_custody, ties, to_first_raid
from planner.solver.params import SQUADS
from planner.solver.squads_support import links, r17_cells, r18_keep_forensics, r20_ties, tied_team
from planner.solver.squads_variables import Apart, Slot, SquadsVariables


@dataclass(slots=True)
class SquadsProgram(SquadsVariables):
    """The requirements, each named after its rule, on the variables."""

    def __post_init__(self) -> None:
        """The variables and requirements stand."""
        self.levels = {door.id: self._levels(door) for door in self.force.doors}
        self.choose_doors()
        self.r6_teams()
        self.add_custody()
        self.choose_officers()
        self.r8_one_assembly()
        self.r10_needs()
        self.r3_vehicles()
        self.examine()
        r20_ties(self)
        self.officers_once()
        self.vehicles_once()
        links(self)

    # what a program that sees more than the squads sees otherwise

    def add_custody(self) -> None:
        """Every squad drives its own detainees."""
        r17_cells(self)

    def examine(self) -> None:
        """Forensic pairs are kept for the exams."""
        r18_keep_forensics(self)

    def way_home(self, door: Door) -> int:
        """Minutes that each officer of the squad drives with the detainees."""
        return drive_to_custody(self.scenario, door, door.custody[0])

    def least_crew(self, door: Door) -> int:
        """R10 and, to drive its own detainees, R13."""
        return max(door.size, ceil(self.scenario.operation.doctrine.self_escort_ratio * len(door.suspects)))

    def with_detainees(self, door: Door) -> list[int]:
        """One of these is 1 where the squad drives its own detainees."""
        return [self.raided[door.id]]

    def after_another(self, door: Door) -> list[int]:
        """One of these is 1 where a squad raids the site after another."""
        return []

    # doors, hours and teams

    def choose_doors(self) -> None:
        """A raided site has one start and one way through an assembly."""
        for door in self.force.doors:
            self.raided[door.id] = self.program.variable()
            for minute in self.levels[door.id]:
                self.starts[door.id, minute] = self.program.variable()
                late = max(0, minute - self.scenario.operation.doctrine.strike_window)
                self.exposure[self.starts[door.id, minute]] += door.priority * late
            for assembly in door.assemblies:
                self.through[door.id, assembly] = self.program.variable()
            one_start = [(self.starts[door.id, m], 1.0) for m in self.levels[door.id]]
            one_way = [(self.through[door.id, a], 1.0) for a in door.assemblies]
            again = [(v, 1.0) for v in self.after_another(door)]
            for terms in (one_start, one_way):
                self.program.require([*terms, *again, (self.raided[door.id], -1)], 0, 0)

    def _levels(self, door: Door) -> tuple[int, ...]:
        """Starts to choose from: the pinned one, or the strike window and, when late, when officers can be there."""
        on_time = min(self.scenario.operation.doctrine.strike_window, door.latest)
        if door.start is not None:
            return (door.start,)
        if not self.is_late:
            return (on_time,)
        arrivals = {self.arrival(c, a, door) for c in self.force.officers for a in door.assemblies}
        late = sorted(m for m in arrivals if on_time < m <= door.latest)
        step = max(1, ceil(len(late) / SQUADS.num_levels))
        return (on_time, *sorted({*late[step - 1 :: step], *late[-1:]}))

    def r6_teams(self) -> None:
        """A site's squad is in one team that stands at its assembly, within the span of control."""
        span = self.scenario.operation.doctrine.span_of_control
        members: dict[Slot, list[int]] = defaultdict(list)
        for door in self.force.doors:
            for assembly in door.assemblies:
                slots = [(name, assembly) for name in self.team_names(door)]
                for slot in slots:
                    self.member[door.id, slot] = self.program.variable()
                    members[slot].append(self.member[door.id, slot])
                terms = [(self.member[door.id, slot], 1.0) for slot in slots]
                self.program.require([*terms, (self.through[door.id, assembly], -1)], 0, 0)
        for slot, variables in members.items():
            name, _ = slot
            stands = self.stands[slot] = self.program.variable(1 if name else self.force.num_teams)
            self.program.require([*((v, 1.0) for v in variables), (stands, -span)], upper=0)
            self.program.require([*((v, 1.0) for v in variables), (stands, -1)], 0)
        self.program.require([(v, 1.0) for v in self.stands.values()], upper=self.force.num_teams)
        for name in sorted({n for n, _ in self.stands if n}):
            self.program.require([(v, 1.0) for (n, _), v in self.stands.items() if n == name], upper=1)

    def team_names(self, door: Door) -> tuple[str | None, ...]:
        """The teams that may raid the site: the pinned one, or any and every ready one."""
        if door.team is not None:
            names: set[str] = {door.team}
        else:
            names = {name for c in self.force.officers for name in c.teams}
            names |= {d.team for d in self.force.doors if d.team is not None}
        named = sorted(names - self.force.barred)
        if door.team is not None:
            return tuple(named)
        tied = any(door.id in pair for pair in ties(self.scenario.operation))
        return (*named, tied_team(self.scenario, door.id)) if tied else (None, *named)

    # officers

    def choose_officers(self) -> None:
        """Officers serve where they may, can be in time (R4) and stay to the end; commanders likewise (R6)."""
        for i, officers in enumerate(self.force.officers):
            for door in self.force.doors:
                for assembly in door.assemblies:
                    self._choose_squad(i, officers, door, assembly)
            for slot, stands in self.stands.items():
                if officers.can_command and may_join(officers, slot[0]):
                    self._choose_commander(i, officers, slot, stands)
        for slot, stands in self.stands.items():
            mine = [(v, 1.0) for (_, s), v in self.commands.items() if s == slot]
            self.program.require([*mine, (stands, -1)], 0, 0)

    def _choose_squad(self, i: int, officers: OfficerClass, door: Door, assembly: str) -> None:
        soon = self.arrival(officers, assembly, door)
        levels = [
            m for m in self.levels[door.id] if m >= soon and officers.available_to >= self.end(door, m, door.custody[0])
        ]
        barred = len(officers.teams) > 1 or (door.id, False) in officers.pinned
        if not levels or barred:
            return
        travel, number = self.scenario.travel.minutes, len(officers.officers)
        serves = self.program.variable(number)
        self.crews[door.id, assembly].append((i, serves))
        way = travel(officers.base, assembly) + travel(assembly, door.id)
        self.cost[serves] += way + self.way_home(door)
        for custody in door.custody:
            if officers.available_to < self.end(door, levels[-1], custody):
                self.program.require([(serves, 1), (self.delivers[door.id, custody], number)], upper=number)
        if len(levels) < len(self.levels[door.id]):
            self.program.require([(serves, 1), *((self.starts[door.id, m], -number) for m in levels)], upper=0)

    def end(self, door: Door, start: int, custody: str) -> int:
        """When the squad that drives its detainees to the custody place is free."""
        drive = drive_to_custody(self.scenario, door, custody)
        return start + door.raid_minutes + drive + self.scenario.operation.doctrine.intake_minutes

    def _choose_commander(self, i: int, officers: OfficerClass, slot: Slot, stands: int) -> None:
        """R6: the commander is there for the earliest muster and stays until the last squad is free."""
        ready, brief = self.ready(officers, slot[1]), self.scenario.operation.doctrine.brief_minutes
        command = None
        for door in self.force.doors:
            member = self.member.get((door.id, slot))
            if member is None:
                continue
            drive = to_first_raid(self.scenario, slot[1], door.id)
            fit = [
                m
                for m in self.levels[door.id]
                if ready + brief + drive <= m and officers.available_to >= self.end(door, m, door.custody[-1])
            ]
            if len(fit) == len(self.levels[door.id]):
                continue
            command = self._command(i, officers, slot) if command is None else command
            number = min(len(officers.officers), self.force.num_teams)
            terms = [(member, number), (command, 1.0), *((self.starts[door.id, m], -number) for m in fit)]
            self.program.require(terms, upper=number)
        if command is None:
            self._command(i, officers, slot)

    def _command(self, i: int, officers: OfficerClass, slot: Slot) -> int:
        most = 1 if slot[0] else min(len(officers.officers), self.force.num_teams)
        command = self.commands[i, slot] = self.program.variable(most)
        self.cost[command] += self.scenario.travel.minutes(officers.base, slot[1])
        return command

    def officers_once(self) -> None:
        """R1: an officer serves in one unit or commands one team; R20: a pinned officer is in the site's squad."""
        used: dict[int, list[int]] = defaultdict(list)
        pinned: dict[tuple[int, str], list[int]] = defaultdict(list)
        for (site, _), crew in self.crews.items():
            for i, serves in crew:
                used[i].append(serves)
                pinned[i, site].append(serves)
        for (i, _), variable in [*self.commands.items(), *self.keeps.items()]:
            used[i].append(variable)
        for i, officers in enumerate(self.force.officers):
            number = len(officers.officers)
            self.program.require([(v, 1.0) for v in used[i]], upper=number)
            for site in (s for s, must in officers.pinned if must and s in self.raided):
                mine = [(v, 1.0) for v in pinned[i, site]]
                self.program.require([*mine, (self.raided[site], -number)], 0)
        here = {o.id for c in self.force.officers for o in c.officers}
        for pin in self.scenario.operation.pins:
            if isinstance(pin, OfficerAtSite) and pin.site in self.raided and pin.officer not in here:
                self.program.require([(self.raided[pin.site], 1.0)], upper=0)

    def r8_one_assembly(self) -> None:
        """Officers join a squad only through the assembly of its team."""
        for door in self.force.doors:
            for assembly in door.assemblies:
                crew = self.crews[door.id, assembly]
                limit = door.size + 2 * len(door.suspects) + 2
                terms = [(v, 1.0) for _, v in crew]
                self.program.require([*terms, (self.through[door.id, assembly], -limit)], upper=0)
                self._r11_ready_teams(door, assembly, limit)

    def _r11_ready_teams(self, door: Door, assembly: str, limit: int) -> None:
        """R11: officers who are bound to a team serve only in its squads."""
        bound: dict[str, list[int]] = defaultdict(list)
        for i, serves in self.crews[door.id, assembly]:
            for name in self.force.officers[i].teams:
                bound[name].append(serves)
        for name, officers in bound.items():
            member = self.member.get((door.id, (name, assembly)))
            terms = [(v, 1.0) for v in officers] + ([(member, -float(limit))] if member is not None else [])
            self.program.require(terms, upper=0)

    def r10_needs(self) -> None:
        """The squad meets the site's needs; R13: and has the officers to drive its own detainees."""
        for door in self.force.doors:
            for need, number in (door.needs | {"officers": self.least_crew(door)}).items():
                for assembly in door.assemblies if number > 0 else ():
                    crew = [(v, self.force.officers[i]) for i, v in self.crews[door.id, assembly]]
                    fit = [(v, 1.0) for v, row in crew if meets(row, need, door.site.city)]
                    self.program.require([*fit, (self.through[door.id, assembly], -number)], 0)

    # vehicles

    def r3_vehicles(self) -> None:
        """Seats for squad and detainees (R13); each car has a driver of its base, who seats those from far away."""
        for door in self.force.doors:
            crew = [pair for a in door.assemblies for pair in self.crews[door.id, a]]
            drivers: dict[str, list[int]] = defaultdict(list)
            for i, serves in crew:
                drivers[self.force.officers[i].base].append(serves)
            cars = {
                k: self.program.variable(len(c.vehicles))
                for k, c in enumerate(self.force.vehicles)
                if c.base in drivers
            }
            for k, brought in cars.items():
                self.brought[k, door.id] = brought
                self.cost[brought] += SQUADS.cell_kept * (self.force.vehicles[k].cells > 0)
            seats = [(v, float(self.force.vehicles[k].seats)) for k, v in cars.items()]
            aboard = [(v, -1.0) for _, v in crew]
            self.program.require([*seats, *aboard, *self._driven(door, len(door.suspects))], 0)
            self.r16_apart(door, cars, self.with_detainees(door), self.after_another(door))
            for base, people in drivers.items():
                mine = [(v, -1.0) for k, v in cars.items() if self.force.vehicles[k].base == base]
                if mine:
                    self.program.require([*((v, 1.0) for v in people), *mine], 0)
                self._own_way(door, base, cars)

    def _own_way(self, door: Door, base: str, cars: dict[int, int]) -> None:
        """Who comes from farther than `own_way` has a seat in a car of the same base."""
        most, way = self.scenario.operation.doctrine.own_way, self.scenario.travel.minutes
        far = [
            (v, -1.0)
            for assembly in door.assemblies
            if way(base, assembly) > most
            for i, v in self.crews[door.id, assembly]
            if self.force.officers[i].base == base
        ]
        mine = [(k, v) for k, v in cars.items() if self.force.vehicles[k].base == base]
        if far:
            self.program.require([*((v, float(self.force.vehicles[k].seats)) for k, v in mine), *far], 0)

    def r16_apart(self, door: Door, cars: dict[int, int], drives: list[int], unless: Sequence[int] = ()) -> None:
        """Where the squad drives, each group has cars of its own with places for all: their seats but two."""
        places = {k: max(0, self.force.vehicles[k].seats - FRONT_SEATS) for k in cars}
        parts = [cars] if len(door.groups) == 1 else [self._shared(cars) for _ in door.groups]
        if len(parts) > 1:
            self.apart.append(Apart(door.groups, cars, places, tuple(parts), tuple(drives), tuple(unless)))
        for number, part in zip(door.groups, parts, strict=True):
            room = [(v, float(places[k])) for k, v in part.items()]
            asked = [*((v, -float(number)) for v in drives), *((v, float(number)) for v in unless)]
            self.program.require([*room, *asked], 0)
        for k, car in cars.items() if len(parts) > 1 else ():
            self.program.require([(car, 1.0), *((part[k], -1.0) for part in parts)], 0)

    def _shared(self, cars: dict[int, int]) -> dict[int, int]:
        """How many cars of each class one group has."""
        return {k: self.program.variable(self.program.upper[v]) for k, v in cars.items()}

    def _driven(self, door: Door, number: int) -> list[tuple[int, float]]:
        """Terms that come to less than 0 by the number where the site's own squad drives its detainees."""
        drives = [(v, -float(number)) for v in self.with_detainees(door)]
        return [*drives, *((v, float(number)) for v in self.after_another(door))]

    def vehicles_once(self) -> None:
        """R1: a vehicle serves one unit."""
        used: dict[int, list[int]] = defaultdict(list)
        for (k, _), variable in [*self.brought.items(), *self.kept_cars.items()]:
            used[k].append(variable)
        for k, variables in used.items():
            self.program.require([(v, 1.0) for v in variables], upper=len(self.force.vehicles[k].vehicles))


def may_join(officers: OfficerClass, team: str | None) -> bool:
    """R11, R20: True when the officers may serve in the team or command it."""
    return officers.teams <= {team}
