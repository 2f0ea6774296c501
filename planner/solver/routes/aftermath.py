"""The stage: of one city after the other, exams and custody places of the squads' own deliveries together, by CP-SAT.

What CP-SAT proposes the score judges: rooms and interviewers are no part of the question, because a queue for rooms in
it made it sixty times slower and found less.
"""

from collections import Counter

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.interviews import settle_interviews
from planner.solver.params import BUDGET
from planner.solver.progress import Bound, Clock
from planner.solver.routers import evaluate_routes
from planner.solver.routers.proposals import proposals
from planner.solver.routes.building import build_exam_model
from planner.solver.routes.stage import with_routes


def aftermath(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with cities done anew, those with most doors first, until a round of all finds nothing."""
    if clock.seconds_left() < BUDGET.aftermath_least:
        return plan, Bound()
    sites = scenario.operation.sites_by_id
    is_better = True
    while is_better:
        is_better = False
        doors = Counter(sites[site].city for site in plan.raids_by_site)
        for city in clock.through(sorted(doors, key=lambda name: (-doors[name], name))):
            if clock.is_over():
                return plan, Bound()
            found = _city_anew(scenario, plan, city, clock)
            is_better |= found is not plan
            plan = found
    return plan, Bound()


def _city_anew(scenario: Scenario, plan: Plan, city: str, clock: Clock) -> Plan:
    """The best of the plan and of what is proposed for the city that breaks no rule."""
    question = build_exam_model(scenario, plan, city)
    if not question.visits:
        return plan
    routing = question.routing()
    numbers = {visit: len(question.raided[site].suspects) for site, visit in question.delivery.items()}
    for routes, places in proposals(routing, question.routes(), numbers, clock):
        found = settle_interviews(scenario, with_routes(question, evaluate_routes(routing, routes, places)))
        plan = accept_better(scenario, plan, found, clock)
        if clock.is_over():
            break
    return plan
