"""Numbered copies: whose a printed page is, and the code by which it is looked up.

A code is an id of 128 random bits and nothing else: whoever reads it without the system learns nothing.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno

from planner.i18n import N_, gettext

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter looks like another or like a figure."""
BITS, LENGTH, GROUP = 128, 26, 5
LIKE = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class CopyMark:
    """A numbered copy: its number among the operation's, who holds it, its id, and what it consists of.

    `documents` are names of papers; `readers` those whose sheets it holds; None: all of these papers' readers.
    """

    number: int
    holder: str
    id: str
    documents: tuple[str, ...]
    readers: tuple[str, ...] | None = None

    def holds(self, document: str) -> Collection[str] | None:
        """The readers whose sheets of this paper it holds; None: all."""
        return self.readers if document in self.documents else ()


def id_of(bits: int) -> str:
    """The id of so many random bits (0 to 2^128 - 1)."""
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in reversed(range(LENGTH)))


def read_id(text: str) -> str:
    """The id as it was typed or scanned, in any case, with or without dashes; "" where it is none."""
    plain = _BETWEEN.sub("", text).upper().translate(LIKE)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def format_id(id: str) -> str:
    """The id in groups, as people read it."""
    return "-".join(id[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def code_svg(text: str) -> str:
    """The text as a QR code (never a Micro QR code, which many scanners do not read), as an SVG image."""
    held = BytesIO()
    code = segno.make(text, error="q", micro=False, boost_error=False)
    code.save(held, kind="svg", border=4, light="#fff", xmldecl=False)
    return held.getvalue().decode()


def copy_values(copy: CopyMark, lang: str) -> dict[str, Any]:
    """What a layout prints of a copy, in the language."""
    return {
        "number": copy.number,
        "mark": gettext(N_("Copy {number} · {holder}"), lang).format(number=copy.number, holder=copy.holder),
        "id": format_id(copy.id),
        "code": code_svg(copy.id),
    }
