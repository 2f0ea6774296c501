"""Commander's orders as sentences: given by name, doubted before they contradict, withdrawn."""

import html
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import register
from planner.edits import Document
from planner.files.fault import UnfitValue
from tests.house import House, token
from tests.stored_plans import document, loaded
from web import database
from web.picking import names_in, pick_row
from web.pins import minute_of

H = datetime.fromisoformat("2022-04-01T06:00+08:00")
OFFERS = {"O1": "Officer 1 (O1)", "O12": "Officer 12 (O12)", "O2": "王队长 (O2)", "O3": "Officer 3 (O3)"}


@pytest.fixture
def page(house: House) -> str:
    """The address of the page of orders of an operation that has none."""
    return f"/operations/{loaded(house, _bare())}/pins"


def _bare() -> Document:
    return {key: value for key, value in document("one-city").items() if key != "pins"}


def _give(client: FlaskClient, page: str, kind: str, subject: str, sentence: str, **more: str) -> TestResponse:
    form = {"csrf_token": token(client), "kind": kind, "subject": subject, "sentence": sentence, **more}
    return client.post(page, data=form)


def _pins(house: House, page: str) -> list[Document]:
    with house.app.extensions[database.KEY].session() as s:
        found = register.document(s, int(re.findall("[0-9]+", page)[0])).get("pins", [])
    return list(found)


def _filled(value: object, names: dict[str, str]) -> object:
    """The value with names in the places that wait for them."""
    if isinstance(value, dict):
        return {key: _filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, names) for one in value]
    return value.format(**names) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("kind", "sentence", "more", "pin"),
    [
        ("officer", "at_site", {"at_site": "{site}"}, {"officer": "{officer}", "site": "{site}"}),
        ("officer", "not_at_site", {"not_at_site": "{site}"}, {"officer": "{officer}", "not_site": "{site}"}),
        ("officer", "in_team", {"in_team": "T02"}, {"officer": "{officer}", "team": "T02"}),
        ("officer", "reserve", {}, {"officer": "{officer}", "reserve": True}),
        ("site", "start", {"start": "H+10"}, {"site": "{site}", "start": 10}),
        ("site", "of_team", {"of_team": "t02"}, {"site": "{site}", "team": "T02"}),
        ("site", "together", {"together": "{other}"}, {"together": ["{site}", "{other}"]}),
        ("site", "skip", {}, {"site": "{site}", "skip": True}),
    ],
)
def test_each_sentence_is_its_pin(
    house: House, page: str, kind: str, sentence: str, more: dict[str, str], pin: Document
) -> None:
    """Each of the eight forms of a pin is given by its sentence, listed in words, and withdrawn by its button."""
    client = house.client()
    rows = _bare()
    names = {"officer": rows["officers"][0]["id"], "site": rows["sites"][0]["id"], "other": rows["sites"][1]["id"]}
    wanted = _filled(pin, names)
    sent = {key: value.format(**names) for key, value in more.items()}
    answer = _give(client, page, kind, names[kind], sentence, **sent)
    assert answer.status_code == 302
    assert _pins(house, page) == [wanted]
    shown = client.get(page).text
    key = re.search(r'name="key" value="([^"]+)"', shown)
    assert key and names[kind] in shown
    client.post(f"{page}/withdraw", data={"csrf_token": token(client), "key": html.unescape(key[1])})
    assert _pins(house, page) == []


def test_a_new_order_takes_the_place_of_what_it_excludes(house: House, page: str) -> None:
    """An officer in reserve who is given to a team is in reserve no more, and the page says what was replaced."""
    client, officer = house.client(), _bare()["officers"][0]["id"]
    _give(client, page, "officer", officer, "reserve")
    _give(client, page, "officer", officer, "in_team", in_team="T01")
    assert _pins(house, page) == [{"officer": officer, "team": "T01"}]
    assert "It replaces:" in client.get(page).text


def test_a_contradiction_is_asked_about_first(house: House, page: str) -> None:
    """Two sites raided by one team and by two teams: nothing is stored before it is ordered all the same."""
    client, (a, b) = house.client(), [row["id"] for row in _bare()["sites"][:2]]
    _give(client, page, "site", a, "of_team", of_team="T01")
    _give(client, page, "site", b, "of_team", of_team="T02")
    before = _pins(house, page)
    asked = _give(client, page, "site", a, "together", together=b)
    assert asked.status_code == 409
    assert "This contradicts an order that holds:" in asked.text
    assert _pins(house, page) == before
    assert _give(client, page, "site", a, "together", together=b, agreed="1").status_code == 302
    assert len(_pins(house, page)) == 3
    assert "These orders contradict each other:" in client.get(page).text


@pytest.mark.parametrize(
    ("kind", "subject", "sentence", "more", "told"),
    [
        ("officer", "nobody of that name", "reserve", {}, "choose from the list"),
        ("officer", "O-", "reserve", {}, "may be several:"),
        ("officer", "{officer}", "", {}, "Choose what is ordered."),
        ("officer", "{officer}", "in_team", {}, "choose from the list"),
        ("site", "{site}", "start", {"start": "six"}, "Enter a clock time such as 06:10"),
        ("site", "{site}", "together", {"together": "{site}"}, "Choose two different sites."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    house: House, page: str, kind: str, subject: str, sentence: str, more: dict[str, str], told: str
) -> None:
    """A refused order stores nothing, says what to enter, and keeps what was typed."""
    rows = _bare()
    names = {"officer": rows["officers"][0]["id"], "site": rows["sites"][0]["id"]}
    sent = {key: value.format(**names) for key, value in more.items()}
    answer = _give(house.client(), page, kind, subject.format(**names), sentence, **sent)
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert subject.format(**names) in answer.text
    assert _pins(house, page) == []


def test_what_was_typed_alone_is_the_sentence(house: House, page: str) -> None:
    """Who types a team and chooses no sentence means the one beside the team; with two typed it must be chosen."""
    client, rows = house.client(), _bare()
    officer, site = rows["officers"][0]["id"], rows["sites"][0]["id"]
    assert _give(client, page, "officer", officer, "", in_team="T01", at_site=site).status_code == 422
    assert _give(client, page, "officer", officer, "", in_team="T01").status_code == 302
    assert _pins(house, page) == [{"officer": officer, "team": "T01"}]


def test_the_same_order_twice_is_told(house: House, page: str) -> None:
    """Who orders what holds already is told so."""
    client, officer = house.client(), _bare()["officers"][0]["id"]
    _give(client, page, "officer", officer, "reserve")
    assert "This is ordered already." in _give(client, page, "officer", officer, "reserve").text


def test_the_page_of_an_officer_leads_to_an_order_for_it(house: House, page: str) -> None:
    """From the page of an officer or a site one click leads to the form, filled in with it."""
    client = house.client()
    for table, row in (("officers", _bare()["officers"][0]), ("sites", _bare()["sites"][0])):
        shown = client.get(f"{page.removesuffix('pins')}things/{table}?id={row['id']}").text
        found = re.search(r'href="([^"]*/pins[?][^"]+)"', shown)
        assert found
        assert f"({row['id']})" in client.get(html.unescape(found[1])).text


def test_a_closed_operation_has_no_forms(house: House, page: str) -> None:
    """Of a closed operation the orders are read only."""
    client = house.client()
    with house.app.extensions[database.KEY].session() as s:
        register.set_status(s, int(re.findall("[0-9]+", page)[0]), "closed", house.person.id)
    assert 'name="sentence"' not in client.get(page).text


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("H+10", 10),
        ("h + 10", 10),
        ("-5", -5),
        ("06:10", 10),
        ("5:50", -10),
        ("23:00", -420),
        ("2022-04-01 18:00", 720),
        ("25:00", None),
        ("", None),
        ("soon", None),
        ("999999", None),
    ],
)
def test_a_moment_is_read_as_people_type_it(text: str, minute: int | None) -> None:
    """A clock time is the one nearest to H; minutes count from H; nonsense is none."""
    assert minute_of(text, H) == minute


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("O1", "O1"),
        ("o1", "O1"),
        ("Officer 1", "O1"),
        ("officer 12 (o12)", "O12"),
        ("王队长", "O2"),
        ("队长", "O2"),
        ("r 3", "O3"),
    ],
)
def test_a_row_is_picked_by_id_name_or_part(text: str, key: str) -> None:
    """Id, name, what the list shows, or a part that one row alone has."""
    assert pick_row(text, OFFERS) == key


@pytest.mark.parametrize("text", ["", "   ", "O9", "Officer"])
def test_what_names_no_row_or_several_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UnfitValue):
        pick_row(text, OFFERS)


def test_pasted_names_are_parted() -> None:
    """A column of a sheet, a line with commas of either writing, a list with blanks: each name once, in order."""
    assert names_in("O1\r\nO2\n\nO1, O3；王队长、O4\tO5 ") == ["O1", "O2", "O3", "王队长", "O4", "O5"]
