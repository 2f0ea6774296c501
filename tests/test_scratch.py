"""What is half made has a hidden name, and goes when nobody is at it any more, whatever ended who was."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.backup import back_up
from models.clock import every
from models.database import connect
from models.restoring import try_restore
from planner.files import write_whole
from planner.files.scratch import LEAST_AGE, PREFIX, scratch_folder, sweep, whole_file
from tests.dispatching import until
from tests.test_web_command import run
from upkeep import sweep_data

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a key of backups that only tests have"
AT_WORK = """
import sys, time
from pathlib import Path
from planner.files.scratch import scratch_folder, whole_file
with scratch_folder(Path(sys.argv[1])) as folder, whole_file(Path(sys.argv[1]) / "file") as file:
    (folder / "names").write_text("Suspect 1")
    file.write(b"Suspect 1")
    file.flush()
    print("at work", flush=True)
    time.sleep(600)
"""
TRYING = """
import sys, time
from pathlib import Path
import models.restoring
def wait(connection):
    print("at work", flush=True)
    time.sleep(600)
models.restoring.look_for_damage = wait
models.restoring.try_restore(sys.argv[2], sys.argv[3], Path(sys.argv[1]))
"""


@contextmanager
def at_work(script: str, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is at it, until it is killed at the end of this context."""
    command = [sys.executable, "-c", script, *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"at work\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def left(folder: Path) -> list[Path]:
    """What is half made in the folder."""
    return sorted(path for path in folder.iterdir() if path.name.startswith(PREFIX))


def aged(folder: Path) -> None:
    """What is half made there was so a minute ago."""
    for path in left(folder):
        os.utime(path, (0, time.time() - LEAST_AGE - 60))


def test_what_the_killed_left_goes_with_the_next_and_what_is_held_stays(tmp_path: Path) -> None:
    """As long as its process lives it stays, however old; then whoever writes in the folder removes it."""
    with at_work(AT_WORK, tmp_path):
        aged(tmp_path)
        write_whole(tmp_path / "one", b"1")
        assert len(left(tmp_path)) == 2
    assert len(left(tmp_path)) == 2
    sweep(tmp_path)
    aged(tmp_path)
    with scratch_folder(tmp_path) as mine:
        assert left(tmp_path) == [mine]
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("kept", ["a link", "what is new", "another's name"])
def test_what_is_not_ours_stays(kept: str, tmp_path: Path) -> None:
    """A link, what was made just now, and every other name are left alone."""
    target, path = tmp_path / "target", tmp_path / f"{PREFIX}x"
    target.write_text("kept")
    if kept == "a link":
        path.symlink_to(target)
    else:
        path = path if kept == "what is new" else tmp_path / ".hour"
        path.write_text("kept")
    if kept != "what is new":
        os.utime(path, (0, 0), follow_symlinks=False)
    sweep(tmp_path)
    assert path.read_text() == target.read_text() == "kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_another_user_made_stays(tmp_path: Path) -> None:
    """In a folder of several users each removes only what is its own."""
    path = tmp_path / f"{PREFIX}x"
    path.write_text("kept")
    os.chown(path, 65534, 65534)
    aged(tmp_path)
    sweep(tmp_path)
    assert path.exists()


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """The target holds what it held, and nothing lies beside it."""
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "file") as file:
        file.write(b"after")
        raise ZeroDivisionError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"before")]


def test_a_killed_trial_of_a_backup_leaves_no_copy_for_long(sqlite_url: str, tmp_path: Path) -> None:
    """The scratch database of a `backup --verify` that was killed goes with the next one, and by the clock."""
    file, data = tmp_path / "backup", tmp_path / "data"
    database = connect(sqlite_url)
    back_up(database, file, SECRET)
    database.close()
    for go_on in ("next", "clock"):
        with at_work(TRYING, data, file, SECRET):
            assert len(left(data)) == 1
        assert len(left(data)) == 1
        aged(data)
        if go_on == "next":
            try_restore(file, SECRET, data)
            assert not left(data)
    with pytest.MonkeyPatch.context() as patched, every(0.05, sweep_data, "sweep"):
        patched.setenv("H_HOUR_DATA", str(data))
        until(lambda: not left(data))


def test_a_server_sweeps_its_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` begins with what killed restores have left in its folder and in that of its backups."""
    data = tmp_path / "data"
    for folder in (data, data / "backups"):
        folder.mkdir(mode=0o700)
        (folder / f"{PREFIX}x").write_text("names")
        aged(folder)
    monkeypatch.setattr("app.listen", lambda *_: until(lambda: not left(data) and not left(data / "backups")))
    done = run(data, "serve", "--no-planning")
    assert done.returncode == 0, done
