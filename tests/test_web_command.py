"""The command line: accounts, files in, serving."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import main
from models import plans, register, users
from models.database import connect
from tests.effort import slow_after
from tests.ports import free_port
from tests.stored_plans import EXAMPLES
from web.passwords import is_right
from web.secret_key import own_secret

ROOT = Path(__file__).resolve().parents[1]
CITY, CITY_PLAN = EXAMPLES / "one-city.json", EXAMPLES / "plans/one-city.json"
OURS = dict.fromkeys(["DATABASE_URL", "SECRET_KEY", "H_HOUR_HOSTS", "H_HOUR_PROXIES", "H_HOUR_HTTPS"])
"""Settings that a test's own machine may have; none of them counts here."""
PASSWORD = re.compile(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


def environment(data: Path) -> dict[str, str]:
    """Ours, with the data folder as the only setting."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("H_HOUR_") and k not in ("DATABASE_URL", "SECRET_KEY")
    }
    return {**kept, "H_HOUR_DATA": str(data)}


@dataclass
class Done:
    """What a command said, and its status."""

    returncode: int
    stdout: str
    stderr: str


def run(data: Path, *words: object, **more: str) -> Done:
    """The command, run to its end; the umask and the signal that it sets are its own."""
    before, ending = os.umask(0o022), signal.getsignal(signal.SIGTERM)
    try:
        done = CliRunner().invoke(main, [*map(str, words)], env={**OURS, "H_HOUR_DATA": str(data), **more})
    finally:
        os.umask(before)
        signal.signal(signal.SIGTERM, ending)
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def ready(data: Path) -> Path:
    """A data folder whose database has this version."""
    done = run(data, "upgrade")
    assert done.returncode == 0, done.stderr
    return data


def test_what_is_written_is_its_owners_alone(ready: Path) -> None:
    """Nobody else can read the data folder or anything in it."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [ready, *ready.rglob("*")]}
    assert len(modes) > 1
    assert not [path for path, mode in modes.items() if mode & 0o077]


def test_an_account_has_a_random_password(ready: Path) -> None:
    """The password is printed once, fits, and is nowhere stored as it is; another account has another one."""
    first, second = run(ready, "user", "add", "first"), run(ready, "user", "add", "second")
    found = PASSWORD.search(first.stdout)
    assert found is not None
    with connect(f"sqlite:///{ready / 'h-hour.db'}").session() as s:
        user = users.by_name(s, "first")
    assert user is not None
    assert is_right(user.password_hash, found.group())
    assert not [path for path in ready.rglob("*") if path.is_file() and found.group().encode() in path.read_bytes()]
    assert first.stdout.split()[1] != second.stdout.split()[1]


def test_a_password_can_be_made_anew(ready: Path) -> None:
    """Another password is printed, which the next log-in has to change, and the first one no longer fits."""
    first, second = run(ready, "user", "add", "first"), run(ready, "user", "password", "first")
    with connect(f"sqlite:///{ready / 'h-hour.db'}").session() as s:
        user = users.by_name(s, "first")
    assert user is not None
    assert user.must_change
    assert [is_right(user.password_hash, r.stdout.split()[1]) for r in (first, second)] == [False, True]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "add", "known"), "Account known already exists"),
        (("user", "password", "nobody"), "No account nobody"),
        (("load", CITY, "--user", "nobody"), "No account nobody"),
        (("user", "member", "known", "7", "planner"), "No operation 7"),
        (("load", CITY_PLAN, "--user", "known"), "schema"),
        (("serve", "--host", "0.0.0.0"), "is reachable from other machines"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(ready: Path, words: tuple[object, ...], told: str) -> None:
    """A command that cannot do its work says why, without a traceback, and ends with status 2."""
    run(ready, "user", "add", "known")
    done = run(ready, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("upgrade",), ("user", "add", "somebody"), ("serve",)])
def test_a_database_that_is_down_is_said_in_a_sentence(data: Path, words: tuple[str, ...]) -> None:
    """Where nobody answers at the address of the database, a command says so without a traceback."""
    done = run(data, *words, DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert done.returncode == 2
    assert "The database is unavailable" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_of_the_shell_is_kept(ready: Path) -> None:
    """Operation and plan come from files into the database; a plan that breaks a rule does not."""
    run(ready, "user", "add", "first")
    key = run(ready, "load", CITY, "--user", "first").stdout.strip()
    kept = run(ready, "keep", key, CITY_PLAN, "--user", "first", "--name", "By hand")
    wrong = run(ready, "keep", key, EXAMPLES / "plans/3-02-roads.json", "--user", "first")
    with connect(f"sqlite:///{ready / 'h-hour.db'}").session() as s:
        lines = plans.lines(s, int(key))
    assert [(str(line.scenario), line.name, line.status) for line in lines] == [
        (kept.stdout.strip(), "By hand", "done")
    ]
    assert wrong.returncode == 2
    assert "the plan is of" in wrong.stderr


def test_the_demonstration_is_made_once(ready: Path) -> None:
    """Made again it has the same accounts, whose passwords it does not tell again, one operation and one plan."""
    first, again = (run(ready, "demo", CITY, CITY_PLAN) for _ in range(2))
    assert len(PASSWORD.findall(first.stdout)) == 10
    assert not PASSWORD.search(again.stdout)
    with connect(f"sqlite:///{ready / 'h-hour.db'}").session() as s:
        (line,) = register.operations(s)
        assert len(plans.lines(s, line.key)) == 1


def test_a_backup_is_restored_with_one_command_each(ready: Path, tmp_path: Path) -> None:
    """What was backed up stands in another, empty database; one that holds something is replaced only on demand."""
    run(ready, "demo", CITY, CITY_PLAN)
    saved, other = tmp_path / "backup", tmp_path / "other"
    assert "1 plans" in run(ready, "backup", saved).stdout
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    key = {"H_HOUR_BACKUP_KEY": (ready / "backup-key").read_text("ascii").strip()}
    assert run(other, "restore", saved, **key).returncode == 0
    with connect(f"sqlite:///{other / 'h-hour.db'}").session() as s:
        assert [line.id for line in register.operations(s)] == ["one-city-1"]
    refused = run(other, "restore", saved, **key)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert run(other, "restore", saved, "--replace", **key).returncode == 0


def test_what_is_no_backup_restores_nothing(ready: Path, tmp_path: Path) -> None:
    """A file that is none, or not whole, is refused in a sentence."""
    run(ready, "backup", tmp_path / "backup")
    (tmp_path / "torn").write_bytes((tmp_path / "backup").read_bytes()[:-9])
    for name in ("torn", "h-hour.txt"):
        (tmp_path / "h-hour.txt").write_text("no backup", "utf-8")
        key = (ready / "backup-key").read_text("ascii").strip()
        done = run(tmp_path / "other", "restore", tmp_path / name, H_HOUR_BACKUP_KEY=key)
        assert done.returncode == 2
        assert "cannot be restored" in done.stderr
        assert "Traceback" not in done.stderr


def test_every_bad_setting_is_said(ready: Path) -> None:
    """Wrong settings are told together, and nothing is served."""
    done = run(ready, "serve", SECRET_KEY="short", H_HOUR_PROXIES="many")
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    assert "H_HOUR_PROXIES" in done.stderr


def test_the_secret_is_changed_by_one_command(ready: Path) -> None:
    """There is another secret, its owner's alone; where the environment sets it, a sentence says what to do."""
    own_secret(ready)
    before = (ready / "secret-key").read_text()
    assert run(ready, "secret", "rotate").returncode == 0
    assert (ready / "secret-key").read_text() != before
    refused = run(ready, "secret", "rotate", SECRET_KEY="x" * 40)
    assert refused.returncode == 2
    assert "SECRET_KEY_FALLBACKS" in refused.stderr


@pytest.fixture
def running(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The serve command at work on a new data folder, and the address that it says."""
    command = [sys.executable, "app.py", "serve", "--port", str(free_port())]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", lines[-1] if lines else "")):
                lines.append(process.stdout.readline())
                assert lines[-1], "".join(lines)
            yield process, found.group()
        finally:
            process.kill()


@pytest.mark.parametrize("number", slow_after(1, [signal.SIGTERM, signal.SIGINT]))
def test_the_command_serves_until_it_is_told_to_end(
    running: tuple[subprocess.Popen[str], str], data: Path, number: signal.Signals
) -> None:
    """`app.py serve` makes its database, says its address, answers there, and ends in peace on Ctrl-C or SIGTERM."""
    process, address = running
    with urllib.request.urlopen(f"{address}/login", timeout=120) as answer:
        assert answer.status == 200
        assert "Server" not in answer.headers
    process.send_signal(number)
    assert process.wait(120) == 0
    assert not [path for path in [data, *data.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_a_taken_port_is_said_in_one_sentence(ready: Path) -> None:
    """Where the port is taken, the command says so and which one to try, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(ready, "serve", "--port", port)
    assert done.returncode == 2
    assert f"Port {port} is in use by another program. Choose another: make serve PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr
