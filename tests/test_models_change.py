"""The one gate for live edits: all or nothing, nobody's change lost, nothing left hanging."""

from typing import Any

import pytest

from models import register, users
from models.database import Database
from models.errors import Conflict, InUse, NotFound, ReadOnly
from planner.dependants import dependants
from planner.edits import Edit, Row, apply_edits, document_faults
from planner.files import Unreadable, dump_operation
from tests.operations import two_doors


def document() -> dict[str, Any]:
    """Two doors as a document."""
    return dump_operation(two_doors())


def stored(database: Database, data: dict[str, Any] | None = None) -> int:
    """The key of a new operation that holds the document."""
    with database.session() as session:
        return register.create_operation(session, data or document())


def changed(database: Database, operation: int, *edits: Edit, **more: Any) -> int:
    """The operation's revision after the edits."""
    with database.session() as session:
        return register.change(session, operation, edits, None, **more)


def live(database: Database, operation: int, table: str, key: str) -> Row:
    """The row as it stands."""
    with database.session() as session:
        row = register.rows(session, operation, table, [key])[0].row
    assert row is not None
    return row


def test_edits_do_to_the_database_what_they_do_to_a_document(database: Database) -> None:
    """Puts, drops, new rows and figures give the same document in the database as on paper."""
    data = document()
    officer, site = data["officers"][0], data["sites"][0]
    edits = [
        Edit("officers", officer["id"], officer | {"rank": 5, "skills": ["entry", "medic"], "team": "T1"}),
        Edit("officers", "new", officer | {"id": "new"}),
        Edit("vehicles", data["vehicles"][3]["id"], None),
        Edit("sites", site["id"], site | {"lat": None, "lon": None}),
        Edit("legs", "B1|A1", {"from": "B1", "to": "A1", "minutes": None}),
        Edit("pins", '{"site":"S1","skip":true}', {"site": "S1", "skip": True}),
        Edit("doctrine", "raid_minutes", {"value": {"high": 120}}),
        Edit("operation", "h_hour", {"value": "2026-04-02T05:30:00+08:00"}),
        Edit("operation", "max_teams", {"value": 7}),
    ]
    key = stored(database)
    assert changed(database, key, *edits) == 2
    with database.session() as session:
        assert register.document(session, key) == apply_edits(data, edits)


def test_a_figure_can_go_back_to_its_default(database: Database) -> None:
    """A figure of doctrine that is dropped is the default's again; dropping it once more changes nothing."""
    key = stored(database, document() | {"doctrine": {"duty_max": 700, "last_raid": 100}})
    assert changed(database, key, Edit("doctrine", "duty_max", None)) == 2
    assert changed(database, key, Edit("doctrine", "duty_max", None)) == 2
    with database.session() as session:
        assert register.document(session, key)["doctrine"] == {"last_raid": 100}


def test_an_edit_that_changes_nothing_makes_no_revision(database: Database) -> None:
    """A row put as it stands, with its defaults written out, leaves the revision as it was."""
    data, key = document(), stored(database)
    assert changed(database, key, Edit("sites", "S1", data["sites"][0] | {"needs": {}, "officers": None})) == 1


def test_a_change_tells_who_and_when(database: Database) -> None:
    """The row that was changed carries the revision and the author; the others keep theirs."""
    data, key = document(), stored(database)
    with database.session() as session:
        user = users.add(session, "two", "hash", "Planner 2")
        register.change(session, key, [Edit("sites", "S1", data["sites"][0] | {"risk": "high"})], user)
    with database.session() as session:
        found = {row.key: (row.revision, row.changed_by) for row in register.rows(session, key, "sites")}
    assert found == {"S1": (2, "Planner 2"), "S2": (1, "")}


FAULTY = {
    "a figure out of range": (Edit("officers", "O01", document()["officers"][0] | {"rank": 9}), 'officers "O01".rank'),
    "an unknown base": (Edit("officers", "O01", document()["officers"][0] | {"base": "B"}), 'officers "O01".base'),
    "a site as base": (Edit("vehicles", "V1", document()["vehicles"][0] | {"base": "S1"}), 'vehicles "V1".base'),
    "an unknown suspect": (Edit("links", "P01|P99", {"a": "P01", "b": "P99"}), 'links "P01|P99".b'),
    "a missing field": (Edit("suspects", "P09", {"id": "P09"}), 'suspects "P09".warrant'),
    "another key": (Edit("officers", "O02", document()["officers"][0]), 'officers "O02"'),
    "a place with a site's id": (Edit("places", "S1", document()["places"][0] | {"id": "S1"}), 'sites "S1".id'),
    "nothing to drop": (Edit("officers", "nobody", None), 'officers "nobody"'),
    "no table": (Edit("nonsense", "x", None), "nonsense"),
    "no row": (Edit("officers", "O01", [1]), 'officers "O01"'),  # type: ignore[arg-type]
    "the id": (Edit("operation", "id", {"value": "x"}), "operation.id"),
    "no name": (Edit("operation", "name", None), "operation.name"),
    "an hour without offset": (Edit("operation", "h_hour", {"value": "2026-04-01T06:00:00"}), "h_hour"),
    "born after H": (Edit("operation", "h_hour", {"value": "1980-04-01T06:00:00Z"}), 'suspects "P01".born'),
    "an unknown figure": (Edit("doctrine", "nonsense", {"value": 1}), "doctrine.nonsense"),
    "a bare figure": (Edit("doctrine", "duty_max", {"x": 1}), "doctrine.duty_max"),
    "an unknown point": (Edit("travel", "travel", {"kind": "matrix", "ids": ["X"], "minutes": [[0]]}), "travel.ids[0]"),
    "half a character": (Edit("sites", "S1", document()["sites"][0] | {"address": "\ud800"}), 'sites "S1".address'),
    "swapped": (Edit("sites", "S1", document()["sites"][0] | {"lat": 104.1, "lon": 30.59}), 'sites "S1".lat'),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_edit_is_refused_with_its_place(name: str, database: Database) -> None:
    """The fault names the row by its key, and a good edit beside it is not made either."""
    edit, place = FAULTY[name]
    key, good = stored(database), Edit("vehicles", "V2", document()["vehicles"][1] | {"seats": 9})
    with pytest.raises(Unreadable) as caught:
        changed(database, key, good, edit)
    assert place in [fault.place for fault in caught.value.faults], caught.value.faults
    with database.session() as session:
        assert register.document(session, key) == document()


def test_all_faults_are_told_at_once(database: Database) -> None:
    """Faults of several rows and tables come together."""
    data, key = document(), stored(database)
    edits = [Edit("officers", row["id"], row | {"rank": 9, "base": "X"}) for row in data["officers"][:3]]
    with pytest.raises(Unreadable) as caught:
        changed(database, key, *edits, Edit("sites", "S1", data["sites"][0] | {"risk": "x"}))
    assert len(caught.value.faults) == 7


def test_a_row_is_not_dropped_from_under_others(database: Database) -> None:
    """The rows that hang on it are told, also those that hang on them; dropped along with it, all of them go."""
    data = document() | {"pins": [{"site": "S2", "skip": True}], "legs": [{"from": "B1", "to": "S2", "minutes": 3}]}
    key = stored(database, data)
    with pytest.raises(InUse) as caught:
        changed(database, key, Edit("sites", "S2", None))
    told = caught.value.dependants
    assert set(told) == set(dependants(data, "sites", "S2"))
    with database.session() as session:
        assert register.dependants(session, key, [("sites", "S2")]) == list(told)
    changed(database, key, Edit("sites", "S2", None), *(Edit(table, row, None) for table, row in told))
    with database.session() as session:
        left = register.document(session, key)
    assert document_faults(left) == []
    assert [row["id"] for row in left["sites"]] == ["S1"]


def test_a_row_goes_when_those_that_hung_on_it_are_moved_elsewhere(database: Database) -> None:
    """In one change the suspects of a site can be moved and the site dropped, in whatever order."""
    data, key = document(), stored(database)
    moved = [Edit("suspects", row["id"], row | {"site": "S1"}) for row in data["suspects"]]
    changed(database, key, Edit("sites", "S2", None), *moved)
    with database.session() as session:
        assert {row["site"] for row in register.document(session, key)["suspects"]} == {"S1"}


def test_a_base_that_is_dropped_cannot_be_named_in_the_same_change(database: Database) -> None:
    """An officer put to a place that goes in the same change is a fault."""
    data = document()
    key = stored(database)
    new = Edit("officers", "new", data["officers"][0] | {"id": "new", "base": "A2"})
    with pytest.raises(Unreadable):
        changed(database, key, Edit("places", "A2", None), new)


def test_a_point_can_become_one_of_the_other_kind(database: Database) -> None:
    """A place dropped and a site put with its id in one change leave one point."""
    data, key = document(), stored(database)
    changed(database, key, Edit("places", "A2", None), Edit("sites", "A2", data["sites"][0] | {"id": "A2"}))
    with database.session() as session:
        assert register.document(session, key)["sites"][-1]["id"] == "A2"


def test_a_point_that_goes_leaves_the_matrix(database: Database) -> None:
    """Row and column of the travel matrix go with a place; the travel table can be put and taken back as a whole."""
    data, key = document(), stored(database)
    ids = [row["id"] for row in data["places"] + data["sites"]]
    travel = {"kind": "matrix", "ids": ids, "minutes": [[i * 10 + j for j in range(7)] for i in range(7)]}
    changed(database, key, Edit("travel", "travel", travel))
    changed(database, key, Edit("places", "A2", None))
    expected = apply_edits(data | {"travel": travel}, [Edit("places", "A2", None)])
    with database.session() as session:
        assert register.document(session, key) == expected
        assert register.rows(session, key, "travel")[0].revision == 3
    changed(database, key, Edit("travel", "travel", {"kind": "great_circle"}))
    with database.session() as session:
        assert "travel" not in register.document(session, key)


def test_two_people_at_different_fields_lose_nothing(database: Database) -> None:
    """The second is not refused where the first changed another field: the row has both changes."""
    key, row = stored(database), document()["officers"][0]
    changed(database, key, Edit("officers", "O01", row | {"rank": 5}), seen={("officers", "O01"): 1})
    mine = Edit("officers", "O01", row | {"skills": ["medic"], "team": "T9"})
    changed(database, key, mine, seen={("officers", "O01"): 1}, start={("officers", "O01"): row})
    assert live(database, key, "officers", "O01") == row | {"rank": 5, "skills": ["medic"], "team": "T9"}


def test_two_people_at_one_field_is_told(database: Database) -> None:
    """The second sees the row as it stands now, and nothing of the change is made."""
    key, row = stored(database), document()["officers"][0]
    changed(database, key, Edit("officers", "O01", row | {"rank": 5}))
    mine = Edit("officers", "O01", row | {"rank": 4})
    with pytest.raises(Conflict) as caught:
        changed(database, key, mine, seen={("officers", "O01"): 1}, start={("officers", "O01"): row})
    assert [(r.table, r.key, r.row, r.revision) for r in caught.value.rows] == [
        ("officers", "O01", row | {"rank": 5}, 2)
    ]
    assert live(database, key, "officers", "O01")["rank"] == 5


def test_without_the_row_one_started_from_any_other_change_is_a_clash(database: Database) -> None:
    """Who does not say what the fields were cannot have changes merged; who says the same as the other is no clash."""
    key, row = stored(database), document()["officers"][0]
    changed(database, key, Edit("officers", "O01", row | {"rank": 5}))
    with pytest.raises(Conflict):
        changed(database, key, Edit("officers", "O01", row | {"team": "T"}), seen={("officers", "O01"): 1})
    assert changed(database, key, Edit("officers", "O01", row | {"rank": 5}), seen={("officers", "O01"): 1}) == 2


def test_a_point_is_moved_by_one_person_at_a_time(database: Database) -> None:
    """A latitude of one person and a longitude of another make no point: that is a clash."""
    key, row = stored(database), document()["sites"][0]
    seen, start = {("sites", "S1"): 1}, {("sites", "S1"): row}
    changed(database, key, Edit("sites", "S1", row | {"lat": 30.7}))
    with pytest.raises(Conflict):
        changed(database, key, Edit("sites", "S1", row | {"lon": 104.2}), seen=seen, start=start)
    changed(database, key, Edit("sites", "S1", row | {"risk": "high"}), seen=seen, start=start)
    assert live(database, key, "sites", "S1") == row | {"lat": 30.7, "risk": "high"}


def test_a_row_that_was_dropped_or_made_meanwhile_is_told(database: Database) -> None:
    """Who edits a row that is gone, drops one that was changed, or makes one that is there already is told."""
    key, data = stored(database), document()
    first, second = data["vehicles"][:2]
    changed(database, key, Edit("vehicles", "V1", None), Edit("vehicles", "V2", second | {"seats": 9}))
    with pytest.raises(Conflict) as caught:
        changed(database, key, Edit("vehicles", "V1", first | {"seats": 7}), seen={("vehicles", "V1"): 1})
    assert [row.row for row in caught.value.rows] == [None]
    with pytest.raises(Conflict):
        changed(database, key, Edit("vehicles", "V2", None), seen={("vehicles", "V2"): 1})
    with pytest.raises(Conflict):
        changed(database, key, Edit("vehicles", "V2", first | {"id": "V2"}), seen={("vehicles", "V2"): 0})


def test_figures_clash_like_rows(database: Database) -> None:
    """Two people at one figure of doctrine clash; at two figures of the head they do not."""
    key = stored(database)
    changed(database, key, Edit("doctrine", "duty_max", {"value": 700}), Edit("operation", "name", {"value": "other"}))
    with pytest.raises(Conflict):
        changed(database, key, Edit("doctrine", "duty_max", {"value": 600}), seen={("doctrine", "duty_max"): 0})
    teams, place = Edit("operation", "max_teams", {"value": 5}), ("operation", "max_teams")
    assert changed(database, key, teams, seen={place: 1}, start={place: {"value": 2}}) == 3


def test_a_closed_operation_is_read_only(database: Database) -> None:
    """Nothing of a closed operation changes; an operation that does not exist is told apart."""
    key = stored(database)
    with database.session() as session:
        register.set_status(session, key, "closed")
    with pytest.raises(ReadOnly):
        changed(database, key, Edit("operation", "name", {"value": "x"}))
    with pytest.raises(NotFound):
        changed(database, key + 1, Edit("operation", "name", {"value": "x"}))
