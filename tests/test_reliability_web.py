"""The page of a plan that tells how likely all squads are in position in time, and the scenario that it opens."""

import re

import pytest
from playwright.sync_api import Page, expect

from models import desks, plans
from planner.files import parse_operation, parse_plan
from planner.operation import Operation
from planner.reliability import TravelSpread, delays, margins_for, moves_of, set_chances
from planner.render.formatting import percent
from planner.scenario import Scenario
from tests.conftest import Watched
from tests.house import House, token
from tests.stored_plans import document, plan_document, stored
from web import database

NAME = "one-city"


@pytest.fixture
def address(house: House) -> str:
    """The address of the page of one-city's plan."""
    return f"{stored(house, document(NAME), plan_document(NAME))}reliability/"


def case() -> tuple[Operation, Scenario]:
    """The operation of the plan, as values."""
    operation = parse_operation(document(NAME))
    return operation, Scenario(operation)


def text_of(html: str) -> str:
    """What people read of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_tells_what_the_engine_finds(house: House, address: str) -> None:
    """All, each team, each squad, the margins and their price, in both languages."""
    _, scenario = case()
    moves, spread = moves_of(scenario, parse_plan(plan_document(NAME))), TravelSpread()
    late_by = delays(moves, spread)
    found, wished = set_chances(moves, late_by), margins_for(0.95, moves, late_by, spread)
    for lang in ("en", "zh"):
        answer = house.client().get(f"{address}?lang={lang}")
        assert answer.status_code == 200
        told = text_of(answer.text)
        assert f"<dd>{percent(found.all)}".replace("<", "&lt;") in answer.text or percent(found.all) in told
        assert all(f"{team} {percent(chance)}" in told for team, chance in found.teams.items())
        assert f"95 % {min(wished.minutes.values())}–{max(wished.minutes.values())}" in told
        assert f"+{wished.price}" in told
        assert all(move.squad in told for move in moves)
    assert "log-normal factor" in text_of(house.client().get(f"{address}?lang=en").text)


def test_the_plan_leads_there(house: House, address: str) -> None:
    """The plan's page says the probability, and has the way to the page."""
    plan = house.client().get(address.removesuffix("reliability/") + "?lang=en").text
    assert re.search(r"All squads in position when their raids start: (&lt;|&gt;)?[ 0-9]+ % \(estimate\)", plan)
    assert f'href="{address}"' in plan


def test_more_spread_tells_less(house: House, address: str) -> None:
    """The figures follow what somebody assumes; what cannot be is refused beside the field, with the usual figures."""

    def told(query: str) -> int:
        (found,) = re.findall(
            r"start</dt><dd>(?:&[lg]t; )?([0-9]+) %", house.client().get(f"{address}?lang=en&{query}").text
        )
        return int(found)

    assert told("p90=1.1&common=1.05") > told("") > told("p90=2&common=1.05")
    for wrong in ("p90=0.5&common=1", "p90=x&common=1.1", "p90=1.2&common=1.3", "p90=9&common=1", "p90=1.35"):
        answer = house.client().get(f"{address}?lang=en&{wrong}")
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text, wrong


def test_one_click_opens_a_scenario_with_the_margins(house: House, address: str) -> None:
    """Each address whose squad needs more has its margin there, as one change that can be undone; it is replanned."""
    operation, scenario = case()
    moves, spread = moves_of(scenario, parse_plan(plan_document(NAME))), TravelSpread(1.4, 1.2)
    wished = margins_for(0.95, moves, delays(moves, spread), spread)
    client = house.client()
    form = {"csrf_token": token(client), "level": "95", "p90": "1.4", "common": "1.2"}
    answer = client.post(address, data=form)
    assert answer.status_code == 302 and "/whatif/" in answer.headers["Location"]
    key = int(re.findall(r"whatif/(\d+)/", answer.headers["Location"])[0])
    with house.app.extensions[database.KEY].session() as s:
        desk = desks.desk(s, key)
        made = {row["id"]: row.get("set_minutes") for row in desks.document(s, desk)["sites"]}
    longer = {move.site: wished.minutes[move.squad] for move in moves if wished.minutes[move.squad] > move.margin}
    own = {site.id: site.set_minutes for site in operation.sites}
    assert longer and made == own | longer and len(desk.groups) == 1
    assert client.get(answer.headers["Location"]).status_code == 200
    with house.app.extensions[database.KEY].session() as s:
        claim = plans.claim(s, "a dispatcher", 60.0)
    assert claim is not None and claim.scenario == desk.scenario
    asked = {row["id"]: row.get("set_minutes") for row in claim.question.operation["sites"]}
    assert asked == made and claim.question.parent is not None


def test_what_no_form_sends(house: House, address: str) -> None:
    """A level that there is not, a wrong spread, a plan that is not there; enough margin already opens nothing."""
    client = house.client()
    form = {"csrf_token": token(client), "p90": "1.4", "common": "1.2"}
    assert client.post(address, data=form | {"level": "50"}).status_code == 400
    assert client.post(address, data=form | {"level": "90", "p90": "0"}).status_code == 422
    assert client.get(re.sub(r"plans/\d+", "plans/999999", address)).status_code == 404
    answer = client.post(address, data=form | {"level": "80", "p90": "1", "common": "1"})
    assert answer.status_code == 302 and "/reliability/" in answer.headers["Location"]
    assert "already" in client.get(answer.headers["Location"], headers={"Accept-Language": "en"}).text


def test_by_keyboard_to_a_scenario(page: Page, no_outside: Watched, house: House, address: str, at_home: str) -> None:
    """The button answers Enter, and leads to the margins as changes; nothing of the forms is printed."""
    page.goto(f"{at_home}{address}?lang=en")
    button = page.get_by_role("button", name="Plan with these margins: 95 %")
    page.emulate_media(media="print")
    expect(button).to_be_hidden()
    expect(page.get_by_role("table").first).to_be_visible()
    page.emulate_media(media="screen")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/whatif/**")
    expect(page.locator("#edits")).to_contain_text("time in position before the raid (min)")


def test_leave_by_stands_where_people_look(house: House, address: str) -> None:
    """On the plan's page, on those of the squad and of its team, and on the page of chances."""
    operation, scenario = case()
    plan = address.removesuffix("reliability/")
    number, stored_as = re.findall("[0-9]+", plan)
    client = house.client()
    pages = {where: text_of(client.get(f"{where}?lang=en").text) for where in (plan, address)}
    for move in moves_of(scenario, parse_plan(plan_document(NAME))):
        at = f"{operation.at(move.leave):%H:%M}"
        assert all(f"{at} H−{-move.leave}" in told for told in pages.values())
        for table, key in (("units", move.squad), ("teams", move.team)):
            told = client.get(f"/operations/{number}/things/{table}?id={key}&plan={stored_as}&lang=en").text
            assert f"Squad {move.squad} leaves the assembly point by {at}" in text_of(told)
