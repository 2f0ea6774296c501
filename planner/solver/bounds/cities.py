"""A bound on the cost of a large operation, city by city.

A team works in one city (R7), so that the program which every plan fulfils falls into one part for each city once what
the cities share is let go: each may have the whole force, all custody places, and all that may be exposed or missed.
What is let go has its price instead (A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
Programming Study 2, 1974, doi 10.1007/BFb0120690): each city pays for every officer who serves there and for each
suspect missed, and what all officers there are, and all that may be missed, would pay at most is taken off again. So
no plan costs less than the sum, whatever the prices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.scenario import Scenario
from planner.score import Score
from planner.solver.bounds.force import Part
from planner.solver.bounds.ground import Ground, unavoidable
from planner.solver.bounds.prices import prices
from planner.solver.bounds.relaxed import every_plan, miss_at_most
from planner.solver.progress import Clock, Limit
from planner.solver.spread import Asked

PRICES_SHARE = 0.3  # of the clock
MISSED_PRICE = 2  # times what a point of priority costs on average
SLACK = 1e-6  # a part of what is added up, which floating point may have added


@dataclass(frozen=True, slots=True)
class Task:
    """A city's part of the cost, for plans that miss so much more than they must and expose at most this."""

    scenario: Scenario
    part: Part
    missed: int
    exposure: int
    missed_price: float
    limit: Limit


def cost_by_city(scenario: Scenario, found: Score, clock: Clock) -> float:
    """No plan that misses and exposes at most what was found costs less; infinite where there is no such plan."""
    ground = Ground(scenario, found.exposure)
    reachable = sum(t.priority for t in ground.targets)
    missed = found.missed - unavoidable(ground)
    missed_price = MISSED_PRICE * found.cost / max(1, reachable - missed) if missed > 0 else 0.0
    with clock.only(PRICES_SHARE):
        price = prices(ground, clock)
    taken_off = missed * missed_price + sum(p * len(ground.officers[i].officers) for i, p in price.items())
    common = Task(Scenario(scenario.operation), Part("", price), missed, found.exposure, missed_price, clock.limit)
    paid = 0.0
    for least, work in clock.spread(least_in_city, _tasks(ground, common, clock), lambda: clock.stopped):
        clock.work += work
        paid += least
    return paid - taken_off - SLACK * (paid + taken_off)


def _tasks(ground: Ground, common: Task, clock: Clock) -> Iterator[Task]:
    """The cities as tasks of their own, each limited by the number of its targets.

    Seconds that one leaves over the next ones have; of work each has a share fixed before, so that the answers do not
    depend on which task ends first.
    """
    sizes = {city: len(targets) for city, targets in ground.by_city.items()}
    left, work = sum(sizes.values()), clock.work_left()
    for city, size in sorted(sizes.items(), key=lambda row: (-row[1], row[0])):
        share = min(1.0, clock.spread.processes * size / left)
        limit = replace(
            clock.limit,
            seconds=None if clock.limit.seconds is None else share * clock.seconds_left(),
            work=None if clock.limit.work is None else work * size / sum(sizes.values()),
        )
        left -= size
        yield replace(common, part=replace(common.part, city=city), limit=limit)


def least_in_city(task: Task, asked: Asked) -> tuple[float, float]:
    """What no plan can better in the city at these prices (0: nothing proved in time), and the work that was done."""
    clock = Clock(task.limit, asked=asked)
    if clock.is_over():
        return 0.0, 0.0
    ground = Ground(task.scenario, task.exposure, task.part)
    relaxed = every_plan(ground)
    miss_at_most(relaxed, task.missed)
    relaxed.program.require(relaxed.exposure.items(), upper=task.exposure)
    for target in ground.targets:
        relaxed.cost[relaxed.raided[target.id]] -= task.missed_price * target.priority
    least = relaxed.program.best_bound(relaxed.cost, clock, 0.9)
    all_missed = task.missed_price * sum(t.priority for t in ground.targets)
    return (0.0 if least is None else max(0.0, least + all_missed)), clock.work
