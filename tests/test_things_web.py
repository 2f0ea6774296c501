"""A page for each thing of an operation: what it is, what it does in a plan, what hangs on it, and its changes."""

import re
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from models import register
from planner.edits import Edit
from planner.files import read_operation, read_plan
from planner.render.chart import _ChartRows
from planner.render.duties import Duties
from planner.render.formatting import h_minutes
from planner.render.sheet_squads import squad_card
from planner.render.sheets import scopes
from planner.render.timeline import timeline
from planner.scenario import Scenario
from tests.house import House
from tests.stored_plans import EXAMPLES, document, loaded, plan_document, stored
from tests.test_web_plans import text
from web import database
from web.thing_links import NOUNS

ROADS = "3-02-roads"


@pytest.fixture(scope="module")
def question() -> Scenario:
    """The reference example with roads."""
    return Scenario(read_operation(EXAMPLES / f"{ROADS}.json"))


@pytest.fixture(scope="module")
def duties(question: Scenario) -> Duties:
    """What everybody does in its plan."""
    plan = read_plan(EXAMPLES / f"plans/{ROADS}.json")
    return Duties(question, plan, timeline(question, plan))


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which the house's person is signed in."""
    return house.client()


@pytest.fixture
def roads(house: House) -> str:
    """The address of the operation 3-02-roads, which has a plan."""
    return stored(house, document(ROADS), plan_document(ROADS)).partition("plans/")[0]


def thing(operation: str, table: str, key: str, **more: object) -> str:
    """The address of a thing's page in English."""
    return f"{operation}things/{table}?{urlencode({'id': key, 'lang': 'en', **more})}"


def test_every_officer_has_one_place_at_a_time(question: Scenario, duties: Duties) -> None:
    """Nobody does two things at once: each duty of an officer begins when the one before has ended, or later."""
    busy = 0
    for officer in question.operation.officers:
        mine = [d for d in duties.of("officers", officer.id) if d.task != "command"]
        busy += bool(mine)
        assert all(one.end <= other.start for one, other in pairwise(mine)), officer.id
    assert busy > 200


def test_duties_sheet_and_chart_agree(question: Scenario, duties: Duties) -> None:
    """Each moment of a squad's timeline on its team's sheet is one of its duties', and each bar of the chart is one."""
    plan = read_plan(EXAMPLES / f"plans/{ROADS}.json")
    rows = {row.label: row for row in _ChartRows(question, plan, "en", None, timeline(question, plan)).all()}
    for scope in scopes(question, plan, "en"):
        for card in (squad_card(scope, unit) for unit in scope.squads):
            mine = duties.of("units", card["id"])
            moments = {h_minutes(m) for d in mine for m in (d.start, d.end)}
            assert {told for _, told, *_ in card["timeline"]} <= moments
            bars = {(d.task, d.start, d.end, d.place) for d in mine}
            assert {(bar.task, bar.start, bar.end, bar.name) for bar in rows[card["id"]].bars} <= bars


def test_a_detainee_is_followed_from_the_door_to_the_interview(question: Scenario, duties: Duties) -> None:
    """A detainee's duties are arrest, the ways in custody, delivery and interview, without an overlap of ways."""
    plan = read_plan(EXAMPLES / f"plans/{ROADS}.json")
    for suspect, (unit, stop) in plan.deliveries_by_suspect.items():
        mine = duties.of("suspects", suspect)
        assert mine[0].task == "raid"
        assert [d.start for d in mine if d.task == "deliver"] == [stop.start]
        ways = [d for d in mine if d.task == "travel"]
        assert ways[-1].end <= stop.start and {d.unit for d in ways} == {unit.id}
        assert all(one.place == other.source for one, other in pairwise(ways))


def some_of(question: Scenario) -> list[tuple[str, str]]:
    """One thing of each kind that has a part in the plan."""
    plan = read_plan(EXAMPLES / f"plans/{ROADS}.json")
    squad, talk = plan.units_by_id[plan.teams[0].units[0]], plan.interviews[0]
    officer = question.operation.officers_by_id[talk.officers[0]]
    suspect = question.operation.suspects_by_id[talk.suspect]
    return [
        ("officers", officer.id),
        ("agencies", officer.agency),
        ("suspects", suspect.id),
        ("sites", suspect.site),
        ("places", talk.place),
        ("places", officer.base),
        ("places", plan.teams[0].assembly),
        ("vehicles", squad.vehicles[0]),
        ("units", squad.id),
        ("units", next(unit.id for unit in plan.units if unit.kind == "forensic")),
        ("teams", plan.teams[0].id),
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_thing_of_each_kind_has_its_page(
    client: FlaskClient, roads: str, question: Scenario, duties: Duties, lang: str
) -> None:
    """The page names the thing, has a line for each of its duties with clock and minutes from H, and nothing inline."""
    for table, key in some_of(question):
        answer = client.get(thing(roads, table, key, lang=lang))
        assert answer.status_code == 200, (table, key)
        page = text(answer.text)
        assert key in page
        lines = answer.text.partition('class="lines duties"')[2].partition("</table>")[0]
        assert lines.count("<tr>") - 1 == len(duties.of(table, key)), (table, key)
        assert h_minutes(duties.of(table, key)[0].start) in lines
        assert not re.search(r"\sstyle=|\son\w+=|<style", answer.text)


def test_names_lead_both_ways(client: FlaskClient, roads: str, question: Scenario) -> None:
    """Whatever a thing's page names has a page that names the thing again."""
    suspect = next(
        s
        for s in question.operation.suspects
        if s.id == read_plan(EXAMPLES / f"plans/{ROADS}.json").interviews[0].suspect
    )
    page = client.get(thing(roads, "suspects", suspect.id)).text
    there = set(re.findall(r'<a class="thing" href="([^"]+)"', page))
    assert len(there) > 10
    for address in there:
        back = client.get(address.replace("&amp;", "&")).text
        assert (
            f"/things/suspects?id={suspect.id}" in back
            or "/things/places?" in address
            or "/things/agencies?" in address
        )


def test_what_is_not_there_is_told_in_words(client: FlaskClient, roads: str) -> None:
    """An id that nothing has is answered with 404 and a sentence that names it; so is no id, and no such table."""
    for table in NOUNS:
        answer = client.get(thing(roads, table, "<b>X</b>"))
        assert answer.status_code == 404
        assert "&lt;b&gt;X&lt;/b&gt;" in answer.text and "There is no" in answer.text
        assert client.get(f"{roads}things/{table}").status_code == 404
    assert client.get(thing(roads, "links", "X")).status_code == 404


def test_an_id_may_hold_any_sign(client: FlaskClient, house: House) -> None:
    """A vehicle has its page whatever its id is made of."""
    data, keys = document("tiny"), ["a/b", "/", "..", "50% & more?", "#1", "成 都", "a//b"]
    data["vehicles"] += [data["vehicles"][0] | {"id": key, "label": "Odd"} for key in keys]
    operation = f"/operations/{loaded(house, data)}/"
    for key in keys:
        page = client.get(thing(operation, "vehicles", key))
        assert page.status_code == 200 and "Odd" in page.text


def test_the_history_of_a_thing_is_its_own(client: FlaskClient, house: House) -> None:
    """The page lists the changes of this row, with the fields; a removed row keeps its page, which says so."""
    key = loaded(house, document("tiny"))
    operation = f"/operations/{key}/"
    with house.app.extensions[database.KEY].session() as s:
        car, other = register.document(s, key)["vehicles"][:2]
        register.change(s, key, [Edit("vehicles", car["id"], car | {"seats": 9})], house.person.id)
        register.change(s, key, [Edit("vehicles", other["id"], other | {"seats": 8})], house.person.id)
    page = text(client.get(thing(operation, "vehicles", car["id"])).text)
    assert f"changed: seats {car['seats']} → 9" in page and "→ 8" not in page
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, [Edit("vehicles", car["id"], None)], house.person.id)
    gone = client.get(thing(operation, "vehicles", car["id"]))
    assert gone.status_code == 200 and "No longer in the registers." in gone.text


def test_the_plan_that_is_asked_for_is_shown(client: FlaskClient, house: House) -> None:
    """With `plan` the page shows that plan's duties, else the working plan's; another operation's plan is not there."""
    address = stored(house, document(ROADS), plan_document(ROADS))
    operation, scenario = address.partition("plans/")[0], int(address.rstrip("/").rpartition("/")[2])
    other = stored(house, document("one-city"), plan_document("one-city"))
    officer = document(ROADS)["officers"][0]["id"]
    assert client.get(thing(operation, "officers", officer, plan=scenario)).status_code == 200
    assert (
        client.get(thing(operation, "officers", officer, plan=other.rstrip("/").rpartition("/")[2])).status_code == 404
    )
    assert "No plans yet." in client.get(thing(f"/operations/{loaded(house, document('tiny'))}/", "teams", "T1")).text


def test_who_rests_before_an_address_does_not_rest_at_it(question: Scenario, duties: Duties) -> None:
    """A unit from far rests where it assembles; before an exam it rests away from the suspect's door."""
    rests = [d for o in question.operation.officers for d in duties.of("officers", o.id) if d.task == "rest"]
    assert any(not duty.place for duty in rests)
    assert not [duty for duty in rests if duty.place in question.operation.sites_by_id]
