"""Every edit can be told in a sentence, in both languages."""

from typing import Any

import pytest

from planner.edits import Document, Edit, apply_edits, differences, key_of
from planner.files import dump_operation
from planner.render.edit_words import describe_edit
from tests.operations import two_doors

PINS: list[tuple[dict[str, Any], str]] = [
    ({"officer": "O01", "site": "S1"}, "O01 takes part in the raid on S1, if it is raided"),
    ({"officer": "O01", "not_site": "S1"}, "O01 takes no part in the raid on S1"),
    ({"officer": "O01", "team": "T9"}, "O01 serves only in team T9, or commands it"),
    ({"officer": "O01", "reserve": True}, "O01 held in reserve"),
    ({"site": "S1", "team": "T9"}, "Team T9 raids S1, if it is raided"),
    ({"site": "S1", "start": -5}, "The raid on S1 starts at H−5, if it is raided"),
    ({"site": "S1", "skip": True}, "S1 not to be raided"),
    ({"together": ["S1", "S2"]}, "S1 and S2 raided by the same team, if both are raided"),
]


def document() -> Document:
    """Two doors as a document."""
    return dump_operation(two_doors())


def row(table: str, key: str) -> dict[str, Any]:
    """A row of the document."""
    return next(r for r in document()[table] if r["id"] == key)


def told(edit: Edit, lang: str = "en") -> str:
    """The edit in a sentence."""
    return describe_edit(document(), edit, lang)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit("officers", "O01", None), "Officer O01 not available"),
        (Edit("vehicles", "V1", None), "Vehicle V1 not available"),
        (Edit("sites", "S1", None), "Site S1 removed"),
        (Edit("officers", "O99", {"id": "O99"}), "Officer O99 added"),
        (Edit("officers", "O01", row("officers", "O01") | {"available_from": -30}), "available from – → H−30"),
        (Edit("sites", "S1", row("sites", "S1") | {"risk": "high"}), "risk low → high"),
        (Edit("suspects", "P01", row("suspects", "P01") | {"warrant": None}), "warrant withdrawn"),
        (Edit("suspects", "P01", row("suspects", "P01") | {"site": "S2"}), "Suspect P01: moved from S1 to S2"),
        (Edit("links", "P01|P09", {"a": "P01", "b": "P09"}), "P01 and P09 linked: they would warn each other"),
        (Edit("legs", "B1|S1", {"from": "B1", "to": "S1", "minutes": None}), "Route B1 to S1 closed"),
        (Edit("doctrine", "duty_max", {"value": 600}), "duty_max: – → 600"),
        (Edit("operation", "max_teams", {"value": 9}), "→ 9"),
    ],
)
def test_an_edit_is_told(edit: Edit, sentence: str) -> None:
    """Each kind of edit has its sentence, with what was and what will be."""
    assert sentence in told(edit)


def test_a_site_that_moves_tells_how_far() -> None:
    """A move on the map is told in metres."""
    site = row("sites", "S1")
    assert told(Edit("sites", "S1", site | {"lat": site["lat"] + 0.001})) == "Site S1: moved by 111 m"


def test_the_hour_moves() -> None:
    """A new hour is told with the old one, date and time."""
    before = document()["h_hour"]
    edit = Edit("operation", "h_hour", {"value": before.replace("T06:00", "T06:30")})
    assert told(edit).endswith("06:30")


@pytest.mark.parametrize(("pin", "sentence"), PINS)
def test_a_pin_is_told_and_lifted(pin: dict[str, Any], sentence: str) -> None:
    """A pin is told by what it fixes, and when it goes, as no longer so."""
    put = Edit("pins", key_of("pins", pin), pin)
    assert told(put) == sentence
    pinned = apply_edits(document(), [put])
    assert describe_edit(pinned, Edit("pins", put.key, None), "en") == f"Withdrawn: {sentence}"


def test_every_difference_has_a_sentence_in_chinese() -> None:
    """Whatever differs between two operations is told, with no English sentence left over."""
    new = document()
    new["sites"] = [r | {"risk": "high", "lat": r["lat"] + 0.01} for r in new["sites"]]
    new["officers"] = new["officers"][2:]
    new["pins"] = [pin for pin, _ in PINS if "O01" not in pin.values()]
    sentences = [describe_edit(document(), edit, "zh") for edit in differences(document(), new)]
    assert sentences
    assert not [s for s in sentences if any(w in s for w in (" is ", " the ", "raids", "moves"))]
