"""The stage: tours of the forensic units alone, by OR-Tools' routing library; everybody else stays.

The core moves escorts and exams together and spends little on one exam. Alone, exams are a routing question with
windows and prices, which the library answers in a second.
"""

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.interviews import settle_interviews
from planner.solver.params import BUDGET, ROUTES
from planner.solver.progress import Bound, Clock
from planner.solver.routers import LIBRARY, Router, best_answer
from planner.solver.routes.building import build_exam_model
from planner.solver.routes.stage import with_routes


def tour(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with the exams on better tours, if that costs less and breaks no rule.

    From the plan's tours, then from none: tours that cost the same may let interviews begin at other times.
    """
    if clock.seconds_left() < BUDGET.tours_least:
        return plan, Bound()
    for anew in (False, True):
        with clock.only(1.0 if anew else BUDGET.tours_kept):
            found = (
                plan if clock.is_over() else plan_tours(scenario, plan, clock, LIBRARY, ROUTES.tour_steps, anew=anew)
            )
        plan = accept_better(scenario, plan, found, clock)
    return plan, Bound()


def plan_tours(
    scenario: Scenario, plan: Plan, clock: Clock, router: Router, steps_each: int, *, anew: bool = False
) -> Plan:
    """The plan with the exams on the router's tours, from those of the plan or from none.

    It may be worse, for no router knows who waits for a room, and may break a rule that the question tells in part.
    """
    question = build_exam_model(scenario, plan)
    if not question.exam or not question.crews:
        return plan
    routes, most = question.without_exams() if anew else question.routes(), float(steps_each * len(question.exam))
    answer = best_answer(router, question.routing(), routes, clock, clock.limit.seed, most)
    return settle_interviews(scenario, with_routes(question, answer))
