"""Reports over the web: stored once each, by whom may report, in the log, in backups, and gone with their operation."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from models import approvals, memberships, notes, register, reports
from models import plans as store
from models.backup import back_up
from models.database import Database, now
from models.erasing import erase
from models.log_reading import LogFilter, num_entries
from models.restoring import restore
from planner.files import read_operation, read_plan
from planner.scenario import Scenario
from tests.house import House, token
from tests.lives import live
from tests.nights import disturbed, night, report
from tests.stored_plans import EXAMPLES, document, plan_document, stored
from tests.test_rights import account, opened

SECRET = "a secret of this test, and long enough"


def key_of(house: House) -> int:
    """An operation with its plan, which is the working plan."""
    address = stored(house, document("one-city"), plan_document("one-city"))
    operation, scenario = (int(part) for part in address.split("/") if part.isdigit())
    with opened(house) as s:
        notes.choose(s, operation, scenario, house.person.id)
    return operation


def one(code: str = "set", unit: str = "T01-1", **more: Any) -> dict[str, Any]:
    """A report as a page sends it, about five minutes before H."""
    return {"id": str(uuid4()), "code": code, "unit": unit, "at": -5, **more}


def post(client: FlaskClient, operation: int, *rows: dict[str, Any], part: str = "") -> tuple[int, dict[str, Any]]:
    """Status and answer to reports that are sent at once."""
    headers = {"X-CSRFToken": token(client, "/account"), "Accept": "application/json"}
    answer = client.post(f"/operations/{operation}{part}/reports", json={"reports": rows}, headers=headers)
    return answer.status_code, answer.get_json() or {}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the database shows H of the example and an hour."""
    hour = read_operation(EXAMPLES / "one-city.json").h_hour
    monkeypatch.setattr("models.exercises.now", lambda session: hour + timedelta(hours=1))


def test_posting_twice_changes_nothing(house: House) -> None:
    """The second time it is known; one report is stored, with one entry of the log."""
    operation, client, row = key_of(house), house.client(), one()
    assert post(client, operation, row) == (200, {"stored": [row["id"]], "known": [], "refused": []})
    assert post(client, operation, row, row) == (200, {"stored": [], "known": [row["id"]] * 2, "refused": []})
    other = row | {"code": "entered"}
    assert post(client, operation, other)[1]["known"] == [row["id"]]
    with opened(house) as s:
        (stored_one,) = reports.reports_of(s, operation)
        assert num_entries(s, LogFilter(actions=("reported",))) == 1
    assert (stored_one.code, stored_one.by, stored_one.means) == ("set", house.person.id, "web")
    told = client.get(f"/operations/{operation}/reports").get_json()
    assert [(row["id"], row["code"]) for row in told["reports"]] == [(row["id"], "set")]


def test_what_cannot_be_stored_is_told_and_the_rest_is_stored(house: House) -> None:
    """Each report is judged by itself, in the reader's language."""
    operation, client = key_of(house), house.client()
    status, told = post(client, operation, one(), one(unit="T99-1"), one(code="nonsense"), one(site="nowhere"))
    assert status == 200
    assert len(told["stored"]) == 1
    assert [row["index"] for row in told["refused"]] == [1, 2, 3]
    assert told["refused"][0]["faults"] == ['"T99-1" is no unit of the plan']
    assert post(client, operation, one(unit="T99-1"))[0] == 422


def test_a_closed_operation_takes_no_report(house: House) -> None:
    """It is read-only."""
    operation, client = key_of(house), house.client()
    with opened(house) as s:
        approvals.decide(s, operation, "closed", house.person.id, "over")
    assert post(client, operation, one())[0] == 409


def test_without_a_plan_there_is_nothing_to_report(house: House) -> None:
    """It is said so."""
    with opened(house) as s:
        operation = register.create_operation(s, document("tiny"), house.person.id)
    status, told = post(house.client(), operation, one())
    assert (status, told["stored"]) == (409, [])


@pytest.mark.usefixtures("strict")
def test_a_team_leader_reports_for_the_own_squads_alone(house: House) -> None:
    """Once the plan is released; of another team's squads nothing, not even a correction, nor the list of all."""
    plan = plan_document("one-city")
    with opened(house) as s:
        operation = register.create_operation(s, document("one-city"), house.person.id)
        scenario = store.keep(s, operation, plan, house.person.id)
    boss = account(house, "boss", (), "commander", operation)
    leader = account(house, "leader")
    with opened(house) as s:
        memberships.put_member(s, operation, leader.id, "leader", None, plan["teams"][0]["commander"])
        live(s, operation, scenario, house.person.id, boss.id, "requested", "approved")
    mine, other = plan["teams"][0]["units"][0], plan["teams"][1]["units"][0]
    client = house.client(leader)
    assert post(client, operation, one(unit=mine), part="/own")[0] == 422
    with opened(house) as s:
        approvals.decide(s, operation, "released", boss.id, "because", release_at=now(s))
    assert post(client, operation, one(unit=mine), part="/own")[0] == 200
    assert post(client, operation, one(unit=other), part="/own")[0] == 422
    theirs = one(unit=other)
    assert post(house.client(boss), operation, theirs)[0] == 200
    assert post(client, operation, one(unit=mine, corrects=theirs["id"]), part="/own")[1]["stored"] == []
    for told in ({"code": "override", "condition": "law", "note": "x"}, {"code": "no_show"}, {"code": "no_entry"}):
        status, answer = post(client, operation, one(unit=mine, **told), part="/own")
        assert status == 422 and answer["refused"][0]["faults"] == ["Your role may not report this."]
    assert post(client, operation, one(unit=mine))[0] == 404
    assert client.get(f"/operations/{operation}/reports").status_code == 404


@pytest.mark.usefixtures("strict")
def test_conditions_are_overridden_by_who_approves_alone(house: House) -> None:
    """A program is held to the same as the page of the board."""
    operation = key_of(house)
    boss, row = account(house, "boss", (), "commander", operation), one("override", "", condition="law", note="agreed")
    assert post(house.client(), operation, row)[0] == 422
    assert post(house.client(boss), operation, row)[1]["stored"] == [row["id"]]


def test_reports_are_in_a_backup(database: Database, database_url: str, tmp_path: Path) -> None:
    """A database that is restored has them."""
    with database.session() as s:
        operation = register.create_operation(s, document("tiny"))
        scenario = Scenario(read_operation(EXAMPLES / "tiny.json"))
        told = report(scenario, Random(1), "T01-1", "text", 3, note="dog in the yard")
        reports.put_reports(s, operation, [told], None)
    back_up(database, tmp_path / "backup", SECRET)
    restore(database_url, tmp_path / "backup", SECRET, onto="anything")
    with database.renewed().session() as s:
        (found,) = reports.reports_of(s, operation)
    assert (found.id, found.note, found.said) == (told.id, told.note, told.said)


def test_reports_go_with_their_operation_and_no_copy_has_them(house: House) -> None:
    """An operation that is erased takes them along."""
    operation, client = key_of(house), house.client()
    post(client, operation, one(), one(code="text", note="dog in the yard"))
    with opened(house) as s:
        copy = register.create_operation(s, register.document(s, operation) | {"id": "copy"}, house.person.id)
        assert reports.reports_of(s, copy) == []
        assert reports.last_report(s, operation) > 0
        erase(s, operation, house.person.id)
    with opened(house) as s:
        assert reports.last_report(s, operation) == 0


def test_a_night_out_of_order_is_stored_once(house: House) -> None:
    """Doubles and late ones included, each report is stored once, and the board depends on nothing else."""
    operation = key_of(house)
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    told = night(scenario, read_plan(EXAMPLES / "plans/one-city.json"), 4)
    with opened(house) as s:
        for part in disturbed(told, 5):
            reports.put_reports(s, operation, [part], None)
    with opened(house) as s:
        found = reports.reports_of(s, operation)
    assert {row.id for row in found} == {row.id for row in told}
    assert len(found) == len(told)
