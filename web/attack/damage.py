"""Databases that are damaged, foreign, newer: one sentence, exit status 2, nothing half done."""

import contextlib
import gc
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from web.attack.house import OPERATION, House, fell_with
from web.attack.lab import Lab
from web.attack.tries import Skipped, Tries, held

REFUSED = 2


def only_sqlite(lab: Lab) -> None:
    """The attack is on a file. Raises Skipped on PostgreSQL."""
    if lab.kind != "sqlite":
        raise Skipped("it damages a file of SQLite")


def databases(lab: Lab) -> Tries:
    """A damaged, foreign, newer or garbage database: each command says so in a sentence, exit status 2."""
    only_sqlite(lab)
    sound = lab.house_of_its_own()
    sound.furnish("analyst")
    gc.collect()  # what commands in this process had open is closed and written
    for name, damage in DAMAGES.items():
        for words in (
            ("upgrade",),
            ("backup", "FILE"),
            ("user", "add", "another"),
            ("load", OPERATION, "--user", "analyst"),
        ):
            house = House(lab.place())
            house.file.parent.mkdir(mode=0o700)
            shutil.copy(sound.file, house.file)
            damage(house.file)
            backup = house.folder / "backup"
            done = house.run(*(backup if word == "FILE" else word for word in words))
            is_told = done.exit_code == REFUSED and fell_with(done) is None
            why = f"exit {done.exit_code}, {fell_with(done) or done.output[:80]}"
            yield held(is_told, f"{words[0]} on one that is {name}: {why}")
            yield held(not backup.exists(), f"a backup was written of one that is {name}")
    return ""


def overwritten(file: Path) -> None:
    """Some pages in the middle hold other bytes."""
    content = bytearray(file.read_bytes())
    for page in range(5, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 200] = b"\x5a" * 200
    file.write_bytes(content)


def newer(file: Path) -> None:
    """The database is of a version that is yet to be written."""
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def foreign(file: Path) -> None:
    """The database is of another program."""
    file.unlink()
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE users (key INTEGER PRIMARY KEY, mail TEXT)")
        connection.execute("INSERT INTO users (mail) VALUES ('somebody')")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "overwritten in pages": overwritten,
    "garbage": lambda file: file.write_bytes(random.Random(3).randbytes(200_000)),
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2 // 4096 * 4096),
    "of a newer version": newer,
    "of another program": foreign,
}
