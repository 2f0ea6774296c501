"""Doors that are shut, or open late: what opens more of them, one way after the other, because each opens others.

Where officers are few, a squad raids two doors and others fetch whom it arrested at the first: so first plans are made
in which some officers are left for that, and the routing core gives their squads the shut doors. Then regions are
planned anew, squads of whole cities change doors, and trades form squads anew.
"""

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.detainees import bring_in
from planner.solver.first import first_squads
from planner.solver.improve import improve
from planner.solver.params import BUDGET, REOPEN
from planner.solver.progress import Bound, Clock
from planner.solver.routes import route
from planner.solver.squads import whole_force
from planner.solver.strike import strike
from planner.solver.trades import loss_by_city, trade

TURNS = ((trade, BUDGET.reopen_trades), (route, BUDGET.reopen_routes), (improve, BUDGET.reopen_regions))


def open_more(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner; as it was where none is shut or late."""
    for reserve in REOPEN.reserves if loss_by_city(scenario, plan) else ():
        with clock.only(BUDGET.reopen_start):
            plan = accept_better(scenario, plan, _with_reserve(scenario, reserve, clock), clock)
    for n in range(REOPEN.rounds):
        if clock.is_over() or not loss_by_city(scenario, plan):
            break
        with clock.only(1 / (REOPEN.rounds - n)):
            for turn, share in TURNS:
                with clock.only(share):
                    plan, _ = turn(scenario, plan, clock)
    return plan, Bound()


def _with_reserve(scenario: Scenario, reserve: float, clock: Clock) -> Plan:
    """Another first plan, with the squads' shut doors given to those who have raided."""
    plan = first_squads(scenario, whole_force(scenario), clock, reserve)
    with clock.aside():
        for step in (strike, bring_in, route):
            plan, _ = step(scenario, plan, clock)
    return plan
