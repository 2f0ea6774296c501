"""What no rule reads is carried unchanged: details of rows and of the operation, and where else a suspect may be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models import register
from models.database import Database
from planner import operation as op
from planner.edits import Edit, differences
from planner.files import Unreadable, dump_operation, dump_plan, operation_hash, parse_operation, parse_plan
from planner.files.cells import Assumed
from planner.files.columns import BY_NAME
from planner.plan import Guards, Plan, Unit
from tests.operations import two_doors
from web.register_cells import cells_of, row_of

FACTS = {"phone": "130 0000 0001", "floor": 3, "lift": True, "marks": ["scar", None], "photo": {"kind": "jpeg"}}


def with_details() -> op.Operation:
    """The two doors where the operation and every kind of row carry facts, and a suspect has a second address."""
    made, tables = two_doors(), ("agencies", "places", "officers", "vehicles", "sites", "suspects")
    rows: dict[str, Any] = {
        name: (replace(getattr(made, name)[0], details=FACTS), *getattr(made, name)[1:]) for name in tables
    }
    return replace(made, **rows, details=FACTS, addresses=(op.Address("P01", "S2", 0.25), op.Address("P02", "S1")))


def test_details_and_addresses_are_read_back() -> None:
    """Details of any JSON value and addresses are written and read again as they were."""
    told = json.loads(json.dumps(dump_operation(with_details())))
    assert told["details"] == told["suspects"][0]["details"] == FACTS
    assert told["addresses"] == [{"suspect": "P01", "site": "S2", "chance": 0.25}, {"suspect": "P02", "site": "S1"}]
    assert parse_operation(told) == with_details()


def test_an_operation_without_them_keeps_its_hash() -> None:
    """Neither key stands in a file that has nothing under it, so that older operations keep their hashes."""
    assert not {"details", "addresses"} & set(dump_operation(two_doors()))
    assert operation_hash(with_details()) != operation_hash(two_doors())


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("details", [], "details: a list is no object of descriptive facts"),
        ("addresses", [{"suspect": "P9", "site": "S2"}], 'addresses[0].suspect: unknown suspect "P9"'),
        ("addresses", [{"suspect": "P01", "site": "S9"}], 'addresses[0].site: unknown site "S9"'),
        ("addresses", [{"suspect": "P01", "site": "S2", "chance": 1.5}], "addresses[0].chance: 1.5 is not from 0 to 1"),
        ("details", {"note": "x" * 30_001}, "details: has 30013 characters; 30000 are the most"),
    ],
)
def test_what_is_wrong_with_them_is_told(key: str, value: object, told: str) -> None:
    """Each fault of a detail or an address is told with its place."""
    with pytest.raises(Unreadable) as caught:
        parse_operation({**dump_operation(two_doors()), key: value})
    assert any(line.startswith(told) for line in map(str, caught.value.faults))


def test_the_database_keeps_them(database: Database) -> None:
    """What is stored with details, addresses and set minutes comes back the same, also once they have changed."""
    data = dump_operation(with_details())
    data["sites"][0]["set_minutes"] = 0
    with database.session() as session:
        operation = register.create_operation(session, data)
    with database.session() as session:
        assert register.document(session, operation) == data
        edits = (
            Edit("operation", "details", {"value": {}}),
            Edit("addresses", "P01|S2", None),
            Edit("officers", data["officers"][0]["id"], data["officers"][0] | {"details": {"phone": "2"}}),
        )
        register.change(session, operation, edits, None)
    with database.session() as session:
        found = register.document(session, operation)
    assert differences(data, found) == (edits[0], edits[2], edits[1])
    assert "details" not in found


def test_a_grid_keeps_details() -> None:
    """A row that goes through a grid's cells keeps its details."""
    for row in dump_operation(with_details())["suspects"]:
        assert row_of(BY_NAME["suspects"], cells_of(BY_NAME["suspects"], row), Assumed()) == row


def test_guards_are_read_back() -> None:
    """A squad's guards are written and read again; a unit without any has no such key."""
    units = (
        Unit("T1-1", "squad", ("O1", "O2"), ("V1",), (), Guards(("O1",), ("V1",))),
        Unit("T1-2", "squad", ("O3",), (), ()),
    )
    told = json.loads(json.dumps(dump_plan(Plan("x", units=units))))
    assert told["units"][0]["guards"] == {"officers": ["O1"], "vehicles": ["V1"]}
    assert "guards" not in told["units"][1]
    assert parse_plan(told) == Plan("x", units=units)
