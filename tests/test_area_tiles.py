"""The background map of an area: offered by maps of operations that it covers, in ranges, to who may see them."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask, send_file
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from models import register
from planner.files import read_operation, read_plan
from planner.scenario import Scenario
from roads.pack import add_tiles, open_area
from tests.house import House
from tests.map_tiles import pmtiles
from tests.road_operations import AT, stored_town, town_document
from tests.road_services import town_pack
from tests.test_map_browser import EXAMPLES, READY, served
from tests.test_travel_whatif import desk_on
from web import database


def tiled(house: House, tmp_path: Path) -> None:
    """The small town with a background map."""
    (tmp_path / "base.pmtiles").write_bytes(pmtiles())
    add_tiles(open_area(town_pack(house.settings.data)), tmp_path / "base.pmtiles")


def tiles_of(client: FlaskClient, address: str) -> list[str]:
    """What the map of the operation's plan offers."""
    plan = re.findall(r"plans/(\d+)/", client.get(f"{address}/plans/").text)[0]
    page = client.get(f"{address}/plans/{plan}/map").text
    return list(json.loads(re.findall(r'id="plan">(.*?)</script>', page)[0])["tiles"])


def test_the_map_of_a_plan_offers_the_background_map(house: House, tmp_path: Path) -> None:
    """The file comes in ranges, to who is logged in, and for areas that cover the operation alone."""
    client, key = house.client(), stored_town(house)
    desk_on(house, key)
    address = f"/operations/{key}"
    assert tiles_of(client, address) == []
    tiled(house, tmp_path)
    (tiles,) = tiles_of(client, address)
    part = client.get(tiles, headers={"Range": "bytes=0-126"})
    assert part.status_code == 206 and part.data == pmtiles()[:127]
    assert part.headers["Cache-Control"] == "no-store"
    assert client.get(f"{address}/tiles/city.pmtiles").status_code == 404
    assert client.get(f"{address}/tiles/..%2F..%2Fh-hour.pmtiles").status_code == 404
    assert house.app.test_client().get(tiles).status_code in (302, 401, 403)
    assert "with a background map" in client.get("/areas/?lang=en").text
    elsewhere = town_document(**dict.fromkeys(AT, (900, 900))) | {"id": "elsewhere"}
    with house.app.extensions[database.KEY].session() as s:
        far = register.create_operation(s, elsewhere, house.person.id)
    assert client.get(f"/operations/{far}/tiles/town.pmtiles").status_code == 404


@pytest.fixture
def tiled_map(tmp_path: Path) -> Flask:
    """A map that offers a file of nothing but water."""
    (tmp_path / "area.pmtiles").write_bytes(pmtiles())
    scenario = Scenario(read_operation(EXAMPLES / "3-02-roads.json"))
    app = served(scenario, read_plan(EXAMPLES / "plans" / "3-02-roads.json"), tiles=["/area.pmtiles"])
    app.add_url_rule("/area.pmtiles", view_func=lambda: send_file(tmp_path / "area.pmtiles", conditional=True))
    return app


def test_a_reader_lays_it_below_or_above(page: Page, no_outside, serve, tiled_map: Flask) -> None:
    """Off at first; then it lies in the pane that was chosen, and off again it is gone."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(serve(tiled_map) + "/map")
    page.wait_for_selector(READY)
    assert not [url for url in asked if url.endswith(".pmtiles")]
    choice = page.get_by_label("Background map", exact=True)
    for name in ("below", "above"):
        choice.select_option(name)
        expect(page.locator(f".leaflet-{name}-pane canvas.leaflet-tile-loaded").first).to_be_attached()
        other = "above" if name == "below" else "below"
        expect(page.locator(f".leaflet-{other}-pane canvas")).to_have_count(0)
    choice.select_option("")
    expect(page.locator(".leaflet-above-pane canvas")).to_have_count(0)
