"""Somebody is mentioned in a note by choosing from a list: by keyboard, by mouse, by the sounds of a Chinese name."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from models import users
from models.remarks import NotePlace, mention_parts, put_remark
from tests.house import House
from tests.stored_plans import document, loaded
from web import database as web_database

AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"
RUN_AXE = "async () => (await axe.run(document)).violations.map((one) => `${one.id}: ${one.impact}`)"
PEOPLE = (("lili", "李莉"), ("lihua", "李华"), ("wang", "Wang Ying"), ("ying", "王颖"))


def peopled(house: House) -> int:
    """The key of an operation in a house of several people."""
    with house.app.extensions[web_database.KEY].session() as s:
        for name, shown in PEOPLE:
            users.add(s, name, "no password fits this", shown)
    return loaded(house, document("tiny"))


def test_people_are_found_by_account_name_and_sounds(house: House) -> None:
    """Beginnings come first; pinyin and its initials find Chinese names; after a whole account name nobody is found."""
    key, client = peopled(house), house.client()

    def found(text: str) -> list[str]:
        page = client.get(f"/operations/{key}/remarks/people", query_string={"q": text}).text
        return re.findall(r'data-name="([^"]+)"', page)

    assert found("li") == ["lihua", "lili"]
    assert found("LIL") == ["lili"]
    assert found("华") == ["lihua"]
    assert found("wangy") == ["wang", "ying"]
    assert found("wy") == ["ying"]
    assert found("ing") == ["wang", "ying"]
    assert found("") == ["analyst", "lihua", "lili", "wang", "ying"]
    assert found("nobody") == found("lili ") == found("<b>") == []
    assert found("wang y") == ["wang", "ying"]
    assert client.get("/operations/77/remarks/people?q=li").status_code == 404
    assert house.app.test_client().get(f"/operations/{key}/remarks/people?q=li").status_code != 200


def test_a_mention_is_chosen_by_keyboard_and_by_mouse(house: House, page: Page, at_home: str) -> None:
    """Arrows, Enter and Escape; the focus stays in the text; axe finds nothing while the list is open."""
    key = peopled(house)
    page.goto(f"{at_home}/operations/{key}/?lang=en")
    text, options = page.locator("#new-note"), page.locator("#people").get_by_role("option")
    text.press_sequentially("Ask @li")
    expect(options).to_have_text(["李华 @lihua", "李莉 @lili"])
    expect(page.locator("#people-told")).to_contain_text("People found: 2")
    expect(text).to_have_attribute("aria-activedescendant", "people-1")
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN_AXE) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("#people [aria-selected=true]")).to_have_text("李莉 @lili")
    page.keyboard.press("Enter")
    expect(text).to_have_value("Ask @lili ")
    expect(options).to_have_count(0)
    page.keyboard.type("and @wy")
    expect(options).to_have_count(1)
    options.click()
    expect(text).to_have_value("Ask @lili and @ying ")
    expect(text).to_be_focused()
    page.keyboard.type("or @wang")
    expect(options).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("#people")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.type("a@lili")
    expect(text).to_have_value("Ask @lili and @ying or @wang\na@lili")
    expect(page.locator("#people")).to_be_hidden()
    named = [name for _, name in mention_parts(text.input_value(), [name for name, _ in PEOPLE]) if name]
    assert named[:3] == ["lili", "ying", "wang"]
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".note-text .mention").first).to_have_text("@lili")


def test_notices_fit_a_phone(house: House, page: Page, at_home: str) -> None:
    """Moment, zone and all the rest stay within 390 pixels, in both languages."""
    key, other = peopled(house), house.another("other")
    with house.app.extensions[web_database.KEY].session() as s:
        put_remark(s, key, NotePlace(), "@analyst look", other.id)
    page.set_viewport_size({"width": 390, "height": 844})
    for lang in ("en", "zh"):
        page.goto(f"{at_home}/notices/?lang={lang}")
        expect(page.locator("time")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
