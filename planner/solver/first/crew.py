"""One squad for one door from what is free: the nearest officers who have what it lacks, and cars for all."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

import numpy as np
import numpy.typing as npt

from planner.needs import FRONT_SEATS, can_share_out
from planner.solver.doors import Door, drive_to_custody, to_first_raid
from planner.solver.first.choice import NOBODY, cheapest_class
from planner.solver.first.pool import UNBOUND, Bools, Floats, ForceTables, Pool
from planner.solver.params import FIRST, SQUADS


@dataclass(slots=True)
class NewSquad:
    """A squad by classes: numbers of officers and vehicles, custody place and cost in minutes of way."""

    officers: Counter[int] = field(default_factory=Counter)
    vehicles: Counter[int] = field(default_factory=Counter)
    custody: str = ""
    cost: float = 0.0


@dataclass(slots=True)
class Opening:
    """A door, and from where, by when and with whom its squad goes."""

    door: Door
    assembly: str
    team: int  # position of a ready team, or UNBOUND
    latest: int


def best_crew(ground: ForceTables, pool: Pool, asked: Opening) -> NewSquad | None:
    """The cheapest squad that the nearest bases give; None where none is found."""
    door, travel = asked.door, ground.scenario.travel.minutes
    custody = next((c for c in door.custody if pool.cells[c] >= len(door.suspects)), None)
    if custody is None:
        return None
    way = ground.way(asked.assembly)
    back = drive_to_custody(ground.scenario, door, custody)
    end = asked.latest + door.raid_minutes + back + ground.scenario.operation.doctrine.intake_minutes
    fit = np.flatnonzero(
        may_serve(ground, asked, way) & (pool.officers > 0) & (ground.available_to >= end) & ground.may_join(door)
    )
    cost = way[ground.base[fit]] + pool.price(ground)[fit]
    found = _cheapest(ground, pool, door, way, fit, cost, FIRST.num_classes)
    if found is None and len(fit) > FIRST.num_classes:
        found = _cheapest(ground, pool, door, way, fit, cost, len(fit))
    if found is not None:
        found.custody = custody
        found.cost += (travel(asked.assembly, door.id) + back) * found.officers.total()
    return found


def _cheapest(
    ground: ForceTables, pool: Pool, door: Door, way: Floats, fit: npt.NDArray[np.intp], cost: Floats, number: int
) -> NewSquad | None:
    """The cheapest squad that the first homes give, from so many classes that cost least."""
    few = np.argsort(cost, kind="stable")[:number]
    near = NearClasses(ground, pool, fit[few], way, cost[few])
    crews = (_Filling(near, door, home).fill() for home in near.homes())
    return min((crew for crew in crews if crew is not None), key=lambda crew: crew.cost, default=None)


def may_serve(ground: ForceTables, asked: Opening, way: Floats) -> Bools:
    """Classes that are not bound elsewhere (R11), and there in time (R4)."""
    d = ground.scenario.operation.doctrine
    ready = ground.available_from + (way + d.rest_minutes * (way > d.long_haul))[ground.base]
    soon = ready + d.brief_minutes + to_first_raid(ground.scenario, asked.assembly, asked.door.id)
    is_bound = (ground.bound == UNBOUND) | ((ground.bound == asked.team) & (asked.team >= 0))
    found: Bools = is_bound & (soon <= asked.latest)
    return found


class NearClasses:
    """Classes that may serve at one door, the cheapest first, with their cost in minutes and what they can do."""

    def __init__(self, ground: ForceTables, pool: Pool, fit: npt.NDArray[np.intp], way: Floats, cost: Floats) -> None:
        self.ground, self.pool, self.fit, self.cost = ground, pool, fit, cost
        self.far = way > ground.scenario.operation.doctrine.own_way
        self.base = ground.base[fit]
        self.can = np.ascontiguousarray(ground.can[:, fit].T)  # a row for each class
        self.free = pool.officers[fit]

    def homes(self) -> list[int]:
        """The nearest bases with somebody fit and a vehicle."""
        found: list[int] = []
        for base in self.base.tolist():
            if base not in found and self.pool.cars_at[base]:
                found.append(base)
            if len(found) == FIRST.num_homes:
                break
        return found


class _Filling:
    """A squad that is being filled, with one base as its home."""

    def __init__(self, near: NearClasses, door: Door, home: int) -> None:
        self.near, self.door, self.ground = near, door, near.ground
        doctrine = self.ground.scenario.operation.doctrine
        self.free, self.home, self.number = near.free.copy(), home, 0
        self.taken: Counter[int] = Counter()  # class of vehicles -> how many are taken from the pool
        self.lacks = self.ground.demand(door)
        self.heads = max(door.size, ceil(doctrine.self_escort_ratio * len(door.suspects)))
        self.most = door.size + 2 * len(door.suspects) + 2
        self.crew, num_bases = NewSquad(), len(self.ground.bases)
        self.people, self.room, self.drivers = (np.zeros(num_bases) for _ in range(3))  # by base: officers, seats, cars
        self.has_car = np.array(near.pool.cars_at) > 0

    def fill(self) -> NewSquad | None:
        """The squad, with cars; None where this home leads to none."""
        for i in self.ground.must_join(self.door):
            for _ in range(len(self.ground.force.officers[i].officers)):
                if not self._join(int(next(iter(np.flatnonzero(self.near.fit == i)), -1))):
                    return None
        while self.heads > 0 or self.lacks.max() > 0:
            if not self._join(self._next()):
                return None
        return self.crew if self._seated() else None

    def _next(self, with_car: bool = False) -> int:
        """The position of the cheapest who is free and can come, those with what is lacking first; -1: nobody."""
        comes = self.has_car if with_car else self._has_seat()  # a base with a car has a seat
        must_meet = self.number > 0 and 0 < self.heads <= self.lacks.sum()
        near, home = self.near, self.home if self.number == 0 else NOBODY
        return cheapest_class(
            near.cost, near.can, self.free, near.base, self.lacks, comes, home, bool(must_meet), FIRST.meets
        )

    def _has_seat(self) -> Bools:
        """Bases from which one more can come: near enough to come alone, or with a seat of the base."""
        return ~self.near.far | (self.room > self.people) | self.has_car

    def _join(self, n: int) -> bool:
        """One officer of the class joins, with a car where the base is far and its cars are full."""
        if n < 0 or self.free[n] <= 0 or self.number >= self.most:
            return False
        base = int(self.near.base[n])
        self.number += 1
        self.people[base] += 1
        if self.near.far[base] and self.room[base] < self.people[base] and not self._bring(base, max(1, self.heads)):
            return False
        self.free[n] -= 1
        self.crew.officers[int(self.near.fit[n])] += 1
        self.crew.cost += float(self.near.cost[n])
        self.lacks = np.maximum(0.0, self.lacks - self.near.can[n])
        self.heads -= 1
        return True

    def _bring(self, base: int, wanted: int) -> bool:
        """The smallest free vehicle of the base with so many seats comes along, else the largest."""
        left, rows = self.near.pool.vehicles, self.ground.force.vehicles
        free = [k for k in self.ground.cars_at.get(base, ()) if left[k] > self.taken[k]]
        if not free:
            return False
        enough = [k for k in free if rows[k].seats >= wanted]
        least = min(enough, key=lambda k: (rows[k].seats, rows[k].cells, k)) if enough else None
        car = max(free, key=lambda k: (rows[k].seats, -rows[k].cells, -k)) if least is None else least
        self.taken[car] += 1
        self.has_car[base] = len(free) > 1 or left[car] > self.taken[car]
        self.crew.vehicles[car] += 1
        self.room[base] += rows[car].seats
        self.drivers[base] += 1
        self.crew.cost += FIRST.with_cars + SQUADS.cell_kept * (rows[car].cells > 0)
        return True

    def _seated(self) -> bool:
        """Vehicles until everybody has a seat and each group of detainees its own (R3, R13, R16)."""
        while (lack := self._seats_lacking()) > 0:
            spare = np.where(self.has_car, self.people - self.drivers, 0.0)
            if spare.max() > 0:
                self._bring(int(np.argmax(spare)), lack)
            elif not self._join(self._next(with_car=True)):
                return False
        return True

    def _seats_lacking(self) -> int:
        rows = self.ground.force.vehicles
        lack = int(self.people.sum() - self.room.sum()) + len(self.door.suspects)
        if lack > 0:
            return lack
        places = [rows[k].seats - FRONT_SEATS for k, n in self.crew.vehicles.items() for _ in range(n)]
        is_room = can_share_out(self.door.groups, [n for n in places if n > 0])
        return 0 if is_room else max(self.door.groups) + FRONT_SEATS
