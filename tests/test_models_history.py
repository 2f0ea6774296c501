"""Undo and the recycle bin: rows come back as they were with all that hung on them, and nobody's later work is lost."""

from typing import Any

import pytest

from models import history, register, undoing, users
from models.database import Database
from models.errors import ChangedSince, InUse, Undone
from models.validation import Place
from planner.edits import Edit, Row
from planner.files import dump_operation
from tests.operations import two_doors


@pytest.fixture
def people(database: Database) -> tuple[int, int]:
    """Two users."""
    with database.session() as s:
        return users.add(s, "one", "hash", "Planner 1"), users.add(s, "two", "hash", "Planner 2")


@pytest.fixture
def key(database: Database) -> int:
    """Two doors with a pin, a leg and a link."""
    with database.session() as s:
        operation = register.create_operation(s, dump_operation(two_doors()))
        links = [Edit("links", "P01|P04", {"a": "P01", "b": "P04", "weight": 2})]
        legs = [Edit("legs", "B1|S1", {"from": "B1", "to": "S1", "minutes": 7})]
        pins = [Edit("pins", '{"site":"S1","skip":true}', {"site": "S1", "skip": True})]
        register.change(s, operation, [*links, *legs, *pins], None)
    return operation


def document(database: Database, key: int) -> dict[str, Any]:
    """The operation as it stands."""
    with database.session() as s:
        return register.document(s, key)


def change(database: Database, key: int, edits: list[Edit], user: int | None = None) -> int:
    """The edits are made; the key of the change."""
    with database.session() as s:
        register.change(s, key, edits, user)
        return history.history(s, key)[0].key


def removed(database: Database, key: int, table: str, name: str, user: int | None = None) -> int:
    """The row is gone with all that hangs on it; the key of the change."""
    with database.session() as s:
        hanging = register.dependants(s, key, [(table, name)])
    return change(database, key, [Edit(*place, None) for place in [(table, name), *hanging]], user)


def undo(database: Database, key: int, one: int, user: int | None = None) -> None:
    """The change is undone."""
    with database.session() as s:
        undoing.undo(s, key, one, user)


def in_bin(database: Database, key: int) -> set[Place]:
    """Table and key of what lies in the recycle bin."""
    with database.session() as s:
        return {one.trace.place for one in undoing.recycle_bin(s, key)}


def row_of(database: Database, key: int, table: str, name: str) -> Row:
    """The row as it stands."""
    return next(row for row in document(database, key)[table] if row["id"] == name)


@pytest.mark.parametrize("place", [("sites", "S1"), ("places", "B1"), ("agencies", "C"), ("suspects", "P01")])
def test_a_removed_row_comes_back_with_all_that_hung_on_it(database: Database, key: int, place: Place) -> None:
    """Suspects, links, pins, legs, officers and vehicles: the whole document is what it was, in the same order."""
    before = document(database, key)
    gone = removed(database, key, *place)
    assert document(database, key) != before
    undo(database, key, gone)
    assert document(database, key) == before
    assert in_bin(database, key) == set()


def test_the_travel_matrix_gets_its_row_and_column_back(database: Database, key: int) -> None:
    """A point's ways come back with it; undone and done again, the matrix is the same each time."""
    data = document(database, key)
    points = [row["id"] for table in ("places", "sites") for row in data[table]]
    minutes = [[0 if a == b else 7 * i + j for j, b in enumerate(points)] for i, a in enumerate(points)]
    matrix = {"kind": "matrix", "ids": points, "minutes": minutes}
    change(database, key, [Edit("travel", "travel", matrix)])
    before = document(database, key)
    gone = removed(database, key, "sites", "S1")
    without = document(database, key)
    undo(database, key, gone)
    assert document(database, key) == before
    with database.session() as s:
        again = history.history(s, key)[0].key
    undo(database, key, again)
    assert document(database, key) == without


def test_only_the_fields_of_the_change_are_turned_back(database: Database, key: int, people: tuple[int, int]) -> None:
    """What somebody else did to other fields of the row since stays."""
    row = row_of(database, key, "sites", "S1")
    mine = change(database, key, [Edit("sites", "S1", row | {"address": "Other street 1"})], people[0])
    change(database, key, [Edit("sites", "S1", row | {"address": "Other street 1", "risk": "high"})], people[1])
    undo(database, key, mine, people[0])
    assert row_of(database, key, "sites", "S1") == row | {"risk": "high"}


def test_what_others_changed_since_is_told(database: Database, key: int, people: tuple[int, int]) -> None:
    """The same field changed by somebody else is no longer undone; the refusal names row, field and person."""
    row = row_of(database, key, "sites", "S1")
    mine = change(database, key, [Edit("sites", "S1", row | {"address": "First"})], people[0])
    change(database, key, [Edit("sites", "S1", row | {"address": "Second"})], people[1])
    with pytest.raises(ChangedSince) as told:
        undo(database, key, mine, people[0])
    (since,) = told.value.rows
    assert (since.table, since.key, since.fields, since.by) == ("sites", "S1", ("address",), "Planner 2")
    assert row_of(database, key, "sites", "S1")["address"] == "Second"


def test_a_point_is_turned_back_as_a_whole(database: Database, key: int) -> None:
    """Latitude, longitude and datum are one: whoever moved it since stands in the way of an undo."""
    row = row_of(database, key, "sites", "S1")
    mine = change(database, key, [Edit("sites", "S1", row | {"lat": 30.7})])
    change(database, key, [Edit("sites", "S1", row | {"lat": 30.7, "lon": row["lon"] + 0.01})])
    with pytest.raises(ChangedSince):
        undo(database, key, mine)


def test_an_added_row_goes_again_unless_something_hangs_on_it(database: Database, key: int) -> None:
    """Undo of an addition removes it; with a suspect put there since, it is refused."""
    before = document(database, key)
    site = row_of(database, key, "sites", "S1") | {"id": "S9"}
    added = change(database, key, [Edit("sites", "S9", site)])
    moved = change(database, key, [Edit("suspects", "P01", row_of(database, key, "suspects", "P01") | {"site": "S9"})])
    with pytest.raises(InUse):
        undo(database, key, added)
    undo(database, key, moved)
    undo(database, key, added)
    assert document(database, key) == before


def test_figures_are_turned_back(database: Database, key: int) -> None:
    """Doctrine and the operation's own figures are part of the history."""
    before = document(database, key)
    edits = [Edit("doctrine", "duty_max", {"value": 600}), Edit("operation", "max_teams", {"value": 9})]
    one = change(database, key, edits)
    undo(database, key, one)
    assert document(database, key) == before
    with pytest.raises(Undone):
        undo(database, key, one)


def test_each_undoes_their_own_last(database: Database, key: int, people: tuple[int, int]) -> None:
    """The last change of a person is theirs, skips what is undone, and an undo can be undone."""
    first = change(database, key, [Edit("operation", "max_teams", {"value": 8})], people[0])
    second = change(database, key, [Edit("operation", "name", {"value": "Other"})], people[0])
    change(database, key, [Edit("doctrine", "duty_max", {"value": 600})], people[1])
    undo(database, key, second, people[0])
    with database.session() as s:
        last = history.last_of(s, key, people[0])
        latest = history.history(s, key)[0]
    assert last is not None and last.key == first
    assert latest.undoes == second
    undo(database, key, latest.key, people[0])
    assert document(database, key)["name"] == "Other"
    with database.session() as s:
        last = history.last_of(s, key, people[0])
    assert last is not None and last.key == second


def test_the_bin_gives_back_a_row_with_what_hung_on_it(database: Database, key: int) -> None:
    """Restoring a site brings its suspects; restoring a suspect first brings the site alone."""
    before = document(database, key)
    removed(database, key, "sites", "S1")
    assert {("sites", "S1"), ("suspects", "P01")} <= in_bin(database, key)
    with database.session() as s:
        undoing.restore(s, key, "suspects", "P01", None)
    assert row_of(database, key, "sites", "S1") == next(row for row in before["sites"] if row["id"] == "S1")
    assert ("suspects", "P01") not in in_bin(database, key)
    removed(database, key, "sites", "S1")
    with database.session() as s:
        undoing.restore(s, key, "sites", "S1", None)
    assert row_of(database, key, "suspects", "P01") == next(row for row in before["suspects"] if row["id"] == "P01")


def test_a_row_whose_id_was_taken_again_stays_in_the_history(database: Database, key: int) -> None:
    """A new row of the same id is not overwritten by an undo, and the bin does not offer the old one."""
    row = row_of(database, key, "sites", "S1")
    gone = removed(database, key, "sites", "S1")
    change(database, key, [Edit("sites", "S1", row | {"address": "New"})])
    with pytest.raises(ChangedSince):
        undo(database, key, gone)
    assert ("sites", "S1") not in in_bin(database, key)
