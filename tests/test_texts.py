"""Every text and id of an operation and of a plan comes out letter for letter, whatever a program might make of it."""

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from models import plans
from planner.compare import Comparison
from planner.files import parse_operation, parse_plan
from planner.files.exporting import export_csv, export_xlsx
from planner.render.change_orders import change_orders_data, change_orders_pdf
from planner.render.sheets import sheets_data, sheets_pdf
from planner.rules import check
from planner.scenario import Scenario
from tests.effort import slow_after
from tests.house import House
from tests.sheets import imported
from tests.stored_plans import document, plan_document, stored
from web import database

LIVE = '{{7*7}}{{{8*8}}}{% x %}{#<img src=x onerror=alert(1)></script>#read("/etc/passwd")=1+1＝1＋1\'\\`$x$*b*&amp;%s'
LEADING = ("=1+1", "＝1＋1", "+1", "-1", "@x", "＋1", "－1", "＠x", "'", "'=1", "﹦1")
NAMES = {"id", "name", "city", "cities", "agency", "base", "label", "address", "number", "site", "from", "to", "a", "b"}
NAMES |= {"place", "assembly", "commander", "officers", "vehicles", "suspects", "suspect", "units", "operation", "ids"}


def marked(value: Any, before: str, after: str, key: str = "") -> Any:
    """The document with both texts around every name and id in it."""
    if isinstance(value, dict):
        return {name: marked(inner, before, after, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, before, after, key) for inner in value]
    return f"{before}{value}{after}" if isinstance(value, str) and key in NAMES else value


@pytest.fixture(scope="module")
def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """An operation and its plan, which breaks no rule, with text that runs somewhere in every name and id."""
    documents = marked(document("one-city"), "", LIVE), marked(plan_document("one-city"), "", LIVE)
    assert not check(Scenario(parse_operation(documents[0])), parse_plan(documents[1]))
    return documents


def words(value: Any, key: str = "") -> set[str]:
    """Every text that was marked."""
    if isinstance(value, dict):
        return {text for name, inner in value.items() for text in words(inner, name)}
    if isinstance(value, list):
        return {text for inner in value for text in words(inner, key)}
    return {value} if isinstance(value, str) and value.endswith(LIVE) else set()


def bare(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s", "", text)


@pytest.fixture
def address(house: House, documents: tuple[dict[str, Any], dict[str, Any]]) -> str:
    """The page of the stored plan."""
    return stored(house, *documents)


def test_the_map_holds_them(house: House, address: str, documents: Any) -> None:
    """The data of the map are exactly the names; the page around them is that of any other operation."""
    html = house.client().get(f"{address}map").text
    frame, _, rest = html.partition('<script type="application/json" id="plan">')
    data = json.loads(rest.partition("</script>")[0])
    operation, plan = documents
    held = {site["properties"]["address"] for site in data["layers"]["sites"]}
    assert held == {site["address"] for site in operation["sites"]}
    drawn = {place["properties"]["name"] for place in data["layers"]["places"]}
    assert drawn == {place["name"] for place in operation["places"]}
    assert {team["id"] for team in data["teams"]} == {team["id"] for team in plan["teams"]}
    assert {u[0] for u in data["units"]} >= {unit["id"] for unit in plan["units"]}
    assert unescape(re.search("<title>(.*?)</title>", frame)[1]) == operation["name"]  # type: ignore[index]
    assert html.count("<img") == 0 and html.count("<script") == html.count("</script>")


def test_the_pages_hold_them(house: House, address: str, documents: Any) -> None:
    """The plan's page shows names of teams, sites, suspects and units as text; the grid's rows and lists are data."""
    operation, plan = documents
    client = house.client()
    page = client.get(address).text
    assert "<img src=x" not in page
    text = unescape(re.sub(r"<[^>]+>", "", page))
    assert operation["name"] in text and all(team["id"] in text for team in plan["teams"])
    raided = {stop["place"] for unit in plan["units"] for stop in unit["stops"] if stop["task"] == "raid"}
    assert all(site["address"] in text for site in operation["sites"] if site["id"] in raided)
    number = address.split("/")[2]
    for table in ("officers", "sites", "suspects", "places", "vehicles", "agencies"):
        html = client.get(f"/operations/{number}/registers/{table}").text
        assert "<img src=x" not in html
        rows = client.get(f"/operations/{number}/registers/{table}/rows").json
        assert {row["id"] for row in operation[table]} <= set(texts_in(rows))


def texts_in(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_in(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts_in(inner)]
    return [value] if isinstance(value, str) else []


def test_files_hold_them(house: House, address: str, documents: Any) -> None:
    """plan.json and the operation of a plan are what was stored."""
    client = house.client()
    assert words(json.loads(client.get(f"{address}plan.json").data)) == words(documents[1])
    assert words(json.loads(client.get(f"{address}operation.json").data)) == words(documents[0])


def test_the_comparison_holds_them(house: House, address: str, documents: Any) -> None:
    """A plan in which nobody is raided takes the place of the first: the page names teams and officers as text."""
    operation, plan = documents
    number, old = address.split("/")[2], address.split("/")[4]
    with house.app.extensions[database.KEY].session() as s:
        new = plans.keep(s, int(number), emptied(operation, plan), house.person.id, "")
    page = house.client().get(f"/operations/{number}/compare/?old={old}&new={new}").text
    text = unescape(re.sub(r"<[^>]+>", "", page))
    assert "<img src=x" not in page and all(team["id"] in text for team in plan["teams"])
    assert all(officer in text for unit in plan["units"] for officer in unit["officers"])


def emptied(operation: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """The plan in which everybody is missed."""
    missed = [{"suspect": s["id"], "reason": "{{7*7}}<img src=x>"} for s in operation["suspects"]]
    return plan | {"teams": [], "units": [], "interviews": [], "missed": missed}


# Short, so that no page ends within one.
@pytest.mark.parametrize(
    "live", slow_after(1, ['#read("/etc/passwd")', "{{7*7}}{% x %}{#", "<i>=1+1＝1＋1", "\\*$x$_`@a"])
)
def test_papers_hold_them(live: str) -> None:
    """Sheets and change orders print names and ids letter for letter; nothing of them was run."""
    operation, plan = marked(document("one-city"), "", live), marked(plan_document("one-city"), "", live)
    scenario, held = Scenario(parse_operation(operation)), parse_plan(plan)
    gone = Comparison(scenario, held, scenario, parse_plan(emptied(operation, plan)))
    sheets, orders = sheets_pdf(sheets_data(scenario, held, "zh")), change_orders_pdf(gone, "zh")
    doors = {scenario.operation.sites_by_id[site].address for site in held.raids_by_site}
    teams, officers = {team.id for team in held.teams}, {officer for unit in held.units for officer in unit.officers}
    for pdf, names in ((sheets, teams | doors | officers), (orders, teams)):
        printed = bare("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
        assert not [name for name in names if bare(name) not in printed] and "root:" not in printed
    told = "\n".join(texts_in(change_orders_data(gone, "zh")))  # a name in a cell is read back in pieces
    assert all(officer in told for officer in officers)


@pytest.mark.parametrize("before", LEADING)
def test_exports_guard_them_and_import_them_again(before: str) -> None:
    """No cell is a formula or begins like one, and what is read back is what was written."""
    held = marked(document("tiny"), before, LIVE)
    for sheet in load_workbook(BytesIO(export_xlsx(held))):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value[:1] in "=+-@＝＋－＠﹦\t\r" and cell.value)
    for name, content in (("x.xlsx", export_xlsx(held)), ("x.zip", export_csv(held))):
        again = imported(content, name, old=held)
        assert (again.edits, again.faults) == ((), ())
