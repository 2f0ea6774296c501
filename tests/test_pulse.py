"""Who else is here, and what others have done since a page was made: told to people of an open operation alone."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update

from models import register
from models.database import now, write_transaction
from models.event_tables import visits
from models.events import last_event
from tests.house import House, token
from tests.lives import step
from tests.stored_plans import document, loaded, plan_document, stored
from web import database as web_database

ADDRESS = re.compile(r'data-address="([^"]+)"')


def address(client: FlaskClient, key: int) -> str:
    """What a page of the operation that is loaded now asks."""
    found = ADDRESS.search(client.get(f"/operations/{key}/?lang=en").text)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def put_note(client: FlaskClient, key: int) -> None:
    """The client's person writes a note on the operation."""
    form = {"csrf_token": token(client), "text": "Look"}
    assert client.post(f"/operations/{key}/remarks", data=form).status_code == 302


def aged(house: House, minutes: float) -> None:
    """Every visit was so many minutes earlier."""
    with house.app.extensions[web_database.KEY].session() as s:
        write_transaction(s)
        s.execute(update(visits).values(seen_at=now(s) - timedelta(minutes=minutes)))


def test_two_people_see_each_other_and_what_the_other_does(house: House) -> None:
    """By name and part; own actions are not told; the latest three of others are, and how many there were."""
    key, first, second = loaded(house, document("tiny")), house.client(), house.client(house.another("second"))
    mine, theirs = address(first, key), address(second, key)
    assert first.get(mine).text.strip() == ""
    assert "Also here:" in (seen := second.get(theirs).text) and "Analyst (Overview)" in seen
    assert "Second" in first.get(mine).text
    for _ in range(4):
        put_note(second, key)
    assert "change" not in second.get(theirs).text
    told = first.get(mine).text
    assert "4 changes by others since this page was loaded:" in told
    assert told.count("Second: Note written") == 3 and "Show" in told
    assert re.search(r"Note written\s+<a", told)
    assert "change" not in first.get(address(first, key)).text


def test_an_old_visit_does_not_count_and_is_swept(house: House) -> None:
    """One row for each person, written again after 15 seconds; after two minutes it is over."""
    key, first, second = loaded(house, document("tiny")), house.client(), house.client(house.another("second"))
    mine = address(first, key)
    second.get(mine)
    for _ in range(3):
        assert "Second" in first.get(mine).text
    with house.app.extensions[web_database.KEY].session() as s:
        before = s.scalars(select(visits.c.seen_at).order_by(visits.c.seen_at)).all()
    assert len(before) == 2
    first.get(mine)
    with house.app.extensions[web_database.KEY].session() as s:
        assert s.scalars(select(visits.c.seen_at).order_by(visits.c.seen_at)).all() == before
    aged(house, 2.1)
    assert "Second" not in first.get(mine).text
    with house.app.extensions[web_database.KEY].session() as s:
        assert s.scalar(select(func.count()).select_from(visits)) == 1


def test_more_people_than_five_are_a_number(house: House) -> None:
    """Five names, and how many more."""
    key, client = loaded(house, document("tiny")), house.client()
    mine = address(client, key)
    for n in range(7):
        house.client(house.another(f"person{n}")).get(mine)
    told = client.get(mine).text
    assert "Person4" in told and "Person5" not in told and "and 2 more" in told


def test_a_closed_operation_ends_the_asking(house: House) -> None:
    """Who looked at it hears that it was closed, nobody is listed, no visit is noted; its pages ask nothing."""
    key, first, second = loaded(house, document("tiny")), house.client(), house.client(house.another("second"))
    mine = address(first, key)
    second.get(mine)
    assert step(second, key, "closed") == 302
    answer = first.get(mine)
    assert answer.status_code == 286
    assert "Second: Status changed" in answer.text and "Also here" not in answer.text
    with house.app.extensions[web_database.KEY].session() as s:
        assert s.scalar(select(func.count()).select_from(visits)) == 1
    assert not ADDRESS.search(first.get(f"/operations/{key}/").text)


def test_the_strip_stands_below_the_parts_of_a_page(house: House) -> None:
    """What changes while somebody reads moves no link that is about to be followed."""
    plan = house.client().get(f"{stored(house, document('one-city'), plan_document('one-city'))}?lang=en").text
    assert plan.index("Parts of the operation") < plan.index("Parts of this page") < plan.index('id="pulse"')


def test_only_people_with_a_session_are_told(house: House) -> None:
    """A stranger gets 401 and no name; no operation is 404, no key is refused, no part of the pages is nothing."""
    key, client = loaded(house, document("tiny")), house.client()
    address(client, key)
    stranger = house.app.test_client().get(f"/operations/{key}/pulse", headers={"Accept": "application/json"})
    assert stranger.status_code == 401
    assert client.get("/operations/77/pulse?since=0").status_code == 404
    assert client.get(f"/operations/{key}/pulse?since=x").status_code == 400
    assert client.get(f"/operations/{key}/pulse?tab=%3Cb%3E").status_code == 200
    with house.app.extensions[web_database.KEY].session() as s:
        assert s.scalars(select(visits.c.tab)).all() == [""]


def test_a_name_that_another_has_given_is_not_overwritten(house: House) -> None:
    """409 with what stands there and what was typed; saved again, knowing that, it is taken."""
    plan, client = stored(house, document("one-city"), plan_document("one-city")), house.client()
    form: dict[str, Any] = {"csrf_token": token(client), "seen": "0"}
    assert client.post(f"{plan}note", data=form | {"name": "Theirs", "note": "Their note"}).status_code == 302
    answer = client.post(f"{plan}note?lang=en", data=form | {"name": "Mine", "note": "My note"})
    assert answer.status_code == 409
    assert all(text in answer.text for text in ("Someone else has changed", "Theirs", "Their note", 'value="Mine"'))
    seen = re.findall(r'name="seen"[^>]* value="(\d+)"', answer.text)[-1]
    again = client.post(f"{plan}note", data=form | {"seen": seen, "name": "Mine", "note": "My note"})
    assert again.status_code == 302 and "Mine" in client.get(plan).text


def test_a_change_by_another_is_told_before_it_surprises(
    house: House, page: Page, browser: Browser, at_home: str
) -> None:
    """Two browsers on one operation: what is typed stays, the page stays, until the link is followed by keyboard."""
    key, other = loaded(house, document("tiny")), house.another("second")
    context = browser.new_context()
    house.sign_in(context, at_home, other)
    theirs = context.new_page()
    theirs.goto(f"{at_home}/operations/{key}/?lang=en")
    expect(theirs.locator("#pulse")).to_be_attached()
    page.goto(f"{at_home}/operations/{key}/?lang=en")
    expect(page.locator("#pulse")).to_contain_text("Also here: Second (Overview)")
    page.locator("#new-note").fill("Half a sent")
    with house.app.extensions[web_database.KEY].session() as s:
        register.set_status(s, key, "ready", other.id)
        assert last_event(s, key)
    expect(page.locator("#pulse")).to_contain_text("Second: Status changed", timeout=30_000)
    expect(page.locator("#new-note")).to_have_value("Half a sent")
    expect(page.locator("#new-note")).to_be_focused()
    expect(theirs.locator("#pulse")).to_contain_text("Also here: Analyst", timeout=30_000)
    expect(theirs.locator("#pulse")).not_to_contain_text("Status changed")
    page.locator("#pulse a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pulse")).to_contain_text("Also here")
    expect(page.locator("#pulse a")).to_have_count(0)
    context.close()
