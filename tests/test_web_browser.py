"""The pages in a real browser: read, planned with, watched, printed; nothing asks anybody else."""

import re

import pytest
from playwright.sync_api import Page, expect

from models import users
from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.planning import finish, taken, tell
from tests.stored_plans import document, loaded, plan_document, stored
from web import database, events, passwords


@pytest.fixture
def plan(house: House, at_home: str) -> str:
    """The address of the plan of 3-02-roads."""
    return at_home + stored(house, document("3-02-roads"), plan_document("3-02-roads"))


@pytest.fixture
def short(house: House, at_home: str) -> str:
    """The address of the plan of one-city, whose page is small."""
    return at_home + stored(house, document("one-city"), plan_document("one-city"))


@pytest.fixture
def city(house: House, at_home: str) -> str:
    """The address of one-city, of which there is no plan yet."""
    return f"{at_home}/operations/{loaded(house, document('one-city'))}/"


@pytest.mark.parametrize(("lang", "heading"), slow_after(1, [("en", "Summary"), ("zh", "摘要")]))
def test_the_page_and_its_map_ask_nobody_else(
    page: Page, no_outside: Watched, plan: str, lang: str, heading: str
) -> None:
    """Page, map and fonts load from this machine alone, without a complaint, in either language."""
    page.goto(f"{plan}?lang={lang}", wait_until="networkidle")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    assert page.evaluate("document.fonts.check('14px Han', '抓')")


PAGES = ("", "../../registers/doctrine", "../../import", "../../history", "../../../new", "../../../columns",
         "../../../../account")  # fmt: skip


def test_no_page_is_wider_than_the_window(page: Page, no_outside: Watched, plan: str) -> None:
    """Only tables and chart scroll sideways; a page itself never does."""
    for part in (*PAGES, "../", "../../", "../../../"):
        page.goto(plan + part)
        for width in (1366, 1024, 390):
            page.set_viewport_size({"width": width, "height": 768})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (part, width)


@pytest.mark.parametrize("lang", slow_after(1, ["en", "zh"]))
def test_no_table_of_plans_or_operations_is_cut(page: Page, no_outside: Watched, plan: str, lang: str) -> None:
    """On a laptop all columns stand in the window; on a phone each cell stands below the other, with its heading."""
    for part in ("../", "../../", "../../../"):
        page.goto(f"{plan}{part}?lang={lang}")
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 768})
            box = page.locator(".scroll").first
            assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 1, (part, width)
    unlabelled = "cells => cells.filter(cell => getComputedStyle(cell, '::before').content === 'none').length"
    assert page.locator(".stack td").evaluate_all(unlabelled) == 0
    headings = page.locator(".stack td[data-label]").evaluate_all("cells => cells.map(cell => cell.dataset.label)")
    assert all(heading[0] == heading[0].upper() for heading in headings)


def test_the_switch_changes_the_language(page: Page, no_outside: Watched, short: str) -> None:
    """One click on 简体中文 turns page and map into Chinese, and the choice is kept."""
    page.goto(short)
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.goto(short)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "zh-Hans")


def test_the_keyboard_reaches_the_content_first(page: Page, short: str) -> None:
    """The first Tab shows a link that jumps over the navigation; whatever has the focus is outlined."""
    page.goto(short)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_has_every_squad_and_no_frame(page: Page, plan: str) -> None:
    """Printed, the page drops navigation and map, and cuts off nothing of the tables."""
    page.goto(plan)
    page.emulate_media(media="print")
    expect(page.locator("iframe")).to_be_hidden()
    for part in ("nav.parts", "nav.tabs", "nav.languages"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("rowheader", name="Q-S047", exact=True)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#missed .scroll')).maxHeight") == "none"


def test_paper_is_black_on_white(page: Page, plan: str) -> None:
    """Printed, nothing that matters is told by colour or by a dark ground alone."""
    page.goto(plan)
    page.emulate_media(media="print")
    for part in (".band", ".risk.high", ".team th"):
        style = page.locator(part).first.evaluate(
            "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        )
        assert style[1] in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), part
        assert max(map(int, re.findall(r"\d+", style[0])[:3])) < 100, part


def test_logging_in_by_keyboard(page: Page, no_outside: Watched, house: House, serve: object) -> None:
    """Somebody types name and password, is let in to the page that was asked for, and out again."""
    with house.app.extensions[database.KEY].session() as s:
        users.set_password(s, house.person.id, passwords.hash_password("battery horse staple 7"))
    address = serve(house.app)  # type: ignore[operator]
    page.goto(f"{address}/operations/new")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("analyst")
    page.keyboard.press("Tab")
    page.keyboard.type("battery horse staple 7")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/operations/new")
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{address}/login")
    page.goto(f"{address}/operations/")
    expect(page).to_have_url(f"{address}/login?next=/operations/")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events look at the database often, and each stream is short, so that the browser comes back many times."""
    monkeypatch.setattr(events, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(events, "STREAM_SECONDS", 1.0)
    monkeypatch.setattr(events, "SOON", 50)


@pytest.mark.usefixtures("quick")
def test_a_plan_is_watched_while_it_is_made(page: Page, no_outside: Watched, house: House, city: str) -> None:
    """From the button to the plan: queue, stages and score come by themselves, also after a reload."""
    page.goto(f"{city}plans/")
    page.get_by_role("button", name="Create a plan").click()
    expect(page.locator("#state")).to_contain_text("Waiting")
    claim = taken(house)
    tell(house, claim, "squads", 9)
    expect(page.locator("#state [aria-current=step]")).to_have_text("Squads")
    page.reload()
    tell(house, claim, "interviews", 1)
    expect(page.locator("#state [aria-current=step]")).to_have_text("Interviews")
    expect(page.locator("#state")).to_contain_text("lower bound: weight 1")
    finish(house, claim)
    expect(page.get_by_role("heading", name="Teams and their squads")).to_be_visible()
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()


@pytest.mark.usefixtures("quick")
def test_the_watch_survives_a_lost_connection(page: Page, house: House, city: str) -> None:
    """While the network is gone nothing is lost: when it is back the page tells what has happened since."""
    page.goto(f"{city}plans/")
    page.get_by_role("button", name="Create a plan").click()
    claim = taken(house)
    tell(house, claim, "squads", 9)
    expect(page.locator("#state [aria-current=step]")).to_have_text("Squads")
    page.context.set_offline(True)
    tell(house, claim, "routes", 2)
    page.context.set_offline(False)
    expect(page.locator("#state [aria-current=step]")).to_have_text("Escort and scene examination")


@pytest.mark.usefixtures("quick")
def test_stop_is_pressed(page: Page, no_outside: Watched, house: House, city: str) -> None:
    """Stop reaches whoever makes the plan, and the best plan so far comes to the page."""
    page.goto(f"{city}plans/")
    page.get_by_role("button", name="Create a plan").click()
    claim = taken(house)
    tell(house, claim, "squads", 9)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#state")).to_be_visible()
    assert tell(house, claim, "strike", 9).stop
    finish(house, claim)
    expect(page.get_by_role("heading", name="Teams and their squads")).to_be_visible()


def test_a_double_click_asks_for_one_plan(page: Page, no_outside: Watched, city: str) -> None:
    """Two clicks in a row on the button make one plan."""
    page.goto(f"{city}plans/")
    page.get_by_role("button", name="Create a plan").dblclick()
    expect(page.locator("#state")).to_be_visible()
    page.goto(f"{city}plans/")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_changes_are_told_on_the_plan(page: Page, no_outside: Watched, short: str) -> None:
    """After a change of the operation its plan has a banner, which opens to say what has changed."""
    page.goto(f"{short}../../")
    page.get_by_label("Name of the operation").fill("Another name")
    page.get_by_role("button", name="Save").click()
    page.goto(short)
    banner = page.locator(".changed")
    expect(banner).to_contain_text("The operation has changed since this plan was made: 1 difference.")
    banner.locator("summary").click()
    expect(banner).to_contain_text("Operation renamed to Another name")
