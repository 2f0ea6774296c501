"""The board of a draft in a real browser: by mouse, by touch and by keyboard alone, in either language."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from tests.conftest import Watched
from tests.house import House, token
from tests.stored_plans import document, plan_document, stored
from tests.test_all_pages_browser import found
from tests.test_whatif_browser import solved

SIZE: ViewportSize = {"width": 1366, "height": 768}
PLAN = plan_document("one-city")
SQUAD = PLAN["teams"][0]["units"][0]
OTHER = PLAN["teams"][1]["units"][0]
SHAPE = {"en": "Shape by hand", "zh": "手工调整"}
REPAIR = {"en": "Repair with the fewest changes", "zh": "以最少改动修正"}
BROKEN_BY_A_SWAP = 2  # rules at least: neither squad is made for the other's door


def raided_by(squad: str) -> str:
    """The first door of a squad of the plan."""
    (unit,) = (u for u in PLAN["units"] if u["id"] == squad)
    return str(next(stop["place"] for stop in unit["stops"] if stop["task"] == "raid"))


MINE, THEIRS = f"site:{raided_by(SQUAD)}", f"site:{raided_by(OTHER)}"


@pytest.fixture
def plan(house: House, at_home: str) -> str:
    """The address of the plan of one-city."""
    return at_home + stored(house, document("one-city"), PLAN)


def opened(page: Page, plan: str, lang: str = "en") -> None:
    """The board of a new draft of the plan."""
    page.set_viewport_size(SIZE)
    page.goto(f"{plan}?lang={lang}")
    page.get_by_role("button", name=SHAPE[lang]).click()
    ready(page)


def ready(page: Page) -> None:
    """The board has been drawn, and nothing is on its way."""
    expect(page.locator("#board[data-ready=yes][aria-busy=false]")).to_be_visible()


def chip(page: Page, key: str) -> Locator:
    """What can be picked up, by kind:id."""
    return page.locator(f'[data-carry="{key}"]').first


def card(page: Page, squad: str) -> Locator:
    """The card of a squad."""
    return page.locator(f'[data-drop="squad:{squad}"]')


def drag(page: Page, source: Locator, target: Locator) -> None:
    """The source is dragged onto the target with the mouse."""
    source.scroll_into_view_if_needed()
    a, b = source.bounding_box(), target.bounding_box()
    assert a is not None and b is not None
    page.mouse.move(a["x"] + 30, a["y"] + 8)
    page.mouse.down()
    page.mouse.move(a["x"] + 60, a["y"] + 20, steps=3)
    page.mouse.move(b["x"] + 60, b["y"] + 12, steps=5)
    expect(page.locator("[data-drop].over")).to_have_count(1)
    page.mouse.up()


def expect_broken(page: Page, least: int) -> None:
    """At least so many violations are told, in the list and where they are."""
    expect(page.locator("#broken > li").nth(least - 1)).to_be_visible()
    expect(page.locator("#board .chip.broken").first).to_be_visible()
    ready(page)


def expect_sound(page: Page) -> None:
    """Nothing is broken, and the squads are where they were."""
    expect(page.locator("#score-broken")).to_have_text("0")
    expect(page.locator("#board .broken")).to_have_count(0)
    expect(card(page, SQUAD).locator(f'[data-carry="{MINE}"]')).to_be_visible()
    ready(page)


def carry(page: Page, source: Locator, key: str, where: str) -> None:
    """The source is picked up by keyboard, and goes on with this key until it is there."""
    source.focus()
    page.keyboard.press("Enter")
    for _ in range(60):
        over = page.locator("[data-drop].over")
        if over.get_attribute("data-drop") == where:
            break
        page.keyboard.press(key)
    page.keyboard.press("Enter")


def test_a_card_tells_by_when_the_squad_leaves(page: Page, no_outside: Watched, plan: str) -> None:
    """With its margin, on a line as wide as the card."""
    opened(page, plan)
    told = page.locator(".squad .by-when").first
    expect(told).to_have_text(re.compile(r"^Leave by [0-9]{2}:[0-9]{2}, margin [0-9]+ min$"))
    box = told.bounding_box()
    assert box is not None and box["width"] > 3 * box["height"]


def test_a_squad_is_moved_by_mouse(page: Page, no_outside: Watched, plan: str) -> None:
    """Where rules break is marked and told; undo and redo."""
    opened(page, plan)
    expect_sound(page)
    expect(page.locator("h1")).to_contain_text("Draft by hand: not a plan")
    drag(page, chip(page, f"squad:{SQUAD}"), chip(page, THEIRS))
    expect_broken(page, BROKEN_BY_A_SWAP)
    expect(card(page, SQUAD).locator(f'[data-carry="{THEIRS}"]')).to_be_visible()
    expect(page.locator("#keep-why")).to_contain_text("Not yet a plan")
    assert found(page) == []
    page.locator("#broken .goto").first.click()
    expect(page.locator("#why")).to_contain_text(page.locator("#broken > li strong").first.inner_text())
    page.get_by_role("button", name="Undo").click()
    expect_sound(page)
    page.keyboard.press("Control+y")
    expect_broken(page, BROKEN_BY_A_SWAP)
    page.keyboard.press("Control+z")
    expect_sound(page)


@pytest.mark.slow
def test_two_people_and_a_lost_network(
    page: Page, context: BrowserContext, house: House, no_outside: Watched, plan: str
) -> None:
    """Another's move is told and drawn; what is lost on the way arrives."""
    opened(page, plan)
    client = house.client(house.another("deputy"))
    state = page.locator("#board").evaluate("board => new URL(board.dataset.state, location).pathname")
    told = json.loads(client.get(state).text)
    officer = told["reserve"]["officers"][0]
    move = {"kind": "officer", "officer": officer, "unit": OTHER}
    headers = {"X-CSRFToken": token(client), "Accept": "application/json"}
    sent = {"version": told["version"], "move": move}
    assert client.post(state.removesuffix("state") + "moves", json=sent, headers=headers).status_code == 200
    chip(page, f"officer:{told['reserve']['officers'][1]}").click()
    page.get_by_label("Search").last.fill(SQUAD)
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#note")).to_contain_text("Deputy")
    expect(card(page, OTHER).locator(f'[data-carry="officer:{officer}"]')).to_be_visible()
    ready(page)

    context.set_offline(True)
    page.keyboard.press("Control+z")
    expect(page.locator("#note")).to_contain_text("cannot be reached")
    context.set_offline(False)
    expect(page.locator("#reserve-list").locator(f'[data-carry="officer:{officer}"]')).to_be_visible()
    ready(page)
    no_outside.complaints.clear()  # the browser's own word for what was not reached


def test_the_board_by_keyboard_alone(page: Page, no_outside: Watched, plan: str) -> None:
    """A squad is picked up, given up, moved; the focus stays with it; a raid is moved on the chart; the menu opens."""
    opened(page, plan, "zh")
    squad = chip(page, f"squad:{SQUAD}")
    squad.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("已拿起")
    page.keyboard.press("Escape")
    expect(page.locator("#live")).to_contain_text("已取消")
    expect(squad).to_be_focused()
    carry(page, squad, "Tab", THEIRS)
    expect_broken(page, BROKEN_BY_A_SWAP)
    expect(chip(page, f"squad:{SQUAD}")).to_be_focused()
    page.keyboard.press("Control+z")
    expect_sound(page)
    page.keyboard.press("ArrowDown")
    expect(chip(page, MINE)).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chip(page, MINE)).to_be_focused()
    raid = page.locator(f'[data-raid="{MINE.partition(":")[2]}"]')
    raid.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(raid).to_have_attribute("aria-valuetext", "06:02 H+2")
    page.keyboard.press("Enter")
    expect(chip(page, MINE)).to_contain_text("06:02 H+2")
    ready(page)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "by"), [("en", "mouse"), ("zh", "keys")])
def test_from_a_plan_to_its_repaired_draft(
    page: Page, house: House, no_outside: Watched, plan: str, lang: str, by: str
) -> None:
    """A squad goes to another door, rules break; the planner repairs it; the answer is compared and printed."""
    opened(page, plan, lang)
    if by == "mouse":
        drag(page, chip(page, f"squad:{SQUAD}"), chip(page, THEIRS))
    else:
        carry(page, chip(page, f"squad:{SQUAD}"), "ArrowDown", THEIRS)
    expect_broken(page, BROKEN_BY_A_SWAP)
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    repair = page.get_by_role("button", name=REPAIR[lang])
    if by == "mouse":
        repair.click()
    else:
        repair.focus()
        page.keyboard.press("Enter")
    expect(page.locator("#state")).to_be_visible()
    solved(house)
    compare = page.get_by_role("link", name={"en": "Compare with", "zh": "比较"}[lang]).first
    expect(compare).to_be_visible()
    compare.click()
    expect(page.locator(".maps")).to_be_visible()


@pytest.mark.slow
def test_a_finger_that_rests_carries(page: Page, context: BrowserContext, no_outside: Watched, plan: str) -> None:
    """On a phone an officer goes to another squad after a long press; nothing is wider than the window."""
    opened(page, plan)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card(page, SQUAD).scroll_into_view_if_needed()
    second = PLAN["teams"][0]["units"][1]
    officer = next(u for u in PLAN["units"] if u["id"] == second)["officers"][0]
    page.locator("#columns").evaluate("box => { box.scrollTop = 300; }")
    source, target = chip(page, f"officer:{officer}").bounding_box(), card(page, SQUAD).bounding_box()
    assert source is not None and target is not None
    touch = context.new_cdp_session(page)

    def finger(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    finger("touchStart", {"x": source["x"] + 20, "y": source["y"] + 8})
    expect(page.locator("body.carrying")).to_be_visible()
    finger("touchMove", {"x": source["x"] + 30, "y": source["y"] - 20})
    finger("touchMove", {"x": target["x"] + 60, "y": target["y"] + target["height"] - 20})
    expect(page.locator("[data-drop].over")).to_have_count(1)
    finger("touchEnd")
    expect(card(page, SQUAD).locator(f'[data-carry="officer:{officer}"]')).to_be_visible()
    ready(page)
