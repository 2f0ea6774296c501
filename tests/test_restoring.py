"""A restore under servers that run: they show nothing of the database before, and lose no edit without a word."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from models import plans, register
from models.backup import back_up
from models.database import Database, Session, connect
from models.errors import Occupied, Replaced
from models.presence import alone, present
from models.restoring import restore
from planner.edits import Edit
from tests.dispatching import until
from tests.house import House, build
from tests.stored_plans import document, plan_document
from tests.test_web_command import run
from web.errors import RESTORED

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a key of backups that only tests have"


def kept(database: Database, operation: int, note: str) -> int:
    """The key of a scenario with a plan that is told from others by a note in it."""
    with database.session() as s:
        return plans.keep(s, operation, plan_document("one-city", made={"note": note}), None, note)


def renamed(database: Database, operation: int, name: str) -> None:
    """The operation has this name: one edit."""
    with database.session() as s:
        register.change(s, operation, [Edit("operation", "name", {"value": name})], None)


@pytest.fixture
def servers(database_url: str, tmp_path: Path) -> Iterator[list[House]]:
    """Two servers on one database."""
    houses = [build(tmp_path, None, database_url=database_url)]
    houses.append(House(create_app(houses[0].settings), houses[0].settings, houses[0].person))
    yield houses
    for house in houses:
        house.app.extensions["database"].close()


def test_no_server_shows_a_plan_of_before(servers: list[House], database_url: str, tmp_path: Path) -> None:
    """The number of a plan that was looked at belongs to another one after a restore: every page shows that one."""
    database = connect(database_url)
    with database.session() as s:
        operation = register.create_operation(s, document("one-city"))
    back_up(database, tmp_path / "backup", SECRET)
    scenario = kept(database, operation, "the old one")
    page = f"/operations/{operation}/plans/{scenario}/"
    clients = [house.client() for house in servers]
    assert ["the old one" in client.get(f"{page}plan.json").text for client in clients] == [True, True]
    assert [client.get(page).status_code for client in clients] == [200, 200]

    restore(database_url, tmp_path / "backup", SECRET, onto="anything")
    database = database.renewed()
    assert kept(database, operation, "the new one") == scenario
    for house, client in zip(servers, clients, strict=True):
        told = client.get(f"{page}plan.json")
        assert (told.status_code, told.text) == (503, RESTORED)
        assert the_note(house.client(), page) == "the new one"
    database.close()


def the_note(client: FlaskClient, page: str) -> str:
    """What tells the plan that a page hands out."""
    return str(json.loads(client.get(f"{page}plan.json").text)["made"]["note"])


def test_who_began_before_a_restore_and_looks_after_it_is_told(
    empty_postgresql: Callable[[str], str], postgresql_template: str, tmp_path: Path
) -> None:
    """PostgreSQL shows it neither the old tables nor the new rows, which makes it no database of another program."""
    url = empty_postgresql(postgresql_template)
    database = connect(url)
    back_up(database, tmp_path / "backup", SECRET)
    with Session(database.engine, info={"database": database}) as s, s.begin():
        s.execute(text("SELECT 1"))
        restore(url, tmp_path / "backup", SECRET, onto="anything")
        with pytest.raises(Replaced):
            database.recognise(s)
    database.close()


def test_an_edit_that_waits_is_not_made_after_a_restore(database: Database, database_url: str, tmp_path: Path) -> None:
    """Whoever has read before a restore and writes after it is refused: it would be another operation."""
    with database.session() as s:
        operation = register.create_operation(s, document("one-city"))
    back_up(database, tmp_path / "backup", SECRET)
    done = Queue[object]()

    def restored() -> None:
        done.put(restore(database_url, tmp_path / "backup", SECRET, onto="anything"))

    other, thread = connect(database_url), threading.Thread(target=restored)
    with pytest.raises(Replaced), database.session() as s:
        line = register.operation_line(s, operation)
        thread.start()
        until(lambda: done.qsize() or somebody_waits(other))
        register.change(s, operation, [Edit("operation", "name", {"value": "late"})], None)
    thread.join()
    with other.renewed().session() as s:
        assert register.operation_line(s, operation) == line
    other.close()


def somebody_waits(database: Database) -> bool:
    """Whether PostgreSQL lets somebody wait for a lock."""
    if database.engine.dialect.name == "sqlite":
        return False
    with database.engine.connect() as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


AT_WORK = """
import sys, time
from models.presence import present
with present(sys.argv[1]):
    print("at work", flush=True)
    time.sleep(600)
"""


def test_who_is_at_work_keeps_a_restore_away_and_the_dead_do_not(database_url: str) -> None:
    """A process that works with the database is known to do so until it is killed; several may do so."""
    with subprocess.Popen([sys.executable, "-c", AT_WORK, database_url], cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            with present(database_url), pytest.raises(Occupied), alone(database_url):
                pass
            with pytest.raises(Occupied), alone(database_url):
                pass
        finally:
            os.kill(process.pid, signal.SIGKILL)
    until(lambda: nobody_is_at_work(database_url))


def nobody_is_at_work(url: str) -> bool:
    """Whether somebody can have the database alone."""
    try:
        with alone(url):
            return True
    except Occupied:
        return False


def test_a_connection_that_breaks_is_held_again(
    empty_postgresql: Callable[[str], str], postgresql_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PostgreSQL ends the connection of who is at work, the lock is soon held by another one."""
    monkeypatch.setattr("models.presence.LOOK_SECONDS", 0.05)
    url = empty_postgresql(postgresql_template)
    database = connect(url)
    with present(url):
        with database.engine.connect() as connection:
            held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
            held += "(SELECT oid FROM pg_database WHERE datname = current_database())"
            first = connection.execute(text(held)).scalar_one()
            connection.execute(text(f"SELECT pg_terminate_backend({first})"))
        until(lambda: not nobody_is_at_work(url))
    database.close()


def test_what_a_restore_replaces_is_counted_and_kept(database_url: str, tmp_path: Path) -> None:
    """The command is refused while somebody works; forced, it says what was newer, and keeps it in a file."""
    database = connect(database_url)
    with database.session() as s:
        operation = register.create_operation(s, document("one-city"))
    file, given = tmp_path / "backup", {"DATABASE_URL": database_url, "H_HOUR_BACKUP_KEY": SECRET}
    back_up(database, file, SECRET)
    for number in range(3):
        renamed(database, operation, f"number {number}")
    kept(database, operation, "a plan")
    with present(database_url):
        refused = run(tmp_path / "data", "restore", file, "--replace", **given)
        done = run(tmp_path / "data", "restore", file, "--replace", "--force", **given)
    assert refused.returncode == 2
    assert "A server or dispatcher is using the database" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert "Newer than this backup and therefore lost: 3 edits, 1 plans, 1 scenarios." in done.stderr
    (saved,) = (tmp_path / "data" / "backups").iterdir()
    assert str(saved) in done.stderr
    assert saved.stat().st_mode & 0o777 == 0o600
    again = run(tmp_path / "data", "restore", saved, "--replace", **given)
    assert again.returncode == 0, again.stderr
    with database.renewed().session() as s:
        assert register.operation_line(s, operation).name == "number 2"
        assert len(plans.lines(s, operation)) == 1
    database.close()
