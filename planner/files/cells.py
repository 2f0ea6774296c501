"""One cell to one value and back: what offices really send is understood, and what cannot be read stays as it stands.

A cell that is no such value (a rank "abc") is handed on as it is: the gate that every document passes then says what
is wrong with it. Writing is the inverse: `read(column, written(column, value)) == value` for every value, since a text
that reading would change stands behind an apostrophe, which reading takes away again.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from planner.files.columns import Column, Words
from planner.files.fault import Unreadable
from planner.files.text import malformed, parse_json

EXAMPLE = "[example 示例]"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
HIDDEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
WIDE_SIGNS = {ord(wide): plain for wide, plain in zip("－＿．／：", "-_./:", strict=True)}
BETWEEN = re.compile(r"[,，;；、\n|]")
COUNT = re.compile(r"(.+?)\s*[:：=×x*]?\s*(\d{1,15})")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
SOLID_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
TIME = re.compile(r"(\d{1,2})[:时](\d{1,2})?(?:[:分](\d{1,2})?秒?)?分?")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)?|Z")
ANGLE = re.compile(r"""(\d{1,15})[°度](\d{1,15})['′分](\d+(?:\.\d+)?)["″秒]""")
MOST_EXACT = 10**15  # Excel keeps 15 digits of a number
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|GETTING_DATA)")
SERIAL_DAYS = (3654, 73050)  # Excel's day numbers of the years 1910 to 2099
SERIAL_START = date(1899, 12, 30)


@dataclass(frozen=True)
class Assumed:
    """What a file does not say itself: the datum of its points, the offset of its times."""

    datum: str = "WGS-84"
    offset: str = "+08:00"


class Unfit(Exception):
    """A cell whose value cannot be known; its text is the sentence that says why."""


def cleaned(text: str) -> str:
    """The text without stray and hidden spaces, with plain digits and letters, on one line."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    return " ".join(text.translate(HIDDEN).translate(WIDE).split())


def plain(text: str) -> str:
    """The cleaned text with every full-width sign made plain: for words, numbers and dates."""
    return unicodedata.normalize("NFKC", cleaned(text))


def plain_id(text: str) -> str:
    """The cleaned text of an id."""
    return cleaned(text).translate(WIDE_SIGNS)


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not cleaned(value))


def shown_text(value: Any) -> str:
    """The cell as a sheet shows it: a whole number without its point, a date as a date."""
    if isinstance(value, float) and value.is_integer() and abs(value) < MOST_EXACT:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value if isinstance(value, str) else "" if value is None else str(value)


def guarded(text: str, clean: Callable[[str], str]) -> str:
    """The text as it may stand in any cell: behind an apostrophe where a sheet or the reader would change it."""
    return f"'{text}" if _needs_guard(text, clean) else text


def unguarded(text: str, clean: Callable[[str], str]) -> str:
    """What `guarded` made the text from; any other text, cleaned."""
    return text[1:] if text.startswith("'") and _needs_guard(text[1:], clean) else clean(text)


def _needs_guard(text: str, clean: Callable[[str], str]) -> bool:
    return text.startswith((*FORMULA, "'", EXAMPLE)) or clean(text) != text or bool(EXCEL_ERROR.fullmatch(text))


def read(column: Column, value: Any, assumed: Assumed) -> Any:
    """The value of a filled cell; what is no such value stays as it is. Raises `Unfit` where it cannot be known."""
    if isinstance(value, str) and EXCEL_ERROR.fullmatch(value):
        raise Unfit(f"the cell holds Excel's error {value}")
    return _READERS[column.kind](column, value, assumed)


def written(column: Column, value: Any) -> str | int | float:
    """The cell that is read as the value again; nothing for nothing."""
    if value is None:
        return "closed 封闭" if column.kind == "minutes" else ""
    return _WRITERS.get(column.kind, _write_text)(column, value)


def _read_text(column: Column, value: Any, _: Assumed) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | time | timedelta):
        raise Unfit(f"Excel has made a date of it ({shown_text(value)}): format the cell as text and type it again")
    if isinstance(value, int | float) and abs(value) >= MOST_EXACT:
        raise Unfit("Excel keeps 15 digits of a number, the rest is lost: format the cell as text and type it again")
    return unguarded(shown_text(value), plain_id if column.kind == "id" else cleaned)


def _read_number(column: Column, value: Any, _: Assumed) -> Any:
    if isinstance(value, bool | date | time | timedelta):
        raise Unfit(f"{shown_text(value)} is no number")
    if isinstance(value, str):
        text = plain(value).replace("\N{MINUS SIGN}", "-").replace("−", "-").removeprefix("'")
        if not NUMBER.fullmatch(text):
            return text
        value = float(text)
    return int(value) if abs(value) < MOST_EXACT and float(value).is_integer() else value


def _read_degrees(column: Column, value: Any, assumed: Assumed) -> Any:
    if isinstance(value, str):
        text = plain(value)
        sign = -1 if re.search(r"[SW南西]", text) else 1
        text = re.sub(r"[NESW\s]|北纬|东经|南纬|西经", "", text)
        if angle := ANGLE.fullmatch(text):
            return sign * (int(angle[1]) + int(angle[2]) / 60 + float(angle[3]) / 3600)
        value = _read_number(column, text.removesuffix("°").removesuffix("度"), assumed)
        return sign * value if isinstance(value, int | float) else value
    return _read_number(column, value, assumed)


@cache
def _known(words: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {plain(also).casefold(): word for word, others in words for also in (word, *others)}


def word_read(words: Words, text: str) -> str:
    """The fixed word that the text means, also where it stands in both languages; else the text."""
    known, said = _known(tuple(words.items())), plain(text).casefold()
    if said in known:
        return known[said]
    meant = {known.get(part.strip("()")) for part in re.split(r"[\s/]+", said)}
    found = next(iter(meant)) if len(meant) == 1 else None
    return plain(text) if found is None else found


def _read_choice(column: Column, value: Any, _: Assumed) -> str:
    return word_read(column.words or {}, shown_text(value))


def _read_flag(column: Column, value: Any, assumed: Assumed) -> Any:
    word = "yes" if value is True else "no" if value is False else _read_choice(column, value, assumed)
    return {"yes": True, "no": False}.get(word, word)


def _read_minutes(column: Column, value: Any, assumed: Assumed) -> Any:
    if isinstance(value, str) and word_read(column.words or {}, value) == "closed":
        return None
    return _read_number(column, value, assumed)


def _read_texts(column: Column, value: Any, assumed: Assumed) -> Any:
    text = _read_text(column, value, assumed) if not isinstance(value, str) else value.strip()
    literal = _json(text, list)
    if literal is not None:
        return literal
    clean = cleaned if column.name in ("cities",) else plain_id
    return [word_read(column.words, word) if column.words else word for word in map(clean, BETWEEN.split(text)) if word]


def _read_counts(column: Column, value: Any, assumed: Assumed) -> Any:
    text = _read_text(column, value, assumed) if not isinstance(value, str) else value.strip()
    literal = _json(text, dict)
    if literal is not None:
        return literal
    counts: dict[str, int] = {}
    for part in filter(None, map(plain, BETWEEN.split(text))):
        found = COUNT.fullmatch(part)
        if not found:
            raise Unfit(f'"{part[:60]}" is no skill with a number such as entry 2')
        word = word_read(column.words or {}, found[1])
        if word in counts:
            raise Unfit(f'"{word[:60]}" stands twice')
        counts[word] = int(found[2])
    return counts


def _json(text: str, kind: type) -> Any:
    """The list or object that the text spells out, or None."""
    if text[:1] not in ("[", "{"):
        return None
    try:
        value = parse_json(text)
        is_sound = isinstance(value, kind) and not any(malformed(value))
    except Unreadable:
        return None
    return value if is_sound else None


def _read_day(column: Column, value: Any, _: Assumed) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = plain(shown_text(value))
    if len(text) <= 5 and text.isdecimal() and SERIAL_DAYS[0] <= int(text) <= SERIAL_DAYS[1]:
        return (SERIAL_START + timedelta(int(text))).isoformat()
    found = DAY.fullmatch(re.sub(r" 0?0:00(:00)?$", "", text)) or SOLID_DAY.fullmatch(text)
    return "{:0>4}-{:0>2}-{:0>2}".format(*found.groups()) if found else text


def _read_instant(column: Column, value: Any, assumed: Assumed) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + assumed.offset
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00{assumed.offset}"
    text = plain(shown_text(value))
    if _is_whole_instant(text):
        return text
    day = DAY.match(text)
    rest = text[day.end() :].strip(" T日") if day else ""
    clock = TIME.match(rest) if day else None
    offset = OFFSET.fullmatch(rest[clock.end() :].strip()) if clock else None
    if day is None or (rest and clock is None) or (clock and rest[clock.end() :].strip() and offset is None):
        return text
    told = "{:0>2}:{:0>2}:{:0>2}".format(*(part or "0" for part in clock.groups())) if clock else "00:00:00"
    return "{:0>4}-{:0>2}-{:0>2}".format(*day.groups()) + f"T{told}" + _offset(offset, assumed)


def _offset(found: "re.Match[str] | None", assumed: Assumed) -> str:
    if found is None:
        return assumed.offset
    return f"{found[1]}{found[2]:0>2}:{found[3] or '00'}" if found[1] else "+00:00"


def _is_whole_instant(text: str) -> bool:
    try:
        return "T" in text and datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _read_value(column: Column, value: Any, assumed: Assumed) -> Any:
    return _read_number(column, value, assumed)


_READERS: dict[str, Callable[[Column, Any, Assumed], Any]] = {
    "id": _read_text,
    "text": _read_text,
    "whole": _read_number,
    "number": _read_number,
    "value": _read_value,
    "degrees": _read_degrees,
    "choice": _read_choice,
    "flag": _read_flag,
    "minutes": _read_minutes,
    "texts": _read_texts,
    "counts": _read_counts,
    "day": _read_day,
    "instant": _read_instant,
}


def _write_text(column: Column, value: Any) -> str:
    return guarded(str(value), plain_id if column.kind == "id" else cleaned)


def _write_number(column: Column, value: Any) -> int | float:
    return int(value) if isinstance(value, int) else float(value)


def _write_choice(column: Column, value: Any) -> str:
    listed = dict(zip(column.words or {}, column.listed, strict=True))
    return listed.get(value, str(value))


def _write_flag(column: Column, value: Any) -> str:
    return _write_choice(column, "yes" if value else "no")


def _write_plain(column: Column, value: Any) -> str:
    return str(value)


def _write_texts(column: Column, value: Iterable[str]) -> str:
    return _or_json(column, "; ".join(value), list(value))


def _write_counts(column: Column, value: dict[str, int]) -> str:
    return _or_json(column, "; ".join(f"{word} {number}" for word, number in value.items()), dict(value))


def _or_json(column: Column, text: str, value: Any) -> str:
    """The text, or the value spelled out where the text would be read as something else or as a formula."""
    if text.startswith((*FORMULA, "'", EXAMPLE)):
        return json.dumps(value, ensure_ascii=False)
    try:
        is_same = (read(column, text, Assumed()) if text else type(value)()) == value
    except Unfit:
        is_same = False
    return text if is_same else json.dumps(value, ensure_ascii=False)


_WRITERS: dict[str, Callable[[Column, Any], str | int | float]] = {
    "whole": _write_number,
    "number": _write_number,
    "value": _write_number,
    "degrees": _write_number,
    "minutes": _write_number,
    "choice": _write_choice,
    "flag": _write_flag,
    "texts": _write_texts,
    "counts": _write_counts,
    "day": _write_plain,
    "instant": _write_plain,
}
