"""Documents for every role: what stands on each, what must not, and the same rows as PDF and as workbook."""

import json
import re
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from models import approvals, register
from planner.__main__ import main
from planner.edits import Edit
from planner.files import dump_operation, write_plan
from planner.files.exporting import workbook_of
from planner.i18n import gettext
from planner.needs import can_share_out
from planner.operation import Agency
from planner.papers.escort import seating
from planner.papers.printing import paper_pdf, paper_rows, papers_data, sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.papers.values import PaperSheet
from planner.render.sheets import NothingToPrint
from planner.scenario import Scenario
from tests.house import House
from tests.lives import lived
from tests.sheet_plans import long_names, two_teams
from tests.stored_plans import document, plan_document, stored
from tests.test_sheets import bare, held_against
from tests.two_doors import ten_minutes, with_guards
from web import database

BARE, PLAN = two_teams()
CASE = Agency("Z", "攀枝花市公安局", "city", ("攀枝花",))
OPERATION = replace(BARE, agencies=(*BARE.agencies, CASE), details={"law": {"pack": "cn", "case_agency": "Z"}})
"""A case of another city's agency, which needs the local police."""
SOURCE = PaperSource(Scenario(OPERATION), PLAN, "en")
NO_ADDRESS = ("wall", "order", "custody", "interviews", "agency", "check-in", "slip", "vehicles", "contacts")
NO_SUSPECT = ("wall", "order", "forensics", "agency", "check-in", "slip", "vehicles", "contacts")


def texts(sheet: PaperSheet) -> str:
    """All that stands on a sheet."""
    cells = (cell for table in sheet.tables for row in table.rows for cell in (table.title, *row))
    return "\n".join(
        (sheet.holder, *(text for fact in sheet.facts for text in fact), *cells, *sheet.notes, *sheet.signs)
    )


def pages(pdf: bytes) -> list[str]:
    """The text of each page without white space."""
    return [bare(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_papers_stay_as_they_were(lang: str) -> None:
    """Content of every paper of a plan with escort, examination and a girl apart, in either language."""
    source = PaperSource(Scenario(OPERATION), PLAN, lang)
    data = papers_data(source, [(None, [(paper, sheets_of(paper, source)) for paper in PAPERS.values()])], "draft")
    data["around"] = {
        name: {k: v for k, v in around.items() if k != "words"} for name, around in data["around"].items()
    }
    held_against(f"role-papers-{lang}.json", {k: v for k, v in data.items() if k != "hashes"})


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_is_printed(name: str, lang: str) -> None:
    """Every cell, fact and note of each reader is read back from the reader's own pages; the file can be read aloud."""
    source = PaperSource(Scenario(OPERATION), PLAN, lang)
    pdf = paper_pdf(Scenario(OPERATION), PLAN, lang, [name])
    whole = "".join(pages(pdf))
    sheets = sheets_of(PAPERS[name], source)
    for sheet in sheets:
        for text in texts(sheet).split("\n"):
            assert bare(text) in whole, text
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/Lang"] == (sheets[0].lang or lang)
    assert pdf == paper_pdf(Scenario(OPERATION), PLAN, lang, [name])


@pytest.mark.parametrize("name", PAPERS)
def test_long_names_and_a_scene_with_guards_can_be_set(name: str) -> None:
    """Texts as long as they come wrap; a plan without the paper's readers has nothing to print."""
    paper_pdf(Scenario(long_names(OPERATION)), PLAN, "zh", [name])
    guarded = PaperSource(Scenario(ten_minutes()), with_guards(), "en")
    assert all(sheet.key and sheet.holder for sheet in sheets_of(PAPERS[name], guarded))


def test_no_paper_tells_what_its_reader_need_not_know() -> None:
    """Addresses stand on papers of those who drive there, names of suspects on papers of those who hold them."""
    addresses = [site.address for site in OPERATION.sites]
    suspects = [text for s in OPERATION.suspects for text in (s.name, s.warrant.number if s.warrant else s.name)]
    for name, paper in PAPERS.items():
        for sheet in sheets_of(paper, SOURCE):
            told = texts(sheet)
            assert not [a for a in addresses if name in NO_ADDRESS and a in told], (name, sheet.key)
            assert not [s for s in suspects if name in NO_SUSPECT and s in told], (name, sheet.key)


def test_each_reader_gets_the_own_detainees_alone() -> None:
    """A manifest names whom its unit carries and the addresses where it collects them; nobody else."""
    carried = {unit.id: {s for stop in unit.stops for s in stop.suspects} for unit in PLAN.units}
    for sheet in sheets_of(PAPERS["escort"], SOURCE):
        others = {s.id for s in OPERATION.suspects} - carried[sheet.key]
        told = texts(sheet)
        assert all(SOURCE.suspect(s) in told for s in carried[sheet.key])
        assert not any(SOURCE.suspect(s) in told for s in others)
    (custody,) = sheets_of(PAPERS["custody"], SOURCE)
    assert custody.key == "K1" and [row[1].split()[-1] for row in custody.tables[0].rows] == ["P05", "P01", "P02"]


def test_a_squad_knows_its_own_sites_alone() -> None:
    """A squad's card holds the address of its own site and whom it arrests there, and nobody of another team."""
    own = {"Q1": "S1", "Q2": "S2"}
    for sheet in sheets_of(PAPERS["squad"], SOURCE):
        told = texts(sheet)
        for site in OPERATION.sites:
            assert (site.address in told) == (site.id == own[sheet.key])
        for suspect in OPERATION.suspects:
            if suspect.warrant is not None:
                assert (suspect.warrant.number in told) == (suspect.site == own[sheet.key])


def test_an_order_bears_the_headings_that_its_office_uses() -> None:
    """SMEAC, or IIMARCH where the operation says so; the mission tells how many, where and when."""
    smeac, iimarch = (
        sheets_of(PAPERS["order"], PaperSource(Scenario(replace(OPERATION, details=details)), PLAN, "en"))[0]
        for details in ({}, {"order_form": "iimarch", "abort_word": "Granite"})
    )
    assert [t.title for t in smeac.tables][2] == "2 Mission" and [t.title for t in iimarch.tables][2] == "Intention"
    assert "3 suspects at 2 addresses" in smeac.tables[2].rows[0][0]
    assert any("Granite" in note for note in iimarch.notes) and not any("Abort" in note for note in smeac.notes)


def test_a_manifest_counts_who_is_aboard() -> None:
    """After each stop stands how many are aboard, and in which vehicle each sits."""
    sheet = next(sheet for sheet in sheets_of(PAPERS["escort"], SOURCE) if sheet.key == "E1")
    (collect, deliver) = sheet.tables[0].rows
    assert (collect[1], collect[4], deliver[1], deliver[4]) == ("Collect", "1", "Deliver", "0")
    assert SOURCE.operation.suspects_by_id["P05"].name in collect[5]


GROUPS = st.tuples(st.sampled_from("FM"), st.booleans())


@given(
    groups=st.lists(GROUPS, max_size=7),
    places=st.lists(st.integers(0, 4), max_size=4),
    before=st.dictionaries(st.integers(0, 6), st.integers(0, 3), max_size=7),
)
def test_nobody_sits_with_another_group(groups: list[Any], places: list[int], before: dict[int, int]) -> None:
    """Whoever can be seated is: each vehicle holds one group and no more than its places; R16 says who can."""
    named = {str(n): group for n, group in enumerate(groups)}
    sitting = {str(n): car for n, car in before.items() if car < len(places)}
    seats = seating(named, places, sitting)
    assert bool(seats) == (bool(groups) and can_share_out(Counter(groups).values(), places))
    if seats:
        assert seats.keys() == named.keys()
        assert all(num <= places[car] for car, num in Counter(seats.values()).items())
        assert all(len({named[s] for s, at in seats.items() if at == car}) == 1 for car in set(seats.values()))
        assert seating(named, places, seats) == seats


def test_the_workbook_has_the_same_rows() -> None:
    """Each paper is a sheet; its tables stand one under the other, cell for cell as on the PDF."""
    book = load_workbook(BytesIO(workbook_of(paper_rows(Scenario(OPERATION), PLAN, "en", list(PAPERS)))))
    for paper in PAPERS.values():
        sheets = sheets_of(paper, SOURCE)
        title = gettext(paper.title, sheets[0].lang or "en")[:31]
        rows = [[cell or "" for cell in row] for row in book[title].iter_rows(values_only=True)]
        for sheet in sheets:
            for table in sheet.tables:
                start = next(n for n, row in enumerate(rows) if row[0] == f"{sheet.holder} · {table.title}")
                for n, row in enumerate(table.rows):
                    assert rows[start + 2 + n][: len(row)] == list(row)


def test_only_those_asked_for_get_one() -> None:
    """One reader alone, and a reader who has no part in the plan."""
    (page,) = pages(paper_pdf(Scenario(OPERATION), PLAN, "en", ["slip"], ["O01"]))
    assert "O01" in page and "DRAFT" in page
    with pytest.raises(NothingToPrint):
        paper_pdf(Scenario(OPERATION), PLAN, "en", ["slip"], ["nobody"])


def test_the_shell_writes_them(tmp_path: Path) -> None:
    """PDF and workbook by ending; an unknown kind or ending is told, and nothing is written."""
    (tmp_path / "o.json").write_text(json.dumps(dump_operation(ten_minutes())), "utf-8")
    write_plan(with_guards(), tmp_path / "p.json")
    both = [str(tmp_path / "o.json"), str(tmp_path / "p.json")]
    for name, code in (("a.pdf", 0), ("a.xlsx", 0), ("a.doc", 2)):
        answer = CliRunner().invoke(main, ["papers", *both, "-o", str(tmp_path / name), "--paper", "custody"])
        assert answer.exit_code == code, answer.output
        assert (tmp_path / name).exists() == (code == 0)
    answer = CliRunner().invoke(main, ["papers", *both, "-o", str(tmp_path / "b.pdf"), "--paper", "menu"])
    assert answer.exit_code == 2 and "custody" in answer.output and not (tmp_path / "b.pdf").exists()


def test_the_page_offers_and_prints_them(house: House) -> None:
    """Each kind with its readers; one is printed; an id that no reader has is told; an approved plan bears no stamp."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    page = client.get(f"{plan}papers/").text
    assert all(f'value="{name}"' in page for name in PAPERS) and "every document says DRAFT" in page
    answer = client.get(f"{plan}papers/print.pdf?paper=contacts")
    assert answer.mimetype == "application/pdf" and "DRAFT" in pages(answer.data)[0]
    answer = client.get(f"{plan}papers/print.xlsx?paper=contacts&paper=vehicles")
    assert len(load_workbook(BytesIO(answer.data)).sheetnames) == 2
    for asked, said in (("paper=slip&for=ZZ-9", "ZZ-9"), ("for=ZZ-9", "Choose at least one kind"), ("", "Choose at")):
        answer = client.get(f"{plan}papers/print.pdf?{asked}")
        assert answer.status_code == 422 and said in re.sub(r"<[^>]+>", "", answer.text)
    assert client.get(f"{plan}papers/print.doc?paper=slip").status_code == 404


def test_papers_say_whether_they_are_in_force(house: House) -> None:
    """DRAFT until the plan is approved, then no stamp; VOID once the registers have changed since."""
    client = house.client()
    plan = stored(house, document("tiny"), plan_document("tiny"))
    key, scenario = (int(number) for number in re.findall(r"[0-9]+", plan))
    lived(house, key, scenario, "requested")
    page = pages(client.get(f"{plan}papers/print.pdf?paper=vehicles").data)[0]
    assert "DRAFT" in page and "VOID" not in page
    assert "DRAFT" in pages(client.get(f"{plan}sheets.pdf").data)[0]
    boss = house.another("chief")
    with house.app.extensions[database.KEY].session() as s:
        risky = approvals.sites_of_high_risk(s, scenario)
        approvals.decide(s, key, "approved", boss.id, "because", sites=risky)
    page = pages(client.get(f"{plan}papers/print.pdf?paper=vehicles").data)[0]
    assert "VOID" not in page and "DRAFT" not in page
    assert "DRAFT" not in pages(client.get(f"{plan}sheets.pdf").data)[0]
    assert "This plan is in force." in client.get(f"{plan}papers/").text
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, [Edit("operation", "name", {"value": "Another"})], house.person.id)
    page = pages(client.get(f"{plan}papers/print.pdf?paper=vehicles").data)[0]
    assert "VOID" in page and "VOID" in pages(client.get(f"{plan}sheets.pdf").data)[0]
