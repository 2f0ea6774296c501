"""What keeps an operation from being planned and what makes it weak: each finding, with it and without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.edits import Document, key_of, operation_of
from planner.files import dump_operation, read_operation
from planner.readiness import CODES, Finding
from planner.readiness import readiness as readiness_of
from tests.clashing_pins import AGREEING, CLASHING
from tests.operations import two_doors

EXAMPLES = Path(__file__).parents[1] / "examples"


def document(**changes: Any) -> Document:
    """Two doors as a document."""
    return dump_operation(two_doors()) | changes


def readiness(made: Document) -> list[Finding]:
    """What is found in a document that is being built."""
    return readiness_of(operation_of(made), made)


def all_rows(table: str, **changes: Any) -> Document:
    """Two doors with the same change in every row of a table."""
    rows = [row | changes for row in document()[table]]
    return document(**{table: rows})


def berlin() -> list[dict[str, Any]]:
    """The sites in Berlin."""
    return [site | {"lat": 52.5 + i / 100, "lon": 13.4} for i, site in enumerate(document()["sites"])]


def of_kind(kind: str, **changes: Any) -> Document:
    """Two doors with the same change in every place of a kind."""
    return document(places=[p | changes if p["kind"] == kind else p for p in document()["places"]])


def without_kind(kind: str) -> Document:
    """Two doors without the places of a kind."""
    return document(places=[p for p in document()["places"] if p["kind"] != kind])


def ways(minutes: int) -> list[dict[str, Any]]:
    """A way of these minutes from every place to every site."""
    made = document()
    return [{"from": p["id"], "to": s["id"], "minutes": minutes} for p in made["places"] for s in made["sites"]]


EXPIRED = {"number": "W", "expires": "2020-01-01T00:00:00+08:00"}
MADE: dict[str, Callable[[], Document]] = {
    "no-sites": lambda: document(sites=[], suspects=[], links=[]),
    "no-suspects": lambda: document(suspects=[], links=[]),
    "no-doors": lambda: all_rows("suspects", warrant=None),
    "no-officers": lambda: document(officers=[]),
    "no-teams": lambda: document(max_teams=0),
    "no-assembly": lambda: without_kind("assembly"),
    "no-custody": lambda: without_kind("custody"),
    "nowhere-sites": lambda: all_rows("sites", lat=None, lon=None),
    "nowhere-places": lambda: all_rows("places", lat=None, lon=None),
    "no-warrant": lambda: all_rows("suspects", warrant=None),
    "warrant-over": lambda: all_rows("suspects", warrant=EXPIRED),
    "idle-sites": lambda: all_rows("suspects", warrant=None),
    "no-assembly-in-city": lambda: of_kind("assembly", city="elsewhere"),
    "no-local": lambda: all_rows("agencies", cities=[]),
    "too-few": lambda: document(officers=document()["officers"][:3]),
    "teams-full": lambda: document(max_teams=1, doctrine={"span_of_control": 1}),
    "few-seats": lambda: document(vehicles=document()["vehicles"][:1]),
    "no-vehicle": lambda: document(vehicles=[]),
    "far-seats": lambda: document(vehicles=[], doctrine={"own_way": 0}),
    "few-cells": lambda: of_kind("custody", cells=0),
    "no-rooms": lambda: of_kind("custody", rooms=0),
    "away-at-h": lambda: all_rows("officers", available_from=30),
    "far-sites": lambda: all_rows("sites", lat=40.0, lon=116.0),
    "address-changed": lambda: all_rows("sites", point_for="示例路 9 号"),
    "same-point": lambda: all_rows("sites", lat=30.6, lon=104.0),
    "other-city": lambda: (
        all_rows("sites", city="成都", address="绵阳市示例路 1 号")
        | {"places": [*document()["places"], document()["places"][0] | {"id": "B9", "city": "绵阳"}]}
    ),
    "clocks-change": lambda: document(h_hour="2026-03-29T01:30:00+01:00", sites=berlin()),
    "clocks-followed": lambda: document(
        h_hour="2026-03-29T01:30:00+01:00", sites=berlin(), details={"zone": "Europe/Berlin"}
    ),
    "odd-offset": lambda: document(h_hour="2026-07-01T06:00:00+08:00", sites=berlin()),
    "no-minutes": lambda: document(legs=ways(0)),
    "odd-minutes": lambda: document(legs=ways(3000)),
    "law-open": lambda: document(details={"law": {"pack": "cn"}}),
    "pins-contradict": lambda: document(pins=[{"site": "S1", "start": 1}, {"site": "S1", "start": 2}]),
}


def _one_local() -> Document:
    """Two doors of one city, and one officer alone of its police."""
    made = document()
    city = made["sites"][0]["city"]
    local = {a["id"] for a in made["agencies"] if city in a["cities"]}
    officers = [o for o in made["officers"] if o["agency"] in local][:1]
    officers += [o for o in made["officers"] if o["agency"] not in local]
    return made | {"officers": officers, "sites": [s | {"city": city} for s in made["sites"]]}


def codes(made: Document) -> set[str]:
    """The codes of what is found."""
    return {finding.code for finding in readiness(made)}


MADE["few-local"] = _one_local


def test_every_code_is_made() -> None:
    """The table of this test holds every finding that there is."""
    assert set(MADE) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_finding_is_there_when_its_cause_is(code: str) -> None:
    """Each finding comes with its cause, and is not there in the operation as it was."""
    assert code in codes(MADE[code]())
    if code not in ("no-warrant", "no-vehicle"):
        assert code not in codes(document())


def test_what_blocks_comes_first() -> None:
    """Findings that keep the operation from being planned stand before those that only make it weak."""
    found = readiness(all_rows("sites", lat=None, lon=None) | {"max_teams": 0})
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities)
    assert severities[0] == "blocks"


def test_a_finding_names_the_rows_to_mend() -> None:
    """Sites without coordinates are named by table and key."""
    (found,) = [f for f in readiness(all_rows("sites", lat=None, lon=None)) if f.code == "nowhere-sites"]
    assert found == Finding("nowhere-sites", "blocks", (("sites", "S1"), ("sites", "S2")), {"number": 2})


@pytest.mark.parametrize("name", ["tiny", "3-02", "one-city-half", "province"])
def test_examples_can_be_planned(name: str) -> None:
    """Nothing keeps an example from being planned; one with half its officers is found to be weak."""
    found = readiness(dump_operation(read_operation(EXAMPLES / f"{name}.json")))
    assert not [f for f in found if f.severity == "blocks"]
    needs = {f.figures["need"] for f in found if f.code == "too-few"}
    assert ("officers" in needs) == (name == "one-city-half")


@pytest.mark.parametrize("pins", CLASHING, ids=str)
def test_pins_that_exclude_each_other_are_named_before_anything_is_planned(pins: list[dict[str, Any]]) -> None:
    """Readiness names the pins of each clash, and none that has no part in it."""
    others = [{"officer": "O05", "not_site": "S2"}, {"officer": "O06", "team": "T9"}]
    found = [f for f in readiness(document(pins=[*pins, *others])) if f.code == "pins-contradict"]
    assert {key for _, key in found[0].subjects} == {key_of("pins", pin) for pin in pins}
    assert {f.severity for f in found} == {"weak"}


@pytest.mark.parametrize("pins", AGREEING, ids=str)
def test_pins_that_agree_are_no_finding(pins: list[dict[str, Any]]) -> None:
    """Pins that one plan can keep together are not complained about."""
    assert not [f for f in readiness(document(pins=pins)) if f.code == "pins-contradict"]
