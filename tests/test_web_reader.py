"""What a request brings is read in one way, and an error page comes whatever was sent."""

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.house import House, build, token
from tests.stored_plans import document, loaded, plan_document, stored
from web.errors import SENTENCES
from web.reader import MOST_KEY, number, whole

STEERING = ("endpoint", "values", "_external", "_anchor", "_scheme", "_method", "filename", "operation", "lang", "self")


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which the house's person is signed in."""
    return house.client()


@pytest.fixture
def city(house: House) -> int:
    """The key of one-city."""
    return loaded(house, document("one-city"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12),
        (" ０１２ ", 12),
        ("\N{MINUS SIGN}3", -3),
        ("2147483647", MOST_KEY),
        ("2147483648", None),
        ("0000000019999999999", None),
        ("1" * 5000, None),
        ("²", None),
        ("١", None),
        ("1_0", None),
        ("", None),
        ("0x1", None),
    ],
)
def test_every_digit_of_a_whole_number_counts(text: str, found: int | None) -> None:
    """A whole number is taken as a whole, within its bounds, or not at all."""
    assert whole(text, -10, MOST_KEY) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("１．５", 1.5),
        ("-.5", -0.5),
        ("1e400", None),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
    ],
)
def test_a_number_is_finite(text: str, found: float | None) -> None:
    """A number is finite and typed in figures."""
    assert number(text) == found


@pytest.mark.parametrize("key", STEERING)
@pytest.mark.parametrize("is_known", [True, False])
def test_no_query_steers_the_addresses_of_a_page(house: House, key: str, is_known: bool) -> None:
    """Whatever a query is called, log-in, list and error page come, and their language links keep it."""
    client = house.client() if is_known else house.app.test_client()
    for path in ("/login", "/nothing", "/operations/"):
        answer = client.get(path, query_string={key: "x"}, headers={"Accept": "text/html"})
        assert answer.status_code in (200, 302, 404), path
        if answer.status_code == 200 and key != "lang":
            assert f'href="{path}?{key}=x&amp;lang=zh"' in answer.text


def test_a_language_link_leads_to_no_other_host(client: FlaskClient) -> None:
    """The link of a page under two slashes stays on this host."""
    assert 'href="//' not in client.get("//evil.example/x", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("key", ["2147483648", "9223372036854775808", "1" * 400, "1" * 5000, "0x1", "-1", "１"])
def test_a_key_beyond_the_database_is_no_page(client: FlaskClient, city: int, key: str) -> None:
    """A number in an address that no row can have is answered like one that no row has."""
    for path in (f"/operations/{key}/", f"/operations/{city}/plans/{key}/", f"/operations/{city}/whatif/{key}/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("value", ["2147483648", "9" * 30, "-1", "x", "1.5"])
@pytest.mark.parametrize("route", ["compare/?old={}", "registers/sites/rows?since={}"])
def test_a_number_in_a_query_has_bounds(client: FlaskClient, city: int, route: str, value: str) -> None:
    """What is no key is refused in a sentence."""
    answer = client.get(f"/operations/{city}/{route.format(value)}&lang=en")
    assert (answer.status_code, SENTENCES[400] in answer.text) == (400, True)


@pytest.mark.parametrize("teams", ["0000000019999999999", "1" * 5000, "1001", "²"])
def test_most_teams_are_read_whole(client: FlaskClient, city: int, teams: str) -> None:
    """Of a figure that begins like a right one the rest is read too."""
    head = {"id": "x", "name": "x", "h": "2022-04-01T06:00", "zone": "+08:00", "seen": "1" * 30, "max_teams": teams}
    for route in ("/operations/new", f"/operations/{city}/head"):
        assert client.post(route, data={"csrf_token": token(client), **head}).status_code == 422


HALF, DEEP = '{"drops":[{"key":"\\ud800"}]}', '{"drops":' + "[" * 50_000 + "]" * 50_000 + "}"
BODIES = [
    HALF,
    DEEP,
    '{"drops":[{"key":"\\u0000"}]}',
    '{"drops":[{"key":["a"]}]}',
    '{"puts":[{"key":{"a":1},"cells":{}}]}',
    '{"puts":[{"key":"S1","seen":true,"cells":{}}]}',
    '{"puts":[{"key":"S1","seen":9223372036854775808,"cells":{}}]}',
    '{"also":[["nothing","x"]]}',
    '{"puts":1}',
    '{"drops":[1]}',
    "[]",
    "",
    "{",
    "NaN",
    '{"a":1' + "0" * 5000 + "}",
    b"\xff",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_change_of_a_grid_is_refused(client: FlaskClient, city: int, body: Any) -> None:
    """JSON that is malformed, too deep, or of other kinds than a grid sends gets 400."""
    headers = {"X-CSRFToken": token(client), "Content-Type": "application/json"}
    answer = client.post(f"/operations/{city}/registers/sites/rows", data=body, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["entry " + "9" * 5000, "9" * 5000, '["\\ud800"]', "[" * 9000, "9" * 5000 + "°0'0\""])
@pytest.mark.parametrize("field", ["needs", "lat"])
def test_a_cell_with_too_large_a_figure_is_told(client: FlaskClient, city: int, field: str, text: str) -> None:
    """A cell that no row can hold is a fault of that cell."""
    cells = {"id": "S999", "address": "x", "city": "x", "risk": "low", field: text}
    headers = {"X-CSRFToken": token(client)}
    answer = client.post(f"/operations/{city}/registers/sites/rows", json={"puts": [{"cells": cells}]}, headers=headers)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"]


def test_nul_in_text_is_refused(house: House, client: FlaskClient) -> None:
    """A note, a name or an address with NUL in it gets 400 and a sentence, and nothing is written."""
    address = stored(house, document("one-city"), plan_document("one-city"))
    form = {"csrf_token": token(client), "name": "x", "note": "a\0b"}
    answer = client.post(f"{address}note?lang=en", data=form)
    assert answer.status_code == 400
    assert "invalid character (NUL)" in answer.text
    for path in ("/operations/?a=%00", "/operations/1/registers/%00", "/login?next=%00"):
        assert client.get(path).status_code == 400, path


def test_a_log_in_with_nul_is_refused_on_either_database(tmp_path: Any, database_url: str) -> None:
    """NUL in a user name is a bad request, whichever database would be asked."""
    client = build(tmp_path, None, database_url=database_url).app.test_client()
    form = {"csrf_token": token(client, "/login"), "name": "a\0", "password": "x"}
    assert client.post("/login", data=form).status_code == 400


class Broken(Exception):
    """What the tests break."""


def test_an_error_page_that_fails_is_a_bare_sentence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """When even the error page cannot be made, a sentence comes, guarded like any other answer."""

    def broken(*_: Any, **__: Any) -> str:
        raise Broken

    monkeypatch.setattr("web.errors.render_template", broken)
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    house.app.view_functions["accounts.login"] = broken
    answer = house.app.test_client().get("/login")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"] in answer.text


def test_the_last_resort_is_guarded_too(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """An exception outside of every handler still gets a sentence, our headers and the number that the log has."""

    def broken(*_: Any) -> Any:
        raise Broken

    house.app.wsgi_app._application = broken  # type: ignore[attr-defined]
    with caplog.at_level(logging.ERROR):
        answer = house.app.test_client().get("/login")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"] in answer.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize("host", ["LOCALHOST", "LocalHost:5000"])
def test_names_of_hosts_know_no_case(house: House, host: str) -> None:
    """A host is known in capital letters too."""
    assert house.app.test_client().get("/login", headers={"Host": host}).status_code == 200


def test_an_error_page_names_its_request(client: FlaskClient) -> None:
    """The page says the number under which the log has the request; each request has another."""
    answers = [client.get("/nothing") for _ in "ab"]
    numbers = [answer.headers["X-Request-ID"] for answer in answers]
    assert all(found in answer.text for found, answer in zip(numbers, answers, strict=True))
    assert numbers[0] != numbers[1]
