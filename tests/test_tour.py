"""The guided example: what counts as done, that it is left and taken up again by each account, in either language."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.conftest import Watched
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_all_pages_browser import SIZE, found
from tests.test_whatif_browser import solved
from web.tour import EXAMPLES, place_of
from web.tour_steps import STEPS

FOLDER = Path(__file__).resolve().parents[1] / "examples"
NAME = "one-city"


def post(client: FlaskClient, address: str, **fields: str) -> str:
    """Where the answer to a form leads."""
    answer = client.post(address, data={"csrf_token": token(client), **fields})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def panel(client: FlaskClient, address: str) -> str:
    """The panel of the example on a page, in English; nothing where there is none."""
    page = client.get(f"{address}{'&' if '?' in address else '?'}lang=en").text
    return (re.findall('<aside class="tour".*?</aside>', page, re.S) or [""])[0]


def test_every_example_is_offered_and_nothing_else(house: House) -> None:
    """The references are those of the example files; the list and the help offer the example of one of them alone."""
    assert set(EXAMPLES) == {json.loads(file.read_text("utf-8"))["id"] for file in FOLDER.glob("*.json")}
    client = house.client()
    loaded(house, document("tiny") | {"id": "of-our-own"})
    assert "tour-offer" not in client.get("/operations/").text and "tour-offer" not in client.get("/help").text
    loaded(house, document("tiny"))
    for address in ("/operations/", "/help"):
        assert "Start</button>" in client.get(f"{address}?lang=en").text
        assert "开始</button>" in client.get(f"{address}?lang=zh").text


def test_each_step_is_done_by_what_it_asks_for(house: House) -> None:
    """From the overview to the sheet: a step's own page shows that it is done, no sooner, and leads to the next."""
    client = house.client()
    plan = stored(house, document(NAME), plan_document(NAME))
    operation = plan.partition("plans/")[0]
    officers = plan_document(NAME)["units"][0]["officers"][:2]
    form = {"table": "officers", "edit": "all_gone", "names": ", ".join(officers)}

    def doing(number: int) -> str:
        """What the step asks for is done; returns the address of a page that shows the panel afterwards."""
        if number == 6:
            assert client.get(f"{plan}map").status_code == 200
        elif number == 7:
            subject = re.search(r'name="subject" required[^>]* value="([^"]+)"', client.get(there).text)
            assert subject is not None
            post(client, f"{operation}pins", kind="officer", subject=subject[1], sentence="reserve")
        elif number == 8:
            desk = post(client, f"{operation}whatif/", parent=plan.split("/")[-2])
            post(client, f"{desk}edits", **form)
            plan_request = re.search(r'name="token" value="([^"]+)"', client.get(desk).text)
            assert plan_request is not None
            post(client, f"{desk}replan", token=plan_request[1], seconds="5", seed="0", work="", name="")
            solved(house)
        elif number == 10:
            assert client.get(f"{there}sheets.pdf").status_code == 200
        return {2: finding, 3: f"{operation}things/suspects?id=P0001"}.get(number, there.partition("#")[0])

    finding = re.findall(r'href="([^"]*finding=[^"]*)"', client.get(operation).text)[0].replace("&amp;", "&")
    there = post(client, f"{operation}tour", anew="yes")
    for number, step in enumerate(STEPS, 1):
        elsewhere = panel(client, f"{operation}history")
        assert f"step {number} of 10" in elsewhere and "✓ Done" not in elsewhere, step.title
        shown = panel(client, doing(number))
        assert f"step {number} of 10" in shown and "✓ Done" in shown, step.title
        if number < len(STEPS):
            there = post(client, f"{operation}tour", step=str(number + 1))
    assert shown.count("✓") == len(STEPS) + 1 and "This was the last step." in shown


def test_the_example_is_left_and_taken_up_again_by_each_account_for_itself(house: House) -> None:
    """Who leaves it has no panel, and goes on at the same step, even after a new log-in; others are not guided."""
    plan = stored(house, document(NAME), plan_document(NAME))
    operation, client = plan.partition("plans/")[0], house.client()
    assert panel(client, operation) == ""
    post(client, f"{operation}tour", step="4")
    assert "step 4 of 10" in panel(client, plan)
    assert post(client, f"{operation}tour", leave="yes") == operation
    assert panel(client, operation) == ""
    with client.session_transaction() as kept:
        kept.update(house.session_of(house.another("commander")))
    assert panel(client, plan) == "" and "Start</button>" in client.get("/operations/?lang=en").text
    with client.session_transaction() as kept:
        kept.update(house.session_of(house.person))
    assert "Continue at step 4" in client.get("/operations/?lang=en").text
    post(client, f"{operation}tour", step="4")
    assert "step 4 of 10" in panel(client, operation) and "4✓" in panel(client, operation)
    assert panel(client, f"/operations/{loaded(house, document('tiny'))}/") == "", "another operation is not part of it"
    for step in ("0", "11", "x"):
        sent = client.post(f"{operation}tour", data={"csrf_token": token(client), "step": step})
        assert sent.status_code == 400
    assert client.post(f"{operation}tour", data={"step": "1"}).status_code == 400, "without the proof"


@pytest.mark.parametrize(
    "text", ["", "1", "1-10-0000000000-0", "1-0-000-0", "1-0-0000000002-0", "x-0-0000000000-0", "1-0-0000000000-0\n"]
)
def test_a_cookie_that_we_did_not_write_is_none(text: str) -> None:
    """Whatever a browser sends, there is a place in the example or none."""
    assert place_of(text) is None
    assert place_of("7-3-0110000000-1") is not None


def test_an_operation_without_a_plan_has_steps_all_the_same(house: House) -> None:
    """Each step leads to a page that is there, be it the list of plans."""
    client, operation = house.client(), f"/operations/{loaded(house, document('tiny'))}/"
    for number in range(1, len(STEPS) + 1):
        there = post(client, f"{operation}tour", step=str(number))
        assert f"step {number} of 10" in panel(client, there.partition("#")[0])


@pytest.mark.parametrize(
    ("lang", "start", "following", "title"),
    [
        ("en", "Start", "Next step", "What must be fixed before planning"),
        ("zh", "开始", "下一步", "编制方案前须解决的问题"),
    ],
)
def test_the_panel_leads_by_keyboard_and_is_not_printed(
    page: Page, no_outside: Watched, house: House, at_home: str, lang: str, start: str, following: str, title: str
) -> None:
    """From the list of operations to the second step; axe finds nothing; on a phone nothing sticks out."""
    stored(house, document(NAME), plan_document(NAME))
    page.set_viewport_size(SIZE)
    page.goto(f"{at_home}/operations/?lang={lang}")
    page.get_by_role("button", name=start, exact=True).press("Enter")
    aside = page.locator("aside.tour")
    expect(aside).to_be_visible()
    assert found(page) == []
    aside.get_by_role("button", name=following, exact=True).press("Enter")
    expect(aside.get_by_role("heading", name=title)).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    expect(aside).to_be_hidden()
