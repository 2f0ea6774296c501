"""What concerns an account is told to it alone: each reason, never its own actions, and only until it is read."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from models import drafts, erasing, notes, plans, register, users
from models import event_tables as e
from models.database import Database, Session, connect, now
from models.notices import RECENT, UnreadCount, mark_read, notices, num_unread
from models.remarks import NotePlace, put_remark, reword
from models.upgrading import downgrade, upgrade
from planner.edits import Edit
from planner.files import dump_operation, dump_plan, parse_operation
from planner.scenario import Scenario
from planner.solver import Limit
from planner.solver.missed import empty_plan
from tests.house import House, token
from tests.operations import two_doors
from tests.stored_plans import document, loaded
from tests.test_events import NAME, two
from web import database as web_database


def reasons(session: Session, user: int) -> list[tuple[str, int]]:
    """What the account is told, the latest first, and of how many events each."""
    return [(one.reason, one.num) for one in notices(session, user)]


def change(session: Session, key: int, name: str, user: int) -> None:
    """The operation has another name."""
    register.change(session, key, [Edit("operation", "name", {"value": name})], user)


def pair(session: Session) -> tuple[int, int]:
    """Two accounts; the name of the first begins as the second's."""
    return users.add(session, "li", "hash", "Li 1"), users.add(session, "other", "hash", "Other 1")


def test_a_mention_is_told_while_it_stands(database: Database) -> None:
    """To who is mentioned, once for a note however often it is reworded; not where it is withdrawn, nor to others."""
    with database.session() as session:
        me, other = pair(session)
        crowd = [users.add(session, f"n{number}", "hash") for number in range(12)]
        key, plan, _ = two(session, other)
        note = put_remark(session, key, NotePlace(plan), "@Li see @n11", other)
        put_remark(session, key, NotePlace(), "nobody", other)
        put_remark(session, key, NotePlace(), "@li", me)
        assert reasons(session, me) == [("mentioned", 1)]
        told = notices(session, me)[0]
        assert (told.by, told.scenario, told.plan_name, told.is_read) == ("Other 1", plan, "by hand", False)
        assert [one for one in crowd if notices(session, one)] == [crowd[11]]
        reword(session, key, note, note, "@li and @n3", other)
        assert reasons(session, me) == [("mentioned", 1)]
        assert [one for one in crowd if notices(session, one)] == [crowd[3]]
        version = session.scalar(select(func.max(e.remarks.c.key)))
        assert version is not None
        reword(session, key, note, version, None, other)
        assert reasons(session, me) == []


def test_a_plan_that_was_asked_for_is_told_when_it_is_there_or_failed(database: Database) -> None:
    """To who asked, by the planner."""
    with database.session() as session:
        me, other = pair(session)
        key, _, _ = two(session, other)
        first, second = (plans.ask(session, key, me, Limit(work=1.0), word) for word in ("a", "b"))
        for scenario in (first, second):
            claim = plans.claim(session, "x", 60)
            assert claim is not None and claim.scenario == scenario
            if scenario == first:
                assert plans.give_up(session, scenario, "x", claim.attempt, "broken")
            else:
                answer = dump_plan(empty_plan(claim.question.scenario()))
                assert plans.finish(session, scenario, "x", claim.attempt, answer)
        assert reasons(session, me) == [("planned", 1), ("failed", 1)]
        assert {one.by for one in notices(session, me)} == {""}
        assert "planned" not in dict(reasons(session, other))


def test_changes_are_told_to_who_changed_the_operation_of_late(database: Database) -> None:
    """One notice for each person and operation, with their number; not what came before, nor after a week."""
    with database.session() as session:
        me, other = pair(session)
        third = users.add(session, "third", "hash")
        key, _, _ = two(session, other)
        register.change(session, key, [NAME], other)
        change(session, key, "mine", me)
        assert reasons(session, me) == []
        for name in ("a", "b", "c"):
            change(session, key, name, other)
        change(session, key, "d", third)
        assert [(one.reason, one.num, one.user) for one in notices(session, me)] == [
            ("changed", 1, third),
            ("changed", 3, other),
        ]
        assert num_unread(session, me).num == 2


def test_after_a_week_changes_concern_nobody(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who changed the operation only before that is not told."""
    from models import notices as module  # noqa: PLC0415 - its clock is moved

    database = connect(sqlite_url)
    with database.session() as session:
        me, other = pair(session)
        key, _, _ = two(session, other)
        change(session, key, "mine", me)
        change(session, key, "a", other)
        assert reasons(session, me) == [("changed", 1)]
        monkeypatch.setattr(module, "now", lambda s: now(s) + RECENT + timedelta(minutes=1))
        assert reasons(session, me) == []
    database.close()


def test_drafts_and_working_plans_of_others_hands(database: Database) -> None:
    """A draft that another goes on with or deletes, the working plan where the account did something."""
    with database.session() as session:
        me, other = pair(session)
        key, plan, _ = two(session, me)
        far = register.create_operation(session, dump_operation(two_doors()) | {"id": "far"}, other)
        answer = dump_plan(empty_plan(Scenario(parse_operation(register.document(session, far)))))
        far_plan = plans.keep(session, far, answer, other, "far")
        draft, strange = drafts.open_draft(session, key, plan, me), drafts.open_draft(session, key, plan, other)
        drafts.put_move(session, draft, 1, {"kind": "x"}, other)
        drafts.put_move(session, strange, 1, {"kind": "x"}, other)
        notes.choose(session, key, plan, other)
        notes.choose(session, key, None, other)
        notes.choose(session, far, far_plan, other)
        drafts.delete_draft(session, draft, other)
        drafts.delete_draft(session, strange, other)
        found = notices(session, me)
        assert [one.reason for one in found] == ["dropped", "unchosen", "chosen", "shaped"]
        assert not found[0].is_draft_there and found[0].draft_number == 1
        assert "chosen" not in dict(reasons(session, other))


def test_what_is_read_stays_read(database: Database) -> None:
    """A mark never goes back nor ahead of what happened; erased events do not hide later ones."""
    url = database.url.render_as_string(hide_password=False)
    with database.session() as session:
        me, other = pair(session)
        key, _, _ = two(session, other)
        put_remark(session, key, NotePlace(), "@li", other)
        assert num_unread(session, me).num == 1
        mark_read(session, me, 10**9)
        mark_read(session, me, 1)
        assert num_unread(session, me).num == 0
        assert [one.is_read for one in notices(session, me)] == [True]
        assert num_unread(session, other).num == 0
        erasing.erase(session, key, other)
        key, _, _ = two(session, other)
        put_remark(session, key, NotePlace(), "@li", other)
        assert num_unread(session, me).num == 1
    downgrade(url, "0017")
    upgrade(url)
    with database.renewed().session() as session:
        assert num_unread(session, me).num == 0
        put_remark(session, key, NotePlace(), "@li", other)
        assert num_unread(session, me).num == 1


def test_an_account_that_nobody_can_enter_troubles_nobody(database: Database) -> None:
    """What an account did whose password fits nothing is told with its name; its own notices wait for it."""
    with database.session() as session:
        me, other = pair(session)
        key, _, _ = two(session, other)
        put_remark(session, key, NotePlace(), "@li", other)
        users.set_password(session, other, "no password fits this")
        assert notices(session, me)[0].by == "Other 1"
        put_remark(session, key, NotePlace(), "@other", me)
        assert num_unread(session, other).num == 1


def test_the_bell_and_its_page(house: House) -> None:
    """Nothing where nothing is unread; a number, a list with links, and a form that needs its proof."""
    key, other = loaded(house, document("tiny")), house.another("other")
    client, stranger = house.client(), house.client(other)
    assert 'id="bell"' not in client.get("/operations/").text
    assert "No notices yet" in client.get("/notices/?lang=en").text
    site = document("tiny")["sites"][0]["id"]
    form = {"csrf_token": token(stranger), "text": "<b>@analyst</b>", "table": "sites", "id": site}
    stranger.post(f"/operations/{key}/remarks", data=form)
    assert "Notices (1)" in client.get(f"/operations/{key}/?lang=en").text
    shown = client.get("/notices/?lang=en").text
    assert f"/operations/{key}/things/sites?id={site}#notes" in shown
    assert "<strong>Unread</strong>" in shown and "1 unread" in shown
    assert "通知（1）" in client.get("/notices/?lang=zh").text
    client.get("/notices/?lang=en")
    last = shown.split('name="last" value="')[1].split('"')[0]
    assert client.post("/notices/", data={"last": last}).status_code == 400
    proof = {"csrf_token": token(client)}
    assert client.post("/notices/", data=proof | {"last": "x"}).status_code in (302, 400)
    assert client.post("/notices/", data=proof | {"last": last}).status_code == 302
    shown = client.get("/notices/").text
    assert "Unread</strong>" not in shown and "Mark all as read" not in shown
    assert 'id="bell"' not in client.get("/operations/").text
    assert house.app.test_client().get("/notices/").status_code == 401


def test_only_the_latest_events_are_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies further back than the bound costs nothing and is not told."""
    from models import notices as module  # noqa: PLC0415 - its bound is moved

    key, other = loaded(house, document("tiny")), house.another("other")
    with house.app.extensions[web_database.KEY].session() as s:
        put_remark(s, key, NotePlace(), "@analyst", other.id)
        for name in "abc":
            change(s, key, name, other.id)
        told = [one for one in notices(s, house.person.id) if one.reason == "mentioned"]
        monkeypatch.setattr(module, "MOST_EVENTS", 3)
        assert told and not [one for one in notices(s, house.person.id) if one.reason == "mentioned"]


def test_what_is_counted_on_every_page_is_bounded(database: Database) -> None:
    """Up to 99 notices among the latest 1,000 events, by one question; where there are or may be more, it says so."""
    with database.session() as session:
        me, other = pair(session)
        key, _, _ = two(session, other)
        note = put_remark(session, key, NotePlace(), "@li", other)
        mention = {"operation": key, "kind": "noted", "made_by": other, "made_at": now(session), "remark": note}
        session.execute(e.events.insert(), [mention] * 97)
        assert num_unread(session, me) == UnreadCount(98)
        session.execute(e.events.insert(), [mention])
        assert num_unread(session, me) == UnreadCount(99)
        session.execute(e.events.insert(), [mention])
        assert num_unread(session, me) == UnreadCount(99, is_more=True)
        mark_read(session, me, 10**9)
        assert num_unread(session, me) == UnreadCount(0)
        session.execute(e.events.insert(), [mention] * 2 + [mention | {"kind": "named"}] * 999)
        assert num_unread(session, me) == UnreadCount(1, is_more=True)
        assert num_unread(session, other) == UnreadCount(0)


def test_counting_looks_at_no_table_as_a_whole(sqlite_url: str) -> None:
    """SQLite finds the latest events, own changes, notes and plans by keys and indexes."""
    database = connect(sqlite_url)
    with database.session() as session:
        asked: list[Any] = []
        listen(session.connection().engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        num_unread(session, 1)
        assert len(asked) == 1
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1]).all()
    told = [step[3] for step in steps]
    assert not [
        step for step in told if re.match("SCAN (events|own|own_events|begun|wording|later|scenarios)", step)
    ], told
    database.close()
