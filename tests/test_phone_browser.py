"""A unit's phone as the squad leader meets it: without a network, with wet fingers, and after the link was ended."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.dispatching import until
from tests.house import House
from tests.phones import PhoneCase, phone_case

pytestmark = pytest.mark.usefixtures("strict")
PHONE = ViewportSize(width=390, height=844)
IS_KEPT = "async () => (await (await caches.open((await caches.keys())[0] ?? 'none')).keys()).length > 4"
SOON = 20_000  # milliseconds


@pytest.fixture
def case(house: House) -> PhoneCase:
    """A small operation, approved, released, with links."""
    made = phone_case(house)
    made.release()
    return made


@pytest.fixture
def context(case: PhoneCase, serve: Callable[[Any], str], browser: Browser) -> Iterator[BrowserContext]:
    """A phone on which the link was opened by its number."""
    address = serve(case.house.app)
    made = browser.new_context(locale="en-GB", base_url=address, viewport=PHONE)
    page, wrong = made.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(case.base)
    page.get_by_label("Number from the briefing").fill(case.link.pin)
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#next")).to_contain_text("Briefed", timeout=SOON)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(IS_KEPT)
    yield made
    made.close()
    assert wrong == []


def the_page(context: BrowserContext) -> Page:
    """The one page of the phone."""
    return context.pages[0]


def codes(case: PhoneCase) -> list[str]:
    """What was stored, in order."""
    return [one.code for one in case.reports()]


def test_five_taps_without_a_network_survive_a_reload_and_arrive_once_in_order(
    case: PhoneCase, context: BrowserContext
) -> None:
    """The page itself is there without a network, too."""
    page = the_page(context)
    context.set_offline(True)
    for done in ("On the way", "In place", "Entered", "Left", "Delivered"):
        button = page.locator("#next")
        before = button.text_content()
        button.dblclick()
        expect(button).not_to_have_text(before or "", timeout=SOON)
        expect(button).to_contain_text(done) if done != "Delivered" else None
    expect(page.locator("#network")).to_contain_text("waiting on this phone: 5")
    page.reload()
    expect(page.locator("#network")).to_contain_text("waiting on this phone: 5", timeout=SOON)
    assert codes(case) == []
    context.set_offline(False)
    until(lambda: len(codes(case)) >= 5)
    expect(page.locator("#network")).to_have_text("Connected", timeout=SOON)
    assert codes(case) == ["briefed", "moving", "set", "entered", "left"]


def test_a_tap_is_taken_back_within_ten_seconds(case: PhoneCase, context: BrowserContext) -> None:
    """The next step is the same again."""
    page = the_page(context)
    page.locator("#next").click()
    expect(page.locator("#next")).to_contain_text("On the way")
    page.get_by_role("button", name="Undo Briefed").click()
    expect(page.locator("#next")).to_contain_text("Briefed", timeout=SOON)
    until(lambda: codes(case) == ["briefed", "void"])


def test_a_phone_whose_link_was_ended_forgets_everything_within_ten_seconds(
    case: PhoneCase, context: BrowserContext
) -> None:
    """No name stays on the screen, in the store or in the cache."""
    page = the_page(context)
    case.revoke()
    expect(page.locator("#ended")).to_contain_text("does not hold any more", timeout=10_000)
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    assert "示例路" not in page.content()


def test_standing_down_takes_two_taps_and_wipes_the_phone(case: PhoneCase, context: BrowserContext) -> None:
    """The report arrives first."""
    page = the_page(context)
    page.get_by_role("button", name="Stand-down heard").click()
    page.get_by_role("button", name="Tap again to send").click()
    expect(page.locator("#ended")).to_contain_text("Stood down", timeout=SOON)
    assert codes(case) == ["stand_down"]
    assert page.evaluate("indexedDB.databases()") == []


def test_an_absent_suspect_is_reported_by_name(case: PhoneCase, context: BrowserContext) -> None:
    """The card of the suspect says so at once, and still does after the server has answered."""
    page = the_page(context)
    card = page.locator("#suspects .card").first
    card.get_by_role("button", name="Absent").click()
    expect(card.locator(".status")).to_contain_text("Absent")
    until(lambda: codes(case) == ["absent"])
    assert case.reports()[0].suspect
    assert case.reports()[0].site in case.doors


def test_a_debriefed_unit_says_what_was_learnt_also_without_a_network(case: PhoneCase, context: BrowserContext) -> None:
    """The form is there once the unit is debriefed; what is typed waits on the phone and arrives once."""
    page = the_page(context)
    expect(page.locator("#review")).to_be_hidden()
    context.set_offline(True)
    page.locator("#free").get_by_role("button", name="Debriefed").click()
    page.get_by_label("What went well").fill("Entry in nine seconds")
    page.get_by_label("What will change").fill("Spare batteries")
    page.get_by_role("button", name="Send what was learnt").click()
    expect(page.locator("#reviews li")).to_have_text(
        ["What went well: Entry in nine seconds", "What will change: Spare batteries"], timeout=SOON
    )
    expect(page.get_by_label("What went well")).to_have_value("")
    context.set_offline(False)
    until(lambda: codes(case) == ["debriefed", "went_well", "lesson"])
    expect(page.locator("#network")).to_have_text("Connected", timeout=SOON)
    expect(page.locator("#reviews li")).to_have_count(2)


LONG_AGO = """async (name) => new Promise((done) => {
  indexedDB.open(name).onsuccess = (event) => {
    const change = event.target.result.transaction("kept", "readwrite");
    change.objectStore("kept").put(Date.now() - 25 * 3600 * 1000, "at");
    change.oncomplete = () => done(event.target.result.close());
  };
})"""


def test_a_phone_that_was_away_for_a_day_forgets_what_it_knew(case: PhoneCase, context: BrowserContext) -> None:
    """Without a network nobody tells it that the link was ended."""
    page = the_page(context)
    context.set_offline(True)
    page.evaluate(LONG_AGO, case.base)
    page.reload()
    expect(page.locator("#work")).to_be_hidden(timeout=SOON)
    assert "示例路" not in page.content()


def test_it_is_used_with_one_thumb_and_by_who_cannot_see_well(case: PhoneCase, context: BrowserContext) -> None:
    """Nothing is wider than the phone; every button is large; axe finds nothing serious."""
    page = the_page(context)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    heights = page.evaluate("[...document.querySelectorAll('button:not([hidden])')].map((b) => b.offsetHeight)")
    assert min(heights) >= 44
