"""Tours of forensic pairs from door to door, for programs that choose among them. Scenes are handed over in person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from planner.needs import FORENSIC_CREW
from planner.operation import Officer, Operation, Vehicle
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import NO_EXAM, held_cost
from planner.solver.guards import may_leave
from planner.solver.params import EXAMS
from planner.solver.spare import BasePool, fresh_names, on_duty_until, ready_home


@dataclass(frozen=True, slots=True)
class Scene:
    """A raided site that is to be examined, and what it costs when its squad must wait."""

    site: str
    squad: Unit
    start: int
    end: int
    until: int  # last minute at which the raid may end
    held: int = 0  # detainees who wait with the squad, where it leaves no guards
    drive: int = 0  # minutes of their way to custody

    def waiting(self, operation: Operation, minute: int) -> int:
        """What it costs that the raid ends only then, and not as soon as it may."""
        then, now = (held_cost(operation, end + self.drive - self.start) for end in (max(minute, self.end), self.end))
        return self.held * (then - now)


@dataclass(frozen=True, slots=True)
class Tour:
    """Exams by one pair, in order; cost in minutes. The second officer is of the same home, or of the `other`."""

    home: BasePool
    stops: tuple[Stop, ...] = ()
    cost: int = 0
    other: BasePool | None = None

    @property
    def pair(self) -> tuple[BasePool, BasePool]:
        """Each officer's home."""
        return self.home, self.other or self.home

    def empty(self) -> "Tour":
        """The same pair without exams."""
        return Tour(self.home, other=self.other)


def scenes_of(scenario: Scenario, plan: Plan) -> dict[str, Scene]:
    """Raided site -> its scene, where an exam is wanted and there is none."""
    operation, scenes = scenario.operation, {}
    for site, (unit, raid) in sorted(plan.raids_by_site.items()):
        if not operation.sites_by_id[site].exam or site in plan.exams_by_site:
            continue
        after = unit.stops[unit.stops.index(raid) + 1 :]
        own = [s for s in after if s.task == "deliver"]
        slack = on_duty_until(scenario, plan, unit.id) - unit.stops[-1].end
        if own:
            slack = min(slack, raid.start + operation.doctrine.custody_latest - own[0].end)
        if any(s.task == "raid" for s in after):
            slack = 0
        people = tuple(operation.suspects_by_id[s] for stop in own for s in stop.suspects)
        held = 0 if may_leave(scenario, plan, unit, people) else len(people)
        drive = own[0].start - raid.end if own else 0
        scenes[site] = Scene(site, unit, raid.start, raid.end, raid.end + slack, held, drive)
    return scenes


def pairs_of(scenario: Scenario, crews: Iterable[BasePool], num_scenes: int) -> list[Tour]:
    """Tours without exams, one for each kind of pair: of one home, and where those are few, of two.

    Each officer of two homes brings a vehicle of the base (R3). So those are only looked at where the pairs of one home
    are fewer than half of the scenes, and only for who has no colleague left.
    """
    able, way = list(crews), scenario.travel.minutes
    pairs = [Tour(home) for home in able if len(home.officers) >= FORENSIC_CREW]
    if 2 * sum(len(home.officers) // FORENSIC_CREW for home in able) >= num_scenes:
        return pairs
    lone = [home for home in able if len(home.officers) % FORENSIC_CREW]
    found = set[tuple[BasePool, BasePool]]()
    for home in lone:
        others = sorted((h for h in lone if h.base != home.base), key=lambda h: (way(home.base, h.base), h.base))
        found |= {(min(home, h, key=_name), max(home, h, key=_name)) for h in others[: EXAMS.num_partners]}
    return pairs + [Tour(a, other=b) for a, b in sorted(found, key=lambda two: (_name(two[0]), _name(two[1])))]


def _name(home: BasePool) -> tuple[str, int, int]:
    return home.base, home.available_from, home.available_to


def tours_from(scenario: Scenario, scenes: dict[str, Scene], crew: Tour, able: list[Tour]) -> Iterator[Tour]:
    """R18: tours of the pair over the scenes it is near to, each exam within its hours."""
    travel, left = scenario.travel.minutes, min(EXAMS.most_per_home, EXAMS.most_tours // len(able))

    def way(pair: Tour, site: str) -> tuple[int, str, int]:
        return sum(travel(h.base, site) for h in pair.pair), pair.home.base, pair.home.available_from

    large = (
        crew
        in sorted(able, key=lambda t: (-len(t.home.officers), t.home.base, t.home.available_from))[: EXAMS.num_near]
    )
    near = {
        site: sorted(scenes, key=lambda s: (travel(site, s), s))[: EXAMS.num_near + 1]
        for site in scenes
        if large or crew in sorted(able, key=lambda t: way(t, site))[: EXAMS.num_near]
    }
    stack = [first for site in near if (first := with_exam(scenario, scenes, crew, site)) is not None]
    while stack and left:
        tour, left = stack.pop(), left - 1
        yield tour
        visited = {s.place for s in tour.stops}
        for site in near[tour.stops[-1].place]:
            longer = with_exam(scenario, scenes, tour, site) if site in near and site not in visited else None
            if longer is not None and longer.cost - tour.cost < NO_EXAM:
                stack.append(longer)


def with_exam(scenario: Scenario, scenes: dict[str, Scene], tour: Tour, site: str) -> Tour | None:
    """The tour with one more exam at its end; None when a limit is broken."""
    d, scene = scenario.operation.doctrine, scenes[site]
    ways = [scenario.travel.minutes(tour.stops[-1].place if tour.stops else h.base, site) for h in tour.pair]
    soon = tour.stops[-1].end + ways[0] if tour.stops else max(ready_home(scenario, h, site) for h in tour.pair)
    start = max(soon, scene.start + d.arrest_minutes)
    end = start + d.exam_minutes
    first = tour.stops[0].start if tour.stops else start
    if start > min(scene.start + d.exam_latest, scene.until) or end > min(
        *(h.available_to for h in tour.pair), first + d.duty_max
    ):
        return None
    waiting = scene.waiting(scenario.operation, start)
    cost = tour.cost + sum(ways) + start - scene.start + waiting
    return replace(tour, stops=(*tour.stops, Stop("exam", site, start, end)), cost=cost)


def cheapest(tours: Iterator[Tour]) -> list[Tour]:
    """Of the tours of one kind of pair over the same scenes, the cheapest."""
    best: dict[tuple[tuple[BasePool, BasePool], frozenset[str]], Tour] = {}
    for tour in tours:
        key = tour.pair, frozenset(s.place for s in tour.stops)
        if key not in best or tour.cost < best[key].cost:
            best[key] = tour
    return list(best.values())


def with_tours(
    scenario: Scenario, plan: Plan, scenes: dict[str, Scene], tours: list[Tour], cars: dict[str, list[Vehicle]]
) -> Plan:
    """The plan with a forensic unit for each tour, and the squads holding their scenes until then."""
    people: dict[BasePool, list[Officer]] = {home: list(home.officers) for tour in tours for home in tour.pair}
    units = {unit.id: unit for unit in plan.units}
    names = fresh_names("F", plan)
    for name, tour in zip(names, sorted(tours, key=lambda t: (t.home.base, t.stops[0].place)), strict=False):
        pair = [people[home].pop(0) for home in tour.pair]
        brought = [min(cars[b], key=lambda v: (v.cells, v.seats, v.id)) for b in sorted({h.base for h in tour.pair})]
        for car in brought:
            cars[car.base].remove(car)
        units[name] = Unit(name, "forensic", tuple(o.id for o in pair), tuple(v.id for v in brought), tour.stops)
        for stop in tour.stops:
            squad = units[scenes[stop.place].squad.id]
            units[squad.id] = extend_stay(scenario, squad, stop.place, stop.start)
    return replace(plan, units=tuple(units.values()))


def extend_stay(scenario: Scenario, squad: Unit, site: str, minute: int) -> Unit:
    """The squad with its last raid, at the site, ending no sooner than the minute, and its delivery after that."""
    stops = []
    for stop in squad.stops:
        if stop.task == "raid" and stop.place == site:
            stops.append(replace(stop, end=max(stop.end, minute)))
        elif stop.task == "deliver":
            start = max(stop.start, stops[-1].end + scenario.travel.minutes(site, stop.place))
            stops.append(replace(stop, start=start, end=start + stop.end - stop.start))
        else:
            stops.append(stop)
    return replace(squad, stops=tuple(stops))
