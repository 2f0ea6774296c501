"""A walk as each role over all that it is offered: every link leads somewhere, and every page has a way back."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from models import approvals, memberships, notes, register
from models import plans as store
from models.database import now
from models.right_tables import ROLES
from models.users import SYSTEM_ROLES
from tests.effort import slow_after
from tests.house import House
from tests.lives import live
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened

pytestmark = pytest.mark.usefixtures("strict")
NAME = "3-02-roads"
FIRST = "leader"  # what is not slow
PEOPLE = (FIRST, *(role for role in (*ROLES, *SYSTEM_ROLES) if role != FIRST))
MOST_OF_A_KIND = 2
"""Pages of one view that are opened: of the hundreds of things two."""
COSTLY = (
    "plan_papers.printed",
    "plans.sheets",
    "plans.tables",
    "plan_papers.exported",
    "imports.export",
    "plans.map_page",
)
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')


@pytest.fixture
def operation(house: House) -> int:
    """The reference case, whose plan is approved and released."""
    plan = plan_document(NAME)
    with opened(house) as s:
        key = register.create_operation(s, document(NAME), house.person.id)
        scenario = store.keep(s, key, plan, house.person.id)
        notes.choose(s, key, scenario, house.person.id)
    boss = account(house, "boss", (), "commander", key)
    with opened(house) as s:
        live(s, key, scenario, house.person.id, boss.id, "requested", "approved")
    with opened(house) as s:
        approvals.decide(s, key, "released", boss.id, "because", release_at=now(s) + timedelta(minutes=0))
    return key


def walker(house: House, operation: int, name: str) -> FlaskClient:
    """The browser of somebody who has this one role, in the operation or in the installation."""
    if name in SYSTEM_ROLES:
        return house.client(account(house, f"walker-{name}", (name,)))
    ties = {
        "liaison": document(NAME)["agencies"][0]["id"],
        "leader": plan_document(NAME)["teams"][0]["commander"],
    }
    one = account(house, f"walker-{name}")
    with opened(house) as s:
        memberships.put_member(s, operation, one.id, name, None, ties.get(name, ""))  # type: ignore[arg-type]
    return house.client(one)


def offered(page: str, address: str) -> Iterator[str]:
    """The addresses of this house that the page links to."""
    for found in LINK.findall(page):
        target = urlsplit(urljoin(f"http://localhost{address}", unescape(found)))
        if target.netloc == "localhost":
            yield f"{target.path}?{target.query}" if target.query else target.path


def endpoint_of(house: House, address: str) -> str:
    """The view that answers the address."""
    path, _, query = address.partition("?")
    try:
        return str(house.app.url_map.bind("localhost").match(path, query_args=query)[0])
    except HTTPException as error:
        return type(error).__name__


def walked(house: House, client: FlaskClient, lang: str) -> Iterator[tuple[str, str, Any]]:
    """Address, where it was offered, and answer of each page and file that can be reached from the first page."""
    waiting, seen, kinds = [(f"/?lang={lang}", "the start")], set[str](), Counter[str]()
    while waiting:
        address, at = waiting.pop(0)
        kind = endpoint_of(house, address)
        if address in seen or kinds[kind] >= MOST_OF_A_KIND or (kind in COSTLY and kinds[kind]):
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow_redirects=True)
        yield address, at, answer
        if answer.mimetype == "text/html":
            waiting += [(to, address) for to in offered(answer.text, answer.request.full_path)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", slow_after(1, PEOPLE))
def test_every_link_leads_somewhere(house: House, operation: int, name: str, lang: str) -> None:
    """No page that a role is offered is missing; each has the way to the list of operations."""
    client, num = walker(house, operation, name), 0
    for address, at, answer in walked(house, client, lang):
        num += 1
        assert answer.status_code == 200, (address, at, answer.status_code)
        if answer.mimetype == "text/html" and "/map" not in address:
            assert 'href="/operations/"' in answer.text, address
    assert num > 3


def test_an_auditor_finds_the_log_from_every_page(house: House) -> None:
    """Its link stands beside the name; nobody else is offered it there."""
    auditor = house.client(account(house, "walker-auditor", ("auditor",)))
    for page in ("/operations/", "/account", "/help"):
        assert 'href="/log/"' in auditor.get(page).text
    assert 'href="/log/"' not in house.client().get("/operations/").text
