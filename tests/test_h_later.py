"""H later while squads wait: what has begun keeps its clock time, every other raid moves by the difference."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from models import plans as store
from planner.edits import apply_edits, plannable
from planner.files import dump_operation, parse_operation
from planner.plan import Plan
from planner.reports import Report
from planner.reports.later import PLANNED_DECISIONS, HLater, still_later
from planner.reports.replanning import FactsQuestion, facts_question
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.solver import Clock, Limit, solve
from tests.kept_plans import SOLVED, kept
from tests.nights import report
from tests.phones import PhoneCase
from tests.referee import verdict
from tests.test_commands import base, case, keys, member, post  # noqa: F401 - a fixture
from tests.test_rights import opened

City = tuple[Scenario, Plan]
HALF_AN_HOUR, FIVE_HOURS = HLater(30, (7,)), HLater(300, (7, 8))


@pytest.fixture(scope="module")
def city() -> City:
    """One city with its plan."""
    return kept(SOLVED, "one-city")


def half_entered(city: City) -> list[Report]:
    """Every squad waits at its door, and every other door was entered at its minute."""
    scenario, plan = city
    raids, draw = [(unit.id, stop) for unit, stop in plan.raids_by_site.values()], Random(1)
    told = [report(scenario, draw, unit, "set", -10, site=stop.place) for unit, stop in raids]
    at_once = [(unit, stop) for unit, stop in raids if stop.start <= 5][::2]
    return told + [report(scenario, draw, unit, "entered", stop.start, site=stop.place) for unit, stop in at_once]


def asked(city: City, told: list[Report], minute: int, later: HLater | None) -> FactsQuestion:
    """What is asked of the planner at this minute from H."""
    scenario, plan = city
    now = scenario.operation.h_hour + timedelta(minutes=minute)
    return facts_question(scenario, dump_operation(scenario.operation), plan, told, now, later)


def replanned(city: City, found: FactsQuestion) -> City:
    """The scenario, and the plan that is made of it."""
    scenario, plan = city
    document = apply_edits(dump_operation(scenario.operation), found.edits)
    new = Scenario(parse_operation(plannable(document)), Parent(plan, scenario.operation), found.now)
    return new, solve(new, Clock(Limit(work=100, seed=1)))


@pytest.mark.parametrize(("minute", "later"), [(-20, HALF_AN_HOUR), (6, HALF_AN_HOUR), (6, FIVE_HOURS)])
def test_raids_that_have_not_begun_move_and_no_rule_breaks(city: City, minute: int, later: HLater) -> None:
    """Doors that were entered stay as they are; the others open by so much later, by the checker and the referee."""
    told = half_entered(city) if minute > 0 else []
    new, plan = replanned(city, asked(city, told, minute, later))
    assert (check(new, plan), verdict(new, plan)[0]) == ((), {})
    entered = {one.site for one in told if one.code == "entered"}
    for site, (_, stop) in plan.raids_by_site.items():
        was = city[1].raids_by_site[site][1].start
        assert stop.start == (was if site in entered else was + later.minutes)
    assert entered <= plan.raids_by_site.keys()
    assert len(plan.raids_by_site) == len(city[1].raids_by_site)


def test_a_decision_is_planned_once(city: City) -> None:
    """A replan of the replan moves nothing more; another decision moves by its own minutes alone."""
    new, plan = replanned(city, asked(city, [], -20, HALF_AN_HOUR))
    details = new.operation.details
    assert details[PLANNED_DECISIONS] == [7]
    assert still_later(details, [(7, 30)]) is None
    assert still_later(details, [(7, 30), (9, 15)]) == HLater(15, (9,))
    assert not asked((Scenario(new.operation), plan), [], -18, None).edits


def test_warrants_that_end_before_are_told(city: City) -> None:
    """In both languages, before anything is replanned."""
    scenario, plan = city
    site = next(iter(plan.raids_by_site))
    one, *_ = scenario.operation.chargeable_by_site[site]
    assert one.warrant is not None
    short = replace(one, warrant=replace(one.warrant, expires=scenario.operation.at(20)))
    rows = tuple(short if row.id == one.id else row for row in scenario.operation.suspects)
    other = Scenario(replace(scenario.operation, suspects=rows)), plan
    (fault,) = asked(other, [], -20, HALF_AN_HOUR).told
    assert (fault.code, fault.text("en") == fault.text("zh")) == ("replan-warrant-ends", False)
    assert not asked(other, [], -20, None).told


@pytest.mark.usefixtures("strict")
def test_the_board_offers_the_new_times_once_two_people_decided(case: PhoneCase) -> None:  # noqa: F811
    """Not before the second person; one click asks for the replan, whose pins hold the minutes."""
    planner, boss = case.house.client(), member(case, "chief", "commander")
    board = f"/operations/{case.operation}/board"
    post(planner, base(case), kind="later", reason="fog", minutes="30")
    assert "Plan the new times" not in planner.get(f"{board}?lang=en").text
    assert post(boss, f"{base(case)}/{keys(case)[0]}/confirm").status_code == 303
    for page in (board, base(case)):
        text = planner.get(f"{page}?lang=en").text
        assert "H comes 30 min later" in text and "Plan the new times" in text
    assert post(planner, f"{board}/replan").status_code == 302
    with opened(case.house) as s:
        line = max(store.lines(s, case.operation), key=lambda one: one.scenario)
        replan = store.replan_of(s, line.scenario)
    assert replan is not None and "30" in line.name
    starts = [edit.row["start"] for edit in replan.edits if edit.table == "pins" and edit.row and "start" in edit.row]
    assert starts and all(start >= 30 for start in starts)
