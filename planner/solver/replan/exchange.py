"""A door staffed by exchange: officers move between squads, others take their places, and the fewest have new orders.

Stops, teams and support units stay as they are; who serves in which squad of the city is one integer program, over
classes of equals (`planner.solver.classes`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from planner.needs import FRONT_SEATS, groups_apart, meets
from planner.operation import Officer, OfficerAtSite, Operation, Vehicle
from planner.plan import Unit
from planner.solver.classes import OfficerClass, VehicleClass, officer_classes, vehicle_classes
from planner.solver.model import IntegerProgram, Solution
from planner.solver.params import REPLAN, SQUADS
from planner.solver.progress import Clock, Limit
from planner.solver.replan.crews import CrewDuty, in_time, squad_lack
from planner.solver.replan.draft import Draft


@dataclass(slots=True)
class Post:
    """A squad to be staffed: `held` are the detainees that it drives, `mine` who keeps the same orders there."""

    unit: Unit
    where: CrewDuty
    held: int
    groups: tuple[int, ...]
    lack: Counter[str]
    mine: frozenset[str]
    serves: dict[int, int] = field(default_factory=dict)
    cars: dict[int, int] = field(default_factory=dict)


def staff(draft: Draft, new: Unit, team: str, mine: Iterable[str], clock: Clock) -> bool:
    """The draft has the new squad, with people and vehicles, and every other squad still has what it needs.

    `new` has its stops and nobody; `mine` are officers whose orders are these already. False, and nothing is changed,
    where the program finds no exchange.
    """
    posts = [_new_post(draft, new, team, frozenset(mine)), *_posts(draft, new)]
    program = _Exchange(draft, posts)
    own = Clock(Limit(work=max(1.0, min(REPLAN.exchange_work, clock.work_left())), seed=clock.limit.seed))
    found = program.program.minimise(program.cost, own)
    clock.work += own.work
    if found is None:
        return False
    for unit in program.units(found):
        draft.units[unit.id] = unit
    return True


def _new_post(draft: Draft, new: Unit, team: str, mine: frozenset[str]) -> Post:
    first, last = new.stops[0], new.stops[-1]
    held = tuple(s for stop in new.stops if stop.task == "deliver" for s in stop.suspects)
    sites = tuple(s.place for s in new.stops if s.task == "raid")
    city = draft.scenario.operation.sites_by_id[sites[0]].city
    where = CrewDuty(first.place, first.start, last.end, city, team, sites)
    return _post(draft, new, where, held, mine)


def _posts(draft: Draft, new: Unit) -> list[Post]:
    """The squads of the city that may exchange: those that have not begun."""
    operation = draft.scenario.operation
    here = operation.points_by_id[new.stops[0].place]
    found = []
    for team in draft.teams.values():
        if operation.places_by_id[team.assembly].city != here.city:
            continue
        for unit in (draft.units[u] for u in team.units if u in draft.units):
            if draft.has_begun(unit.id):
                continue
            held = tuple(s for stop in unit.stops if stop.task == "deliver" for s in stop.suspects)
            sites = tuple(s.place for s in draft.raids_to_come(unit))
            where = CrewDuty(unit.stops[0].place, unit.stops[0].start, unit.stops[-1].end, here.city, team.id, sites)
            found.append(_post(draft, unit, where, held, frozenset(unit.officers)))
    return found[: REPLAN.most_squads]


def _post(draft: Draft, unit: Unit, where: CrewDuty, held: tuple[str, ...], mine: frozenset[str]) -> Post:
    operation = draft.scenario.operation
    groups = tuple(groups_apart(operation, [operation.suspects_by_id[s] for s in held]).values())
    lack = squad_lack(draft, where.sites, len(held))([])
    return Post(unit, where, len(held), groups, lack, mine)


class _Exchange:
    """The program: how many of each class serve in each squad, with which vehicles."""

    def __init__(self, draft: Draft, posts: list[Post]) -> None:
        self.draft, self.posts, self.program = draft, posts, IntegerProgram()
        self.operation: Operation = draft.scenario.operation
        self.cost: dict[int, float] = defaultdict(float)
        busy = {o for post in posts for o in post.unit.officers}
        free = list(draft.free_officers())
        there = [self.operation.officers_by_id[o] for o in sorted(busy)] + [o for o in free if o.id not in busy]
        self.officers = officer_classes(self.operation, there)
        own = {v for post in posts for v in post.unit.vehicles}
        self.vehicles = vehicle_classes(
            [*(self.operation.vehicles_by_id[v] for v in sorted(own)), *draft.free_vehicles()]
        )
        self.told = busy | draft.parent_orders.keys()
        """Who has orders, or has lost those of the parent: told anew already, unless kept."""
        self.busy = Counter(i for i, row in enumerate(self.officers) for o in row.officers if o.id in self.told)
        for post in posts:
            self.choose(post)
        self.once()

    def able(self, post: Post, row: OfficerClass) -> list[Officer]:
        """Officers of the class who may serve in the squad (R4, R11, R20), those who do already first."""
        if row.teams and row.teams != {post.where.team}:
            return []
        if any((site, False) in row.pinned for site in post.where.sites):
            return []
        found = [o for o in row.officers if o.id in post.unit.officers or in_time(self.draft.scenario, o, post.where)]
        return sorted(found, key=lambda o: (o.id not in post.mine, o.id not in self.told, o.id))

    def choose(self, post: Post) -> None:
        """R10, R13: the squad lacks nobody; R3, R16: it has seats, cars and drivers."""
        travel, program = self.draft.scenario.travel.minutes, self.program
        for i, row in enumerate(self.officers):
            able = self.able(post, row)
            if not able:
                continue
            serves = post.serves[i] = program.variable(len(able))
            self.cost[serves] += travel(row.base, post.where.place)
            kept = sum(o.id in post.mine for o in able)
            if kept:
                keeps = program.quantity(kept)
                program.require([(keeps, 1.0), (serves, -1.0)], upper=0)
                self.cost[keeps] -= REPLAN.changed
        for need, number in post.lack.items():
            fit = [(v, 1.0) for i, v in post.serves.items() if meets(self.officers[i], need, post.where.city)]
            program.require(fit, number)
        self.r20_pins(post)
        for k, cars in enumerate(self.vehicles):
            post.cars[k] = program.variable(len(cars.vehicles))
            is_own = any(v.id in post.unit.vehicles for v in cars.vehicles)
            self.cost[post.cars[k]] += (SQUADS.cell_kept if cars.cells else 1) - (2 if is_own else 0)
        seats = [(v, float(self.vehicles[k].seats)) for k, v in post.cars.items()]
        program.require([*seats, *((v, -1.0) for v in post.serves.values())], post.held)
        self.apart(post)
        bases = {row.base for row in self.vehicles} | {row.base for row in self.officers}
        for base in sorted(bases):
            brought = [(v, -1.0) for k, v in post.cars.items() if self.vehicles[k].base == base]
            drivers = [(v, 1.0) for i, v in post.serves.items() if self.officers[i].base == base]
            program.require([*drivers, *brought], 0)
            if travel(base, post.where.place) > self.operation.doctrine.own_way:
                theirs = [
                    (v, float(self.vehicles[k].seats)) for k, v in post.cars.items() if self.vehicles[k].base == base
                ]
                program.require([*theirs, *((v, -1.0) for v, _ in drivers)], 0)

    def apart(self, post: Post) -> None:
        """R16: each group of the detainees whom the squad drives has cars of its own, with places for all."""
        shared = [{k: self.program.variable(self.program.upper[v]) for k, v in post.cars.items()} for _ in post.groups]
        for number, part in zip(post.groups, shared, strict=True):
            places = [(v, float(max(0, self.vehicles[k].seats - FRONT_SEATS))) for k, v in part.items()]
            self.program.require(places, number)
        for k, car in post.cars.items():
            self.program.require([(car, 1.0), *((part[k], -1.0) for part in shared)], 0)

    def r20_pins(self, post: Post) -> None:
        """R20: who is ordered to the site is in its squad."""
        for pin in self.operation.pins:
            if isinstance(pin, OfficerAtSite) and pin.site in post.where.sites:
                mine = [i for i, row in enumerate(self.officers) if any(o.id == pin.officer for o in row.officers)]
                number = len(self.officers[mine[0]].officers) if mine else 1
                self.program.require([(post.serves[i], 1.0) for i in mine if i in post.serves], number)

    def once(self) -> None:
        """R1: everybody serves once; whoever has orders and is not kept is told again, and so is who comes instead."""
        program = self.program
        for i, row in enumerate(self.officers):
            mine = [(post.serves[i], 1.0) for post in self.posts if i in post.serves]
            program.require(mine, upper=len(row.officers))
            told = program.quantity(lower=self.busy[i])
            program.require([(told, 1.0), *((v, -1.0) for v, _ in mine)], 0)
            self.cost[told] += REPLAN.changed
        for k, cars in enumerate(self.vehicles):
            program.require([(post.cars[k], 1.0) for post in self.posts], upper=len(cars.vehicles))

    def units(self, found: Solution) -> Iterator[Unit]:
        """The squads with their people and vehicles by name: who serves there already stays."""
        people = self.crews(found)
        cars = _cars_by_name(found, self.vehicles, self.posts)
        for post, crew, mine in zip(self.posts, people, cars, strict=True):
            yield replace(post.unit, officers=crew, vehicles=mine)

    def crews(self, found: Solution) -> list[tuple[str, ...]]:
        """Each squad's people by name."""
        crews: list[list[str]] = [[] for _ in self.posts]
        for i, row in enumerate(self.officers):
            left = {o.id for o in row.officers}
            for stays in (True, False):
                for post, crew in zip(self.posts, crews, strict=True):
                    here = sum(o.id in crew for o in row.officers)
                    number = (found.count(post.serves[i]) if i in post.serves else 0) - here
                    able = [o.id for o in self.able(post, row) if o.id in left and (o.id in post.mine or not stays)]
                    crew.extend(able[: max(0, number)])
                    left -= set(able[: max(0, number)])
        return [tuple(crew) for crew in crews]


def _cars_by_name(found: Solution, rows: tuple[VehicleClass, ...], posts: list[Post]) -> list[tuple[str, ...]]:
    cars: list[list[str]] = [[] for _ in posts]
    for k, row in enumerate(rows):
        left: dict[str, Vehicle] = {v.id: v for v in row.vehicles}
        for stays in (True, False):
            for post, mine in zip(posts, cars, strict=True):
                number = found.count(post.cars[k]) - sum(v.id in mine for v in row.vehicles)
                able = [v for v in left if v in post.unit.vehicles or not stays]
                for name in able[: max(0, number)]:
                    mine.append(name)
                    del left[name]
    return [tuple(mine) for mine in cars]
