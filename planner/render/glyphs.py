"""Which letters the papers' fonts have: what the main one lacks comes from others, what all lack is a code point."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from planner.edits import Document, key_of

FONTS = Path(__file__).parents[2] / "static" / "vendor" / "fonts"
FAMILIES = {
    "Noto Sans SC": "NotoSansSC_400Regular.ttf",
    "Noto Sans JP": "NotoSansJP_400Regular.ttf",
    "Noto Sans KR": "NotoSansKR_400Regular.ttf",
    "Noto Serif Tibetan": "NotoSerifTibetan_400Regular.ttf",
    "Noto Naskh Arabic": "NotoNaskhArabic_400Regular.ttf",
    "Noto Sans Mongolian": "NotoSansMongolian_400Regular.ttf",
    "Noto Sans Yi": "NotoSansYi_400Regular.ttf",
    "Noto Sans Thai": "NotoSansThai_400Regular.ttf",
}
"""Families in the order in which a letter is looked for, each with the face that tells its letters."""
TABLES = ("agencies", "officers", "vehicles", "places", "sites", "suspects")
# Joiners, marks of direction and choices of shape have no shape of their own; overrides of the direction are shown.
_SHAPELESS = re.compile(
    "[\n\t\r\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


class MissingFont(Exception):
    """A font of the papers is not in its place; the text names it."""


@cache
def _letters(face: Path) -> frozenset[int]:
    if not face.is_file():
        raise MissingFont(face.name)
    return frozenset(TTFont(face, lazy=True).getBestCmap())


def lacking(text: str) -> set[str]:
    """The letters of the text that no font of the papers has. Raises MissingFont."""
    left = {char for char in set(text) if ord(char) > 0x7E or ord(char) < 0x20}
    left -= set(_SHAPELESS.findall("".join(left)))
    for face in FAMILIES.values():
        if not left:
            break
        left = {char for char in left if ord(char) not in _letters(FONTS / face)}
    return left


def code_point(char: str) -> str:
    """What stands for a letter that no font has: a box and its number in Unicode."""
    return f"□U+{ord(char):04X}"


def printable(value: Any) -> Any:
    """The JSON value as it can be set: a letter that no font has is its code point, and long words can be broken.

    Drawings (SVG) and names of pictures (SHA-256) are not broken. Raises MissingFont.
    """
    table = {ord(char): code_point(char) for char in lacking("".join({c for text in texts(value) for c in set(text)}))}
    return _set(value, table)


_WORD = re.compile("[0-9A-Za-z\u00c0-\u052f]{24,}")
"""What no line can be broken at, and no column may be wide enough for."""
_FEW = re.compile("(....)(?=.)")
_NO_TEXT = re.compile("<|[0-9a-f]{64}$")


def breakable(text: str) -> str:
    """The text with places to break a line, which are not seen, in words of 24 letters or more."""
    return _WORD.sub(lambda word: _FEW.sub("\\1\u200b", word[0]), text)


def _set(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        shown = value.translate(table)
        return shown if _NO_TEXT.match(shown) else breakable(shown)
    if isinstance(value, dict):
        return {key: _set(inner, table) for key, inner in value.items()}
    return [_set(inner, table) for inner in value] if isinstance(value, list | tuple) else value


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def unprintable(document: Document) -> dict[tuple[str, str], str]:
    """Table and key of each row of an operation that has letters which no font has -> these letters.

    The operation's own name and number are the row of the table `operation`. Raises MissingFont.
    """
    head = {("operation", key): document.get(key, "") for key in ("id", "name")}
    rows = {(table, key_of(table, row)): row for table in TABLES for row in document.get(table, ())}
    whole = lacking("".join({c for text in texts([*head.values(), *rows.values()]) for c in set(text)}))
    if not whole:
        return {}
    found = {
        key: "".join(sorted(whole & {c for text in texts(row) for c in text})) for key, row in (head | rows).items()
    }
    return {key: letters for key, letters in found.items() if letters}
