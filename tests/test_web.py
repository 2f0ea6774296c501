"""The page of a plan: what it says, and what it never lets through."""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from planner.files import parse_plan, read_operation, read_plan
from planner.plan import Plan
from planner.render.words import catalogue
from planner.scenario import Scenario
from web import showing as showing_module
from web.showing import Showing, stage_rows

ROOT = Path(__file__).resolve().parents[1]
ROUTES = ("/", "/map", "/sheets.pdf", "/plan.json", "/operation.json")
SAYING = ("word", "_say", "_count")
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


def shown(name: str, **changes: object) -> Showing:
    """An example with the plan that is kept beside it, changed as asked."""
    plan = read_plan(ROOT / "examples/plans" / f"{name}.json")
    return Showing(Scenario(read_operation(ROOT / "examples" / f"{name}.json")), replace(plan, **changes))


def client_of(showing: Showing) -> FlaskClient:
    """A client of an application that shows it."""
    return create_app(showing).test_client()


@pytest.fixture(scope="module")
def roads() -> FlaskClient:
    """The page of 3-02-roads."""
    return client_of(shown("3-02-roads"))


@pytest.fixture
def broken() -> FlaskClient:
    """The page of a plan that lost its list of missed suspects."""
    return client_of(shown("one-city", missed=()))


def text(html: str) -> str:
    """What stands on the page between the tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_says_what_the_plan_comes_to(roads: FlaskClient) -> None:
    """The front page has the figures in words, every team and squad, and who is missed for which reason."""
    page = text(roads.get("/?lang=en").text)
    assert "63 of 65 suspects are arrested: 47 doors in 6 cities." in page
    assert "2 have no warrant valid at H." in page
    assert "All doors open at H (06:00)." in page
    plan = read_plan(ROOT / "examples/plans/3-02-roads.json")
    for name in [team.id for team in plan.teams] + [unit.id for unit in plan.units]:
        assert name in page
    assert page.count("No warrant valid at H") == len(plan.missed)


def test_the_page_speaks_chinese(roads: FlaskClient) -> None:
    """With lang=zh the page is marked as Chinese and says the same in Chinese."""
    html = roads.get("/?lang=zh").text
    assert '<html lang="zh-Hans">' in html
    assert "65 名嫌疑人" in text(html)
    assert "suspects are arrested" not in html


@pytest.mark.parametrize(
    ("query", "cookie", "header", "expected"),
    [
        ("", None, None, "en"),
        ("", None, "zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans"),
        ("", None, "fr,en;q=0.5", "en"),
        ("", "zh", "en", "zh-Hans"),
        ("?lang=en", "zh", "zh", "en"),
        ("?lang=%22%3E%3Cscript%3E", None, "zh", "zh-Hans"),
    ],
)
def test_the_language_is_the_readers(query: str, cookie: str | None, header: str | None, expected: str) -> None:
    """The language asked for comes before the one chosen before, and that before the browser's."""
    client = client_of(shown("one-city"))
    if cookie:
        client.set_cookie("lang", cookie)
    html = client.get(f"/{query}", headers={"Accept-Language": header} if header else {}).text
    assert f'<html lang="{expected}">' in html


def test_a_chosen_language_is_kept() -> None:
    """After lang=zh the next page is Chinese without asking again."""
    client = client_of(shown("one-city"))
    client.get("/?lang=zh")
    assert '<html lang="zh-Hans">' in client.get("/").text


@pytest.mark.parametrize("route", [*ROUTES, "/nothing", "/static/page/page.css"])
def test_every_answer_is_guarded(roads: FlaskClient, route: str) -> None:
    """Every answer forbids other hosts, other frames, guessing of types, referrers and copies on disk."""
    with roads.get(route) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'self'" in policy
    assert not re.search(r"https?:|\*", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == ("private, no-cache" if route.startswith("/static") else "no-store")


def test_the_page_has_nothing_inline(roads: FlaskClient) -> None:
    """The page needs no script and no inline style, and its policy allows none."""
    answer = roads.get("/")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text, re.IGNORECASE)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_the_maps_script_runs_by_a_fresh_nonce(roads: FlaskClient) -> None:
    """Each answer of the map allows its own inline script by a word that no other answer has."""
    nonces = []
    for _ in range(2):
        answer = roads.get("/map")
        found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert found is not None
        nonces.append(found.group(1))
        assert f'<script nonce="{found.group(1)}">' in answer.text
        assert "<script>" not in answer.text
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost:5000", "localhost"])
def test_this_machines_own_names_are_served(roads: FlaskClient, host: str) -> None:
    """The page answers to 127.0.0.1 and localhost at any port."""
    assert roads.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("route", [*ROUTES, "/static/page/page.css"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:5000", "10.0.0.1"])
def test_another_name_is_refused(roads: FlaskClient, route: str, host: str) -> None:
    """A page elsewhere that points its own name at this machine gets nothing of the plan."""
    answer = roads.get(route, headers={"Host": host})
    assert answer.status_code == 400
    assert "3-02" not in answer.text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_changed(roads: FlaskClient, method: str) -> None:
    """The page can only be read."""
    answer = getattr(roads, method)("/?lang=en")
    assert answer.status_code == 405
    assert "This page can only be read." in answer.text


def test_a_page_that_is_not_there(roads: FlaskClient) -> None:
    """An unknown address gets a page in the reader's language that says so, and nothing of the operation."""
    answer = roads.get("/nothing/here?lang=en")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert "3-02" not in answer.text


def test_a_fault_of_ours_shows_no_insides(monkeypatch: pytest.MonkeyPatch) -> None:
    """When something fails inside, the answer says so without code, paths or the plan."""

    def fail(*arguments: object) -> str:
        raise RuntimeError("inside of the chart")

    monkeypatch.setattr(showing_module, "chart_svg", fail)
    answer = client_of(shown("one-city")).get("/?lang=en")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "inside of the chart" not in answer.text
    assert "Traceback" not in answer.text


def test_a_plan_that_breaks_a_rule_is_not_shown(broken: FlaskClient) -> None:
    """The page of a broken plan lists the violations and has no team, no map and no figure."""
    answer = broken.get("/?lang=en")
    assert answer.status_code == 409
    assert "This plan breaks rules and is not shown" in answer.text
    assert "R20" in answer.text
    assert "Teams and their squads" not in answer.text
    assert "<iframe" not in answer.text


@pytest.mark.parametrize("route", ["/map", "/sheets.pdf", "/plan.json"])
def test_no_paper_of_a_broken_plan(broken: FlaskClient, route: str) -> None:
    """Neither map nor sheets nor file is handed out of a plan that breaks a rule."""
    assert broken.get(route).status_code == 409


def test_names_are_text_and_never_markup() -> None:
    """A name that looks like markup stands on the page as it is written."""
    kept = shown("one-city")
    named = replace(kept.scenario.operation, name="<script>alert(1)</script>")
    answer = client_of(Showing(Scenario(named), kept.plan)).get("/")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_the_files_are_the_values_that_are_shown(roads: FlaskClient) -> None:
    """The plan handed out reads back as the plan that is shown; the operation carries its id."""
    assert parse_plan(json.loads(roads.get("/plan.json").text)) == read_plan(ROOT / "examples/plans/3-02-roads.json")
    assert json.loads(roads.get("/operation.json").text)["id"] == "3-02-4"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_papers_are_what_they_say(roads: FlaskClient, lang: str) -> None:
    """The sheets are a PDF file and the chart is drawn, in either language."""
    sheets, page = roads.get(f"/sheets.pdf?lang={lang}"), roads.get(f"/?lang={lang}").text
    assert sheets.mimetype == "application/pdf"
    assert sheets.data.startswith(b"%PDF-")
    assert page.count("<svg ") == 1
    assert "Q-S001</text>" in page


@pytest.mark.parametrize(
    ("lang", "reason"),
    [("en", "No warrant valid at H"), ("zh", "H 时没有有效拘留证"), ("zh", "the commander knows why")],
)
def test_reasons_are_told_in_the_readers_language(lang: str, reason: str) -> None:
    """A reason of ours is translated; a sentence that a person wrote stands as it is."""
    kept = shown("one-city")
    if lang == "zh" and reason.isascii():
        kept = replace(kept, plan=replace(kept.plan, missed=tuple(replace(m, reason=reason) for m in kept.plan.missed)))
    page = client_of(kept).get(f"/?lang={lang}").text
    table = page[page.index('id="missed"') : page.index('id="map"')]
    assert table.count(reason) == len(kept.plan.missed)


def test_the_report_of_the_stages() -> None:
    """The stages stand on the page with seconds, what they changed, and what they proved."""
    page = text(client_of(shown("one-city", made=MADE)).get("/?lang=en").text)
    assert "Squads 1.2 26 → 1 0 0 → 4,219 Missed ≥ 1" in page


FORMLESS = [
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


def test_a_plan_that_misses_everybody_is_shown() -> None:
    """The plan without a single team breaks no rule and has its page."""
    kept = shown("one-city")
    rows = json.loads((ROOT / "examples/one-city.json").read_text("utf-8"))["suspects"]
    data = {"schema": "arrest-plan/1", "operation": kept.plan.operation, "teams": [], "units": [], "interviews": []}
    plan: Plan = parse_plan({**data, "missed": [{"suspect": row["id"], "reason": "no-squad"} for row in rows]})
    answer = client_of(Showing(kept.scenario, plan)).get("/?lang=en")
    assert answer.status_code == 200
    assert f"None of {len(rows)} suspects is arrested." in answer.text


def strings(node: ast.AST) -> set[str]:
    """Every text that is written out below a node."""
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def sentences() -> set[str]:
    """Every sentence that the templates and the summary say."""
    said: set[str] = set()
    for template in (ROOT / "templates").glob("*.html"):
        found = re.findall(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""", template.read_text("utf-8"))
        said |= {double or single for double, single in found}
    for node in ast.walk(ast.parse((ROOT / "planner/render/summary.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYING:
            said |= strings(node)
        if isinstance(node, ast.FunctionDef) and node.name == "force":
            said |= strings(node) - {ast.get_docstring(node)}
    return said


@pytest.mark.parametrize("sentence", sorted(sentences()))
def test_every_sentence_can_be_said_in_chinese(sentence: str) -> None:
    """Each sentence of the page has a translation of its own, which asks for the same figures."""
    translated = catalogue("zh").get(sentence, "")
    assert translated not in ("", sentence)
    assert set(re.findall(r"\{(\w+)\}", translated)) == set(re.findall(r"\{(\w+)\}", sentence))


def test_a_tile_server_of_ones_own_is_the_only_other_host() -> None:
    """With an XYZ template the map may fetch pictures from that host; without one from no host at all."""
    template = "http://tiles.example:8080/{z}/{x}/{y}.png"
    page = create_app(shown("one-city"), template).test_client().get("/map", base_url="http://127.0.0.1/")
    assert "http://tiles.example:8080" in page.headers["Content-Security-Policy"].split("img-src")[1].split(";")[0]
    assert template in page.text
    assert "tiles.example" not in client_of(shown("one-city")).get("/map").headers["Content-Security-Policy"]


def test_a_basemap_file_is_served_in_ranges(tmp_path: Path) -> None:
    """A PMTiles file is given in the ranges that the map asks for; without one there is none."""
    path = tmp_path / "land.pmtiles"
    path.write_bytes(bytes(range(100)))
    client = create_app(shown("one-city"), str(path)).test_client()
    part = client.get("/basemap.pmtiles", base_url="http://127.0.0.1/", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    assert "/basemap.pmtiles" in client.get("/map", base_url="http://127.0.0.1/").text
    assert client_of(shown("one-city")).get("/basemap.pmtiles").status_code == 404
