"""Whatever is found wrong with a file is told in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.files import archives
from planner.render.fault_words import fault_said, sentence_of
from planner.render.words import catalogue

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "planner" / "files").glob("*.py"))
SOURCES = [*FILES, ROOT / "planner" / "importing.py", ROOT / "planner" / "merging.py"]
RAISERS = {"Fault": 1, "ValidationError": 0, "Unfit": 0, "refused": 0, "Remark": 3}
OF_THE_SHELL = ("H_HOUR_MAX_BYTES", "larger than", "cannot be read: ")


def messages() -> Iterator[tuple[str, str]]:
    """Where a message is made, and the message with a stand-in for every value."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
                index = RAISERS[node.func.id]
                text = spelled(node.args[index]) if len(node.args) > index else None
                if text and not text.startswith(OF_THE_SHELL):
                    yield f"{path.name}:{node.lineno}", text


def spelled(node: ast.expr) -> str | None:
    """The text of a constant or of an f-string; a hint that is added to it is left out."""
    if isinstance(node, ast.BinOp):
        return spelled(node.left)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [spelled(part) if isinstance(part, ast.Constant) else "agency" for part in node.values]
        return "".join(part or "" for part in parts).removesuffix("agency" if hints(node) else "\0")
    return None


def hints(node: ast.JoinedStr) -> bool:
    """Whether the last value is a hint."""
    last = node.values[-1]
    return isinstance(last, ast.FormattedValue) and isinstance(last.value, ast.Name) and last.value.id == "hint"


@pytest.mark.parametrize(("where", "text"), list(messages()), ids=lambda value: value[:40])
def test_every_message_has_its_sentence(where: str, text: str) -> None:
    """Each message of the rooms that find faults is made from a sentence of the table."""
    assert sentence_of(text) is not None, f"{where}: {text}"


@pytest.mark.parametrize("name", [name for name in vars(archives) if isinstance(getattr(archives, name), str)])
def test_every_refusal_has_its_sentence(name: str) -> None:
    """Each sentence with which a file is refused is in the table."""
    if name.isupper():
        assert sentence_of(getattr(archives, name)) is not None


def test_values_are_given_back() -> None:
    """A translated message holds the values of the English one, its hint translated too."""
    told = fault_said('"hgih" is none of low, medium, high; did you mean "high"?', "zh")
    assert '"hgih"' in told
    assert "low, medium, high" in told
    assert '"high"' in told
    assert "none of" not in told
    assert "did you mean" not in told
    assert fault_said("is missing", "en") == "is missing"


def test_the_more_exact_sentence_is_taken() -> None:
    """Where two sentences fit, the one with more fixed words is taken."""
    assert sentence_of('"x" is no whole number from 0 to 9') == "{value} is no whole number from {least} to {most}"
    assert catalogue("zh")["{value} is no number of degrees"] != catalogue("zh")["{value} is no number"]
