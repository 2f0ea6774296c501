"""The gate: a complete operation lacks nothing, and each planted lack is one finding with its article."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from planner.files import Unreadable, parse_operation, parse_plan
from planner.law.gate import LawFinding, blocking, doctrine_limits, findings, pack_of_operation, rows
from planner.law.pack_file import pack_by_id
from tests.stored_plans import document, plan_document

CN = pack_by_id("cn")
assert CN is not None
Change = Callable[[dict[str, Any]], Any]
MAN, CHILD, DOOR, HOST = "P0001", "P0051", "S001", "C01"


def row(data: dict[str, Any], table: str, key: str) -> dict[str, Any]:
    """The row of the document."""
    found: dict[str, Any] = next(r for r in data[table] if r["id"] == key)
    return found


def law(data: dict[str, Any], table: str, key: str) -> dict[str, Any]:
    """The `details.law` of the row, or of the operation."""
    found: dict[str, Any] = (data if table == "operation" else row(data, table, key))["details"]["law"]
    return found


def fact(table: str, key: str, **facts: Any) -> Change:
    """The facts become these; None: unknown."""

    def change(data: dict[str, Any]) -> None:
        own = law(data, table, key)
        own["facts"] = {k: v for k, v in {**own["facts"], **facts}.items() if v is not None}

    return change


def paper(table: str, key: str, kind: str, **fields: Any) -> Change:
    """The paper becomes this; without fields it is gone; a field of None is gone."""

    def change(data: dict[str, Any]) -> None:
        papers = law(data, table, key)["papers"]
        old = next(p for p in papers if p["kind"] == kind)
        papers.remove(old)
        if fields:
            papers.append({k: v for k, v in {**old, **fields}.items() if v is not None})

    return change


def unnamed(need: str) -> Change:
    """The child's person of this need is named no more."""

    def change(data: dict[str, Any]) -> None:
        own = law(data, "suspects", CHILD)
        own["people"] = [p for p in own["people"] if p["need"] != need]

    return change


def no_local_officer(data: dict[str, Any]) -> None:
    """No agency of the city has an officer: they all belong to the case agency."""
    for officer in data["officers"]:
        if officer["agency"] in ("C01", "D011", "D012", "D013", "D014"):
            officer["agency"] = "H00"


def at_night(data: dict[str, Any]) -> None:
    """One door alone is out of hours: H is at 05:00, and all others have a ground for it."""
    data["h_hour"] = "2026-04-01T05:00:00+08:00"
    for site in data["sites"]:
        if site["id"] != DOOR and "law" in site.get("details", {}):
            site["details"]["law"]["facts"]["window_exception"] = "children-known-absent"


SUSPECT, SITE, AGENCY = ("suspects", MAN), ("sites", DOOR), ("agencies", HOST)
OPERATION = ("operation", "3-02-1")
WOMAN_KEY = ("suspects", next(s["id"] for s in document("3-02")["suspects"] if s["sex"] == "F" and s["warrant"]))
PLANTED: list[tuple[str, tuple[str, str], str, Change]] = [
    ("detention-warrant", SUSPECT, "missing", paper(*SUSPECT, "detention-warrant")),
    ("detention-warrant", SUSPECT, "asked", paper(*SUSPECT, "detention-warrant", state="asked")),
    ("detention-warrant", SUSPECT, "incomplete", paper(*SUSPECT, "detention-warrant", signer=None)),
    ("detention-warrant", SUSPECT, "incomplete", paper(*SUSPECT, "detention-warrant", issued=None)),
    (
        "detention-warrant",
        SUSPECT,
        "expired",
        paper(*SUSPECT, "detention-warrant", expires="2026-03-31T00:00:00+08:00"),
    ),
    ("warrant-matches", SUSPECT, "broken", paper(*SUSPECT, "detention-warrant", number="拘字[2026]9999号")),
    ("deputy-permission", SUSPECT, "missing", fact(*SUSPECT, deputy="congress")),
    ("township-report", SUSPECT, "missing", fact(*SUSPECT, deputy="township")),
    ("cppcc-notice", SUSPECT, "missing", fact(*SUSPECT, deputy="cppcc")),
    ("deputy-permission", SUSPECT, "unknown", fact(*SUSPECT, deputy=None)),
    ("lodging-papers", SUSPECT, "missing", fact(*SUSPECT, lodge_on_way=True)),
    ("lodging-papers", SUSPECT, "unknown", fact(*SUSPECT, lodge_on_way=None)),
    ("health-plan", SUSPECT, "missing", fact(*SUSPECT, pregnant_or_ill=True)),
    ("interpreter", SUSPECT, "missing", fact(*SUSPECT, language="mn")),
    ("interpreter", SUSPECT, "missing", fact(*SUSPECT, deaf_or_mute=True)),
    ("interpreter", SUSPECT, "unknown", fact(*SUSPECT, language=None)),
    ("immunity", SUSPECT, "unknown", fact(*SUSPECT, nationality=None, immunity=None)),
    ("detention-warrant", SUSPECT, "unknown", fact(*SUSPECT, act=None)),
    ("detention-warrant", SUSPECT, "unknown", fact(*SUSPECT, act="none")),
    ("guardian", ("suspects", CHILD), "missing", unnamed("guardian")),
    ("legal-aid", ("suspects", CHILD), "missing", unnamed("legal-aid")),
    ("juvenile-officer", ("suspects", CHILD), "missing", unnamed("juvenile-officer")),
    ("minor-note", ("suspects", CHILD), "missing", paper("suspects", CHILD, "minor-note")),
    ("search-warrant", SITE, "missing", paper(*SITE, "search-warrant")),
    ("seizure-decision", SITE, "asked", paper(*SITE, "seizure-decision", state="asked")),
    ("high-value-approval", SITE, "missing", fact(*SITE, high_value=True)),
    ("search-witness", SITE, "broken", fact(*SITE, witness="none")),
    ("witness-camera", SITE, "broken", fact(*SITE, witness="recorded", cameras=0)),
    ("scene-camera", SITE, "broken", fact(*SITE, cameras=0)),
    ("seal-kits", SITE, "broken", fact(*SITE, seal_kits=0)),
    ("carer", SITE, "missing", fact(*SITE, children=True)),
    ("night", SITE, "broken", at_night),
    ("cooperation-letter", AGENCY, "missing", paper(*AGENCY, "cooperation-letter")),
    ("police-ids", AGENCY, "missing", paper(*AGENCY, "police-ids")),
    ("detention-copies", AGENCY, "missing", paper(*AGENCY, "detention-copies")),
    ("search-copies", AGENCY, "missing", paper(*AGENCY, "search-copies")),
    ("filing-copy", AGENCY, "missing", paper(*AGENCY, "filing-copy")),
    ("host-officers", AGENCY, "broken", no_local_officer),
    ("case-agency", OPERATION, "broken", lambda data: law(data, *OPERATION).pop("case_agency")),
    ("no-dispute", OPERATION, "broken", fact(*OPERATION, dispute=True)),
    ("no-dispute", OPERATION, "unknown", fact(*OPERATION, dispute=None)),
    ("restraints", SITE, "broken", fact(*SITE, restraints=0)),
    ("woman-examined", WOMAN_KEY, "missing", fact(*WOMAN_KEY, body_exam=True)),
    ("technical-results", OPERATION, "broken", fact(*OPERATION, technical_results=True)),
    ("recording", OPERATION, "broken", fact(*OPERATION, interviews_recorded=False)),
]


def found_after(change: Change, name: str = "3-02") -> list[LawFinding]:
    """What the gate finds after the change."""
    data = deepcopy(document(name))
    change(data)
    assert CN is not None
    return findings(parse_operation(data), CN)


@pytest.mark.parametrize("name", ["3-02", "3-02-roads", "3-02-orders", "3-02-rosters", "3-02-short"])
def test_a_complete_operation_lacks_nothing(name: str) -> None:
    """The example has every paper, person and fact that the Chinese pack asks for."""
    operation = parse_operation(document(name))
    assert pack_of_operation(operation) is CN
    assert CN is not None
    assert findings(operation, CN) == []
    assert blocking(operation) == ()
    assert len(rows(operation, CN)) > 400


def test_a_complete_operation_with_its_plan_lacks_nothing() -> None:
    """What only a plan tells is as the pack asks: women with women, two at each door and each interview."""
    operation, plan = parse_operation(document("3-02-roads")), parse_plan(plan_document("3-02-roads"))
    assert CN is not None
    assert findings(operation, CN, plan) == []
    asked = {one.code for one in rows(operation, CN, plan)} - {one.code for one in rows(operation, CN)}
    assert asked >= {"woman-searched", "woman-escorted", "interviewers", "two-search", "two-seizure", "recusal"}


def test_the_planted_lacks_are_of_many_kinds() -> None:
    """At least 25 kinds, of all subjects and states."""
    assert len({(code, state) for code, _, state, _ in PLANTED}) >= 25


@pytest.mark.parametrize(("code", "subject", "state", "change"), PLANTED)
def test_each_lack_is_one_finding(code: str, subject: tuple[str, str], state: str, change: Change) -> None:
    """A lack that is planted is found once, for its subject, with its article and a sentence in both languages."""
    (found,) = found_after(change)
    assert (found.code, found.subject, found.state) == (code, subject, state)
    assert CN is not None
    assert found.article == CN.by_id[code].article
    assert found.says.en
    assert found.says.zh
    assert found.is_blocking is (found.severity == "block")


def test_one_paper_less_is_one_finding_more() -> None:
    """Whichever paper of a suspect, a door and a host is dropped from the complete operation, it alone is missed."""
    data = document("3-02")
    for table, key in (SUSPECT, ("suspects", CHILD), SITE, AGENCY):
        for held in law(data, table, key)["papers"]:
            (found,) = found_after(paper(table, key, held["kind"]))
            assert (found.code, found.subject, found.state) == (held["kind"], (table, key), "missing")


def planned(change: Change, change_plan: Change = lambda plan: None) -> list[LawFinding]:
    """What the gate finds with the plan that is kept, after both changes."""
    data, plan = deepcopy(document("3-02-roads")), deepcopy(plan_document("3-02-roads"))
    change(data)
    change_plan(plan)
    assert CN is not None
    return findings(parse_operation(data), CN, parse_plan(plan))


def test_one_interviewer_is_too_few() -> None:
    """An interview that a plan gives to one officer is found."""

    def alone(plan: dict[str, Any]) -> None:
        plan["interviews"][0]["officers"] = plan["interviews"][0]["officers"][:1]

    found = planned(lambda data: None, alone)
    assert [(one.code, one.article) for one in found] == [("interviewers", "MPS 202; CPL 118")]


def test_auxiliary_police_are_no_investigators() -> None:
    """A squad and an interview of whom one is auxiliary police have one investigator less; others count."""
    plan = plan_document("3-02-roads")
    squad = next(one for one in plan["units"] if one["id"] == "Q-S001")

    def auxiliary(word: Any, officers: list[str]) -> Change:
        def change(data: dict[str, Any]) -> None:
            for one in officers:
                row(data, "officers", one)["details"] = {
                    **row(data, "officers", one).get("details", {}),
                    "auxiliary": word,
                }

        return change

    found = planned(auxiliary(True, squad["officers"][1:]))
    assert {"two-search", "two-seizure"} <= {one.code for one in found if one.subject == SITE}
    assert planned(auxiliary(False, squad["officers"][1:])) == []
    talk = planned(auxiliary("是", plan["interviews"][0]["officers"][:1]))
    assert "interviewers" in {one.code for one in talk}


def test_women_who_are_expected_need_a_woman_at_the_door() -> None:
    """It warns where the squad has none, is kept where it has one, and asks nothing without a plan."""
    women = {o["id"] for o in document("3-02-roads")["officers"] if o["sex"] == "F"}
    squads = [(u, s["place"]) for u in plan_document("3-02-roads")["units"] for s in u["stops"] if s["task"] == "raid"]
    without = next(place for unit, place in squads if not women & set(unit["officers"]))
    with_one = next(place for unit, place in squads if women & set(unit["officers"]))
    (found,) = planned(fact("sites", without, women_expected=True))
    assert (found.code, found.subject, found.is_blocking) == ("woman-expected", ("sites", without), False)
    assert planned(fact("sites", with_one, women_expected=True)) == []
    assert found_after(fact("sites", without, women_expected=True)) == []


def test_one_officer_collects_nobody_from_a_host() -> None:
    """A suspect of another area who is escorted by one investigator is found."""

    def alone(plan: dict[str, Any]) -> None:
        unit = next(one for one in plan["units"] if one["id"] == "Q-S001")
        unit["officers"] = unit["officers"][:1]

    (found,) = [one for one in planned(lambda data: None, alone) if one.code == "collectors"]
    assert (found.subject, found.article) == (("suspects", MAN), "MPS 351(2)")


def test_a_number_belongs_to_one_suspect() -> None:
    """The same number on two warrants is found on both."""
    law_of_man = law(document("3-02"), *SUSPECT)
    number = next(p["number"] for p in law_of_man["papers"] if p["kind"] == "detention-warrant")

    def same(data: dict[str, Any]) -> None:
        other = ("suspects", "P0002")
        paper(*other, "detention-warrant", number=number)(data)
        row(data, *other)["warrant"]["number"] = number

    found = found_after(same)
    assert [(one.code, one.subject[1]) for one in found] == [("warrant-own", MAN), ("warrant-own", "P0002")]


def test_a_recused_officer_at_the_door_is_found() -> None:
    """An officer who is excluded for a suspect may not be in the squad at that door."""
    plan = parse_plan(plan_document("3-02-roads"))
    data = document("3-02-roads")
    suspect = next(
        s for s in data["suspects"] if s["site"] in plan.raids_by_site and s["id"] not in plan.reason_by_suspect
    )
    officer = plan.raids_by_site[suspect["site"]][0].officers[0]
    (found,) = planned(fact("suspects", suspect["id"], recused=[officer]))
    assert (found.code, found.subject) == ("recusal", ("suspects", suspect["id"]))


def test_a_waiver_needs_the_right_role() -> None:
    """What may be waived is waived by its role alone; what may not stays open."""

    def waived(item: str, role: str) -> Change:
        def change(data: dict[str, Any]) -> None:
            fact(*SITE, cameras=0, witness="none" if item == "search-witness" else "witness")(data)
            law(data, *SITE)["waivers"] = [{"item": item, "role": role, "by": "指挥员甲", "why": "设备送修"}]

        return change

    assert found_after(waived("scene-camera", "commander")) == []
    assert [one.code for one in found_after(waived("scene-camera", "legal"))] == ["scene-camera"]
    assert "search-witness" in [one.code for one in found_after(waived("search-witness", "commander"))]


def test_without_a_pack_nothing_is_asked_and_with_an_unknown_one_nothing_passes() -> None:
    """An operation that names no pack has no findings; a pack that is not there blocks."""
    data = deepcopy(document("3-02"))
    del data["details"]["law"]["pack"]
    assert blocking(parse_operation(data)) == ()
    data["details"]["law"]["pack"] = "atlantis"
    assert [one.code for one in blocking(parse_operation(data))] == ["no-such-pack"]


def test_a_pack_that_is_not_in_force_warns() -> None:
    """H before the first day of the pack is told."""
    data = deepcopy(document("3-02"))
    data["h_hour"] = "2019-04-01T06:00:00+08:00"
    for suspect in data["suspects"]:
        suspect["warrant"] = None
        suspect["details"] = {"law": {"facts": {"act": "none"}}}
    assert CN is not None
    assert [one.code for one in findings(parse_operation(data), CN)] == ["not-in-force"]


def test_clocks_bound_doctrine() -> None:
    """The Chinese pack leaves 24 hours to custody and to the first interview; not more."""
    operation = parse_operation(document("3-02"))
    assert CN is not None
    limits = doctrine_limits(operation, CN)
    assert {name: most for name, (most, _) in limits.items()} == {"custody_latest": 1440, "interview_latest": 1440}
    assert limits["custody_latest"][1].article == "MPS 126(1); CPL 85"


@pytest.mark.parametrize(
    ("table", "key", "wrong", "said"),
    [
        ("suspects", MAN, {"facts": {"act": "seize"}}, "details.law.facts.act"),
        ("suspects", MAN, {"facts": {"langage": "zh"}}, 'did you mean "language"'),
        ("suspects", MAN, {"papers": [{"kind": "x", "state": "lost"}]}, "details.law.papers[0].state"),
        ("suspects", MAN, {"papers": [{"kind": "x", "state": "held"}] * 2}, "stands twice"),
        ("suspects", MAN, {"waivers": [{"item": "x", "role": "king", "by": "a", "why": "b"}]}, "waivers[0].role"),
        ("sites", DOOR, {"facts": {"devices": -1}}, "details.law.facts.devices"),
        ("agencies", HOST, {"papers": 3}, "details.law.papers"),
        ("agencies", HOST, 3, "details.law"),
        ("operation", "", {"pack": 3}, "details.law.pack"),
    ],
)
def test_details_of_law_have_a_form(table: str, key: str, wrong: Any, said: str) -> None:
    """What does not fit is refused, with its place."""
    data = deepcopy(document("3-02"))
    (data if table == "operation" else row(data, table, key))["details"] = {"law": wrong}
    with pytest.raises(Unreadable) as error:
        parse_operation(data)
    assert any(said in str(fault) for fault in error.value.faults)


def test_all_faults_of_a_law_are_told_at_once() -> None:
    """Three slips in one row are three faults."""
    data = deepcopy(document("3-02"))
    row(data, "suspects", MAN)["details"] = {
        "law": {"facts": {"act": "x", "urgent": 1}, "papers": [{"kind": "", "state": "held"}]}
    }
    with pytest.raises(Unreadable) as error:
        parse_operation(data)
    assert len(error.value.faults) == 3
