"""What watchers of the server are told, and that it names nobody."""

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from planner.__main__ import main as planner_main
from settings import BadSettings
from tests.house import SQLITE, House, build
from version import VERSION
from web import database
from web.settings import settings_of

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "a token that only tests have; " * 2


@pytest.fixture
def watched(tmp_path: Path, sqlite_template: Path) -> House:
    """A house that has figures for Prometheus."""
    return build(tmp_path, sqlite_template, metrics_token=TOKEN)


def break_database(house: House) -> None:
    """The database is no longer of this version."""
    house.app.extensions[database.KEY].engine.dispose()
    with closing(sqlite3.connect(house.settings.data / SQLITE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'another'")


def test_a_stranger_learns_that_the_server_works(house: House) -> None:
    """Both pages answer without a session, set no cookie, and are kept by no cache."""
    client = house.app.test_client()
    for address, words in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = client.get(address)
        assert (answer.status_code, answer.text) == (200, words)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_a_server_without_its_database_is_alive_and_not_ready(house: House) -> None:
    """Where the database cannot be worked with, only /readyz fails, and does not say why."""
    break_database(house)
    client = house.app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_there_are_no_figures_unless_asked_for(house: House) -> None:
    """Without a token set nobody finds the page, whatever is sent."""
    client = house.app.test_client()
    for sent in ("Bearer ", "Bearer x", ""):
        assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe9"])
def test_figures_want_the_token(watched: House, sent: str) -> None:
    """A wrong token, and none, get nothing."""
    answer = watched.app.test_client().get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert "h_hour" not in answer.text


def test_figures_count_requests_and_plans(watched: House) -> None:
    """Requests are counted by endpoint and status, plans by status, and nobody is named."""
    client = watched.client()
    client.get("/operations/")
    client.get("/operations/4711/")
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'h_hour_requests_total{endpoint="operations.index",method="GET",status="200"} 1.0' in told
    assert 'endpoint="operations.overview",method="GET",status="404"' in told
    assert 'h_hour_plans{status="waiting"} 0.0' in told
    assert f'h_hour_info{{version="{VERSION}"}} 1.0' in told
    assert "4711" not in told
    assert "analyst" not in told


def test_figures_go_on_without_the_database(watched: House) -> None:
    """Where the database fails, what the process itself knows is told all the same."""
    break_database(watched)
    answer = watched.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "h_hour_info" in answer.text
    assert "h_hour_plans{" not in answer.text


def test_a_short_token_is_refused() -> None:
    """A token that could be guessed is no token."""
    with pytest.raises(BadSettings, match="H_HOUR_METRICS_TOKEN has fewer than 32"):
        settings_of({"H_HOUR_METRICS_TOKEN": "short"}, lambda *_: ("x" * 40,))


def test_there_is_one_version() -> None:
    """Every place that names the version of H-Hour names the same."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION
    package, lock = (json.loads((ROOT / name).read_text("utf-8")) for name in ("package.json", "package-lock.json"))
    assert {package["version"], lock["version"], lock["packages"][""]["version"]} == {VERSION}
    for command in (app.main, planner_main):
        assert VERSION in CliRunner().invoke(command, ["--version"]).output
