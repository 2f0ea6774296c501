"""The overview: its plan on top, the time to H, who did what, what is lacking in short, and plots."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from models import notes, register
from models import plans as store
from models.events import latest_events
from planner.edits import Edit
from tests.house import House
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_web_operations import text
from web import database, live_cache
from web.overview import countdown

H = datetime(2026, 5, 1, 5, 30, tzinfo=UTC)


@pytest.fixture
def address(house: House) -> str:
    """The overview of an operation with a plan."""
    return stored(house, document("one-city"), plan_document("one-city")).split("plans/")[0]


def key_of(address: str) -> int:
    """The key of the operation."""
    return int(re.findall(r"\d+", address)[0])


def test_the_working_plan_stays_on_top(house: House, address: str) -> None:
    """However many plans were made after it, the chosen plan is told first, with its figures and its papers."""
    key = key_of(address)
    with house.app.extensions[database.KEY].session() as s:
        first = store.lines(s, key)[0].scenario
        notes.choose(s, key, first, house.person.id)
        for number in range(7):
            store.keep(s, key, plan_document("one-city"), house.person.id, f"Later {number}")
    page = house.client().get(f"{address}?lang=en").text
    top = page.split('<dl class="figures">')[0]
    assert 'id="now-title">Working plan<' in top
    assert f'href="{address}plans/{first}/sheets.pdf"' in top
    assert text(page.split("Latest plans")[1]).count("Working plan") == 1
    with house.app.extensions[database.KEY].session() as s:
        notes.choose(s, key, None, house.person.id)
    assert "No working plan has been set. Latest plan: Later 6" in text(house.client().get(f"{address}?lang=en").text)


def test_a_plan_of_before_the_last_change_is_told(house: House, address: str) -> None:
    """Where the registers were changed after the working plan was made, the overview says so."""
    key = key_of(address)
    with house.app.extensions[database.KEY].session() as s:
        notes.choose(s, key, store.lines(s, key)[0].scenario, house.person.id)
    assert "The registers have changed" not in house.client().get(f"{address}?lang=en").text
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, [Edit("operation", "name", {"value": "Other"})], house.person.id)
    assert "The registers have changed since this plan was made." in house.client().get(f"{address}?lang=en").text


def test_who_did_what_is_one_list(house: House, address: str) -> None:
    """Changes, plans, names and choices stand in the order of time, the last one first, of this operation alone."""
    key, other = key_of(address), loaded(house, document("tiny"))
    with house.app.extensions[database.KEY].session() as s:
        scenario = store.lines(s, key)[0].scenario
        register.change(s, key, [Edit("operation", "name", {"value": "Other"})], house.person.id)
        notes.put_note(s, scenario, notes.Note("Night", ""), house.person.id)
        notes.choose(s, key, scenario, house.person.id)
        notes.choose(s, key, None, house.person.id)
        register.change(s, other, [Edit("operation", "name", {"value": "Foreign"})], house.person.id)
        found = latest_events(s, key, 8)
        assert [event.kind for event in latest_events(s, key, 2)] == ["unchosen", "chosen"]
    assert [event.kind for event in found] == ["unchosen", "chosen", "named", "changed", "kept", "created"]
    assert {event.by for event in found} == {"Analyst"}
    told = text(house.client().get(f"{address}?lang=en").text.split('id="events-title"')[1])
    said = (
        "Working plan unset",
        "Set as working plan: Night",
        "Name or note of a plan changed: Night",
        "changed: name",
    )
    assert [told.index(words) for words in said] == sorted(told.index(words) for words in said)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_plots_stand_on_overview_plan_and_comparison(house: House, address: str, lang: str) -> None:
    """Each has a title, a drawing that says what it is, and its figures in a table; no style stands in the page."""
    with house.app.extensions[database.KEY].session() as s:
        first = store.lines(s, key_of(address))[0].scenario
        other = store.keep(s, key_of(address), plan_document("one-city"), house.person.id, "<b>Night</b>")
        notes.choose(s, key_of(address), first, house.person.id)
    client = house.client()
    for part, sides in (("", 1), (f"plans/{first}/", 1), (f"compare/?old={first}&new={other}", 2)):
        page = client.get(f"{address}{part}{'&' if '?' in part else '?'}lang={lang}").text
        drawings = re.findall(r'<svg viewBox="[^"]+" role="img" aria-labelledby="([\w-]+)">\s*<title id="\1">', page)
        assert len(drawings) == len(set(drawings)) == 7 * sides
        assert len(re.findall(r"<details><summary>", page.split('class="plots')[1])) >= 7 * sides
        assert "style=" not in page.split('class="plots')[1].split("</figure>")[0]
        assert "<b>Night" not in page


def test_names_in_plots_are_text(house: House) -> None:
    """A city whose name looks like markup is drawn as it is written."""
    operation = document("one-city")
    for row in (*operation["sites"], *operation["places"]):
        row["city"] = "<script>"
    for row in operation["agencies"]:
        row["cities"] = ["<script>"]
    page = house.client().get(f"/operations/{loaded(house, operation)}/").text
    assert "<script>" not in page.split('class="plots')[1]
    assert "&lt;script&gt;, Needed" in page


def test_plots_of_a_large_operation_come_after_the_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until they were made once, the page asks for them apart; then they stand in it; a change makes them anew."""
    monkeypatch.setattr(live_cache, "QUICK_OFFICERS", 3)
    key, client = loaded(house, document("one-city")), house.client()
    assert f'hx-get="/operations/{key}/charts"' in client.get(f"/operations/{key}/").text
    assert 'class="plots' in client.get(f"/operations/{key}/charts").text
    assert 'class="plots' in client.get(f"/operations/{key}/").text
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, [Edit("operation", "max_teams", {"value": 3})], house.person.id)
    assert "hx-get" in client.get(f"/operations/{key}/").text


def test_what_cannot_be_planned_yet_has_an_overview(house: House) -> None:
    """An operation without coordinates, or with nothing in it, is shown without plots."""
    operation = document("one-city")
    for row in operation["sites"]:
        row.pop("lat"), row.pop("lon")
    answer = house.client().get(f"/operations/{loaded(house, operation)}/")
    assert answer.status_code == 200
    assert "<svg" not in answer.text


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (timedelta(0), "H+00:00:00"),
        (timedelta(seconds=75), "H+00:01:15"),
        (-timedelta(days=6, hours=7, minutes=12, seconds=5), "H\N{MINUS SIGN}6 d 07:12:05"),
        (-timedelta(hours=23, minutes=59), "H\N{MINUS SIGN}23:59:00"),
        (timedelta(days=1), "H+1 d 00:00:00"),
    ],
)
def test_the_countdown_is_told_to_the_second(off: timedelta, told: str) -> None:
    """Before H with a minus, after it with a plus, days where there are any."""
    assert countdown(H, H + off) == told


def test_the_countdown_ticks(page: Page, no_outside: object, house: House, at_home: str) -> None:
    """In the browser the time goes on, in the same form in which the server wrote it, and charts come by themselves."""
    key = loaded(house, document("tiny") | {"h_hour": "2099-01-01T00:00:00+08:00"})
    page.clock.install()
    page.goto(f"{at_home}/operations/{key}/?lang=zh")
    clock = page.get_by_role("timer")
    form = re.compile("^H\N{MINUS SIGN}\\d+ d \\d\\d:\\d\\d:\\d\\d$")
    expect(clock).to_have_text(form)
    before = clock.inner_text()
    page.clock.run_for(65_000)
    expect(clock).not_to_have_text(before)
    expect(clock).to_have_text(form)
