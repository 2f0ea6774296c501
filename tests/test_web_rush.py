"""Requests without a session are counted for each address, and beyond a limit refused in words."""

from pathlib import Path

import pytest

from tests.house import House, build
from web import rate_limit


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests of an address are enough, and the span does not end."""
    monkeypatch.setattr(rate_limit, "MOST", 3)
    monkeypatch.setattr(rate_limit, "SPAN", 1e9)


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Too many requests from"), ("zh", "请求过多")])
def test_an_address_without_a_session_asks_so_often(house: House, lang: str, sentence: str) -> None:
    """The fourth is told to wait; another address, files of ours and people in session are not concerned."""
    outsider = house.app.test_client()
    answers = [outsider.get(f"/login?lang={lang}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert sentence in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert outsider.get("/login", environ_base={"REMOTE_ADDR": "10.0.0.2"}).status_code == 200
    assert outsider.get("/static/nothing.css").status_code == 404
    client = house.client()
    assert {client.get("/account").status_code for _ in range(5)} == {200}


def test_a_forged_session_is_none(house: House) -> None:
    """A cookie that we have not signed opens no way around the limit."""
    outsider = house.app.test_client()
    outsider.set_cookie(house.app.config["SESSION_COOKIE_NAME"], "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.forged")
    assert [outsider.get("/login").status_code for _ in range(4)][-1] == 429


def test_behind_a_proxy_the_forwarded_address_counts(tmp_path: Path, sqlite_template: Path) -> None:
    """One who hurries slows nobody else down who comes through the same proxy."""
    outsider = build(tmp_path, sqlite_template, num_proxies=1).app.test_client()
    one = [outsider.get("/login", headers={"X-Forwarded-For": "10.0.0.1"}).status_code for _ in range(4)]
    assert one[-1] == 429
    assert outsider.get("/login", headers={"X-Forwarded-For": "10.0.0.2"}).status_code == 200
