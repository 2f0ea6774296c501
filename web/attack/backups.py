"""Backups that are damaged or forged, restores that are killed or come while somebody works, older shapes and back."""

import contextlib
import gzip
import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from models.upgrading import downgrade, upgrade
from web.attack.damage import REFUSED, only_sqlite
from web.attack.house import OPERATION, PLAN, ROOT, House, fell_with
from web.attack.lab import Lab
from web.attack.people import edit_row, rows_of
from web.attack.tries import Skipped, Tries, held

REVISIONS = ("0003", "0002", "0001")


def backed_up(house: House) -> Path:
    """A backup of the house."""
    file = house.folder / "backup"
    house.told("backup", file)
    return file


def damaged_backups(lab: Lab) -> Tries:
    """Backups that were cut, changed by a bit or lost a piece: refused with a sentence, and the database stays."""
    house = lab.house_of_its_own()
    house.furnish("analyst")
    content, rng, file = backed_up(house).read_bytes(), random.Random(7), house.folder / "damaged"
    for _ in range(lab.few(60, 6)):
        changed, at, kind = bytearray(content), rng.randrange(len(content)), rng.randrange(3)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del changed[at:]
        else:
            del changed[at : at + rng.randint(1, 2000)]
        file.write_bytes(changed)
        done = house.run("restore", file, "--replace")
        is_refused = done.exit_code == REFUSED and fell_with(done) is None
        yield held(is_refused, f"byte {at}, kind {kind}: exit {done.exit_code} {fell_with(done) or done.output[:80]}")
    yield held(is_whole(house), "the database is not as it was")
    return f"{len(content) // 1000} kB"


def is_whole(house: House) -> bool:
    """Whether the database passes its own check and holds the operation."""
    if not house.database.startswith("sqlite"):
        return house.run("backup", house.folder / "check").exit_code == 0
    with contextlib.closing(sqlite3.connect(house.file)) as connection:
        checked = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return checked and bool(connection.execute("SELECT count(*) FROM operations").fetchone()[0])


def forged_backups(lab: Lab) -> Tries:
    """Backups that somebody without a key has made or changed, with a right hash: none is taken."""
    house = lab.house_of_its_own()
    house.furnish("analyst")
    plain = plain_backup(house)
    if plain is None:
        raise Skipped("backups here are of a form that this attack cannot forge")
    lines = [json.loads(line) for line in gzip.decompress(plain).splitlines()]
    file = house.folder / "forged"
    for name, forge in FORGERIES.items():
        file.write_bytes(sealed(forge([json.loads(json.dumps(line)) for line in lines])))
        done = house.run("restore", file, "--replace")
        is_refused = done.exit_code == REFUSED and fell_with(done) is None
        yield held(is_refused, f"{name}: exit {done.exit_code} {fell_with(done) or done.output[:80]}")
        if name != "another account":  # whoever takes unsigned backups takes that
            done = house.run("restore", file, "--replace", "--unsigned")
            is_refused = done.exit_code == REFUSED and fell_with(done) is None
            yield held(is_refused, f"{name}, unsigned: exit {done.exit_code} {fell_with(done) or done.output[:80]}")
    yield held(is_whole(house), "the database is not as it was")
    return ""


def plain_backup(house: House) -> bytes | None:
    """A backup as lines of JSON in gzip: that is how it is written, or how it is where a plain one is asked for."""
    file = house.folder / "plain"
    for words in (("backup", file, "--plain"), ("backup", file)):
        if house.run(*words).exit_code == 0 and (content := file.read_bytes()).startswith(b"\x1f\x8b"):
            return content
        file.unlink(missing_ok=True)
    return None


def sealed(lines: list[object]) -> bytes:
    """The lines with a hash of them at their end, packed."""
    body = b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines[:-1])
    return gzip.compress(body + json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n")


def with_account(lines: list[object]) -> list[object]:
    """Another person has an account."""
    at = next(n for n, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "users")
    head, row = lines[at], lines[at + 1]
    assert isinstance(head, dict) and isinstance(row, list)
    other = list(row)
    other[head["columns"].index("key")] = 4711
    other[head["columns"].index("name")] = "intruder"
    return [*lines[: at + 2], other, *lines[at + 2 :]]


def changed_head(**fields: object) -> Callable[[list[object]], list[object]]:
    """The head says something else; None takes a field away."""

    def forge(lines: list[object]) -> list[object]:
        head = lines[0]
        assert isinstance(head, dict)
        kept = {name: value for name, value in {**head, **fields}.items() if value is not None}
        return [kept, *lines[1:]]

    return forge


def in_users(change: Callable[[dict[str, object], list[object]], object]) -> Callable[[list[object]], list[object]]:
    """The table of people, or its first row, is another."""

    def forge(lines: list[object]) -> list[object]:
        at = next(n for n, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "users")
        head, row = lines[at], lines[at + 1]
        assert isinstance(head, dict) and isinstance(row, list)
        change(head, row)
        return lines

    return forge


FORGERIES: dict[str, Callable[[list[object]], list[object]]] = {
    "another account": with_account,
    "no revision": changed_head(revision=None),
    "a newer revision": changed_head(revision="9999"),
    "another format": changed_head(format="h-hour-backup/99"),
    "a date that is none": changed_head(at="yesterday"),
    "an unknown table": in_users(lambda head, row: head.update(table="no_such_table")),
    "an unknown column": in_users(lambda head, row: head.update(columns=["nothing", *head["columns"][1:]])),  # type: ignore[index]
    "a row too short": in_users(lambda head, row: row.pop()),
    "a value of another kind": in_users(lambda head, row: row.__setitem__(0, {"a": [1]})),
}


def killed_restores(lab: Lab) -> Tries:
    """A restore killed at a random moment leaves the old data or the new, never something between."""
    only_sqlite(lab)
    house = lab.house_of_its_own()
    house.furnish("analyst")
    file, rng = backed_up(house), random.Random(11)
    more = house.load(OPERATION)
    began = time.monotonic()
    subprocess_of(house, "restore", str(file), "--replace").wait(120)
    whole = time.monotonic() - began
    for _ in range(lab.few(8, 2)):
        house.load(OPERATION)
        process = subprocess_of(house, "restore", str(file), "--replace")
        time.sleep(rng.uniform(0.5, 1.0) * whole)
        process.kill()
        process.wait()
        with contextlib.closing(sqlite3.connect(house.file)) as connection:
            number = connection.execute("SELECT count(*) FROM operations").fetchone()[0]
            plans = connection.execute("SELECT count(*) FROM plans").fetchone()[0]
        yield held(is_whole(house) and plans == 1 and number in (1, 2), f"{number} operations, {plans} plans")
        house.run("restore", file, "--replace")
    return f"{more}; {whole:.1f} s a restore"


def subprocess_of(house: House, *words: str) -> "subprocess.Popen[bytes]":
    """A command of `app.py` in a process of its own, to be killed."""
    command = [sys.executable, "app.py", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=house.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def restore_while_serving(lab: Lab) -> Tries:
    """A restore under a running server is refused; where it is forced, no page shows what is no longer there."""
    with lab.served("analyst") as house:
        client, file = house.person(), backed_up(house)
        second = house.keep(house.operation, PLAN)
        client.get(f"{house.pages}plans/{second}/plan.json")
        row = rows_of(client, house, "suspects")[0]
        edit_row(client, house, row, name="Kept")
        done = house.run("restore", file, "--replace")
        yield held(
            done.exit_code == REFUSED and fell_with(done) is None,
            f"not refused: exit {done.exit_code} {done.output[:80]}",
        )
        if done.exit_code == REFUSED:
            now = rows_of(client, house, "suspects")
            yield held(bool(now) and now[0]["cells"]["name"] == "Kept", "an edit that was kept is gone")
            done = house.run("restore", file, "--replace", "--force")
            yield fell_with(done)
            if done.exit_code:
                return "refused"
            yield held(client.get(house.pages).status != 200, "a session of before the restore still holds")
        yield from plan_after(house, second)
    return "taken where it is forced"


def plan_after(house: House, second: int) -> Iterator[str | None]:
    """What is shown under a number that was given out again is what the database holds."""
    other = json.loads(PLAN.read_text("utf-8"))
    other["missed"] = [{**one, "reason": "another plan"} for one in other["missed"]]
    file = house.folder / "other.json"
    file.write_text(json.dumps(other, ensure_ascii=False), "utf-8")
    again = house.keep(house.operation, file)
    page = house.person().get(f"{house.pages}plans/{again}/plan.json")
    is_new = "another plan" in page.text or page.status == 404
    yield held(again != second or is_new, f"plan {again} is shown as the plan that had this number before")


def migrations(lab: Lab) -> Tries:
    """Down to each older shape with data in it, and up again: the registers are as they were."""
    house = lab.house_of_its_own()
    house.furnish("analyst")
    for revision in REVISIONS:
        downgrade(house.database, revision)
        upgrade(house.database)
        with house.served():
            rows = rows_of(house.person(), house, "suspects")
            yield held(len(rows) == 25, f"after {revision} and back there are {len(rows)} suspects")
    downgrade(house.database, "base")
    upgrade(house.database)
    yield held(house.run("user", "add", "first").exit_code == 0, "after `base` and back nobody can be added")
    return ""
