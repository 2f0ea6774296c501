"""What an installation sets, and what it keeps to itself."""

import os
import re
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from settings import BadSettings
from tests.house import House, build
from web.secret_key import BEFORE, own_secret, own_secrets, rotate
from web.settings import LOOPBACK, settings_of


def test_whoever_sets_nothing_serves_this_machine_alone(tmp_path: Path) -> None:
    """Without settings only this machine is answered, no proxy is believed, and the database is our own file."""
    found = settings_of({"H_HOUR_DATA": str(tmp_path / "data")}, own_secrets)
    assert found.hosts == LOOPBACK
    assert (found.num_proxies, found.https, found.basemap) == (0, False, None)
    assert found.database_url == f"sqlite:///{tmp_path / 'data' / 'h-hour.db'}"
    assert "secret" not in repr(found)


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    """Each setting is read from the environment."""
    tiles = tmp_path / "land.pmtiles"
    tiles.touch()
    found = settings_of(
        {
            "DATABASE_URL": "postgresql+psycopg://h@/h",
            "SECRET_KEY": "x" * 40,
            "H_HOUR_HOSTS": "h-hour.example, .police.example,10.0.0.7",
            "H_HOUR_PROXIES": "1",
            "H_HOUR_HTTPS": "yes",
            "H_HOUR_BASEMAP": str(tiles),
            "H_HOUR_IDLE_MINUTES": "15",
            "H_HOUR_SESSION_HOURS": "8",
            "H_HOUR_THREADS": "40",
            "H_HOUR_OVERLAP_HOURS": "6",
            "H_HOUR_OVERLAP_METRES": "500",
        },
        own_secrets,
    )
    assert found.hosts == (*LOOPBACK, "h-hour.example", ".police.example", "10.0.0.7")
    assert (found.num_proxies, found.https, found.basemap) == (1, True, str(tiles))
    assert (found.idle_minutes, found.session_hours, found.num_threads, found.num_streams) == (15, 8, 40, 20)
    assert (found.overlap_hours, found.overlap_metres) == (6, 500)
    assert (found.database_url, found.secret_key) == ("postgresql+psycopg://h@/h", "x" * 40)


def test_every_wrong_setting_is_told_at_once() -> None:
    """All that is wrong is said together, each with its name, and nothing is made."""
    wrong = {
        "SECRET_KEY": "short",
        "H_HOUR_HOSTS": "a b",
        "H_HOUR_PROXIES": "-1",
        "H_HOUR_HTTPS": "perhaps",
        "H_HOUR_BASEMAP": "tiles.example",
        "H_HOUR_IDLE_MINUTES": "0",
        "H_HOUR_SESSION_HOURS": "1e3",
        "H_HOUR_THREADS": "0000000000000024",
        "H_HOUR_MOST_PLANS": "0",
        "H_HOUR_LOG": "xml",
        "H_HOUR_OVERLAP_HOURS": "half",
        "H_HOUR_OVERLAP_METRES": "0",
        "SECRET_KEY_FALLBACKS": "short",
    }
    with pytest.raises(BadSettings) as caught:
        settings_of({**wrong, "H_HOUR_DATA": "/nowhere"}, lambda folder, hours: pytest.fail("a secret was made"))
    assert sorted(re.split(r"[ :=]", fault)[0] for fault in caught.value.faults) == sorted(wrong)


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """Many processes that start at once have one secret, in a file and a folder that only their owner can read."""
    folder, found = tmp_path / "data", list[str]()
    threads = [threading.Thread(target=lambda: found.append(own_secret(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["secret-key"]


@pytest.mark.parametrize(
    ("mode", "text", "told"), [(0o640, "x" * 64, "is readable by others"), (0o600, "", "no secret")]
)
def test_a_bad_secret_is_refused(tmp_path: Path, mode: int, text: str, told: str) -> None:
    """A secret that others can read, or that is none, is not used."""
    (tmp_path / "secret-key").write_text(text)
    (tmp_path / "secret-key").chmod(mode)
    with pytest.raises(BadSettings, match=told):
        own_secret(tmp_path)


def test_the_secret_can_be_changed(tmp_path: Path) -> None:
    """The secret before counts for as long as a session lasts; both are in files that only their owner can read."""
    first = own_secret(tmp_path)
    rotate(tmp_path)
    second, *before = own_secrets(tmp_path, 12)
    assert second != first
    assert before == [first]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    os.utime(tmp_path / BEFORE, (0, 0))
    assert own_secrets(tmp_path, 12) == (second,)


def test_whoever_is_signed_in_stays_so(house: House) -> None:
    """A server with another secret takes the cookies of the one before, and not those of any other."""
    client = house.client()
    cookie = client.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    for before, code in (((house.settings.secret_key,), 200), (("x" * 40,), 401)):
        other = create_app(replace(house.settings, secret_key="another " * 8, secrets_before=before)).test_client()
        other.set_cookie(cookie.key, cookie.value)
        assert other.get("/operations/").status_code == code


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:5000", "localhost"])
def test_this_machines_own_names_are_served(house: House, host: str) -> None:
    """The pages answer to 127.0.0.1 and localhost at any port."""
    assert house.app.test_client().get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("route", ["/login", "/", "/static/page/page.css"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:5000", "10.0.0.1"])
def test_another_name_is_refused(house: House, route: str, host: str) -> None:
    """A page elsewhere that points its own name at this machine gets nothing."""
    answer = house.app.test_client().get(route, headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "This address is not served here.")


def test_a_name_that_is_set_is_served(tmp_path: Path, sqlite_template: Path) -> None:
    """The names that the installation names are answered too."""
    app = build(tmp_path, sqlite_template, hosts=("h-hour.example",)).app
    assert app.test_client().get("/login", headers={"Host": "h-hour.example"}).status_code == 200
    assert app.test_client().get("/login", headers={"Host": "localhost"}).status_code == 400


@pytest.mark.parametrize(("proxies", "believed"), [(0, False), (1, True)])
def test_only_a_proxy_that_is_set_is_believed(
    tmp_path: Path, sqlite_template: Path, proxies: int, believed: bool
) -> None:
    """What a proxy says of name and address counts where one is set, and only then."""
    app = build(tmp_path, sqlite_template, num_proxies=proxies, hosts=("h-hour.example",)).app
    forwarded = {"X-Forwarded-Host": "h-hour.example", "X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}
    answer = app.test_client().get("/login", headers={**forwarded, "Host": "127.0.0.1"})
    assert (answer.status_code == 200) == believed


@pytest.mark.parametrize("route", ["/", "/login", "/nothing", "/static/page/page.css"])
def test_every_answer_is_guarded(house: House, route: str) -> None:
    """Every answer forbids other hosts, other frames, inline scripts and styles, guessing of types, copies on disk."""
    with house.client().get(route) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "frame-ancestors 'self'" in policy
    assert not re.search(r"https?:|\*|unsafe|nonce", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == ("private, no-cache" if route.startswith("/static") else "no-store")


def test_files_of_ours_are_kept_by_their_version(house: House) -> None:
    """A style sheet's address carries its version, under which it may be kept; what is no file is never kept."""
    client = house.client()
    found = re.search(r'href="(/static/page/page\.css\?v=[0-9a-f]{12})"', client.get("/operations/").text)
    assert found is not None
    with client.get(found.group(1)) as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    with client.get("/static/page/nothing.css?v=000000000000") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "private, no-cache")
