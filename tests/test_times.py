"""The stage for the minutes of all stops: orders stay, no rule is broken, and nobody waits for nothing."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.operation import SiteStart
from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import cost_parts, score
from planner.solver import Clock, Limit, solve
from planner.solver.scheduling import times
from planner.solver.scheduling.times import PlanTimes
from tests.effort import slow_after, tries
from tests.kept_plans import NAMES, SOLVED, kept
from tests.operations import PLANNABLE, random_operation
from tests.verdicts import agreed_on

QUEUES = "one-city"


def clock() -> Clock:
    """A limit that repeats."""
    return Clock(Limit(work=300, seed=1))


def orders(plan: Plan) -> list[object]:
    """Who goes where in which order, and who interviews whom in which room, without a minute."""
    units = [
        (u.id, u.officers, u.vehicles, u.guards, [(s.task, s.place, s.suspects) for s in u.stops]) for u in plan.units
    ]
    return [*units, *plan.teams, *((t.suspect, t.place, t.room, t.officers) for t in plan.interviews), *plan.missed]


def all_at_h(plan: Plan) -> bool:
    """Every raid starts at H."""
    return {raid.start for _, raid in plan.raids_by_site.values()} == {0}


def assert_no_worse(scenario: Scenario, plan: Plan) -> Plan:
    """The stage breaks no rule, changes no order, costs no more, and knows the plan's own minutes as possible."""
    found, _ = times(scenario, plan, clock())
    assert agreed_on(scenario, found) == ()
    assert orders(found) == orders(plan)
    assert score(scenario, found) <= score(scenario, plan)
    known = PlanTimes(scenario, plan).solve(clock())
    assert known is not None
    assert agreed_on(scenario, known) == ()
    assert score(scenario, known) <= score(scenario, plan)
    return found


@pytest.mark.parametrize("name", slow_after(6, [*NAMES[SOLVED]]))
def test_kept_plans_stay_lawful(name: str) -> None:
    """Of each plan that the stages made; a second turn finds nothing more."""
    scenario, plan = kept(SOLVED, name)
    found = assert_no_worse(scenario, plan)
    assert times(scenario, found, clock())[0] is found


@given(seed=st.integers(0, 10**6))
@settings(max_examples=tries(20), deadline=None)
def test_random_plans_stay_lawful(seed: int) -> None:
    """Random operations of every awkward kind: pins, warrants that end, guards, closed roads."""
    scenario = Scenario(random_operation(seed, choices=PLANNABLE))
    assert_no_worse(scenario, solve(scenario, Clock(Limit(work=30, seed=1))))


def at_h(plan: Plan) -> Plan:
    """The plan as if its raids were at H, with every other minute as it is: lawful, for they are sooner."""
    units = (
        replace(u, stops=tuple(replace(s, start=0) if s.task == "raid" else s for s in u.stops)) for u in plan.units
    )
    return replace(plan, units=tuple(units))


def test_who_queues_for_a_room_is_arrested_later_within_the_window() -> None:
    """Raids move within the strike window, not beyond it; who travels where does not change."""
    scenario, plan = kept(SOLVED, QUEUES)
    plan = at_h(plan)
    assert agreed_on(scenario, plan) == ()
    found, _ = times(scenario, plan, clock())
    starts = {raid.start for _, raid in found.raids_by_site.values()}
    assert max(starts) == scenario.operation.doctrine.strike_window
    old, new = cost_parts(scenario, plan), cost_parts(scenario, found)
    assert new.unit_travel == old.unit_travel
    assert new.interviews < old.interviews


def test_a_pinned_raid_stays() -> None:
    """A start that command has fixed is not moved."""
    scenario, plan = kept(SOLVED, QUEUES)
    plan = at_h(plan)
    pins = tuple(SiteStart(site, 0) for site in plan.raids_by_site)
    fixed = Scenario(replace(scenario.operation, pins=pins))
    found, _ = times(fixed, plan, clock())
    assert all_at_h(found)
    assert agreed_on(fixed, found) == ()


def test_what_dawdles_is_hurried() -> None:
    """Stops and interviews that wait for nothing come as soon as they may."""
    scenario, plan = kept(SOLVED, QUEUES)
    late = replace(plan, interviews=tuple(replace(t, start=t.start + 60, end=t.end + 60) for t in plan.interviews))
    assert agreed_on(scenario, late) == ()
    found, _ = times(scenario, late, clock())
    assert score(scenario, found) <= score(scenario, plan)
    rooms = sorted((t.place, t.room, t.start, t.end) for t in found.interviews)
    assert all(a[3] <= b[2] for a, b in pairwise(rooms) if a[:2] == b[:2])


def test_without_time_nothing_moves() -> None:
    """Nothing is tried when the clock is over or somebody has asked to stop."""
    scenario, plan = kept(SOLVED, QUEUES)
    assert times(scenario, plan, Clock(Limit(seconds=0.0)))[0] is plan
    assert times(scenario, plan, Clock(Limit(seconds=60.0), asked=lambda: True))[0] is plan
