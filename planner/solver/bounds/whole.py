"""What no plan of the whole problem can better: missed, then exposure, then cost, each given the levels before.

Each figure is the proved bound of an integer program that every plan fulfils (Relaxation), or of one such program for
each city. The exposure holds for all plans that miss no more, the cost for all that also expose no more than the score
that is asked about.
"""

import logging
from math import ceil, inf

from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import Score, score
from planner.solver.bounds.cities import cost_by_city
from planner.solver.bounds.ground import Ground, late_at_most, unavoidable
from planner.solver.bounds.relaxed import every_plan, miss_at_most
from planner.solver.classes import officer_classes
from planner.solver.params import BOUNDS, BUDGET
from planner.solver.progress import Bound, Clock

log = logging.getLogger(__name__)
SLACK = 1e-6  # a part of the bound, and an absolute figure, that floating point may have added


def prove(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan as it is, and what no plan can better."""
    return plan, whole_bound(scenario, score(scenario, plan), clock)


def whole_bound(scenario: Scenario, found: Score, clock: Clock) -> Bound:
    """What no plan can better; None for a level where nothing was proved in time.

    Once the operation runs (`now`), rules are not asked again of what has begun: then nothing is proved.
    """
    if scenario.now is not None or clock.is_over():
        return Bound()
    with clock.only(BUDGET.bound_missed):
        missed = least_missed(scenario, clock, found.missed)
    exposure = None if found.exposure else 0
    if found.exposure and _may_begin(scenario, clock):
        with clock.only(BUDGET.bound_exposure):
            exposure = least_exposure(scenario, found.missed, clock)
    return Bound(missed, exposure, least_cost(scenario, found, clock))


def _may_begin(scenario: Scenario, clock: Clock) -> bool:
    """The program of the whole is not too large, and can be written in what is left of the clock."""
    number = visits(scenario)
    return number <= BOUNDS.most_visits and clock.seconds_left() * BUDGET.bound_visits_a_second > number


def visits(scenario: Scenario) -> int:
    """How many visits the program of the whole has: of every class of officers at every site."""
    operation = scenario.operation
    return len(officer_classes(operation, operation.officers)) * len(operation.sites)


def least_missed(scenario: Scenario, clock: Clock, found: int) -> int:
    """No plan misses less priority; `found` is what a plan misses, so that no more is to be proved."""
    ground = Ground(scenario, None)
    shut = unavoidable(ground)
    if found == shut or not _may_begin(scenario, clock):
        return shut
    relaxed = every_plan(ground)
    taken = {relaxed.raided[t.id]: -float(t.priority) for t in ground.targets}
    reachable = sum(t.priority for t in ground.targets)
    bound = relaxed.program.best_bound(taken, clock)
    return shut if bound is None else shut + reachable + max(_whole(bound), -reachable)


def least_exposure(scenario: Scenario, missed: int, clock: Clock) -> int | None:
    """No plan that misses at most this exposes less."""
    relaxed = every_plan(Ground(scenario, None))
    miss_at_most(relaxed, missed - unavoidable(relaxed.ground))
    return _proved(relaxed.program.best_bound(relaxed.exposure, clock))


def least_cost(scenario: Scenario, found: Score, clock: Clock) -> int | None:
    """No plan that misses and exposes at most what was found costs less: by one program, else city by city."""
    at_once, is_one = None, len({t.site.city for t in Ground(scenario, None).targets}) < 2
    if (is_one or visits(scenario) <= BOUNDS.most_at_once) and _may_begin(scenario, clock):
        with clock.only(1.0 if is_one else BUDGET.bound_whole):
            at_once = cost_at_once(scenario, found, clock)
    if is_one or at_once is not None or clock.is_over():
        return _proved(at_once)
    by_city = cost_by_city(scenario, found, clock)
    return _proved(by_city) if by_city > 0 else None


def cost_at_once(scenario: Scenario, found: Score, clock: Clock) -> float | None:
    """The same, by one program; None: not in time."""
    relaxed = every_plan(Ground(scenario, late_at_most(scenario, found)))
    miss_at_most(relaxed, found.missed - unavoidable(relaxed.ground))
    relaxed.program.require(relaxed.exposure.items(), upper=found.exposure)
    return relaxed.program.best_bound(relaxed.cost, clock, BUDGET.bound_whole_numbers)


def _proved(bound: float | None) -> int | None:
    """The bound as a figure of the score; None where nothing was proved."""
    if bound == inf:
        log.error("no plan has the levels of the score in question: a requirement of the bound is too strong")
    return None if bound is None or bound == inf else max(0, _whole(bound))


def _whole(bound: float) -> int:
    """The least whole number that is no lower than the bound, forgiving what floating point may have added."""
    return ceil(bound - SLACK * max(1.0, abs(bound)))
