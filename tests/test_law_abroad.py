"""Two countries in one operation: doors follow the pack of their place, who is arrested there both, and letters too."""

from copy import deepcopy
from typing import Any

import pytest

from models import register
from models.approvals import decisions
from models.errors import InUse
from models.law_packs import packs_named, reference_of
from planner.edits import Edit
from planner.files import Unreadable, parse_operation, parse_plan
from planner.law.changes import item_named, packs_for
from planner.law.gate import LawFinding, blocking, doctrine_limits, findings, rows
from planner.law.pack_file import pack_by_id
from planner.law.subjects import LawSubjects
from planner.papers.printing import sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.render.law_words import law_sentences, spot_cards
from planner.scenario import Scenario
from tests.house import House
from tests.stored_plans import document, plan_document
from tests.test_law_gate import fact, law, row
from tests.test_law_web import fields_of, live, send
from tests.test_rights import account, opened

CITY, HOST = "成都", "C01"
"""The city whose agencies are those of another country here."""
FRANCE = pack_by_id("fr")


@pytest.fixture
def data() -> dict[str, Any]:
    """The example, in which one of its cities lies in France."""
    found = deepcopy(document("3-02-roads"))
    for agency in found["agencies"]:
        if CITY in agency["cities"]:
            agency.setdefault("details", {}).setdefault("law", {})["pack"] = "fr"
    return found


def of(data: dict[str, Any], found: list[LawFinding], table: str) -> dict[str, set[str]]:
    """City -> the items that are asked of its rows."""
    sites, told = {site["id"]: site["city"] for site in data["sites"]}, dict[str, set[str]]()
    where = sites if table == "sites" else {row["id"]: sites[row["site"]] for row in data["suspects"]}
    for one in found:
        if one.subject[0] == table:
            told.setdefault(where[one.subject[1]], set()).add(one.code)
    return told


def test_doors_follow_their_place_and_suspects_both(data: dict[str, Any]) -> None:
    """No item of the Chinese pack is asked of a door in France, none of the French of another; suspects have both."""
    cn = pack_by_id("cn")
    assert cn is not None and FRANCE is not None
    found = rows(parse_operation(data), cn)
    doors, suspects = of(data, found, "sites"), of(data, found, "suspects")
    french = {f"fr/{item.id}" for item in FRANCE.items()}
    for city in doors:
        assert all((code in french) is (city == CITY) for code in doors[city])
        assert any(code in cn.by_id for code in suspects[city])
        assert any(code in french for code in suspects[city]) is (city == CITY)
    assert "fr/custody-decision" in suspects[CITY] and "detention-warrant" in suspects[CITY]


def test_what_is_foreign_hangs_on_the_pack(data: dict[str, Any]) -> None:
    """A Chinese suspect who speaks Chinese is no foreigner for the case unit, and one in France."""
    cn = pack_by_id("cn")
    assert cn is not None
    subjects = [one for one in LawSubjects(parse_operation(data), cn).all() if one.key == "P0001"]
    assert [(one.pack.id, one.facts["foreign"], one.facts["interpreter_needed"]) for one in subjects] == [
        ("cn", False, False),
        ("fr", True, True),
    ]


def test_the_same_fact_is_asked_once(data: dict[str, Any]) -> None:
    """Both packs ask which measure is meant: it is to be said once."""
    fact("suspects", "P0001", act=None)(data)
    cn = pack_by_id("cn")
    assert cn is not None
    found = [one for one in findings(parse_operation(data), cn) if one.subject == ("suspects", "P0001") and one.fact]
    assert [one.fact for one in found] == ["act"]


def test_papers_of_one_pack_are_none_of_another(data: dict[str, Any]) -> None:
    """A French decision is held by its own id; the warrant of the case unit stays as it is."""
    cn = pack_by_id("cn")
    assert cn is not None

    def codes() -> set[str]:
        found = findings(parse_operation(data), cn)
        return {one.code for one in found if one.subject == ("suspects", "P0001")}

    before = codes()
    assert "fr/custody-decision" in before
    held = {"kind": "fr/custody-decision", "state": "held", "issuer": "OPJ", "issued": "2026-03-25"}
    law(data, "suspects", "P0001")["papers"].append(held)
    assert before - codes() == {"fr/custody-decision"}


def test_windows_are_by_the_clocks_of_the_place(data: dict[str, Any]) -> None:
    """At 06:00 in China it is night in France: the door there is out of hours, by the French article."""
    found = {one.code: one for one in blocking(parse_operation(data)) if one.subject[0] == "sites"}
    assert found["fr/search-hours"].article.startswith("art. 59")
    assert "night" not in found


def test_an_agency_of_another_country_is_asked_on_a_basis(data: dict[str, Any]) -> None:
    """Neither the domestic letter nor copies of warrants are asked for, but the basis for acting there."""
    asked = {one.code for one in rows(parse_operation(data), pack_by_id("cn")) if one.subject == ("agencies", HOST)}  # type: ignore[arg-type]
    assert asked & {"cooperation-letter", "police-ids", "detention-copies", "cross-border-basis"} == {
        "cross-border-basis"
    }
    plan = parse_plan(plan_document("3-02-roads"))
    basis = {"kind": "cross-border-basis", "state": "held", "number": "MLA-7", "issuer": "x", "signer": "y"}
    law(data, "agencies", HOST)["papers"] = [basis | {"issued": "2026-03-25"}]
    source = PaperSource(Scenario(parse_operation(data)), plan, "en")
    letters = {sheet.key: sheet for sheet in sheets_of(PAPERS["cooperation"], source)}
    assert letters[HOST].lang == "en" and letters["C02"].lang == "zh"
    assert ("Document number", "MLA-7") in letters[HOST].facts
    assert [line[0] for line in letters[HOST].tables[0].rows] == ["Basis for acting in another country"]
    assert not any("free of charge" in note for note in letters[HOST].notes)


def test_the_strictest_clock_bounds_doctrine(data: dict[str, Any]) -> None:
    """In Germany the judge's clock leaves more than China's 24 hours: the shorter one counts, with its article."""
    for agency in data["agencies"]:
        if agency.get("details", {}).get("law", {}).get("pack"):
            agency["details"]["law"]["pack"] = "de"
    cn, de = pack_by_id("cn"), pack_by_id("de")
    assert cn is not None and de is not None
    data["details"]["law"]["pack"] = "de"
    operation = parse_operation(data)
    assert doctrine_limits(operation, de)["custody_latest"][1].id == "judge"
    for agency in data["agencies"]:
        if agency.get("details", {}).get("law", {}).get("pack"):
            agency["details"]["law"]["pack"] = "cn"
    most, clock = doctrine_limits(parse_operation(data), de)["custody_latest"]
    assert (most, clock.id) == (1440, "cn/detention-house")


def test_documents_name_every_pack(data: dict[str, Any]) -> None:
    """An old pack of the place says so; its cards stand in the order beside those of the case unit."""
    operation, plan = parse_operation(data), parse_plan(plan_document("3-02-roads"))
    assert [name in sentence for name, sentence in zip(["France"], law_sentences(operation, "en"), strict=True)] == [
        True
    ]
    titles = [title for title, _, _ in spot_cards(operation, plan, "en")]
    assert any("art. 63-2 CPP" in title for title in titles) and any("MPS 125" in title for title in titles)


def test_a_pack_of_an_agency_that_is_not_installed_blocks(data: dict[str, Any]) -> None:
    """It is found on the agency, and documents say that nothing was checked against it."""
    law(data, "agencies", HOST)["pack"] = "atlantis"
    operation = parse_operation(data)
    found = [one for one in blocking(operation) if one.code == "no-such-pack"]
    assert [one.subject for one in found] == [("agencies", HOST)]
    assert any("atlantis" in sentence for sentence in law_sentences(operation, "en"))


def test_forms_ask_for_the_packs_of_the_place(data: dict[str, Any]) -> None:
    """The row of a suspect in France has both packs' papers, that of a site there the French alone."""
    site = next(row for row in data["sites"] if row["city"] == CITY)
    suspect = next(row for row in data["suspects"] if row["site"] == site["id"])
    assert [pack.id for pack in packs_for(data, "sites", site["id"])] == ["fr"]
    assert [pack.id for pack in packs_for(data, "suspects", suspect["id"])] == ["cn", "fr"]
    assert [pack.id for pack in packs_for(data, "operation", "")] == ["cn", "fr"]
    assert [pack.id for pack in packs_for(data, "agencies", HOST)] == ["cn"]
    assert item_named(data, "fr/lawyer") is not None and item_named(data, "fr/nothing") is None


@pytest.mark.usefixtures("strict")
def test_an_agencys_country_is_named_by_a_commander_with_a_reason(house: House) -> None:
    """A planner's form has no other pack to choose; a register that brings one is refused; the approval knows it."""
    data = document("3-02-roads")
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
    address = f"/operations/{key}/law/row"
    planner, boss = house.client(), account(house, "boss", (), "commander", key)
    commander = house.client(boss)
    form = fields_of(planner, f"{address}?table=agencies&id={HOST}")
    assert send(planner, address, **form | {"pack": "fr", "reason": "x"}).status_code == 422
    agency = row(live(house, key), "agencies", HOST)
    edit = Edit("agencies", HOST, agency | {"details": {"law": agency["details"]["law"] | {"pack": "fr"}}})
    with opened(house) as s, pytest.raises(Unreadable, match="law pack"):
        register.change(s, key, [edit], house.person.id)
    form = fields_of(commander, f"{address}?table=agencies&id={HOST}")
    assert send(commander, address, **form | {"pack": "fr"}).status_code == 422
    assert send(commander, address, **form | {"pack": "fr", "reason": "joint team"}).status_code == 302
    agency = row(live(house, key), "agencies", HOST)
    assert agency["details"]["law"]["pack"] == "fr"
    moved = agency | {"cities": [*agency["cities"], "南充"]}
    for changed in (moved, None):
        with opened(house) as s, pytest.raises((Unreadable, InUse)):
            register.change(s, key, [Edit("agencies", HOST, changed)], house.person.id)
    with opened(house) as s:
        assert packs_named(s, key) == ["cn", "fr"]
        assert [(one.step, one.reason, one.law) for one in decisions(s, key)] == [
            ("law", "joint team", reference_of(s, key))
        ]
    page = commander.get(f"/operations/{key}/law?lang=en").text
    assert "China (mainland), France" in page and "follow the law pack of that country" in page
    site = next(site["id"] for site in data["sites"] if site["city"] == CITY)
    assert "art. 59, 59-1" in commander.get(f"/operations/{key}/law?of=sites&lang=en").text
    text = commander.get(f"{address}?table=sites&id={site}&lang=en").text
    assert "fr/night-order" in text and "paper.search-warrant.state" not in text
