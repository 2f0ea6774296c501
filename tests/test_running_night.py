"""A night that runs: a target is absent, the other address becomes a door, the clocks of others stay as they were."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Page, expect

from models import plans as store
from models import register
from planner.edits import apply_edits, plannable
from planner.files import dump_operation, dump_plan, parse_operation
from planner.law.gate import pack_of_operation
from planner.law.running import clocks_by_suspect
from planner.operation import Address, Operation
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.map import render_map
from planner.render.sheets import sheets_data
from planner.reports import Report, board_state
from planner.reports.detainees import DetaineeClock, detainee_clocks
from planner.reports.elsewhere import seen_elsewhere
from planner.reports.facts import Facts
from planner.reports.replanning import facts_question
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.solver import Clock, Limit, solve
from tests.house import House, token
from tests.kept_plans import SOLVED, kept
from tests.lives import live
from tests.nights import report
from tests.referee import verdict
from tests.stored_plans import plan_document
from tests.test_rights import opened
from web.plan_tables import team_rows

City = tuple[Scenario, Plan]
OTHER = "S900"


@pytest.fixture(scope="module")
def city() -> tuple[City, str, str]:
    """One city with its plan, where a suspect has another address near by: suspect, and the squad at the first one."""
    scenario, plan = kept(SOLVED, "one-city")
    operation = scenario.operation
    site, (unit, _) = next(
        (site, raid) for site, raid in plan.raids_by_site.items() if len(operation.chargeable_by_site[site]) == 1
    )
    (suspect,) = operation.chargeable_by_site[site]
    row = operation.sites_by_id[site]
    sites = (*operation.sites, replace(row, id=OTHER, lat=row.lat + 0.01))
    return (
        (Scenario(replace(operation, sites=sites, addresses=(Address(suspect.id, OTHER, 0.4),))), plan),
        suspect.id,
        unit.id,
    )


def told(city: City, suspect: str, unit: str) -> list[Report]:
    """All doors entered as planned, all suspects in custody but one, who is told to be absent by telephone at H+10."""
    (scenario, plan), draw = city, Random(3)
    said = []
    for site, (squad, stop) in plan.raids_by_site.items():
        if stop.start <= 10:
            said.append(report(scenario, draw, squad.id, "entered", stop.start, site=site))
            found = (one.id for one in scenario.operation.chargeable_by_site[site] if one.id != suspect)
            said += [
                report(scenario, draw, squad.id, "custody", stop.start + 2, site=site, suspect=name) for name in found
            ]
    absent = report(scenario, draw, unit, "absent", 10, suspect=suspect)
    return [*said, replace(absent, means="phone", site="")]


def clocks(operation: Operation, plan: Plan, reports: list[Report]) -> Mapping[str, DetaineeClock]:
    """The clock of each detainee at H+12."""
    facts = Facts(operation, plan, board_state(Scenario(operation), plan, reports, operation.at(12)).reports)
    found = clocks_by_suspect(operation, pack_of_operation(operation))
    return {one.suspect: one for one in detainee_clocks(facts, found, operation.at(12))}


def replanned(city: City, reports: list[Report], minute: int) -> City:
    """The scenario that the reports ask for, and the plan that is made of it."""
    scenario, plan = city
    now = scenario.operation.h_hour + timedelta(minutes=minute)
    found = facts_question(scenario, dump_operation(scenario.operation), plan, reports, now)
    operation = parse_operation(plannable(apply_edits(dump_operation(scenario.operation), found.edits)))
    new = Scenario(operation, Parent(plan, scenario.operation), found.now)
    return new, solve(new, Clock(Limit(work=100, seed=1)))


def test_an_absent_target_is_looked_for_at_the_other_address(city: tuple[City, str, str]) -> None:
    """The board offers it, the replan sends a squad and keeps every rule; the clocks of others stay as they were."""
    ((scenario, plan), suspect, _), reports = city, told(*city)
    state = board_state(scenario, plan, reports, scenario.operation.at(12))
    (offer,) = seen_elsewhere(scenario.operation, state)
    assert (offer.suspect, offer.other.site) == (suspect, OTHER)
    new, found = replanned((scenario, plan), reports, 12)
    assert (check(new, found), verdict(new, found)[0]) == ((), {})
    assert OTHER in found.raids_by_site
    assert found.raids_by_site[OTHER][1].start > 12
    before, after = clocks(scenario.operation, plan, reports), clocks(new.operation, found, reports)
    assert before and before == after
    assert suspect not in before


def test_every_document_of_such_a_replan_is_made(city: tuple[City, str, str]) -> None:
    """Of a raid that has begun and behind whose door nobody is left to be arrested."""
    new, found = replanned(city[0], told(*city), 12)
    left = {site for site in found.raids_by_site if site not in new.operation.chargeable_by_site}
    assert left
    source = PaperSource(new, found, "zh")
    assert all(sheet.holder for paper in PAPERS.values() for sheet in source.sheets(paper))
    assert len(sheets_data(new, found, "zh")["sheets"]) == len(found.teams) == len(team_rows(new, found))
    assert next(iter(left)) in render_map(new, found)


def test_a_replan_of_the_replan_still_looks_there(city: tuple[City, str, str]) -> None:
    """Nobody has been at the other address yet: that the suspect was absent at the first one says nothing of it."""
    (scenario, plan), suspect, _ = city
    reports = told(*city)
    new, found = replanned((scenario, plan), reports, 12)
    alone = Scenario(new.operation)
    state = board_state(alone, found, reports, new.operation.at(20))
    assert (state.suspects[suspect].status, state.suspects[suspect].site) == ("planned", OTHER)
    assert not seen_elsewhere(new.operation, state)
    again, last = replanned((alone, found), reports, 20)
    assert again.operation.suspects_by_id[suspect].site == OTHER
    assert OTHER in last.raids_by_site
    assert (check(again, last), verdict(again, last)[0]) == ((), {})
    squad = found.raids_by_site[OTHER][0].id
    gone = [*reports, report(alone, Random(9), squad, "absent", 80, site=OTHER, suspect=suspect)]
    assert board_state(alone, found, gone, new.operation.at(85)).suspects[suspect].status == "absent"


@pytest.fixture
def on_board(house: House, monkeypatch: pytest.MonkeyPatch, city: tuple[City, str, str]) -> int:
    """The city with the other address, its plan in force, at ten minutes after H."""
    (scenario, _), _, _ = city
    monkeypatch.setattr("models.exercises.now", lambda session: scenario.operation.at(10))
    rows = dump_operation(scenario.operation)
    boss = house.another("boss")
    with opened(house) as s:
        key = register.create_operation(s, rows, house.person.id)
        plan = store.keep(s, key, plan_document("one-city"), house.person.id)
        live(s, key, plan, house.person.id, boss.id, "requested", "approved", "released")
    return key


def solved(house: House, operation: int) -> int:
    """The scenario that was asked for last, with its plan."""
    with opened(house) as s:
        claim = store.claim(s, "test", 600.0)
    assert claim is not None
    plan = dump_plan(solve(claim.question.scenario(), Clock(Limit(work=100, seed=1))))
    with opened(house) as s:
        assert store.finish(s, claim.scenario, "test", claim.attempt, plan)
        assert claim.scenario in {line.scenario for line in store.lines(s, operation)}
    return claim.scenario


def test_the_board_offers_the_other_address_and_one_click_asks_for_the_replan(
    house: House, on_board: int, city: tuple[City, str, str]
) -> None:
    """The line of the telephone; the offer in words; the suspect is at the other address in the replan."""
    (_, suspect, unit), client, page = city, house.client(), f"/operations/{on_board}/board"
    form = {"csrf_token": token(client), "means": "phone"}
    assert client.post(f"{page}/entry", data=form | {"line": f"{unit} absent {suspect} +10"}).status_code == 303
    text = client.get(f"{page}?lang=en").text
    assert f"{suspect} was not found at" in text and f"Another address is known: {OTHER} (40 %)" in text
    assert f"{OTHER}（40%）" in client.get(f"{page}?lang=zh").text
    assert client.post(f"{page}/replan", data=form).status_code == 302
    with opened(house) as s:
        line = max(store.lines(s, on_board), key=lambda one: one.scenario)
        replan = store.replan_of(s, line.scenario)
    assert replan is not None
    (moved,) = [edit for edit in replan.edits if edit.table == "suspects" and edit.key == suspect]
    assert moved.row is not None and moved.row["site"] == OTHER


@pytest.mark.slow
def test_from_the_telephone_to_the_change_order(
    page: Page, house: House, at_home: str, on_board: int, city: tuple[City, str, str]
) -> None:
    """In a browser: the line, the offer, the click, the plan with the other address, its change orders as PDF."""
    _, suspect, unit = city
    page.goto(f"{at_home}/operations/{on_board}/board?lang=en")
    page.locator("#entry-means").select_option("phone")
    page.locator("#entry-line").fill(f"{unit} absent {suspect} +10")
    page.keyboard.press("Enter")
    offer = page.locator("#live .alert", has_text="Another address is known")
    expect(offer).to_contain_text(OTHER)
    offer.get_by_role("button", name="Replan from reports").click()
    expect(page).to_have_url(re.compile(r"/plans/\d+"))
    scenario = solved(house, on_board)
    expect(page.locator("main")).to_contain_text(OTHER)  # the page shows the plan by itself once it is there
    with opened(house) as s:
        replan = store.replan_of(s, scenario)
    assert replan is not None
    address = f"/operations/{on_board}/compare/orders.pdf?old={replan.parent}&new={scenario}&lang=en"
    printed = page.request.get(f"{at_home}{address}")
    assert printed.ok and printed.body().startswith(b"%PDF")
