"""Rights and approval as people meet them: four browsers, one operation."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from models import memberships, notes, register
from models import plans as store
from planner.edits import Edit
from tests.house import House
from tests.lives import live
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened
from web.access import Person

pytestmark = pytest.mark.usefixtures("strict")
NAME = "one-city"
GUESSES = (
    *("", "approval", "members", "plans/", "registers/suspects", "registers/suspects/rows", "export/xlsx", "history"),
    *("activity", "search?q=S001", "things/suspects?id=X001", "import", "pulse", "travel", "pins?site=S001", "drafts/"),
    *("plans/1/", "plans/1/plan.json", "plans/1/sheets.pdf", "plans/1/map", "plans/1/papers/", "whatif/1/"),
    *("plans/1/papers/print.pdf?paper=squad", "plans/1/papers/export/kmz", "own/leader/order.pdf"),
    *("own/planner/squad.pdf", "own/custody/custody.pdf", "overview/charts", "compare/?old=1&new=1"),
)
NOT_FOUND = "There is no such page."


@pytest.fixture
def pages(house: House, serve: Callable[[Any], str], browser: Browser) -> Iterator[Callable[[Person], Page]]:
    """A function that opens a browser window in which somebody is signed in."""
    address, contexts = serve(house.app), []

    def open_page(somebody: Person) -> Page:
        context = browser.new_context(locale="en-GB", base_url=address)
        contexts.append(context)
        house.sign_in(context, address, somebody)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def guess(page: Page, operation: int) -> None:
    """Whatever is tried, there is no such page."""
    for path in GUESSES:
        answer = page.request.get(f"/operations/{operation}/{path}")
        assert answer.status == 404, path
        assert NOT_FOUND in answer.text(), path
    page.goto(f"/operations/{operation}/plans/1/")
    expect(page.get_by_role("heading", level=1)).to_have_text(NOT_FOUND)


def planned(house: House) -> tuple[int, int, dict[str, Person]]:
    """An operation, its working plan, and who leads a team of it and who is an agency's liaison."""
    plan = plan_document(NAME)
    with opened(house) as s:
        operation = register.create_operation(s, document(NAME), house.person.id)
        scenario = store.keep(s, operation, plan, house.person.id)
        notes.choose(s, operation, scenario, house.person.id)
    narrow = {"liaison": document(NAME)["agencies"][1]["id"], "leader": plan["teams"][0]["commander"]}
    people = {}
    for role, tied in narrow.items():
        people[role] = account(house, role)
        with opened(house) as s:
            memberships.put_member(s, operation, people[role].id, role, None, tied)  # type: ignore[arg-type]
    return operation, scenario, people


def test_whoever_has_a_part_alone_guesses_no_other_page(house: House) -> None:
    """Without a browser: before and after the release nothing but the own part is there."""
    operation, scenario, people = planned(house)
    boss = account(house, "boss", (), "commander", operation)
    for is_released in (False, True):
        if is_released:
            with opened(house) as s:
                live(s, operation, scenario, house.person.id, boss.id, "requested", "approved", "released")
        for role, person in people.items():
            client = house.client(person)
            for path in GUESSES:
                answer = client.get(f"/operations/{operation}/{path}", headers={"Accept-Language": "en"})
                assert answer.status_code == 404 and NOT_FOUND in answer.text, (role, path)
            assert client.get(f"/operations/{operation}/own").status_code in (200, 302)


@pytest.mark.slow
def test_four_people_and_one_plan(house: House, pages: Callable[[Person], Page]) -> None:
    """A planner asks but cannot approve; a commander approves and releases; others find their own part alone."""
    operation, scenario, people = planned(house)
    boss = account(house, "boss", (), "commander", operation)
    address = f"/operations/{operation}/approval"

    planner = pages(house.person)
    planner.goto(address)
    planner.locator("#ask-reason").fill("complete, for tonight")
    planner.get_by_role("button", name="Request approval").click()
    expect(planner.get_by_text("Approval requested.")).to_be_visible()
    expect(planner.get_by_role("button", name="Approve")).to_have_count(0)

    leader, liaison = pages(people["leader"]), pages(people["liaison"])
    for page in (leader, liaison):
        guess(page, operation)
        page.goto("/operations/")
        page.get_by_role("link", name=document(NAME)["id"]).click()
        expect(page.get_by_text("The plan is not released yet.")).to_be_visible()
        expect(page.get_by_role("link", name="PDF")).to_have_count(0)

    commander = pages(boss)
    commander.goto(address)
    for box in commander.get_by_role("checkbox").all():
        box.check()
    commander.locator("#decide-reason").fill("agreed")
    commander.get_by_role("button", name="Approve").click()
    expect(commander.get_by_text("Plan approved.")).to_be_visible()
    liaison.reload()
    expect(liaison.get_by_role("link", name="Agency order")).to_be_visible()
    leader.reload()
    expect(leader.get_by_role("link", name="PDF")).to_have_count(0)
    commander.locator("#release-reason").fill("now")
    commander.get_by_role("button", name="Release", exact=True).click()
    expect(commander.get_by_text("Plan released.")).to_be_visible()
    leader.reload()
    sheet = leader.get_by_role("link", name="Team sheets").get_attribute("href")
    assert sheet is not None
    assert leader.request.get(sheet).body().startswith(b"%PDF")
    for page in (leader, liaison):
        guess(page, operation)

    with opened(house) as s:
        register.change(s, operation, [Edit("operation", "name", {"value": "Another"})], house.person.id)
    commander.goto(f"/operations/{operation}/plans/{scenario}/")
    expect(commander.locator("#void")).to_contain_text("The approval of this plan holds no longer.")
    paper = commander.request.get(f"/operations/{operation}/plans/{scenario}/papers/print.pdf?paper=vehicles").body()
    assert "VOID" in PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert leader.request.get(sheet).status == 404
