"""The page of areas: what each map covers and how old it is, and which cannot be used."""

from pathlib import Path

from roads.ordering import order_of
from roads.pack import make_pack
from tests.house import House
from tests.road_network import town


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


def test_areas_are_for_people_with_an_account(house: House) -> None:
    """Nobody sees the areas who has not logged in."""
    assert house.app.test_client().get("/areas/").status_code == 401
