"""What a request brings, read in one way: keys and figures within bounds, text that can be stored, JSON with limits."""

import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from planner.files import Unreadable, limits
from planner.files.text import NUL, UNSEEN, parse_json, text_faults, visible_values
from web.language import say

MOST_KEY_LENGTH = 200  # signs of what a row is called, in an address
MOST_KEY = 2**31 - 1  # the greatest whole number of a column, on either database
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?")
# Figures and signs as a Chinese keyboard types them.
_PLAIN = str.maketrans("０１２３４５６７８９．＋－\N{MINUS SIGN}", "0123456789.+--")
AS_TYPED = ("password", "new", "again")  # fields whose every sign counts
NO_TEXT = say("The request contains an invalid character (NUL).")
NO_JSON = say("The request is not valid JSON: it is malformed, nested too deeply or contains an incomplete character.")


class Malformed(BadRequest):
    """A request that cannot be understood; `sentence` says why, for any reader."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Key(IntegerConverter):
    """A key in an address; one that no row can have is no page."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, max=MOST_KEY)


def read_carefully(app: Flask) -> None:
    """Keys in addresses have a maximum; a view gets nothing that a database cannot store, or that nobody can see."""
    app.url_map.converters["int"] = Key
    app.jinja_env.globals["limits"] = limits  # forms tell how long a text may be
    app.before_request(_refuse_nul)
    app.before_request(_drop_unseen)


def _refuse_nul() -> None:
    fields = chain(request.args.items(multi=True), request.form.items(multi=True))
    names = ((part.name, part.filename) for part in request.files.values())
    path = (str(value) for value in (request.view_args or {}).values())
    if any(NUL in text for text in chain(path, *fields, *names) if text):
        raise Malformed(NO_TEXT)


def _drop_unseen() -> None:
    """A form is read without zero-width signs and the like; line ends stay, which people see."""
    pairs = request.form.items(multi=True)
    seen = [(name, text if name in AS_TYPED else text.translate(UNSEEN)) for name, text in pairs]
    request.form = ImmutableMultiDict(seen)


def whole(text: str, least: int, most: int) -> int | None:
    """The whole number that the text says, if it lies within both limits; every one of its digits counts."""
    plain = text.strip().translate(_PLAIN)
    if _WHOLE.fullmatch(plain) is None:
        return None
    return found if least <= (found := int(plain)) <= most else None


def number(text: str, least: float = -math.inf, most: float = math.inf) -> float | None:
    """The finite number that the text says, if it lies within both limits."""
    plain = text.strip().translate(_PLAIN)
    found = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    return found if math.isfinite(found) and least <= found <= most else None


def is_line(text: str, most: int) -> bool:
    """Whether the text is one line of at most so many signs; none at all is."""
    return len(text) <= most and (not text or text.isprintable())


def key_in(values: MultiDict[str, str], name: str) -> int | None:
    """The key, revision or page that a form or an address names; None for nothing. Raises `Malformed`."""
    text = values.get(name, "").strip()
    if not text:
        return None
    key = whole(text, 0, MOST_KEY)
    if key is None:
        raise Malformed(say("The request could not be understood."))
    return key


def json_sent() -> dict[str, Any]:
    """The JSON object that was sent, its texts as people see them. Raises `Malformed`."""
    try:
        value = parse_json(request.get_data().decode()) if request.is_json else None
        is_sound = not any(_faults(value))
    except (Unreadable, UnicodeDecodeError) as error:
        raise Malformed(NO_JSON) from error
    if not is_sound or not isinstance(value, dict):
        raise Malformed(NO_JSON)
    seen: dict[str, Any] = visible_values(value)
    return seen


def _faults(value: Any) -> Iterator[object]:
    return text_faults(value) if isinstance(value, dict | list) else iter(())
