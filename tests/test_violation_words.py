"""What a broken rule says: a sentence for everything that the checker can find, in both languages."""

import re
from pathlib import Path

import pytest

from planner.render.violation_words import SENTENCES, TITLES, violation_text
from planner.rules import RULES, Violation

ROOM = Path(__file__).resolve().parents[1] / "planner/rules"
FOUND = re.compile(r'Violation\(\s*"(\w+)",\s*"([^"]+)"')
OF_READING = {
    "other operation", "unit twice", "unknown kind", "task of another kind", "guards' vehicles without guards",
    "no squad, yet leaves guards", "unknown place", "unknown suspect", "no whole minute within reach", "team twice",
    "unknown unit", "interview names an unknown", "no room number", "unknown suspect in missed", "no assembly place",
    "no squad, yet in a team",
}  # fmt: skip
"""What no move makes, but a file may have: it is told by its rule and what it concerns."""


def test_everything_that_a_rule_finds_has_a_sentence() -> None:
    """No move on the board breaks a rule in a way that the board has no sentence for."""
    found = {wrong for file in ROOM.glob("*.py") for _, wrong in FOUND.findall(file.read_text("utf-8"))}
    assert found - SENTENCES.keys() == OF_READING & found
    assert {rule.__name__.split("_")[0].upper() for rule in RULES} <= TITLES.keys()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sentence_names_what_it_concerns(lang: str) -> None:
    """Every sentence takes the ids and the figures; what a squad lacks stands in the sentence."""
    for wrong in SENTENCES:
        text = violation_text(Violation("R10", wrong, ("Q1", "S1", "P1"), {"minutes": 7}), lang)
        assert "{" not in text and "7" in text
    lack = violation_text(Violation("R10", "lacks", ("Q1", "S1"), {"officers": 4, "woman": 1, "skill entry": 2}), lang)
    assert all(part in lack for part in ("Q1", "S1", "4", "1", "2")) and not lack.endswith(")")
    assert "R1" not in violation_text(Violation("R1", "unit twice", ("Q1",)), lang)
