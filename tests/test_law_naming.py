"""Which law pack counts is said by who may approve, with a reason; waivers are of one operation and say who agreed."""

import json
import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import history, register, undoing
from models.approvals import decisions
from models.law_naming import CHANGED
from models.log_tables import log
from planner.edits import Edit
from planner.files import Unreadable, parse_operation
from planner.law.changes import num_waivers, without_waivers
from planner.law.gate import findings
from planner.law.pack_file import pack_by_id
from planner.render.law_words import granted_by, law_sentences
from tests.house import House, token
from tests.stored_plans import document
from tests.test_law_web import fields_of, live, row, send
from tests.test_rights import account, opened

pytestmark = pytest.mark.usefixtures("strict")
WAIVER = {"item": "scene-camera", "role": "commander", "by": "Commander 1", "why": "in repair"}


@pytest.fixture
def data() -> dict[str, Any]:
    """The example, whose door S001 has no camera."""
    found = deepcopy(document("3-02"))
    row(found, "sites", "S001")["details"]["law"]["facts"]["cameras"] = 0
    return found


@pytest.fixture
def key(house: House, data: dict[str, Any]) -> int:
    """The operation, whose planner is the first person of the house."""
    with opened(house) as s:
        return register.create_operation(s, data, house.person.id)


def named(client: FlaskClient, key: int, pack: str, **more: str) -> int:
    """The answer to the form that names the pack."""
    form = fields_of(client, f"/operations/{key}/law")
    return int(send(client, f"/operations/{key}/law/pack", **form | {"pack": pack} | more).status_code)


def test_a_planner_changes_no_pack_that_is_named(house: House, key: int) -> None:
    """Neither by the page nor by a register, an import or an undo; other facts of the operation are saved."""
    client = house.client()
    assert "Only a commander can change or remove it." in client.get(f"/operations/{key}/law?lang=en").text
    for pack in ("de", ""):
        assert named(client, key, pack, reason="because") == 422
        law = {**document("3-02")["details"]["law"], "pack": pack or None}
        details = {"law": {name: value for name, value in law.items() if value is not None}}
        for kind in ("changed", "imported"):
            with opened(house) as s, pytest.raises(Unreadable, match="pack is changed or removed on the page Law"):
                edits = [Edit("operation", "details", {"value": details})]
                register.change(s, key, edits, house.person.id, told=register.Told(kind))
    assert named(client, key, "cn", **{"fact.firearms": "no"}) == 302
    assert live(house, key)["details"]["law"]["pack"] == "cn"
    assert live(house, key)["details"]["law"]["facts"]["firearms"] is False


def test_the_first_pack_is_named_by_a_planner_and_not_undone(house: House) -> None:
    """Where none was named nothing is lost; once one is, taking it back is the commander's."""
    with opened(house) as s:
        key = register.create_operation(s, document("one-city"), house.person.id)
    agency = document("one-city")["agencies"][0]["id"]
    assert named(house.client(), key, "cn", case_agency=agency) == 302
    with opened(house) as s:
        change = history.last_of(s, key, house.person.id)
        assert change is not None and decisions(s, key) == []
    with opened(house) as s, pytest.raises(Unreadable, match="law pack"):
        undoing.undo(s, key, change.key, house.person.id)


@pytest.mark.parametrize(("lang", "said"), [("en", "Law pack changed"), ("zh", "已更换法律规则包")])
def test_a_commander_does_with_a_reason_on_record(house: House, key: int, lang: str, said: str) -> None:
    """Without a reason nothing changes; with one it stands among the steps of the operation and in the log."""
    boss = account(house, "boss", (), "commander", key)
    client = house.client(boss)
    assert named(client, key, "de") == 422
    assert live(house, key)["details"]["law"]["pack"] == "cn"
    assert named(client, key, "de", reason="tried abroad") == 302
    assert named(client, key, "", reason="a drill without law") == 302
    page = client.get(f"/operations/{key}/approval?lang={lang}").text
    assert page.count(said) == 2 and "tried abroad" in page and "a drill without law" in page
    de, cn = pack_by_id("de"), pack_by_id("cn")
    assert de is not None and cn is not None
    with opened(house) as s:
        assert [(one.step, one.law) for one in decisions(s, key)] == [("law", de.reference), ("law", None)]
        found = s.execute(log.select().where(log.c.action == CHANGED).order_by(log.c.number)).all()
    assert [(one.account, one.details["before"]) for one in found] == [(boss.id, cn.reference), (boss.id, de.reference)]


def test_a_pack_that_is_not_installed_stays_named(house: House, data: dict[str, Any]) -> None:
    """Saving facts does not take it off, and every document says that nothing was checked."""
    data["details"]["law"]["pack"] = "atlantis"
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
    client = house.client()
    form = fields_of(client, f"/operations/{key}/law")
    assert form["pack"] == "atlantis"
    assert send(client, f"/operations/{key}/law/pack", **form).status_code == 302
    assert live(house, key)["details"]["law"]["pack"] == "atlantis"
    assert "atlantis" in law_sentences(parse_operation(data), "en")[0]
    assert "未安装" in law_sentences(parse_operation(data), "zh")[0]


def waived(data: dict[str, Any]) -> dict[str, Any]:
    """The document with a waiver of the door's camera."""
    found = deepcopy(data)
    row(found, "sites", "S001")["details"]["law"]["waivers"] = [WAIVER]
    return found


@pytest.mark.parametrize("how", ["created", "copied", "imported"])
def test_a_new_operation_has_no_waiver_in_force(house: House, data: dict[str, Any], how: Any) -> None:
    """Those that came with the document are listed as not taken over until they are granted again."""
    with opened(house) as s:
        key = register.create_operation(s, waived(data), house.person.id, how)
    law = row(live(house, key), "sites", "S001")["details"]["law"]
    assert "waivers" not in law and law["lapsed"] == [WAIVER]
    cn = pack_by_id("cn")
    assert cn is not None
    assert [one.code for one in findings(parse_operation(live(house, key)), cn)] == ["scene-camera"]
    boss = house.client(account(house, "boss", (), "commander", key))
    page = boss.get(f"/operations/{key}/law?lang=en").text
    assert "Waivers that were not taken over" in page and "in repair" in page
    send(boss, f"/operations/{key}/law/waive", table="sites", id="S001", item="scene-camera", why="still in repair")
    law = row(live(house, key), "sites", "S001")["details"]["law"]
    assert "lapsed" not in law and [one["why"] for one in law["waivers"]] == ["still in repair"]
    assert "not taken over" not in boss.get(f"/operations/{key}/law?lang=en").text


def test_the_copy_says_so_at_once(house: House, data: dict[str, Any]) -> None:
    """Whoever copies an operation reads how many waivers were left behind."""
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
        edit = Edit("sites", "S001", row(waived(data), "sites", "S001"))
        register.change(s, key, [edit], house.person.id, told=register.Told("waived", is_of_law=True))
    client = house.client()
    form = fields_of(client, f"/operations/{key}/copy") | {"id": "another", "people": "with"}
    form["csrf_token"] = token(client)
    page = client.post(f"/operations/{key}/copy?lang=en", data=form, follow_redirects=True).text
    assert "1 waiver was not taken over" in page


def test_lapsed_waivers_are_of_the_document_alone(data: dict[str, Any]) -> None:
    """A document without waivers is the same value; counts are of all rows and of the operation."""
    assert without_waivers(data) is data
    found = waived(data)
    found["details"]["law"]["waivers"] = [WAIVER | {"item": "recording", "role": "legal"}]
    assert num_waivers(found) == 2 and num_waivers(without_waivers(found)) == 0
    assert parse_operation(json.loads(json.dumps(without_waivers(found))))


@pytest.mark.parametrize(
    ("waiver", "en", "zh"),
    [
        (WAIVER, "Commander 1, commander", "Commander 1，指挥员"),
        (
            WAIVER | {"role": "legal", "granted_as": "commander"},
            "Commander 1, commander (the pack asks for the legal officer: no consent is recorded)",
            "Commander 1，指挥员（规则包要求法制人员同意：未记录同意）",
        ),
        (
            WAIVER | {"role": "custody", "granted_as": "commander", "agreed": "Officer 7"},
            "Commander 1, commander (the pack asks for the custody officer: Officer 7 agreed)",
            "Commander 1，指挥员（规则包要求办案区管理人员同意：Officer 7 已同意）",
        ),
    ],
)
def test_a_waiver_says_who_granted_it_and_whom_the_pack_asks_for(waiver: dict[str, str], en: str, zh: str) -> None:
    """The role that somebody had is not called the role that the pack names."""
    assert (granted_by(waiver, "en"), granted_by(waiver, "zh")) == (en, zh)


def test_a_waiver_needs_the_role_that_the_pack_names(house: House, data: dict[str, Any]) -> None:
    """What the pack leaves to the legal officer, no commander and no planner waives; the legal officer does."""
    data["details"]["law"]["facts"]["interviews_recorded"] = False
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
    boss = house.client(account(house, "boss", (), "commander", key))
    counsel = house.client(account(house, "counsel", (), "legal", key))
    address, item = (
        f"/operations/{key}/law",
        {"table": "operation", "id": "", "item": "recording", "why": "no equipment"},
    )
    page = boss.get(f"{address}?lang=en").text
    assert "Can be waived by: legal officer" in page and "Reason, as legal officer" not in page
    assert send(boss, f"{address}/waive", **item).status_code == 403
    assert send(house.client(), f"{address}/waive", **item).status_code == 403
    assert "waivers" not in live(house, key)["details"]["law"]
    page = counsel.get(f"{address}?lang=en").text
    assert "Reason, as legal officer" in page and 'aria-label="Parts of the operation"' in page
    assert send(counsel, f"{address}/waive", **item).status_code == 302
    (kept,) = live(house, key)["details"]["law"]["waivers"]
    assert (kept["role"], kept["granted_as"], kept["by"]) == ("legal", "legal", "Counsel")
    assert "Counsel, legal officer" in boss.get(f"{address}?lang=en").text
    assert "Counsel，法制民警" in counsel.get(f"{address}?lang=zh").text
    assert send(counsel, f"{address}/unwaive", table="operation", id="", item="recording").status_code == 302
    assert "waivers" not in live(house, key)["details"]["law"]


def test_the_legal_officer_sees_the_gate_and_changes_nothing(house: House, data: dict[str, Any]) -> None:
    """The gate and each row's documents are there, without a form to change them; every tab leads to a page."""
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
    counsel, base = house.client(account(house, "counsel", (), "legal", key)), f"/operations/{key}"
    for page in (f"{base}/law", f"{base}/law/row?table=suspects&id=P0001", f"{base}/own"):
        text = counsel.get(f"{page}{'&' if '?' in page else '?'}lang=en").text
        assert ">Save<" not in text and "Search the operation" not in text
        assert {counsel.get(unescape(to)).status_code for to in re.findall(rf'href="({base}[^"]*)"', text)} <= {200}
    assert '<fieldset class="plain" disabled>' in counsel.get(f"{base}/law/row?table=suspects&id=P0001").text
    assert "Open items, documents and waivers of the operation" in counsel.get(f"{base}/own?lang=en").text
    form = {"table": "suspects", "id": "P0001"}
    assert send(counsel, f"{base}/law/row", **form).status_code == 404
    assert send(counsel, f"{base}/law/pack", pack="de").status_code == 404
    item = {"table": "suspects", "id": "P0001", "item": "health-plan", "why": "x"}
    assert send(counsel, f"{base}/law/waive", **item).status_code == 404  # the pack leaves it to the custody officer


def test_a_custody_officer_waives_without_seeing_a_name(house: House, data: dict[str, Any]) -> None:
    """The own page lists by id what the pack leaves to the role; waived there, it can be withdrawn there."""
    person = data["suspects"][0]
    person["details"]["law"]["facts"]["pregnant_or_ill"] = True
    with opened(house) as s:
        key = register.create_operation(s, data, house.person.id)
    keeper, own = house.client(account(house, "keeper", (), "custody", key)), f"/operations/{key}/own?lang=en"
    page = keeper.get(own).text
    assert "What happens if the detention house refuses" in page and person["id"] in page
    assert person["name"] not in page and f'/operations/{key}/law"' not in page
    item = {"table": "suspects", "id": person["id"], "item": "health-plan"}
    answer = send(keeper, f"/operations/{key}/law/waive", **item, why="a doctor is there")
    assert answer.status_code == 302 and answer.location.endswith("/own")
    found = next(one for one in live(house, key)["suspects"] if one["id"] == person["id"])
    assert found["details"]["law"]["waivers"][0]["granted_as"] == "custody"
    assert "Withdraw waiver" in keeper.get(own).text
    assert send(keeper, f"/operations/{key}/law/unwaive", **item).status_code == 302
    assert "Withdraw waiver" not in keeper.get(own).text
    assert keeper.get(f"/operations/{key}/law").status_code == 404
