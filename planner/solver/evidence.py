"""The fourth stage: forensic units, from door to door. The scene is handed over in person."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.operation import Officer, Vehicle
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.solver.interviews import better, with_interviews
from planner.solver.program import IntegerProgram
from planner.solver.progress import Bound, Clock
from planner.solver.spare import Home, free_officers, free_vehicles, fresh_names, homes, on_duty_until, ready_home

NO_EXAM, DETAINEE_WEIGHT, FORENSIC_CREW = 2880, 3, 2
NUM_NEAR = 6  # homes per site, and sites to go on to: the nearest; and as many of the largest homes
NUM_CLOSE = 25  # tours and homes tried for a scene that is left over
MOST_TOURS, MOST_PER_HOME = 300_000, 40_000  # tours looked at in all, and from one home


@dataclass(frozen=True, slots=True)
class Scene:
    """A raided site that is to be examined, and what it costs when its squad must wait."""

    site: str
    squad: Unit
    start: int
    end: int
    wait_cost: int  # per minute that the raid ends later than now
    until: int  # last minute at which the raid may end


@dataclass(frozen=True, slots=True)
class Tour:
    """Exams by one pair of a home, in order; cost in minutes."""

    home: Home
    stops: tuple[Stop, ...]
    cost: int


def examine(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The same raids, examined by the forensic pairs whose travel and delay cost least together."""
    scenes = scenes_of(scenario, plan)
    crews = homes(o for o in free_officers(scenario, plan) if "forensics" in o.skills)
    cars = free_vehicles(scenario, plan, lambda v: v.seats >= FORENSIC_CREW)
    able = [h for h in crews if len(h.officers) >= FORENSIC_CREW and cars.get(h.base)]
    tours = cheapest(tour for home in able for tour in tours_from(scenario, scenes, home, able))
    chosen = with_rest(scenario, scenes, _choose(scenes, tours, able, cars, clock) or [], able, cars)
    return better(scenario, plan, with_interviews(scenario, with_tours(scenario, plan, scenes, chosen, cars))), Bound()


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
        wait = DETAINEE_WEIGHT * sum(len(s.suspects) for s in own)
        scenes[site] = Scene(site, unit, raid.start, raid.end, wait, raid.end + slack)
    return scenes


def tours_from(scenario: Scenario, scenes: dict[str, Scene], home: Home, able: list[Home]) -> Iterator[Tour]:
    """R18: tours of a pair of the home over the scenes it is near to, each exam within its hours."""
    travel, left = scenario.travel.minutes, min(MOST_PER_HOME, MOST_TOURS // len(able))
    large = home in sorted(able, key=lambda h: (-len(h.officers), h.base, h.available_from))[:NUM_NEAR]
    near = {
        site: sorted(scenes, key=lambda s: (travel(site, s), s))[: NUM_NEAR + 1]
        for site in scenes
        if large or home in sorted(able, key=lambda h: (travel(h.base, site), h.base, h.available_from))[:NUM_NEAR]
    }
    stack = [first for site in near if (first := with_exam(scenario, scenes, Tour(home, (), 0), site)) is not None]
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
    d, scene, home = scenario.operation.doctrine, scenes[site], tour.home
    source = tour.stops[-1].place if tour.stops else home.base
    way = scenario.travel.minutes(source, site)
    soon = tour.stops[-1].end + way if tour.stops else ready_home(scenario, home, site)
    start = max(soon, scene.start + d.arrest_minutes)
    end = start + d.exam_minutes
    first = tour.stops[0].start if tour.stops else start
    if start > min(scene.start + d.exam_latest, scene.until) or end > min(home.available_to, first + d.duty_max):
        return None
    waiting = scene.wait_cost * max(0, start - scene.end)
    cost = tour.cost + FORENSIC_CREW * way + start - scene.start + waiting
    return Tour(home, (*tour.stops, Stop("exam", site, start, end)), cost)


def cheapest(tours: Iterator[Tour]) -> list[Tour]:
    """Of the tours of one home over the same scenes, the cheapest."""
    best: dict[tuple[Home, frozenset[str]], Tour] = {}
    for tour in tours:
        key = tour.home, frozenset(s.place for s in tour.stops)
        if key not in best or tour.cost < best[key].cost:
            best[key] = tour
    return list(best.values())


def _choose(
    scenes: dict[str, Scene], tours: list[Tour], able: list[Home], cars: dict[str, list[Vehicle]], clock: Clock
) -> list[Tour] | None:
    """The tours that cost least together, with what each exam left undone costs."""
    program = IntegerProgram()
    takes = [program.variable() for _ in tours]
    cost = {v: float(tour.cost) for v, tour in zip(takes, tours, strict=True)}
    pairs = list(zip(takes, tours, strict=True))
    at: dict[str, list[int]] = {site: [program.variable()] for site in scenes}
    cost |= {undone[0]: float(NO_EXAM) for undone in at.values()}
    for v, tour in pairs:
        for stop in tour.stops:
            at[stop.place].append(v)
    for variables in at.values():
        program.require([(v, 1.0) for v in variables], 1, 1)
    for home in able:
        most = len(home.officers) // FORENSIC_CREW
        program.require([(v, 1.0) for v, tour in pairs if tour.home == home], upper=most)
    for base in {home.base for home in able}:
        program.require([(v, 1.0) for v, tour in pairs if tour.home.base == base], upper=len(cars[base]))
    found = program.minimise(cost, clock, share=0.5)
    return None if found is None else [tour for v, tour in pairs if found.count(v)]


def with_rest(
    scenario: Scenario, scenes: dict[str, Scene], tours: list[Tour], able: list[Home], cars: dict[str, list[Vehicle]]
) -> list[Tour]:
    """The tours with the scenes that none of them has, one by one, each where it costs least.

    A large operation has too many tours to choose from all of them.
    """
    chosen, visited = list(tours), {s.place for tour in tours for s in tour.stops}
    for site in sorted(scenes.keys() - visited, key=lambda s: (scenes[s].start, s)):
        offers = list(_offers(scenario, scenes, chosen, site))
        offers += [(tour.cost, len(chosen), tour) for tour in _new_pairs(scenario, scenes, chosen, able, cars, site)]
        more, i, tour = min(offers, key=lambda offer: offer[:2], default=(NO_EXAM, 0, None))
        if tour is not None and more < NO_EXAM:
            chosen[i : i + 1] = [tour]
    return chosen


def _offers(
    scenario: Scenario, scenes: dict[str, Scene], chosen: list[Tour], site: str
) -> Iterator[tuple[int, int, Tour]]:
    """What the scene costs more in the tours that come nearest to it, and the place of each among the chosen."""
    way = scenario.travel.minutes
    near = sorted((min(way(s.place, site) for s in tour.stops), i) for i, tour in enumerate(chosen))
    for _, i in near[:NUM_CLOSE]:
        sites = [stop.place for stop in chosen[i].stops]
        for at in range(len(sites) + 1):
            tour: Tour | None = Tour(chosen[i].home, (), 0)
            for place in (*sites[:at], site, *sites[at:]):
                tour = with_exam(scenario, scenes, tour, place) if tour is not None else None
            if tour is not None:
                yield tour.cost - chosen[i].cost, i, tour


def _new_pairs(
    scenario: Scenario,
    scenes: dict[str, Scene],
    chosen: list[Tour],
    able: list[Home],
    cars: dict[str, list[Vehicle]],
    site: str,
) -> Iterator[Tour]:
    """Tours to this scene alone by pairs that nobody has yet, from the nearest homes."""
    pairs, driven = Counter(tour.home for tour in chosen), Counter(tour.home.base for tour in chosen)
    free = [h for h in able if FORENSIC_CREW * (pairs[h] + 1) <= len(h.officers) and driven[h.base] < len(cars[h.base])]
    for home in sorted(free, key=lambda h: (scenario.travel.minutes(h.base, site), h.base, h.available_from))[
        :NUM_CLOSE
    ]:
        tour = with_exam(scenario, scenes, Tour(home, (), 0), site)
        if tour is not None:
            yield tour


def with_tours(
    scenario: Scenario, plan: Plan, scenes: dict[str, Scene], tours: list[Tour], cars: dict[str, list[Vehicle]]
) -> Plan:
    """The plan with a forensic unit for each tour, and the squads holding their scenes until then."""
    people: dict[Home, list[Officer]] = {tour.home: list(tour.home.officers) for tour in tours}
    units = {unit.id: unit for unit in plan.units}
    names = fresh_names("F", plan)
    for name, tour in zip(names, sorted(tours, key=lambda t: (t.home.base, t.stops[0].place)), strict=False):
        pair = [people[tour.home].pop(0) for _ in range(FORENSIC_CREW)]
        car = min(cars[tour.home.base], key=lambda v: (v.cells, v.seats, v.id))
        cars[tour.home.base].remove(car)
        units[name] = Unit(name, "forensic", tuple(o.id for o in pair), (car.id,), tour.stops)
        for stop in tour.stops:
            squad = units[scenes[stop.place].squad.id]
            units[squad.id] = held_until(scenario, squad, stop.place, stop.start)
    return replace(plan, units=tuple(units.values()))


def held_until(scenario: Scenario, squad: Unit, site: str, minute: int) -> Unit:
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
