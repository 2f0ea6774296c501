"""What carrying over and reopening could not save: all planned anew, or regions, and those kept in place who may be.

Only where somebody with a warrant is missed, or a door opens late: otherwise no plan is better by what counts first,
and whoever has orders keeps them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.needs import chargeable_by_site
from planner.operation import Officer
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import Order, differ, orders, score
from planner.solver.classes import officer_classes
from planner.solver.detainees import choose_custody
from planner.solver.improve import improve
from planner.solver.interviews import interview
from planner.solver.missed import empty_plan
from planner.solver.params import BUDGET
from planner.solver.progress import Clock
from planner.solver.routes import route
from planner.solver.squads import choose_squads
from planner.solver.strike import strike


def plan_afresh(scenario: Scenario, plan: Plan, clock: Clock) -> Plan:
    """The plan with regions planned anew, as long as that saves a door or an hour; once it runs, as it is."""
    if scenario.parent is None or scenario.now is not None or not _loses(scenario, plan):
        return plan
    with clock.only(BUDGET.replan_anew), clock.aside():
        plan = _better(scenario, plan, relabel(scenario, _anew(scenario, clock)))
    if not _loses(scenario, plan):
        return plan
    found, _ = improve(scenario, plan, clock)
    return _better(scenario, found, relabel(scenario, found))


def _better(scenario: Scenario, plan: Plan, other: Plan) -> Plan:
    """The other plan where it is better, and breaks no rule."""
    return other if score(scenario, other) < score(scenario, plan) and not check(scenario, other) else plan


def _anew(scenario: Scenario, clock: Clock) -> Plan:
    """A plan of the operation as if there were no parent."""
    alone = Scenario(scenario.operation)
    plan = empty_plan(alone)
    for stage in (choose_squads, strike, choose_custody, route, interview):
        plan, _ = stage(alone, plan, clock)
    return plan


def _loses(scenario: Scenario, plan: Plan) -> bool:
    """A suspect with a warrant is missed, or a door opens late enough to count."""
    shut = chargeable_by_site(scenario.operation).keys() - plan.raids_by_site.keys()
    return bool(shut) or score(scenario, plan).exposure > 0


def relabel(scenario: Scenario, plan: Plan) -> Plan:
    """The same plan where equals have changed places so that more of them do what the parent told them."""
    if scenario.parent is None:
        return plan
    before, after = orders(scenario.parent.plan), orders(plan)
    known = scenario.parent.operation.officers_by_id
    names: dict[str, str] = {}
    for rows in equals(scenario):
        names |= _matched([o.id for o in rows if o.id in known], before, after)

    def named(officers: Iterable[str]) -> tuple[str, ...]:
        return tuple(names.get(o, o) for o in officers)

    return replace(
        plan,
        units=tuple(replace(u, officers=named(u.officers)) for u in plan.units),
        teams=tuple(replace(t, commander=names.get(t.commander, t.commander)) for t in plan.teams),
        interviews=tuple(replace(t, officers=named(t.officers)) for t in plan.interviews),
    )


def equals(scenario: Scenario) -> Iterator[list[Officer]]:
    """Officers who may stand in for each other wherever they serve, interviews included."""
    for row in officer_classes(scenario.operation, scenario.operation.officers):
        groups: dict[tuple[bool, str], list[Officer]] = defaultdict(list)
        for officer in row.officers:
            groups["interview" in officer.skills, officer.agency].append(officer)
        yield from groups.values()


def _matched(
    rows: list[str], before: dict[str, tuple[Order, ...]], after: dict[str, tuple[Order, ...]]
) -> dict[str, str]:
    """Who does now what -> who shall do it: those who did it before, then those who had other orders."""
    posts, left = sorted(rows, key=lambda o: (o not in after, o)), dict.fromkeys(rows)
    names: dict[str, str] = {}
    for post in posts:
        same = (o for o in left if not differ(before.get(o, ()), after.get(post, ())))
        best = min(same, key=lambda o: (o != post, before.get(o) != after.get(post)), default=None)
        if best is not None:
            names[post] = best
            del left[best]
    for post in (p for p in posts if p not in names):
        names[post] = min(left, key=lambda o: ((o in before) != (post in after), o != post))
        del left[names[post]]
    return names
