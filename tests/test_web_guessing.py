"""Guessing passwords is slow, for everybody who might guess, and shuts nobody out."""

import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from models import users
from models.attempts import Guesser, seconds_to_wait
from tests.house import House, build, token
from tests.log_ins import PASSWORD, change, is_in, log_in, stranger
from web import database, passwords
from web.login_throttle import FIRST, FREE, MOST


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which nobody is signed in yet."""
    return stranger(house)


SPELLINGS = ("analyst", " analyst", "ANALYST ", "ａｎａｌｙｓｔ", "aｎalyst", "ⓐnalyst")


def test_guessing_is_slowed_down(client: FlaskClient, house: House) -> None:
    """After five wrong passwords for a name, however it is spelt, even the right one waits; another name does not."""
    answers = [log_in(client, spelling, "wrong")[0] for spelling in SPELLINGS]
    assert answers == [401] * 5 + [429]
    status, text = log_in(client)
    assert status == 429
    assert re.search(r"Please wait \d+ seconds", text)
    assert log_in(client, "nobody")[0] == 401


def test_who_does_not_exist_has_to_wait_alike(client: FlaskClient) -> None:
    """An unknown name is counted, and told to wait, like a known one."""
    assert [log_in(client, "nobody", "wrong")[0] for _ in range(6)] == [401] * 5 + [429]


def test_many_guesses_at_once_are_as_many(client: FlaskClient, house: House) -> None:
    """Of thirty guesses at the same moment no more than five are looked at."""
    form = {"csrf_token": token(client, "/login"), "name": "analyst", "password": "wrong"}
    cookie = client.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    begin, codes = threading.Barrier(30), list[int]()

    def guess() -> None:
        mine = house.app.test_client()
        mine.set_cookie(cookie.key, cookie.value)
        begin.wait()
        codes.append(mine.post("/login", data=form).status_code)

    threads = [threading.Thread(target=guess) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 30
    assert set(codes) <= {401, 429, 503}
    assert codes.count(401) <= 5


def test_a_restart_and_another_server_remember(client: FlaskClient, house: House) -> None:
    """Failures are counted in the database: a server that has just begun knows of them."""
    for _ in range(5):
        log_in(client, password="wrong")
    assert log_in(create_app(house.settings).test_client())[0] == 429


def test_nobody_shuts_an_owner_out(client: FlaskClient, house: House) -> None:
    """However often others fail, whoever is signed in stays so, and gets in again in the browser of before."""
    log_in(client)
    stranger = house.app.test_client()
    for _ in range(6):
        log_in(stranger, password="wrong")
    assert is_in(client)
    client.post("/logout", data={"csrf_token": token(client)})
    assert log_in(client)[0] == 302
    assert log_in(stranger)[0] == 429


def test_a_known_browser_is_no_way_to_guess(client: FlaskClient, house: House) -> None:
    """The browser in which somebody logged in has five tries too, and none more for another person's account."""
    log_in(client)
    client.post("/logout", data={"csrf_token": token(client)})
    other = house.another("other")
    with house.app.extensions[database.KEY].session() as s:
        users.set_password(s, other.id, passwords.hash_password(PASSWORD))
    assert [log_in(client, password="wrong")[0] for _ in range(6)] == [401] * 5 + [429]
    assert [log_in(client, "other", "wrong")[0] for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize(("proxies", "codes"), [(0, [401] * 100 + [429]), (1, [401] * 101)])
def test_an_address_has_a_wide_limit(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, proxies: int, codes: list[int]
) -> None:
    """A hundred failures of many names from one address make it wait; forwarded addresses count behind a proxy only."""
    monkeypatch.setattr("web.accounts.is_right", lambda stored, password: False)
    client = build(tmp_path, sqlite_template, num_proxies=proxies).app.test_client()
    form = {"csrf_token": token(client, "/login"), "password": "wrong"}
    found = []
    for n in range(101):
        forwarded = {"X-Forwarded-For": f"10.0.0.{n}"}
        found.append(client.post("/login", data={**form, "name": f"name {n}"}, headers=forwarded).status_code)
    assert found == codes


def test_the_present_password_is_guessed_slowly(client: FlaskClient) -> None:
    """Whoever has got hold of a session has five tries at its password, and the session goes on."""
    log_in(client)
    new = "a quite different one"
    assert [change(client, "wrong", new, new)[0] for _ in range(6)] == [401] * 5 + [429]
    assert is_in(client)


def test_many_may_log_in_from_one_address(client: FlaskClient) -> None:
    """What succeeds is not counted: a whole shift logs in within a minute."""
    assert [log_in(client)[0] for _ in range(7)] == [302] * 7


def test_ten_thousand_guesses_delay_only_that_account_and_address(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is tried, another account from another address waits not a second, and no session ends."""
    client, moment = house.client(), datetime.now(UTC)
    monkeypatch.setattr("models.attempts.now", lambda session: moment)  # however long a busy machine takes for them
    account, address = Guesser("account chief", FREE, FIRST, MOST), Guesser("address 10.0.0.1", 100, 1, 30, 600)
    tried = 0
    with house.app.extensions[database.KEY].session() as s:
        for _ in range(10_000):
            tried += seconds_to_wait(s, [account, address]) == 0
    assert tried == FREE
    with house.app.extensions[database.KEY].session() as s:
        others = [Guesser("account analyst", FREE, FIRST, MOST), Guesser("address 10.0.0.2", 100, 1, 30, 600)]
        assert seconds_to_wait(s, [account]) > 0
        assert seconds_to_wait(s, others) == 0
    assert is_in(client)
