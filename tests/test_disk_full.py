"""A full disk is one sentence, and whoever wrote cleans up: nothing half done stays."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from models import register, users
from models.backup import back_up
from models.database import connect
from planner.__main__ import main as planner
from tests.dispatching import until
from tests.house import build, token
from tests.stored_plans import EXAMPLES, document
from tests.test_upkeep import CITY, CITY_PLAN, SECRET, is_one_sentence
from tests.test_web_command import run
from web.errors import FULL
from web.uploads import CONTENT, KEPT_SECONDS, UploadRequest, Uploads

ROOM = 16 * 1024  # bytes that are left: enough for folders and small files


def can_mount() -> bool:
    """Whether this machine lets us have a disk of our own."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; it lies in memory."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(folder)]
    if not can_mount() or subprocess.run(made, check=False, capture_output=True).returncode:
        pytest.skip("no disk of our own can be mounted")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, room: int = ROOM) -> None:
    """The disk has so many bytes left, or fewer."""
    (folder / "filler").write_bytes(b"x" * (shutil.disk_usage(folder).free - room))


@pytest.fixture(params=["disk", "fsync"])
def full(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that takes no file: on a full disk, or where the system says so only when a file shall be safe."""
    if request.param == "disk":
        folder: Path = request.getfixturevalue("small")
        fill(folder)
        return folder

    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_room)
    (tmp_path / "full").mkdir()
    return tmp_path / "full"


def test_an_upload_without_room_is_told(full: Path, tmp_path: Path, sqlite_template: Path) -> None:
    """An upload that finds no room is answered with a sentence, and nothing of it stays; later it goes."""
    (tmp_path / "house").mkdir()
    house = build(tmp_path / "house", sqlite_template, data=full, log_key=SECRET)
    client = house.client()
    sent = {"csrf_token": token(client, "/operations/import"), "file": (BytesIO(b"x" * 300_000), "office.csv")}
    answer = client.post("/operations/import", data=sent)
    assert (answer.status_code, answer.text) == (507, FULL)
    assert list((full / "uploads").iterdir()) == []


@pytest.mark.parametrize("words", [("map", "m.html"), ("map", "new/folder/m.html"), ("sheets", "s.pdf")])
def test_what_the_shell_cannot_write_leaves_nothing(words: tuple[str, str], full: Path) -> None:
    """Map and sheets that find no room leave neither a half file nor the files beside it."""
    command, name = words
    before = sorted(full.rglob("*"))
    done = CliRunner().invoke(planner, [command, str(CITY), str(CITY_PLAN), "-o", str(full / name)])
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert sorted(full.rglob("*")) == before


def test_a_map_keeps_what_was_there(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that lay beside an earlier map stay when a later one finds no room."""
    (full / "m_files").mkdir()
    (full / "m_files" / "own").write_text("")
    CliRunner().invoke(planner, ["map", str(CITY), str(CITY_PLAN), "-o", str(full / "m.html")])
    assert (full / "m_files" / "own").exists()
    assert not (full / "m.html").exists()


def test_commands_on_a_full_disk_say_so(small: Path, sqlite_template: Path, tmp_path: Path) -> None:
    """Whatever cannot be stored is told in one sentence; afterwards the database is as it was, and goes on."""
    data = small / "data"
    data.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data / "h-hour.db")
    url = f"sqlite:///{data / 'h-hour.db'}"
    database = connect(url)
    with database.session() as s:
        users.add(s, "analyst", "hash")
    other = tmp_path / "good.backup"
    back_up(database, other, SECRET)
    database.close()
    fill(small)
    commands = ("load", CITY, "--user", "analyst"), ("backup", small / "file"), ("restore", other, "--replace")
    for words in commands:
        done = run(data, *words, H_HOUR_BACKUP_KEY=SECRET)
        assert is_one_sentence(done), (words, done)
    assert is_one_sentence(run(small / "new", "upgrade"))
    assert not (small / "file").exists()
    assert not list(small.rglob(".h-hour-*"))
    (small / "filler").unlink()
    with database.renewed().session() as s:
        assert register.operations(s) == []
        register.create_operation(s, document("one-city"))
    database.close()


def test_a_folder_that_cannot_be_written_is_told(small: Path, sqlite_template: Path) -> None:
    """A disk that can only be read: every command says one sentence, and changes nothing."""
    data = small / "data"
    data.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data / "h-hour.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    for words in (("upgrade",), ("user", "add", "x"), ("serve",), ("backup", small / "b")):
        assert is_one_sentence(run(data, *words, H_HOUR_BACKUP_KEY=SECRET)), words
        assert is_one_sentence(run(small / "new", *words)), words


def asked(number: int) -> UploadRequest:
    """What somebody asked with an upload."""
    return UploadRequest(number, 1, "office.csv", "WGS-84", "+08:00", None, ())


def test_old_uploads_go_by_the_clock(tmp_path: Path) -> None:
    """Nobody opens a page, and what is older than a day is gone; so is what the machine left half written."""
    uploads = Uploads(tmp_path)
    old, new = uploads.keep(b"old", asked(1)), uploads.keep(b"new", asked(2))
    (uploads.folder / old / "asked.json").write_text("{")
    os.utime(uploads.folder / old, (0, os.stat(uploads.folder / new).st_mtime - KEPT_SECONDS - 60))
    with uploads.sweeping():
        until(lambda: not (uploads.folder / old).exists())
    assert (uploads.folder / new / CONTENT).read_bytes() == b"new"


def test_an_upload_of_before_a_restore_is_nobodys(tmp_path: Path, sqlite_template: Path) -> None:
    """Numbers of operations and people are others' after a restore: a preview of before is not found."""
    house = build(tmp_path, sqlite_template)
    client = house.client()
    content = (EXAMPLES / "tiny.json").read_bytes()
    sent = {"csrf_token": token(client, "/operations/import"), "file": (BytesIO(content), "tiny.json")}
    page = client.post("/operations/import", data=sent).headers["Location"]
    assert client.get(page).status_code == 200
    (name,) = [folder.name for folder in house.app.extensions["uploads"].folder.iterdir()]
    kept = tmp_path / "uploads" / name / "asked.json"
    kept.write_text(kept.read_text().replace(house.app.extensions["database"].generation, "another"))
    assert client.get(page).status_code == 404
