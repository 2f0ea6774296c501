"""A suspect's warrant follows the law's paper on import too: a workbook, CSV files, JSON."""

import json
from copy import deepcopy
from typing import Any

import pytest

from planner.edits import Document
from planner.files import parse_operation
from planner.files.exporting import export_xlsx
from planner.importing import preview, read_upload
from planner.law.gate import blocking
from planner.merging import ImportOptions
from tests.stored_plans import document


def imported(content: bytes, name: str, old: Document | None = None) -> Document:
    """The document that the upload makes; there is no fault in it."""
    options = ImportOptions()
    found = preview(old or {"schema": "arrest-operation/1"}, read_upload(content, name, options), options)
    assert not found.faults
    return found.document


def without(data: dict[str, Any]) -> dict[str, Any]:
    """The operation whose suspects have no warrant but in their law."""
    found = deepcopy(data)
    for suspect in found["suspects"]:
        suspect["warrant"] = None
    return found


def held(data: dict[str, Any]) -> dict[str, Any]:
    """Suspect -> warrant, of those whose law holds a paper with its last day."""
    papers = {
        row["id"]: [p for p in row["details"]["law"].get("papers", ()) if p["state"] == "held" and "expires" in p]
        for row in data["suspects"]
    }
    return {row["id"]: row["warrant"] for row in data["suspects"] if papers[row["id"]] and row["warrant"]}


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_warrant_that_the_file_does_not_name_is_that_of_the_paper(form: str) -> None:
    """Number and end are those of the paper that allows the arrest; readiness and the gate go by it."""
    data = document("3-02-roads")
    content = json.dumps(without(data)).encode() if form == "json" else export_xlsx(without(data))
    found = imported(content, f"o.{form}")
    warrants = {row["id"]: row["warrant"] for row in found["suspects"]}
    assert held(data) and all(warrants[key] == warrant for key, warrant in held(data).items())
    assert blocking(parse_operation(found)) == ()


def test_csv_without_the_columns() -> None:
    """A table of suspects with their details alone, into an operation that names the pack."""
    data = document("3-02-roads")
    one = next(row for row in data["suspects"] if row["id"] in held(data))
    cells = [one["id"], one["name"], one["sex"], one["born"], one["site"], str(one["priority"])]
    law = json.dumps({"law": one["details"]["law"]}).replace('"', '""')
    text = f'id,name,sex,born,site,priority,details\n{",".join(cells)},"{law}"\n'
    old = data | {"suspects": [row for row in data["suspects"] if row["id"] != one["id"]]}
    found = imported(text.encode(), "suspects.csv", old)
    assert next(row for row in found["suspects"] if row["id"] == one["id"])["warrant"] == one["warrant"]


def test_a_warrant_that_differs_stays_and_blocks() -> None:
    """The file's own warrant is kept; that it is not the paper is the blocking finding; a row of no file stays."""
    data = deepcopy(document("3-02-roads"))
    suspect = next(row for row in data["suspects"] if row["id"] in held(data))
    suspect["warrant"]["number"] = "other"
    found = imported(json.dumps(data).encode(), "o.json")
    assert next(row for row in found["suspects"] if row["id"] == suspect["id"])["warrant"]["number"] == "other"
    assert [one.subject[1] for one in blocking(parse_operation(found))] == [suspect["id"]]
    old = without(document("3-02-roads"))
    assert imported(json.dumps({"h_hour": old["h_hour"]}).encode(), "o.json", old)["suspects"] == old["suspects"]


@pytest.mark.parametrize("law", [[], {"papers": [{}]}, {"papers": 3}, {"pack": []}])
def test_a_law_that_is_none_derives_nothing(law: Any) -> None:
    """What is wrong with it is told by the check, not by a crash."""
    data = without(document("3-02-roads"))
    data["suspects"][0]["details"] = {"law": law}
    found = preview({}, read_upload(json.dumps(data).encode(), "o.json", ImportOptions()), ImportOptions())
    assert found.faults and found.document["suspects"][0]["warrant"] is None
