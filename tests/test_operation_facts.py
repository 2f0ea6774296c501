"""What documents print of the operation as a whole: typed into a form, imported, exported, copied, undone, printed."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from planner.copying import copy_of
from planner.files import Unreadable, parse_operation
from planner.files.exporting import export_xlsx
from planner.files.named_facts import NAMED_FACTS, ORDER_FORMS
from planner.files.template import template_xlsx
from planner.papers.order import FORMS
from planner.papers.printing import paper_pdf, sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.render.sheets import sheets_data, sheets_pdf
from planner.scenario import Scenario
from tests.house import House, token
from tests.sheet_plans import two_teams
from tests.sheets import document, imported, workbook
from tests.stored_plans import loaded
from tests.test_sheets import bare

OPERATION, PLAN = two_teams()
KNOWN = {
    "hospital": "City Hospital, 555 0120; 县医院 555 0121",
    "ambulance": "120",
    "radio_nets": "Channel 1 command; Channel 2 teams",
    "command_post": "Room 301",
    "commander": "Commander Gao",
    "deputy": "Deputy Lin",
    "abort_word": "Granite",
    "marking": "秘密★1年",
    "distribution": "Heads of all agencies",
    "destroy_by": "2026-05-01",
}
KNOWING = Scenario(replace(OPERATION, details={**OPERATION.details, **KNOWN}))


def posted(client: FlaskClient, key: int, seen: int, **known: str) -> Any:
    """The answer to the form, in English."""
    form = {"csrf_token": token(client), "seen": str(seen)} | {f"details_{k}": v for k, v in known.items()}
    return client.post(f"/operations/{key}/facts/?lang=en", data=form)


def exported(client: FlaskClient, key: int) -> Any:
    """The operation's document as the page of exports gives it."""
    return client.get(f"/operations/{key}/export/json").get_json()


def test_facts_are_typed_kept_and_undone(house: House) -> None:
    """What the form says is in the operation's details beside its zone; undoing the change takes it away again."""
    key, client = loaded(house, document() | {"details": {"zone": "Asia/Shanghai"}}), house.client()
    page = client.get(f"/operations/{key}/facts/?lang=en").get_data(as_text=True)
    assert "Abort word" in page and 'name="details_radio_nets"' in page
    assert posted(client, key, 1, **KNOWN, order_form="plan").status_code == 302
    assert exported(client, key)["details"] == {"zone": "Asia/Shanghai", **KNOWN, "order_form": "plan"}
    page = client.get(f"/operations/{key}/facts/?lang=zh").get_data(as_text=True)
    assert "秘密★1年" in page and "文书信息" in page
    undo = client.post(f"/operations/{key}/history/1/undo", data={"csrf_token": token(client)})
    assert undo.status_code == 302
    assert exported(client, key)["details"] == {"zone": "Asia/Shanghai"}


def test_what_somebody_else_typed_is_told(house: House) -> None:
    """A form that showed an older state answers 409 with the other's text beside the field; sent again, it stands."""
    key, client = loaded(house, document()), house.client()
    assert posted(client, key, 1, deputy="Deputy Lin").status_code == 302
    late = posted(client, key, 1, deputy="Deputy Bo")
    assert late.status_code == 409 and "has since changed this to: Deputy Lin" in late.get_data(as_text=True)
    assert posted(client, key, 2, deputy="Deputy Bo").status_code == 302
    assert exported(client, key)["details"] == {"deputy": "Deputy Bo"}


@pytest.mark.parametrize("text", ["x" * 1001, "two\nlines"])
def test_a_fact_is_one_line(house: House, text: str) -> None:
    """Text that no line holds is refused beside its field, and what was typed stays."""
    key, client = loaded(house, document()), house.client()
    answer = posted(client, key, 1, hospital=text)
    assert answer.status_code == 422 and "Enter at most 1000 characters" in answer.get_data(as_text=True)


def test_a_workbook_speaks_of_the_facts_that_it_has() -> None:
    """A column of the sheet sets or clears its own fact; the others, the zone among them, stay."""
    old = document() | {"details": {"zone": "Asia/Shanghai", "deputy": "Lin", "hospital": "A"}}
    heads = ["id", "name", "h_hour", "max_teams", "救治医院", "副指挥员", "命令格式"]
    row = [old["id"], old["name"], "2026-04-01 06:00 +08:00", old["max_teams"], "B; C", "", "行动方案"]
    found = imported(workbook({"行动": [heads, row]}), "x.xlsx", old=old)
    assert found.faults == ()
    assert found.document["details"] == {"zone": "Asia/Shanghai", "hospital": "B; C", "order_form": "plan"}


def test_template_and_export_have_the_columns() -> None:
    """The sheet of the operation has a column for each fact, in the workbook and in the template."""
    for content in (export_xlsx(document() | {"details": KNOWN}), template_xlsx({})):
        book = load_workbook(BytesIO(content))
        heads = [str(cell.value) for cell in book[next(name for name in book.sheetnames if "operation" in name)][1]]
        assert all(any(fact.chinese in head for head in heads) for fact in NAMED_FACTS["operation"])


def test_a_form_of_order_that_nobody_knows_is_refused() -> None:
    """A file whose order would have no headings is told so; every form that is offered has its parts."""
    with pytest.raises(Unreadable, match="order_form"):
        parse_operation(document() | {"details": {"order_form": "letter"}})
    assert set(FORMS) == set(ORDER_FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_the_same(form: str) -> None:
    """Whatever the headings, the order's nine parts are there, and each heading stands."""
    source = PaperSource(Scenario(replace(OPERATION, details={"order_form": form})), PLAN, "en")
    (order,) = sheets_of(PAPERS["order"], source)
    (usual,) = sheets_of(PAPERS["order"], PaperSource(Scenario(OPERATION), PLAN, "en"))
    assert {table.rows for table in usual.tables} <= {table.rows for table in order.tables}
    assert all(any(table.title.startswith(head) for table in order.tables) for head in FORMS[form].values())


def test_a_copy_without_people_names_nobody() -> None:
    """Commander, deputy and liaison go with the people; hospitals and channels stay."""
    old = document() | {"details": KNOWN}
    old["agencies"][0]["details"] = {"liaison": "Officer He", "duty_desk": "555"}
    copy = copy_of(old, {"id": "n", "name": "n"}, "without")
    assert copy["details"] == {k: v for k, v in KNOWN.items() if k not in ("commander", "deputy")}
    assert copy["agencies"][0]["details"] == {"duty_desk": "555"}
    assert copy_of(old, {"id": "n", "name": "n"}, "with")["details"] == KNOWN


@pytest.mark.parametrize("name", [name for name in PAPERS if name != "cooperation"])  # it has a law pack, and a test
def test_each_page_bears_the_marking(name: str) -> None:
    """The marking stands at head and foot of each page, and the date of destruction on each document."""
    pages = [bare(page.extract_text()) for page in PdfReader(BytesIO(paper_pdf(KNOWING, PLAN, "zh", [name]))).pages]
    assert all(page.count(bare("秘密★1年")) == 2 for page in pages)
    assert "2026-05-01" in pages[0]
    numbers = [int(n) for page in pages for n in re.findall(r"页([0-9]+)/([0-9]+)", page)[-1]]
    assert all(n <= last for n, last in zip(numbers[::2], numbers[1::2], strict=True)), "page x of y"


def test_facts_stand_where_documents_have_lines_for_them() -> None:
    """Order, squad card, communications and medical plan and team sheet print what is known."""
    told = {}
    for name in ("order", "squad", "contacts"):
        told[name] = "".join(p.extract_text() for p in PdfReader(BytesIO(paper_pdf(KNOWING, PLAN, "en", [name]))).pages)
    for name, keys in {
        "order": ("command_post", "commander", "deputy", "distribution", "abort_word"),
        "squad": ("hospital", "radio_nets", "abort_word"),
        "contacts": ("command_post", "commander", "deputy", "ambulance", "abort_word"),
    }.items():
        assert all(bare(KNOWN[key]) in bare(told[name]) for key in keys), name
    assert all(bare(part) in bare(told["contacts"]) for part in ("县医院 555 0121", "Channel 2 teams"))
    sheet = bare(
        "".join(p.extract_text() for p in PdfReader(BytesIO(sheets_pdf(sheets_data(KNOWING, PLAN, "en")))).pages)
    )
    assert all(bare(KNOWN[key]) in sheet for key in ("hospital", "radio_nets", "marking", "destroy_by"))
