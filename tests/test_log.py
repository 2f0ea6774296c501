"""The log: whatever is done stands in one chain, and whoever changes, removes or swaps entries is found out."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from models import erasing, register, users
from models.backup import back_up
from models.database import Database, connect, engine_of
from models.log import LogEntry, put_entry
from models.log_check import LogReport, export_log, verify
from models.log_place import HEAD, INTENT, KEY, LAGS, Head, LogPlace
from models.log_tables import log
from models.restoring import restore
from planner.edits import Edit
from planner.files import dump_operation
from tests.operations import two_doors

TABLES = ("log", "events")
GUARDS = {
    "sqlite": [f"DROP TRIGGER {table}_never_{change}" for table in TABLES for change in ("update", "delete")],
    "postgresql": [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES],
}
OTHER: dict[str, str] = {
    "at": "'2020-01-01 00:00:00.000000'",
    **dict.fromkeys(("account", "operation", "plan", "event"), "COALESCE({0}, 0) + 1"),
    "details": """'{{"a": 1}}'""",
}
"""What stands in a column after somebody has changed it."""


def address(database: Database) -> str:
    """The database's address."""
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def logged(database_url: str, tmp_path: Path) -> Database:
    """A database in which some things were done, and the place of its key elsewhere."""
    database = connect(database_url, LogPlace(tmp_path / "place"))
    with database.session() as s:
        user = users.add(s, "one", "hash", "Planner 1")
        key = register.create_operation(s, dump_operation(two_doors()), user)
    for number in range(12):
        with database.session() as s:
            register.change(s, key, [Edit("operation", "name", {"value": f"number {number}"})], user)
            put_entry(s, LogEntry("seen", key, page="things.page", thing=("suspects", "S1"), details={"n": number}))
    return database


def by_owner(database: Database, *statements: str) -> None:
    """The database's owner, who may drop triggers, does so."""
    with engine_of(address(database)).connect() as connection:
        for statement in (*GUARDS[connection.dialect.name], *statements):
            connection.execute(text(statement))
        connection.commit()


def report(database: Database) -> LogReport:
    """What verifying tells."""
    return verify(database)


def test_a_log_that_nobody_touched_is_whole(logged: Database) -> None:
    """Numbers have no gap, the head lies beside the key for its owner alone, and nothing is to be remarked."""
    found = report(logged)
    assert (found.faults, found.remarks) == ([], [])
    assert found.head.number > 24
    assert logged.log.head() == logged.log.intent() == found.head
    for name in (KEY, HEAD, INTENT):
        assert (logged.log.folder / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("column", [column.name for column in log.columns if column.name != "number"])
def test_any_changed_column_is_found(logged: Database, column: str) -> None:
    """Also by the database's owner, in the first, a middle and the last entry."""
    last = report(logged).head.number
    for number in (1, 9, last):
        value = OTHER.get(column, "COALESCE({0}, '') || 'x'").format(column)
        by_owner_once(logged, f"UPDATE log SET {column} = {value} WHERE number = {number}")
        assert f"Entry {number} was changed." in report(logged).faults


def by_owner_once(database: Database, statement: str) -> None:
    """The same where the triggers may be gone already."""
    with engine_of(address(database)).connect() as connection:
        for guard in GUARDS[connection.dialect.name]:
            connection.execute(text(guard.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS")))
        connection.execute(text(statement))
        connection.commit()


def test_any_single_row_that_is_removed_is_found(logged: Database) -> None:
    """A gap is told by its numbers, the end by the head."""
    last = report(logged).head.number
    by_owner(logged, "DELETE FROM log WHERE number = 7")
    assert "Entry 7 is missing." in report(logged).faults
    by_owner_once(logged, f"DELETE FROM log WHERE number = {last}")
    assert f"The log ends at {last - 1}, and the head beside the key tells of entry {last}: the end is missing." in (
        report(logged).faults
    )


def test_the_last_ten_that_are_removed_are_found_also_after_the_log_went_on(logged: Database) -> None:
    """Who writes next says so in an entry of its own, which can be removed as little."""
    last = report(logged).head.number
    by_owner(logged, f"DELETE FROM log WHERE number > {last - 10}")
    assert f"tells of entry {last}: the end is missing." in report(logged).faults[0]
    with logged.session() as s:
        put_entry(s, LogEntry("seen", 1))
    found = report(logged)
    assert found.head.number == last - 10 + 2
    assert (
        f"Entry {last - 9}: the log ended at {last - 10} and the head beside the key told of entry {last}"
        in (found.faults[0])
    )
    by_owner_once(logged, f"DELETE FROM log WHERE number > {last - 10}")
    assert "the end is missing" in report(logged).faults[0]


def test_two_entries_that_are_swapped_are_found(logged: Database) -> None:
    """Each is where it does not belong."""
    by_owner(
        logged,
        "UPDATE log SET number = 1000 WHERE number = 5",
        "UPDATE log SET number = 5 WHERE number = 6",
        "UPDATE log SET number = 6 WHERE number = 1000",
    )
    assert {"Entry 5 was changed.", "Entry 6 was changed."} <= set(report(logged).faults)


def test_a_log_that_is_emptied_or_comes_from_elsewhere_is_found(logged: Database, tmp_path: Path) -> None:
    """The head remembers it; so does a head that a document shows."""
    whole = report(logged).head
    assert verify(logged, Head(whole.number, whole.short)).faults == []
    assert "expected" in verify(logged, Head(whole.number, "0" * 12)).faults[0]
    by_owner(logged, "DELETE FROM log")
    assert "the end is missing" in report(logged).faults[0]
    logged.log.folder.joinpath(HEAD).unlink()
    assert "the end is missing" in verify(logged, whole).faults[0]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE events SET made_by = NULL WHERE key = 3", "Event 3 is another one than entry"),
        ("DELETE FROM events WHERE key = 3", "is missing."),
        (
            "INSERT INTO events (key, operation, kind, made_at) VALUES (90, 1, 'status', {now})",
            "Event 90 has no entry.",
        ),
    ],
)
def test_an_event_that_is_touched_is_found(logged: Database, statement: str, told: str) -> None:
    """The events themselves are what their entries tell, and each has one."""
    by_owner(logged, statement.format(now="'2026-01-01 00:00:00'"))
    assert told in " ".join(report(logged).faults)


def test_without_the_owners_power_nothing_is_changed(logged: Database) -> None:
    """Triggers refuse every update and every delete."""
    with engine_of(address(logged)).connect() as connection:
        for statement in ("UPDATE log SET action = 'x'", "DELETE FROM log WHERE number = 1"):
            refused(connection, statement)


def refused(connection: Connection, statement: str) -> None:
    """The database does not do it."""
    with pytest.raises(Exception, match="append-only"):
        connection.execute(text(statement))
    connection.rollback()


def test_another_key_tells_nothing(logged: Database, tmp_path: Path) -> None:
    """Whoever has the database but not the key cannot make entries that fit."""
    other = connect(address(logged), LogPlace(tmp_path / "other"))
    assert "Entry 1 was changed." in verify(other).faults


def test_a_crash_between_commit_and_head_is_told_from_a_removed_end(logged: Database) -> None:
    """The head lags: a remark and no fault; and the next entry puts it right."""
    place, last = logged.log, report(logged).head.number
    with logged.session() as s:
        before = s.execute(log.select().where(log.c.number == last - 1)).mappings().one()
    place.tell(Head(last - 1, before["mac"]), back=True)
    found = report(logged)
    assert found.faults == []
    assert "lags" in found.remarks[0]
    with logged.session() as s:
        put_entry(s, LogEntry("seen", 1))
    assert (report(logged).faults, report(logged).remarks) == ([], [])


def test_a_crash_before_commit_is_a_doubt_that_stays(logged: Database) -> None:
    """An intent without its entry: a remark now, and an entry of its own as soon as the log goes on."""
    last = report(logged).head.number
    logged.log.intend(Head(last + 1, "f" * 64))
    assert "exactly the last transaction was removed" in report(logged).remarks[0]
    with logged.session() as s:
        put_entry(s, LogEntry("seen", 1))
    found = report(logged)
    assert found.faults == []
    assert f"Entry {last + 1}: entry {last + 1} had been about to be added" in found.remarks[0]


def test_what_was_not_done_stands_in_no_log(logged: Database) -> None:
    """A transaction that fails leaves no entry and no intent."""
    last = report(logged).head
    with pytest.raises(ZeroDivisionError), logged.session() as s:
        put_entry(s, LogEntry("seen", 1))
        raise ZeroDivisionError
    assert logged.log.intent() == logged.log.head() == report(logged).head == last


def test_an_operation_that_is_deleted_leaves_its_entries(logged: Database) -> None:
    """Its events are gone, which an entry says; nothing in the log names what it held."""
    with logged.session() as s:
        erasing.erase(s, 1, None)
    assert report(logged).faults == []
    with logged.session() as s:
        rows: list[Any] = list(s.execute(log.select()).mappings())
    assert rows[-1]["action"] == "deleted"
    assert "S1" not in str(rows)


@pytest.mark.parametrize("is_later", [True, False])
def test_the_log_goes_on_after_a_restore(logged: Database, tmp_path: Path, *, is_later: bool) -> None:
    """Onto the same database no entry is lost; elsewhere the log goes on where the backup ends."""
    file = tmp_path / "backup"
    back_up(logged, file, None)
    with logged.session() as s:
        register.change(s, 1, [Edit("operation", "name", {"value": "later"})], None)
    last = report(logged).head.number
    if is_later:
        restore(address(logged), file, None, "anything", unsigned=True, place=logged.log)
        database = logged.renewed()
    else:
        url = f"sqlite:///{tmp_path / 'elsewhere' / 'h-hour.db'}"
        restore(url, file, unsigned=True, place=logged.log)
        database = connect(url, logged.log)
    found = report(database)
    assert found.faults == []
    assert ("lost" in found.remarks[0]) is not is_later
    assert found.head.number == (last + 1 if is_later else last)
    with database.session() as s:
        register.change(s, 1, [Edit("operation", "name", {"value": "on"})], None)
    assert report(database).faults == []


def test_an_export_holds_every_entry_and_the_head(logged: Database, tmp_path: Path) -> None:
    """JSON lines: format, entries, head."""
    head = export_log(logged, tmp_path / "log.jsonl")
    first, *entries, last = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert first["format"] == "h-hour-log/1"
    assert [entry["number"] for entry in entries] == list(range(1, head.number + 1))
    assert last == {"head": {"number": head.number, "mac": head.mac}}


def test_a_head_that_cannot_be_written_lags_and_takes_nothing_back(logged: Database) -> None:
    """Where the folder of the heads is gone once something is committed, it stays committed and nobody is told else."""
    place = LogPlace(logged.log.folder / "gone")
    place.tell(Head(1, "a" * 64))
    place.withdraw(Head(1, "a" * 64), Head())
    assert place.head() is None


def test_an_intent_that_cannot_be_taken_back_lags(
    logged: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, it is logged; the transaction that came to nothing ends as it would have."""
    head = Head(1, "a" * 64)
    logged.log.intend(head)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(LogPlace, "_write", refuse)
    logged.log.withdraw(head, Head())
    assert LAGS in caplog.text and logged.log.intent() == head
