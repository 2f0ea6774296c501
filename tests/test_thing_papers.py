"""From the page of a thing to the documents that concern it: each is one that somebody gets, and none is missing."""

import re
from html import unescape

import pytest

from planner.files import read_operation, read_plan
from planner.papers.readers import READERS
from planner.papers.source import PaperSource
from planner.scenario import Scenario
from tests.house import House
from tests.stored_plans import EXAMPLES, document, plan_document, stored
from web.plan_view import PlanView
from web.thing_papers import thing_papers

NAME = "3-02-roads"


@pytest.fixture(scope="module")
def view() -> PlanView:
    """The reference example with its plan."""
    return PlanView(Scenario(read_operation(EXAMPLES / f"{NAME}.json")), read_plan(EXAMPLES / f"plans/{NAME}.json"))


def test_every_reader_is_found_from_its_own_page_and_nobody_else(view: PlanView) -> None:
    """Of units, officers, places and agencies; the others have those of the units that deal with them."""
    source = PaperSource(view.scenario, view.plan, "en", view.duties)
    known = {(name, key) for name, readers in READERS.items() for key, _ in readers(source) if key != "all"}
    own = set()
    for table in ("units", "officers", "places", "agencies", "teams", "sites", "suspects", "vehicles"):
        rows = getattr(view.plan if table in ("units", "teams") else view.scenario.operation, table)
        for row in rows:
            found = {(paper.name, key) for paper in thing_papers(view, table, row.id) for key in paper.readers}
            assert found <= known, (table, row.id)
            own |= {(name, key) for name, key in found if key == row.id}
    assert own == known


def test_a_site_leads_to_the_card_of_its_squad(house: House, view: PlanView) -> None:
    """The page of documents opens with the kind and the reader filled in."""
    plan, client = stored(house, document(NAME), plan_document(NAME)), house.client()
    key, scenario = re.findall(r"\d+", plan)
    site, (squad, _) = next(iter(view.plan.raids_by_site.items()))
    page = client.get(f"/operations/{key}/things/sites?id={site}&lang=en").text
    address = unescape(re.findall(r'<a href="([^"]+)">Squad card</a>', page)[0])
    assert f"/plans/{scenario}/papers/" in address
    shown = client.get(address.partition("#")[0] + "&lang=en").text
    assert re.search(r'name="paper" value="squad" checked', shown)
    assert f'name="for" value="{squad.id}' in shown
