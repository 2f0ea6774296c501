"""The page of areas: what each map covers and how old it is, and which cannot be used."""

from pathlib import Path

from roads.ordering import order_of
from roads.pack import make_pack
from settings import RouterHost
from tests.house import House
from tests.road_network import town

TABLE = """
[[bands]]
start = "07:00"
end = "09:30"
source = "counts of May"
factors = { primary = 1.6, secondary = 1.5 }
"""


def test_areas_are_told_with_their_credit(house: House, tmp_path: Path) -> None:
    """Without an area the page says how times come about; an area is told with its credit, a damaged one as such."""
    client, folder = house.client(), house.settings.data / "areas"
    assert "No areas yet" in client.get("/areas/").text
    folder.mkdir()
    make_pack(town(tmp_path), folder / "good", lambda *_: None, order_of)
    make_pack(town(tmp_path), folder / "worn", lambda *_: None, order_of)
    (folder / "worn" / "head.npy").unlink()
    page = client.get("/areas/").text
    assert "© OpenStreetMap contributors" in page
    assert "This area is damaged" in page
    assert page.index("good") < page.index("worn")
    assert "北纬" in client.get("/areas/?lang=zh").text


def test_time_of_day_and_spread_are_told(house: House) -> None:
    """Without a table there are no traffic data; with one its hours, factors and source are told, a bad one as such."""
    client, folder = house.client(), house.settings.data / "areas"
    page = client.get("/areas/").text
    assert "No traffic data: minutes are those of roads without traffic" in page
    assert "at most 1.35 times as long" in page
    assert "router" not in page
    folder.mkdir()
    table = folder / "factors.toml"
    table.write_text(TABLE, "utf-8")
    page = client.get("/areas/").text
    for text in (
        "07:00–09:30",
        "all areas",
        "primary 1.6; secondary 1.5",
        "counts of May",
        "the factors are those of H",
    ):
        assert text in page
    table.write_text("bands = 1", "utf-8")
    assert "The table of factors cannot be read" in client.get("/areas/").text


def test_a_router_that_is_named_is_told(house: House) -> None:
    """Everybody sees which host may be told where an operation's places lie."""
    house.app.config["ROUTER"] = RouterHost("osrm", "http://10.1.2.3:5000/roads")
    assert "10.1.2.3:5000. Who asks it" in house.client().get("/areas/").text


def test_areas_are_for_people_with_an_account(house: House) -> None:
    """Nobody sees the areas who has not logged in."""
    assert house.app.test_client().get("/areas/").status_code == 401
