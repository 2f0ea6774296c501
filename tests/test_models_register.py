"""Operations stored as rows and read back: nothing is lost, and their life goes one way."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from models import register, users
from models import tables as t
from models.database import Database, connect, write_transaction
from models.errors import Inconsistent, InvalidTransition, NotFound, Unavailable, UnfitDatabase
from models.upgrading import upgrade
from planner.edits import TABLES, key_of
from planner.files import Unreadable, dump_operation, operation_hash, parse_operation
from tests.effort import slow_after
from tests.operations import awkward_operations, two_doors

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))


def document() -> dict[str, Any]:
    """Two doors as a document."""
    return dump_operation(two_doors())


@pytest.mark.parametrize("path", slow_after(3, reversed(EXAMPLES)), ids=lambda path: path.stem)
def test_an_example_is_read_as_it_was_stored(path: Path, database: Database) -> None:
    """A stored operation is read back row by row in its order, and has the hash of the file."""
    operation = parse_operation(json.loads(path.read_text("utf-8")))
    with database.session() as session:
        key = register.create_operation(session, json.loads(path.read_text("utf-8")))
    with database.session() as session:
        found = register.document(session, key)
    assert found == dump_operation(operation)
    assert operation_hash(parse_operation(found)) == operation_hash(operation)


@pytest.mark.parametrize("name", awkward_operations())
def test_an_awkward_operation_is_read_as_it_was_stored(name: str, sqlite_url: str) -> None:
    """Pins of every form, legs, doctrine and empty tables come back as they were."""
    operation = awkward_operations()[name]
    database = connect(sqlite_url)
    with database.session() as session:
        key = register.create_operation(session, dump_operation(operation))
    with database.session() as session:
        assert register.document(session, key) == dump_operation(operation)
    database.close()


def test_a_point_that_lies_nowhere_yet_is_stored_with_what_the_office_gave(database: Database) -> None:
    """A live document keeps datum and given coordinates, and points without any."""
    data = document()
    data["sites"][0] |= {"lat": None, "lon": None}
    data["sites"][1] |= {"datum": "BD-09", "given_lat": 30.1, "given_lon": 104.1}
    data["places"][0] |= {"datum": "GCJ-02", "given_lat": None, "given_lon": None}
    with database.session() as session:
        key = register.create_operation(session, data)
    with database.session() as session:
        assert register.document(session, key) == data


def test_a_matrix_without_points_stays_a_matrix(database: Database) -> None:
    """A travel table of no rows is not taken for the great circle."""
    data = document() | {"travel": {"kind": "matrix", "ids": [], "minutes": []}}
    with database.session() as session:
        key = register.create_operation(session, data)
        assert register.document(session, key)["travel"] == data["travel"]


def test_a_faulty_document_is_refused_as_a_whole(database: Database) -> None:
    """Every fault is told, and no operation is made."""
    data = document()
    data["officers"][0]["base"] = "nowhere"
    data["sites"][0]["risk"] = "hgh"
    with database.session() as session, pytest.raises(Unreadable) as caught:
        register.create_operation(session, data)
    assert {fault.place for fault in caught.value.faults} == {"officers[0].base", "sites[0].risk"}
    with database.session() as session:
        assert register.operations(session) == []


def test_a_key_that_no_index_holds_is_a_fault(database: Database) -> None:
    """An id of a thousand Chinese characters is told, not stored in part."""
    data = document()
    data["agencies"].append({"id": "警" * 1000, "name": "x", "level": "city", "cities": []})
    with database.session() as session, pytest.raises(Unreadable, match="3000 bytes"):
        register.create_operation(session, data)


def test_the_list_counts_and_dates_operations(database: Database) -> None:
    """The list tells what each operation holds, the one changed last first; H keeps its own offset."""
    with database.session() as session:
        first = register.create_operation(session, document() | {"id": "first"})
        second = register.create_operation(session, document() | {"id": "second"})
    with database.session() as session:
        register.set_status(session, first, "ready")
    with database.session() as session:
        found = register.operations(session)
        assert [line.key for line in found] == [first, second]
        assert found[0] == register.operation_line(session, first)
    line = found[0]
    assert (line.id, line.status, line.revision) == ("first", "ready", 1)
    assert (line.num_sites, line.num_suspects, line.num_officers) == (2, 4, 24)
    assert line.h_hour.isoformat() == "2026-04-01T06:00:00+08:00"
    assert line.changed_at.utcoffset() is not None


@pytest.mark.parametrize("table", TABLES)
def test_rows_carry_who_made_them(table: str, database: Database) -> None:
    """Each live row has its key, its revision, its author and the moment, in the order of the file."""
    path = next(path for path in EXAMPLES if path.stem == "3-02-orders")
    data = dump_operation(parse_operation(json.loads(path.read_text("utf-8"))))
    data["addresses"] = [{"suspect": data["suspects"][0]["id"], "site": row["id"]} for row in data["sites"][1:3]]
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
        key = register.create_operation(session, data, user)
    with database.session() as session:
        found = register.rows(session, key, table)
    assert [row.row for row in found] == data[table]
    assert [row.key for row in found] == [key_of(table, row) for row in data[table]]
    assert {(row.revision, row.changed_by, row.table) for row in found} == {(1, "Planner 1", table)}
    assert all(row.changed_at is not None and row.changed_at.utcoffset() is not None for row in found)


def test_figures_are_rows_too(database: Database) -> None:
    """The operation's head, its doctrine and its travel table are read like tables."""
    with database.session() as session:
        key = register.create_operation(session, document() | {"doctrine": {"duty_max": 700}})
        head = {row.key: row.row for row in register.rows(session, key, "operation")}
        doctrine = register.rows(session, key, "doctrine")
        travel = register.rows(session, key, "travel")
    assert head["max_teams"] == {"value": 2}
    assert [(row.key, row.row, row.revision) for row in doctrine] == [("duty_max", {"value": 700}, 1)]
    assert [(row.key, row.row) for row in travel] == [("travel", None)]


def test_what_does_not_exist_is_told(database: Database) -> None:
    """An unknown operation and an unknown table raise, they are not empty."""
    with database.session() as session:
        key = register.create_operation(session, document())
        for ask in (
            lambda: register.document(session, key + 1),
            lambda: register.operation_line(session, key + 1),
            lambda: register.rows(session, key + 1, "sites"),
            lambda: register.rows(session, key, "nonsense"),
            lambda: register.set_status(session, key + 1, "ready"),
        ):
            with pytest.raises(NotFound):
                ask()


def test_a_life_has_its_order(database: Database) -> None:
    """An operation goes from draft to closed by the moves of the table, and by no other."""
    with database.session() as session:
        key = register.create_operation(session, document())
        for status in ("ready", "approved", "released", "running", "closed"):
            register.set_status(session, key, status)
        with pytest.raises(InvalidTransition):
            register.set_status(session, key, "draft")
        with pytest.raises(InvalidTransition):
            register.set_status(session, key, "nonsense")


def test_a_session_is_all_or_nothing(database: Database) -> None:
    """An exception within a session takes back what was written before it."""
    with pytest.raises(ZeroDivisionError), database.session() as session:
        register.create_operation(session, document())
        raise ZeroDivisionError
    with database.session() as session:
        assert register.operations(session) == []


def test_a_session_that_only_reads_cannot_write(database: Database) -> None:
    """A write without the write lock fails: it could otherwise overtake another."""
    with pytest.raises((Unavailable, DBAPIError)), database.session() as session:
        session.execute(update(t.operations).values(name="x"))


@pytest.mark.parametrize(
    "statement",
    [
        update(t.officers).values(base="nowhere"),
        update(t.officers).values(rank=9),
        update(t.suspects).values(warrant_number=None),
        update(t.points).values(lat=None),
        update(t.points).values(holder="sites"),
        update(t.operations).values(status="asleep"),
        delete(t.agencies),
        insert(t.legs).values(operation=1, key="", position=0, revision=1, source="B1", target="A1"),
    ],
    ids=str,
)
def test_the_tables_themselves_keep_their_rules(statement: Any, database: Database) -> None:
    """Dangling names, figures beyond their range and half a warrant cannot be stored, whoever tries."""
    with database.session() as session:
        register.create_operation(session, document())
    with pytest.raises(Inconsistent), database.session() as session:
        write_transaction(session).execute(statement)


def test_a_database_of_sqlite_is_its_owners_alone(tmp_path: Path) -> None:
    """File, side files and folder that are made are closed to others; writes are synced, keys looked at."""
    file = tmp_path / "new" / "h-hour.db"
    upgrade(f"sqlite:///{file}")
    database = connect(f"sqlite:///{file}")
    with database.session() as session:
        write_transaction(session).execute(text("CREATE TABLE x (y INTEGER)"))
        settings = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")]
    modes = {path.name: path.stat().st_mode & 0o777 for path in (file.parent, *file.parent.iterdir())}
    database.close()
    assert settings == ["wal", 1, 2]
    assert modes == {"new": 0o700, "h-hour.db": 0o600, "h-hour.db-wal": 0o600, "h-hour.db-shm": 0o600}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense", ""])
def test_an_address_that_cannot_serve_is_refused(url: str) -> None:
    """A database that other processes could not see, and one of another kind, are refused by name."""
    with pytest.raises(UnfitDatabase):
        connect(url)
