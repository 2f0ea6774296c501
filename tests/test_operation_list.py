"""The list of operations: found, sorted, archived, copied, deleted; references and numbers of plans stand once."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from models import erasing, notes, register
from models import plan_tables as p
from models import plans as store
from models import tables as t
from models.database import Database, Session, write_transaction
from models.errors import AtWork
from planner.copying import without_people
from planner.edits import Edit, document_faults
from planner.files import Unreadable, dump_operation
from planner.solver import Limit
from tests.house import House, token
from tests.operations import two_doors
from tests.planning import ask, taken
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_web_operations import NEW, text
from web import database as web_database


@pytest.fixture
def opened(house: House) -> Callable[[], object]:
    """A function that opens a transaction."""
    return house.app.extensions[web_database.KEY].session


def listed(house: House, query: str = "") -> list[str]:
    """The references in the list, in its order."""
    page = house.client().get(f"/operations/?lang=en&{query}").text
    return re.findall(r'data-label="Reference">([^<]*)<', page)


def three(house: House) -> list[int]:
    """Three operations: two doors A in 2030, B in 2031, and one city C in 2029."""
    made = (("tiny", "A", "2030"), ("tiny", "B", "2031"), ("one-city", "C", "2029"))
    return [
        loaded(house, document(name) | {"id": ref, "name": f"Night {ref}", "h_hour": f"{year}-01-01T06:00:00+08:00"})
        for name, ref, year in made
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "A", "C"]),
        ("sort=h", ["C", "A", "B"]),
        ("sort=-name", ["C", "B", "A"]),
        ("sort=-officers", ["C", "B", "A"]),
        ("sort=nonsense&status=nonsense&state=nonsense", ["B", "A", "C"]),
        ("q=night+b", ["B"]),
        ("q=2029", ["C"]),
        ("q=none", []),
        ("status=ready", ["A"]),
        ("state=archived", []),
    ],
)
def test_operations_are_found_and_sorted(house: House, opened, query: str, found: list[str]) -> None:
    """Words, status, archive and order are what the address asks for; what it does not know is not asked."""
    with_key = three(house)
    with opened() as s:
        register.set_status(s, with_key[0], "ready", house.person.id)
    assert sorted(listed(house, query)) == sorted(found)
    if query != "sort=-officers":
        assert listed(house, query) == found


def test_headings_sort_and_say_so(house: House) -> None:
    """The column that the list goes by tells the direction; its link turns it and keeps what else was asked."""
    three(house)
    page = house.client().get("/operations/?lang=en&q=night&sort=name").text
    assert page.count("aria-sort=") == 1
    assert re.search(r'aria-sort="ascending"><a href="/operations/\?q=night&amp;sort=-name">Operation', page)


def test_archived_operations_stay_as_they_are(house: House, opened) -> None:
    """What is archived leaves the list, is found among the archived, answers as before, and comes back."""
    key, client = loaded(house, document("tiny")), house.client()
    with opened() as s:
        before = register.document(s, key)
    form = {"csrf_token": token(client)}
    client.post(f"/operations/{key}/archive", data=form | {"into": "archive"})
    assert (listed(house), listed(house, "state=archived"), listed(house, "state=all")) == ([], ["tiny-1"], ["tiny-1"])
    page = client.get(f"/operations/{key}/?lang=en").text
    assert "Archived" in page and "Restore from the archive" in page
    with opened() as s:
        assert register.document(s, key) == before
    client.post(f"/operations/{key}/archive", data=form | {"into": "list"})
    assert listed(house) == ["tiny-1"]


def test_a_closed_operation_is_archived(house: House, opened) -> None:
    """Who closes an operation puts it away; it can be put back into the list and stays closed."""
    key = loaded(house, document("tiny"))
    with opened() as s:
        register.set_status(s, key, "closed", house.person.id)
        register.unarchive(s, key)
        line = register.operation_line(s, key)
    assert (line.status, line.archived_at) == ("closed", None)


def everything(s: Session) -> dict[str, list[object]]:
    """Every row of every table but those of this installation, and of the log, which outlives operations."""
    return {
        table.name: [tuple(row) for row in s.execute(select(table).order_by(*table.primary_key))]
        for table in t.metadata.sorted_tables
        if table.name not in ("sessions", "erasures", "users", "installation", "log")
    }


def worked_with(s: Session, operation: int, user: int) -> None:
    """The operation has plans, a name, a choice, and a history."""
    scenario = store.keep(s, operation, plan_document("one-city"), user, "")
    notes.put_note(s, scenario, notes.Note("Night", "a note"), user)
    notes.choose(s, operation, scenario, user)
    register.change(s, operation, [Edit("operation", "name", {"value": f"Night {operation}"})], user)


def test_a_deleted_operation_takes_nothing_of_others(house: House, opened) -> None:
    """Every row of it goes, also its documents; every row of another operation, which shares a snapshot, stays."""
    first = loaded(house, document("one-city"))
    with opened() as s:
        worked_with(s, first, house.person.id)
        before = everything(s)
    second = loaded(house, document("one-city") | {"id": "other"})
    with opened() as s:
        scenario = store.keep(s, second, plan_document("one-city") | {"operation": "other"}, house.person.id, "")
        notes.choose(s, second, scenario, house.person.id)
        erasing.erase(s, second, house.person.id)
        assert everything(s) == before
    with opened() as s:
        assert [(one.id, one.by) for one in erasing.erasures(s, house.person.id)] == [("other", "Analyst")]
        assert not s.execute(select(t.erasures).where(t.erasures.c.under_way)).all()


def test_a_key_is_not_given_again(house: House, opened) -> None:
    """After the last operation and its plan were deleted, the next ones have other keys: an old link leads nowhere."""
    old = stored(house, document("one-city"), plan_document("one-city"))
    key, scenario = map(int, re.findall(r"\d+", old))
    with opened() as s:
        erasing.erase(s, key, house.person.id)
    new = stored(house, document("one-city"), plan_document("one-city"))
    assert {int(n) for n in re.findall(r"\d+", new)}.isdisjoint({key, scenario} - {min(key, scenario)})
    assert house.client().get(old).status_code == 404


def test_what_is_append_only_still_is(house: House, opened) -> None:
    """Outside of such a deletion no plan, scenario or change can be deleted, also after one was made."""
    stored(house, document("one-city"), plan_document("one-city"))
    gone = loaded(house, document("tiny"))
    with opened() as s:
        erasing.erase(s, gone, None)
    for table in (p.plans, p.scenarios, p.snapshots):
        with pytest.raises(Exception, match="append-only"), opened() as s:
            write_transaction(s).execute(delete(table))


def test_deleting_asks_for_the_reference(house: House) -> None:
    """The page says what goes; a wrong reference changes nothing; the right one deletes."""
    key, client = loaded(house, document("one-city")), house.client()
    page = text(client.get(f"/operations/{key}/delete?lang=en").text)
    assert f"permanently deleted: suspects {len(document('one-city')['suspects'])}, sites" in page
    ref = document("one-city")["id"]
    form = {"csrf_token": token(client), "reference": f"{ref}2"}
    assert client.post(f"/operations/{key}/delete?lang=en", data=form).status_code == 422
    assert client.get(f"/operations/{key}/").status_code == 200
    assert client.post(f"/operations/{key}/delete", data=form | {"reference": ref}).status_code == 302
    assert client.get(f"/operations/{key}/").status_code == 404
    assert f'<th scope="row">{ref}</th>' in client.get("/operations/?state=archived&lang=en").text


def test_what_is_at_work_is_not_deleted(house: House, opened) -> None:
    """While a plan waits or is being made, or the operation runs, it stays, and the page says why."""
    key, client = loaded(house, document("one-city")), house.client()
    ask(client, key)
    form = {"csrf_token": token(client), "reference": document("one-city")["id"]}
    answer = client.post(f"/operations/{key}/delete?lang=en", data=form)
    assert (answer.status_code, "a plan of it is being made" in answer.text) == (409, True)
    claim = taken(house)
    with pytest.raises(AtWork), opened() as s:
        erasing.erase(s, key, None)
    with opened() as s:
        store.give_up(s, claim.scenario, "a dispatcher", claim.attempt, "lost")
        for status in ("ready", "approved", "released", "running"):
            register.set_status(s, key, status)
    with pytest.raises(AtWork), opened() as s:
        erasing.erase(s, key, None)


def test_plans_are_numbered_within_their_operation(house: House, opened) -> None:
    """The first plan of each operation is Plan 1, whatever others have; addresses are as they were."""
    first, second = (loaded(house, document("one-city") | {"id": name}) for name in ("first", "second"))
    with opened() as s:
        for key in (first, first, second):
            store.ask(s, key, house.person.id, Limit(5, None, 1))
        assert [line.number for line in store.lines(s, first)] == [2, 1]
        (line,) = store.lines(s, second)
    assert (line.number, line.scenario) == (1, 3)
    page = house.client().get(f"/operations/{second}/plans/?lang=en").text
    assert f'href="/operations/{second}/plans/3/">Plan 1</a>' in page


def test_a_reference_stands_once(house: House, opened) -> None:
    """A second operation of a reference is refused beside the field, and by the store; an archived one counts."""
    client = house.client()
    form = {"csrf_token": token(client), **NEW}
    assert client.post("/operations/new", data=form).status_code == 302
    with opened() as s:
        register.archive(s, 1)
    answer = client.post("/operations/new?lang=en", data=form | {"name": "Other"})
    assert answer.status_code == 422
    assert re.findall(r'class="wrong" id="([\w-]+)"', answer.text) == ["id-wrong"]
    with pytest.raises(Unreadable, match="another operation has the reference"), opened() as s:
        register.create_operation(s, document("tiny") | {"id": NEW["id"]})


@pytest.mark.parametrize("people", ["with", "without"])
def test_a_copy_is_a_draft_of_its_own(house: House, opened, people: str) -> None:
    """The copy has its own reference and name, everything of the other or nothing of its people, and no plan."""
    source, client = loaded(house, document("one-city")), house.client()
    page = client.get(f"/operations/{source}/copy?lang=en").text
    assert re.search(r'name="id"[^>]* value=""', page) and re.search(r'name="name"[^>]* value="[^"]', page)
    form = {"csrf_token": token(client), **NEW, "people": people}
    key = int(re.findall(r"\d+", client.post(f"/operations/{source}/copy", data=form).headers["Location"])[0])
    with opened() as s:
        copy, line, whole = register.document(s, key), register.operation_line(s, key), register.document(s, source)
        assert store.lines(s, key) == []
    head = {"id": "9-01", "name": "Nine", "h_hour": "2026-05-01T05:30:00+08:00", "max_teams": 7}
    wanted = whole | head
    assert copy == (wanted if people == "with" else without_people(wanted))
    assert (line.status, line.num_sites) == ("draft", len(whole["sites"]))
    assert client.post(f"/operations/{source}/copy", data=form).status_code == 422


def test_a_template_without_people_names_nobody() -> None:
    """No officer, suspect, link or address is left, nor an order to an officer; what is left is sound."""
    whole = document("3-02")
    whole["pins"] = [{"officer": whole["officers"][0]["id"], "reserve": True}, {"site": "S001", "skip": True}]
    left = without_people(whole)
    assert [len(left.get(table, ())) for table in ("officers", "suspects", "links", "addresses")] == [0, 0, 0, 0]
    assert left["pins"] == [{"site": "S001", "skip": True}]
    assert left["sites"] == whole["sites"] and document_faults(left) == []
    names = {row["name"] for table in ("officers", "suspects") for row in whole[table]}
    assert not any(name in str(left) for name in names)


def test_deleting_works_on_both_databases(database: Database) -> None:
    """SQLite and PostgreSQL let an operation go as a whole."""
    with database.session() as s:
        key = register.create_operation(s, dump_operation(two_doors()))
        store.ask(s, key, None, Limit(5, None, 1))
        write_transaction(s).execute(p.runs.update().values(status="failed"))
    with database.session() as s:
        erasing.erase(s, key, None)
        assert register.operations(s) == []
        assert s.execute(select(p.snapshots.c.hash)).all() == []
        assert register.create_operation(s, dump_operation(two_doors())) > key
