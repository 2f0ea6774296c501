"""Every action on an operation is an event, written with it; their page narrows by person, kind, thing and day."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from models import drafts, notes, plans, register, replans, undoing, users
from models.database import Database, Session
from models.events import EventFilter, latest_events, num_events
from models.history import last_of
from models.replans import Replan
from models.upgrading import downgrade, upgrade
from planner.edits import Edit, key_of
from planner.files import dump_operation, dump_plan, parse_operation
from planner.scenario import Scenario
from planner.solver import Limit
from planner.solver.missed import empty_plan
from tests.house import House, token
from tests.operations import two_doors
from tests.stored_plans import document, loaded, plan_document
from tests.test_web_operations import NEW, text
from web import database as web_database

NAME = Edit("operation", "name", {"value": "Other"})


def two(session: Session, user: int) -> tuple[int, int, dict[str, object]]:
    """An operation, a plan of it, and the plan's document."""
    key = register.create_operation(session, dump_operation(two_doors()), user)
    answer = dump_plan(empty_plan(Scenario(parse_operation(register.document(session, key)))))
    return key, plans.keep(session, key, answer, user, "by hand"), answer


def worked(session: Session, user: int) -> int:
    """The key of an operation with which everything was done."""
    key, plan, answer = two(session, user)
    site = register.document(session, key)["sites"][0]["id"]
    pin = {"site": site, "skip": True}
    register.change(session, key, [NAME], user)
    register.change(session, key, [Edit("pins", key_of("pins", pin), pin)], user)
    undoing.undo(session, key, last_of(session, key, user).key, user)
    register.change(session, key, [Edit("doctrine", "duty_max", {"value": 700})], user)
    register.change(session, key, [Edit("operation", "name", {"value": "X"})], user, told=register.Told("imported"))
    register.set_status(session, key, "ready", user)
    register.archive(session, key, user)
    register.unarchive(session, key, user)
    notes.put_note(session, plan, notes.Note("Night", ""), user)
    notes.choose(session, key, plan, user)
    notes.choose(session, key, None, user)
    edits = (Edit("operation", "max_teams", {"value": 3}),)
    answer = {name: value for name, value in answer.items() if name != "operation"}
    near = plans.keep_near(session, key, Replan(plan, edits, None), answer, user)
    replans.take(session, key, near, user)
    draft = drafts.open_draft(session, key, plan, user)
    drafts.delete_draft(session, draft, user)
    first, second, third = (plans.ask(session, key, user, Limit(work=1.0), str(n)) for n in range(3))
    plans.ask_to_stop(session, first, user)
    plans.ask_to_stop(session, first, user)
    for scenario in (second, third):
        claim = plans.claim(session, "a", 60)
        assert claim is not None and claim.scenario == scenario
        if scenario == second:
            assert plans.give_up(session, scenario, "a", claim.attempt, "broken")
        else:
            answer = dump_plan(empty_plan(claim.question.scenario()))
            assert plans.finish(session, scenario, "a", claim.attempt, answer)
    return key


ALL = [
    *("created", "kept", "changed", "pins", "undone", "doctrine", "imported", "status", "archived", "unarchived"),
    *("named", "chosen", "unchosen", "kept", "taken", "begun", "dropped"),
    *("asked", "asked", "asked", "stopped", "failed", "planned"),
]


def test_every_action_is_an_event_of_its_transaction(database: Database) -> None:
    """Registers, plans, drafts and status each leave one; what the planner does has no person."""
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
        key = worked(session, user)
        found = latest_events(session, key, 100)[::-1]
    assert [event.kind for event in found] == ALL
    assert {event.kind for event in found if event.by == ""} == {"failed", "planned"}
    assert all(event.change for event in found if event.kind in ("changed", "pins", "undone", "doctrine", "taken"))
    status = next(event for event in found if event.kind == "status")
    assert status.details == {"from": "draft", "to": "ready"}
    with pytest.raises(ZeroDivisionError), database.session() as session:
        register.change(session, key, [Edit("operation", "name", {"value": "lost"})], user)
        raise ZeroDivisionError
    with database.session() as session:
        assert num_events(session, key) == len(ALL)


def test_a_draft_that_another_goes_on_with_is_told_once(database: Database) -> None:
    """Moves of the same person are no events; the first one of somebody else is."""
    with database.session() as session:
        one, other = users.add(session, "one", "hash"), users.add(session, "other", "hash")
        key, plan, _ = two(session, one)
        draft = drafts.open_draft(session, key, plan, one)
        for version, user in enumerate((one, one, other, other, one), 1):
            drafts.put_move(session, draft, version, {"kind": "x"}, user)
        told = [(event.kind, event.user) for event in latest_events(session, key, 3)]
    assert told == [("shaped", one), ("shaped", other), ("begun", one)]


def test_what_was_before_is_carried_over(database: Database) -> None:
    """Down and up again, the table tells what other tables know of: all but status, archive and what took edits."""
    url = database.url.render_as_string(hide_password=False)
    with database.session() as session:
        key = worked(session, users.add(session, "one", "hash", "Planner 1"))
        before = latest_events(session, key, 100)[::-1]
    downgrade(url, "0016")
    upgrade(url)
    with database.renewed().session() as session:
        after = latest_events(session, key, 100)[::-1]
    lost = ("status", "archived", "unarchived")
    words = {"imported": "changed", "taken": "changed"}
    wanted = sorted(words.get(event.kind, event.kind) for event in before if event.kind not in lost)
    assert sorted(event.kind for event in after) == wanted
    assert [event.at for event in after] == sorted(event.at for event in after)
    known = {(event.change, event.user, event.at) for event in before if event.change}
    assert {(event.change, event.user, event.at) for event in after if event.change} == known


@pytest.fixture
def opened(house: House) -> Callable[[], Session]:
    """A session of the house's database."""
    return house.app.extensions[web_database.KEY].session


def test_the_page_narrows_by_person_kind_thing_and_day(house: House, opened: Callable[[], Session]) -> None:
    """Each part of the address leaves what it names; nonsense is as if it were not asked; pages turn."""
    key, other = loaded(house, document("one-city")), house.another("other")
    with opened() as s:
        site = register.document(s, key)["sites"][0]
        register.change(s, key, [Edit("sites", site["id"], site | {"address": "Other street 1"})], other.id)
        scenario = plans.keep(s, key, plan_document("one-city"), house.person.id, "<b>Night</b>")
        notes.choose(s, key, scenario, other.id)
        register.change(s, key, [Edit("doctrine", "duty_max", {"value": 700})], house.person.id)
        for number in range(60):
            register.set_status(s, key, ("draft", "ready")[number % 2 == 0], house.person.id)
    client = house.client()

    def told(address: str) -> str:
        page = client.get(f"/operations/{key}/activity?lang=en&{address}")
        assert page.status_code == 200
        assert "<b>Night" not in page.text
        return text(page.text.split("</form>\n<section")[-1])

    assert "Other street" not in told("") and "Page 1 of 2" in told("")
    assert "Operation created" in told("page=2") and "Operation created" in told("page=99")
    assert "Set as working plan: &lt;b&gt;Night" in told(f"user={other.id}")
    assert "Doctrine" not in told(f"user={other.id}")
    assert told("kind=plans").count("Night") == 2
    assert site["id"] in told(f"table=sites&id={site['id']}") and "Status" not in told(f"table=sites&id={site['id']}")
    assert "Doctrine added: duty_max" in told("table=doctrine&id=duty_max")
    assert told(f"plan={scenario}").count("Night") == 2
    today = datetime.now(UTC).astimezone(register_zone(opened, key))
    assert "Page 1 of 2" in told(f"day={today:%Y-%m-%d}")
    assert "Nothing matches." in told(f"day={today - timedelta(days=2):%Y-%m-%d}")
    assert "Page 1 of 2" in told("kind=x&table=y&id=z&day=tomorrow")
    assert "ActivityQuery" not in client.get(f"/operations/{key}/activity?kind=plans").text
    assert house.app.test_client().get(f"/operations/{key}/activity").status_code == 401


def register_zone(opened: Callable[[], Session], key: int) -> tzinfo | None:
    """The zone by whose clocks the operation goes."""
    with opened() as s:
        return register.operation_line(s, key).h_hour.tzinfo


def test_doctrine_says_who_changed_a_figure_last(house: House, opened: Callable[[], Session]) -> None:
    """Also where the last change brought the default back; others say nothing."""
    key, other = loaded(house, document("tiny")), house.another("other")
    with opened() as s:
        register.change(s, key, [Edit("doctrine", "duty_max", {"value": 700})], house.person.id)
        register.change(s, key, [Edit("doctrine", "duty_max", None)], other.id)
        register.change(s, key, [Edit("doctrine", "rest_minutes", {"value": 50})], house.person.id)
    page = house.client().get(f"/operations/{key}/registers/doctrine?lang=en").text
    rows = {re.findall(r'id="m-(\w+)"', row)[0]: text(row) for row in page.split("<tr>") if 'id="m-' in row}
    assert "Other, 20" in rows["duty_max"] and "Analyst, 20" in rows["rest_minutes"]
    assert not any(", 20" in row for name, row in rows.items() if name not in ("duty_max", "rest_minutes"))


def test_a_copy_is_told_as_one(house: House, opened: Callable[[], Session]) -> None:
    """The first event of an operation says how it came."""
    client = house.client()
    key = loaded(house, document("tiny"))
    answer = client.post(f"/operations/{key}/copy", data={"csrf_token": token(client), **NEW, "people": "with"})
    new = int(re.findall(r"\d+", answer.headers["Location"])[0])
    with opened() as s:
        assert [event.kind for event in latest_events(s, new, 5, EventFilter(user=house.person.id))] == ["copied"]
