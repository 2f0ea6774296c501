"""A suspect's identity number: whole on the suspect's page and in files of data alone, everywhere else its tail."""

import logging
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from planner.edits import Edit
from planner.files.exporting import export_xlsx, workbook_of
from planner.files.named_facts import concealed, revealed, tail_of
from planner.papers.printing import paper_pdf, paper_rows
from planner.papers.registry import PAPERS
from planner.render.edit_words import changed_fields
from planner.scenario import Scenario
from tests.house import House, token
from tests.sheet_plans import two_teams
from tests.sheets import document, imported
from tests.stored_plans import loaded
from tests.test_sheets import bare

NUMBER = "510100199005311234"
OPERATION, PLAN = two_teams()
KNOWING = replace(OPERATION, suspects=tuple(replace(s, details={"identity": NUMBER}) for s in OPERATION.suspects))


def known(table: str = "suspects", **details: Any) -> dict[str, Any]:
    """Two doors of which the first suspect has the number, and what else is told."""
    data = document()
    data[table][0]["details"] = {"identity": NUMBER, **details}
    return data


@pytest.mark.parametrize(
    ("value", "tail"), [(NUMBER, "…1234"), (510100199, "…0199"), ("1234567", "…"), ("", ""), (None, ""), (" ", "")]
)
def test_a_tail_is_four_characters(value: Any, tail: str) -> None:
    """The last four of a number; of one so short that four were half of it, that there is one."""
    assert tail_of(value) == tail


def test_a_listed_row_comes_back() -> None:
    """What was shown as a tail is what it was; nothing else of the row is touched, and nothing is made up."""
    row = {"id": "P", "details": {"identity": NUMBER, "alias": "Xu"}}
    assert concealed(row)["details"] == {"identity": "…1234", "alias": "Xu"}
    assert revealed({"id": "P", "details": {"identity": "…1234", "alias": "Bo"}}, row)["details"] == {
        "identity": NUMBER, "alias": "Bo",
    }  # fmt: skip
    assert revealed({"id": "P", "details": {"identity": "…1234"}}, None) == {"id": "P", "details": {}}
    assert revealed({"id": "P"}, {"id": "P"}) == {"id": "P"}


@pytest.mark.parametrize("name", sorted(PAPERS.keys() - {"cooperation"}))  # without a law pack no letter is asked for
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_documents_print_the_tail_alone(name: str, lang: str) -> None:
    """No document and no sheet of the workbook holds the number; the card of a squad and the intake list its tail."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(paper_pdf(Scenario(KNOWING), PLAN, lang, [name]))).pages]
    book = load_workbook(BytesIO(workbook_of(paper_rows(Scenario(KNOWING), PLAN, lang, [name]))))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
    told = bare("".join([*pages, *cells]))
    assert NUMBER not in told and NUMBER[:14] not in told
    assert ("…1234" in told) == (name in ("squad", "custody"))


def test_pages_show_the_whole_on_the_suspects_page_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Grid, history, search and activity show the tail or nothing; the log nothing; the form sets and clears it."""
    caplog.set_level(logging.DEBUG)
    data = document()
    key, client, person = loaded(house, data), house.client(), data["suspects"][0]["id"]
    address = f"/operations/{key}/things/suspects"

    def sent(number: str, seen: int) -> Any:
        form = {"csrf_token": token(client), "seen": str(seen), "identity": number}
        return client.post(f"{address}/identity?id={person}&lang=en", data=form)

    assert sent(NUMBER, 1).status_code == 302
    assert sent("x" * 1001, 2).status_code == 422
    assert sent("later", 1).status_code == 409
    assert NUMBER in client.get(f"{address}?id={person}&lang=en").get_data(as_text=True)
    grid = client.get(f"/operations/{key}/registers/suspects/rows?lang=en").get_json()
    assert grid["rows"][0]["cells"]["details_identity"] == "…1234"
    assert next(c for c in grid["columns"] if c["name"] == "details_identity")["is_fixed"]
    for page in ("history", "history/1", "activity", "search?q=1234", "registers/suspects", ""):
        assert NUMBER not in client.get(f"/operations/{key}/{page}?lang=en").get_data(as_text=True)
    assert NUMBER not in caplog.text
    assert sent("", 2).status_code == 302
    assert "identity" not in client.get(f"/operations/{key}/export/json").get_data(as_text=True)


def test_the_grid_keeps_the_number(house: House) -> None:
    """An edit of another cell of the row leaves the number as it is, also under a new reference."""
    key, client = loaded(house, known(alias="Xu")), house.client()
    address = f"/operations/{key}/registers/suspects/rows?lang=en"
    row = client.get(address).get_json()["rows"][0]
    for cells in ({"details_alias": "Bo"}, {"details_identity": "forged"}, {"id": "P999"}):
        put = {"key": row["key"], "seen": row["seen"], "was": row["cells"], "cells": row["cells"] | cells}
        links = [["links", "|".join((link["a"], link["b"]))] for link in document()["links"]]
        also = {"agreed": True, "also": links if "id" in cells else []}
        answer = client.post(address, json={"puts": [put], **also}, headers={"X-CSRFToken": token(client)})
        assert answer.status_code == 200, answer.get_json()
        whole = client.get(f"/operations/{key}/export/json").get_json()["suspects"]
        assert [s["details"]["identity"] for s in whole if "details" in s] == [NUMBER]
        rows = client.get(address).get_json()["rows"]
        row = next(one for one in rows if "details_identity" in one["cells"])


def test_history_tells_that_it_changed() -> None:
    """A change of the number is told by its tails."""
    old, new = ({"id": "P", "details": {"identity": number}} for number in (NUMBER, "510100199005319876"))
    told = changed_fields(old, new, "en")
    assert "…1234" in told and "…9876" in told and NUMBER not in told


def test_files_of_data_have_it() -> None:
    """The workbook of an operation holds the number, and reads it back under each heading."""
    again = imported(export_xlsx(known()), "x.xlsx", old=document())
    assert again.edits == (Edit("suspects", document()["suspects"][0]["id"], known()["suspects"][0]),)
