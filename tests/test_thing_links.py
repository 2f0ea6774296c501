"""Every name leads to the page of what it names: on plan pages, in squads, comparisons, histories, findings, grids."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from models import plans, register
from planner.edits import Edit
from planner.files import read_operation, read_plan
from planner.render.sheet_squads import squad_card
from planner.render.sheets import scopes
from planner.render.timeline import timeline
from planner.scenario import Scenario
from tests.conftest import Watched
from tests.house import House, token
from tests.stored_plans import EXAMPLES, document, plan_document, stored
from web import database

CITY = "one-city"


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which the house's person is signed in."""
    return house.client()


def linked(page: str) -> set[str]:
    """The addresses of things that a page leads to."""
    return {unescape(address) for address in re.findall(r'<a class="thing" href="([^"]+)"', page)}


def named(page: str) -> set[tuple[str, str]]:
    """Table and id of each."""
    found = (re.fullmatch(r".*/things/(\w+)\?id=([^&]+).*", address) for address in linked(page))
    return {(one[1], one[2]) for one in found if one}


def test_a_squad_opens_to_all_that_is_in_it(client: FlaskClient, house: House) -> None:
    """Under each unit stand its people with the leader first, cars, detainees and interviews, each with its link."""
    address = stored(house, document(CITY), plan_document(CITY))
    page = client.get(f"{address}?lang=en").text
    question, plan = Scenario(read_operation(EXAMPLES / f"{CITY}.json")), read_plan(EXAMPLES / f"plans/{CITY}.json")
    inside = dict(re.findall(r"<summary>Inside ([^<]+)</summary>(.*?)</details>", page, re.S))
    assert set(inside) == set(plan.units_by_id)
    for unit in plan.units:
        there = named(inside[unit.id])
        assert {("officers", o) for o in unit.officers} | {("vehicles", v) for v in unit.vehicles} <= there
        if unit.kind == "squad":
            taken = {("suspects", row.suspect) for row in timeline(question, plan).custody if row.squad == unit.id}
            assert taken and taken <= there
            talks = {t.suspect for t in plan.interviews if set(t.officers) & set(unit.officers)}
            assert {("suspects", suspect) for suspect in talks} <= there
    for scope in scopes(question, plan, "en"):
        for squad in scope.squads:
            leader = next(one["id"] for one in squad_card(scope, squad)["members"] if "★" in one["lead"])
            assert named(inside[squad.id].partition("Squad leader")[0]) & {("officers", o) for o in squad.officers} == {
                ("officers", leader)
            }


def test_every_name_of_a_plan_is_a_link_that_leads_somewhere(client: FlaskClient, house: House) -> None:
    """The plan's page leads to every officer, vehicle, unit, team, site and suspect in it; the pages are there."""
    address = stored(house, document(CITY), plan_document(CITY))
    plan, page = read_plan(EXAMPLES / f"plans/{CITY}.json"), client.get(address).text
    there = named(page)
    wanted = {("units", unit.id) for unit in plan.units} | {("teams", team.id) for team in plan.teams}
    wanted |= {("officers", o) for unit in plan.units for o in unit.officers}
    wanted |= {("vehicles", v) for unit in plan.units for v in unit.vehicles}
    wanted |= {("suspects", row["id"]) for row in document(CITY)["suspects"]}
    wanted |= {("sites", site) for site in plan.raids_by_site}
    assert wanted <= there
    some = {re.sub(r"id=.*", "", one): one for one in sorted(linked(page))}
    assert len(some) == 8
    assert [client.get(one).status_code for one in some.values()] == [200] * 8


def test_names_elsewhere_are_links_too(client: FlaskClient, house: House) -> None:
    """History, recycle bin, findings, what-if editor and registers lead to the pages of what they name."""
    address = stored(house, document(CITY), plan_document(CITY))
    base, key = address.partition("plans/")[0], int(address.split("/")[2])
    with house.app.extensions[database.KEY].session() as s:
        data = register.document(s, key)
        suspect, car = data["suspects"][0], data["vehicles"][-1]
        register.change(s, key, [Edit("suspects", suspect["id"], suspect | {"warrant": None})], house.person.id)
        register.change(s, key, [Edit("vehicles", car["id"], None)], house.person.id)
    past = client.get(f"{base}history").text
    assert {("suspects", suspect["id"]), ("vehicles", car["id"])} <= named(past)
    assert ("vehicles", car["id"]) in named(past.partition('id="bin"')[2])
    assert ("suspects", suspect["id"]) in named(client.get(base).text)
    form = {"csrf_token": token(client), "parent": address.rstrip("/").rpartition("/")[2]}
    desk = client.post(f"{base}whatif/", data=form).headers["Location"]
    assert ("suspects", suspect["id"]) in named(client.get(f"{desk}?at=suspects:{suspect['id']}").text)
    grid = client.get(f"{base}registers/officers").text
    things = json.loads(unescape(re.findall(r'data-things="([^"]+)"', grid)[0]))
    assert set(things) >= {"id", "agency", "base"}
    assert client.get(things["id"] + data["officers"][0]["id"]).status_code == 200


def test_a_comparison_leads_to_what_differs(client: FlaskClient, house: House) -> None:
    """Officers with other orders, addresses and suspects are links, of what is gone to the old plan."""
    address = stored(house, document(CITY), plan_document(CITY))
    operation, old = int(address.split("/")[2]), int(address.rstrip("/").rpartition("/")[2])
    nobody = plan_document(CITY, teams=[], units=[], interviews=[])
    nobody["missed"] = [{"suspect": row["id"], "reason": "no-squad"} for row in document(CITY)["suspects"]]
    with house.app.extensions[database.KEY].session() as s:
        new = plans.keep(s, operation, nobody, house.person.id, "Nobody")
    page = client.get(f"/operations/{operation}/compare/?old={old}&new={new}").text
    tables = {table for table, _ in named(page)}
    assert tables == {"officers", "sites", "suspects", "teams"}
    assert all(f"plan={old}" in one for one in linked(page) if "/teams?" in one)
    assert all(f"plan={new}" in one for one in linked(page) if "/officers?" in one)


def test_names_are_reached_by_mouse_and_keyboard(page: Page, no_outside: Watched, house: House, at_home: str) -> None:
    """In a register the id is a link and Ctrl+Enter opens what a cell names; a squad opens by Enter."""
    address = stored(house, document(CITY), plan_document(CITY))
    first = document(CITY)["officers"][0]
    page.goto(f"{at_home}{address.partition('plans/')[0]}registers/officers?lang=en")
    page.wait_for_selector("#table[data-ready=yes]")
    page.get_by_role("link", name=first["id"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(first["name"])
    page.go_back()
    page.wait_for_selector("#table[data-ready=yes]")
    page.locator('.tabulator-row .tabulator-cell[tabulator-field="agency"]').first.focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Agency")
    page.goto(f"{at_home}{address}?lang=en")
    unit = plan_document(CITY)["units"][0]
    inside = page.get_by_text(f"Inside {unit['id']}", exact=True)
    inside.focus()
    page.keyboard.press("Enter")
    expect(inside.locator("..").get_by_role("link").first).to_be_visible()
