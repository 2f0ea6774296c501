"""Points that are well formed and yet most likely wrong."""

from typing import Any

from planner.files.point_warnings import point_warnings


def said(lat: float, lon: float, city: str = "乌鲁木齐") -> list[str]:
    """What is strange about one site, in a document with one place in the far west."""
    place = {"id": "B1", "city": "乌鲁木齐", "lat": 43.8, "lon": 87.6}
    site: dict[str, Any] = {"id": "S1", "address": "某路", "city": city, "lat": lat, "lon": lon}
    return [fault.text() for fault in point_warnings({"places": [place], "sites": [site]}, {}, {("sites", "S1")})]


def test_swapped_coordinates_are_told_where_both_could_be_latitudes() -> None:
    """Far in the west a longitude could be a latitude: a point that is near its city only when exchanged is told."""
    assert said(87.6, 43.8) == ["87.6 and 43.8: latitude and longitude are swapped"]


def test_the_limit_is_eighty_kilometres() -> None:
    """A point 79 km north of its city's place is no matter, one 81 km north is."""
    assert said(43.8 + 79 / 111.195, 87.6) == []
    assert said(43.8 + 81 / 111.195, 87.6) == ["lies 81 km from the nearest place of 乌鲁木齐"]


def test_a_city_without_places_says_nothing_of_its_points() -> None:
    """Where no place of the city is known, nothing is far from it."""
    assert said(30.0, 100.0, "别处") == []
