"""The help: its keys are those that the scripts listen for, its words those of the glossary, in both languages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_all_pages_browser import SIZE, found
from tests.test_glossary import glossary
from web.help_keys import ALL, PAGES, KeyGroup
from web.help_words import WORDS
from web.language import t

STATIC = Path(__file__).resolve().parents[1] / "static"
CAPS = {
    "↑": "ArrowUp",
    "↓": "ArrowDown",
    "←": "ArrowLeft",
    "→": "ArrowRight",
    "PgUp": "PageUp",
    "PgDn": "PageDown",
    "Esc": "Escape",
    "Space": " ",
}
"""Label of a key -> what scripts call it, where that is another word."""
NAMED = re.compile(
    r'"(Arrow\w+|Page(?:Up|Down)|Home|End|Enter|Escape|Delete|F2|Tab|[/?mzy])"|^  (Arrow\w+|Page\w+|Home|End):', re.M
)
"""Where a script names a key: in quotes, or as the name of a step."""
LISTENING = [group for group in (*PAGES, *ALL) if group.scripts]


def listened(group: KeyGroup) -> set[str]:
    """The keys that the group's scripts name; single letters small."""
    texts = [(STATIC / name).read_text("utf-8") for name in group.scripts]
    steps = {
        name
        for text in texts
        for line in re.findall(r"(?:STEPS|ARROWS) = {(.*)}", text)
        for name in re.findall(r"(\w+):", line)
    }
    space = {" " for text in texts if re.search('(?:=== |, )" "', text)}
    return steps | space | {one or other for text in texts for one, other in NAMED.findall(text)}


def listed(group: KeyGroup) -> set[str]:
    """The keys that the help lists, without Ctrl and Shift, as scripts call them."""
    caps = {cap.rpartition("+")[2] or cap for key in group.keys for cap in key.caps}
    return {CAPS.get(cap, cap.lower() if len(cap) == 1 else cap) for cap in caps}


@pytest.mark.parametrize("group", LISTENING, ids=lambda group: group.title)
def test_the_help_lists_the_keys_that_scripts_listen_for(group: KeyGroup) -> None:
    """No key of a script is missing in the help, and none is listed that the script does not know."""
    own_tab = {"Tab"} if group.title == "Board" else set()  # what the browser does: the chips are stops
    assert listed(group) - own_tab == listened(group)


def test_every_word_of_the_help_is_one_of_the_glossary() -> None:
    """One word for one thing: what the help explains is a word of the glossary."""
    known = {word.lower() for here, _ in glossary() for word in here.split(", ")}
    known |= {re.sub(r" \(.*\)", "", word) for word in known}
    assert {word for word in WORDS if word.lower() not in known} == set()


def test_the_page_of_the_help_has_all_of_it_and_a_dialog_what_a_page_needs(house: House) -> None:
    """Without a page every group is there; with one its own beside those of all; another's name changes nothing."""
    client = house.client()
    for lang in ("en", "zh"):
        with house.app.test_request_context(f"/?lang={lang}"):
            titles = [t(group.title) for group in (*PAGES, *ALL)]
            words = [t(word) for word in WORDS]
        page = client.get(f"/help?lang={lang}").text
        assert all(f"<h3>{title}</h3>" in page for title in titles)
        assert all(f'data-word="{word}"'.replace("'", "&#39;") in page for word in words)
    board = client.get("/help?of=drafts.show&lang=en").text
    assert "<h3>Board</h3>" in board and "<h3>Every page</h3>" in board and "<h3>Grid</h3>" not in board
    assert "<h3>Board</h3>" not in client.get("/help?of=%3Cscript%3E&lang=en").text
    assert house.app.test_client().get("/help").status_code == 401


@pytest.mark.parametrize(
    ("lang", "squad", "keys", "close"),
    slow_after(1, [("en", "Squad", "Grid", "Close"), ("zh", "抓捕小组", "表格", "关闭")]),
)
def test_a_key_opens_the_help_and_escape_closes_it(
    page: Page, no_outside: Watched, house: House, at_home: str, lang: str, squad: str, keys: str, close: str
) -> None:
    """By keyboard alone: ? shows this page's keys and words, Escape leads back to where one was; nothing is printed."""
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = plan.partition("plans/")[0]
    page.set_viewport_size(SIZE)
    page.goto(f"{at_home}{plan}?lang={lang}")
    dialog = page.locator("#help-dialog")
    page.locator("#help-link").focus()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    expect(dialog.locator(f'[data-word="{squad}"]')).to_be_visible()
    expect(dialog.get_by_role("heading", name=keys, exact=True)).to_have_count(0)
    expect(dialog.get_by_role("button", name=close)).to_be_focused()
    assert found(page) == []
    page.emulate_media(media="print")
    expect(dialog).to_be_hidden()
    expect(page.locator("#help-link")).to_be_hidden()
    page.emulate_media(media="screen")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#help-link")).to_be_focused()
    page.goto(f"{at_home}{operation}registers/sites?lang={lang}")
    page.wait_for_selector("#table[data-ready=yes]")
    page.locator("#search").press("?")
    expect(dialog).to_be_hidden()
    page.locator("#help-link").click()
    expect(dialog.get_by_role("heading", name=keys, exact=True)).to_be_visible()
    dialog.get_by_role("button", name=close).press("Enter")
    expect(dialog).to_be_hidden()
    page.goto(f"{at_home}/operations/{loaded(house, document('tiny'))}/?lang={lang}")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
