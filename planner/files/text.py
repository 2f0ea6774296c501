"""JSON text to plain values and back: size and nesting are limited, NaN refused, writing is all or nothing."""

import json
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from planner.files.fault import Fault, UnfitValue, Unreadable, inside, quote
from planner.files.fault_texts import Value
from planner.files.limits import NESTING
from planner.files.scratch import whole_file

MOST_BYTES = 64 * 1024 * 1024
MOST_DIGITS = 20
NUL = "\0"
# What nobody sees and two texts can differ by: zero-width and direction signs, soft hyphens, controls.
UNSEEN = dict.fromkeys(
    (0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     *range(0xFFF9, 0xFFFC), *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0))
)  # fmt: skip
LINE_ENDS = dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), " ")
SEEN = UNSEEN | LINE_ENDS


class Twins(dict[str, Any]):
    """A JSON object in which a key stood twice: `twice` are such keys."""

    twice: tuple[str, ...] = ()


def most_bytes() -> int:
    """Largest file that is read, in bytes: `H_HOUR_MAX_BYTES`, or 64 MiB. Raises `Unreadable`."""
    text = os.environ.get("H_HOUR_MAX_BYTES", "")
    if text and not (text.isascii() and text.isdecimal()):
        raise Unreadable([Fault("", "limit-not-whole", {"value": quote(text)})])
    return int(text) if text else MOST_BYTES


def read_json(path: str | Path, limit: int | None = None) -> Any:
    """The file's JSON as plain values; `-` is standard input. Raises `Unreadable`."""
    raw = _read(path, most_bytes() if limit is None else limit)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([Fault("", "not-utf-8", {"position": error.start})]) from error
    return parse_visible(text)


def parse_visible(text: str) -> Any:
    """The JSON of the text as plain values, every text `visible`. Raises `Unreadable`."""
    try:
        return visible_values(parse_json(text))
    except RecursionError as error:
        raise Unreadable([too_deep()]) from error


def parse_json(text: str) -> Any:
    """The JSON text as plain values; an object with a key that stands twice is `Twins`. Raises `Unreadable`."""
    if not text.strip():
        raise Unreadable([Fault("", "empty")])
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_whole, parse_float=_fraction
        )
    except json.JSONDecodeError as error:
        where: dict[str, Value] = {"line": error.lineno, "column": error.colno, "why": error.msg}
        raise Unreadable([Fault("", "not-json", where)]) from error
    except RecursionError as error:
        raise Unreadable([too_deep()]) from error
    except UnfitValue as error:
        raise Unreadable([Fault("", error.code, error.values)]) from error


def _read(path: str | Path, limit: int) -> bytes:
    too_large = Unreadable([Fault("", "larger-than", {"most": limit})])
    if str(path) == "-":
        raw = sys.stdin.buffer.read(limit + 1)
    else:
        try:
            with open(path, "rb") as file:
                if os.fstat(file.fileno()).st_size > limit:
                    raise too_large
                raw = file.read(limit + 1)
        except OSError as error:
            raise Unreadable([Fault("", "cannot-be-read", {"why": str(error.strerror)})]) from error
    if len(raw) > limit:
        raise too_large
    return raw


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        row = Twins(row)
        row.twice = tuple(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
    return row


def _no_number(name: str) -> Any:
    raise UnfitValue("no-json-number", value=name)


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise UnfitValue("huge-number", value=f"{digits[:MOST_DIGITS]}…")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnfitValue("huge-number", value=digits[:MOST_DIGITS])
    return number


def too_deep() -> Fault:
    """The fault of brackets within brackets within brackets."""
    return Fault("", "too-deep", {"most": NESTING.most})


def text_faults(data: Any) -> Iterator[Fault]:
    """Keys that stand twice and text that is none, each with its place. Raises `Unreadable` if too deep."""
    if _is_clean(data):
        return
    waiting = [("", data, 0)]
    while waiting:
        place, node, depth = waiting.pop()
        if depth > NESTING.most:
            raise Unreadable([too_deep()])
        if isinstance(node, Twins):
            yield from (Fault(inside(place, key), "key-twice") for key in node.twice)
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if value and isinstance(value, dict | list):
                waiting.append((inside(place, key), value, depth + 1))
            if _is_halved(value) or _is_halved(key):
                yield Fault(inside(place, key), "half-character")
            if NUL in str(key) or (isinstance(value, str) and NUL in value):
                yield Fault(inside(place, key), "nul")


def _is_clean(data: Any) -> bool:
    """Whether nothing can be wrong with the text of plain values, found without looking for any place."""
    level = [data]
    for _ in range(NESTING.most + 1):
        if any(isinstance(node, Twins) for node in level):
            return False
        inside_of = chain.from_iterable(node.values() if isinstance(node, dict) else node for node in level)
        level = [node for node in inside_of if isinstance(node, dict | list) and node]
        if not level:
            break
    else:
        return False
    try:
        return b"\\u0000" not in json.dumps(data, ensure_ascii=False).encode()  # as JSON spells NUL
    except (TypeError, ValueError):  # half a character; or no plain values
        return False


def _is_halved(value: Any) -> bool:
    return isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value)


def visible(text: str) -> str:
    """The text without signs that nobody sees; line ends and tabs are spaces."""
    return text if text.isprintable() and text.isascii() else text.translate(SEEN)


def visible_values(data: Any) -> Any:
    """Plain values in which every text is `visible`, keys too. Keys that then stand twice make the object `Twins`."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, list):
        return [visible_values(item) for item in data]
    if not isinstance(data, dict):
        return data
    seen = _object([(visible(key), visible_values(value)) for key, value in data.items()])
    if isinstance(data, Twins):
        twice = (*data.twice, *(seen.twice if isinstance(seen, Twins) else ()))
        seen = Twins(seen)
        seen.twice = twice
    return seen


def write_whole(path: str | Path, content: bytes) -> None:
    """The file holds the content, or what it held before: written beside, flushed, renamed; for its owner alone.

    A link leads to the file it names. What is no file, such as a pipe, is written to as it stands. Raises OSError.
    """
    target = Path(path).resolve()
    if Path(path).exists() and not stat.S_ISREG(Path(path).stat().st_mode):
        Path(path).write_bytes(content)
        return
    with whole_file(target) as file:
        file.write(content)


def canonical(data: Any) -> bytes:
    """The one spelling of a value from which hashes are taken. Raises ValueError for NaN and infinity."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
