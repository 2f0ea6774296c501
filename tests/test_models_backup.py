"""Backups of a running system: one moment, whole, for either kind of database."""

import gzip
import json
import threading
import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import inspect

from models import desks, notes, phone_links, plans, register, users
from models.backup import back_up, inspect_backup
from models.database import Database, connect
from models.errors import Damaged, UnfitDatabase
from models.notes import Note
from models.replans import Replan
from models.restoring import NotEmpty, restore
from models.tables import APPEND_ONLY
from models.upgrading import downgrade, upgrade
from planner.edits import Edit
from planner.files import dump_operation, dump_plan, parse_operation
from planner.scenario import Scenario
from planner.solver import Limit
from planner.solver.missed import empty_plan
from tests.effort import tries
from tests.operations import two_doors

EXAMPLE = Path(__file__).parents[1] / "examples" / "3-02-orders.json"

OF_TODAY = (
    "sweeps",
    "variants",
    "runs",
    "desks",
    "drafts",
    "addresses",
    "erasures",
    "read_marks",
    "memberships",
    "pictures",
    "one_time_codes",
    "phone_links",
    "exercises",
    "command_decisions",
)
ROADS = ("roads", "road_minutes")


def filled(database: Database) -> int:
    """The key of an operation with everything that an operation can have, a plan of it and a waiting scenario."""
    data = json.loads(EXAMPLE.read_text("utf-8"))
    data["sites"][0] |= {"lat": None, "lon": None}
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
        register.create_operation(session, data, user)
        key = register.create_operation(session, dump_operation(two_doors()), user)
        answer = dump_plan(empty_plan(Scenario(parse_operation(register.document(session, key)))))
        parent = plans.keep(session, key, answer, user, "by hand")
        plans.ask(session, key, user, Limit(work=2.5, seed=3))
        edits = (Edit("operation", "max_teams", {"value": 3}),)
        plans.ask(session, key, user, Limit(work=2.5, seed=3), near=Replan(parent, edits, 5))
        notes.put_note(session, parent, Note("the first", "by hand"), user)
        notes.choose(session, key, parent, user)
        desks.do(session, desks.open_desk(session, key, parent, user), lambda document: edits)
    return key


def everything(database: Database) -> dict[str, Any]:
    """All that the database tells of itself."""
    with database.session() as session:
        found: dict[str, Any] = {"users": users.everybody(session), "lines": register.operations(session)}
        for line in register.operations(session):
            found[f"document {line.key}"] = register.document(session, line.key)
            found[f"plans {line.key}"] = plans.lines(session, line.key)
            found[f"desks {line.key}"] = desks.desks(session, line.key)
            found[f"rows {line.key}"] = register.rows(session, line.key, "officers")
        return found


def url_of(database: Database) -> str:
    """The database's address."""
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def backup(database: Database, tmp_path: Path) -> Path:
    """The backup of a filled database of either kind."""
    filled(database)
    back_up(database, tmp_path / "backup.gz", None)
    return tmp_path / "backup.gz"


def test_what_is_restored_is_what_was_backed_up(database: Database, backup: Path, empty_url: str) -> None:
    """From either kind of database into either kind: every row, moment and document; the file is its owner's alone."""
    assert backup.stat().st_mode & 0o777 == 0o600
    told = restore(empty_url, backup, unsigned=True).backup
    assert told == inspect_backup(backup)
    assert (told.num_rows["operations"], told.num_rows["plans"], told.num_rows["users"]) == (2, 1, 1)
    other = connect(empty_url)
    assert everything(other) == everything(database)
    other.close()


def test_a_restored_database_works_on(database: Database, backup: Path, empty_url: str) -> None:
    """New rows get new keys, old plans still cannot change, and what waited is claimed."""
    restore(empty_url, backup, unsigned=True)
    other = connect(empty_url)
    with other.session() as session:
        claim = plans.claim(session, "a", 60)
        assert claim is not None
        assert claim.limit == Limit(work=2.5, seed=3)
        new = register.create_operation(session, dump_operation(two_doors()) | {"id": "new"})
        users.add(session, "two", "hash")
        plans.ask(session, new, None, Limit(seconds=1.0))
        assert len(register.operations(session)) == 3
    other.close()


def test_a_backup_shows_one_moment_while_others_write(database: Database, empty_url: str, tmp_path: Path) -> None:
    """Writers go on; in the backup, what is always written together stands together."""
    key, stop, done = filled(database), threading.Event(), Queue[int]()

    def write() -> None:
        for number in count():
            with database.session() as session:
                edits = [
                    Edit("operation", "name", {"value": f"number {number}"}),
                    Edit("doctrine", "duty_max", {"value": number}),
                ]
                register.change(session, key, edits, None)
                plans.ask(session, key, None, Limit(seconds=1.0), f"number {number}")
            done.put(number)
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            done.get(timeout=300)
            back_up(database, tmp_path / f"{number}.gz", None)
    finally:
        stop.set()
        writer.join()
    restore(empty_url, tmp_path / "4.gz", unsigned=True)
    other = connect(empty_url)
    with other.session() as session:
        document, newest = register.document(session, key), plans.lines(session, key)[0]
        assert document["name"] == f"number {document['doctrine']['duty_max']}" == newest.name
        assert register.operation_line(session, key).revision == newest.revision
    other.close()


def test_a_database_with_data_is_not_replaced_unasked(database: Database, backup: Path) -> None:
    """A restore refuses a database that is not empty, and replaces it only when told to."""
    url, before = url_of(database), everything(database)
    with pytest.raises(NotEmpty, match="operations"):
        restore(url, backup, unsigned=True)
    with database.session() as session:
        users.add(session, "late", "hash")
    restore(url, backup, onto="anything", unsigned=True)
    assert everything(database.renewed()) == before


def test_a_database_that_was_only_built_is_empty(backup: Path, empty_url: str) -> None:
    """The tables may be there already, as after a first start."""
    upgrade(empty_url)
    restore(empty_url, backup, unsigned=True)
    with pytest.raises(NotEmpty):
        restore(empty_url, backup, unsigned=True)


def lines_of(path: Path) -> list[Any]:
    """The values of a backup's lines, without the last."""
    return [json.loads(line) for line in gzip.open(path).read().splitlines()][:-1]


def write_backup(path: Path, values: list[Any]) -> None:
    """A backup of these lines, with the hash that is theirs."""
    text = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    path.write_bytes(gzip.compress(text + json.dumps({"sha256": sha256(text).hexdigest()}).encode() + b"\n"))


def unpacked(raw: bytes) -> bytes | None:
    """What a gzip file holds, None where it cannot be read."""
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        return None


def spoiled(path: Path) -> Iterator[tuple[str, bytes]]:
    """What can have happened to a file, and the bytes that are left of it."""
    raw = path.read_bytes()
    plain = gzip.decompress(raw)
    yield "cut short", raw[: len(raw) // 2]
    yield "cut after a line", gzip.compress(b"\n".join(plain.splitlines()[:-5]) + b"\n")
    yield "one letter", gzip.compress(plain.replace(b"Two doors", b"Two dooms", 1))
    for at in range(10, len(raw), max(1, len(raw) // tries(60))):
        turned = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        if unpacked(turned) != plain:  # the turned bit may point at another copy of the same text
            yield f"one bit of byte {at}", turned
    yield "empty", b""
    yield "not ours", gzip.compress(b'{"format":"other"}\n')
    yield "no JSON", gzip.compress(b"<html>\n")
    yield "plain text", b"hello"
    yield "newer", gzip.compress(plain.replace(b'"revision":"0', b'"revision":"9', 1))


def test_a_spoiled_backup_is_refused(database: Database, backup: Path, empty_url: str, tmp_path: Path) -> None:
    """Whatever happened to the file, it is told and nothing is restored."""
    for _, content in spoiled(backup):
        (tmp_path / "spoiled.gz").write_bytes(content)
        with pytest.raises(Damaged):
            restore(empty_url, tmp_path / "spoiled.gz", unsigned=True)
    restore(empty_url, backup, unsigned=True)


@pytest.mark.parametrize("table", ["suspects", "officers"])
def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    table: str, database: Database, backup: Path, tmp_path: Path
) -> None:
    """Rows that name what is not there, or break a range, take the whole restore back."""
    values = lines_of(backup)
    at = next(i for i, value in enumerate(values) if isinstance(value, dict) and value.get("table") == table)
    column = values[at]["columns"].index({"suspects": "site", "officers": "rank"}[table])
    values[at + 1][column] = {"suspects": "nowhere", "officers": 99}[table]
    write_backup(tmp_path / "wrong.gz", values)
    before = everything(database)
    with pytest.raises(Damaged):
        restore(url_of(database), tmp_path / "wrong.gz", onto="anything", unsigned=True)
    assert everything(database) == before


LATER = ("details", "set_minutes", "point_for", "archived_at", "roles", "disabled_at", "must_change")
"""Columns that tables of the first revision did not have."""


def test_a_backup_of_an_older_revision_is_brought_up_to_date(backup: Path, empty_url: str, tmp_path: Path) -> None:
    """Rows go into the tables of their own time, and the migrations carry them on."""
    kept, of_today, columns = list[Any](), False, list[str]()
    for value in lines_of(backup):
        if isinstance(value, dict) and "table" in value:
            of_today = value["table"] in (*APPEND_ONLY, *OF_TODAY, *ROADS)
            columns = value["columns"]
            value["columns"] = [name for name in columns if name not in LATER]
        is_row = isinstance(value, list)
        of_then = [cell for name, cell in zip(columns, value, strict=True) if name not in LATER] if is_row else value
        if not of_today:
            kept.append(of_then)
    write_backup(tmp_path / "old.gz", [kept[0] | {"revision": "0001"}, *kept[1:]])
    restore(empty_url, tmp_path / "old.gz", unsigned=True)
    other = connect(empty_url)
    with other.session() as session:
        assert len(register.operations(session)) == 2
        assert plans.lines(session, 2) == []
        assert plans.ask(session, 2, None, Limit(seconds=1.0)) == 1
    other.close()


def test_links_of_phones_end_with_a_restore(database: Database, empty_url: str, tmp_path: Path) -> None:
    """One that was ended after the backup would hold again."""
    key = filled(database)
    with database.session() as session:
        made = phone_links.make_links(session, key, ["S1"], users.everybody(session)[0].key)
        assert phone_links.link_by_word(session, made[0].word) is not None
    back_up(database, tmp_path / "backup.gz", None)
    restore(empty_url, tmp_path / "backup.gz", unsigned=True)
    other = connect(empty_url)
    with other.session() as session:
        assert phone_links.link_by_word(session, made[0].word) is None
        assert [one.unit for one in phone_links.links_of(session, key)] == ["S1"]
    other.close()


def test_an_outdated_database_is_upgraded_first(database: Database, tmp_path: Path) -> None:
    """A database of another revision is not backed up in part, and the file that was there stays."""
    (tmp_path / "backup.gz").write_text("older")
    downgrade(url_of(database), "0001")
    with pytest.raises(UnfitDatabase, match="0001"):
        back_up(database, tmp_path / "backup.gz", None)
    assert (tmp_path / "backup.gz").read_text() == "older"
    assert "plans" not in inspect(database.engine).get_table_names()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".h-hour")] == []
