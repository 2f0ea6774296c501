"""Pins of the two doors that exclude each other, and pins that do not, as a file has them."""

from typing import Any

Pins = list[dict[str, Any]]


def at(site: str, *officers: str) -> Pins:
    """The officers are in the squad that raids the site."""
    return [{"officer": officer, "site": site} for officer in officers]


ONE_DOOR: list[Pins] = [
    [*at("S1", "O01"), {"officer": "O01", "not_site": "S1"}],
    [*at("S1", "O01"), {"officer": "O01", "reserve": True}],
    [{"site": "S1", "start": 0}, {"site": "S1", "start": 5}],
    [{"site": "S1", "team": "A"}, {"site": "S1", "team": "B"}],
    [*at("S1", "O01"), {"officer": "O01", "team": "A"}, {"site": "S1", "team": "B"}],
    [*at("S1", "O01"), {"officer": "O01", "team": "A"}, {"officer": "O01", "team": "B"}],
    [*at("S1", "O01", "O02"), {"officer": "O01", "team": "A"}, {"officer": "O02", "team": "B"}],
]
"""Nobody can raid S1, whatever else is raided."""
TWO_DOORS: list[Pins] = [
    [{"together": ["S1", "S2"]}, {"site": "S1", "team": "A"}, {"site": "S2", "team": "B"}],
    [{"together": ["S1", "S2"]}, *at("S1", "O01"), {"officer": "O01", "team": "A"}, {"site": "S2", "team": "B"}],
    [*at("S1", "O01"), *at("S2", "O01"), {"site": "S1", "start": 0}, {"site": "S2", "start": 0}],
    [*at("S1", "O01"), *at("S2", "O01"), {"site": "S1", "start": 40}, {"site": "S2", "start": 10}],
    [*at("S1", "O01"), *at("S2", "O01"), {"site": "S1", "team": "A"}, {"site": "S2", "team": "B"}],
    [*at("S1", "O01", "O02"), *at("S2", "O01"), {"officer": "O02", "not_site": "S2"}],
]
"""Either door can be raided, but not both."""
CLASHING = [*ONE_DOOR, *TWO_DOORS]
AGREEING: list[Pins] = [
    [*at("S1", "O01"), *at("S2", "O01")],
    [*at("S1", "O01"), *at("S2", "O01"), {"site": "S1", "start": 0}, {"site": "S2", "start": 120}],
    [{"together": ["S1", "S2"]}, {"site": "S1", "team": "A"}],
    [{"together": ["S1", "S1"]}, {"site": "S1", "team": "A"}, {"site": "S2", "team": "B"}],
    [*at("S1", "O01"), {"officer": "O01", "team": "A"}, {"site": "S1", "team": "A"}],
    [*at("S1", "O01"), {"officer": "O01", "not_site": "S2"}],
    [{"site": "S1", "start": 0}, {"site": "S2", "start": 0}],
    [*at("S1", "O01"), {"officer": "O01", "not_site": "S1"}, {"site": "S1", "skip": True}],
]
