"""Stored plans: the page says what the plan comes to, its papers are handed out, and nothing else gets through."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from planner.files import parse_operation, parse_plan, read_plan
from planner.render.sheets import sheets_data
from planner.stored_scenario import ScenarioDocument
from tests.house import House, build, token
from tests.stored_plans import EXAMPLES, document, loaded, plan_document, stored
from web import papers, plan_cache, plan_maps, plan_view
from web.plan_view import stage_rows, view_of

PAPERS = ("map", "sheets.pdf", "plan.json", "operation.json")
MADE: dict[str, Any] = {
    "seed": 0,
    "stages": [
        {
            "stage": "squads",
            "seconds": 1.25,
            "before": {"missed": 26, "exposure": 0, "cost": 0},
            "after": {"missed": 1, "exposure": 0, "cost": 4219},
            "bound": {"missed": 1, "exposure": None, "cost": None},
        },
        {"stage": "a stage with no figures"},
    ],
}


def listed(address: str) -> str:
    """The address of the list in which the plan stands."""
    return address.rstrip("/").rsplit("/", 1)[0] + "/"


def text(html: str) -> str:
    """What stands on the page between the tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which the house's person is signed in."""
    return house.client()


@pytest.fixture
def roads(house: House) -> str:
    """The address of the plan of 3-02-roads."""
    return stored(house, document("3-02-roads"), plan_document("3-02-roads"))


@pytest.fixture
def city(house: House) -> str:
    """The address of the plan of one-city."""
    return stored(house, document("one-city"), plan_document("one-city"))


def test_the_page_says_what_the_plan_comes_to(client: FlaskClient, roads: str) -> None:
    """The page has the figures in words, every team and squad, and who is missed for which reason."""
    page = text(client.get(f"{roads}?lang=en").text)
    assert "63 of 65 suspects are to be arrested: 47 addresses in 6 cities." in page
    assert "2 suspects have no warrant valid at H." in page
    assert "All addresses are entered at H (06:00)." in page
    plan = read_plan(EXAMPLES / "plans/3-02-roads.json")
    for name in [team.id for team in plan.teams] + [unit.id for unit in plan.units]:
        assert name in page
    assert page.count("No warrant valid at H") == len(plan.missed)


def test_the_page_speaks_chinese(client: FlaskClient, roads: str) -> None:
    """With lang=zh the page is marked as Chinese and says the same in Chinese."""
    html = client.get(f"{roads}?lang=zh").text
    assert '<html lang="zh-Hans">' in html
    assert "65 名嫌疑人" in text(html)
    assert "suspects are to be arrested" not in html
    assert "suspects are to be arrested" in client.get(f"{roads}?lang=en").text


def test_the_page_has_nothing_inline(client: FlaskClient, roads: str) -> None:
    """The page needs no inline script and no inline style, and its policy allows none."""
    answer = client.get(roads)
    assert not re.search(
        r"<script(?!( type=\"module\")? src=\"/static/)|<style|\sstyle=|\son\w+=|javascript:",
        answer.text,
        re.IGNORECASE,
    )
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_maps_policy_lets_nothing_inside_the_page_run(client: FlaskClient, city: str) -> None:
    """Scripts and styles of the map are files of our own; the policy says so, and no exception is made."""
    answer = client.get(f"{city}map")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "nonce" not in policy and "script-src 'self';" in policy
    assert re.search(r'<script type="module" src="/static/map/open\.js\?v=[\w-]+">', answer.text)
    assert "<style" not in answer.text and "style=" not in answer.text.partition('id="plan"')[0]


def test_the_papers_are_the_values_that_are_shown(client: FlaskClient, roads: str) -> None:
    """The plan handed out reads back as the plan that was stored, the operation as the one that was planned."""
    assert parse_plan(json.loads(client.get(f"{roads}plan.json").text)) == read_plan(EXAMPLES / "plans/3-02-roads.json")
    handed = client.get(f"{roads}operation.json").text
    assert parse_operation(json.loads(handed)) == parse_operation(document("3-02-roads"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_papers_are_what_they_say(client: FlaskClient, roads: str, lang: str) -> None:
    """The sheets are a PDF file and the chart is drawn, in either language."""
    sheets, page = client.get(f"{roads}sheets.pdf?lang={lang}"), client.get(f"{roads}?lang={lang}").text
    assert sheets.mimetype == "application/pdf"
    assert sheets.data.startswith(b"%PDF-")
    assert page.split('id="chart"')[1].split("</section>")[0].count("<svg ") == 1
    assert "Q-S001</text>" in page


def test_what_is_costly_is_made_once(
    client: FlaskClient, city: str, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """Page, map and sheets are made once for each language, however often and by whomever they are read."""
    made: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **more: (made.append(name), real(*given, **more))[1]

    for room, name in ((plan_cache, "team_rows"), (plan_maps, "render_map"), (papers, "run_limited")):
        monkeypatch.setattr(room, name, counted(name, getattr(room, name)))
    for reader in (client, client, house.client(house.another("other"))):
        for lang in ("en", "zh"):
            for paper in ("", "map", "sheets.pdf"):
                assert reader.get(f"{city}{paper}?lang={lang}").status_code == 200
    assert sorted(made) == sorted(["team_rows", "render_map", "run_limited"] * 2)


def test_many_plans_are_read_in_turn(client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """More plans than are kept whole are each made once too: their pages are kept on their own."""
    operations = [document("one-city") | {"id": f"number-{number}"} for number in range(6)]
    addresses = [stored(house, operation, plan_document("one-city")) for operation in operations]
    made: list[int] = []
    real = plan_view.view_of
    monkeypatch.setattr(plan_cache, "view_of", lambda *given: (made.append(1), real(*given))[1])
    for _ in range(3):
        assert [client.get(address).status_code for address in addresses] == [200] * 6
    assert len(made) == 6


def test_one_readers_page_has_nothing_of_anothers(client: FlaskClient, city: str, house: House) -> None:
    """What is kept of a page has no name of a reader and no word that proves a form."""
    other = house.client(house.another("other"))
    assert ">Analyst</a>" in client.get(city).text
    page = other.get(city).text
    assert ">Other</a>" in page
    assert ">Analyst</a>" not in page
    assert token(client) not in page


def test_a_plan_that_breaks_a_rule_is_not_shown(
    client: FlaskClient, city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a stored plan break a rule, its page lists the violations and nothing else, and no paper is handed out."""

    def damaged(operation: Any, plan: dict[str, Any]) -> plan_view.PlanView:
        return plan_view.view_of(operation, {**plan, "missed": []})

    monkeypatch.setattr(plan_cache, "view_of", damaged)
    answer = client.get(f"{city}?lang=en")
    assert answer.status_code == 409
    assert "This plan violates rules and is not displayed" in answer.text
    assert "R20" in answer.text
    assert "Teams and their squads" not in answer.text
    assert "<iframe" not in answer.text
    assert [client.get(city + paper).status_code for paper in PAPERS[:3]] == [409] * 3


def test_names_are_text_and_never_markup(client: FlaskClient, house: House) -> None:
    """A name that looks like markup stands on the page as it is written."""
    named = document("one-city") | {"name": "<script>alert(1)</script>"}
    answer = client.get(stored(house, named, plan_document("one-city")))
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


@pytest.mark.parametrize(
    ("lang", "reason"),
    [("en", "No warrant valid at H"), ("zh", "统一收网时无有效法律文书"), ("zh", "the commander knows why")],
)
def test_reasons_are_told_in_the_readers_language(client: FlaskClient, house: House, lang: str, reason: str) -> None:
    """A reason of ours is translated; a sentence that a person wrote stands as it is."""
    plan = plan_document("one-city")
    if lang == "zh" and reason.isascii():
        plan["missed"] = [{**row, "reason": reason} for row in plan["missed"]]
    page = client.get(f"{stored(house, document('one-city'), plan)}?lang={lang}").text
    table = page[page.index('id="missed"') : page.index('id="map"')]
    assert table.count(reason) == len(plan["missed"])


def test_the_report_of_the_stages(client: FlaskClient, house: House) -> None:
    """The stages stand on the page with seconds, what they changed, and what they proved."""
    address = stored(house, document("one-city"), plan_document("one-city", made=MADE))
    page = text(client.get(f"{address}?lang=en").text)
    assert "Squads 1.2 26 → 1 0 0 → 4,219 Weight not covered (sum of priorities) ≥ 1" in page


def test_a_plan_that_the_clock_ended_says_so_everywhere(client: FlaskClient, house: House) -> None:
    """Page, list, summary and sheets tell the stage, the doors that were not looked at, and what to give instead."""
    cut = {"stage": "squads", "untried": 27, "seconds": 3, "advised": 60}
    address = stored(house, document("one-city"), plan_document("one-city", made={**MADE, "cut_short": cut}))
    told = "Stopped early in stage Squads after 3 s: 27 addresses were not examined. Set a limit of about 60 s."
    page = text(client.get(f"{address}?lang=en").text)
    assert page.count(told) == 2
    assert "stopped early; addresses not examined: 27" in text(client.get(f"{listed(address)}?lang=en").text)
    showing = view_of(ScenarioDocument(document("one-city")), plan_document("one-city", made={"cut_short": cut}))
    assert " ".join(sheets_data(showing.scenario, showing.plan, "en")["ended"]) == told
    assert sheets_data(showing.scenario, replace(showing.plan, made=MADE), "en")["ended"] == []


@pytest.mark.parametrize("told", [7, {}, {"stage": 7, "untried": 1}, {"stage": "squads", "untried": -1}])
def test_a_report_of_the_end_may_hold_anything(client: FlaskClient, house: House, told: object) -> None:
    """What is no report of how a run ended is passed over."""
    plan = plan_document("one-city", made={"cut_short": told})
    assert "topped early" not in client.get(f"{stored(house, document('one-city'), plan)}?lang=en").text


def test_people_are_counted_as_people_and_weights_called_so(client: FlaskClient, house: House) -> None:
    """List and page say how many people are not covered, and the weight beside it; rules broken are told of 20."""
    address = stored(house, document("one-city"), plan_document("one-city"))
    assert "1 person (weight 1)" in text(client.get(f"{listed(address)}?lang=en").text)
    page = text(client.get(f"{address}?lang=en").text)
    assert "Not covered: 1 person (weight 1)." in page and "Rules passed 20 / 20" in page


FORMLESS: list[Any] = [
    None,
    {},
    {"stages": []},
    {"stages": 7},
    {"stages": "squads"},
    {"stages": [{"stage": "squads"}, "squads", 3, None]},
    {"stages": [{"stage": "squads", "before": {"missed": 1}, "after": []}]},
    {"stages": [{**MADE["stages"][0], "seconds": "long"}]},
    {"stages": [{**MADE["stages"][0], "stage": ["squads"]}]},
]


@pytest.mark.parametrize("made", FORMLESS)
def test_a_plan_made_by_hand_has_no_report(made: dict[str, object] | None) -> None:
    """A plan that does not tell how it was made, or tells it in another form, has no stage rows."""
    assert stage_rows(made) == []


def test_a_plan_that_misses_everybody_is_shown(client: FlaskClient, house: House) -> None:
    """The plan without a single team breaks no rule and has its page."""
    operation = document("one-city")
    nobody = {"schema": "arrest-plan/1", "operation": operation["id"], "teams": [], "units": [], "interviews": []}
    missed = [{"suspect": row["id"], "reason": "no-squad"} for row in operation["suspects"]]
    answer = client.get(f"{stored(house, operation, {**nobody, 'missed': missed})}?lang=en")
    assert answer.status_code == 200
    assert f"No arrests are planned; suspects: {len(missed)}." in answer.text


def test_the_list_has_every_plan(client: FlaskClient, city: str) -> None:
    """The list of an operation's plans names each with its maker, status and score, and leads to its page."""
    page = client.get(f"{city.rsplit('/', 2)[0]}/?lang=en").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert f'href="{city}"' in row
    assert re.search(
        r"Plan \d+ Completed 20\d\d-\d\d-\d\d \d\d:\d\d Analyst 1 person \(weight 1\) – 0 – 10,565$", text(row)
    )


def test_a_plan_of_another_operation_is_not_there(client: FlaskClient, house: House, city: str) -> None:
    """Under the number of another operation a plan has no page and no paper."""
    other = loaded(house, document("tiny"))
    scenario = city.rstrip("/").rsplit("/", 1)[1]
    wrong = f"/operations/{other}/plans/{scenario}/"
    assert [client.get(wrong + paper).status_code for paper in ("", "events", *PAPERS)] == [404] * 6
    assert client.post(f"{wrong}stop", data={"csrf_token": token(client)}).status_code == 404


def rename(client: FlaskClient, key: str, name: str) -> None:
    """The operation has another name."""
    head = {"id": "x", "name": name, "h": "2026-04-01T06:00", "zone": "+08:00", "max_teams": "7", "seen": "1"}
    assert client.post(f"/operations/{key}/head", data={"csrf_token": token(client), **head}).status_code == 302


def test_a_banner_tells_that_the_operation_has_changed(client: FlaskClient, city: str) -> None:
    """From the first change on the page says so and what has changed; the plan stays what it was."""
    key = city.split("/")[2]
    before = client.get(f"{city}?lang=en").text
    assert "The operation has changed" not in before
    rename(client, key, "Another name")
    page = text(client.get(city).text)
    assert "The operation has changed since this plan was made: 2 differences." in page
    assert "Operation renamed to Another name" in page
    assert "Maximum teams: 4 → 7" in page
    assert text(before)[-2000:] == page[-2000:]


def test_a_change_taken_back_is_none(client: FlaskClient, house: House, city: str) -> None:
    """When the operation is again what was planned, the banner is gone."""
    key, was = city.split("/")[2], document("one-city")
    client.get(f"{city}?lang=en")
    head = {"id": "x", "h": was["h_hour"][:16], "zone": was["h_hour"][-6:], "max_teams": str(was["max_teams"])}
    for name, seen, told in (("Another", "1", True), (was["name"], "2", False)):
        client.post(f"/operations/{key}/head", data={"csrf_token": token(client), **head, "name": name, "seen": seen})
        assert ("The operation has changed" in client.get(city).text) == told


def test_a_tile_server_of_ones_own_is_the_only_other_host(tmp_path: Any, sqlite_template: Any) -> None:
    """With an XYZ template the map may fetch pictures from that host, and from no other."""
    template = "http://tiles.example:8080/{z}/{x}/{y}.png"
    house = build(tmp_path, sqlite_template, basemap=template)
    page = house.client().get(f"{stored(house, document('one-city'), plan_document('one-city'))}map")
    policy = page.headers["Content-Security-Policy"]
    assert "http://tiles.example:8080" in policy.split("img-src")[1].split(";")[0]
    assert policy.count("tiles.example") == 1
    assert template in page.text


def test_a_basemap_file_is_served_in_ranges(tmp_path: Any, sqlite_template: Any) -> None:
    """A PMTiles file is given in the ranges that the map asks for; without one there is none."""
    path = tmp_path / "land.pmtiles"
    path.write_bytes(bytes(range(100)))
    house = build(tmp_path, sqlite_template, basemap=str(path))
    with house.client().get("/basemap.pmtiles", headers={"Range": "bytes=10-19"}) as part:
        assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    page = house.client().get(f"{stored(house, document('one-city'), plan_document('one-city'))}map")
    assert "/basemap.pmtiles" in page.text


def test_without_a_basemap_there_is_no_file(client: FlaskClient) -> None:
    """Where no basemap is configured, its address has nothing."""
    assert client.get("/basemap.pmtiles").status_code == 404


def test_a_fault_of_ours_shows_no_insides(client: FlaskClient, city: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When something fails inside, the answer says so without code or paths; the next reader gets the page."""

    def fail(*arguments: object) -> str:
        raise RuntimeError("inside of the chart")

    with monkeypatch.context() as patch:
        patch.setattr(plan_cache, "chart_svg", fail)
        answer = client.get(f"{city}?lang=en")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "inside of the chart" not in answer.text
    assert "Traceback" not in answer.text
    assert client.get(city).status_code == 200
