"""What units and staff say afterwards: from phone and desk, once each, into page, PDF and workbook."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from models import reports as report_store
from planner.reports import Report
from tests.house import House, token
from tests.phones import PhoneCase, phone_case, row
from tests.test_rights import account, opened

pytestmark = pytest.mark.usefixtures("strict")


@pytest.fixture
def case(house: House) -> PhoneCase:
    """A small operation, released, with links."""
    made = phone_case(house)
    made.release()
    return made


def reviews(case: PhoneCase) -> list[Report]:
    """What was said afterwards, as it is stored."""
    return [one for one in case.reports() if one.code in ("went_well", "went_badly", "lesson")]


def own_of(phone: FlaskClient, base: str) -> Any:
    """What the phone is told of its unit."""
    told: Any = phone.get(f"{base}state").json
    return told["own"]


def test_a_unit_says_it_by_phone_once_it_is_debriefed(case: PhoneCase) -> None:
    """Sent twice it is stored once; the phone shows what the unit said, and nothing that others said."""
    phone = case.client()
    assert own_of(phone, case.base)["is_debriefed"] is False
    told = [
        row("debriefed"),
        row("went_well", note="Entry in nine seconds"),
        row("went_badly", note="Radio was silent"),
    ]
    for _ in range(2):
        answer: Any = phone.post(f"{case.base}reports", json={"reports": told}).json
        assert answer["refused"] == []
    assert [one.note for one in reviews(case)] == ["Entry in nine seconds", "Radio was silent"]
    own = own_of(phone, case.base)
    assert own["is_debriefed"] is True
    assert own["reviews"] == ["Went well: Entry in nine seconds", "Did not go well: Radio was silent"]
    other = case.house.app.test_client()
    base = f"/phone/{case.other.word}/"
    other.post(base, data={"number": case.other.pin})
    assert own_of(other, base)["reviews"] == []
    empty: Any = phone.post(f"{case.base}reports", json={"reports": [row("lesson")]}).json
    assert empty["stored"] == [] and empty["refused"][0]["faults"]


def test_the_desk_says_it_for_units_and_staff_with_who_is_responsible(case: PhoneCase) -> None:
    """Page, PDF and workbook have it, in both languages; what is withdrawn is in none of them."""
    client, base = case.house.client(), f"/operations/{case.operation}/after-action"
    form = {"csrf_token": token(client), "unit": case.link.unit, "went_well": "Good start"}
    form |= {"lesson": "Spare batteries", "owner": "Zhang San", "due": "2026-12-24"}
    assert client.post(f"{base}/review", data=form).status_code == 303
    staff = {"csrf_token": token(client), "unit": "", "went_badly": "Map was late"}
    assert client.post(f"{base}/review", data=staff).status_code == 303
    stored = reviews(case)
    assert [(one.unit, one.code, one.owner, one.due) for one in stored] == [
        (case.link.unit, "went_well", "", ""),
        (case.link.unit, "lesson", "Zhang San", "2026-12-24"),
        ("", "went_badly", "", ""),
    ]
    said = ("Good start", "Spare batteries", "Zhang San", "2026-12-24", "Map was late")
    for lang, word in (("en", "What will change"), ("zh", "改进措施")):
        page = client.get(base, query_string={"lang": lang}).text
        pdf = client.get(f"{base}/report.pdf").data
        text = "".join(one.extract_text() for one in PdfReader(BytesIO(pdf)).pages)
        book = load_workbook(BytesIO(client.get(f"{base}/report.xlsx").data))
        cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
        assert word in page and word in text
        for one in said:
            assert one in page and one in text and one in cells
    gone = {"csrf_token": token(client), "id": str(stored[2].id)}
    assert client.post(f"{base}/withdraw", data=gone).status_code == 303
    assert client.post(f"{base}/withdraw", data=gone).status_code == 404
    assert "Map was late" not in client.get(base).text
    assert len(reviews(case)) == 3


def test_what_cannot_be_stored_is_told_at_the_form(case: PhoneCase) -> None:
    """Nothing filled in, no such unit, no date; what was typed stays."""
    client, base = case.house.client(), f"/operations/{case.operation}/after-action"
    form = {"csrf_token": token(client), "unit": case.link.unit}
    for wrong in ({}, {"unit": "T99-9", "lesson": "Later"}, {"lesson": "Later", "due": "soon"}):
        answer = client.post(f"{base}/review", data=form | wrong)
        assert answer.status_code == 422
        assert wrong.get("lesson", "") in answer.text
    assert reviews(case) == []


def test_only_who_reports_says_it(case: PhoneCase) -> None:
    """A team leader has the own squads' reports; the whole report is not there for such a role."""
    client = case.house.client(account(case.house, "leader", (), "leader", case.operation))
    base = f"/operations/{case.operation}/after-action"
    assert client.get(base).status_code == 404
    answer = client.post(f"{base}/review", data={"csrf_token": token(client), "lesson": "x"})
    assert answer.status_code == 404
    with opened(case.house) as s:
        assert report_store.reports_of(s, case.operation) == []


def test_it_is_no_word_of_how_far_the_unit_is(case: PhoneCase) -> None:
    """A lesson of the next day is not the last time that something was heard from the squad."""
    client, base = case.house.client(), f"/operations/{case.operation}/after-action"
    client.post(f"{base}/review", data={"csrf_token": token(client), "unit": case.link.unit, "lesson": "Later"})
    board = client.get(f"/operations/{case.operation}/board")
    assert board.status_code == 200
    assert "0 min ago" not in board.text
