"""The API: tokens, what they open, and a way through it from an operation to the documents of its plan."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from models import api_tokens, memberships, right_tables, users
from models import plans as store
from models.database import now, write_transaction
from models.log_reading import LogFilter, entries
from tests.api_tokens import bearer, opened
from tests.house import House, token
from tests.parcels import finish_parcels
from tests.stored_plans import document, loaded, plan_document
from web.login_throttle import ADDRESS_FREE

pytestmark = pytest.mark.usefixtures("strict")
ROOT = "/api/v1/operations"
ADMINISTRATOR: tuple[users.SystemRole, ...] = ("administrator",)
AGENCY = {"id": "A-NEW", "name": "New agency", "level": "city", "cities": ["C01"]}


class Program:
    """A program that asks the API with a token."""

    def __init__(self, house: House, **narrowed: Any) -> None:
        self.client, self.headers = house.app.test_client(), bearer(house, **narrowed)

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> TestResponse:
        """The answer; everything that goes wrong comes in one form."""
        more = {"json": sent} if sent is not None else {}
        answer = self.client.open(path, method=method, headers={**self.headers, **headers}, **more)
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            assert answer.get_json()["status"] == answer.status_code
        assert "Set-Cookie" not in answer.headers
        return answer


@pytest.fixture
def operation(house: House) -> int:
    """An operation of the house's person."""
    return loaded(house, document("one-city"))


def test_a_token_is_stored_as_its_hash_and_shown_once(house: House) -> None:
    """The page shows it when it is made and never again; the table holds neither it nor more than its first signs."""
    client, page = house.client(), "/account/tokens"
    sent = {"csrf_token": token(client), "name": "Map wall", "days": "30", "which": "all"}
    assert client.post(page, data={**sent, "days": "0"}).status_code == 422
    assert client.post(page, data={**sent, "name": ""}).status_code == 422
    assert client.post(page, data={**sent, "which": "some", "operations": "999"}).status_code == 422
    made = client.post(page, data=sent)
    assert made.status_code == 200
    word = made.text.partition("<code>hhour_")[2].partition("<")[0]
    assert len(word) == 43
    with opened(house) as s:
        (row,) = s.execute(select(right_tables.api_tokens)).mappings().all()
    assert row["hash"] == api_tokens.hash_of(f"hhour_{word}") and row["prefix"] == f"hhour_{word[:6]}"
    assert word not in json.dumps(dict(row), default=str)
    again = client.get(page).text
    assert word not in again and row["prefix"] in again
    asked = house.app.test_client().get(f"{ROOT}/", headers={"Authorization": f"Bearer hhour_{word}"})
    assert asked.status_code == 200
    client.post(f"{page}/revoke", data={"csrf_token": sent["csrf_token"], "token": row["key"]})
    asked = house.app.test_client().get(f"{ROOT}/", headers={"Authorization": f"Bearer hhour_{word}"})
    assert asked.status_code == 401
    with opened(house) as s:
        told = [one.action for one in entries(s, LogFilter(house.person.id), 10)]
    assert [one for one in told if one.startswith("token")] == ["token revoked", "token created"]


def test_nobody_revokes_the_token_of_another(house: House) -> None:
    """Its number in another's form does nothing; an administrator ends them all."""
    program, other = Program(house), house.another("other")
    with opened(house) as s:
        (key,) = s.scalars(select(right_tables.api_tokens.c.key))
    client = house.client(other)
    client.post("/account/tokens/revoke", data={"csrf_token": token(client), "token": str(key)})
    assert program.ask("GET", f"{ROOT}/").status_code == 200
    client = house.client()
    client.post(f"/accounts/{house.person.id}", data={"csrf_token": token(client), "do": "tokens"})
    assert program.ask("GET", f"{ROOT}/").status_code == 401


@pytest.mark.parametrize("how", ["ended", "password", "disabled"])
def test_a_token_ends(house: House, how: str) -> None:
    """On its day, with a new password of its owner, and when the account is disabled."""
    program = Program(house)
    assert program.ask("GET", f"{ROOT}/").status_code == 200
    with opened(house) as s:
        if how == "ended":
            past = now(s) - timedelta(seconds=1)
            write_transaction(s).execute(update(right_tables.api_tokens).values(ends_at=past))
        elif how == "password":
            users.set_password(s, house.person.id, "another hash")
        else:
            users.add(s, "second", "hash", roles=ADMINISTRATOR)
            users.set_disabled(s, house.person.id, is_disabled=True)
    answer = program.ask("GET", f"{ROOT}/")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_page_goes_on_after_its_cookie_asked_the_api(house: House, operation: int) -> None:
    """Who follows a link to the API in a browser is refused there, and is signed in as before."""
    client = house.client()
    assert client.get(f"/api/v1/operations/{operation}").status_code == 401
    assert client.get(f"/operations/{operation}/").status_code == 200


def test_a_cookie_opens_no_api_and_a_token_no_page(house: House, operation: int) -> None:
    """Each has its own way in."""
    assert house.client().get(f"{ROOT}/{operation}").status_code == 401
    page = house.app.test_client().get(f"/operations/{operation}/", headers=bearer(house) | {"Accept": "text/html"})
    assert page.status_code == 302 and page.headers["Location"].startswith("/login")
    assert house.client().get("/api/nothing").status_code == 401


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(house: House) -> None:
    """After so many wrong words an address waits; a valid token from there goes on."""
    client, program = house.app.test_client(), Program(house)
    wrong = {"Authorization": "Bearer hhour_wrong"}
    told = [client.get(f"{ROOT}/", headers=wrong).status_code for _ in range(ADDRESS_FREE + 3)]
    assert told[0] == 401 and told[-1] == 429
    answer = client.get(f"{ROOT}/", headers=wrong)
    assert int(answer.headers["Retry-After"]) >= 1 and answer.mimetype == "application/problem+json"
    assert program.ask("GET", f"{ROOT}/").status_code == 200


def test_a_token_is_narrowed(house: House, operation: int) -> None:
    """Read only, it changes nothing; for one operation, it finds no other."""
    other = loaded(house, document("tiny"))
    reader, narrow = Program(house, is_read_only=True), Program(house, operations=[other])
    assert reader.ask("POST", f"{ROOT}/{operation}/tables/agencies", AGENCY).status_code == 403
    assert reader.ask("POST", f"{ROOT}/{operation}/scenarios/", {"limit": {"seconds": 1}}).status_code == 403
    assert reader.ask("GET", f"{ROOT}/{operation}").status_code == 200
    assert narrow.ask("GET", f"{ROOT}/{operation}").status_code == 404
    assert [one["operation"] for one in narrow.ask("GET", f"{ROOT}/").get_json()["operations"]] == [other]
    assert len(reader.ask("GET", f"{ROOT}/").get_json()["operations"]) == 2


def test_a_narrow_role_sees_its_own_part_alone(house: House, operation: int) -> None:
    """What is a page of its own part for a role is that for its programs: when, and later what."""
    other = house.another("leader")
    with opened(house) as s:
        memberships.put_member(
            s, operation, other.id, "leader", house.person.id, document("one-city")["officers"][0]["id"]
        )
    program = Program(house, somebody=other)
    assert program.ask("GET", f"{ROOT}/{operation}").status_code == 404
    assert program.ask("GET", f"{ROOT}/").get_json() == {"total": 0, "operations": []}
    (listed,) = program.ask("GET", "/api/v1/own/").get_json()["operations"]
    assert (listed["operation"], listed["roles"]) == (operation, ["leader"])
    assert document("one-city")["name"] not in str(listed)
    found = program.ask("GET", f"{ROOT}/{operation}/own").get_json()
    assert found["release_at"] is None and found["parts"][0]["documents"] == [] and not found["is_released"]
    assert program.ask("GET", f"{ROOT}/{operation}/own/leader/sheets.pdf").status_code == 404
    other_token = Program(house, somebody=other, operations=[operation + 1])
    assert other_token.ask("GET", f"{ROOT}/{operation}/own").status_code == 404
    assert other_token.ask("GET", "/api/v1/own/").get_json()["total"] == 0
    assert Program(house).ask("GET", f"{ROOT}/{operation}/own").status_code == 403


def test_an_operation_is_read_whole_and_by_tables(house: House, operation: int) -> None:
    """The document is that of the file; ETag is its revision; tables come in pages; secrets are not listed."""
    program = Program(house, is_read_only=True)
    answer = program.ask("GET", f"{ROOT}/{operation}")
    assert answer.get_json()["schema"] == "arrest-operation/1"
    assert answer.headers["ETag"] == '"1"'
    officers = document("one-city")["officers"]
    first = program.ask("GET", f"{ROOT}/{operation}/tables/officers?limit=2").get_json()
    assert first["total"] == len(officers) and [one["key"] for one in first["rows"]] == [o["id"] for o in officers[:2]]
    second = program.ask("GET", f"{ROOT}/{operation}/tables/officers?skip=2&limit=1").get_json()
    assert second["rows"][0]["key"] == officers[2]["id"]
    assert program.ask("GET", f"{ROOT}/{operation}/tables/officers?limit=0").status_code == 400
    assert program.ask("GET", f"{ROOT}/{operation}/tables/nothing").status_code == 404
    with opened(house) as s:
        pages = {one.page for one in entries(s, LogFilter(house.person.id, operation=operation), 20)}
    assert "api_operations.rows" in pages
    suspect = document("one-city")["suspects"][0]["id"]
    program.ask("GET", f"{ROOT}/{operation}/tables/suspects/row?key={suspect}")
    with opened(house) as s:
        wanted = LogFilter(operation=operation, thing=("suspects", suspect))
        assert [one.page for one in entries(s, wanted, 9)] == ["api_operations.row"]


def test_a_row_is_added_changed_and_removed(house: House, operation: int) -> None:
    """Every fault is told at once; a change needs the revision that was read, and 412 tells the row as it is."""
    program, table = Program(house), f"{ROOT}/{operation}/tables/agencies"
    wrong = program.ask("POST", table, {"id": "A-NEW", "name": "", "level": "country", "cities": "C01"})
    assert wrong.status_code == 422 and len(wrong.get_json()["errors"]) == 3
    made = program.ask("POST", table, AGENCY)
    assert made.status_code == 201 and made.get_json()["key"] == "A-NEW"
    assert program.ask("POST", table, AGENCY | {"name": "Other"}).status_code == 409
    row, tag = f"{table}/row?key=A-NEW", made.headers["ETag"]
    assert program.ask("PATCH", row, {"name": "Renamed"}).status_code == 428
    assert program.ask("PATCH", row, {"id": "A-OTHER"}, **{"If-Match": tag}).status_code == 422
    changed = program.ask("PATCH", row, {"name": "Renamed"}, **{"If-Match": tag})
    assert changed.status_code == 200 and changed.get_json()["row"]["name"] == "Renamed"
    stale = program.ask("PATCH", row, {"name": "Again"}, **{"If-Match": tag})
    assert stale.status_code == 412 and stale.get_json()["rows"][0]["row"]["name"] == "Renamed"
    assert program.ask("DELETE", row, **{"If-Match": tag}).status_code == 412
    assert program.ask("DELETE", row, **{"If-Match": changed.headers["ETag"]}).status_code == 204
    assert program.ask("GET", row).status_code == 404


def test_a_row_that_others_depend_on_stays(house: House, operation: int) -> None:
    """The answer names what depends on it."""
    program = Program(house)
    agency = document("one-city")["agencies"][0]["id"]
    row = f"{ROOT}/{operation}/tables/agencies/row?key={agency}"
    tag = program.ask("GET", row).headers["ETag"]
    answer = program.ask("DELETE", row, **{"If-Match": tag})
    assert answer.status_code == 409
    assert {one["table"] for one in answer.get_json()["rows"]} >= {"officers"}


def test_a_plan_is_asked_for_and_followed(house: House, operation: int) -> None:
    """It waits; its progress and edits are told; requests that make no sense are refused."""
    program, address = Program(house), f"{ROOT}/{operation}/scenarios/"
    for sent in (
        {},
        {"limit": {"seconds": 0}},
        {"limit": {"seconds": 1, "work": 1}},
        {"limit": {"seconds": 1}, "x": 1},
    ):
        assert program.ask("POST", address, sent).status_code == 400
    assert program.ask("POST", address, {"limit": {"seconds": 1}, "edits": []}).status_code == 202
    with opened(house) as s:
        parent = store.keep(s, operation, plan_document("one-city"), house.person.id, "Kept")
    officer = document("one-city")["officers"][0]["id"]
    sent = {"limit": {"work": 10, "seed": 1}, "parent": parent, "edits": [{"table": "officers", "drop": officer}]}
    assert program.ask("POST", address, sent | {"edits": [{"table": "x", "drop": "y"}, {}]}).status_code == 422
    assert program.ask("POST", address, sent | {"parent": 999}).status_code == 404
    made = program.ask("POST", address, sent)
    assert made.status_code == 202
    found = program.ask("GET", made.headers["Location"]).get_json()
    assert found["edits"] == sent["edits"] and found["parent"] == parent
    progress = program.ask("GET", f"{made.headers['Location']}/progress").get_json()
    assert progress["status"] == "waiting" and not progress["is_made"]
    assert [one["scenario"] for one in program.ask("GET", f"{ROOT}/{operation}/plans/").get_json()["scenarios"]] == [
        parent
    ]


def plan_of(house: House, operation: int) -> str:
    """Where a stored plan of the operation is."""
    with opened(house) as s:
        return f"{ROOT}/{operation}/plans/{store.keep(s, operation, plan_document('one-city'), house.person.id, '')}"


def test_files_of_a_plan_are_handed_out(house: House, operation: int) -> None:
    """The plan as JSON, tables, documents and exports; what does not exist is refused."""
    program, plan = Program(house, is_read_only=True), plan_of(house, operation)
    assert program.ask("GET", plan).get_json()["schema"] == "arrest-plan/1"
    assert program.ask("GET", f"{plan}/tables.xlsx").data[:2] == b"PK"
    assert program.ask("GET", f"{plan}/documents.xlsx?paper=contacts").data[:2] == b"PK"
    assert program.ask("GET", f"{plan}/exports/gpx").status_code == 200
    assert program.ask("GET", f"{plan}/documents.pdf").status_code == 422
    assert program.ask("GET", f"{plan}/documents.pdf?paper=contacts&for=nobody").status_code == 422
    assert program.ask("GET", f"{plan}/exports/nothing").status_code == 404
    assert program.ask("GET", f"{ROOT}/{operation}/plans/999").status_code == 404


def test_copies_are_numbered_printed_looked_up_and_withdrawn(house: House, operation: int) -> None:
    """As on the pages; a token that only reads numbers none, and nobody else finds a code."""
    program, plan = Program(house), plan_of(house, operation)
    wish = {"documents": ["contacts"], "holders": ["Commander", "Archive"]}
    assert Program(house, is_read_only=True).ask("POST", f"{plan}/copies", wish).status_code == 403
    for wrong in ({}, {"documents": ["nothing"]}, {"documents": "contacts"}, wish | {"more": 1}):
        assert program.ask("POST", f"{plan}/copies", wrong).status_code == 400
    assert program.ask("POST", f"{plan}/copies", wish | {"holders": ["x" * 100]}).status_code == 422
    made = program.ask("POST", f"{plan}/copies", wish)
    assert made.status_code == 201
    assert [(one["number"], one["holder"]) for one in made.get_json()["copies"]] == [(1, "Commander"), (2, "Archive")]
    assert program.ask("GET", made.headers["Location"]).data.startswith(b"%PDF")
    code = made.get_json()["copies"][1]["code"]
    assert program.ask("GET", f"/api/v1/copies/{code}").get_json()["state"] == "unapproved"
    gone = program.ask("POST", f"{ROOT}/{operation}/copies/withdrawn", {"numbers": [2, 99]})
    assert gone.get_json() == {"withdrawn": 1}
    assert program.ask("POST", f"{ROOT}/{operation}/copies/withdrawn", {"numbers": ["2"]}).status_code == 400
    assert program.ask("GET", f"/api/v1/copies/{code}").get_json()["state"] == "withdrawn"
    assert program.ask("GET", f"{ROOT}/{operation}/copies/?skip=1").get_json()["copies"][0]["number"] == 2
    stranger = Program(house, somebody=house.another("stranger"))
    assert stranger.ask("GET", f"/api/v1/copies/{code}").status_code == 404
    assert program.ask("GET", "/api/v1/copies/nothing").status_code == 404


def test_many_documents_are_asked_for_and_fetched_by_who_asked(house: House, operation: int) -> None:
    """In the background, as on the pages; it is nobody else's, and gone once it is stopped."""
    program, plan = Program(house), plan_of(house, operation)
    for wrong in ({}, {"documents": ["contacts"], "form": "exe"}, {"documents": ["nothing"]}):
        assert program.ask("POST", f"{plan}/parcels", wrong).status_code == 400
    assert program.ask("POST", f"{plan}/parcels", {"documents": ["contacts"], "readers": ["nobody"]}).status_code == 422
    asked = program.ask("POST", f"{plan}/parcels", {"documents": ["contacts"], "form": "pdf"})
    assert asked.status_code == 202
    finish_parcels()
    address = asked.headers["Location"]
    assert program.ask("GET", address).get_json()["is_ready"]
    assert program.ask("GET", f"{address}/file").data.startswith(b"%PDF")
    other = house.another("other")
    with opened(house) as s:
        memberships.put_member(s, operation, other.id, "planner")
    assert Program(house, somebody=other).ask("GET", f"{address}/file").status_code == 404
    assert program.ask("DELETE", address).status_code == 204
    assert program.ask("GET", address).status_code == 404


def test_numbered_copies_are_made_in_the_background_too(house: House, operation: int) -> None:
    """From one number to another; others than those that are there are not found, and nonsense is told."""
    program, plan = Program(house), plan_of(house, operation)
    made = program.ask("POST", f"{plan}/copies", {"documents": ["contacts"], "holders": ["Commander", "Archive"]})
    first, last = (one["number"] for one in made.get_json()["copies"])
    address = f"{ROOT}/{operation}/copies/parcels"
    for wrong in ({}, {"first": first}, {"first": "1", "last": 2}, {"first": 1, "last": 2, "more": 3}):
        assert program.ask("POST", address, wrong).status_code == 400
    assert program.ask("POST", address, {"first": 900, "last": 901}).status_code == 404
    asked = program.ask("POST", address, {"first": first, "last": last})
    assert asked.status_code == 202 and asked.get_json()["documents"] == ["contacts"]
    finish_parcels()
    file = program.ask("GET", f"{asked.headers['Location']}/file")
    assert file.data.startswith(b"%PDF")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    assert "Commander" in text and "Archive" in text
    stranger = Program(house, somebody=house.another("stranger"))
    assert stranger.ask("POST", address, {"first": first, "last": last}).status_code == 404


def test_problems_are_in_the_language_of_the_asker(house: House) -> None:
    """Accept-Language chooses."""
    answer = Program(house).ask("GET", f"{ROOT}/999", **{"Accept-Language": "zh"})
    assert any("\u4e00" <= sign <= "\u9fff" for sign in answer.get_json()["detail"])


def test_the_document_names_every_route(house: House) -> None:
    """Each route of the API stands in it, and on the page that shows it, in both languages."""
    program = Program(house)
    told = program.ask("GET", "/api/v1/openapi.json").get_json()
    routes = {
        (method, rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"))
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {
        (method.upper(), path) for path, all_ in told["paths"].items() for method in all_ if method != "parameters"
    } == routes
    for lang in ("en", "zh"):
        page = house.client().get(f"/help/api?lang={lang}").text
        assert all(f"<code>{method} {path}</code>" in page for method, path in routes)
