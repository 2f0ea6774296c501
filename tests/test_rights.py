"""Rights: what each role opens, on every route; what it does not open is not there."""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule

from models import memberships, register, right_tables, users
from models import plans as store
from models.database import Database, Session, now, write_transaction
from models.events import EventFilter, latest_events
from models.log_reading import LogFilter
from models.log_reading import num_entries as num_log_entries
from models.memberships import LastPlanner
from models.notices import notices
from models.remarks import NotePlace, put_remark
from models.right_tables import ROLES, Role
from models.users import SYSTEM_ROLES, SystemRole
from people import DEMO_ACCOUNTS
from planner.edits import Edit
from planner.files import dump_operation
from tests.api_tokens import bearer
from tests.house import House, token
from tests.operations import two_doors
from tests.stored_plans import document, loaded, plan_document
from tests.test_web_accounts import permits, views
from web import database
from web.access import PUBLIC, Person, person
from web.rights import ACTIONS, NARROW, OF_ROLE, Action, in_installation, in_operation, may_give
from web.tour import EXAMPLES

pytestmark = pytest.mark.usefixtures("strict")
OF_REQUEST = re.compile(
    r'csrf-token" content="[^"]*"|name="csrf_token" value="[^"]*"|operations/[0-9]+|request [0-9A-Za-z-]+'
)


@contextmanager
def opened(house: House) -> Iterator[Session]:
    """A transaction of the house."""
    with house.app.extensions[database.KEY].session() as s:
        yield s


def account(
    house: House, name: str, system: tuple[SystemRole, ...] = (), role: Role | None = None, operation: int = 0
) -> Person:
    """A new account with these roles in the installation, and one in an operation."""
    with opened(house) as s:
        key = users.add(s, name, "no password fits this", name.title(), system)
        if role is not None:
            memberships.put_member(s, operation, key, role)
        found = users.by_id(s, key)
    assert found is not None
    return person(found)


def actions() -> dict[tuple[str, str], str]:
    """Module and function of each view -> the action that it asks for."""
    found = {}
    for name, view, functions in views():
        for call in permits(view, functions):
            module, function = name.split(".")
            found[module, function] = ast_value(call.args[0])
    return found


def ast_value(node: object) -> str:
    """The text of a constant."""
    return str(getattr(node, "value", ""))


ASKED = actions()


def routes(house: House) -> Iterator[tuple[Rule, Action]]:
    """Every route but those that are open to everybody, with the action that its view asks for."""
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            view = house.app.view_functions[rule.endpoint]
            action = ASKED.get((view.__module__.rpartition(".")[2], view.__name__))
            assert action in ACTIONS, f"no rule covers {rule.endpoint}"
            yield rule, action


def is_of_api(rule: Rule) -> bool:
    """Whether programs ask it, with a token."""
    return rule.rule.startswith("/api/")


def answer(client: FlaskClient, rule: Rule, operation: int, headers: dict[str, str]) -> tuple[int, str]:
    """Status and text of the route's answer, in which no figure that tells requests apart is left."""
    values = {name: operation if name == "operation" else 1 for name in rule.arguments}
    address = rule.build(values, append_unknown=False)
    assert address is not None
    method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
    body: dict[str, str] | None = None if method == "GET" else {}
    found = client.open(address[1], method=method, json=body, headers=headers if is_of_api(rule) else None)
    return found.status_code, OF_REQUEST.sub("", found.text)


PEOPLE: dict[str, tuple[tuple[SystemRole, ...], Role | None]] = {
    **{role: ((), role) for role in ROLES},
    **{role: ((role,), None) for role in SYSTEM_ROLES},
    "stranger": ((), None),
}
ALIKE = pytest.mark.slow
"""Of the narrow roles one is tried on each change: the table below says that they allow the same."""


@pytest.mark.parametrize("name", [pytest.param(name, marks=ALIKE if name in NARROW[1:] else ()) for name in PEOPLE])
def test_every_route_is_closed_to_whoever_has_no_role_for_it(house: House, name: str) -> None:
    """On each route whose action a role lacks the answer is that of an operation that never was; 403 where it sees."""
    house.app.config["WTF_CSRF_ENABLED"] = False
    system, role = PEOPLE[name]
    operation = loaded(house, document("tiny"))
    somebody = account(house, name, system, role, operation)
    client, headers = house.client(somebody), bearer(house, somebody)
    roles = [role] if role is not None else []
    inside, outside = in_operation(system, roles), in_installation(system, roles)
    num = 0
    for rule, action in routes(house):
        is_inside = "<operation>" in rule.rule or "<int:operation>" in rule.rule
        if action in (inside if is_inside else outside) or action == "account":
            continue
        if not is_inside and action in inside:  # the route serves both, as imports do
            continue
        num += 1
        status, text = answer(client, rule, operation, headers)
        if is_inside and "see" in inside:
            assert status == 403, rule
        else:
            assert (status, text) == (404, answer(client, rule, 999, headers)[1]), rule
    assert num > 90 or role in memberships.WHOLE


def test_roles_allow_what_the_table_says() -> None:
    """Narrow roles have their own part, some with the law; nobody but a commander approves; administrators see none."""
    assert all(OF_ROLE[role] == {"own"} for role in NARROW if role not in ("custody", "legal"))
    assert OF_ROLE["custody"] == {"own", "waive"} and OF_ROLE["legal"] == {"own", "law", "waive"}
    assert "waive" not in OF_ROLE["planner"]
    assert [role for role in ROLES if "approve" in OF_ROLE[role]] == ["commander"]
    assert in_operation(["administrator", "creator"], []) == frozenset()
    assert in_operation(["auditor"], []) == {"log"}
    assert in_installation(["auditor"], []) == {"account", "log"}
    assert in_installation([], ["planner"]) == {"account", "see"}
    assert in_installation([], ["leader"]) == {"account"}


def test_a_planner_appoints_a_commander_only_where_there_is_none() -> None:
    """Who commands is said by the commander; any other role by both."""
    assert may_give(["planner"], "commander", ["planner"])
    assert not may_give(["planner"], "commander", ["planner", "commander"])
    assert may_give(["commander"], "commander", ["commander"])
    assert may_give(["planner"], "liaison", ["commander"])
    assert may_give(["planner"], "legal", ["planner"]) and may_give(["commander"], "legal", ["commander"])
    assert not may_give(["planner"], "legal", ["planner", "commander"])
    assert not may_give(["liaison"], "planner", [])


def test_who_creates_an_operation_is_its_planner(house: House) -> None:
    """Its planner and nobody else sees it in the list."""
    operation = loaded(house, document("tiny"))
    other = house.another("other")
    with opened(house) as s:
        assert [(one.name, one.role) for one in memberships.members(s, operation)] == [("analyst", "planner")]
        assert [line.key for line in register.operations(s, house.person.id)] == [operation]
        assert register.operations(s, other.id) == []
    assert document("tiny")["name"] in house.client().get("/operations/").text
    assert document("tiny")["name"] not in house.client(other).get("/operations/").text


def test_members_are_added_and_removed(house: House) -> None:
    """With a role that is tied to a row the row must be there; who is removed finds nothing from then on."""
    operation = loaded(house, document("tiny"))
    agency = document("tiny")["agencies"][0]["id"]
    other, page, client = house.another("other"), f"/operations/{operation}/members", house.client()
    sent = {"csrf_token": token(client), "name": "other", "role": "planner", "tied_to": "ignored"}
    assert client.post(page, data={**sent, "name": "nobody"}).status_code == 422
    assert client.post(page, data={**sent, "role": "emperor"}).status_code == 422
    assert client.post(page, data={**sent, "role": "liaison"}).status_code == 422
    assert client.post(page, data={**sent, "role": "liaison", "tied_to": agency}).status_code == 302
    assert house.client(other).get(page).status_code == 404
    assert client.post(page, data=sent).status_code == 302
    assert house.client(other).get(page).status_code == 200
    with opened(house) as s:
        held = {(one.role, one.tied_to) for one in memberships.roles_in(s, operation, other.id)}
    assert held == {("planner", ""), ("liaison", agency)}
    gone = {"csrf_token": sent["csrf_token"], "person": other.id, "role": "planner"}
    assert client.post(f"{page}/remove", data=gone).status_code == 302
    assert house.client(other).get(page).status_code == 404
    assert client.post(f"{page}/remove", data={**gone, "person": house.person.id}).status_code == 409


def test_a_planner_cannot_replace_the_commander(house: House) -> None:
    """Once somebody commands, a planner neither appoints another commander nor removes this one."""
    operation = loaded(house, document("tiny"))
    boss = account(house, "boss", (), "commander", operation)
    page, client = f"/operations/{operation}/members", house.client()
    sent = {"csrf_token": token(client), "name": "analyst", "role": "commander"}
    assert client.post(page, data=sent).status_code == 403
    gone = {"csrf_token": sent["csrf_token"], "person": boss.id, "role": "commander"}
    assert client.post(f"{page}/remove", data=gone).status_code == 403
    theirs = house.client(boss)
    assert theirs.post(page, data={**sent, "csrf_token": token(theirs)}).status_code == 302


def test_an_operation_keeps_somebody_who_sees_it(database: Database) -> None:
    """The last planner or commander stays."""
    with database.session() as s:
        one = users.add(s, "one", "hash")
        key = register.create_operation(s, dump_operation(two_doors()), one)
        memberships.put_member(s, key, one, "leader", None, "O1")
    with pytest.raises(LastPlanner), database.session() as s:
        memberships.drop_member(s, key, one, "planner")
    with database.session() as s:
        assert {held.role for held in memberships.roles_in(s, key, one)} == {"planner", "leader"}


def test_who_had_no_role_loses_none(database: Database) -> None:
    """No entry of the log says that a role was taken which nobody had."""
    with database.session() as s:
        one = users.add(s, "one", "hash")
        key = register.create_operation(s, dump_operation(two_doors()), one)
        memberships.drop_member(s, key, one, "leader")
        memberships.drop_member(s, key, one + 1000, "planner")
    with database.session() as s:
        assert num_log_entries(s, LogFilter(actions=("member removed",))) == 0


def test_the_help_offers_no_example_that_the_reader_does_not_see(house: House) -> None:
    """Whoever has no role in the example operation finds no link to it."""
    data = document("tiny") | {"id": next(iter(EXAMPLES))}
    key = loaded(house, data)
    assert f"/operations/{key}/" in house.client().get("/help").text
    other = account(house, "other", ("creator",))
    assert f"/operations/{key}/" not in house.client(other).get("/help").text


def test_who_left_is_told_nothing_more(database: Database) -> None:
    """Notices and mentions reach only those who see the whole operation."""
    with database.session() as s:
        one, other = users.add(s, "one", "hash"), users.add(s, "other", "hash")
        key = register.create_operation(s, dump_operation(two_doors()), one)
        memberships.put_member(s, key, other, "planner")
        register.change(s, key, [Edit("operation", "name", {"value": "Night"})], other)
        register.change(s, key, [Edit("operation", "name", {"value": "Day"})], one)
        put_remark(s, key, NotePlace(), "@other look", one)
        assert {notice.reason for notice in notices(s, other)} == {"changed", "mentioned"}
        memberships.drop_member(s, key, other, "planner")
        assert notices(s, other) == []
        put_remark(s, key, NotePlace(), "@other again", one)
        memberships.put_member(s, key, other, "planner")
        assert sum(notice.reason == "mentioned" for notice in notices(s, other)) == 1
        assert latest_events(s, key, 1, EventFilter(not_by=other))


def test_rights_cost_one_look_into_an_index(database: Database) -> None:
    """Among 30,000 roles those of one person in one operation are found by one statement in less than 1 ms."""
    with database.session() as s:
        one = users.add(s, "one", "hash")
        key = register.create_operation(s, dump_operation(two_doors()), one)
        people = [users.add(s, f"n{number}", "hash") for number in range(100)]
        operations = [
            register.create_operation(s, dump_operation(two_doors()) | {"id": f"x{number}"}) for number in range(60)
        ]
        write_transaction(s).execute(
            right_tables.memberships.insert(),
            [
                {"person": p, "operation": o, "role": role, "tied_to": "", "made_at": now(s)}
                for p in people
                for o in operations
                for role in ROLES[:5]
            ],
        )
    told: list[str] = []
    with database.session() as s:
        event.listen(s.connection(), "before_cursor_execute", lambda *values: told.append(values[2]))
        spent = []
        for _ in range(50):
            began = time.perf_counter()
            assert len(memberships.roles_in(s, key, one)) == 1
            spent.append(time.perf_counter() - began)
    assert len(told) == 50
    assert statistics.median(spent) < 0.001


def test_an_operation_of_others_costs_as_much_as_none(house: House) -> None:
    """The same statements are sent for an operation that is there for others and for one that never was."""
    operation = loaded(house, document("tiny"))
    client, told = house.client(account(house, "stranger")), list[str]()
    engine = house.app.extensions[database.KEY].engine
    client.get("/operations/")
    event.listen(engine, "before_cursor_execute", lambda *values: told.append(values[2]))
    for page in ("", "plans/1/", "registers/suspects", "things/suspects?id=P001", "own", "approval", "export/json"):
        sent = []
        for key in (operation, 999):
            told.clear()
            assert client.get(f"/operations/{key}/{page}").status_code == 404
            sent.append(list(told))
        assert sent[0] == sent[1], page


def test_a_plan_of_another_operation_is_not_found(house: House) -> None:
    """The number of somebody else's plan under one's own operation opens nothing."""
    mine = loaded(house, document("tiny"))
    with opened(house) as s:
        theirs = register.create_operation(s, document("one-city"))
        scenario = store.keep(s, theirs, plan_document("one-city"), None)
    client = house.client()
    for page in ("", "plan.json", "operation.json", "sheets.pdf", "papers/", "papers/print.pdf?paper=order", "tables"):
        assert client.get(f"/operations/{mine}/plans/{scenario}/{page}").status_code == 404, page
        assert client.get(f"/operations/{theirs}/plans/{scenario}/{page}").status_code == 404, page


def test_the_demonstration_has_one_account_for_each_role() -> None:
    """In operations and in the installation, each with one sentence that says what to try."""
    given = [one.role for one in DEMO_ACCOUNTS if one.role is not None]
    assert sorted(given) == sorted(ROLES)
    assert {role for one in DEMO_ACCOUNTS for role in one.system} == set(SYSTEM_ROLES)
    assert all(one.try_this and "." not in one.try_this for one in DEMO_ACCOUNTS)
