"""A suspect's warrant as an object and as columns."""

import pytest

from planner.files.warrants import flatten, nest


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ({"id": "P1", "warrant": None}, {"id": "P1"}),
        ({"id": "P1", "warrant": {"number": "W1"}}, {"id": "P1", "warrant_number": "W1"}),
        (
            {
                "id": "P1",
                "warrant": {"number": "W1", "expires": "2026-04-02T00:00:00+08:00"},
                "details": {"warrant": 1},
            },
            {
                "id": "P1",
                "warrant_number": "W1",
                "warrant_expires": "2026-04-02T00:00:00+08:00",
                "details": {"warrant": 1},
            },
        ),
    ],
)
def test_nested_and_flat_undo_each_other(row: dict[str, object], columns: dict[str, object]) -> None:
    """What is flattened is nested again, whole, in part or none; other fields stay as they are."""
    assert flatten(row) == columns
    assert nest(columns) == row
