"""Nothing leaves the system without a record of it: every address that hands out a file is walked."""

import json
import re
from datetime import timedelta

import pytest

from models import plans as store
from models.event_tables import EVENT_KINDS
from models.events import EventFilter, latest_events
from models.notes import choose
from planner.exports.registry import EXPORTS
from planner.papers.registry import PAPERS
from tests.all_pages import NO_PAGES
from tests.api_tokens import bearer
from tests.house import House, token
from tests.parcels import finish_parcels
from tests.questions import answered_with, requesting
from tests.stored_plans import document, plan_document, stored
from web import database
from web.activity import SAID
from web.disclosure import DOCUMENTS, Disclosure, record

NO_DOCUMENTS = {
    "static": "files of the program",
    "health.alive": "", "health.ready": "", "health.metrics": "figures of the program",
    "front.start": "the way to another page", "operations.when": "the way to another page",
    "history.last": "the way to another page", "plans.note_again": "the way to another page",
    "whatif.again": "the way to another page",
    "front.basemap_file": "a map of the country, without anything of an operation",
    "pictures.show": "a picture, a part of a page",
    "ground.of_operation": "streets, a part of a map", "ground.ways": "lines, a part of a map",
    "ground.tiles": "a map of an area, without anything of an operation", "whatif.points": "points, a part of a page",
    "remarks.people": "a part of a page",
    "registers.rows": "a part of a page", "overviews.charts": "a part of a page", "drafts.chart": "a part of a page",
    "drafts.fits": "a part of a page", "drafts.state": "a part of a page", "travel.state": "a part of a page",
    "parcels.events": "a part of a page", "stress.events": "a part of a page",
    "reasons.events": "a part of a page",
    "pulse.state": "a part of a page", "plans.events": "a part of a page", "imports.events": "a part of a page",
    "one_time_codes.ask": "a page, once the password was right",
    "reports.every": "reports, a part of a page",
    "phone.page": "the page of a unit, opened by link and number", "phone.state": "what that page shows",
    "phone.worker": "a script",
    "live_board.state": "a part of a page", "live_board.complete": "a part of a page",
    "own.page": "the page of roles that see a part", "own.printed": "see tests of rights: it leaves a record too",
    "token_pages.openapi": "what the API is",
    "api_operations.operations": "a list, a part of a page", "api_operations.rows": "rows, a part of a page",
    "api_operations.row": "a row, a part of a page", "api_plans.scenarios": "a list, a part of a page",
    "api_plans.made": "a list, a part of a page", "api_plans.scenario": "a line of the list of plans",
    "api_plans.progress": "a part of a page",
    "api_own.operations": "a list, a part of a page", "api_own.part": "as the page of roles that see a part",
    "api_own.document": "see tests of rights: it leaves a record too",
    "api_printing.ledger": "a list, a part of a page", "api_printing.find": "a line of it",
    "api_printing.parcel": "a part of a page",
    "imports.faults": "the reader's own upload, given back", "imports.template": "an empty form",
}  # fmt: skip
"""What answers GET with no page and no document, and what it is."""


OF_OPERATION = ("imports.export", "api_operations.operation")
"""Downloads of no plan."""


def downloads(house: House) -> list[tuple[str, str]]:
    """(endpoint, address) of everything that is handed out: each form of a plan, and those of its operation."""
    plan = stored(house, document("one-city"), plan_document("one-city"))
    form = {"csrf_token": token(client := house.client()), "paper": "contacts", "holders": "Commander"}
    assert client.post(f"{plan}papers/copies", data=form).status_code == 303
    operation, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    with house.app.extensions[database.KEY].session() as s:
        swapped = json.loads(json.dumps(plan_document("one-city")).replace('"O-C01-009"', '"O-H01-012"'))
        other = store.keep(s, operation, swapped, None, "Another officer")
        choose(s, operation, scenario, house.person.id)  # the after-action report is of the working plan
    request = answered_with(house, operation, scenario, requesting("C01", "B-C01", "成都"))
    parcel = client.post(f"{plan}papers/parcels", data=form | {"form": "pdf"}).location
    finish_parcels()
    return [
        ("plans.map_page", f"{plan}map"),
        ("parcels.fetch", f"{parcel}file"),
        ("plans.sheets", f"{plan}sheets.pdf"),
        ("plans.plan_file", f"{plan}plan.json"),
        ("plans.operation_file", f"{plan}operation.json"),
        *(("plans.tables", f"{plan}tables.{form}") for form in ("xlsx", "csv")),
        *(("plan_papers.printed", f"{plan}papers/print.{form}?paper=contacts") for form in ("pdf", "xlsx", "csv")),
        *(("plan_papers.exported", f"{plan}papers/export/{name}") for name in EXPORTS),
        ("copies.printed", f"/operations/{operation}/copies/print.pdf?first=1&last=1"),
        *(("after_actions.made", f"/operations/{operation}/after-action/report.{form}") for form in ("pdf", "xlsx")),
        ("reasons.printed", f"{plan}reasons/{request}/request.pdf"),
        ("comparing.orders", f"/operations/{operation}/compare/orders.pdf?old={other}&new={scenario}"),
        *(("imports.export", f"/operations/{operation}/export/{form}") for form in ("xlsx", "json", "csv", "planner")),
        ("api_operations.operation", f"/api/v1/operations/{operation}"),
        ("api_plans.plan", f"/api/v1{plan.rstrip('/')}"),
        ("api_printing.printed", f"/api/v1/operations/{operation}/copies/print.pdf?first=1&last=1"),
        ("api_printing.fetch", f"/api/v1{parcel}file"),
        ("api_plans.sheets", f"/api/v1{plan}sheets.pdf"),
        *(("api_plans.tables", f"/api/v1{plan}tables.{form}") for form in ("xlsx", "csv")),
        *(("api_plans.documents", f"/api/v1{plan}documents.{form}?paper=contacts") for form in ("pdf", "xlsx", "csv")),
        *(("api_plans.exported", f"/api/v1{plan}exports/{name}") for name in EXPORTS),
    ]


def test_every_download_leaves_a_record(house: House) -> None:
    """One event for each, with its documents and form, and with nothing about people; a refusal leaves none."""
    client, every, headers = house.client(), downloads(house), bearer(house)
    operation = int(re.findall("[0-9]+", every[0][1])[0])
    names = [row["name"] for row in document("one-city")["officers"]]
    seen = 0
    for endpoint, address in every:
        answer = client.get(address, headers=headers if address.startswith("/api/") else None)
        with house.app.extensions[database.KEY].session() as s:
            found = [e for e in latest_events(s, operation, 100) if e.kind in ("printed", "exported", "seen")]
        assert answer.status_code == 200, (endpoint, address)
        assert len(found) == seen + 1, f"{endpoint} hands out {address} and keeps no record"
        event, seen = found[0], seen + 1
        assert event.user == house.person.id and (event.scenario is None) == (endpoint in OF_OPERATION)
        assert set(event.details["documents"]) <= DOCUMENTS.keys() and event.details["form"]
        assert not any(name in json.dumps(event.details, ensure_ascii=False) for name in names)
    refused = every[0][1].replace("map", "papers/print.pdf")
    assert client.get(refused).status_code == 422
    with house.app.extensions[database.KEY].session() as s:
        assert len([e for e in latest_events(s, operation, 100) if e.kind in ("printed", "exported")]) == seen - 1


def test_no_address_that_hands_out_a_file_is_forgotten(house: House) -> None:
    """What answers GET and is no page is a download that the test above walks, or is named here with its reason."""
    walked = {endpoint for endpoint, _ in downloads(house)}
    assert NO_PAGES - walked == NO_DOCUMENTS.keys() and not walked & NO_DOCUMENTS.keys()


def test_who_looks_again_soon_has_seen_it_once(house: House) -> None:
    """The map that a page draws is told once an hour for each person and plan."""
    client, other = house.client(), house.client(house.another("second"))
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = int(re.findall("[0-9]+", plan)[0])
    for reader in (client, client, other, other):
        reader.get(f"{plan}map")

    def seen() -> int:
        with house.app.extensions[database.KEY].session() as s:
            return len(latest_events(s, operation, 100, EventFilter(kinds=("seen",))))

    assert seen() == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.disclosure.SEEN_AGAIN", timedelta(0))
        client.get(f"{plan}map")
    assert seen() == 3


def test_who_sees_other_documents_has_not_seen_them_before(house: House) -> None:
    """That a map was opened keeps no other document of the same plan from its record."""
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    store_of = house.app.extensions[database.KEY]
    for documents, form in ((("map",), "html"), (("map",), "html"), (("wall",), "html"), (("map",), "json")):
        with house.app.test_request_context(), store_of.session() as s:
            record(s, house.person, Disclosure("seen", operation, documents, form, scenario))
    with store_of.session() as s:
        seen = latest_events(s, operation, 9, EventFilter(kinds=("seen",)))
    assert [(one.details["documents"], one.details["form"]) for one in reversed(seen)] == [
        (["map"], "html"), (["wall"], "html"), (["map"], "json"),
    ]  # fmt: skip


def test_the_activity_tells_what_was_printed(house: House) -> None:
    """Kind, plan, documents and form; others who look at the operation are not told of it as of a change."""
    client, other = house.client(), house.client(house.another("second"))
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = re.findall("[0-9]+", plan)[0]
    page = client.get(f"/operations/{operation}/?lang=en").text
    (address,) = re.findall(r'data-address="([^"]+)"', page)
    other.get(f"{plan}papers/print.pdf?paper=contacts&paper=vehicles")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(f"/operations/{operation}/activity?lang=en").text))
    both = f"{PAPERS['vehicles'].title}, {PAPERS['contacts'].title}"
    assert f"Documents printed: Plan 1: {both} (PDF)" in text
    assert "by others since" not in client.get(address.replace("&amp;", "&")).text


def test_every_kind_of_event_has_its_words() -> None:
    """The database takes no event that the page of activity cannot tell."""
    assert SAID.keys() == set(EVENT_KINDS)


def test_without_a_record_nothing_leaves(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the event cannot be kept, the document is not handed out."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))

    def fail(*_: object, **__: object) -> int:
        raise RuntimeError("no record")

    monkeypatch.setattr("web.disclosure.put_event", fail)
    monkeypatch.setitem(house.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get(f"{plan}plan.json")
    assert answer.status_code == 500 and b"officers" not in answer.data
