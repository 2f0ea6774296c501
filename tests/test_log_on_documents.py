"""Documents name the last entry of the log as it stood when they were set; the shell, which has no log, names none."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it has none

from models.log_check import verify
from models.log_place import Head
from planner.files import parse_operation, parse_plan
from planner.papers.printing import paper_pdf
from planner.papers.registry import PAPERS
from planner.scenario import Scenario
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, plan_document, stored
from web import database

OPERATION, PLAN = parse_operation(document("tiny")), parse_plan(plan_document("tiny"))
MAC = "0a1b2c3d4e5f"


def pages(content: bytes) -> list[str]:
    """The text of each page, without white space."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize(("lang", "told"), slow_after(1, [("zh", f"日志12345，{MAC}"), ("en", f"Log12345,{MAC}")]))
def test_every_page_names_the_head_of_the_log(lang: str, told: str) -> None:
    """In the footer of each page of each document; without a log the page is as it was."""
    found = pages(paper_pdf(Scenario(OPERATION), PLAN, lang, list(PAPERS), log_head=(12345, MAC)))
    assert found and all(told in page for page in found)
    bare = pages(paper_pdf(Scenario(OPERATION), PLAN, lang, list(PAPERS)))
    assert len(bare) == len(found)
    assert not any(MAC in page or told[:2] + "12345" in page for page in bare)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_footer_stays_on_the_page(lang: str) -> None:
    """Also on the small slip: every letter lies at least three millimetres above the edge."""
    content = paper_pdf(Scenario(OPERATION), PLAN, lang, list(PAPERS), log_head=(123456789, MAC))
    for page in PdfDocument(content):
        text = page.get_textpage()
        boxes = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
        assert min(bottom for _, bottom, _, _ in boxes) > 3 * 72 / 25.4


def test_what_the_page_hands_out_names_an_entry_that_is_there(house: House) -> None:
    """The log, verified with the head of a printed document, has that entry; with another mac it says so."""
    address, client = stored(house, document("tiny"), plan_document("tiny")), house.client()
    answer = client.get(f"{address}papers/print.pdf?paper=slip&lang=en")
    assert answer.status_code == 200
    (text, *_) = pages(answer.data)
    ((number, mac),) = re.findall(r"Log(\d+),([0-9a-f]{12})", text)
    store = house.app.extensions[database.KEY]
    assert verify(store, Head(int(number), mac)).faults == []
    assert verify(store, Head(int(number), MAC)).faults != []
