"""Narrow roles: each finds its own part and nothing else; no output holds a name or an address out of its reach."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from models import approvals, memberships, register
from models import plans as store
from models.database import now
from models.events import EventFilter, num_events
from models.right_tables import Role
from planner.edits import Edit
from planner.files import parse_operation, parse_plan
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.scenario import Scenario
from tests.api_tokens import bearer
from tests.house import House, token
from tests.lives import live
from tests.stored_plans import document, plan_document
from tests.test_rights import account, is_of_api, opened, routes
from web.rights import NARROW

pytestmark = pytest.mark.usefixtures("strict")
NAME = "3-02-roads"
TRIED_BEFORE = ("liaison", "leader")
"""Before the release the others have no document at all, as the leader."""


@dataclass(frozen=True)
class Case:
    """An operation whose plan is approved, with an account for each narrow role."""

    house: House
    operation: int
    scenario: int
    commander: int
    people: dict[Role, FlaskClient]
    tokens: dict[Role, dict[str, str]]
    agency: str

    @property
    def own(self) -> str:
        """The page of the own part."""
        return f"/operations/{self.operation}/own"

    def release(self, in_minutes: int = 0) -> None:
        """The plan is released to teams."""
        with opened(self.house) as s:
            at = now(s) + timedelta(minutes=in_minutes)
            approvals.decide(s, self.operation, "released", self.commander, "because", release_at=at)


@pytest.fixture
def case(house: House) -> Case:
    """The reference operation, approved and not released; the leader leads the first team."""
    plan = plan_document(NAME)
    with opened(house) as s:
        operation = register.create_operation(s, document(NAME), house.person.id)
        scenario = store.keep(s, operation, plan, house.person.id)
    boss = account(house, "boss", (), "commander", operation)
    with opened(house) as s:
        live(s, operation, scenario, house.person.id, boss.id, "requested", "approved")
    agency = next(one["id"] for one in document(NAME)["agencies"] if 0 < len(one["cities"]) < 4)
    ties = {"liaison": agency, "leader": plan["teams"][0]["commander"]}
    people, tokens = {}, {}
    for role in NARROW:
        one = account(house, role)
        with opened(house) as s:
            memberships.put_member(s, operation, one.id, role, None, ties.get(role, ""))
        people[role], tokens[role] = house.client(one), bearer(house, one)
    return Case(house, operation, scenario, boss.id, people, tokens, agency)


def text_of(content: bytes) -> str:
    """The text of a PDF file, or of a page."""
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode(errors="replace")


def outputs(case: Case, role: Role) -> Iterator[tuple[str, str]]:
    """Address and text of every answer that a role gets: of each route by guessing, and of the own documents.

    Of the API too, with a token of its own.
    """
    client, program, headers = case.people[role], case.house.app.test_client(), case.tokens[role]
    for rule, _ in routes(case.house):
        if "GET" in (rule.methods or ()):
            values: dict[str, Any] = dict.fromkeys(rule.arguments, 1)
            known = {"operation": case.operation, "scenario": case.scenario, "table": "suspects", "form": "pdf"}
            built = rule.build(values | {k: v for k, v in known.items() if k in values}, append_unknown=False)
            assert built is not None
            answer = program.get(built[1], headers=headers) if is_of_api(rule) else client.get(built[1])
            yield built[1], text_of(answer.data)
    told = program.get(f"/api/v1{case.own}", headers=headers)
    assert told.status_code == 200
    for name in told.get_json()["parts"][0]["documents"]:
        answer = program.get(f"/api/v1{case.own}/{role}/{name}.pdf", headers=headers)
        assert answer.status_code == 200, name
        yield answer.request.path, text_of(answer.data)
    page = client.get(case.own)
    assert page.status_code == 200
    for address in re.findall(rf'href="({case.own}/[^"]+)"', page.text):
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, text_of(answer.data)


def team_sites() -> set[str]:
    """The sites that the first team raids."""
    plan = plan_document(NAME)
    units = set(plan["teams"][0]["units"])
    stops = (stop for unit in plan["units"] if unit["id"] in units for stop in unit["stops"])
    return {stop["place"] for stop in stops if stop["task"] == "raid"}


def city_sites(agency: str) -> set[str]:
    """The sites in the agency's cities."""
    cities = next(one["cities"] for one in document(NAME)["agencies"] if one["id"] == agency)
    return {site["id"] for site in document(NAME)["sites"] if site["city"] in cities}


def secrets(sites: set[str], suspects: set[str], *, warrants: bool) -> set[str]:
    """Addresses of other sites, names of people at other sites, and warrant numbers; but what is part of the own."""
    data = document(NAME)
    addresses = {site["address"] for site in data["sites"] if site["id"] not in sites}
    names = {one["name"] for one in data["suspects"] if one["site"] not in suspects}
    numbers = {
        one["warrant"]["number"]
        for one in data["suspects"]
        if one.get("warrant") and (not warrants or one["site"] not in suspects)
    }
    officers = {one["name"] for one in data["officers"]}
    own = [one["name"] for one in data["suspects"] if one["site"] in suspects]
    own += [site["address"] for site in data["sites"] if site["id"] in sites]
    return {word for word in addresses | names | numbers if word not in officers and not any(word in o for o in own)}


def officers_alone(*, in_letters: bool) -> set[str]:
    """Names of officers that are of no suspect and in no address, nor in a letter: law is about those."""
    data = document(NAME)
    others = [one["name"] for one in data["suspects"]] + [site["address"] for site in data["sites"]]
    if in_letters:
        source = PaperSource(Scenario(parse_operation(data)), parse_plan(plan_document(NAME)), "zh")
        tables = [table for sheet in source.sheets(PAPERS["cooperation"]) for table in sheet.tables]
        others += [cell for table in tables for row in table.rows for cell in row]
    return {one["name"] for one in data["officers"] if not any(one["name"] in other for other in others)}


def out_of_reach(case: Case, role: Role, *, is_released: bool) -> set[str]:
    """What the role must not find anywhere."""
    every = {site["id"] for site in document(NAME)["sites"]}
    if role == "liaison":
        mine = city_sites(case.agency)
        return secrets(mine, mine if is_released else set(), warrants=False)
    if role == "legal":
        return officers_alone(in_letters=is_released)
    if not is_released:
        return secrets(set(), set(), warrants=False)
    sites, suspects, warrants = {
        "leader": (team_sites(), team_sites(), True),
        "custody": (set[str](), every, True),
        "interviews": (set[str](), every, False),
    }.get(role, (every, set[str](), False))
    return secrets(sites, suspects, warrants=warrants)


@pytest.mark.parametrize(
    ("role", "is_released"),
    [
        pytest.param(role, is_released, id=f"{role}-{'after' if is_released else 'before'}", marks=marks)
        for role in NARROW
        for is_released in (True, False)
        for marks in [() if is_released or role in TRIED_BEFORE else pytest.mark.slow]
    ],
)
def test_no_output_holds_what_is_out_of_reach(case: Case, role: Role, is_released: bool) -> None:
    """Every page, file and document that a narrow role gets is searched for names, addresses and warrant numbers."""
    if is_released:
        case.release()
    forbidden = out_of_reach(case, role, is_released=is_released)
    assert len(forbidden) > 20
    num = 0
    for address, text in outputs(case, role):
        flat, num = "".join(text.split()), num + 1
        assert not [word for word in forbidden if "".join(word.split()) in flat], address
    has_documents = is_released or role == "liaison"
    assert (f"{case.own}/" in case.people[role].get(case.own).text) == has_documents
    assert num > 50


def test_a_leader_sees_when_and_then_what(case: Case) -> None:
    """Until the hour of the release the page says when; guessing the address of a document finds nothing."""
    client = case.people["leader"]
    sheet = f"{case.own}/leader/sheets.pdf"
    case.release(in_minutes=60)
    assert "The plan is released to teams at" in client.get(f"{case.own}?lang=en").text
    assert client.get(sheet).status_code == 404
    with opened(case.house) as s:
        approvals.decide(s, case.operation, "recalled", case.commander, "because")
    case.release()
    assert client.get(sheet).data.startswith(b"%PDF")
    with opened(case.house) as s:
        assert num_events(s, case.operation, EventFilter(kinds=("printed",))) == 1
    for other in ("liaison/agency", "custody/custody", "leader/order", "leader/custody", "planner/order"):
        assert client.get(f"{case.own}/{other}.pdf").status_code == 404


def test_a_void_approval_takes_the_documents_back(case: Case) -> None:
    """Once the registers have changed, no narrow role gets a document of what was approved."""
    case.release()
    with opened(case.house) as s:
        register.change(s, case.operation, [Edit("operation", "name", {"value": "Another"})], case.house.person.id)
    for role, client in case.people.items():
        assert f"{case.own}/" not in client.get(case.own).text, role


def test_the_list_names_no_operation_of_which_a_part_is_seen(case: Case) -> None:
    """Reference, H and role stand in the list; the name and the figures do not."""
    page = case.people["leader"].get("/operations/?lang=en").text
    assert document(NAME)["id"] in page and "Team leader" in page
    assert document(NAME)["name"] not in page
    assert case.house.client().get(case.own).status_code == 403
    assert token(case.people["leader"])


def test_a_planner_who_leads_a_team_has_a_part_of_the_own(case: Case) -> None:
    """The list has the operation in both tables, and the page of the part opens."""
    leader = plan_document(NAME)["teams"][0]["commander"]
    client = case.house.client()
    assert f'href="{case.own}"' not in client.get("/operations/").text
    with opened(case.house) as s:
        memberships.put_member(s, case.operation, case.house.person.id, "leader", None, leader)
    page = client.get("/operations/?lang=en").text
    assert f'href="{case.own}"' in page and document(NAME)["name"] in page
    assert "Team leader" in client.get(f"{case.own}?lang=en").text
