"""What no plan of the whole problem can better: missed, then exposure, then cost, each given the levels before.

Each figure is the proved bound of an integer program that every plan fulfils (Relaxation). The exposure holds for all
plans that miss no more, the cost for all that also expose no more than the score that is asked about.
"""

import logging
from math import ceil, inf

from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import Score, score
from planner.solver.bounds.detainees import detainees
from planner.solver.bounds.exams import exams
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.squads import Relaxation, officers_and_vehicles_once, squads
from planner.solver.bounds.vehicles import r3_vehicles
from planner.solver.classes import officer_classes
from planner.solver.progress import Bound, Clock

log = logging.getLogger(__name__)
MOST_VISITS = 200_000  # classes of officers times sites
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
    with clock.only(0.3):
        missed = least_missed(scenario, clock, found.missed)
    if not is_small(scenario):
        return Bound(missed, 0)
    with clock.only(0.4):
        exposure = 0 if found.exposure == 0 else least_exposure(scenario, found.missed, clock)
    return Bound(missed, exposure, least_cost(scenario, found.missed, found.exposure, clock))


def is_small(scenario: Scenario) -> bool:
    """True when the program of every visit of every class of officers can be built and solved in minutes."""
    operation = scenario.operation
    return len(officer_classes(operation, operation.officers)) * len(operation.sites) <= MOST_VISITS


def least_missed(scenario: Scenario, clock: Clock, found: int) -> int:
    """No plan misses less priority; `found` is what a plan misses, so that no more is to be proved."""
    ground = Ground(scenario, None)
    shut = sum(s.priority for s in scenario.operation.suspects) - sum(t.priority for t in ground.targets)
    if found == shut or not is_small(scenario):
        return shut
    relaxed = every_plan(ground)
    taken = {relaxed.raided[t.id]: -float(t.priority) for t in ground.targets}
    reachable = sum(t.priority for t in ground.targets)
    bound = relaxed.program.best_bound(taken, clock)
    return shut if bound is None else shut + reachable + max(_whole(bound), -reachable)


def least_exposure(scenario: Scenario, missed: int, clock: Clock) -> int | None:
    """No plan that misses at most this exposes less."""
    relaxed = every_plan(Ground(scenario, None))
    miss_at_most(relaxed, missed)
    return _proved(relaxed.program.best_bound(relaxed.exposure, clock))


def least_cost(scenario: Scenario, missed: int, exposure: int, clock: Clock) -> int | None:
    """No plan that misses and exposes at most this costs less."""
    relaxed = every_plan(Ground(scenario, exposure))
    miss_at_most(relaxed, missed)
    relaxed.program.require(relaxed.exposure.items(), upper=exposure)
    return _proved(relaxed.program.best_bound(relaxed.cost, clock))


def every_plan(ground: Ground) -> Relaxation:
    """The program that every plan fulfils."""
    relaxed = squads(ground)
    if ground.targets:
        r3_vehicles(relaxed)
        detainees(relaxed)
        exams(relaxed)
    officers_and_vehicles_once(relaxed)
    return relaxed


def miss_at_most(relaxed: Relaxation, missed: int) -> None:
    """At most this much priority is missed."""
    everybody = sum(s.priority for s in relaxed.ground.operation.suspects)
    relaxed.program.require(
        [(relaxed.raided[t.id], float(t.priority)) for t in relaxed.ground.targets], everybody - missed
    )


def _proved(bound: float | None) -> int | None:
    """The bound as a figure of the score; None where nothing was proved."""
    if bound == inf:
        log.error("no plan has the levels of the score in question: a requirement of the bound is too strong")
    return None if bound is None or bound == inf else max(0, _whole(bound))


def _whole(bound: float) -> int:
    """The least whole number that is no lower than the bound, forgiving what floating point may have added."""
    return ceil(bound - SLACK * max(1.0, abs(bound)))
