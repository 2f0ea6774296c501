"""Who keeps a scene, until when and with which car stands on every paper and picture; so does when a squad is set."""

import json
import re
from typing import Any

import pytest

from planner.compare import Comparison, duties
from planner.plan import NO_GUARDS
from planner.render.change_orders import change_orders_data
from planner.render.chart import chart_svg
from planner.render.map_layers import Drawing, site_features
from planner.render.map_moves import movements
from planner.render.map_values import page_values
from planner.render.sheet_data import sheet_rows
from planner.render.sheets import scopes, sheets_data, sheets_pdf
from planner.render.summary import summary
from planner.scenario import Scenario
from tests.two_doors import ten_minutes, two_squads, with_doctrine, with_guards, with_unit
from web.plan_tables import team_rows
from web.whatif_search import subject_of

SCENARIO = Scenario(ten_minutes())


def first_sheet(lang: str) -> dict[str, Any]:
    """The rows of the sheet of the team whose squad leaves guards."""
    return sheet_rows(scopes(SCENARIO, with_guards(), lang)[0])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_names_the_guards(lang: str) -> None:
    """The sheet has a table of guards, marks them among the members, and tells their own lines."""
    rows = first_sheet(lang)
    assert rows["guards"] == [["A", "SQ1", rows["guards"][0][2], "川A-5", "06:40 H+40", "07:00"]]
    assert {m["id"] for m in rows["squads"][0]["members"] if "◆" in m["lead"]} == {"O05", "O14"}
    kept = [line for line in rows["squads"][0]["timeline"] if line[3] == "guard"]
    assert kept[0][:2] == ["06:40", "H+40"] and "07:00" in kept[0][2] and "川A-5" in kept[0][2]
    assert rows["custody"][0][3] == "川A-1"  # the guards' car takes nobody
    assert sheets_pdf(sheets_data(SCENARIO, with_guards(), lang)).startswith(b"%PDF")


def test_a_sheet_tells_when_the_squad_is_set() -> None:
    """The set time stands in the timeline, among the door's notes and on the report line; none where it is 0."""
    rows = first_sheet("en")
    assert ["05:50", "H−10", "In position at A (S1), out of sight", "set"] in rows["squads"][0]["timeline"]
    assert "In position by 05:50, out of sight." in rows["sites"][0]["notes"]
    assert rows["reports"][0][2] == "05:50"
    at_once = Scenario(with_doctrine(ten_minutes(), set_minutes=0))
    rows = sheet_rows(scopes(at_once, with_guards(), "en")[0])
    assert not any("out of sight" in note for note in rows["sites"][0]["notes"])
    assert all(line[3] != "set" for line in rows["squads"][0]["timeline"])


def test_who_comes_without_a_car_comes_by_own_means() -> None:
    """A party that brings no vehicle is told so."""
    rows = sheet_rows(scopes(SCENARIO, with_unit(two_squads(), "SQ2", vehicles=()), "en")[1])
    assert any("by own means" in line[2] for line in rows["squads"][0]["timeline"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_change_orders_tell_guards_what_becomes_different(lang: str) -> None:
    """Whoever becomes a guard reads it in the order, and the team's order lists who keeps which scene."""
    old = with_unit(with_guards(), "SQ1", guards=NO_GUARDS)
    order = change_orders_data(Comparison(SCENARIO, old, SCENARIO, with_guards()), lang)["orders"][0]
    assert [row[0].split()[-1] for row in order["people"]] == ["O05", "O14"]
    assert all("06:40 H+40" in row[2].splitlines()[-1] for row in order["people"])
    assert any(table["rows"][0][1] == "SQ1" for table in order["tables"] if len(table["heads"]) == 6)
    assert duties(with_guards())["O05"].keeps == with_guards().units[0].stops[1]
    assert duties(with_guards())["O01"].keeps is None


def test_the_chart_gives_guards_a_row() -> None:
    """The guards' time at the scene is a bar of its own under the squad's row."""
    drawn = chart_svg(SCENARIO, with_guards(), "en")
    assert "SQ1 guards" in drawn
    assert re.search(r"Scene guard S1, 06:40 H\+40 – 07:00 H\+60", drawn)
    assert "guards</text>" not in chart_svg(SCENARIO, two_squads(), "en")


def test_the_map_shows_them_at_the_scene() -> None:
    """Guards are a mark of their own that stays at the site, and the site's card says how many until when."""
    drawing = Drawing(SCENARIO, with_guards(), movements(SCENARIO, with_guards()))
    values = page_values(drawing, "en")
    number = next(i for i, unit in enumerate(values["units"]) if unit[0] == "SQ1 G")
    point, task = list(ten_minutes().points_by_id).index("S1"), values["tasks"].index("guard")
    assert [number, point, 40, 60, task, 40] in values["stays"]
    card = next(f["properties"] for f in site_features(drawing) if f["properties"]["id"] == "S1")
    assert card["raid"]["guards"] == [2, 60]
    assert json.dumps(values, allow_nan=False)


def test_pages_and_summary_show_them() -> None:
    """The plan's page, its summary and the desk tell of the guards."""
    squad = team_rows(SCENARIO, with_guards())[0].squads[0]
    kept = squad.raids[0].guards
    assert kept is not None and kept.until == 60 and [v.id for v in kept.vehicles] == ["V5"]
    assert "1 scene is guarded until its examination." in summary(SCENARIO, with_guards(), "en")
    found = subject_of({"officers": []}, ten_minutes(), with_guards(), "officers", "O05")
    assert found is not None and [stop[0] for stop in found.stops] == ["muster", "raid", "guard"]
    other = subject_of({"officers": []}, ten_minutes(), with_guards(), "officers", "O01")
    assert other is not None and [stop[0] for stop in other.stops] == ["muster", "raid", "deliver"]
