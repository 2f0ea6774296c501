"""The wall sheet of the command post counts what the plan holds, each thing once; pages are counted by sheet."""

import re
from collections import Counter
from io import BytesIO

import pytest
from pypdf import PdfReader

from planner.files import parse_operation, parse_plan
from planner.papers.printing import paper_pdf, sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.papers.wall import MOST_COLUMNS, events_of
from planner.scenario import Scenario
from tests.effort import slow_after
from tests.stored_plans import document, plan_document

SCENARIO = Scenario(parse_operation(document("one-city")))
PLAN = parse_plan(plan_document("one-city"))
SOURCE = PaperSource(SCENARIO, PLAN, "en")


def test_each_thing_is_counted_once() -> None:
    """Entries, handovers, exams and interviews are those of the plan; the last row is the sum of the teams."""
    found = Counter(kind for rows in events_of(SOURCE).values() for kind, _ in rows)
    stops = Counter(stop.task for unit in PLAN.units for stop in unit.stops)
    assert found["raid"] == stops["raid"] and found["exam"] == stops["exam"]
    assert found["deliver"] == len(
        {s for unit in PLAN.units for t in unit.stops if t.task == "deliver" for s in t.suspects}
    )
    assert found["interview"] == len(PLAN.interviews)
    (sheet,) = sheets_of(PAPERS["wall"], SOURCE)
    matrix = sheet.tables[0]
    assert len(matrix.columns) - 1 <= MOST_COLUMNS
    counts = [sum(int(n) for cell in row[1:] for n in re.findall(r"(?:Entry) (\d+)", cell)) for row in matrix.rows]
    assert counts[-1] == sum(counts[:-1]) == stops["raid"]
    cities = sheet.tables[1].rows
    assert sum(int(row[4]) for row in cities if row[0] != "All") == len(PLAN.raids_by_site)


@pytest.mark.parametrize("lang", slow_after(1, ["zh", "en"]))
def test_pages_are_counted_by_sheet(lang: str) -> None:
    """Page x of y, in which y is the number of pages of this reader's sheet, also of the last one of the file."""
    for name in ("wall", "squad", "agency"):
        texts = [p.extract_text() for p in PdfReader(BytesIO(paper_pdf(SCENARIO, PLAN, lang, [name]))).pages]
        told = [tuple(map(int, re.findall(r"(?:page|页)\s*(\d+)\s*/\s*(\d+)", text)[-1])) for text in texts]
        wanted = [(n, of) for _, of in (t for t in told if t[0] == 1) for n in range(1, of + 1)]
        assert told == wanted
