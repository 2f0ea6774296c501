"""Photos and sketches of suspects and sites: which a row's `details` name, and how an office's file becomes one.

A picture is named by the SHA-256 of its bytes. What comes in is opened within bounds and written anew as JPEG, so that
nothing of the file but what is seen remains: no EXIF, no position, no comment, no colour profile.
"""

import io
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from PIL import Image, ImageOps

from planner.i18n import N_

PICTURES = "pictures"
"""The key of `details` that holds them: a list of {"sha256": ..., "caption": ...}."""
PICTURED = ("suspects", "sites")
"""Tables whose rows may have pictures."""
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_FILE = 16 << 20  # bytes of an office's file
MOST_PIXELS = 40_000_000  # of an office's file; a telephone's camera makes 12 to 50 million
LONGEST_SIDE = 1200  # pixels of what is kept: 300 to the inch on a picture of 10 cm
MOST_BYTES = 300_000  # of what is kept
QUALITIES = (85, 70, 50, 30)
MOST_IN_ROW = 6
MOST_CAPTION = 100  # characters
HASH = re.compile(r"[0-9a-f]{64}")

TOO_LARGE = N_("The file has more than 16 MB.")
NO_PICTURE = N_("The file is no JPEG, PNG or WebP picture, or it is damaged.")
TOO_MANY_PIXELS = N_("The picture has more than 40 million pixels. Please make it smaller first.")


class UnfitPicture(Exception):
    """A file that becomes no picture; `sentence` says why, for any reader."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class PictureNote:
    """A picture that a row names, and what is said of it ("" where nothing is)."""

    sha256: str
    caption: str


def pictures_in(details: Mapping[str, Any]) -> tuple[PictureNote, ...]:
    """The pictures that descriptive facts name, in their order; whatever has another form is none."""
    return tuple(_notes(details.get(PICTURES)))


def _notes(value: Any) -> Iterator[PictureNote]:
    for one in value if isinstance(value, list) else ():
        name, caption = (one.get(key, "") for key in ("sha256", "caption")) if isinstance(one, dict) else ("", "")
        if isinstance(name, str) and HASH.fullmatch(name):
            yield PictureNote(name, caption if isinstance(caption, str) else "")


def names_in(document: Mapping[str, Any]) -> set[str]:
    """The names of all pictures that the rows of an operation's document name."""
    rows = (row for table in PICTURED for row in document.get(table, ()))
    return {one.sha256 for row in rows for one in pictures_in(row.get("details", {}))}


def pictures_as(pictures: tuple[PictureNote, ...]) -> dict[str, Any]:
    """What `details` hold of these pictures: nothing where there are none."""
    listed = [{"sha256": one.sha256} | ({"caption": one.caption} if one.caption else {}) for one in pictures]
    return {PICTURES: listed} if listed else {}


def name_of(content: bytes) -> str:
    """The name of a picture."""
    return sha256(content).hexdigest()


def fit_picture(content: bytes) -> bytes:
    """The picture of an office's file as JPEG of at most MOST_BYTES, upright, with nothing else of the file in it.

    The same file gives the same bytes. Raises UnfitPicture; what has too many pixels is refused before it is decoded.
    """
    if len(content) > MOST_FILE:
        raise UnfitPicture(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnfitPicture(TOO_MANY_PIXELS)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than is wanted
            return _small(_plain(opened))
    except Image.DecompressionBombError as error:
        raise UnfitPicture(TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises for what is none or is damaged
        raise UnfitPicture(NO_PICTURE) from error


def jpeg_svg(content: bytes) -> str:
    """A picture that is kept as an SVG drawing around it: what a layout takes as text. Raises UnfitPicture."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
            width, height = opened.size
    except OSError as error:
        raise UnfitPicture(NO_PICTURE) from error
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{b64encode(content).decode()}"/></svg>'
    )


def _plain(opened: Image.Image) -> Image.Image:
    """The picture upright, no larger than is kept, on white; of its file nothing but the colours of its points."""
    shown = ImageOps.exif_transpose(opened)
    shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if shown.mode in ("RGBA", "LA", "PA", "P"):
        layer = shown.convert("RGBA")
        shown = Image.new("RGB", layer.size, "white")
        shown.paste(layer, mask=layer.getchannel("A"))
    rgb = shown.convert("RGB")
    return Image.frombytes("RGB", rgb.size, rgb.tobytes())


def _small(image: Image.Image) -> bytes:
    while True:
        for quality in QUALITIES:
            held = io.BytesIO()
            image.save(held, "JPEG", quality=quality, optimize=True)
            if held.tell() <= MOST_BYTES:
                return held.getvalue()
        image = image.reduce(2)
