"""Disks that are full or cannot be written to: what writes says so in a sentence, and nothing is lost."""

import contextlib
import gc
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from planner.__main__ import main as planner
from web.attack.backups import is_whole, subprocess_of
from web.attack.damage import REFUSED, only_sqlite
from web.attack.house import OPERATION, PLAN, House, fell_with
from web.attack.lab import Lab
from web.attack.people import ask, edit_row, rows_of
from web.attack.tries import Skipped, Tries, held


@contextmanager
def small_disk(lab: Lab, size: str) -> Iterator[Path]:
    """A folder in memory that is soon full. Raises Skipped where none may be mounted."""
    folder = lab.place()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise Skipped("a small disk can be mounted by root alone")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        raise Skipped(f"no small disk can be mounted here: {done.stderr.decode().strip()[:80]}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def full_disk(lab: Lab) -> Tries:
    """No room left: reading goes on, what writes says so in a sentence, nothing is half done, and room heals it."""
    only_sqlite(lab)
    with small_disk(lab, "80m") as disk:
        house = House(disk)
        house.furnish("analyst")
        with house.served():
            client = house.person()
            row = rows_of(client, house, "suspects")[0]
            fill(disk / "filler")
            for _ in range(10):
                for what, answer in (
                    ("an edit", edit_row(client, house, row, name="x" * 100)),
                    ("an upload", client.upload(f"{house.pages}import", "x.csv", b"id,name\n" + b"x,y\n" * 50_000)),
                ):
                    told = (
                        answer.status in (200, 302, 409, 413, 422, 503, 507)
                        and "Something went wrong" not in answer.text
                    )
                    yield held(told, f"{what}: {answer.status or answer.text[:60]}")
                yield held(
                    ask(client, house) != -1 or client.send(f"{house.pages}plans/", token="z" * 20).status != 500,
                    "a request: 500",
                )
                for path in (house.pages, house.plan_page, f"{house.plan_page}map", f"{house.pages}export/json"):
                    answer = client.get(path)
                    yield held(answer.status == 200, f"{path}: {answer.status}")
            yield from shell_on_full_disk(house, disk)
            (disk / "filler").unlink()
            answer = edit_row(client, house, rows_of(client, house, "suspects")[0], name="Room again")
            yield held(answer.status == 200, f"with room again an edit is answered {answer.status}")
        yield held(is_whole(house), "the database is damaged")
    return ""


def fill(file: Path) -> None:
    """The disk that the file lies on has no room left."""
    with open(file, "wb") as out, contextlib.suppress(OSError):
        while True:
            out.write(b"\0" * 65_536)
            out.flush()
    with open(file, "ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"\0" * 512)


def shell_on_full_disk(house: House, disk: Path) -> Iterator[str | None]:
    """Commands that write say so, exit status 2, and leave nothing behind."""
    before = set(disk.iterdir())
    yield held(
        (done := house.run("backup", disk / "b")).exit_code == REFUSED,
        f"backup: exit {done.exit_code} {fell_with(done)}",
    )
    for words in (("map", "-o", disk / "m.html"), ("sheets", "-o", disk / "s.pdf")):
        done = CliRunner().invoke(planner, [words[0], str(OPERATION), str(PLAN), *map(str, words[1:])])
        yield held(
            done.exit_code == REFUSED and fell_with(done) is None,
            f"{words[0]}: exit {done.exit_code} {fell_with(done)}",
        )
    left = [path.name for path in set(disk.iterdir()) - before]
    yield held(not left, f"left behind: {left}")


def read_only(lab: Lab) -> Tries:
    """A folder that cannot be written to: each command says so, exit status 2."""
    only_sqlite(lab)
    with small_disk(lab, "80m") as disk:
        house = House(disk)
        house.furnish("analyst")
        gc.collect()  # what commands in this process had open is closed
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
        for words in (
            ("upgrade",),
            ("user", "add", "somebody"),
            ("backup", disk / "b"),
            ("load", OPERATION, "--user", "analyst"),
        ):
            done = house.run(*words)
            yield held(
                done.exit_code == REFUSED and fell_with(done) is None,
                f"{words[0]}: exit {done.exit_code} {fell_with(done)}",
            )
        process = subprocess_of(house, "serve", "--port", "65530", "--no-planning")
        try:
            code: int | None = process.wait(30)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            code = None
        yield held(code == REFUSED, f"serve: exit {code}")
    return ""
