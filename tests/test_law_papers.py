"""The cooperation packet: one letter for each host agency, in its language, with its own names alone."""

import re
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from planner.files import parse_operation, parse_plan
from planner.papers.printing import paper_pdf, paper_rows, sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.papers.values import PaperSheet
from planner.render.formatting import clock
from planner.render.law_words import law_sentences
from planner.render.sheets import NothingToPrint
from planner.scenario import Scenario
from tests.stored_plans import document, plan_document

HOSTS = ["C01", "C02", "C03", "C04", "C05", "C06"]


def letters(data: dict[str, Any], lang: str = "en") -> list[PaperSheet]:
    """The letters of the example's plan."""
    plan = parse_plan(plan_document("3-02-roads"))
    return sheets_of(PAPERS["cooperation"], PaperSource(Scenario(parse_operation(data)), plan, lang))


def words(sheet: PaperSheet) -> str:
    """Everything that the sheet says."""
    cells = [cell for table in sheet.tables for row in table.rows for cell in (table.title, *row)]
    return "\n".join([sheet.holder, *(f"{a} {b}" for a, b in sheet.facts), *cells, *sheet.notes])


def test_each_host_gets_a_letter_with_its_own_names_alone() -> None:
    """Every suspect in a host's cities is on its letter and on no other; so are the addresses."""
    data = document("3-02-roads")
    sheets = {sheet.key: sheet for sheet in letters(data)}
    assert sorted(sheets) == HOSTS
    sites = {row["id"]: row for row in data["sites"]}
    cities = {row["id"]: row["cities"] for row in data["agencies"]}
    for suspect in data["suspects"]:
        if suspect["details"]["law"]["facts"]["act"] == "none":
            told = []
        else:
            told = [host for host in HOSTS if sites[suspect["site"]]["city"] in cities[host]]
        on = [host for host in HOSTS if suspect["id"] in words(sheets[host])]
        assert on == told
        assert [host for host in on if sites[suspect["site"]]["address"] in words(sheets[host])] == told


def test_the_letter_is_in_the_hosts_language() -> None:
    """Whatever language is asked for, the letter to a Chinese agency is in Chinese."""
    english, chinese = letters(document("3-02-roads")), letters(document("3-02-roads"), "zh")
    assert english == chinese
    assert "拘留证复印件" in words(english[0])
    assert "Enclosed" not in words(english[0])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_whole_page_of_the_letter_is_in_the_hosts_language(lang: str) -> None:
    """Title, stamp, head and foot too; of documents in another language in the same file, theirs stay as asked for."""
    scenario, plan = Scenario(parse_operation(document("3-02-roads"))), parse_plan(plan_document("3-02-roads"))
    reader = PdfReader(BytesIO(paper_pdf(scenario, plan, lang, ["cooperation"], ["C02"])))
    (text, *_) = [page.extract_text() for page in reader.pages]
    assert "办案协作函" in text and "草案" in text
    assert not re.search(r"DRAFT|Copy no|Destroy by|Cooperation letter|Page", text)
    assert "办案协作函" in str(reader.metadata and reader.metadata.title)
    both = PdfReader(BytesIO(paper_pdf(scenario, plan, "en", ["order", "cooperation"], ["", "C02", "order"])))
    assert any("草案" in page.extract_text() for page in both.pages)
    rows = paper_rows(scenario, plan, lang, ["cooperation"], ["C02"])
    assert rows[0][0].startswith("办案协作函")
    assert not any("Document" in str(cell) for line in rows[0][2] for cell in line)


def test_a_paper_that_is_missing_is_said_to_be() -> None:
    """The list of enclosures hides nothing."""
    data = deepcopy(document("3-02-roads"))
    agency = next(row for row in data["agencies"] if row["id"] == "C01")
    agency["details"]["law"]["papers"] = []
    (enclosed, *_) = letters(data)[0].tables
    assert {row[2] for row in enclosed.rows} == {"缺失"}


def test_an_old_pack_and_waivers_are_printed() -> None:
    """A pack that was verified more than a year before H says so on papers; the order lists who waived what and why."""
    data, plan = deepcopy(document("3-02-roads")), parse_plan(plan_document("3-02-roads"))
    assert law_sentences(parse_operation(data), "en") == []
    site = next(row for row in data["sites"] if row["id"] == "S001")["details"]["law"]
    site["facts"]["cameras"] = 0
    site["waivers"] = [{"item": "scene-camera", "role": "commander", "by": "指挥员甲", "why": "送修"}]
    source = PaperSource(Scenario(parse_operation(data)), plan, "en")
    (order,) = sheets_of(PAPERS["order"], source)
    assert "S001\n" in words(order)
    assert "指挥员甲, commander: 送修" in words(order)
    data["details"]["law"]["pack"] = "de"
    assert "Germany" in law_sentences(parse_operation(data), "en")[0]
    assert "德国" in law_sentences(parse_operation(data), "zh")[0]


@pytest.mark.parametrize(("lang", "said"), [("en", "in three copies"), ("zh", "一式三份")])
def test_the_order_tells_what_to_show_and_say(lang: str, said: str) -> None:
    """The pack's cards that concern somebody stand in the order, with their articles and for how many they count."""
    plan = parse_plan(plan_document("3-02-roads"))
    (order,) = sheets_of(PAPERS["order"], PaperSource(Scenario(parse_operation(document("3-02-roads"))), plan, lang))
    legal = {row[0]: row for row in order.tables[-1].rows}
    (search,) = [row for name, row in legal.items() if "MPS 223, 225-226, 230" in name]
    assert said in search[2]
    assert search[1] == "47"
    brackets = "（{}）" if lang == "zh" else "({})"
    assert any(brackets.format("MPS 125; CPL 85") in name for name in legal)


@pytest.mark.parametrize(("lang", "title"), [("en", "Deadlines by the law pack"), ("zh", "法定期限")])
def test_each_detainee_has_the_own_deadlines_in_clock_time(lang: str, title: str) -> None:
    """24 hours after the raid of the door, however late it is; of a summons 12 hours after the arrival in custody."""
    data, plan = deepcopy(document("3-02-roads")), parse_plan(plan_document("3-02-roads"))
    summoned = next(key for key in plan.deliveries_by_suspect if key != "P0001")
    next(row for row in data["suspects"] if row["id"] == summoned)["details"]["law"]["facts"]["act"] = "summon"
    operation = parse_operation(data)
    sheets = sheets_of(PAPERS["custody"], PaperSource(Scenario(operation), plan, lang))
    lines = [line for sheet in sheets for table in sheet.tables if table.title == title for line in table.rows]
    found = {(line[0].split()[-1], line[2]): line[1] for line in lines}
    raids = {
        row.id: plan.raids_by_site[row.site][1].start for row in operation.suspects if row.site in plan.raids_by_site
    }
    (house,) = [at for (key, what), at in found.items() if key == "P0001" and "MPS 126(1)" in what]
    assert house == clock(operation, raids["P0001"] + 24 * 60, lang)
    (end,) = [at for (key, what), at in found.items() if key == summoned and "MPS 80" in what]
    assert end == clock(operation, plan.deliveries_by_suspect[summoned][1].start + 12 * 60, lang)
    assert {key for key, _ in found} == set(plan.deliveries_by_suspect)


def test_the_packet_prints_as_pdf() -> None:
    """All letters, and one of them alone, are PDF files; without a pack there is nothing to print."""
    data, plan = document("3-02-roads"), parse_plan(plan_document("3-02-roads"))
    scenario = Scenario(parse_operation(data))
    for keys in (None, ["C02"]):
        assert paper_pdf(scenario, plan, "zh", ["cooperation"], keys).startswith(b"%PDF")
    bare = deepcopy(data)
    del bare["details"]
    with pytest.raises(NothingToPrint):
        paper_pdf(Scenario(parse_operation(bare)), plan, "zh", ["cooperation"])
