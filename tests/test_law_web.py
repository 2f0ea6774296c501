"""The law's pages: the gate as a matrix, waivers, editing papers and facts; what blocks keeps documents drafts."""

from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import history, notes, plans, register, undoing
from models.approvals import NotNow
from models.events import latest_events
from models.right_tables import DecisionStep
from planner.edits import Edit
from planner.files import Unreadable, parse_operation
from planner.law.gate import findings
from planner.law.pack_file import shipped_packs
from tests import lives
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from web import database, plan_cache
from web.approvals import state_of

PACKS = shipped_packs()


@pytest.fixture
def data() -> dict[str, Any]:
    """The example, whose door S001 lacks its search warrant and camera."""
    found = deepcopy(document("3-02-roads"))
    site = next(row for row in found["sites"] if row["id"] == "S001")
    site["details"]["law"]["papers"] = [p for p in site["details"]["law"]["papers"] if p["kind"] != "search-warrant"]
    site["details"]["law"]["facts"]["cameras"] = 0
    return found


def send(client: FlaskClient, address: str, **form: str) -> Any:
    """The answer to a form."""
    return client.post(address, data={"csrf_token": token(client), **form})


def live(house: House, key: int) -> dict[str, Any]:
    """The operation as it stands."""
    with house.app.extensions[database.KEY].session() as s:
        return register.document(s, key)


def row(data: dict[str, Any], table: str, key: str) -> dict[str, Any]:
    """The row of the document."""
    return next(r for r in data[table] if r["id"] == key)


def test_an_operation_without_a_pack_says_so(house: House) -> None:
    """Nothing is checked, and the page offers the packs."""
    key = loaded(house, document("one-city"))
    text = house.client().get(f"/operations/{key}/law?lang=en").text
    assert "No law pack is chosen" in text
    assert "Germany" in text


def test_a_complete_operation_has_nothing_open(house: House) -> None:
    """The example's page says that nothing blocks, with its share of verified rows."""
    key = loaded(house, document("3-02"))
    text = house.client().get(f"/operations/{key}/law?lang=en").text
    assert "Nothing blocks approval." in text
    assert "Nothing is open." in text
    assert "rows verified" in text


@pytest.mark.parametrize(("lang", "said"), [("en", "Search warrant"), ("zh", "搜查证")])
def test_what_is_missing_is_told_with_article_and_who_gets_it(
    house: House, data: dict[str, Any], lang: str, said: str
) -> None:
    """The page names door, paper, article and who has to get it, in both languages."""
    key = loaded(house, data)
    text = house.client().get(f"/operations/{key}/law?lang={lang}&show=blocking&of=sites").text
    assert said in text
    assert "MPS 222-223; CPL 138" in text
    assert row(data, "sites", "S001")["address"] in text
    assert row(data, "sites", "S002")["address"] not in text


@pytest.mark.parametrize("query", ["of=officers", "show=none"])
def test_an_odd_filter_is_not_found(house: House, query: str) -> None:
    """A filter that there is none of ends with 404."""
    key = loaded(house, document("one-city"))
    assert house.client().get(f"/operations/{key}/law?{query}").status_code == 404


def test_a_waiver_is_kept_with_role_and_reason_and_can_be_withdrawn(house: House, data: dict[str, Any]) -> None:
    """Waived, the item is open no more; the history knows it; withdrawn, it is open again."""
    key, client = loaded(house, data), house.client()
    address = f"/operations/{key}/law"
    assert (
        send(client, f"{address}/waive", table="sites", id="S001", item="scene-camera", why="送修").status_code == 302
    )
    (waiver,) = row(live(house, key), "sites", "S001")["details"]["law"]["waivers"]
    assert (waiver["item"], waiver["role"], waiver["why"]) == ("scene-camera", "commander", "送修")
    assert waiver["by"]
    text = client.get(f"{address}?lang=en").text
    assert "Withdraw waiver" in text
    assert "送修" in text
    send(client, f"{address}/unwaive", table="sites", id="S001", item="scene-camera")
    assert "waivers" not in row(live(house, key), "sites", "S001")["details"]["law"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"table": "sites", "id": "S001", "item": "search-warrant", "why": "x"}, 404),
        ({"table": "sites", "id": "S999", "item": "scene-camera", "why": "x"}, 404),
        ({"table": "pins", "id": "S001", "item": "scene-camera", "why": "x"}, 404),
        ({"table": "sites", "id": "S001", "item": "scene-camera", "why": ""}, 302),
    ],
)
def test_what_may_not_be_waived_is_not(house: House, data: dict[str, Any], form: dict[str, str], status: int) -> None:
    """Nobody waives a search warrant, a door that is not there, or anything without a reason."""
    key, client = loaded(house, data), house.client()
    assert send(client, f"/operations/{key}/law/waive", **form).status_code == status
    assert "waivers" not in row(live(house, key), "sites", "S001")["details"]["law"]


def fields_of(client: FlaskClient, address: str) -> dict[str, str]:
    """What the form of the page would send as it stands."""

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, str] = {}
            self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            if tag == "input" and told.get("name"):
                self.found[str(told["name"])] = told.get("value") or ""
            elif tag == "select":
                self.select = str(told.get("name"))
            elif tag == "option" and ("selected" in told or self.select not in self.found):
                self.found[self.select] = told.get("value") or ""

    reader = Reader()
    reader.feed(client.get(address).text)
    return reader.found


def test_saving_a_row_as_it_is_changes_nothing(house: House, data: dict[str, Any]) -> None:
    """Suspects, sites and agencies: what the form shows is what the row has, down to the warrant."""
    key, client = loaded(house, data), house.client()
    before = live(house, key)
    for table, name in (("suspects", "P0001"), ("suspects", "P0051"), ("sites", "S002"), ("agencies", "C01")):
        form = fields_of(client, f"/operations/{key}/law/row?table={table}&id={name}")
        assert send(client, f"/operations/{key}/law/row", **form).status_code == 302
    assert live(house, key) == before


def test_a_suspects_warrant_follows_the_paper(house: House, data: dict[str, Any]) -> None:
    """Another number changes the warrant with it; a paper that is only asked for takes it away."""
    key, client = loaded(house, data), house.client()
    address = f"/operations/{key}/law/row"
    form = fields_of(client, f"{address}?table=suspects&id=P0001")
    send(client, address, **form | {"paper.detention-warrant.number": "拘字[2026]0999号"})
    assert row(live(house, key), "suspects", "P0001")["warrant"]["number"] == "拘字[2026]0999号"
    form = fields_of(client, f"{address}?table=suspects&id=P0001")
    send(client, address, **form | {"paper.detention-warrant.state": "asked"})
    assert row(live(house, key), "suspects", "P0001")["warrant"] is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("paper.search-warrant.issued", "soon", "Enter a date"),
        ("paper.search-warrant.expires", "soon", "Enter date and time"),
        ("fact.devices", "many", "Enter a whole number"),
        ("fact.witness", "ghost", "Unknown option"),
    ],
)
def test_a_wrong_field_is_told(house: House, data: dict[str, Any], name: str, value: str, said: str) -> None:
    """Nothing is saved, and what is wrong stands beside its field."""
    key, client = loaded(house, data), house.client()
    form = fields_of(client, f"/operations/{key}/law/row?table=sites&id=S002")
    answer = client.post(f"/operations/{key}/law/row?lang=en", data={"csrf_token": token(client), **form, name: value})
    assert answer.status_code == 422
    assert said in answer.text


def test_somebody_elses_change_is_not_overwritten(house: House, data: dict[str, Any]) -> None:
    """A form that is older than the row is sent back."""
    key, client = loaded(house, data), house.client()
    form = fields_of(client, f"/operations/{key}/law/row?table=sites&id=S002")
    assert send(client, f"/operations/{key}/law/row", **form | {"fact.cameras": "2"}).status_code == 302
    assert send(client, f"/operations/{key}/law/row", **form | {"fact.cameras": "3"}).status_code == 409


def test_naming_a_pack_makes_doctrine_as_strict(house: House) -> None:
    """Doctrine that leaves more time than the pack's clocks is shortened with the same change."""
    data = document("one-city") | {"doctrine": {"custody_latest": 2000}}
    key, client = loaded(house, data), house.client()
    form = fields_of(client, f"/operations/{key}/law")
    send(client, f"/operations/{key}/law/pack", **form | {"pack": "cn", "case_agency": data["agencies"][0]["id"]})
    found = live(house, key)
    assert found["doctrine"]["custody_latest"] == 1440
    assert found["details"]["law"]["pack"] == "cn"
    form = fields_of(client, f"/operations/{key}/law")
    answer = send(client, f"/operations/{key}/law/pack", **form | {"case_agency": "nobody"})
    assert answer.status_code == 422


def test_what_blocks_keeps_a_plan_from_being_approved(house: House, data: dict[str, Any]) -> None:
    """While a blocking item is open nobody approves, and documents are drafts; afterwards the plan is approved."""
    plan, boss = plan_document("3-02-roads"), house.another("boss").id
    key, scenario = (int(part) for part in stored(house, data, plan).split("/") if part.isdigit())

    def steps(*names: DecisionStep) -> None:
        with house.app.extensions[database.KEY].session() as s:
            lives.live(s, key, scenario, house.person.id, boss, *names)

    def state() -> str:
        with house.app.test_request_context(), house.app.extensions[database.KEY].session() as s:
            (line,) = [one for one in plans.lines(s, key) if one.scenario == scenario]
            return state_of(register.operation_line(s, key), line)

    steps("requested")
    with pytest.raises(NotNow, match="law"):
        steps("approved")
    assert state() == "draft"
    client = house.client()
    form = fields_of(client, f"/operations/{key}/law/row?table=sites&id=S001")
    paper = {"state": "held", "number": "搜字1号", "issuer": "x", "signer": "y", "issued": "2026-03-25"}
    send(client, f"/operations/{key}/law/row", **form | {f"paper.search-warrant.{k}": v for k, v in paper.items()})
    steps("withdrawn", "requested")
    steps("approved")
    assert state() == "approved"


@pytest.mark.parametrize(("lang", "more"), [("en", "… and 2 more"), ("zh", "搜查证")])
def test_the_approval_page_says_what_blocks(house: House, data: dict[str, Any], lang: str, more: str) -> None:
    """The first five blocking items with their articles and addresses, and a way to all; so does the overview."""
    doors = [site for site in data["sites"] if site["details"].get("law", {}).get("papers")][:7]
    for site in doors:
        site["details"]["law"]["papers"] = []
    address = stored(house, data, plan_document("3-02-roads"))
    key, scenario = (int(part) for part in address.split("/") if part.isdigit())
    client = house.client()
    with house.app.extensions[database.KEY].session() as s:
        lives.live(s, key, scenario, house.person.id, house.another("boss").id, "requested")
    num = sum(one.is_blocking for one in findings(parse_operation(data), PACKS["cn"], None))
    text = client.get(f"/operations/{key}/approval?lang={lang}").text
    shown = text.split('<ul class="findings blocks">')[1].split("</ul>")[0]
    assert shown.count("<li>") == min(5, num) and "MPS 222" in shown
    assert more in text and f"/operations/{key}/law?show=blocking" in text
    overview = client.get(f"/operations/{key}/?lang=en").text
    assert f"/operations/{key}/law" in overview and "block approval" in overview


@pytest.mark.parametrize(
    ("lang", "counted", "not_counted"),
    [
        ("en", "Law: 1 open item blocks approval.", "Law: nothing blocks so far."),
        ("zh", "法律依据：1 项待办阻止审批。", "法律依据：目前无阻止项"),
    ],
)
def test_the_overview_counts_what_only_the_plan_tells(
    house: House, monkeypatch: pytest.MonkeyPatch, lang: str, counted: str, not_counted: str
) -> None:
    """With the working plan; without one, or where reading it takes long, it is said that this is not counted."""
    found, plan = deepcopy(document("3-02-roads")), plan_document("3-02-roads")
    unit = next(one for one in plan["units"] if one["id"] == "Q-S001")
    row(found, "suspects", "P0001")["details"]["law"]["facts"]["recused"] = unit["officers"][:1]
    address = stored(house, found, plan)
    key, scenario = (int(part) for part in address.split("/") if part.isdigit())
    client, overview = house.client(), f"/operations/{key}/?lang={lang}"
    text = client.get(overview).text
    assert counted not in text and not_counted not in text
    with house.app.extensions[database.KEY].session() as s:
        notes.choose(s, key, scenario, house.person.id)
    assert counted in client.get(overview).text
    monkeypatch.setattr(plan_cache, "LARGE", 0)
    house.app.extensions.pop("law-gate")
    assert not_counted in client.get(overview).text
    client.get(f"/operations/{key}/law")  # the page works it out, and then it is known
    assert counted in client.get(overview).text
    with house.app.extensions[database.KEY].session() as s:
        law = deepcopy(found["details"])
        law["law"]["facts"]["dispute"] = True
        register.change(s, key, [Edit("operation", "details", {"value": law})], house.person.id)
    text = client.get(f"/operations/{key}/?lang=en").text
    assert "Law: 1 open item blocks approval. What only a plan tells is not counted." in text


def test_a_register_shows_no_law_and_loses_none(house: House, data: dict[str, Any]) -> None:
    """The details cell is without it; a cell that is saved, or emptied, keeps it; a law that is typed is taken."""
    key, client = loaded(house, data), house.client()
    before = row(live(house, key), "sites", "S001")["details"]["law"]
    for table in ("suspects", "sites", "agencies"):
        told = client.get(f"/operations/{key}/registers/{table}/rows").json
        assert told is not None and not any('"law"' in cell for one in told["rows"] for cell in one["cells"].values())

    def put(**cells: str) -> int:
        told = client.get(f"/operations/{key}/registers/sites/rows").json
        assert told is not None
        one = next(r for r in told["rows"] if r["key"] == "S001")
        item = {"key": "S001", "seen": one["seen"], "was": one["cells"], "cells": one["cells"] | cells}
        sent = {"puts": [item], "drops": []}
        headers = {"X-CSRF-Token": token(client)}
        return client.post(f"/operations/{key}/registers/sites/rows", json=sent, headers=headers).status_code

    assert put(risk="low") == 200 and put(details="") == 200
    assert row(live(house, key), "sites", "S001")["risk"] == "low"
    assert row(live(house, key), "sites", "S001")["details"]["law"] == before
    assert put(details='{"law": {"facts": {"search": false}}}') == 200
    assert row(live(house, key), "sites", "S001")["details"]["law"] == {"facts": {"search": False}}


def test_a_waiver_alone_can_be_undone(house: House, data: dict[str, Any]) -> None:
    """Who granted it undoes it: the item is open again, and everything else is as it was."""
    key, client, me = loaded(house, data), house.client(), house.person.id
    before = live(house, key)
    send(client, f"/operations/{key}/law/waive", table="sites", id="S001", item="scene-camera", why="x")
    with house.app.extensions[database.KEY].session() as s:
        change = history.last_of(s, key, me)
        assert change is not None
        undoing.undo(s, key, change.key, me)
    assert live(house, key) == before


@pytest.mark.parametrize("place", ["sites", "operation"])
def test_who_may_only_edit_grants_no_waiver_by_a_row(house: House, data: dict[str, Any], place: str) -> None:
    """A register, an import or an undo that brings a waiver is refused; a row that comes back has those that it had."""
    key, client, me = loaded(house, data), house.client(), house.person.id
    forged = {"item": "scene-camera", "role": "commander", "by": "Commander 1", "why": "forged"}
    site = row(live(house, key), "sites", "S001")
    details = site["details"] | {"law": site["details"]["law"] | {"waivers": [forged]}}
    edits = [Edit("sites", "S001", site | {"details": details})]
    if place == "operation":
        edits = [
            Edit("operation", "details", {"value": data["details"] | {"law": {"pack": "cn", "waivers": [forged]}}})
        ]
    for kind in ("changed", "imported"):
        with house.app.extensions[database.KEY].session() as s, pytest.raises(Unreadable, match="waiver"):
            register.change(s, key, edits, me, told=register.Told(kind))
    send(client, f"/operations/{key}/law/waive", table="sites", id="S001", item="scene-camera", why="x")
    send(client, f"/operations/{key}/law/unwaive", table="sites", id="S001", item="scene-camera")
    with house.app.extensions[database.KEY].session() as s:
        change = history.last_of(s, key, me)
    assert change is not None
    with house.app.extensions[database.KEY].session() as s, pytest.raises(Unreadable, match="waiver"):
        undoing.undo(s, key, change.key, me)
    assert "waivers" not in row(live(house, key), "sites", "S001")["details"]["law"]
    send(client, f"/operations/{key}/law/waive", table="sites", id="S001", item="scene-camera", why="x")
    with house.app.extensions[database.KEY].session() as s:
        assert latest_events(s, key, 1)[0].kind == "waived"
