"""The database does what the document does: random edits, random queues."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import register
from models.database import Database
from models.errors import InUse, LiveRow
from models.fair_order import Waiting, fair_order
from models.merging import merge_rows
from planner.edits import TABLES, Document, Edit, Row, apply_edits, document_faults, key_of
from planner.files import Unreadable, dump_operation
from tests.effort import tries
from tests.operations import two_doors

NUMBERS = count()
FEW = settings(max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ["B1", "A2", "K1", "S1", "S2", "P01", "P02", "C", "O01", "nowhere", "T1"]


def document() -> Document:
    """Two doors with pins, a leg and a matrix."""
    data = dump_operation(two_doors())
    data["pins"] = [{"officer": "O01", "site": "S1"}, {"together": ["S2", "S1"]}, {"site": "S2", "start": 3}]
    data["legs"] = [{"from": "B1", "to": "S1", "minutes": 12}]
    data["addresses"] = [{"suspect": "P01", "site": "S2", "chance": 0.5}]
    ids = ["B1", "S1", "A2"]
    return data | {"travel": {"kind": "matrix", "ids": ids, "minutes": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}}


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["一", "x y", "", "\ud800"]),
    "rank": st.integers(0, 6),
    "seats": st.integers(0, 9),
    "sex": st.sampled_from(["F", "M", "x"]),
    "skills": st.lists(st.sampled_from(["entry", "medic"]), max_size=2),
    "cities": st.lists(st.sampled_from(["成都"]), max_size=1),
    "team": st.sampled_from([None, "T1"]),
    "risk": st.sampled_from(["low", "high"]),
    "lat": st.sampled_from([30.5, None, 104.1]),
    "needs": st.dictionaries(st.just("entry"), st.integers(0, 3)),
    "born": st.sampled_from(["1990-05-31", "2027-01-01", "1990-02-30"]),
    "warrant": st.sampled_from([None, {"number": "W", "expires": "2026-04-08T00:00:00Z"}, {"number": "W"}]),
    "priority": st.integers(0, 6),
    "weight": st.integers(0, 3),
    "minutes": st.sampled_from([None, 5, -1]),
    "start": st.integers(0, 9),
    "chance": st.sampled_from([0, 0.5, 1.5]),
    "details": st.sampled_from([{}, {"phone": "1"}, [], 3]),
}
for _name in ("id", "agency", "base", "site", "a", "b", "from", "to", "officer", "suspect"):
    VALUES[_name] = st.sampled_from(NAMES)


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    """Some edits of the document, good and bad, each of another row."""
    found: dict[tuple[str, str], Edit] = {}
    for _ in range(draw(st.integers(1, 4))):
        table = draw(st.sampled_from(TABLES))
        old: Row = draw(st.sampled_from(document()[table]))
        row = dict(old)
        known = sorted(set(row) & set(VALUES))
        for field in draw(st.lists(st.sampled_from(known), max_size=2)) if known else ():
            row[field] = draw(VALUES[field])
        key = key_of(table, old) if draw(st.booleans()) or row == old else key_of(table, row)
        found[table, key] = Edit(table, key, row if draw(st.integers(0, 3)) else None)
    figures = draw(st.dictionaries(st.sampled_from(["duty_max", "last_raid", "x"]), st.integers(-1, 9), max_size=1))
    found |= {("doctrine", key): Edit("doctrine", key, {"value": value}) for key, value in figures.items()}
    return list(found.values())


def on_paper(data: Document, wanted: list[Edit]) -> Document | None:
    """The document with the edits, or none where it would not hold together."""
    try:
        changed = apply_edits(data, wanted)
    except Unreadable:
        return None
    return None if document_faults(changed) else changed


@FEW
@given(wanted=edits())
def test_the_gate_of_the_database_is_the_gate_of_the_document(wanted: list[Edit], database: Database) -> None:
    """Edits are accepted exactly when the whole document would pass with them, and give the same document."""
    data = document() | {"id": f"two-doors-{next(NUMBERS)}"}  # a reference stands once in a database
    with database.session() as session:
        operation = register.create_operation(session, data)
    expected = on_paper(data, wanted)
    try:
        with database.session() as session:
            register.change(session, operation, wanted, None)
    except (Unreadable, InUse) as error:
        assert expected is None, error
        expected = data
    assert expected is not None, "the edits were accepted"
    with database.session() as session:
        found = register.document(session, operation)
    may_lack: Document = {"doctrine": {}, "addresses": [], "pins": []}
    assert may_lack | found == may_lack | expected


MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
people = st.lists(st.tuples(st.sampled_from([1, 2, 3, None]), st.sampled_from([10, 20])), max_size=12)
past = st.dictionaries(st.tuples(st.sampled_from([1, 2, None]), st.sampled_from([10, 20, None])), st.integers(0, 9))


@given(people, past)
def test_everybody_is_served_once_and_nobody_twice_before_another(
    asked: list[tuple[int | None, int]], served: dict[Any, int]
) -> None:
    """Every scenario has its turn; between two turns of a person, each other person who waits has one."""
    waiting = [Waiting(i, user, operation) for i, (user, operation) in enumerate(asked)]
    order = fair_order(waiting, {turn: MOMENT + timedelta(hours=h) for turn, h in served.items()})
    assert sorted(order) == list(range(len(asked)))
    users = [asked[scenario][0] for scenario in order]
    for i, user in enumerate(users):
        if user in users[i + 1 :]:
            again = users.index(user, i + 1)
            between = users[i + 1 : again]
            assert len(between) == len(set(between)), "somebody had two turns"
            assert set(users[again + 1 :]) - {user} <= set(between), "somebody who waited had none"


def test_whoever_waited_longest_for_a_turn_comes_first() -> None:
    """Never served, then served long ago; of one person the operation not served; then the older question."""
    served: dict[tuple[int | None, int | None], datetime] = {
        (1, None): MOMENT,
        (1, 10): MOMENT,
        (2, None): MOMENT - timedelta(hours=1),
    }
    waiting = [Waiting(1, 1, 10), Waiting(2, 1, 20), Waiting(3, 2, 10), Waiting(4, 3, 10), Waiting(5, 3, 10)]
    assert fair_order(waiting, served) == [4, 3, 2, 5, 1]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_queue_of_one_person_keeps_its_order(number: int) -> None:
    """Without others, the oldest question comes first."""
    assert fair_order([Waiting(i, None, 1) for i in range(number)], {}) == list(range(number))


FIELDS = st.dictionaries(st.sampled_from(["name", "rank", "team", "lat", "lon"]), st.integers(0, 2))


@pytest.mark.parametrize("table", ["officers", "sites"])
@given(start=FIELDS, my=FIELDS, their=FIELDS)
def test_a_merge_keeps_the_changes_of_both_or_is_a_clash(table: str, start: Row, my: Row, their: Row) -> None:
    """Each changed field comes from whoever changed it; both at one field, or one point, is told."""
    base = {"id": "x", "name": 0, "rank": 0, "lat": 0, "lon": 0} | start
    mine, theirs = base | my, base | their
    place = (table, "x")

    def both(one: Row, other: Row) -> Row | None:
        now = LiveRow("x", other, 2, "", None, table)
        merged_rows, clashing = merge_rows({place: one}, {place: now}, {place: 1}, {place: base})
        return None if clashing else merged_rows[place]

    def changed(row: Row) -> set[str]:
        fields = {field for field in row if row[field] != base.get(field)}
        return {"point" if table == "sites" and field in ("lat", "lon") else field for field in fields}

    def value(row: Row, field: str) -> object:
        return (row["lat"], row["lon"]) if field == "point" else row[field]

    clash = {field for field in changed(mine) & changed(theirs) if value(mine, field) != value(theirs, field)}
    result = both(mine, theirs)
    assert (result is None) == bool(clash)
    assert result == both(theirs, mine)
    if result is not None:
        assert all(value(result, field) == value(mine, field) for field in changed(mine))
        assert all(value(result, field) == value(theirs, field) for field in changed(theirs))
        assert changed(result) == changed(mine) | changed(theirs)
