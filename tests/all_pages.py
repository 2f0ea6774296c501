"""Every page of the web, filled with an example: its plan, a desk, a comparison, an import, a history."""

import re
from collections.abc import Iterator
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import update

from models import history, notes, one_time_codes, register, reports, tables
from models import plans as store
from models.database import write_transaction
from planner.edits import Edit
from planner.pictures import PICTURED
from planner.reports import Report
from tests.house import House, token
from tests.parcels import finish_parcels
from tests.planning import ask, taken, tell
from tests.questions import finish_questions
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_imports_web import ONE_MORE, WRONG, sent
from web import database
from web.registers import TITLES

NO_PAGES = {
    "static", "front.start", "operations.when", "front.basemap_file", "registers.rows", "plans.events",
    "plans.note_again", "plans.sheets", "plans.tables", "plans.plan_file",
    "plans.operation_file", "whatif.again", "whatif.points", "comparing.orders", "imports.events", "imports.faults",
    "imports.export", "imports.template", "history.last", "overviews.charts", "health.alive", "health.ready",
    "travel.state", "health.metrics", "pulse.state", "remarks.people", "drafts.state", "drafts.chart", "drafts.fits",
    "plan_papers.printed", "plan_papers.exported", "copies.printed", "parcels.events", "parcels.fetch", "stress.events",
    "reasons.events", "reasons.printed",
    "ground.of_operation", "ground.ways", "ground.tiles", "pictures.show",
    "own.page", "own.printed", "one_time_codes.ask", "reports.every", "live_board.state", "live_board.complete",
    "phone.page", "phone.state", "phone.worker", "after_actions.made",
    "token_pages.openapi", "api_operations.operations", "api_operations.operation", "api_operations.rows",
    "api_operations.row", "api_plans.scenarios", "api_plans.made", "api_plans.scenario", "api_plans.progress",
    "api_own.operations", "api_own.part", "api_own.document", "api_printing.ledger", "api_printing.printed",
    "api_printing.find", "api_printing.parcel", "api_printing.fetch",
    "api_plans.plan", "api_plans.sheets", "api_plans.tables", "api_plans.documents", "api_plans.exported",
}  # fmt: skip
"""What answers GET with a file, a part of a page, or the way to another page."""


def pages(house: House, name: str) -> list[tuple[str, str]]:
    """(endpoint, address) of each page of an example; some endpoints have several, one for each of their states."""
    make_auditor(house)
    client = house.client()
    plan = stored(house, document(name), plan_document(name))
    operation = f"/operations/{re.findall(r'[0-9]+', plan)[0]}"
    return [
        ("accounts.login", "/login"),
        ("accounts.account", "/account"),
        ("one_time_codes.page", _codes(house)),
        ("token_pages.index", "/account/tokens"),
        ("token_pages.reference", "/help/api"),
        ("notices.page", "/notices/"),
        ("logbook.page", "/log/"),
        ("logbook.of_operation", f"{operation}/log?table=suspects&id=P001&wide=1"),
        ("account_list.index", "/accounts/"),
        ("operations.index", "/operations/"),
        ("operations.new", "/operations/new"),
        ("operations.failed", "/operations/failed"),
        ("areas.index", "/areas/"),
        ("help.page", "/help"),
        ("help.page", "/help?of=registers.table"),
        ("operations.overview", f"{operation}/"),
        *(("pictures.page", f"{operation}/pictures/of/{of}?id={key}") for of, key in _things(name) if of in PICTURED),
        ("operation_facts.page", f"{operation}/facts/"),
        ("operations.ask_to_copy", f"{operation}/copy"),
        ("operations.ask_to_delete", f"{operation}/delete"),
        ("operations.index", "/operations/?state=archived&q=x&sort=-name"),
        *(("registers.table", f"{operation}/registers/{table}") for table in TITLES),
        ("doctrine.page", f"{operation}/registers/doctrine"),
        ("travel.page", f"{operation}/travel"),
        ("law.page", f"{operation}/law"),
        ("law.page", f"{operation}/law?of=sites&show=blocking"),
        ("law.row_page", f"{operation}/law/row?table=suspects&id={document(name)['suspects'][0]['id']}"),
        ("law.row_page", f"{operation}/law/row?table=sites&id=S001"),
        ("closures.change", _closure(house, client, operation)),
        ("pins.page", f"{operation}/pins?site=S001"),
        *_plans(house, client, plan, operation, name),
        *(("things.page", f"{operation}/things/{table}?id={key}") for table, key in _things(name)),
        ("search.page", f"{operation}/search?q=xyr"),
        ("search.page", f"{operation}/search?q=nobody"),
        ("activity.page", f"{operation}/activity"),
        ("members.page", f"{operation}/members"),
        ("approvals.page", f"{operation}/approval"),
        ("phones.page", f"{operation}/phones"),
        ("commands.page", f"{operation}/decisions"),
        ("detainees.page", f"{operation}/clocks"),
        ("after_actions.page", f"{operation}/after-action"),
        ("activity.page", f"{operation}/activity?kind=plans&day=2020-01-01"),
        ("live_board.page", _board(house, operation, int(re.findall(r"[0-9]+", plan)[1]))),
        *_imports(client, operation),
        *_history(house, operation),
    ]


def make_auditor(house: House) -> None:
    """The house's person may read the whole log."""
    with house.app.extensions[database.KEY].session() as s:
        mine = update(tables.users).where(tables.users.c.key == house.person.id)
        write_transaction(s).execute(mine.values(roles=["administrator", "auditor", "creator"]))


def _codes(house: House) -> str:
    """The page of one-time codes, with a key that is not confirmed yet."""
    with house.app.extensions[database.KEY].session() as s:
        one_time_codes.begin(s, house.person.id)
    return "/account/codes"


def _board(house: House, operation: str, scenario: int) -> str:
    """The board of the operation, on which this plan stands and one squad has reported."""
    key = int(re.findall("[0-9]+", operation)[0])
    with house.app.extensions[database.KEY].session() as s:
        notes.choose(s, key, scenario, house.person.id)
        plan, hour = store.load_plan(s, scenario), register.operation_line(s, key).h_hour
        unit = plan.plan_document["teams"][0]["units"][0]
        reports.put_reports(s, key, [Report(id=uuid4(), unit=unit, code="set", said=hour, received=hour)], None)
    return f"{operation}/board"


def _closure(house: House, client: FlaskClient, operation: str) -> str:
    """The page that changes a closure of the operation."""
    form = {"csrf_token": token(client), "number": "0", "seen": "0", "name": "Bridge", "shape": "line"}
    client.post(f"{operation}/travel/closures", data=form | {"corners": "30.5, 104.0\n30.6, 104.1"})
    return f"{operation}/travel/closures/1"


def _plans(house: House, client: FlaskClient, plan: str, operation: str, name: str) -> Iterator[tuple[str, str]]:
    """The plans' list, a plan, one that is made, one that waits, one that failed, the map, a desk, a comparison."""
    key, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    with house.app.extensions[database.KEY].session() as s:
        other = store.keep(s, key, plan_document(name), house.person.id, "Night")
    form = {"csrf_token": token(client), "parent": str(scenario)}
    desk = client.post(f"{operation}/whatif/", data=form).headers["Location"]
    draft = client.post(f"{operation}/drafts/", data=form | {"plan": str(scenario)}).headers["Location"]
    ask(client, key)
    lost = taken(house)
    with house.app.extensions[database.KEY].session() as s:
        store.give_up(s, lost.scenario, "a dispatcher", lost.attempt, "lost")
    ask(client, key, token="another-token-of-a-page")
    claim = taken(house)
    tell(house, claim, "squads", 9)
    yield "plans.index", f"{operation}/plans/"
    yield "plans.show", plan
    yield "plans.show", f"{operation}/plans/{claim.scenario}/"
    yield "plans.show", f"{operation}/plans/{lost.scenario}/"
    yield "plans.map_page", f"{plan}map"
    yield "plan_papers.index", f"{plan}papers/"
    yield "plan_papers.shown", f"{plan}papers/view?paper=squad&paper=custody"
    yield "parcels.new", f"{plan}papers/parcels?paper=order&paper=squad"
    answer = client.post(f"{plan}papers/parcels", data=form | {"paper": ["order"], "form": "zip"})
    finish_parcels()
    yield "parcels.show", answer.headers["Location"]
    yield "copies.new", f"{plan}papers/copies?paper=order&paper=squad"
    yield "copies.ledger", f"{operation}/copies/"
    client.post(f"{plan}papers/copies", data=form | {"paper": ["order"], "holders": "Commander"})
    yield "copies.ledger", f"{operation}/copies/?first=1&last=1"
    yield "copies.find", "/copies/"
    yield "copies.find", "/copies/?id=00000-00000-00000-00000-00000-0"
    yield "reliability.page", f"{plan}reliability/"
    yield "reliability.page", f"{plan}reliability/?p90=2&common=1.5"
    yield "stress.page", f"{plan}sweep/"
    yield "absent.page", f"{plan}absent/"
    yield "reasons.page", f"{plan}reasons/"
    yield "reasons.page", f"{plan}reasons/?about=exposure:"
    yield "reasons.show", _question(client, plan)
    yield "stress.page", _stress_test(client, plan)
    yield "whatif.show", desk
    yield "whatif.show", f"{desk}?at=sites:S001"
    yield "whatif.show", f"{desk}?at=officers:{document(name)['officers'][0]['id']}"
    yield "drafts.show", draft
    yield "drafts.index", f"{operation}/drafts/"
    yield "drafts.ask_to_delete", f"{draft}delete"
    yield "scenarios.page", f"{operation}/scenarios/?base={scenario}&plan={other}"
    yield "comparing.page", f"{operation}/compare/?old={scenario}&new={other}"


def _stress_test(client: FlaskClient, plan: str) -> str:
    """The page of a stress test that was stopped before anything was done."""
    form = {"csrf_token": token(client), "custody": "y", "seconds": "1"}
    there = client.post(f"{plan}sweep/", data=form).headers["Location"].partition("#")[0]
    client.post(f"{plan}sweep/{there.rpartition('=')[2]}/stop", data={"csrf_token": token(client)})
    return str(there)


def _question(client: FlaskClient, plan: str) -> str:
    """The page of a question that was answered."""
    asked = re.search(r'<option value="([^"]+)"', client.get(f"{plan}reasons/").text)
    assert asked is not None, "every plan of the examples leaves something to ask"
    form = {"csrf_token": token(client), "question": asked[1], "remedies": "on"}
    there = str(client.post(f"{plan}reasons/", data=form).headers["Location"])
    finish_questions()
    return there


def _things(name: str) -> Iterator[tuple[str, str]]:
    """A thing of each kind."""
    data, plan = document(name), plan_document(name)
    yield from ((table, data[table][0]["id"]) for table in ("officers", "vehicles", "sites", "suspects", "agencies"))
    yield "places", data["places"][-1]["id"]
    yield from (("teams", plan["teams"][0]["id"]), ("units", plan["teams"][0]["units"][0]))


def _imports(client: FlaskClient, operation: str) -> Iterator[tuple[str, str]]:
    yield "imports.start", "/operations/import"
    yield "imports.start", f"{operation}/import"
    yield "imports.columns", "/operations/columns"
    yield "imports.preview", sent(client, f"{operation}/import", ONE_MORE)
    yield "imports.preview", sent(client, "/operations/import", WRONG)


def _history(house: House, operation: str) -> Iterator[tuple[str, str]]:
    """A change and a removed row of an operation of their own, so that the plan stays that of its operation."""
    key = loaded(house, document("tiny") | {"id": "history"})
    with house.app.extensions[database.KEY].session() as s:
        row = register.document(s, key)["sites"][0]
        register.change(s, key, [Edit("sites", row["id"], row | {"address": "Other street 1"})], house.person.id)
        last = register.document(s, key)["vehicles"][-1]
        register.change(s, key, [Edit("vehicles", last["id"], None)], house.person.id)
        change = history.history(s, key)[1].key
    base = f"/operations/{key}/history"
    yield "history.page", base
    yield "history.show", f"{base}/{change}"
    yield "history.show_removed", f"{base}/bin?table=vehicles&key={last['id']}"
