"""The what-if desk in a real browser: two people at the same plan, the map, the keyboard, either language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from models import plans as store
from planner.files import dump_plan
from planner.run_report import with_report
from planner.solver import Clock, Limit, solve
from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.planning import LEASE, OWNER, taken
from tests.settling import settled
from tests.stored_plans import document, plan_document, stored
from web import database, events

SIZE: ViewportSize = {"width": 1366, "height": 768}
BOUND = {"missed": 1, "exposure": 0, "cost": None}
ILL = plan_document("one-city")["units"][0]["officers"][:2]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events look at the database often."""
    monkeypatch.setattr(events, "POLL_SECONDS", 0.05)


@pytest.fixture
def plan(house: House, at_home: str) -> str:
    """The address of the plan of one-city."""
    return at_home + stored(house, document("one-city"), plan_document("one-city"))


def solved(house: House) -> None:
    """Whatever waits longest has its plan, as from the dispatcher."""
    with house.app.extensions[database.KEY].session() as s:
        claim = store.claim(s, "a dispatcher", 60.0)
    assert claim is not None
    scenario = claim.question.scenario()
    plan = with_report(scenario, solve(scenario, Clock(Limit(work=60))))
    with house.app.extensions[database.KEY].session() as s:
        assert store.finish(s, claim.scenario, "a dispatcher", claim.attempt, dump_plan(plan))


def at_desk(page: Page, plan: str) -> str:
    """The address of a new desk, which the page shows."""
    page.set_viewport_size(SIZE)
    page.goto(plan)
    page.get_by_role("button", name="What if …").click()
    expect(page.get_by_role("heading", name="Changes in this scenario")).to_be_visible()
    return page.url


def mark_ill(page: Page, desk: str, officer: str) -> None:
    """The officer is found and marked not available."""
    page.get_by_label("Find officer").fill(officer)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Not available", exact=True).click()
    expect(page.locator("#edits")).to_contain_text(f"Officer {officer} not available")


@pytest.fixture
def second(house: House, browser: Browser, at_home: str) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    house.sign_in(context, at_home, house.another("deputy"))
    yield context.new_page()
    context.close()


def test_who_asks_what_if_compares_the_answer(page: Page, no_outside: Watched, house: House, plan: str) -> None:
    """An officer is ill: the plan made anew comes to the desk by itself, and stands beside the original one."""
    at_desk(page, plan)
    mark_ill(page, page.url, ILL[0])
    page.get_by_role("button", name="Replan").dblclick()
    expect(page.locator("#state")).to_contain_text("Waiting")
    solved(house)
    expect(page.locator(".strip")).to_contain_text("Officers to be re-briefed")
    page.get_by_role("link", name="Compare with the original plan").click()
    expect(page.get_by_role("heading", name="Officers to be re-briefed")).to_be_visible()
    expect(page.locator("body")).to_contain_text(ILL[0])


@pytest.mark.slow
def test_two_people_ask_what_if_of_the_same_plan(
    page: Page, second: Page, no_outside: Watched, house: House, plan: str
) -> None:
    """Two officers ill and a suspect moved on the map; meanwhile somebody else moves H: neither loses anything."""
    desk, other = at_desk(page, plan), at_desk(second, plan)
    assert desk != other
    mark_ill(page, desk, ILL[0])
    second.get_by_label("Minutes later").fill("30")
    second.get_by_role("button", name="Move H").click()
    mark_ill(page, desk, ILL[1])
    page.goto(f"{desk}?at=suspects:P0001", wait_until="networkidle")
    assert page.get_by_label("Latitude").input_value() == ""
    page.get_by_role("button", name="Place a marker").click()
    page.locator(".leaflet-marker-draggable").focus()
    for name in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(name)
    page.get_by_label("New address").fill("成都市 示例路 9 号")
    page.get_by_role("button", name="Move to this new address").click()
    expect(page.locator(".edits > li")).to_have_count(3)
    for somebody in (page, second):
        somebody.get_by_role("button", name="Replan").dblclick()
        expect(somebody.locator("#state")).to_contain_text("Waiting")
    solved(house)
    solved(house)
    for somebody in (page, second):
        expect(somebody.get_by_role("link", name="Compare with the original plan")).to_be_visible()
        expect(somebody.locator(".strip")).to_contain_text("Officers to be re-briefed")
    second.goto(other)
    expect(second.locator(".edits > li")).to_have_count(1)
    page.get_by_role("link", name="Compare with the original plan").click()
    expect(page.get_by_role("heading", name="Officers to be re-briefed")).to_be_visible()
    expect(page.locator("body")).to_contain_text(ILL[0])
    paper = page.get_by_role("link", name="Change orders PDF").evaluate("link => link.href")
    assert page.request.get(paper).body().startswith(b"%PDF")
    page.goto(plan + "../")
    expect(page.get_by_role("row").filter(has_text="└")).to_have_count(2)


def test_the_two_maps_move_together(page: Page, no_outside: Watched, house: House, plan: str) -> None:
    """Whoever zooms the one map sees the same part of the other."""
    key = plan.rstrip("/").rsplit("/", 1)[1]
    page.set_viewport_size(SIZE)
    page.goto(f"{plan}../../compare/?old={key}&new={key}", wait_until="networkidle")
    frames = page.locator(".maps iframe")
    frames.first.scroll_into_view_if_needed()
    expect(page.locator(".maps[data-ready=yes]")).to_be_visible()  # from now on each follows the other
    at = "f => { const v = JSON.parse(f.contentDocument.getElementById('map').dataset.view);"
    at += " return [v.zoom, v.lat.toFixed(3)]; }"
    move = "(f, [lat, lng, zoom]) => f.contentDocument.getElementById('map').dispatchEvent("
    move += "new CustomEvent('move-to', { detail: JSON.stringify({ lat, lng, zoom }) }))"
    before = frames.first.evaluate(at)
    frames.first.evaluate(move, [30.7, 104.0, 13])
    assert frames.nth(1).evaluate(at) == frames.first.evaluate(at) != before
    frames.nth(1).evaluate(move, [30.5, 104.2, 11])
    assert frames.first.evaluate(at) == frames.nth(1).evaluate(at)


def test_by_keyboard_alone(page: Page, no_outside: Watched, plan: str) -> None:
    """From the plan to an edit and its undoing without a mouse."""
    page.set_viewport_size(SIZE)
    page.goto(plan)
    page.get_by_role("button", name="What if …").focus()
    page.keyboard.press("Enter")
    find = page.get_by_label("Find officer")
    expect(find).to_be_visible()
    settled(page)
    find.focus()
    page.keyboard.type("S001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Site S001")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Do not raid this address").focus()
    page.keyboard.press("Space")
    expect(page.locator("#edits")).to_contain_text("S001 not to be raided")
    settled(page)
    page.get_by_role("button", name="Undo: S001 not to be raided").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#edits")).to_contain_text("No changes yet.")


@pytest.mark.parametrize("answer", slow_after(1, ["Yes", "No"]))
def test_a_dragged_address_is_asked_about(page: Page, no_outside: Watched, plan: str, answer: str) -> None:
    """A click moves nothing; a drag asks how far and where to; No leaves the desk as it was, Yes is a change of it."""
    desk = at_desk(page, plan)
    page.goto(f"{desk}?at=sites:S003", wait_until="networkidle")
    mark = page.locator(".leaflet-marker-draggable")
    expect(mark).to_be_visible()
    before = page.get_by_label("Latitude").input_value()
    page.locator("#map").click(position={"x": 40, "y": 40})
    assert page.get_by_label("Latitude").input_value() == before
    box = mark.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] - 40, steps=5)
    page.mouse.up()
    expect(page.locator("#question")).to_contain_text("to the north-east?")
    page.locator("#question").get_by_text(answer, exact=True).click()
    if answer == "Yes":
        expect(page.locator("#edits")).to_contain_text("Site S003: moved by")
    else:
        expect(page.locator("#question")).to_have_count(0)
        expect(page.locator("#edits")).to_contain_text("No changes yet.")
        assert page.get_by_label("Latitude").input_value() == before


@pytest.mark.parametrize(("lang", "widths"), slow_after(1, [("en", (1366, 390)), ("zh", (1024, 390))]))
def test_no_part_of_the_desk_is_wider_than_the_window(
    page: Page, plan: str, lang: str, widths: tuple[int, ...]
) -> None:
    """Neither the desk nor a comparison scrolls sideways."""
    desk, key = at_desk(page, plan), plan.rstrip("/").rsplit("/", 1)[1]
    for address in (f"{desk}?at=sites:S003&lang={lang}", f"{plan}../../compare/?old={key}&new={key}&lang={lang}"):
        page.goto(address)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 768})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_each_better_answer_stays_to_be_read_while_a_replan_is_made(page: Page, house: House, plan: str) -> None:
    """What the planner tells is drawn as it comes, with who must be re-briefed; the same answer stands once."""
    mark_ill(page, at_desk(page, plan), ILL[0])
    page.get_by_role("button", name="Replan").click()
    expect(page.locator("#state")).to_be_visible()
    claim = taken(house)
    for seconds, cost, changes in ((1.0, 900, 7), (2.0, 900, 7), (3.0, 850, 4)):
        score = {"missed": 1, "exposure": 0, "changes": changes, "cost": cost}
        told = {"stage": "improve", "seconds": seconds, "score": score, "bound": BOUND, "uncovered": 1}
        with house.app.extensions[database.KEY].session() as s:
            store.renew(s, claim.scenario, OWNER, claim.attempt, LEASE, told)
        expect(page.locator("#state .figures")).to_contain_text(str(cost))
    answers = page.locator("#better li")
    expect(answers).to_have_count(2)
    expect(answers.first).to_contain_text("Officers to be re-briefed 4 · Cost 850")
    expect(answers.last).to_contain_text("Cost 900")
