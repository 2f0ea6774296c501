"""Asking for a plan in the browser: taken once, refused with a reason, watched, stopped."""

import re
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from models import plans, register, users
from models.database import Database
from planner.solver import Limit
from tests.house import House, build, token
from tests.lives import step
from tests.planning import OWNER, PLAN_REQUEST, ask, finish, taken, tell
from tests.stored_plans import document, loaded, plan_document, stored
from web import database as web_database


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which the house's person is signed in."""
    return house.client()


@pytest.fixture
def city(house: House) -> int:
    """The key of one-city."""
    return loaded(house, document("one-city"))


def test_a_request_returns_at_once_with_its_page(client: FlaskClient, house: House, city: int) -> None:
    """The answer to the form is the page of the plan that waits, and its limit and seed are what was typed."""
    status, address = ask(client, city, name="First try")
    assert status == 302
    page = client.get(address).text
    assert "First try" in page
    assert "Waiting" in page
    assert "Stop" in page
    limit = taken(house).limit
    assert (limit.seconds, limit.work, limit.seed) == (20.0, None, 7)


def test_solver_work_takes_the_place_of_seconds(client: FlaskClient, house: House, city: int) -> None:
    """Where solver work is given, the clock sets no limit."""
    ask(client, city, work="1500.5")
    limit = taken(house).limit
    assert (limit.seconds, limit.work) == (None, 1500.5)


def test_a_form_that_is_sent_twice_makes_one_plan(client: FlaskClient, city: int) -> None:
    """A double click, or a page sent again, leads to the same plan; the next page's form makes another."""
    first = ask(client, city)
    assert ask(client, city) == first
    assert ask(client, city, token="a-token-of-the-next-page")[1] != first[1]


def test_every_page_has_a_token_of_its_own(client: FlaskClient, city: int) -> None:
    """The form of each page carries another token."""
    found = [re.findall(r'name="token" value="([\w-]+)"', client.get(f"/operations/{city}/plans/").text) for _ in "ab"]
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seconds", "0"),
        ("seconds", ""),
        ("seconds", "nan"),
        ("seconds", "1e9"),
        ("seconds", "604801"),
        ("seconds", "²"),
        ("work", "-1"),
        ("work", "inf"),
        ("seed", "1.5"),
        ("seed", "2147483648"),
        ("name", "x" * 101),
        ("name", "a\nb"),
        ("token", ""),
    ],
)
def test_a_bad_field_is_told_and_nothing_is_asked(client: FlaskClient, city: int, field: str, value: str) -> None:
    """A figure that cannot be taken is marked; no plan waits."""
    status, page = ask(client, city, **{field: value})
    assert status == 422
    assert f'id="{field}-wrong"' in page or field == "token"
    assert "No plans yet." in client.get(f"/operations/{city}/plans/").text


def test_what_cannot_be_planned_is_told(client: FlaskClient, house: House) -> None:
    """An operation with a site that lies nowhere yet is not planned: the page says which."""
    lacking = document("one-city")
    lacking["sites"][2] |= {"lat": None, "lon": None}
    key = loaded(house, lacking)
    status, page = ask(client, key)
    assert status == 422
    assert "The operation cannot be planned yet" in page
    assert "<code>sites[2].lat</code> may not be null" in page
    answer = client.post(f"/operations/{key}/plans/?lang=zh", data={"csrf_token": token(client), **PLAN_REQUEST})
    assert "<code>sites[2].lat</code> may not be null" not in answer.text


def test_a_closed_operation_is_not_planned(client: FlaskClient, house: House, city: int) -> None:
    """The list of a closed operation's plans has no form, and a form sent all the same is refused."""
    assert step(client, city, "closed") == 302
    assert 'name="seconds"' not in client.get(f"/operations/{city}/plans/").text
    assert ask(client, city)[0] == 409


def test_progress_is_told_on_the_page(client: FlaskClient, house: House, city: int) -> None:
    """While a plan is made its page says the stage, the score so far, the bound and the seconds."""
    address = ask(client, city)[1]
    tell(house, taken(house), "detainees", 3, uncovered=2)
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(address).text).split())
    assert "Planning …" in page
    assert "Not covered 2 people (weight 3) lower bound: weight 1" in page
    assert "1 s" in page
    assert re.search(r'aria-current="step">\s*Detainees', client.get(address).text)


def test_the_plan_stands_where_its_progress_stood(client: FlaskClient, house: House, city: int) -> None:
    """When the plan is there, the same address shows it."""
    address = ask(client, city)[1]
    assert client.get(f"{address}map").status_code == 404
    finish(house, taken(house))
    assert "Teams and their squads" in client.get(address).text
    assert client.get(f"{address}map").status_code == 200


def test_a_failure_is_told(client: FlaskClient, house: House, city: int) -> None:
    """When no plan came of it, the page says so and why."""
    address, claim = ask(client, city)[1], taken(house)
    with house.app.extensions[web_database.KEY].session() as s:
        plans.give_up(s, claim.scenario, OWNER, claim.attempt, "the solver fell over")
    page = client.get(address).text
    assert "Failed" in page
    assert "the solver fell over" in page


def test_failures_are_listed(client: FlaskClient, house: House, city: int) -> None:
    """A page that the list of operations leads to tells of each plan that failed when, why and after which attempt."""
    assert "No failed plans." in client.get("/operations/failed?lang=en").text
    address, claim = ask(client, city, name="By night")[1], taken(house)
    with house.app.extensions[web_database.KEY].session() as s:
        plans.give_up(s, claim.scenario, OWNER, claim.attempt, "lost")
    assert 'href="/operations/failed"' in client.get("/operations/").text
    page = client.get("/operations/failed").text
    assert f'href="{address}"' in page
    assert "By night" in page
    assert "The planning worker failed repeatedly" in page
    assert 'class="n">1</td>' in page


def test_a_person_has_so_many_open_plans(tmp_path: Path, sqlite_template: Path) -> None:
    """One plan more than the setting allows is not taken; another person's is, and a stop makes room."""
    house = build(tmp_path, sqlite_template, most_waiting=2)
    client, other = house.client(), house.client(house.another("other"))
    key = loaded(house, document("one-city"))
    words = [f"a-token-of-page-{n}" for n in range(4)]
    first = ask(client, key, token=words[0])[1]
    assert ask(client, key, token=words[1])[0] == 302
    status, page = ask(client, key, token=words[2])
    assert status == 429
    assert "You have 2 plans queued or in progress" in page
    assert ask(client, key, token=words[1])[0] == 302
    assert ask(other, key, token=words[3])[0] == 302
    client.post(f"{first}stop", data={"csrf_token": token(client)})
    assert ask(client, key, token=words[2])[0] == 302


def test_who_waits_is_told_the_place(client: FlaskClient, house: House, city: int) -> None:
    """Page and list say how many are before a plan in the queue, and how long they may take."""
    ask(client, city, token="a-token-of-page-1", seconds="90")
    ask(client, city, token="a-token-of-page-2", seconds="600")
    address = ask(client, city, token="a-token-of-page-3")[1]
    tell(house, taken(house), "squads", 9)
    text = " ".join(client.get(address).text.split())
    assert "1 ahead in the queue; up to 12 min" in text
    assert "1 ahead in the queue" in client.get(f"/operations/{city}/plans/").text


def test_no_two_clicks_make_one_plan_too_many(database: Database) -> None:
    """Of eight requests of one person at the same moment as many are taken as may be open, on either database."""
    with database.session() as s:
        user = users.add(s, "somebody", "no password fits this")
        key = register.create_operation(s, document("one-city"), user)
    begin, taken_or_not = threading.Barrier(8), list[bool]()

    def click() -> None:
        begin.wait()
        try:
            with database.session() as s:
                plans.ask(s, key, user, Limit(20.0), most_waiting=3)
            taken_or_not.append(True)
        except plans.TooManyWaiting:
            taken_or_not.append(False)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken_or_not) == [False] * 5 + [True] * 3


def test_stop_asks_the_dispatcher(client: FlaskClient, house: House, city: int) -> None:
    """After Stop whoever makes the plan is told to end."""
    address, claim = ask(client, city)[1], taken(house)
    assert not tell(house, claim, "squads", 9).stop
    answer = client.post(f"{address}stop", data={"csrf_token": token(client)})
    assert answer.headers["Location"] == address
    assert tell(house, claim, "squads", 9).stop


def test_stop_before_it_began(client: FlaskClient, city: int) -> None:
    """What waits is stopped at once, and its page says that there is no plan."""
    address = ask(client, city)[1]
    client.post(f"{address}stop", data={"csrf_token": token(client)})
    page = client.get(address).text
    assert "Stopped" in page
    assert "Stopped before a plan was found." in page
    assert 'id="lost"' not in page


def test_two_clicks_at_the_same_moment_ask_once(database: Database) -> None:
    """Whichever request comes first, all that carry one token get the same scenario, on either database."""
    with database.session() as s:
        user = users.add(s, "somebody", "no password fits this")
        key = register.create_operation(s, document("one-city"), user)
    begin, found = threading.Barrier(4), list[int]()

    def click() -> None:
        begin.wait()
        with database.session() as s:
            found.append(plans.ask(s, key, user, Limit(20.0), "", "a-token-of-one-page"))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_the_house_stands_on_either_database(tmp_path: Path, database_url: str) -> None:
    """List, overview, plan, its papers and a request for another one come from SQLite and from PostgreSQL alike."""
    house = build(tmp_path, None, database_url=database_url)
    address, client = stored(house, document("one-city"), plan_document("one-city")), house.client()
    for path in ("/operations/", address, f"{address}map", f"{address}sheets.pdf", address.split("plans")[0]):
        assert client.get(path).status_code == 200, path
    asked = ask(client, int(address.split("/")[2]))[1]
    tell(house, taken(house), "strike", 2)
    assert "Strike" in client.get(asked).text
    house.app.extensions[web_database.KEY].close()
