"""The after-action report follows from plan and reports alone, in whatever order they came."""

import random
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from models import plans as store
from models import register
from models import reports as report_store
from models.notes import choose
from planner.after_action import AfterAction, after_action, after_action_sheet
from planner.after_action.measured import _drives, spread
from planner.files import parse_operation, parse_plan
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.reports import Report, board_state
from planner.reports.night import incidents, night
from planner.scenario import Scenario
from tests.house import House
from tests.nights import disturbed
from tests.stored_plans import document, plan_document
from tests.test_rights import opened
from tests.two_doors import one_squad, ten_minutes

pytestmark = pytest.mark.usefixtures("strict")
NAME = "one-city"


def planned() -> tuple[Scenario, Plan]:
    """A small operation and its plan."""
    return Scenario(parse_operation(document(NAME))), parse_plan(plan_document(NAME))


def reports(seed: int = 3) -> list[Report]:
    """A whole night."""
    return [*night(*planned(), seed), *incidents(*planned(), seed)]


def found(told: list[Report]) -> AfterAction:
    """What is made of the reports a day after H."""
    scenario, plan = planned()
    return after_action(
        scenario, plan, board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(days=1))
    )


def texts(made: AfterAction, lang: str = "en") -> list[Any]:
    """Everything that the report says."""
    sheet = after_action_sheet(PaperSource(*planned(), lang), made)
    return [(table.title, table.rows) for table in sheet.tables]


@pytest.mark.parametrize("seed", range(5))
def test_the_same_night_in_any_order_doubled_and_late_gives_the_same_report(seed: int) -> None:
    """To the last word, in both languages."""
    told = reports(seed)
    for lang in ("en", "zh"):
        assert texts(found(disturbed(told, seed)), lang) == texts(found(told), lang)


def test_its_figures_are_those_of_the_night() -> None:
    """Counted from the reports by another way."""
    told = reports()
    made = found(told)
    assert len(made.entries) == len({one.site for one in told if one.code == "entered" and one.unit in squads()})
    caught = {one.suspect for one in told if one.code == "custody"}
    assert made.num_with("custody", "handed_over", "lodged") == len(caught)
    assert set(made.absent) == {one.suspect for one in told if one.code == "absent"}
    assert made.num_alarms("medical") == 1
    assert {one.suspect for one in made.custody} == caught
    late = [
        step.said - step.planned for unit in made.state.units.values() for step in unit.steps if step.said is not None
    ]
    assert sum(one.num for one in made.late.values()) == len(late)


def squads() -> set[str]:
    """The squads of the plan."""
    return {unit.id for unit in planned()[1].units if unit.kind == "squad"}


def test_doctrine_gets_proposals_from_what_was_measured_and_none_from_too_little() -> None:
    """Minutes of raids, drives and the share of absent suspects."""
    made = {one.figure: one for one in found(reports()).proposals}
    assert set(made) == {"raid_minutes", "drive", "absent"}
    assert made["absent"].measured == pytest.approx(len(found(reports()).absent) / made["absent"].num, abs=0.001)
    few = random.Random(1).sample([one for one in reports() if one.code == "custody"], 3)
    assert [one.figure for one in found(few).proposals] == []


def test_the_drive_to_the_first_address_is_not_measured_from_the_departure_for_the_second() -> None:
    """Squads with two addresses report twice that they move."""
    scenario, plan = Scenario(ten_minutes()), one_squad()
    made = after_action(
        scenario, plan, board_state(scenario, plan, night(scenario, plan, 1), scenario.operation.at(900))
    )
    assert [one > 0 for one in _drives(scenario, plan, made.state)] == [True]


def test_the_spread_of_nothing_is_nothing_and_of_one_is_that_one() -> None:
    """Nine of ten do not exceed the figure."""
    assert spread([]) is None
    one = spread([7])
    assert one is not None and (one.least, one.middle, one.nine_of_ten, one.most) == (7, 7, 7, 7)
    many = spread(list(range(1, 12)))
    assert many is not None and many.middle == 6 and many.nine_of_ten == 10


def test_page_pdf_and_workbook_say_the_same(house: House) -> None:
    """Made from the stored reports; before there is a plan the page says so."""
    client = house.client()
    with opened(house) as s:
        key = register.create_operation(s, document(NAME), house.person.id)
    base = f"/operations/{key}/after-action"
    assert "no plan yet" in client.get(base).text
    assert client.get(f"{base}/report.pdf").status_code == 404
    with opened(house) as s:
        choose(s, key, store.keep(s, key, plan_document(NAME), house.person.id), house.person.id)
        report_store.put_reports(s, key, reports(), house.person.id)
    page = client.get(base).text
    made = found(reports())
    name = planned()[0].operation.suspects_by_id[made.absent[0]].name
    answer = client.get(f"{base}/report.pdf")
    assert answer.status_code == 200, answer.text[-1500:]
    pdf = "".join(one.extract_text() for one in PdfReader(BytesIO(answer.data)).pages)
    book = load_workbook(BytesIO(client.get(f"{base}/report.xlsx").data))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert name in page and name in pdf and any(name in cell for cell in cells)
    assert client.get(f"{base}/report.docx").status_code == 404
    zh = client.get(base, query_string={"lang": "zh"}).text
    assert "行动总结" in zh
