"""Plans near a plan: who is free first, then an exchange, then all anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from planner.needs import chargeable_by_site
from planner.operation import SiteSkipped
from planner.plan import Plan
from planner.reasons.questions import WhyQuestion
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver import Clock, Limit, Progress, solve
from planner.solver.missed import empty_plan
from planner.solver.replan import carry, relabel, reopen_doors, sooner

CHECK_WORK = 120.0
"""Work that one proof may take (about 4 s); a search may take as much."""
WORK_A_SECOND = 30
RELAXED, SEARCHED = 200, 0.25
"""Questions that HiGHS asks in a unit of work: 6,000 a second without whole numbers (3-02-short), few with them."""
CARRIED = 0.3
"""Work of a site when a plan is carried over with what is free (3-02-short: half a second for 52 sites)."""
Enough = Callable[[Plan], bool]


def near(
    scenario: Scenario,
    clock: Clock,
    seed: int = 0,
    work: float = CHECK_WORK,
    is_enough: Enough = lambda _: False,
    *,
    first: str | None = None,
    anew: bool = False,
) -> Plan:
    """A plan near the scenario's parent, the first that is enough; else the best found within the work, which counts.

    First the parent's plan with what is free (all there is without work, and then only as far as it is not enough yet),
    the site `first` before others; then a replan; `anew`: then also a plan without the parent, in which equals have
    changed places so that few have other orders.
    """
    clock.work += CARRIED * len(scenario.operation.sites)
    best = _carried(scenario, clock, first, is_enough if work <= 0 else lambda _: False)
    if is_enough(best) or work <= 0:
        return best
    steps = [scenario, *([replace(scenario, parent=None)] if anew and scenario.now is None else [])]
    for question in steps:
        own = own_clock(clock, work, seed)

        def watch(progress: Progress, own: Clock = own) -> None:
            if is_enough(progress.plan):
                own.stop()

        found = relabel(scenario, solve(question, own, watch))
        clock.work += own.work
        if not check(scenario, found) and score(scenario, found) < score(scenario, best):
            best = found
        if is_enough(best):
            break
    return best


def _carried(scenario: Scenario, clock: Clock, first: str | None, is_enough: Enough) -> Plan:
    """The parent's plan as far as it holds, with more sites for those who are free: nobody is asked to change.

    It ends with the first that is enough.
    """
    held = scenario
    if first is not None and scenario.parent is not None:
        others = chargeable_by_site(scenario.operation).keys() - scenario.parent.plan.raids_by_site.keys() - {first}
        pins = (*scenario.operation.pins, *(SiteSkipped(site) for site in sorted(others)))
        held = replace(scenario, operation=replace(scenario.operation, pins=pins))
    plan, _ = carry(held, empty_plan(held), clock)
    if scenario.now is not None:
        return plan
    plan = reopen_doors(replace(held, parent=None), plan, clock)
    for step in (reopen_doors, sooner):
        if is_enough(plan) and not check(scenario, plan):
            return plan
        wider = step(replace(scenario, parent=None), plan, clock)
        keeps_first = first not in plan.raids_by_site or first in wider.raids_by_site
        if keeps_first and not check(scenario, wider):
            plan = wider
    return plan


@contextmanager
def program_clocks(clock: Clock, work: float) -> Iterator[tuple[Clock, Clock]]:
    """Clocks for a program with whole numbers and without, of so much work each, which counts on the clock."""
    searching, relaxing = own_clock(clock, work, clock.limit.seed), own_clock(clock, work, clock.limit.seed)
    for own, questions in ((searching, SEARCHED), (relaxing, RELAXED)):
        if own.limit.work is not None:
            own.limit = replace(own.limit, work=own.limit.work * questions)
    try:
        yield searching, relaxing
    finally:
        clock.work += searching.work / SEARCHED + relaxing.work / RELAXED


def own_clock(clock: Clock, work: float, seed: int) -> Clock:
    """A clock of this much work, or as many seconds as it takes; it stops when the other is stopped."""
    if clock.limit.work is None:
        limit = Limit(min(clock.seconds_left(), work / WORK_A_SECOND), seed=seed)
    else:
        limit = Limit(work=min(work, clock.work_left()), seed=seed)
    return Clock(limit, clock.spread, lambda: clock.is_stopped)


def does(scenario: Scenario, plan: Plan, question: WhyQuestion) -> bool:
    """Whether the plan does what is wished: it raids all the sites in time, and interviews whom it should."""
    raids = plan.raids_by_site
    suspect = scenario.operation.suspects_by_id.get(question.suspect or "")
    if suspect is not None and not scenario.operation.is_chargeable(suspect):
        return False
    if question.kind == "interviews":
        arrested = {s.id for site in raids for s in chargeable_by_site(scenario.operation).get(site, ())}
        if not arrested <= scenario.interviews(plan).keys():
            return False
    return all(site in raids and raids[site][1].start <= minute for site, minute in question.until.items())
