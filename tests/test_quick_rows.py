"""Rows read in short are what the schemas read: the same values, the same refusals."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, ValidationError
from marshmallow.fields import String
from marshmallow.validate import Length

from planner.files.quick_rows import quick_rows
from planner.files.reading import OPERATION_TABLES, PLAN_TABLES, QUICK
from planner.files.schemas import RowSchema

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    "\n",
    0,
    -1,
    3.5,
    1e9,
    float("nan"),
    True,
    [],
    [None],
    ["a", 1],
    {},
    {"a": 1},
    "2026-04-08",
)


def outcome(load: Any, row: Any) -> Any:
    """The value, or the refusal as text."""
    try:
        return load(row)
    except ValidationError as error:
        return repr(error.normalized_messages())


def rows(table: str) -> list[Any]:
    """Rows of the table in an example and its plan."""
    document = json.loads((EXAMPLES / "3-02-roads.json").read_text("utf-8"))
    plan = json.loads((EXAMPLES / "plans/3-02-roads.json").read_text("utf-8"))
    found: list[Any] = (plan | document).get(table, [])
    return found


@pytest.mark.parametrize("table", OPERATION_TABLES | PLAN_TABLES)
def test_short_and_full_reading_agree(table: str) -> None:
    """On rows as they are, and with values changed, left out, added or put in the place of the whole row."""
    schema, chance = (OPERATION_TABLES | PLAN_TABLES)[table], random.Random(7)
    whole = rows(table)[:40] or [{"from": "A", "to": "B", "minutes": 3}, {"suspect": "P1", "site": "S1", "chance": 0.5}]
    for row in whole:
        assert outcome(QUICK[table], row) == outcome(schema.load, row)
        for _ in range(25):
            spoiled = dict(row)
            key = chance.choice([*spoiled, "more"])
            if chance.random() < 0.2:
                spoiled.pop(key, None)
            else:
                spoiled[key] = chance.choice(ODD)
            assert outcome(QUICK[table], spoiled) == outcome(schema.load, spoiled)
    for row in ODD:
        assert outcome(QUICK[table], row) == outcome(schema.load, row)


def test_a_schema_that_does_more_is_refused() -> None:
    """What marshmallow would check and this would not is no surprise at run time."""

    class Checked(RowSchema):
        """Has a validator of marshmallow's."""

        makes = dict
        name = String(validate=Length(max=3))

    with pytest.raises(TypeError):
        quick_rows(Checked())
    assert isinstance(Checked(), Schema)
