"""What people see, do and take in the browser stands in the log, and a page reads it."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from models.database import Database, engine_of, write_transaction
from models.identity import renew
from models.log import COLUMNS, LogEntry, Origin, chained, head_of_log, put_entry
from models.log_check import verify
from models.log_tables import log
from tests.all_pages import make_auditor
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_registers import put, rows, send
from web import database, viewing
from web.logbook import ACTIONS, PAGES, page_title
from web.viewing import NO_DATA


def store(app: Flask) -> Database:
    """The database of the application."""
    found: Database = app.extensions[database.KEY]
    return found


def entries(house: House, **wanted: Any) -> list[dict[str, Any]]:
    """The entries of the log whose columns are these."""
    with store(house.app).session() as s:
        rows = [dict(row) for row in s.execute(log.select().order_by(log.c.number)).mappings()]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_who_looked_at_a_suspect_is_told_from_where_and_in_which_session(house: House) -> None:
    """One entry for the page, which names nobody; the page of the log finds it in one click from the suspect."""
    operation, client = loaded(house, document("tiny")), house.client()
    suspect = document("tiny")["suspects"][0]
    address = f"/operations/{operation}/things/suspects?id={suspect['id']}"
    page = client.get(address, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    (entry,) = entries(house, action="viewed")
    assert (entry["account"], entry["address"], entry["operation"]) == (house.person.id, "10.1.2.3", operation)
    assert (entry["page"], entry["kind"], len(entry["session"]), len(entry["thing"])) == (
        "things.page", "suspects", 16, 32,
    )  # fmt: skip
    link = f"/operations/{operation}/log?table=suspects&amp;id={suspect['id']}&amp;wide=1"
    assert link in page.text
    shown = client.get(link.replace("&amp;", "&")).text
    assert "10.1.2.3" in shown
    assert f">{suspect['id']}<" in shown or f"id={suspect['id']}" in shown
    other = client.get(f"/operations/{operation}/log?table=suspects&id=nobody").text
    assert "10.1.2.3" not in other


def test_nothing_about_people_stands_in_the_log(house: House) -> None:
    """Names, addresses and ids of what was seen and changed are in no column."""
    plan, client = stored(house, document("tiny"), plan_document("tiny")), house.client()
    operation = plan.split("/plans/")[0]
    for page in (f"{operation}/", f"{operation}/registers/suspects", plan, f"{plan}map", f"{operation}/search?q=li"):
        assert client.get(page).status_code == 200
    client.get(f"{operation}/things/suspects?id={document('tiny')['suspects'][0]['id']}")
    told = str(entries(house))
    data = document("tiny")
    for row in (*data["suspects"], *data["sites"], *data["officers"]):
        for name in ("id", "name", "address"):
            assert f"'{row.get(name, 'no such')}'" not in told


def test_log_ins_and_refused_ones_are_told_without_what_was_typed(house: House) -> None:
    """Whose account it was, or nobody's."""
    client = house.app.test_client()
    page = {"csrf_token": token(client, "/login"), "password": "wrong password of nobody"}
    client.post("/login", data=page | {"name": "somebody"})
    client.post("/login", data=page | {"name": house.person.name})
    told = [entry["account"] for entry in entries(house, action="log-in refused")]
    assert told == [None, house.person.id]
    assert "somebody" not in str(entries(house))


def test_a_log_out_is_told(house: House) -> None:
    """With the session that ended."""
    client = house.client()
    client.post("/logout", data={"csrf_token": token(client)})
    (entry,) = entries(house, action="logged out")
    assert entry["account"] == house.person.id
    assert entry["session"]


NO_PAGE = {"tour.go", "remarks.write", "remarks.change"}
"""What answers a form with the way to another page alone."""


def test_every_page_with_data_has_its_name_in_the_log(house: House) -> None:
    """A page of an operation that is new has to say what it is called, or that it shows nothing; also of a form."""
    rules = [rule for rule in house.app.url_map.iter_rules() if "operation" in rule.arguments]
    asked = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert asked - set(NO_DATA) - set(PAGES) == set()
    untold = {rule.endpoint for rule in rules if not page_title(rule.endpoint)}
    assert untold - set(NO_DATA) == NO_PAGE


def test_a_page_that_answers_a_form_is_a_page_that_was_shown(house: House) -> None:
    """Whatever its status; what only leads to another page, or tells an error, shows nothing."""
    operation, client = loaded(house, document("tiny")), house.client()
    root, sent = f"/operations/{operation}", {"csrf_token": token(client)}
    told = (
        ("approval", {"step": "requested", "reason": ""}, 422, "approvals.step"),
        ("approval", {"step": "requested", "reason": "ready"}, 409, "approvals.step"),
        ("members", {"name": "nobody", "role": "planner"}, 422, "members.add"),
        ("head", {"seen": "1", "id": ""}, 422, "operations.change_head"),
    )
    for path, form, status, page in told:
        before = len(entries(house, action="viewed"))
        assert client.post(f"{root}/{path}", data=sent | form).status_code == status, path
        (entry,) = entries(house, action="viewed")[before:]
        assert (entry["page"], entry["operation"], entry["account"]) == (page, operation, house.person.id)
    before = len(entries(house, action="viewed"))
    assert client.post(f"{root}/members/remove", data=sent | {"person": "x", "role": "planner"}).status_code == 400
    assert client.post(f"{root}/approval", data=sent | {"step": "approved"}).status_code == 404
    assert client.post(f"{root}/remarks", data=sent | {"text": "look at this"}).status_code in (302, 303)
    assert client.head(f"{root}/").status_code == 200
    assert len(entries(house, action="viewed")) == before


def test_an_edit_has_one_entry_and_a_refused_one_too(house: House) -> None:
    """The row that comes back is the one that was changed; where somebody was faster, the row is another's."""
    operation, client = loaded(house, document("tiny")), house.client()
    row, before = rows(client, operation, "suspects")["rows"][0], len(entries(house))
    assert send(client, operation, "suspects", puts=[put(row, name="Another name")])[0] == 200
    assert [entry["action"] for entry in entries(house)[before:]] == ["changed"]
    assert send(client, operation, "suspects", puts=[put(row, name="A third name")])[0] == 409
    assert [entry["action"] for entry in entries(house)[before + 1 :]] == ["viewed"]


def test_pages_that_come_together_share_a_transaction(house: House) -> None:
    """While an entry is being written others wait; the first of them writes for all, in one transaction."""
    views, operation = house.app.extensions[viewing.KEY], loaded(house, document("tiny"))
    kept, commits = list[bool](), list[object]()
    event.listen(store(house.app).engine, "commit", commits.append)
    at = datetime.now(UTC)

    def show(number: int) -> None:
        told = viewing.View(LogEntry("viewed", operation, page="plans.show"), Origin(number), at)
        kept.append(views.put(store(house.app), told))

    threads = [threading.Thread(target=show, args=(number,)) for number in range(6)]
    with views._writing:
        for thread in threads:
            thread.start()
        while len(views._pending) < len(threads):
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert (kept, len(commits)) == ([True] * 6, 1)
    assert {entry["account"] for entry in entries(house, action="viewed")} == set(range(6))
    assert verify(store(house.app)).faults == []


def test_a_page_waits_only_a_moment_for_another_writer_and_its_entry_follows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody writes for long, the page comes; its entry is written afterwards, with the time of the page."""
    monkeypatch.setattr(viewing, "WAIT_SECONDS", 0.01)
    operation, client = loaded(house, document("tiny")), house.client()
    is_held, may_end = Queue[bool](), threading.Event()

    def hold() -> None:
        with store(house.app).session() as s:
            write_transaction(s)
            is_held.put(True)
            may_end.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.get(timeout=60)
    assert client.get(f"/operations/{operation}/").status_code == 200
    may_end.set()
    thread.join()
    late = house.app.extensions[viewing.KEY]
    assert (late.num_late, entries(house, action="viewed")) == (1, [])
    late.write_late()
    (entry,) = entries(house, action="viewed", page="operations.overview")
    assert entry["account"] == house.person.id
    assert verify(store(house.app)).faults == []


def test_a_page_that_cannot_be_told_is_not_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many entries wait already."""
    monkeypatch.setattr(viewing, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(viewing, "MOST_LATE", 0)
    operation, client = loaded(house, document("tiny")), house.client()
    with store(house.app).session() as s:
        write_transaction(s)
        assert client.get(f"/operations/{operation}/").status_code == 503


LINE = '"><time datetime="'  # a cell's moment: the list of changed accounts above the log has no cells


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_narrows_by_each_of_its_fields(house: House, lang: str) -> None:
    """Account, action, operation and day."""
    operation, client = loaded(house, document("tiny")), house.client()
    client.get(f"/operations/{operation}/?lang={lang}")
    today = datetime.now(UTC).date()
    make_auditor(house)
    of_it = len(entries(house, operation=operation))
    for asked, num in (("action=viewed", 1), (f"operation={operation}", of_it), ("day=2001-01-01", 0), ("user=99", 0)):
        page = client.get(f"/log/?{asked}")
        assert page.text.count(LINE) == num, asked
    assert client.get(f"/log/?day={today}&user={house.person.id}").text.count(LINE) >= 2
    assert client.get("/log/?operation=77&table=suspects&id=x&page=99&day=x&action=x").status_code == 200
    assert set(ACTIONS)


@pytest.fixture
def long_log(house: House) -> House:
    """A house whose log has 100,000 entries."""
    with store(house.app).session() as s:
        place = store(house.app).log
        last = head_of_log(write_transaction(s).connection())
        at = datetime(2026, 1, 1, tzinfo=UTC)
        told = ((LogEntry("viewed", n % 7, page="plans.show"), Origin(n % 50), at) for n in range(100_000))
        rows, head = chained(place, last, told)
        for first in range(0, len(rows), 5_000):
            s.execute(log.insert(), rows[first : first + 5_000])
    place.tell(head)
    assert set(rows[0]) == set(COLUMNS)
    return house


@pytest.mark.slow
def test_a_log_of_100_000_entries_is_read_and_verified_in_a_moment(long_log: House) -> None:
    """First page, last page and a narrowed one ask the database for no more than a page of rows."""
    make_auditor(long_log)
    client = long_log.client()
    client.get("/log/")
    for asked in ("", "?page=1000", "?user=3&page=20", "?action=viewed", "?day=2026-01-01"):
        began = time.process_time()
        assert client.get(f"/log/{asked}").text.count("<time") == 100
        assert time.process_time() - began < 5
    with store(long_log.app).session() as s:
        put_entry(s, LogEntry("viewed"))
        plan = str(s.execute(text("EXPLAIN QUERY PLAN SELECT * FROM log WHERE account = 3 ORDER BY number DESC")).all())
    assert "ix_log_account_number" in plan
    assert verify(store(long_log.app)).faults == []


def test_the_key_is_the_owners_alone(house: House) -> None:
    """Made beside the database of this installation."""
    place: Path = store(house.app).log.folder
    assert (place / "log-key").stat().st_mode & 0o777 == 0o600


def test_a_page_that_says_what_is_wrong_is_a_page_that_was_shown(house: House) -> None:
    """Who asks for documents of nobody gets the page with all readers, and that has its entry."""
    plan = stored(house, document("tiny"), plan_document("tiny"))
    assert house.client().get(f"{plan}papers/print.pdf?paper=squad&for=nobody").status_code == 422
    (entry,) = entries(house, action="viewed", page="plan_papers.printed")
    assert entry["plan"] is not None


def test_who_reads_the_log_and_who_ends_sessions_is_told(house: House) -> None:
    """Both have an entry."""
    make_auditor(house)
    client = house.client()
    client.get("/log/")
    assert entries(house, action="viewed", page="logbook.page")
    client.post("/account/sessions", data={"csrf_token": token(client)})
    (entry,) = entries(house, action="sessions ended")
    assert (entry["account"], entry["details"]) == (house.person.id, {"account": house.person.id})


def test_what_waits_is_written_also_after_a_restore(house: House) -> None:
    """An entry that waited while the database was restored is not lost, and keeps nobody else's from being written."""
    operation, before = loaded(house, document("tiny")), store(house.app)
    late = house.app.extensions[viewing.KEY]
    told = viewing.View(LogEntry("viewed", operation, page="plans.show"), Origin(1), datetime.now(UTC))
    late._late.append((before, told))
    with engine_of(before.url.render_as_string(hide_password=False)).connect() as connection:
        renew(connection)
        connection.commit()
    late.write_late()
    assert late.num_late == 0
    with before.renewed().session() as s:
        assert s.scalar(log.select().with_only_columns(log.c.page).order_by(log.c.number.desc())) == "plans.show"
