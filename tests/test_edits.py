"""Edits between two documents of an operation: pure, and one gate for all of them."""

import json
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.dependants import dependants
from planner.edits import (
    Edit,
    Row,
    apply_edits,
    differences,
    document_faults,
    edits_of,
    key_of,
    plannable,
    row_faults,
    running_faults,
    tidy,
)
from planner.files import Unreadable, dump_operation, parse_operation
from tests.effort import tries
from tests.operations import two_doors

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))


def document() -> dict[str, Any]:
    """Two doors as a document."""
    return dump_operation(two_doors())


@pytest.mark.parametrize(
    "path", [p for p in EXAMPLES if p.stem in ("tiny", "one-city", "3-02-orders")], ids=lambda p: p.stem
)
def test_an_example_has_no_fault_and_no_difference_to_itself(path: Path) -> None:
    """A document that was read from a file passes the gate, and equals itself."""
    data = json.loads(path.read_text("utf-8"))
    assert document_faults(data) == []
    assert differences(data, dump_operation(parse_operation(data))) == ()


@settings(max_examples=tries(60), deadline=None)
@given(st.data())
def test_differences_lead_from_the_one_to_the_other(data: st.DataObject) -> None:
    """Whatever rows and figures differ, the differences applied to the old document give the new one."""
    old, new = document(), document()
    for table in ("officers", "suspects", "vehicles", "sites", "pins", "links", "legs"):
        rows = new.get(table, [])
        kept = data.draw(st.lists(st.sampled_from(rows), unique_by=json.dumps)) if rows else []
        new[table] = sorted(kept, key=rows.index)
    for row in new["officers"]:
        row["rank"] = data.draw(st.integers(1, 5))
    new["doctrine"] = data.draw(st.dictionaries(st.sampled_from(["duty_max", "last_raid"]), st.integers(0, 900)))
    new["max_teams"] = data.draw(st.integers(0, 9))
    assert differences(apply_edits(old, differences(old, new)), new) == ()


def test_an_edit_leaves_the_document_as_it_was() -> None:
    """Applying edits changes nothing of what was given."""
    old = document()
    kept = deepcopy(old)
    officer = old["officers"][0]
    apply_edits(
        old, [Edit("officers", officer["id"], officer | {"rank": 5}), Edit("doctrine", "duty_max", {"value": 1})]
    )
    assert old == kept


def test_every_edit_of_what_is_not_there_is_told() -> None:
    """Edits that name what does not exist are refused together."""
    edits = [
        Edit("officers", "nobody", None),
        Edit("nonsense", "x", None),
        Edit("operation", "id", {"value": "other"}),
        Edit("officers", "one", document()["officers"][0]),
    ]
    with pytest.raises(Unreadable) as caught:
        apply_edits(document(), edits)
    assert len(caught.value.faults) == len(edits)


def test_a_point_without_coordinates_passes_the_gate_alone() -> None:
    """A site may lie nowhere while an operation is built; as a file it is refused."""
    data = document()
    data["sites"][0] |= {"lat": None, "lon": None}
    assert document_faults(data) == []
    with pytest.raises(Unreadable):
        parse_operation(data)


@pytest.mark.parametrize(
    "given_row",
    [{"lat": None}, {"lat": 300.0}, {"datum": "mars"}, {"datum": "BD-09", "given_lat": 91.0, "given_lon": 1.0}],
)
def test_half_a_point_and_a_strange_datum_are_faults(given_row: dict[str, Any]) -> None:
    """One coordinate without the other, one beyond the globe and an unknown datum are told, in a row by itself too."""
    data = document()
    data["sites"][0] |= given_row
    assert document_faults(data) != []
    assert row_faults("sites", data["sites"][0]) != []


def test_what_an_office_gave_stays_out_of_the_plan() -> None:
    """A document with other datums plans as the same operation."""
    data = document()
    data["sites"][0] |= {"datum": "GCJ-02", "given_lat": 30.1, "given_lon": 104.1}
    assert document_faults(data) == []
    assert parse_operation(plannable(data)) == two_doors()


def test_rows_that_say_the_same_are_equal() -> None:
    """A default that is written out and one that is left out are no difference."""
    site = document()["sites"][0]
    assert tidy("sites", site | {"needs": {}, "officers": None, "datum": "WGS-84"}) == tidy("sites", site)


def test_a_link_twice_is_a_fault() -> None:
    """The same two suspects linked twice, in whatever order, and the same pin twice are told."""
    data = document()
    a, b = (row["id"] for row in data["suspects"][:2])
    site = data["sites"][0]["id"]
    data["links"] = [{"a": a, "b": b}, {"a": b, "b": a}]
    data["pins"] = [{"site": site, "skip": True}, {"skip": True, "site": site}]
    assert [fault.place for fault in document_faults(data)] == ["links[1]", "pins[1]"]


def test_keys_of_pairs_never_collide() -> None:
    """Ids that hold the sign between the two ids of a pair still make different keys."""
    assert key_of("legs", {"from": "a|b", "to": "c"}) != key_of("legs", {"from": "a", "to": "b|c"})


def test_what_hangs_on_a_site_goes_along() -> None:
    """A site's suspects, their links and its pins hang on it; without all of them the document holds together."""
    data = document()
    site = data["sites"][0]["id"]
    behind = [row["id"] for row in data["suspects"] if row["site"] == site]
    other = next(row["id"] for row in data["suspects"] if row["site"] != site)
    data["links"] = [{"a": behind[0], "b": other}]
    data["pins"] = [{"site": site, "skip": True}]
    hanging = dependants(data, "sites", site)
    assert {table for table, _ in hanging} == {"suspects", "links", "pins"}
    left = apply_edits(data, [Edit("sites", site, None), *(Edit(table, key, None) for table, key in hanging)])
    assert document_faults(left) == []


def test_a_point_that_goes_leaves_the_matrix() -> None:
    """A site's row and column of the travel matrix go with it, and the other figures stay in their places."""
    data = document()
    ids = [row["id"] for row in data["places"] + data["sites"]]
    figures = [[0 if i == j else 10 * i + j for j in range(len(ids))] for i in range(len(ids))]
    data |= {"travel": {"kind": "matrix", "ids": ids, "minutes": figures}}
    site = data["sites"][0]["id"]
    edits = [Edit(table, key, None) for table, key in [("sites", site), *dependants(data, "sites", site)]]
    travel, gone = apply_edits(data, edits)["travel"], ids.index(site)
    assert travel["ids"] == [i for i in ids if i != site]
    assert travel["minutes"] == [
        [m for j, m in enumerate(row) if j != gone] for i, row in enumerate(figures) if i != gone
    ]


def hour(text: str) -> Edit:
    """H moves, and who is available when stays by the clock."""
    return Edit("hour", "hour", {"h_hour": text})


def test_the_hour_moves_and_the_clock_stays() -> None:
    """H half an hour later: whoever came at H-60 comes at H-90, also with the hours that nobody wrote down."""
    old = document()
    old["officers"][0] |= {"available_from": -60, "available_to": 600}
    later = (datetime.fromisoformat(old["h_hour"]) + timedelta(minutes=30)).isoformat()
    new = apply_edits(old, [hour(later)])
    assert new["h_hour"] == later
    assert (new["officers"][0]["available_from"], new["officers"][0]["available_to"]) == (-90, 570)
    assert (new["officers"][1]["available_from"], new["officers"][1]["available_to"]) == (-2910, 2850)
    assert not document_faults(new)
    assert differences(apply_edits(new, [hour(old["h_hour"])]), old) == ()


def test_an_hour_that_is_none_is_told() -> None:
    """Nonsense, a moment without an offset and half a minute are each told in a sentence; nothing changes."""
    old = document()
    for text in ("tomorrow", "2026-04-01T06:00", None, 7, old["h_hour"].replace(":00+", ":30+")):
        with pytest.raises(Unreadable, match=r"moment|whole minutes"):
            apply_edits(old, edits_of([{"table": "hour", "put": {"h_hour": text}}]))


def test_the_hour_does_not_move_once_the_operation_runs() -> None:
    """Both ways to set the hour are refused while it runs; other edits are not."""
    found = {"site": "elsewhere"}
    others = (Edit("officers", "O1", None), Edit("suspects", "P1", found), Edit("pins", "S1", {"site": "S1"}))
    edits = (hour("2026-04-01T06:00+08:00"), Edit("operation", "h_hour", {"value": "x"}), *others)
    assert len(running_faults(edits)) == 2
    assert not running_faults(others)


MATRIX: Row = {"kind": "matrix", "ids": ["A", "B"], "minutes": [[0, 5], [6, 0]]}


def test_minutes_on_roads_are_put_into_the_matrix() -> None:
    """A new point gets its row and column, no road becomes a closed leg, a leg that stands is left alone."""
    document = {"travel": MATRIX, "legs": [{"from": "C", "to": "B", "minutes": 9}]}
    cells = [["C", "A", 1], ["A", "C", None], ["C", "B", None], ["B", "C", 4], ["A", "B", 7]]
    (edit,) = edits_of([{"table": "travel", "put": {"points": ["C"], "cells": cells}}])
    after = apply_edits(document, [edit])
    assert after["travel"] == {
        "kind": "matrix",
        "ids": ["A", "B", "C"],
        "minutes": [[0, 7, 0], [6, 0, 4], [1, 0, 0]],
    }
    assert after["legs"] == [
        {"from": "C", "to": "B", "minutes": 9},
        {"from": "A", "to": "C", "minutes": None},
    ]
    assert document["travel"] is MATRIX
    assert MATRIX["ids"] == ["A", "B"]


@pytest.mark.parametrize(
    ("travel", "row"),
    [
        ({"kind": "great_circle"}, {"points": [], "cells": []}),
        (MATRIX, {"points": ["C"], "cells": [["C", "A", 1]]}),
        (MATRIX, {"points": ["A"], "cells": []}),
        (MATRIX, {"points": [], "cells": [["A", "C", 1]]}),
        (MATRIX, {"points": [], "cells": [["A", "B"]]}),
        (MATRIX, {"points": [["A"]], "cells": []}),
        (MATRIX, {"points": "C", "cells": []}),
        (MATRIX, {"cells": []}),
    ],
)
def test_minutes_that_do_not_fit_are_refused(travel: Row, row: Row) -> None:
    """Without a matrix, with a cell that is missing or of a point that is not there, nothing is put."""
    with pytest.raises(Unreadable) as refused:
        apply_edits({"travel": travel}, [Edit("travel", "minutes", row)])
    assert [fault.code for fault in refused.value.faults] == ["minutes-form"]
