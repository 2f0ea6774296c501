"""The what-if desk through the web: kept as it is made, refused where it cannot be, replanned near its plan."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import plans as store
from models import register
from planner.edits import differences
from planner.files import dump_plan
from planner.i18n import gettext
from planner.run_report import with_report
from planner.solver import Clock, Limit, solve
from tests.effort import slow_after
from tests.house import House, token
from tests.planning import taken, tell
from tests.stored_plans import document, loaded, plan_document, stored
from web import database
from web.plan_form import MOST_WAITING
from web.whatif_forms import EDIT_FORMS

CITY = document("one-city")
OFFICER, SITE, SUSPECT = "O-H00-030", "S001", "P0001"


@pytest.fixture
def plan(house: House) -> str:
    """The address of the plan of one-city."""
    return stored(house, CITY, plan_document("one-city"))


@pytest.fixture
def desk(house: House, plan: str) -> str:
    """The address of a desk on it."""
    return opened(house.client(), plan)


def opened(client: FlaskClient, plan: str) -> str:
    """The address of a new desk on the plan."""
    operation, scenario = re.findall(r"\d+", plan)
    form = {"csrf_token": token(client), "parent": scenario}
    answer = client.post(f"/operations/{operation}/whatif/", data=form)
    assert answer.status_code == 302
    return answer.headers["Location"]


def do(client: FlaskClient, desk: str, edit: str, **fields: str) -> Any:
    """The answer to a form of the desk."""
    form = {"csrf_token": token(client), "edit": edit, **fields}
    return client.post(f"{desk}edits", data=form, headers={"Accept-Language": "en"})


def edits(client: FlaskClient, desk: str) -> list[str]:
    """What the desk says was done, the latest first."""
    text = client.get(f"{desk}?lang=en").text
    return [re.sub("<[^>]+>", "", found) for found in re.findall(r"<li><div>(.*?)</div>", text, re.DOTALL)]


FORMS = {
    "gone": {"table": "officers", "key": OFFICER},
    "all_gone": {"table": "officers", "names": f"{OFFICER}\nC01-005"},
    "share_gone": {"agency": "C01", "percent": "10 %"},
    "no_vans": {"base": "B-C01"},
    "late": {"key": OFFICER, "minutes": "30"},
    "lent": {"key": OFFICER, "team": "T1"},
    "reserved": {"key": OFFICER},
    "at_door": {"key": OFFICER, "site": SITE},
    "not_at_door": {"key": OFFICER, "site": SITE},
    "skipped": {"key": SITE},
    "locked": {"key": "S002"},
    "at_hour": {"key": SITE, "minute": "H+15"},
    "of_team": {"key": SITE, "team": "T1"},
    "moved": {"table": "sites", "key": SITE, "lat": "30.5", "lon": "104.1"},
    "site": {
        "key": SITE,
        "address": "1 New Road",
        "risk": "high",
        "officers": "",
        "raid_minutes": "50",
        "set_minutes": "0",
    },
    "suspect": {"key": SUSPECT, "priority": "5"},
    "no_warrant": {"key": SUSPECT},
    "at_site": {"key": SUSPECT, "site": "S002"},
    "at_address": {"key": SUSPECT, "site": "S-NEW-1", "address": "1 New Road", "lat": "30.5", "lon": "104.1"},
    "new_suspect": {
        "site": SITE, "id": "P-NEW-1", "name": "嫌疑人 新", "sex": "F", "born": "1990-01-02", "priority": "2",
        "number": "W-1", "expires": "2026-04-08T00:00",
    },
    "new_site": {"id": "S-NEW-1", "address": "1 New Road", "city": "成都", "risk": "low", "lat": "30.5", "lon": "104"},
    "no_locals": {"city": "成都"},
    "way": {"from": SITE, "to": "S002", "minutes": "", "closed": "yes", "both": "yes"},
    "hour": {"minutes": "-15"},
    "teams": {"most": "2"},
    "figure": {"figure": "raid_minutes.high", "value": "70"},
}  # fmt: skip


def test_each_form_is_kept_told_and_undone(house: House, desk: str) -> None:
    """What was sent stands in the list in words, also after the browser was closed, and can be undone."""
    client = house.client()
    for edit, fields in FORMS.items():
        answer = do(client, desk, edit, **fields)
        assert answer.status_code == 302, (edit, answer.text)
        (told,) = edits(house.client(), desk)
        assert told.strip(), edit
        (undo,) = re.findall(r'action="([^"]+/undo)"', client.get(desk).text)
        client.post(undo, data={"csrf_token": token(client)})
        assert edits(client, desk) == []


def test_every_form_is_tried_and_what_lifts_orders_too(house: House, desk: str) -> None:
    """The forms above are all that there are, with the two that lift orders."""
    assert set(FORMS) | {"officer_free", "site_free"} == set(EDIT_FORMS)
    client = house.client()
    do(client, desk, "locked", key="S002")
    assert do(client, desk, "site_free", key="S002").status_code == 302
    do(client, desk, "reserved", key=OFFICER)
    assert do(client, desk, "officer_free", key=OFFICER).status_code == 302
    assert len(edits(client, desk)) == 4


@pytest.mark.parametrize(
    ("edit", "fields", "told"),
    [
        ("gone", {"table": "officers", "key": "O-nobody"}, "there is no such row"),
        ("gone", {"table": "agencies", "key": "C01"}, "there is no such row"),
        ("all_gone", {"table": "officers", "names": f"{OFFICER}\nnobody"}, "names: nobody"),
        ("all_gone", {"table": "officers", "names": "C01"}, "may be several"),
        ("all_gone", {"table": "officers", "names": "\n".join(map(str, range(501)))}, "more than 500 names"),
        ("share_gone", {"agency": "C01", "percent": "0"}, "no percentage"),
        ("share_gone", {"agency": "X", "percent": "10"}, "names nothing here"),
        ("no_vans", {"base": "S001"}, "names nothing here"),
        ("late", {"key": OFFICER, "minutes": "soon"}, "no number of minutes"),
        ("late", {"key": OFFICER}, "is missing"),
        ("at_door", {"key": OFFICER, "site": "S-none"}, "S-none"),
        ("moved", {"table": "sites", "key": SITE, "lat": "95", "lon": "nan"}, "is no number"),
        ("moved", {"table": "sites", "key": SITE, "lat": "95", "lon": "104"}, "is not from -90 to 90"),
        ("suspect", {"key": SUSPECT, "priority": "9"}, "is not from 1 to 5"),
        ("figure", {"figure": "escort_crew", "value": "0"}, "is not from 1 to 100000"),
        ("figure", {"figure": "__class__", "value": "1"}, "no figure of the doctrine"),
        ("new_suspect", {"site": SITE, "id": SUSPECT, "name": "x", "sex": "M", "born": "1990-01-02", "priority": "1"},
         "take another id"),
        ("teams", {"most": "many"}, "is no whole number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_not_kept(
    house: House, desk: str, edit: str, fields: dict[str, str], told: str
) -> None:
    """The page says what is wrong, with what was typed still there; the desk is as it was."""
    client = house.client()
    answer = do(client, desk, edit, **fields)
    assert answer.status_code == 422 and told in answer.text.replace("−", "-")
    assert edits(client, desk) == []


def test_a_form_sent_twice_is_done_once(house: House, desk: str) -> None:
    """A double click changes nothing that is so already."""
    client = house.client()
    for _ in range(2):
        assert do(client, desk, "at_hour", key=SITE, minute="15").status_code == 302
    assert len(edits(client, desk)) == 1


@pytest.mark.parametrize("table", ["officers:O-H00-030", "suspects:P0001", "sites:S001", "vehicles:V-C01-01",
                                   "places:A011", "cities:成都", "officers:O-none", "nonsense"])  # fmt: skip
@pytest.mark.parametrize("lang", slow_after(1, ["en", "zh"]))
def test_every_subject_has_its_page(house: House, desk: str, table: str, lang: str) -> None:
    """Whatever is chosen, the page comes, in both languages; what does not exist shows the whole operation."""
    answer = house.client().get(desk, query_string={"at": table, "lang": lang, "find": "H00"})
    assert answer.status_code == 200
    assert ("The whole operation" in answer.text) == (lang == "en" and table in ("officers:O-none", "nonsense"))


def test_a_desk_belongs_to_its_operation(house: House, desk: str) -> None:
    """Under another operation's address there is no such desk, and no such plan to open one on."""
    other = loaded(house, CITY | {"id": "other"})
    client = house.client()
    number = re.findall(r"\d+", desk)[-1]
    for part in ("", "points.json"):
        assert client.get(f"/operations/{other}/whatif/{number}/{part}").status_code == 404
    assert do(client, f"/operations/{other}/whatif/{number}/", "reserved", key=OFFICER).status_code == 404
    form = {"csrf_token": token(client), "parent": "1"}
    assert client.post(f"/operations/{other}/whatif/", data=form).status_code == 404
    assert client.get(f"/operations/{other}/compare/?old=1&new=1").status_code == 404


def test_nobody_unknown_and_no_foreign_form_gets_through(house: House, desk: str) -> None:
    """Without a session there is the log-in; without the page's token nothing is done."""
    assert house.app.test_client().get(desk).status_code == 401
    assert house.client().post(f"{desk}edits", data={"edit": "reserved", "key": OFFICER}).status_code == 400
    assert edits(house.client(), desk) == []


def replanned(house: House, client: FlaskClient, desk: str, **fields: str) -> int:
    """The scenario that came of Replan, after what the dispatcher does was done."""
    form = {"csrf_token": token(client), "token": "a-token-of-one-page", "seconds": "10", "seed": "0", "name": "new"}
    for _ in range(2):  # a double click
        assert client.post(f"{desk}replan", data=form | fields).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        claim = store.claim(s, "a dispatcher", 60.0)
        assert store.claim(s, "another", 60.0) is None
    assert claim is not None
    scenario = claim.question.scenario()
    plan = with_report(scenario, solve(scenario, Clock(Limit(work=60))))
    with house.app.extensions[database.KEY].session() as s:
        assert store.finish(s, claim.scenario, "a dispatcher", claim.attempt, dump_plan(plan))
    return claim.scenario


def test_replan_compare_and_print(house: House, plan: str, desk: str) -> None:
    """Replanned once however often it is clicked; strip, tree, comparison and change orders tell what came of it."""
    client = house.client()
    do(client, desk, "gone", table="officers", key=plan_document("one-city")["units"][0]["officers"][0])
    new = replanned(house, client, desk)
    operation, old = re.findall(r"\d+", plan)
    page = client.get(f"{desk}?lang=en").text
    assert "Officers to be re-briefed" in page and "Compare with the original plan" in page
    assert "The scenario has changed since" not in page
    compared = client.get(f"/operations/{operation}/compare/?old={old}&new={new}&lang=en")
    assert compared.status_code == 200 and "Officers to be re-briefed" in compared.text
    assert "Not available" in compared.text and "No longer in the operation, previously assigned: 1." in compared.text
    (strip,) = re.findall(r"Officers to be re-briefed</dt><dd><strong>([0-9]+)<", page)
    assert f"Officers to be re-briefed: {strip}." in compared.text
    assert re.search(rf"Officers to be re-briefed <span class=.count.>{strip}<", compared.text)
    table = client.get(f"/operations/{operation}/scenarios/?lang=en").text  # the replans of the plan, without a choice
    assert re.search(rf'data-label="To be re-briefed">{strip}\b', table) and "Officer O-" in table
    for lang in ("en", "zh"):
        pdf = client.get(f"/operations/{operation}/compare/orders.pdf?old={old}&new={new}&lang={lang}")
        assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")
    listed = client.get(f"/operations/{operation}/plans/?lang=en").text
    assert "└" in listed and "1 change<" in listed
    made = client.get(f"/operations/{operation}/plans/{new}/?lang=en").text
    assert "Based on Plan" in made and "Differences between the registers" in made
    do(client, desk, "reserved", key=OFFICER)
    assert "The scenario has changed since" in client.get(f"{desk}?lang=en").text


def test_a_desk_is_told_when_its_person_has_asked_for_enough(house: House, desk: str) -> None:
    """Whoever waits for as many plans as one person may is told so at the desk, which stays as it is; 429."""
    client = house.client()
    do(client, desk, "reserved", key=OFFICER)
    house.app.config[MOST_WAITING] = 1
    form = {"csrf_token": token(client), "token": "a-token-of-one-page", "seconds": "10", "seed": "0", "name": ""}
    assert client.post(f"{desk}replan", data=form).status_code == 302
    for lang, told in (("en", "You have 1 plans queued or in progress"), ("zh", too_many_said())):
        refused = client.post(f"{desk}replan?lang={lang}", data=form | {"token": f"a-token-of-page-{lang}"})
        assert refused.status_code == 429
        assert told in refused.text
    assert len(edits(client, desk)) == 1


def too_many_said() -> str:
    """The sentence in Chinese."""
    sentence = "You have {n} plans queued or in progress, which is the maximum: wait for one to finish, or stop one."
    return gettext(sentence, "zh").format(n=1)


def test_a_replan_in_the_making_shows_the_stages_that_run(house: House, desk: str) -> None:
    """Desk, page and events of a replan list carry, reopen and improve, and mark the one at work; nothing else."""
    client = house.client()
    form = {"csrf_token": token(client), "token": "a-token-of-one-page", "seconds": "10", "seed": "0", "name": ""}
    assert client.post(f"{desk}replan", data=form).status_code == 302
    tell(house, claim := taken(house), "carry", 1)
    page = f"/operations/{re.findall(r'[0-9]+', desk)[0]}/plans/{claim.scenario}/?lang=en"
    with client.get(page.replace("?", "events?"), buffered=False) as stream:
        told = [next(stream.response), next(stream.response)][1].decode()  # type: ignore[call-overload]
    for text in (client.get(f"{desk}?lang=en").text, client.get(page).text, told.replace("data: ", "")):
        way = re.findall(r"<li([^>]*)>\s*([A-Z][a-z ]+)", text[text.index('<ol class="way">') :].split("</ol>")[0])
        assert [name.strip() for _, name in way] == [
            "Carry over parent plan",
            "Recover missed addresses",
            "Improvement",
        ]
        assert [bool(mark) for mark, _ in way] == [True, False, False]


def test_the_changes_of_a_replan_are_taken_into_the_registers(house: House, plan: str, desk: str) -> None:
    """One click, and officers, pins and the hour are in the registers as the plan was made for."""
    client = house.client()
    for edit, fields in (("gone", FORMS["gone"]), ("at_hour", FORMS["at_hour"]), ("hour", FORMS["hour"])):
        assert do(client, desk, edit, **fields).status_code == 302
    new = replanned(house, client, desk)
    operation = int(re.findall(r"\d+", plan)[0])
    answer = client.post(f"/operations/{operation}/plans/{new}/take", data={"csrf_token": token(client)})
    page = client.get(answer.headers["Location"] + "?lang=en").text
    assert "The registers now match this plan." in page and "Differences between the registers" not in page
    with house.app.extensions[database.KEY].session() as s:
        live, kept = register.document(s, operation), store.load_plan(s, new).operation_document
    assert not differences(live, kept)
    client.post(f"/operations/{operation}/plans/{new}/take", data={"csrf_token": token(client)})
    assert "no longer fit the registers" in client.get(f"/operations/{operation}/plans/{new}/?lang=en").text


def test_a_plan_shows_its_own_hour_and_says_where_the_operation_has_another(house: House, desk: str) -> None:
    """After a desk moved H: header and body of the new plan have its H, and a bar names both; then no longer."""
    client = house.client()
    do(client, desk, "hour", minutes="45")
    assert 'datetime="2026-04-01T06:45:00+08:00"' in client.get(f"{desk}?lang=en").text
    operation, new = int(re.findall(r"[0-9]+", desk)[0]), replanned(house, client, desk)
    page = client.get(f"/operations/{operation}/plans/{new}/?lang=en").text
    header = page[: page.index('class="tabs"')]
    assert "06:45" in header and "06:00" not in header
    assert "This plan was made for H = 2026-04-01 06:45; the operation&#39;s H is now 2026-04-01 06:00." in page
    assert "addresses are entered at H (06:45)" in page or "All addresses are entered at H (06:45)" in page
    client.post(f"/operations/{operation}/plans/{new}/take", data={"csrf_token": token(client)})
    page = client.get(f"/operations/{operation}/plans/{new}/?lang=en").text
    assert "06:45" in page[: page.index('class="tabs"')] and "This plan was made for H" not in page


def test_the_same_plan_twice_differs_in_nothing(house: House, plan: str) -> None:
    """A comparison of a plan with itself has nobody to tell and nothing to print."""
    operation, key = re.findall(r"\d+", plan)
    page = house.client().get(f"/operations/{operation}/compare/?old={key}&new={key}&lang=en")
    assert "No one: all orders" in page.text
    assert house.client().get(f"/operations/{operation}/compare/orders.pdf?old={key}&new={key}").status_code == 404


def test_a_plan_is_named_and_chosen(house: House, plan: str) -> None:
    """The list shows name, note and the working plan; names that are none are refused."""
    client = house.client()
    form, listing = {"csrf_token": token(client)}, plan.rsplit("/", 2)[0] + "/?lang=en"
    client.post(f"{plan}note", data=form | {"name": "Plan 甲", "note": "for the <b>deputy</b>"})
    client.post(f"{plan}choose", data=form | {"chosen": "yes"})
    client.post(f"{plan}note", data=form | {"name": "x" * 101, "note": ""})
    listed = client.get(listing).text
    assert "Plan 甲" in listed and "for the &lt;b&gt;deputy" in listed and "Working plan" in listed
    client.post(f"{plan}choose", data=form | {"chosen": "no"})
    assert "Working plan" not in client.get(listing).text


def test_what_has_happened_is_not_edited(house: House, desk: str) -> None:
    """While the operation runs the hour stays; a door began when it began, and who was not found may move."""
    client = house.client()
    form = {"csrf_token": token(client)}
    assert client.post(f"{desk}now", data=form | {"now": "soon"}).status_code == 422
    assert client.post(f"{desk}now", data=form | {"now": "H+30"}).status_code == 302
    answer = do(client, desk, "hour", **FORMS["hour"])
    assert answer.status_code == 422 and "the operation runs" in answer.text
    assert do(client, desk, "at_hour", key=SITE, minute="7").status_code == 302
    assert "Set actual start time" in client.get(f"{desk}?at=sites:{SITE}&lang=en").text
    for edit in ("at_site", "skipped"):
        assert do(client, desk, edit, **FORMS[edit]).status_code == 302
    assert client.post(f"{desk}now", data=form | {"now": ""}).status_code == 302
    assert do(client, desk, "hour", **FORMS["hour"]).status_code == 302
    assert client.post(f"{desk}now", data=form | {"now": "30"}).status_code == 422


def test_a_desk_is_put_away_and_taken_out(house: House, desk: str) -> None:
    """Put away it takes no forms and is not listed; taken out it is as it was."""
    client = house.client()
    do(client, desk, "reserved", key=OFFICER)
    form = {"csrf_token": token(client)}
    client.post(f"{desk}close", data=form | {"closed": "yes"})
    page = client.get(f"{desk}?lang=en").text
    assert "This scenario is closed" in page and "Replan" not in page
    client.post(f"{desk}close", data=form | {"closed": "no"})
    assert "Replan" in client.get(f"{desk}?lang=en").text and len(edits(client, desk)) == 1


def test_a_closed_operation_keeps_its_desks_readable(house: House, desk: str) -> None:
    """Nothing can be done at the desk any more; it can be read."""
    client = house.client()
    with house.app.extensions[database.KEY].session() as s:
        register.set_status(s, int(re.findall(r"\d+", desk)[0]), "closed")
    assert do(client, desk, "reserved", key=OFFICER).status_code == 409
    assert client.get(desk).status_code == 200


def test_a_move_is_asked_about_and_read_in_its_datum(house: House, desk: str) -> None:
    """The form of the desk asks with distance and direction; agreed, the numbers are taken in the chosen datum."""
    client = house.client()
    form = {"table": "sites", "key": SITE, "lat": "30.7", "lon": "104.1", "datum": "GCJ-02", "ask": "yes"}
    page = do(client, desk, "moved", **form).text
    assert f"Move {SITE} by " in page and 'name="agreed"' in page
    assert do(client, desk, "moved", **form, agreed="yes").status_code == 302
    page = client.get(f"{desk}?at=sites:{SITE}&lang=en").text
    assert 'value="30.7"' in page and '<option value="GCJ-02" selected>' in page and "WGS-84: 30.70" in page


def test_a_new_address_has_its_own_point(house: House, desk: str) -> None:
    """The old address's point is refused for a new one: the squad would drive to the old door."""
    client = house.client()
    old = {row["id"]: row for row in CITY["sites"]}
    site = old[next(row["site"] for row in CITY["suspects"] if row["id"] == SUSPECT)]
    point = {"lat": str(site["lat"]), "lon": str(site["lon"])}
    answer = do(client, desk, "at_address", key=SUSPECT, site="S-NEW-1", address="1 New Road", **point)
    assert answer.status_code == 422 and "the old address: a new address has its own" in answer.text
