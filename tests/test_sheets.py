"""The team sheets say all that the team needs and nothing of other teams, or are not printed at all."""

import json
import os
import re
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from planner.files import dump_operation, operation_hash, plan_hash, read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.render import glyphs, sheets
from planner.render.chart import chart_svg
from planner.render.glyphs import lacking, unprintable
from planner.render.sheet_data import point_text
from planner.render.sheets import SheetFault, sheets_data, sheets_pdf
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from tests.effort import slow_after
from tests.operations import random_operation
from tests.sheet_plans import long_names, two_teams
from tests.test_timeline import two_raids

EXAMPLES = Path(__file__).parents[1] / "examples"
GOLDEN = Path(__file__).parent / "golden"


def bare(text: str) -> str:
    """The text without white space: where lines break is not its content."""
    return re.sub(r"\s", "", text)


def printed(operation: Operation, plan: Plan, lang: str = "en") -> dict[str, list[str]]:
    """Team -> the text of each of its pages, read back from the PDF file."""
    pdf = PdfReader(BytesIO(sheets_pdf(sheets_data(Scenario(operation), plan, lang))))
    pages = [bare(page.extract_text()) for page in pdf.pages]
    team = re.compile(r"(T\d)·(?:page|页)")
    return {key: list(rows) for key, rows in groupby(pages, lambda page: team.search(page)[1])}  # type: ignore[index]


def example(name: str) -> tuple[Operation, Plan]:
    """An example with its plan."""
    return read_operation(EXAMPLES / f"{name}.json"), read_plan(EXAMPLES / "plans" / f"{name}.json")


def held_against(name: str, value: Any) -> None:
    """The value is what the golden file holds; UPDATE_GOLDEN=1 writes it anew."""
    path, text = GOLDEN / name, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def without_drawings(data: dict[str, Any]) -> dict[str, Any]:
    """The sheets' data without map, chart, words and hashes, which have tests of their own."""
    rows = [{k: v for k, v in sheet.items() if k not in {"area", "chart"}} for sheet in data["sheets"]]
    apart = {"words", "plan_hash", "operation_hash"}
    return {**{k: v for k, v in data.items() if k not in apart}, "sheets": rows}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_teams_sheets_stay_as_they_were(lang: str) -> None:
    """Content with escort, examination, a girl apart, two bases and shared interviewers, in either language."""
    operation, plan = two_teams()
    held_against(f"two-teams-{lang}.json", without_drawings(sheets_data(Scenario(operation), plan, lang)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_follow_on_raids_stand_on_the_sheet(lang: str) -> None:
    """Content of a squad that raids two doors one after the other."""
    operation, plan = two_raids()
    held_against(f"two-raids-{lang}.json", without_drawings(sheets_data(Scenario(operation), plan, lang)))


def test_an_examples_sheet_stays_as_it_was() -> None:
    """Content of the first sheet of the city example."""
    operation, plan = example("one-city")
    data = sheets_data(Scenario(operation), plan, "en")
    held_against("one-city-en.json", without_drawings({**data, "sheets": data["sheets"][:1]}))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_that_the_team_needs_is_printed(lang: str) -> None:
    """Names, addresses, coordinates, warrants, times, rooms and people to meet can be read back from the PDF file."""
    operation, plan = two_teams()
    text = "".join(printed(operation, plan, lang)["T1"])
    people = ["民警 06 O06", "民警 01", "民警 03", "民警 04 O04", "法医甲 O08", "法医乙 O09"]
    places = ["示例路 1 号", "30.59000° N, 104.10000° E", "48R VU 13713 84509", "集结点 1", "办案中心 1"]
    is_zh = lang == "zh"
    dates = ["2026年4月8日 06:00", "2009年2月26日"] if is_zh else ["2026-04-08 06:00", "2009-02-26"]
    papers = ["嫌疑人 01", "W1", "嫌疑人 05", "川A-1", "川T-2", *dates]
    early = "16:10（−1 天）" if is_zh else "16:10 (−1 d)"
    moments = [early, "H−830", "05:10", "H−50", "06:20", "H+20", "06:30", "H+30", "07:10", "H+70"]
    lacking = [word for word in people + places + papers + moments if bare(word) not in text]
    assert not lacking


def test_who_may_not_be_arrested_is_named() -> None:
    """A suspect at a raided door without a valid warrant stands there as such, on that team's sheet alone."""
    found = printed(*two_teams())
    told = bare("No valid warrant for 嫌疑人 06: identify, do not arrest.")
    assert told in "".join(found["T2"])
    assert bare("嫌疑人 06") not in "".join(found["T1"])


def test_no_other_team_is_printed() -> None:
    """Another team's suspects, doors, officers and vehicles are not in the text of a team's pages.

    Only who interviews together with the team, or one of its detainees, is named on both: here officers 02 and 07.
    """
    operation, plan = two_teams()
    first, second = ("".join(printed(operation, plan)[team]) for team in ("T1", "T2"))
    ours = ["示例路1号", "S1", "嫌疑人01", "嫌疑人05", "民警01", "民警06", "Q1", "川A-1", "法医甲"]
    theirs = ["示例路2号", "S2", "嫌疑人02", "Q2"]
    assert "民警02O02" in first and "民警07O07" in first and "民警02" in second and "民警07" in second
    assert [w for w in ours if w not in first] == [w for w in ours if w in second] == []
    assert [w for w in theirs if w not in second] == [w for w in theirs if w in first] == []
    assert "anotherteam'sdetainee" in first


@pytest.mark.parametrize("name", ["one-city", "3-02-roads"])
def test_no_sheet_of_an_example_names_another_team(name: str) -> None:
    """No name, address or warrant of another team stands anywhere in the data of a sheet, map and chart included.

    Nobody is named but who interviews together with officers of the team, or one of its detainees.
    """
    operation, plan = example(name)
    for sheet, team in zip(sheets_data(Scenario(operation), plan, "en")["sheets"], plan.teams, strict=True):
        text = json.dumps(sheet, ensure_ascii=False)
        known = set(re.split(r'[":,()\\]| (?=O-)', text))
        others = of_others(operation, plan, team.id) - fellow_interviewers(operation, plan, team.id)
        assert not [word for word in others if word in known or (len(word) > 11 and word in text)]


def of_others(operation: Operation, plan: Plan, team: str) -> set[str]:
    """Names of officers and suspects, addresses, site ids and warrants of all other teams."""
    found: set[str] = set()
    for other in plan.teams:
        if other.id != team:
            found.add(operation.officers_by_id[other.commander].name)
            for unit in (plan.units_by_id[u] for u in other.units):
                found |= {operation.officers_by_id[o].name for o in unit.officers}
                doors = [operation.sites_by_id[s.place] for s in unit.stops if s.task == "raid"]
                found |= {word for door in doors for word in (door.id, door.address)}
                behind = [s for s in operation.suspects if s.site in {door.id for door in doors}]
                found |= {word for s in behind for word in (s.id, s.name, s.warrant.number if s.warrant else s.id)}
    return found


def fellow_interviewers(operation: Operation, plan: Plan, team: str) -> set[str]:
    """Names of those who hold interviews of the team's detainees, or together with its officers."""
    units = [plan.units_by_id[u] for u in plan.teams_by_id[team].units]
    people = {plan.teams_by_id[team].commander, *(o for unit in units for o in unit.officers)}
    doors = {stop.place for unit in units for stop in unit.stops if stop.task == "raid"}
    found = set()
    for talk in Scenario(operation).interviews(plan).values():
        if operation.suspects_by_id[talk.suspect].site in doors or people & set(talk.officers):
            found |= {operation.officers_by_id[o].name for o in talk.officers}
    return found


def test_every_squad_has_a_page_of_its_own() -> None:
    """Each of seven squads begins a page, and no other squad stands on it; it names both interviewers and deadlines."""
    operation, plan = example("3-02-roads")
    team = max(plan.teams, key=lambda one: len(one.units))
    data = sheets_data(Scenario(operation), plan, "en")
    data["sheets"] = [sheet for sheet in data["sheets"] if sheet["team"] == team.id]
    pages = [bare(page.extract_text()) for page in PdfReader(BytesIO(sheets_pdf(data))).pages]
    begins = {unit: [i for i, page in enumerate(pages) if f"Squad{unit}·" in page] for unit in team.units}
    assert len(team.units) >= 7 and all(len(found) == 1 for found in begins.values())
    assert len({found[0] for found in begins.values()}) == len(team.units)
    (sheet,) = data["sheets"]
    assert all(len(row[-1].split(", ")) == 2 for squad in sheet["squads"] for row in squad["talks"])
    assert all("(+1 d)" in deadline for row in sheet["custody"] for deadline in row[-2:])


def test_team_sheets_are_kept_and_read_aloud() -> None:
    """PDF/A-2a with the date of the plan, and PDF/UA-1: a language, a title, tags, words for both drawings."""
    operation, plan = two_teams()
    pdf = sheets_pdf(sheets_data(Scenario(operation), plan, "zh"))
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/Lang"] == "zh" and reader.metadata is not None
    assert reader.metadata.title and reader.metadata.creation_date_raw.startswith("D:2026033")
    assert b"pdfaid" in root["/Metadata"].get_data() and b"pdfuaid" in root["/Metadata"].get_data()
    assert b"/Alt" in pdf


def test_pages_count_by_team() -> None:
    """Each page tells its number within its own team's sheet of how many, the marking and the hashes."""
    operation, plan = two_teams()
    codes = f"Plan{plan_hash(plan)[:12]}·Operation{operation_hash(operation)[:12]}"
    found = printed(operation, plan)
    assert list(found) == ["T1", "T2"]
    for team, pages in found.items():
        for i, page in enumerate(pages):
            assert f"{team}·page{i + 1}of{len(pages)}" in page
            assert bare("RESTRICTED: law enforcement only") in page
            assert codes in page


def test_the_same_plan_is_the_same_file() -> None:
    """Two runs give the same bytes: no date, no random number."""
    operation, plan = two_teams()
    data = sheets_data(Scenario(operation), plan, "zh")
    assert sheets_pdf(data) == sheets_pdf(data)


def test_names_are_printed_as_they_are() -> None:
    """What looks like markup is a name: nothing of it is run, nothing is lost."""
    operation, plan = two_teams()
    name = '#panic("x") *b* $a$ @k <l> \\ // `c` [d] _e_ = f'
    renamed = replace(
        operation,
        name=name,
        officers=tuple(replace(o, name=name) if o.id == "O01" else o for o in operation.officers),
        sites=tuple(replace(s, address=name) for s in operation.sites),
    )
    assert "".join(printed(renamed, plan)["T1"]).count(bare(name)) >= 3


SCRIPTS = {
    "uyghur": "ئالىم قاسىم",
    "tibetan": "བཀྲ་ཤིས་ཚེ་རིང",
    "mongolian": "ᠮᠤᠩᠭᠤᠯ",
    "yi": "ꆈꌠꉙ",
    "korean": "김철수",
    "thai": "สมชาย",
    "rare": "𠮷野",
}


def everywhere(operation: Operation, name: str) -> Operation:
    """The operation in which everybody and everything is named so."""
    return replace(
        operation,
        name=name,
        officers=tuple(replace(o, name=name) for o in operation.officers),
        suspects=tuple(replace(s, name=name) for s in operation.suspects),
        places=tuple(replace(p, name=name) for p in operation.places),
        sites=tuple(replace(s, address=name) for s in operation.sites),
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_in_other_scripts_print_from_other_fonts(script: str) -> None:
    """Uyghur, Tibetan, Mongolian, Yi, Korean and Thai names and rare Han letters are set by the font that has them."""
    operation, plan = two_teams()
    pdf = sheets_pdf(sheets_data(Scenario(everywhere(operation, SCRIPTS[script])), plan, "zh"))
    fonts = {str(font["/BaseFont"]) for page in PdfReader(BytesIO(pdf)).pages for font in fonts_of(page)}
    wanted = {"uyghur": "NotoNaskhArabic", "tibetan": "NotoSerifTibetan", "mongolian": "NotoSansMongolian"}
    wanted |= {"yi": "NotoSansYi", "korean": "NotoSansKR", "thai": "NotoSansThai", "rare": "NotoSansJP"}
    assert any(wanted[script] in font for font in fonts), fonts
    assert not lacking(SCRIPTS[script])


def fonts_of(page: Any) -> list[Any]:
    """The fonts of a page and of the drawings on it."""
    found, waiting = [], [page["/Resources"]]
    while waiting:
        resources = waiting.pop().get_object()
        found += [font.get_object() for font in resources.get("/Font", {}).values()]
        forms = [form.get_object() for form in resources.get("/XObject", {}).values()]
        waiting += [form["/Resources"] for form in forms if "/Resources" in form]
    return found


@pytest.mark.parametrize("char", ["\N{POLICE CAR}", "\x01", "\ue000", "\u202e", "\U0003134a"])
def test_a_letter_that_no_font_has_prints_as_its_code_point(char: str) -> None:
    """Nothing is stopped by it: it stands as a box and its number beside the row's id, wherever it is."""
    operation, plan = two_teams()
    text = "".join(printed(everywhere(operation, f"王{char}"), plan)["T1"])
    assert text.count(f"王□U+{ord(char):04X}") >= 5 and char not in text


def test_marks_without_a_shape_are_no_missing_letters() -> None:
    """Joiners and choices of shape print nothing, and nothing is told of them."""
    assert not lacking("a\u200db\u200cc\ufe0fd\u180b\U000e0100\n\t")


def test_what_cannot_be_printed_is_told_by_row() -> None:
    """Each row with letters that no font has is named with them; other rows are not."""
    document = dump_operation(two_teams()[0])
    assert unprintable(document) == {}
    document["officers"][1]["name"] = "张👮"
    document["name"] = "🚓"
    key = document["officers"][1]["id"]
    assert unprintable(document) == {("operation", "name"): "🚓", ("officers", key): "👮"}


def test_bold_and_regular_have_the_same_letters() -> None:
    """What is told of a family by its regular face holds for its bold one."""
    for name in ("NotoSansThai", "NotoSerifTibetan", "NotoNaskhArabic"):
        regular, bold = (TTFont(glyphs.FONTS / f"{name}_{face}.ttf") for face in ("400Regular", "700Bold"))
        assert set(regular.getBestCmap()) == set(bold.getBestCmap())


@pytest.mark.parametrize("name", ["NotoSansSC_700Bold.ttf", "NotoSansYi_400Regular.ttf"])
def test_a_missing_font_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Without one of the fonts nothing is printed, and the message says what to run."""
    for face in sheets.FACES:
        if face != name:
            (tmp_path / face).symlink_to(glyphs.FONTS / face)
    monkeypatch.setattr(sheets, "FONTS", tmp_path)
    operation, plan = two_teams()
    with pytest.raises(SheetFault, match=rf"{name}: .*make setup"):
        sheets_pdf(sheets_data(Scenario(operation), plan, "en"))


def test_a_font_that_the_template_asks_in_vain_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst only warns of an unknown font family: here it is an error."""
    monkeypatch.setattr(sheets, "FAMILIES", {"Nowhere": "nowhere.ttf"})
    operation, plan = two_teams()
    with pytest.raises(SheetFault, match=r"(?i)unknown font family: nowhere.*make setup"):
        sheets_pdf(sheets_data(Scenario(operation), plan, "en"))


def test_without_teams_there_is_no_sheet() -> None:
    """A plan in which everybody is missed has nothing to print, and says so."""
    with pytest.raises(SheetFault, match="no team"):
        sheets_pdf(sheets_data(Scenario(two_teams()[0]), Plan("two-doors"), "en"))


def test_long_names_are_printed_whole() -> None:
    """Agency names of 40 characters and addresses of over 110 are not cut."""
    operation, plan = two_teams()
    long = long_names(operation)
    text = "".join(printed(long, plan, "zh")["T1"])
    assert len(long.agencies[0].name) >= 40
    assert len(long.sites[0].address) > 110
    assert bare(long.agencies[0].name) in text
    assert bare(long.sites[0].address) in text


@pytest.mark.parametrize("seed", slow_after(3, range(6)))
def test_every_plan_of_ours_has_papers(seed: int) -> None:
    """Awkward random operations, once planned, have well-formed charts, maps and sheets in either language."""
    scenario = Scenario(random_operation(seed))
    plan = solve(scenario, Clock(Limit(work=50)))
    for lang in ("en", "zh"):
        drawings = [chart_svg(scenario, plan, lang)]
        drawings += [sheet[key] for sheet in sheets_data(scenario, plan, lang)["sheets"] for key in ("area", "chart")]
        assert all(ElementTree.fromstring(drawing).get("width") for drawing in drawings)


@pytest.mark.parametrize(("lat", "lon", "told", "grid"), [
    (0.0, 0.0, "0.00000° N, 0.00000° E", "31N AA 66021 00000"),
    (38.8895, -77.0352, "38.88950° N, 77.03520° W", "18S UJ 23486 06483"),
    (-33.8568, 151.2153, "33.85680° S, 151.21530° E", "56H LH 34900 52288"),
])  # fmt: skip
def test_points_are_told_in_degrees_and_grid(lat: float, lon: float, told: str, grid: str) -> None:
    """Coordinates stand in decimal degrees and in MGRS, also south of the equator and west of Greenwich."""
    assert point_text(lat, lon) == [told, grid]
