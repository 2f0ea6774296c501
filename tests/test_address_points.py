"""An address that is changed while its point stays has the point of the old one: told until somebody settles it."""

from typing import Any

import pytest

from models import history, register, undoing
from models.database import Database
from planner.edits import Edit, operation_of, plannable
from planner.files import dump_operation, parse_operation
from planner.files.address_points import point_doubt, settle_point, unsaid
from planner.files.exporting import export_json, export_xlsx
from planner.importing import preview, read_upload
from planner.merging import ImportOptions
from planner.readiness import readiness
from planner.render.edit_words import describe_edit
from planner.whatif import relocate, set_fields
from tests.operations import two_doors

Row = dict[str, Any]
OLD: Row = {"id": "S1", "address": "No. 1 Lane", "lat": 30.0, "lon": 104.0}
DOUBTED = OLD | {"address": "No. 2 Lane", "point_for": "No. 1 Lane"}


@pytest.mark.parametrize(
    ("was", "row", "after"),
    [
        (OLD, OLD | {"address": "No. 2 Lane"}, "No. 1 Lane"),
        (OLD, OLD | {"address": "no.1  LANE"}, None),
        (OLD, OLD | {"address": "No. 2 Lane", "lat": 30.1}, None),
        (OLD, OLD | {"risk": "low"}, None),
        (DOUBTED, DOUBTED | {"address": "No. 3 Lane"}, "No. 1 Lane"),
        (DOUBTED, OLD | {"address": "No. 3 Lane"}, "No. 1 Lane"),
        (DOUBTED, OLD | {"address": "No. 2 Lane"}, "No. 1 Lane"),
        (DOUBTED, OLD, None),
        (DOUBTED, DOUBTED | {"point_for": "No. 2 Lane"}, None),
        (DOUBTED, DOUBTED | {"lon": 104.1}, None),
        (DOUBTED, DOUBTED | {"lat": None, "lon": None}, None),
        ({"id": "S1", "address": "A", "lat": None, "lon": None}, OLD, None),
        (None, OLD, None),
        (None, DOUBTED, "No. 1 Lane"),
    ],
)
def test_whose_point_a_site_has(was: Row | None, row: Row, after: str | None) -> None:
    """It follows from the row as it was and as it shall be, whoever edits it and whether or not they know of it."""
    assert point_doubt(unsaid(settle_point(row, was))) == after


def document() -> dict[str, Any]:
    """Two doors, as a document."""
    return dump_operation(two_doors())


def site(held: Database, key: int) -> Row:
    """The first site as the database has it."""
    with held.session() as s:
        row: Row = register.document(s, key)["sites"][0]
        return row


def test_the_register_keeps_the_doubt_until_it_is_settled(database: Database) -> None:
    """A changed address is doubted, another edit does not hide that, a confirmation ends it, and each is undone."""
    with database.session() as s:
        key = register.create_operation(s, document())
    first = site(database, key)
    steps = [{"address": "Elsewhere 9"}, {"risk": "high"}, {"point_for": "Elsewhere 9"}]
    told = []
    for step in steps:
        row = {name: value for name, value in site(database, key).items() if name != "point_for"} | step
        with database.session() as s:
            register.change(s, key, [Edit("sites", row["id"], row)], None)
        told.append(point_doubt(site(database, key)))
    assert told == [first["address"], first["address"], None]
    assert "point_for" not in site(database, key)
    with database.session() as s:
        made = [change.key for change in history.history(s, key)]
    for change, expected in ((made[0], first["address"]), (made[2], None)):
        with database.session() as s:
            undoing.undo(s, key, change, None)
        assert point_doubt(site(database, key)) == expected
    assert site(database, key) == first | {"risk": "high"}


def test_readiness_names_it_and_a_plan_does_not_mind() -> None:
    """The finding names the site; the planner takes the document without the remark."""
    row = document()["sites"][0]
    doc = document() | {"sites": [row | {"point_for": "Old Lane"}, *document()["sites"][1:]]}
    (finding,) = [finding for finding in readiness(operation_of(doc), doc) if finding.code == "address-changed"]
    assert finding.subjects == (("sites", row["id"]),)
    assert parse_operation(plannable(doc)) == two_doors()


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_an_import_is_told_and_keeps_the_doubt(form: str) -> None:
    """A changed address with the point as it was is a warning at its cell; an export of it changes nothing again."""
    old = document()
    file = old | {"sites": [old["sites"][0] | {"address": "Elsewhere 9"}, *old["sites"][1:]]}
    make = {"json": export_json, "xlsx": export_xlsx}[form]
    found = preview(old, read_upload(make(file), f"a.{form}", ImportOptions()), ImportOptions())
    assert not found.faults
    (edit,) = found.edits
    assert edit.row is not None
    assert edit.row["point_for"] == old["sites"][0]["address"]
    assert "the point is still that of" in " ".join(remark.text() for remark in found.warnings)
    again = preview(found.document, read_upload(make(found.document), f"a.{form}", ImportOptions()), ImportOptions())
    assert (again.edits, again.faults, again.warnings) == ((), (), ())
    without = read_upload(make(file), f"a.{form}", ImportOptions())
    assert preview(found.document, without, ImportOptions()).edits == ()


def test_an_import_confirms_a_point_by_naming_the_address() -> None:
    """The column says of which address the point is: where that is the row's own, the doubt ends."""
    doc = document()
    row = doc["sites"][0] | {"point_for": "Old Lane"}
    doc["sites"] = [row, *doc["sites"][1:]]
    file = doc | {"sites": [row | {"point_for": row["address"]}, *doc["sites"][1:]]}
    (edit,) = preview(doc, read_upload(export_json(file), "a.json", ImportOptions()), ImportOptions()).edits
    assert edit.row is not None
    assert unsaid(settle_point(edit.row, row)) == document()["sites"][0]


def test_the_desk_tells_of_an_address_whose_point_stays() -> None:
    """The change's sentence says whose the point is; a move of the site settles it."""
    doc = document()
    old = doc["sites"][0]
    (edit,) = set_fields(doc, "sites", old["id"], address="Elsewhere 9")
    assert f"address of the point – → {old['address']}" in describe_edit(doc, edit, "en")
    assert edit.row is not None
    there = doc | {"sites": [edit.row, *doc["sites"][1:]]}
    last = relocate(there, "sites", old["id"], 30.5, 104.5)[-1]
    assert last.row is not None
    assert "point_for" not in last.row
