"""A bound on the cost of a large operation, city by city.

A team works in one city (R7), so that the program which every plan fulfils falls into one part for each city once what
the cities share is let go: each may have the whole force, all custody places, and all that may be exposed or missed.
What is let go has its price instead (A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
Programming Study 2, 1974, doi 10.1007/BFb0120690): each city pays for every officer who serves there, for each
interview by its place and minute, and for each suspect missed; what all officers there are, all rooms, and all that may
be missed, would pay at most is taken off again. So no plan costs less than the sum, whatever the prices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from planner.scenario import Scenario
from planner.score import Score, held_cost
from planner.solver.bounds.force import Part
from planner.solver.bounds.ground import Ground, late_at_most, unavoidable
from planner.solver.bounds.prices import prices, room_prices
from planner.solver.bounds.relaxed import every_plan, miss_at_most
from planner.solver.bounds.ways import Floats
from planner.solver.params import BOUNDS, BUDGET
from planner.solver.progress import Clock, Limit
from planner.solver.spread import ShouldStop

SLACK = 1e-6  # a part of what is added up, which floating point may have added


class Least(NamedTuple):
    """What no plan can better in a city at the prices, and the work that was done."""

    cost: float
    work: float


@dataclass(frozen=True, slots=True)
class CityTask:
    """A city's part of the cost, for plans that miss so much more than they must, and expose at most this.

    By late raids they expose `late` at most.
    """

    scenario: Scenario
    away: dict[str, int]
    back: dict[str, int]
    soonest: list[Floats]
    part: Part
    missed: int
    exposure: int
    late: int
    missed_price: float
    limit: Limit
    floor: float = 0.0
    is_whole: bool = False
    """Whole numbers are asked for too."""


def cost_by_city(scenario: Scenario, found: Score, clock: Clock) -> float:
    """No plan that misses and exposes at most what was found costs less; infinite where there is no such plan.

    Of a city whose program is not solved in time counts what is known at once; 0 or less: that says nothing. Where time
    is left, the cities with few targets are asked again, for whole numbers.
    """
    late = late_at_most(scenario, found)
    ground = Ground(scenario, late)
    reachable = sum(t.priority for t in ground.targets)
    missed = found.missed - unavoidable(ground)
    missed_price = BOUNDS.missed_price * found.cost / max(1, reachable - missed) if missed > 0 else 0.0
    with clock.only(BUDGET.bound_prices):
        price = prices(ground, clock)
        rooms = room_prices(ground, clock)
    taken_off = missed * missed_price + sum(p * len(ground.officers[i].officers) for i, p in price.items())
    taken_off += rooms.together
    floors = {
        city: squads_alone(ground, city, price) + aftermath_alone(ground, city)
        for city in ground.by_city
        if missed == 0
    }
    common = CityTask(
        Scenario(scenario.operation),  # without the ways that are known by now: a small thing to send to a process
        ground.away if ground.custody else {},
        ground.back if ground.custody else {},
        ground.soonest,
        Part("", price, ground.officers, ground.vehicles, rooms.each),
        missed,
        found.exposure,
        late,
        missed_price,
        clock.limit,
    )
    sizes = {city: len(rows) for city, rows in sorted(ground.by_city.items(), key=lambda row: (-len(row[1]), row[0]))}
    few = {city: size for city, size in reversed(sizes.items()) if size <= BOUNDS.most_whole}
    least = {city: floors.get(city, 0.0) for city in sizes}
    for cities, is_whole in ((sizes, False), (few, True)):
        tasks = _tasks(replace(common, is_whole=is_whole), cities, least, clock)
        answers = clock.spread(least_in_city, tasks, lambda: clock.is_stopped)
        for city, answer in zip(cities, answers, strict=True):
            clock.work += answer.work
            least[city] = answer.cost
    paid = sum(least.values())
    return paid - taken_off - SLACK * (paid + taken_off)


def squads_alone(ground: Ground, city: str, prices: Mapping[int, float]) -> float:
    """What the city's squads cost at these prices if all targets are raided and the cheapest officers are fit for all.

    That is known at once, and counts where the city's program is not solved in time. Nothing where squads raid again.
    """
    targets = ground.by_city[city]
    drive = min((ground.direct(a, t.id) for a in ground.assemblies[city] for t in targets), default=0)
    ways = [(i, ground.muster(i, city, max(t.latest for t in targets))) for i in range(len(ground.officers))]
    cheapest = sorted((way + drive + prices.get(i, 0.0), i) for i, way in ways if way is not None)
    need, cost = sum(t.size for t in targets if t.id not in ground.follow_on), 0.0
    for each, i in cheapest:
        come = min(need, len(ground.officers[i].officers))
        need, cost = need - come, cost + come * each
    return cost


def aftermath_alone(ground: Ground, city: str) -> float:
    """What the city's detainees and exams wait at least if all targets are raided, each as if it were the first."""
    d, targets = ground.doctrine, ground.by_city[city]
    waits = float(sum(d.arrest_minutes for t in targets if t.site.exam))
    if ground.custody:
        for target in targets:
            picked_up = min(target.raid_minutes, d.arrest_minutes + d.handover_minutes)
            waits += len(target.suspects) * held_cost(ground.operation, picked_up + ground.away[target.id])
    return waits


def _tasks(
    common: CityTask, cities: Mapping[str, int], floors: Mapping[str, float], clock: Clock
) -> Iterator[CityTask]:
    """The cities (with the number of their targets) as tasks, each limited by that number and what any city takes.

    Seconds that one leaves over the next ones have; of work each has a share fixed before, so that the answers do not
    depend on which task ends first.
    """
    sizes = {city: number + BOUNDS.overhead for city, number in cities.items()}
    left, work = sum(sizes.values()), clock.work_left()
    for city, size in sizes.items():
        share = min(1.0, BOUNDS.patience * clock.spread.processes * size / left)
        limit = replace(
            clock.limit,
            seconds=None if clock.limit.seconds is None else share * clock.seconds_left(),
            work=None if clock.limit.work is None else work * size / sum(sizes.values()),
        )
        left -= size
        yield replace(common, part=replace(common.part, city=city), limit=limit, floor=floors[city])


def least_in_city(task: CityTask, asked: ShouldStop) -> Least:
    """What no plan can better in the city at these prices; where its program is not solved in time, the floor."""
    clock = Clock(task.limit, asked=asked)
    if clock.is_over():
        return Least(task.floor, 0.0)
    ground = Ground(task.scenario, task.late, task.part)
    ground.away, ground.back, ground.soonest = task.away, task.back, task.soonest
    relaxed = every_plan(ground)
    miss_at_most(relaxed, task.missed)
    relaxed.program.require(relaxed.exposure.items(), upper=task.exposure)
    for target in ground.targets:
        relaxed.cost[relaxed.raided[target.id]] -= task.missed_price * target.priority
    least = relaxed.program.best_bound(relaxed.cost, clock, float(task.is_whole))
    all_missed = task.missed_price * sum(t.priority for t in ground.targets)
    if least is None:
        return Least(task.floor, clock.work)
    return Least(max(task.floor, least + all_missed), clock.work)
