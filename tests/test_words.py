"""Every sentence that people read stands in the catalogue, in Chinese too."""

import ast
import re
from pathlib import Path

import pytest

from planner.files import fault_list, fault_texts
from planner.i18n import catalogue
from planner.render import (
    change_orders,
    chart,
    clock_words,
    edit_words,
    endings,
    map_words,
    order_text,
    reasons,
    sheet_data,
    sheet_scope,
    sheet_words,
)
from planner.render.formatting import clock, h_minutes
from tests.operations import two_doors

ROOT = Path(__file__).parents[1]
SPEAKERS = {"word", "say", "_say", "_count", "_said", "counted", "t"}
TEMPLATE_CALL = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def sentences_in_code() -> set[str]:
    """Constant sentences given to the functions that translate; the shell speaks English alone."""
    found = set()
    for path in [*(ROOT / "planner" / "render").rglob("*.py"), *(ROOT / "web").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SPEAKERS:
                parts = [n for arg in node.args for n in ast.walk(arg)]
                found |= {n.value for n in parts if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found - {"en", "zh", ""}


def sentences_in_templates() -> set[str]:
    """Sentences that the templates translate."""
    found = set()
    for path in (ROOT / "templates").rglob("*.html"):
        for match in TEMPLATE_CALL.finditer(path.read_text(encoding="utf-8")):
            found.add((match[1] or match[2]).replace('\\"', '"').replace("\\'", "'"))
    return found


def wanted() -> set[str]:
    """Every sentence that is shown in two languages."""
    tables = {
        *sheet_words.SENTENCES,
        *sheet_data.REPORTS,
        *sheet_scope.KNOWN_SKILLS,
        *map_words.SENTENCES,
        *chart.SENTENCES,
        *clock_words.SENTENCES.values(),
        *reasons.SENTENCES.values(),
        *endings.STAGE_WORDS.values(),
        *fault_texts.TEXTS.values(),
        *fault_texts.RIGHT.values(),
        fault_texts.NEAR,
        fault_texts.SEVERAL,
        *fault_list.HEADINGS,
        *edit_words.SENTENCES.values(),
        *edit_words.NOUNS.values(),
        *order_text.SENTENCES.values(),
        *change_orders.WORDS,
        *edit_words.FIELDS.values(),
    }
    return tables | sentences_in_code() | sentences_in_templates()


def test_every_sentence_is_translated() -> None:
    """No sentence lacks its Chinese."""
    lacking = sorted(s for s in wanted() - catalogue("zh").keys() if re.search("[A-Za-z]", s))
    assert not lacking


def test_translations_have_the_same_places() -> None:
    """A translation names the same figures in braces as its sentence."""
    torn = [k for k, v in catalogue("zh").items() if set(re.findall(r"{\w+}", k)) != set(re.findall(r"{\w+}", v))]
    assert not torn


@pytest.mark.parametrize(
    ("minute", "told", "from_h"),
    [
        (0, "06:00", "H"),
        (75, "07:15", "H+75"),
        (-35, "05:25", "H−35"),
        (-465, "22:15 (−1 d)", "H−465"),
        (1440, "06:00 (+1 d)", "H+1440"),
    ],
)
def test_moments(minute: int, told: str, from_h: str) -> None:
    """Moments are told as clock time, with the days from H's date, and as minutes from H."""
    assert clock(two_doors(), minute) == told
    assert h_minutes(minute) == from_h
