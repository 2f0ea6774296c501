"""Doors that are shut, or open late: what opens more of them, one way after the other, because each opens others.

Where officers are few, a squad raids two doors and others fetch whom it arrested at the first: so first plans are made
in which some officers are left for that, and the routing core gives their squads the shut doors. Then regions are
planned anew, squads of whole cities change doors, and trades form squads anew.
"""

from dataclasses import dataclass, replace
from functools import partial

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.detainees import choose_custody
from planner.solver.first import first_squads
from planner.solver.improve import improve
from planner.solver.missed import empty_plan
from planner.solver.params import BUDGET, REOPEN
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.routes import route
from planner.solver.spread import ShouldStop
from planner.solver.squads import whole_force
from planner.solver.strike import strike
from planner.solver.trades import loss_by_city, trade

TURNS = ((trade, BUDGET.reopen_trades), (route, BUDGET.reopen_routes), (improve, BUDGET.reopen_regions))


@dataclass(frozen=True, slots=True)
class ReserveTask:
    """A first plan to be made in which a part of the officers, the reserve, is left for escorts and exams."""

    scenario: Scenario
    reserve: float
    limit: Limit


def open_more(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner; as it was where none is shut or late."""
    if clock.is_over():
        return plan, Bound()
    for other in _with_reserves(scenario, clock) if loss_by_city(scenario, plan) else ():
        plan = accept_better(scenario, plan, other, clock)
    for n in range(REOPEN.rounds):
        if clock.is_over() or not loss_by_city(scenario, plan):
            break
        with clock.only(1 / (REOPEN.rounds - n)):
            for turn, share in TURNS:
                with clock.only(share):
                    plan, _ = turn(scenario, plan, clock)
    return plan, Bound()


def _with_reserves(scenario: Scenario, clock: Clock) -> list[Plan]:
    """A plan for each reserve; each has the same limit, whatever they are spread over.

    None where that is less than such a plan takes: one that is cut short betters nothing.
    """
    seconds = None if clock.limit.seconds is None else BUDGET.reopen_start * clock.seconds_left()
    if seconds is not None and seconds < BUDGET.reserve_seconds_a_door * len(scenario.operation.sites):
        clock.ran_out = True
        return []
    work = None if clock.limit.work is None else BUDGET.reopen_start * clock.work_left()
    limit = replace(clock.limit, seconds=seconds, work=work)
    tasks = [ReserveTask(scenario, reserve, limit) for reserve in REOPEN.reserves]
    answers = clock.spread(plan_with_reserve, tasks, lambda: clock.is_stopped)
    clock.work += sum(work for _, work in answers)
    return [plan for plan, _ in answers]


def plan_with_reserve(task: ReserveTask, asked: ShouldStop) -> tuple[Plan, float]:
    """Another first plan, with the squads' shut doors given to those who have raided, and the work that was done.

    No step begins once the task's limit is reached: the plan is then as far as it is.
    """
    scenario, clock = task.scenario, Clock(task.limit, asked=asked)
    plan = empty_plan(scenario)
    for step in (partial(_squads, reserve=task.reserve), strike, choose_custody, route):
        if clock.is_over():
            break
        plan, _ = step(scenario, plan, clock)
    return plan, clock.work


def _squads(scenario: Scenario, plan: Plan, clock: Clock, reserve: float) -> tuple[Plan, Bound]:
    """The first squads, with so many officers left."""
    del plan
    return first_squads(scenario, whole_force(scenario), clock, reserve), Bound()
