"""Decisions of command: two people, a reason, what has to hold before "go", and who has acknowledged."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from models import approvals
from models import command_decisions as store
from models.database import now
from models.exercises import ExerciseClock, begin_exercise, operation_now
from models.notes import working_plan
from models.reports import put_reports, reports_of
from models.right_tables import Role
from planner.reports import Report
from tests.house import House, token
from tests.phones import PhoneCase, phone_case, row
from tests.test_rights import account, opened
from web.access import Person
from web.commands import heard_by

pytestmark = pytest.mark.usefixtures("strict")


@pytest.fixture
def case(house: House) -> PhoneCase:
    """A small operation, approved and released, with links of two squads."""
    made = phone_case(house)
    made.release()
    return made


def base(case: PhoneCase) -> str:
    """The page of decisions."""
    return f"/operations/{case.operation}/decisions"


def post(client: FlaskClient, address: str, **form: Any) -> Any:
    """The answer to a form of the page."""
    return client.post(address, data={"csrf_token": token(client), **form})


def member(case: PhoneCase, name: str, role: Role) -> FlaskClient:
    """Somebody else with a role in the operation."""
    one: Person = account(case.house, name, (), role, case.operation)
    return case.house.client(one)


def keys(case: PhoneCase) -> list[int]:
    """The decisions, the first one first."""
    with opened(case.house) as s:
        return [one.key for one in store.decisions_of(s, case.operation)]


def held(case: PhoneCase) -> str:
    """The kind of the decision in force; "" before the first one."""
    with opened(case.house) as s:
        one = store.in_force(s, case.operation)
    return one.kind if one is not None else ""


def test_two_people_of_whom_one_commands(case: PhoneCase) -> None:
    """Who took a decision does not confirm it; two planners are not enough; withdrawn it holds never."""
    planner, other, boss = case.house.client(), member(case, "other", "planner"), member(case, "chief", "commander")
    assert post(planner, base(case), kind="hold", reason="fog").status_code == 303
    (key,) = keys(case)
    assert post(planner, f"{base(case)}/{key}/confirm").status_code == 409
    assert post(other, f"{base(case)}/{key}/confirm").status_code == 409
    assert held(case) == ""
    assert post(boss, f"{base(case)}/{key}/confirm").status_code == 303
    assert held(case) == "hold"
    assert post(boss, f"{base(case)}/{key}/confirm").status_code == 409
    assert post(boss, base(case), kind="abort", reason="compromised").status_code == 303
    assert post(other, f"{base(case)}/{keys(case)[1]}/confirm").status_code == 303
    assert held(case) == "abort"
    assert post(planner, base(case), kind="hold", reason="again").status_code == 303
    assert post(other, f"{base(case)}/{keys(case)[2]}/withdraw").status_code == 303
    assert held(case) == "abort"


def test_what_is_missing_is_said_and_what_was_typed_stays(case: PhoneCase) -> None:
    """A reason always, minutes where H comes later; nothing is decided."""
    client = case.house.client()
    answer = post(client, base(case), kind="later", reason="", information="patrol at the door")
    assert answer.status_code == 422 and "patrol at the door" in answer.text
    assert "Give the reason." in answer.text and "by how many minutes" in answer.text
    assert post(client, base(case), kind="nonsense", reason="x").status_code == 422
    assert keys(case) == []
    assert post(client, base(case), kind="later", reason="fog", minutes="30", risk="low").status_code == 303
    page = client.get(base(case)).text
    assert "fog" in page and "low" in page and "+30" in page


def test_go_needs_every_condition_met_or_overridden(case: PhoneCase) -> None:
    """The table of the board decides; what lacks is named."""
    planner, boss = case.house.client(), member(case, "chief", "commander")
    assert post(planner, base(case), kind="go", reason="all set").status_code == 303
    (key,) = keys(case)
    refused = post(boss, f"{base(case)}/{key}/confirm")
    assert refused.status_code == 409 and "Squads in position T01" in refused.text
    page = boss.get(f"/operations/{case.operation}/board").text
    conditions = [part.split('"')[0] for part in page.split('name="reason ')[1:]]
    assert conditions
    for one in conditions:
        said = post(
            boss, f"/operations/{case.operation}/board/override", condition=one, **{f"reason {one}": "seen by me"}
        )
        assert said.status_code in (200, 303)
    assert post(boss, f"{base(case)}/{key}/confirm").status_code == 303
    assert held(case) == "go"


def test_the_board_shows_what_is_in_force_and_what_waits(case: PhoneCase) -> None:
    """Who asks again with the tag of before gets the board anew once something was decided."""
    planner, boss = case.house.client(), member(case, "chief", "commander")
    address = f"/operations/{case.operation}/board/state"
    before = planner.get(address)
    assert "In force" not in before.text
    post(planner, base(case), kind="hold", reason="fog")
    waiting = planner.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert waiting.status_code == 200 and "1 decision waits for a second person." in waiting.text
    post(boss, f"{base(case)}/{keys(case)[0]}/confirm")
    after = planner.get(address, headers={"If-None-Match": waiting.headers["ETag"]})
    assert "In force: Hold" in after.text and "waits for a second person" not in after.text


def test_the_overview_leads_to_all_of_a_running_operation(case: PhoneCase) -> None:
    """Board, decisions, phones, after-action report: one click each."""
    page = case.house.client().get(f"/operations/{case.operation}/").text
    for there in ("board", "decisions", "phones", "after-action"):
        assert f'href="/operations/{case.operation}/{there}"' in page


def test_a_phone_shows_the_decision_and_its_unit_acknowledges_it(case: PhoneCase) -> None:
    """The page counts who has heard it."""
    planner, boss, phone = case.house.client(), member(case, "chief", "commander"), case.client()
    assert phone.get(f"{case.base}state").get_json()["own"]["command"] is None
    post(planner, base(case), kind="hold", reason="fog")
    assert phone.get(f"{case.base}state").get_json()["own"]["command"] is None
    post(boss, f"{base(case)}/{keys(case)[0]}/confirm")
    told = phone.get(f"{case.base}state").get_json()["own"]["command"]
    assert told["word"] == "Hold" and not told["is_heard"]
    sent = phone.post(f"{case.base}reports", json={"reports": [row("heard", condition=told["condition"])]})
    assert sent.get_json()["refused"] == []
    assert phone.get(f"{case.base}state").get_json()["own"]["command"]["is_heard"]
    assert "Acknowledged by 1 of" in planner.get(base(case)).text


def test_who_sees_the_operation_alone_decides_nothing(case: PhoneCase) -> None:
    """A narrow role finds no such page."""
    leader = member(case, "leader", "custody")
    assert leader.get(base(case)).status_code == 404
    assert post(leader, base(case), kind="go", reason="x").status_code == 404


def test_the_after_action_report_has_the_decisions_with_their_grounds(case: PhoneCase) -> None:
    """Who took and who confirmed it, and why."""
    planner, boss = case.house.client(), member(case, "chief", "commander")
    post(planner, base(case), kind="hold", reason="fog on the road", powers="order 7")
    report = f"/operations/{case.operation}/after-action"
    assert "fog on the road" not in planner.get(report).text
    post(boss, f"{base(case)}/{keys(case)[0]}/confirm")
    page = planner.get(report).text
    assert "fog on the road" in page and "order 7" in page and "Chief" in page


def test_a_closed_operation_decides_nothing(case: PhoneCase) -> None:
    """What waited stays as it was."""
    planner, boss = case.house.client(), member(case, "chief", "commander")
    post(planner, base(case), kind="hold", reason="fog")
    (key,) = keys(case)
    with opened(case.house) as s:
        approvals.decide(s, case.operation, "closed", case.house.person.id, "over")
    for address in (base(case), f"{base(case)}/{key}/confirm", f"{base(case)}/{key}/withdraw"):
        assert post(boss, address, kind="hold", reason="x").status_code == 409
    assert held(case) == ""
    page = planner.get(base(case)).text
    assert "waits for a second person" in page and "/confirm" not in page


def test_an_exercise_decides_by_its_own_clock(case: PhoneCase) -> None:
    """Reports and decisions are compared by one clock: only what is said afterwards acknowledges."""
    with opened(case.house) as s:
        working, moment = working_plan(s, case.operation), now(s)
        assert working is not None
        clock = ExerciseClock(1, 1.0, moment + timedelta(days=2), moment, None)
        copy, _ = begin_exercise(s, case.operation, working, clock, case.house.person.id)

        def go(unit: str) -> None:
            at = operation_now(s, copy)
            put_reports(s, copy, [Report(id=uuid4(), unit=unit, code="go", said=at, received=at)], None)

        go("T01-1")
        key = store.take(s, copy, store.CommandDecision("go", "all set"), case.house.person.id)
        store.confirm(s, copy, key, case.commander)
        go("T01-2")
        decided = store.in_force(s, copy)
        assert decided is not None
        assert heard_by(decided, reports_of(s, copy)) == {"T01-2"}


def test_a_reason_has_a_bound(case: PhoneCase) -> None:
    """Also where no browser holds it."""
    answer = post(case.house.client(), base(case), kind="hold", reason="x" * 2001)
    assert answer.status_code == 422 and keys(case) == []


def test_after_h_the_board_shows_what_a_go_that_was_put_off_still_lacks(
    case: PhoneCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody could override it; without such a decision the table is of no use any more."""
    monkeypatch.setattr("models.exercises.now", lambda session: now(session) + timedelta(hours=1))
    planner, boss = case.house.client(), member(case, "chief", "commander")
    board = f"/operations/{case.operation}/board"
    assert "Go / no-go" not in boss.get(board).text
    post(planner, base(case), kind="hold", reason="fog")
    post(boss, f"{base(case)}/{keys(case)[0]}/confirm")
    assert 'name="reason set:T01"' in boss.get(board).text
