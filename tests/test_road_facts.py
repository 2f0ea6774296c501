"""Rows of an operation's road settings: what each may hold, and that everything else is a fault beside it."""

import math
from typing import Any

import pytest

from models.road_facts import AREAS, MOST_AREAS, MOST_CORNERS, MOST_NAME, ROADS, ROUTER, VEHICLE, road_faults

CLOSURE: dict[str, Any] = {"name": "Bridge", "shape": "line", "corners": [[30.0, 104.0], [30.1, 104.1]]}
CLOSURE |= {"start": None, "end": None, "slow": None}
AREA = [[30.0, 104.0], [30.1, 104.0], [30.1, 104.1]]
SIX, SEVEN = "2026-01-01T06:00+08:00", "2026-01-01T07:00+08:00"
RIGHT = [
    (AREAS, ["chengdu", "mianyang-2"]),
    (AREAS, []),
    (ROUTER, "valhalla=https://router.example:8002/route"),
    (VEHICLE, "van"),
    ("point S1", [30.5, 104.1]),
    ("closure 1", CLOSURE),
    ("closure 999999", {**CLOSURE, "shape": "polygon", "corners": AREA, "start": SIX, "end": SEVEN, "slow": 2.5}),
]
WRONG = [
    (AREAS, "chengdu"),
    (AREAS, ["Chengdu"]),
    (AREAS, ["a"] * (MOST_AREAS + 1)),
    (ROUTER, "graphhopper=http://router.example"),
    (ROUTER, 5),
    (VEHICLE, "tram"),
    ("point S1", [30.5]),
    ("point S1", "30.5, 104.1"),
    ("point S1", [90.5, 104.1]),
    ("point S1", [30.5, math.inf]),
    ("point S1", [True, "104"]),
    ("point", [30.5, 104.1]),
    ("closure 0", CLOSURE),
    ("closure x", CLOSURE),
    ("closure 1", [CLOSURE]),
    ("closure 1", {**CLOSURE, "more": 1}),
    ("closure 1", {**CLOSURE, "name": ""}),
    ("closure 1", {**CLOSURE, "name": "a\nb"}),
    ("closure 1", {**CLOSURE, "name": "x" * (MOST_NAME + 1)}),
    ("closure 1", {**CLOSURE, "shape": "circle"}),
    ("closure 1", {**CLOSURE, "shape": "polygon"}),
    ("closure 1", {**CLOSURE, "corners": AREA * MOST_CORNERS}),
    ("closure 1", {**CLOSURE, "corners": [[30.0, 104.0], [30.0, 204.0]]}),
    ("closure 1", {**CLOSURE, "start": "yesterday"}),
    ("closure 1", {**CLOSURE, "start": SEVEN, "end": SIX}),
    ("closure 1", {**CLOSURE, "start": SIX, "end": SIX}),
    ("closure 1", {**CLOSURE, "slow": 1}),
    ("closure 1", {**CLOSURE, "slow": True}),
    ("closure 1", {**CLOSURE, "slow": "2"}),
]


@pytest.mark.parametrize(("key", "value"), RIGHT)
def test_a_setting_of_roads_is_taken(key: str, value: Any) -> None:
    """As it stands, and when it goes."""
    assert list(road_faults({key: {"value": value}})) == list(road_faults({key: None})) == []


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_a_setting_that_no_form_makes_is_a_fault(key: str, value: Any) -> None:
    """Beside what is right, by its own key: an import or a program may send anything."""
    (fault,) = road_faults({VEHICLE: {"value": "car"}, key: {"value": value}})
    assert fault.code == "not-roads" and fault.place.startswith(f"{ROADS} ") and key in fault.place
