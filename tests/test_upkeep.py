"""What can be wrong with a database or a backup is one sentence and exit status 2, and nothing was changed."""

import gzip
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from models import register, users
from models.backup import back_up
from models.database import Database, connect
from models.restoring import try_restore
from models.upgrading import downgrade
from planner.edits import Edit
from tests.effort import some
from tests.stored_plans import EXAMPLES, document
from tests.test_models_backup import filled, lines_of, write_backup
from tests.test_web_command import Done, run

CITY, CITY_PLAN = EXAMPLES / "one-city.json", EXAMPLES / "plans/one-city.json"
SECRET = "a key of backups that only tests have"
COMMANDS: dict[str, tuple[object, ...]] = {
    "upgrade": (),
    "user add": ("somebody",),
    "user password": ("analyst",),
    "load": (CITY, "--user", "analyst"),
    "keep": (1, CITY_PLAN, "--user", "analyst"),
    "demo": (CITY, CITY_PLAN),
    "backup": ("backup.out",),
    "restore": ("good.backup", "--replace"),
    "serve": ("--no-planning",),
}
BYTES = Path(os.devnull)


def overwritten(file: Path) -> None:
    """A page in the middle holds something else."""
    with open(file, "r+b") as opened:
        opened.seek(file.stat().st_size // 4096 // 2 * 4096)
        opened.write(b"\xa5" * 8192)


def foreign(file: Path) -> None:
    """The database of another program."""
    file.unlink()
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")


def with_foreign_revision(file: Path) -> None:
    """The database of another program that counts its revisions as this one does."""
    foreign(file)
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")


def newer(file: Path) -> None:
    """A version that nobody has written yet was here."""
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")


SPOILED: dict[str, Callable[[Path], object]] = {
    "overwritten": overwritten,
    "garbage": lambda file: file.write_bytes(b"garbage " * 5000),
    "truncated": lambda file: os.truncate(file, file.stat().st_size // 2),
    "foreign": foreign,
    "foreign with a revision": with_foreign_revision,
    "newer": newer,
}


@pytest.fixture(scope="module")
def installed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of one account and one operation, and a good backup of it."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copy(sqlite_template, folder / "h-hour.db")
    database = connect(f"sqlite:///{folder / 'h-hour.db'}")
    with database.session() as s:
        register.create_operation(s, document("one-city"), users.add(s, "analyst", "hash"))
    back_up(database, folder / "good.backup", SECRET)
    database.close()
    return folder


@pytest.fixture
def data(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a copy of that database; the backup lies where commands are given."""
    folder = tmp_path / "installation"
    folder.mkdir(mode=0o700)
    shutil.copy(installed / "h-hour.db", folder)
    shutil.copy(installed / "good.backup", tmp_path)
    monkeypatch.chdir(tmp_path)
    return folder


def is_one_sentence(done: Done) -> bool:
    """Whether the command said one line and ended with status 2."""
    lines = done.stderr.strip().splitlines()
    return done.returncode == 2 and len(lines) == 1 and not done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_database_is_told_by_every_command(how: str, data: Path) -> None:
    """Damaged, foreign or newer: each command says one sentence, and the file stays as it was."""
    file = data / "h-hour.db"
    SPOILED[how](file)
    before = file.read_bytes()
    for command, words in COMMANDS.items():
        done = run(data, *command.split(), *words, H_HOUR_BACKUP_KEY=SECRET)
        assert is_one_sentence(done), (command, done)
        assert file.read_bytes() == before, command
        assert not Path("backup.out").exists()


def test_an_older_database_is_told_and_upgraded(data: Path) -> None:
    """Commands ask for the upgrade; that backs up what was there, and the last five of such backups stay."""
    url = f"sqlite:///{data / 'h-hour.db'}"
    for _ in range(7):
        downgrade(url, "0007")
        told = run(data, "user", "add", "somebody", H_HOUR_BACKUP_KEY=SECRET)
        assert "app.py upgrade" in told.stderr
        done = run(data, "upgrade", H_HOUR_BACKUP_KEY=SECRET)
        assert done.returncode == 0, done.stderr
    saved = sorted((data / "backups").iterdir(), key=lambda path: path.stat().st_mtime)
    assert len(saved) == 5
    assert str(saved[-1]) in done.stderr
    assert try_restore(saved[-1], SECRET, data).revision == "0007"
    again = run(data, "upgrade", H_HOUR_BACKUP_KEY=SECRET)
    assert (again.returncode, again.stderr) == (0, "")


def test_postgresql_of_another_program_or_version_is_told(
    empty_postgresql: Callable[[str], str], postgresql_template: str, data: Path
) -> None:
    """On PostgreSQL too: tables of another program, a newer revision, an address that is none."""
    other, late = empty_postgresql("template1"), empty_postgresql(postgresql_template)
    for url, statement in (
        (other, "CREATE TABLE bookmarks (url TEXT)"),
        (late, "UPDATE alembic_version SET version_num = '9'"),
    ):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()
    for url in (other, late, "mysql://nobody@127.0.0.1/x", "nonsense"):
        for command, words in COMMANDS.items():
            done = run(data, *command.split(), *words, H_HOUR_BACKUP_KEY=SECRET, DATABASE_URL=url)
            assert is_one_sentence(done), (url, command, done)


def test_a_backup_is_sealed_with_a_key_that_is_made_once(data: Path) -> None:
    """The key is made with a word to keep it elsewhere; without it, or with another, nothing is restored."""
    first = run(data, "backup", "one")
    assert "Keep a copy elsewhere" in first.stderr
    assert run(data, "backup", "two").stderr == ""
    assert b"analyst" not in Path("two").read_bytes()
    assert [Path(name).stat().st_mode & 0o777 for name in ("one", "two", data / "backup-key")] == [0o600] * 3
    verified = run(data, "backup", "--verify", "one")
    assert (verified.returncode, verified.stdout.splitlines()[-1][:26]) == (0, "The backup can be restored")
    (data / "backup-key").rename("elsewhere")
    for words in (("backup", "--verify", "two"), ("restore", "two", "--replace")):
        lost, wrong = run(data, *words), run(data, *words, H_HOUR_BACKUP_KEY="x" * 40)
        assert is_one_sentence(lost)
        assert "its key is not here" in lost.stderr
        assert is_one_sentence(wrong)
        assert "another key" in wrong.stderr
    assert not (data / "backup-key").exists()
    found = run(data, "restore", "two", "--replace", H_HOUR_BACKUP_KEY=Path("elsewhere").read_text().strip())
    assert found.returncode == 0, found.stderr


def test_a_plain_backup_is_made_and_taken_only_when_asked_for(data: Path) -> None:
    """A plain backup says that it is one, and is restored only by those who say so."""
    made = run(data, "backup", "--plain", "plain.gz")
    assert "neither encrypted nor signed" in made.stderr
    assert b"analyst" in gzip.decompress(Path("plain.gz").read_bytes())
    refused = run(data, "restore", "plain.gz", "--replace")
    assert is_one_sentence(refused)
    assert "--unsigned" in refused.stderr
    taken = run(data, "restore", "plain.gz", "--replace", "--unsigned")
    assert taken.returncode == 0, taken.stderr


def forged(values: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """What somebody may have written into a backup, each with a hash that is right."""
    at = {value["table"]: i for i, value in enumerate(values) if isinstance(value, dict) and "table" in value}

    def changed(table: str, column: str, value: object) -> list[Any]:
        head, row = values[at[table]], list(values[at[table] + 1])
        row[head["columns"].index(column)] = value
        return [*values[: at[table] + 1], row, *values[at[table] + 2 :]]

    yield "unknown table", [*values, {"table": "passwords", "columns": ["key"]}, [1]]
    yield (
        "a table of this installation",
        [*values, {"table": "installation", "columns": ["key", "generation"]}, [1, "x"]],
    )
    yield "unknown column", [*values[:1], {"table": "users", "columns": ["key", "shoe"]}, [1, 44]]
    yield "a table twice", [*values, values[at["users"]], values[at["users"] + 1]]
    yield "no revision", [{k: v for k, v in values[0].items() if k != "revision"}, *values[1:]]
    yield "a revision that is a list", [values[0] | {"revision": ["0001"]}, *values[1:]]
    yield "no moment", [values[0] | {"at": "yesterday"}, *values[1:]]
    yield "a moment without its zone", [values[0] | {"at": "2026-01-01T00:00:00"}, *values[1:]]
    yield "a row before its table", [values[0], [1, 2], *values[1:]]
    yield "a short row", [*values, [1]]
    yield "a number", [*values, 7]
    yield "no head", values[1:]
    yield "bad date", changed("suspects", "born", "tomorrow")
    yield "bad moment", changed("users", "made_at", "noon")
    yield "a moment that is a number", changed("users", "made_at", 7)
    yield "NUL", changed("users", "display_name", "a\0b")
    yield "half a character", changed("users", "display_name", "\ud800")
    yield "text for a number", changed("users", "epoch", "many")
    yield "a truth for a number", changed("users", "epoch", True)
    yield "a list for a text", changed("users", "name", ["x"])
    yield "too large a number", changed("users", "epoch", 2**70)
    yield "nothing where something must be", changed("users", "name", None)
    yield "another document", changed("snapshots", "document", "{}")
    yield "another plan", changed("plans", "document_hash", "0" * 64)
    yield "a row that names nothing", changed("suspects", "site", "nowhere")


def test_a_forged_backup_is_refused_in_a_sentence(database: Database, data: Path, tmp_path: Path) -> None:
    """On either database, whatever is wrong in a plain backup whose hash is right: one sentence, nothing changed."""
    filled(database)
    back_up(database, tmp_path / "right.gz", None)
    url = database.url.render_as_string(hide_password=False)
    given = {"DATABASE_URL": url, "H_HOUR_BACKUP_KEY": SECRET}
    for what, values in some(4, list(forged(lines_of(tmp_path / "right.gz")))):
        write_backup(tmp_path / "forged.gz", values)
        done = run(data, "restore", tmp_path / "forged.gz", "--replace", "--unsigned", **given)
        assert is_one_sentence(done), (what, done)
        if database.engine.dialect.name == "sqlite":
            assert is_one_sentence(run(data, "backup", "--verify", tmp_path / "forged.gz")), what
    with database.session() as s:
        assert [user.name for user in users.everybody(s)] == ["one"]
    assert not [path for path in data.iterdir() if path.name.startswith(".h-hour")]
    assert not list((data / "backups").iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"h-hour-sealed/1\n", b"h-hour-sealed/1\n" + b"x" * 60, b"\x1f\x8b"]
)
def test_what_is_no_backup_is_refused_in_a_sentence(content: bytes, data: Path) -> None:
    """Files of another kind, and heads of ours with nothing behind them."""
    Path("file").write_bytes(content)
    for words in (("restore", "file", "--replace", "--unsigned"), ("backup", "--verify", "file")):
        assert is_one_sentence(run(data, *words, H_HOUR_BACKUP_KEY=SECRET))


def test_a_backup_tells_a_document_that_was_changed(data: Path) -> None:
    """A plan or a snapshot that no longer has its hash is told when it is backed up, not on the day of a restore."""
    with closing(sqlite3.connect(data / "h-hour.db")) as file, file:
        file.execute("INSERT INTO snapshots VALUES ('0', '{}', '2026-01-01 00:00:00')")
    done = run(data, "backup", "file", H_HOUR_BACKUP_KEY=SECRET)
    assert is_one_sentence(done)
    assert "snapshots" in done.stderr
    assert not Path("file").exists()


def test_json_lines_are_the_format(data: Path) -> None:
    """A plain backup holds a head, heads of tables, rows and a hash, as its description says."""
    run(data, "backup", "--plain", "plain.gz")
    lines = [json.loads(line) for line in gzip.decompress(Path("plain.gz").read_bytes()).splitlines()]
    assert lines[0]["format"] == "h-hour-backup/1"
    assert "installation" not in [line["table"] for line in lines[1:-1] if isinstance(line, dict)]
    assert list(lines[-1]) == ["sha256"]


def test_roads_that_a_restored_operation_lacks_are_told(data: Path) -> None:
    """Areas are in no backup: which ones must be added here is said, and which router is not named."""
    database = connect(f"sqlite:///{data / 'h-hour.db'}")
    with database.session() as s:
        (line,) = register.operations(s)
        edits = [
            Edit("roads", "areas", {"value": ["hills", "town"]}),
            Edit("roads", "router", {"value": "osrm=http://a"}),
        ]
        register.change(s, line.key, edits, None)
    back_up(database, Path("with-roads.backup"), SECRET)
    database.close()
    (data / "areas" / "hills").mkdir(parents=True)
    words = ("restore", "with-roads.backup", "--replace")
    done = run(data, *words, H_HOUR_BACKUP_KEY=SECRET)
    assert done.returncode == 0
    assert "and that are not here (their travel times are; new ones need app.py area add): town." in done.stderr
    assert "that H_HOUR_ROUTER does not name: osrm=http://a." in done.stderr
    (data / "areas" / "town").mkdir()
    done = run(data, *words, H_HOUR_BACKUP_KEY=SECRET, H_HOUR_ROUTER="osrm=http://a")
    assert (done.returncode, "not here" in done.stderr, "does not name" in done.stderr) == (0, False, False)
