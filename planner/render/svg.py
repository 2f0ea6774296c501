"""Text inside SVG drawings: safe in markup, and about how wide it comes out."""

import re
from html import escape
from unicodedata import east_asian_width

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg_text(text: str) -> str:
    """The text as SVG holds it: nothing is read as markup, and what XML forbids shows as a replacement character."""
    return escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def text_width(text: str, size: float) -> float:
    """About the pixels that the text takes: a Chinese character is a square, others are a little over half as wide."""
    return sum(size if east_asian_width(char) in "WF" else 0.58 * size for char in text)


def fits(text: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than the width."""
    if text_width(text, size) <= width + 1:
        return text
    while text and text_width(text, size) + size > width:
        text = text[:-1]
    return text + "…"
