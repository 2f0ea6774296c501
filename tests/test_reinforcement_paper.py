"""The request for reinforcement as a document: what stands on it, what must not, and who may have it."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from planner.papers.printing import papers_data
from planner.papers.reinforcement import PAPER, reinforcement_pdf, reinforcement_sheet
from planner.papers.source import PaperSource
from planner.reasons.reinforcement import RequestRow
from planner.reasons.stored import ChangePrice, StoredRequest
from planner.render.sheets import NothingToPrint
from planner.scenario import Scenario
from tests.house import House
from tests.questions import answered_with, requesting
from tests.sheet_plans import two_teams
from tests.stored_plans import document, plan_document, stored
from tests.test_sheets import bare, held_against

OPERATION, PLAN = two_teams()
AGENCY, BASE = OPERATION.agencies[0], next(p for p in OPERATION.places if p.kind == "base")
WANTED = {
    RequestRow(BASE.city, "officer", "", AGENCY.id, BASE.id): 6,
    RequestRow(BASE.city, "woman", "", AGENCY.id, BASE.id): 1,
    RequestRow(BASE.city, "skill", "interpreter", AGENCY.id, BASE.id): 1,
    RequestRow(BASE.city, "car", "", "", BASE.id): 2,
    RequestRow("", "team"): 1,
}
PRICE = ChangePrice(
    {"missed": 12, "exposure": 300, "cost": 8000}, {"missed": 0, "exposure": 120, "changes": 3, "cost": 9100}, 0
)
REQUEST = StoredRequest(WANTED, 7.2, 9.2, is_met=True, outcome=PRICE)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_request_stays_as_it_was(lang: str) -> None:
    """Facts, what is requested, what it gives and what is proved, in either language."""
    source = PaperSource(Scenario(OPERATION), PLAN, lang)
    data = papers_data(source, [(None, [(PAPER, [reinforcement_sheet(source, REQUEST)])])], "draft")
    held_against(f"reinforcement-{lang}.json", {k: v for k, v in data.items() if k not in ("hashes", "around")})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_cell_is_printed(lang: str) -> None:
    """The file has each row, fact and note, can be read aloud, and names nobody who is to be arrested."""
    source = PaperSource(Scenario(OPERATION), PLAN, lang)
    pdf, sheet = reinforcement_pdf(source, REQUEST, "draft"), reinforcement_sheet(source, REQUEST)
    whole = "".join(bare(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages)
    cells = [cell for table in sheet.tables for row in table.rows for cell in (table.title, *row)]
    for text in (*cells, *(text for fact in sheet.facts for text in fact), *sheet.notes, *sheet.signs):
        assert bare(text) in whole, text
    assert not any(bare(suspect.name) in whole for suspect in OPERATION.suspects)
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/Lang"] == lang
    assert pdf == reinforcement_pdf(source, REQUEST, "draft")


def test_without_a_request_nothing_is_printed() -> None:
    """Neither where nothing is wanted nor where none was found that does."""
    source = PaperSource(Scenario(OPERATION), PLAN, "en")
    for request in (StoredRequest({}, 0.0, 0.0, is_met=True), StoredRequest(WANTED, 7.2, 9.2, is_met=False)):
        with pytest.raises(NothingToPrint):
            reinforcement_sheet(source, request)


def test_only_who_asked_and_may_plan_prints_it(house: House) -> None:
    """The page leads to it; for somebody else, who may only read, it is not there."""
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation, scenario = (int(part) for part in plan.split("/") if part.isdigit())
    there = f"{plan}reasons/{answered_with(house, operation, scenario, requesting('C01', 'B-C01', '成都'))}/"
    client = house.client()
    assert "request.pdf" in client.get(there).text
    answer = client.get(f"{there}request.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    assert house.client(house.another("other")).get(f"{there}request.pdf").status_code in (403, 404)
    empty = requesting("C01", "B-C01", "成都") | {"request": None}
    without = answered_with(house, operation, scenario, empty)
    assert client.get(f"{plan}reasons/{without}/request.pdf").status_code == 404
