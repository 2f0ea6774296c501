"""A draft finished: everybody brought in, scenes examined, every stop at its hour, and what breaks a rule given up."""

from collections import defaultdict
from dataclasses import replace
from math import inf

from planner.needs import chargeable_by_site
from planner.plan import NO_GUARDS, Plan, Team
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import exposure, missed, score
from planner.solver.guards import with_guards, without_needless_guards
from planner.solver.interviews import begun_talks, settle_interviews, with_interviews
from planner.solver.replan.custody import deliver_detainees
from planner.solver.replan.draft import Draft
from planner.solver.replan.exams import examine
from planner.solver.replan.timing import set_times

MOST_ROUNDS = 200


def finish_plan(draft: Draft) -> Plan:
    """The draft as a plan with everybody brought in, scenes examined, and every stop at its hour."""
    deliver_detainees(draft)
    examine(draft)
    set_times(draft)
    return _sound(draft)


def finish_better(draft: Draft, than: Plan) -> Plan | None:
    """The same; None as soon as it is clear that it misses, or misses as much and exposes, no less than the plan.

    What is given up on the way only adds to that, so most drafts end before a rule or an interview is looked at.
    """
    goal = _lost(draft.scenario, than)
    deliver_detainees(draft)
    if _lost(draft.scenario, draft.raids()) >= goal:
        return None
    examine(draft)
    set_times(draft)
    if _lost(draft.scenario, draft.raids()) >= goal:
        return None
    plan = _sound(draft, goal)
    return plan if _lost(draft.scenario, plan) < goal else None


def _lost(scenario: Scenario, plan: Plan) -> tuple[float, float]:
    """Priority missed and exposure at least, once doors that would open too late are shut."""
    last, at_site = scenario.operation.doctrine.last_raid, chargeable_by_site(scenario.operation)
    late = [site for site, (_, raid) in plan.raids_by_site.items() if raid.start > last]
    shut = sum(s.priority for site in late for s in at_site.get(site, ()))
    return missed(scenario, plan) + shut, exposure(scenario, plan)


def _sound(draft: Draft, goal: tuple[float, float] = (inf, inf)) -> Plan:
    """The draft as a plan that breaks no rule: what breaks one is given up, until nothing is left to give up.

    It ends sooner where it has come to lose as much as the goal: priority missed, exposure.
    """
    for _ in range(MOST_ROUNDS):
        plan = _guarded(draft)
        broken = check(draft.scenario, plan)
        if not broken:
            plan = _talked(draft)
            broken = check(draft.scenario, plan)
        if _lost(draft.scenario, plan) >= goal or not _some_given_up(draft, plan, broken):
            return plan
        set_times(draft)
    return plan


def _some_given_up(draft: Draft, plan: Plan, broken: tuple[Violation, ...]) -> bool:
    """What breaks a rule in one way is given up; support first, for a squad may only wait for an exam that fails."""
    kinds: dict[tuple[bool, bool, str, str], list[Violation]] = defaultdict(list)
    for violation in broken:
        rule = violation.rule
        kinds[rule != "R18", rule not in ("R14", "R15", "R16"), rule, violation.wrong].append(violation)
    for kind in sorted(kinds):
        given_up = [_given_up(draft, plan, violation) for violation in kinds[kind]]
        if any(given_up):
            return True
    return False


def _guarded(draft: Draft) -> Plan:
    """The draft as a plan without new interviews: they take longest to find, and break no rule that holds without."""
    begun = tuple(begun_talks(draft.scenario).values())
    plan = replace(without_needless_guards(draft.scenario, draft.plan()), interviews=begun)
    return with_guards(draft.scenario, plan) if draft.scenario.parent is None else plan


def _talked(draft: Draft) -> Plan:
    """The draft as a plan, with the parent's interviews where they still hold and new ones are no better."""
    plan = without_needless_guards(draft.scenario, draft.plan())
    talks = {t.suspect for t in plan.interviews}
    anew = (settle_interviews if draft.scenario.parent is None else with_interviews)(draft.scenario, plan)
    keeps = not any(v.rule == "R19" for v in check(draft.scenario, plan)) and talks >= {
        t.suspect for t in anew.interviews
    }
    return plan if keeps and score(draft.scenario, plan) <= score(draft.scenario, anew) else anew


def _worst(draft: Draft, team: Team, violation: Violation) -> str:
    """The squad of the team that asks most of its commander: who musters first, or ends last."""
    squads = [unit for unit in map(draft.units.get, team.units) if unit is not None]
    if violation.wrong == "commander late":
        return min(squads, key=lambda u: (u.stops[0].start, u.id)).id
    return max(squads, key=lambda u: (u.stops[-1].end, u.id)).id


def _given_up(draft: Draft, plan: Plan, violation: Violation) -> bool:
    """Something that the violation concerns is given up, support before doors; true when there was anything."""
    subjects = set(violation.subjects) | _more(draft, plan, violation)
    before = dict(draft.units)
    named = [u for u in draft.units.values() if not subjects.isdisjoint({u.id, *u.officers, *u.vehicles})]
    for unit in named:
        if unit.kind != "squad" and not draft.has_begun(unit.id):
            draft.give_up(unit, subjects)
    if draft.units == before:
        for unit in named:  # who is asked too much as a guard goes on with the others, and all wait
            if unit.guards.officers and not draft.scenario.begun.has_left(unit):
                draft.units[unit.id] = replace(unit, guards=NO_GUARDS)
    if draft.units == before:
        sites = subjects | {raid.place for unit in named for raid in draft.raids_to_come(unit)}
        for unit in list(draft.units.values()):
            for raid in draft.raids_to_come(unit):
                if raid.place in sites:
                    draft.shut(raid.place)
    deliver_detainees(draft)
    return draft.units != before


def _more(draft: Draft, plan: Plan, violation: Violation) -> set[str]:
    """What else it concerns: suspects' sites, the squad that asks most of a team, who came last to a place."""
    suspects, places = draft.scenario.operation.suspects_by_id, draft.scenario.operation.places_by_id
    more = {suspects[s].site for s in violation.subjects if s in suspects}
    more |= {_worst(draft, team, violation) for team in plan.teams if team.id in violation.subjects}
    for place in (p for p in violation.subjects if p in places and violation.rule == "R17"):
        brought = [
            (stop.start, s) for u in plan.units for stop in u.stops if stop.place == place for s in stop.suspects
        ]
        more |= {suspects[s].site for _, s in sorted(brought)[-1:]}
    return more
