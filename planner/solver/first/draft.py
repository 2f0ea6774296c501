"""A plan in the making: which door has which squad, in which team, and who and what is still free."""

from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import ceil, inf

import numpy as np

from planner.operation import Officer
from planner.plan import Plan, Team
from planner.solver.doors import Door
from planner.solver.first.crew import NewSquad, Opening, best_crew, may_serve
from planner.solver.first.pool import UNBOUND, Bools, ForceTables, Pool
from planner.solver.params import FIRST
from planner.solver.squads_found import Squad, all_names, build_plan, one_of, squad_names


@dataclass(frozen=True, slots=True)
class TeamPost:
    """A team by what it is: its city and assembly, its commander's class, and a ready team's position, or UNBOUND."""

    city: str
    assembly: str
    commander: int
    name: int


@dataclass(frozen=True, slots=True)
class DoorSquad:
    """The squad of a door: its team's number, and the minute by which it starts."""

    team: int
    crew: NewSquad
    latest: int


@dataclass(slots=True)
class FirstPlan:
    """Squads by door and teams by number; `asked` of the pool counts what the doors without a squad ask for."""

    tables: ForceTables
    groups: dict[str, tuple[str, ...]]  # site -> the sites that one team raids, itself among them
    pool: Pool
    squads: dict[str, DoorSquad] = field(default_factory=dict)
    teams: dict[int, TeamPost] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # city -> doors to come
    num_teams: int = 0  # that were ever formed

    def copy(self) -> "FirstPlan":
        """The same, to go on from without changing this one."""
        return replace(
            self,
            pool=deepcopy(self.pool),
            squads=dict(self.squads),
            teams=dict(self.teams),
            waiting=deepcopy(self.waiting),
        )

    def shut_doors(self) -> list[Door]:
        """The doors without a squad."""
        return [door for site, door in self.tables.doors.items() if site not in self.squads]

    def late_doors(self) -> list[Door]:
        """The doors that open after the strike window though no pin asks for it."""
        window, doors = self.tables.scenario.operation.doctrine.strike_window, self.tables.doors
        return [doors[s] for s, chosen in self.squads.items() if chosen.latest > window and doors[s].start is None]

    def rank(self) -> tuple[int, int, float]:
        """Priority missed, exposure, minutes of way: less is better."""
        return sum(door.priority for door in self.shut_doors()), self._exposure(), self._cost()

    def _exposure(self) -> int:
        d = self.tables.scenario.operation.doctrine
        late = sum(self.tables.doors[s].priority * max(0, c.latest - d.strike_window) for s, c in self.squads.items())
        torn = sum(w for (a, b), w in self.tables.links.items() if (a in self.squads) != (b in self.squads))
        return late + torn * d.last_raid

    def _cost(self) -> float:
        return sum(c.crew.cost for c in self.squads.values()) + sum(map(self._command_cost, self.teams.values()))

    # doors

    def await_doors(self, doors: Iterable[Door]) -> None:
        """These doors are to come: what they need is to be spared."""
        for door in doors:
            self.waiting[door.site.city] += 1
            self.pool.asked += self.tables.demand(door)

    def open(self, door: Door) -> None:
        """The door has its turn: a squad on time if there is one, else a late one, else it stays shut."""
        self.waiting[door.site.city] -= 1
        self.pool.asked -= self.tables.demand(door)
        if self.tables.lacks_pinned(door):
            return
        window = self.tables.scenario.operation.doctrine.strike_window
        soon = min(window, door.latest) if door.start is None else door.start
        if not self._open_by(door, soon) and door.start is None and door.latest > soon:
            self._open_by(door, door.latest)

    def close(self, door: Door) -> None:
        """The door's squad is free again, and its team's commander when that was the last squad."""
        chosen = self.squads.pop(door.id)
        self._give(door, chosen.crew, 1)
        if all(c.team != chosen.team for c in self.squads.values()):
            self.pool.officers[self.teams.pop(chosen.team).commander] += 1
            self.pool.teams += 1

    def _open_by(self, door: Door, latest: int) -> bool:
        found: tuple[float, int | None, TeamPost, NewSquad] | None = None
        for number, place in [*self._standing(door, latest).items(), *((None, p) for p in self._new(door, latest))]:
            is_new = number is None
            self.pool.officers[place.commander] -= is_new
            crew = best_crew(self.tables, self.pool, Opening(door, place.assembly, place.name, latest))
            self.pool.officers[place.commander] += is_new
            price = (FIRST.new_team + self._command_cost(place)) * is_new
            if crew is not None and (found is None or crew.cost + price < found[0]):
                found = crew.cost + price, number, place, crew
        if found is not None:
            _, number, place, crew = found
            self.take(door, self.form(place) if number is None else number, crew, latest)
        return found is not None

    def take(self, door: Door, team: int, crew: NewSquad, latest: int) -> None:
        """The door has this squad, which is no longer free."""
        self.squads[door.id] = DoorSquad(team, crew, latest)
        self._give(door, crew, -1)

    def _give(self, door: Door, crew: NewSquad, sign: int) -> None:
        for i, number in crew.officers.items():
            self.pool.officers[i] += sign * number
        for k, number in crew.vehicles.items():
            self.pool.vehicles[k] += sign * number
            self.pool.cars_at[self.tables.bases.index(self.tables.force.vehicles[k].base)] += sign * number
        self.pool.cells[crew.custody] += sign * len(door.suspects)

    # teams

    def form(self, place: TeamPost) -> int:
        """A new team: its number."""
        self.num_teams += 1
        self.teams[self.num_teams] = place
        self.pool.officers[place.commander] -= 1
        self.pool.teams -= 1
        return self.num_teams

    def _standing(self, door: Door, latest: int) -> dict[int, TeamPost]:
        """Teams that may raid the site, one of those that are alike."""
        room = self._room()
        tied = {self.squads[site].team for site in self.groups[door.id] if site in self.squads}
        found: dict[tuple[str, int], int] = {}
        for number, place in self.teams.items():
            is_fit = place.assembly in door.assemblies and room[number] > 0 and (not tied or number in tied)
            if not is_fit or not self._is_team(door, place.name) or not self._commands(door, place, latest):
                continue
            key = place.assembly, place.name
            if key not in found or room[found[key]] < room[number]:
                found[key] = number
        return {number: self.teams[number] for number in found.values()}

    def _room(self) -> dict[int, int]:
        span = self.tables.scenario.operation.doctrine.span_of_control
        room = dict.fromkeys(self.teams, span)
        for chosen in self.squads.values():
            room[chosen.team] -= 1
        return room

    def superfluous(self) -> list[int]:
        """Teams for whose squads the other teams of the city have room: another may stand in their stead."""
        span, room = self.tables.scenario.operation.doctrine.span_of_control, self._room()
        by_city: dict[str, int] = defaultdict(int)
        for number, place in self.teams.items():
            by_city[place.city] += room[number]
        return [n for n, place in self.teams.items() if span - room[n] <= by_city[place.city] - room[n]]

    def _is_team(self, door: Door, name: int) -> bool:
        return door.team is None or (name != UNBOUND and self.tables.teams[name] == door.team)

    def _new(self, door: Door, latest: int) -> list[TeamPost]:
        """One team for each name and assembly that may be formed, with the nearest commander."""
        if not self._may_form(door):
            return []
        stand = {place.name for place in self.teams.values()}
        names = [
            n for n, team in enumerate(self.tables.teams) if n not in stand and team not in self.tables.force.barred
        ]
        found = []
        for name in [n for n in (*names, UNBOUND) if self._is_team(door, n)]:
            for assembly in door.assemblies:
                fit = self._commanders(door, assembly, name, latest) & (self.pool.officers > 0)
                if fit.any():
                    way = self.tables.way(assembly)[self.tables.base] + self.pool.price(self.tables)
                    boss = int(np.argmin(np.where(fit, way, inf)))
                    found.append(TeamPost(door.site.city, assembly, boss, name))
        return found

    def _may_form(self, door: Door) -> bool:
        """No site that is tied to this has a team, and another one leaves enough for the other cities' doors."""
        if self.pool.teams <= 0 or any(site in self.squads for site in self.groups[door.id]):
            return False
        span, city = self.tables.scenario.operation.doctrine.span_of_control, door.site.city
        room: dict[str, int] = defaultdict(int)
        for number, left in self._room().items():
            room[self.teams[number].city] += left
        others = sum(ceil(max(0, n - room[c]) / span) for c, n in self.waiting.items() if c != city)
        return self.pool.teams > others or self.waiting[city] >= room[city]

    def _commands(self, door: Door, place: TeamPost, latest: int) -> bool:
        return bool(self._commanders(door, place.assembly, place.name, latest)[place.commander])

    def _commanders(self, door: Door, assembly: str, name: int, latest: int) -> Bools:
        """Classes whose officers could command a team there for this door (R6), if they were free."""
        t = self.tables
        end = latest + door.raid_minutes + t.scenario.travel.minutes(door.id, door.custody[-1])
        end += t.scenario.operation.doctrine.intake_minutes
        in_time = may_serve(t, Opening(door, assembly, name, latest), t.way(assembly))
        return in_time & (t.available_to >= end) & t.can_command

    def _command_cost(self, place: TeamPost) -> float:
        base = self.tables.force.officers[place.commander].base
        return float(self.tables.scenario.travel.minutes(base, place.assembly))

    # the plan

    def plan(self) -> Plan:
        """Squads and teams by name."""
        force = self.tables.force
        people = [list(c.officers) for c in force.officers]
        cars = [list(c.vehicles) for c in force.vehicles]
        taken = all_names(self.tables.scenario) | force.barred
        fresh = (name for n in range(1, 10**6) if (name := f"T{n:02d}") not in taken)
        names = {n: next(fresh) if t.name == UNBOUND else self.tables.teams[t.name] for n, t in self.teams.items()}
        bosses = {n: people[team.commander].pop(0) for n, team in self.teams.items()}
        squads = []
        for site, chosen in sorted(self.squads.items()):
            crew: list[Officer] = []
            for i in chosen.crew.officers.elements():
                crew.append(one_of(people[i], crew))
            vehicles = [cars[k].pop(0) for k in chosen.crew.vehicles.elements()]
            slot = names[chosen.team], self.teams[chosen.team].assembly
            squads.append(Squad(self.tables.doors[site], slot, crew, vehicles, chosen.crew.custody, slot[0]))
        number = {n: sum(c.team == n for c in self.squads.values()) for n in self.teams}
        teams = [
            Team(names[n], bosses[n].id, t.assembly, squad_names(names[n], number[n])) for n, t in self.teams.items()
        ]
        return build_plan(self.tables.scenario, squads, teams)
