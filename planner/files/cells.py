"""One cell to one value and back: what offices really send is understood, and what cannot be read stays as it stands.

A cell that is no such value (a rank "abc") is handed on as it is: the gate that every document passes then says what
is wrong with it. Writing is the inverse: `read(column, written(column, value)) == value` for every value, since a text
that reading would change stands behind an apostrophe, which reading takes away again.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from planner.files.angles import read_angle
from planner.files.columns import Column
from planner.files.fault import UnfitValue, Unreadable
from planner.files.fixed_words import Words
from planner.files.moments import (
    DAY_ZERO,
    LAST_SECOND,
    Moment,
    is_whole,
    minutes_from,
    moment_of,
    read_day,
    read_moment,
    serial_day,
)
from planner.files.named_facts import refuse_fact
from planner.files.text import parse_json, text_faults, visible

EXAMPLE = "[example 示例]"
FORMULA = (*"=+-@＝＋－＠﹦﹢﹣﹫", "\t", "\r", "\n")
WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
WIDE_SIGNS = {ord(wide): plain for wide, plain in zip("－＿．／：", "-_./:", strict=True)}
BETWEEN = re.compile(r"[,，;；、\n|]")
COUNT = re.compile(r"(.+?)\s*[:：=×x*]?\s*(\d{1,15})")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d+[^\d,]*$)")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
MOST_EXACT = 10**15  # Excel keeps 15 digits of a number
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|GETTING_DATA)")


@dataclass(frozen=True)
class Assumed:
    """What a cell does not say itself: the datum of points, the offset of times, and the H that clock times refer to.

    `offset` may be the name of a zone, whose offset differs by the day.
    `day_zero` is the day from which the workbook counts, `has_decimal_commas` whether 30,57 is a number.
    """

    datum: str = "WGS-84"
    offset: str = "+08:00"
    h_hour: datetime | None = None
    day_zero: date = DAY_ZERO
    has_decimal_commas: bool = False


def clean_text(text: str) -> str:
    """The text without stray and hidden spaces, with plain digits and letters, on one line."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    return " ".join(visible(text).translate(WIDE).split())


def plain(text: str) -> str:
    """The cleaned text with every full-width sign made plain: for words, numbers and dates."""
    return unicodedata.normalize("NFKC", clean_text(text))


def plain_id(text: str) -> str:
    """The cleaned text of an id."""
    return clean_text(text).translate(WIDE_SIGNS)


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not clean_text(value))


def shown_text(value: Any) -> str:
    """The cell as a sheet shows it: a whole number without its point, a date as a date."""
    if isinstance(value, float) and value.is_integer() and abs(value) < MOST_EXACT:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value if isinstance(value, str) else "" if value is None else str(value)


def escape_formula(text: str, clean: Callable[[str], str]) -> str:
    """The text as it may stand in any cell: behind an apostrophe where a sheet or the reader would change it."""
    return f"'{text}" if _needs_guard(text, clean) else text


def unescape_formula(text: str, clean: Callable[[str], str]) -> str:
    """What `guarded` made the text from; any other text, cleaned."""
    return text[1:] if text.startswith("'") and _needs_guard(text[1:], clean) else clean(text)


def _needs_guard(text: str, clean: Callable[[str], str]) -> bool:
    return text.startswith((*FORMULA, "'", EXAMPLE)) or clean(text) != text or bool(EXCEL_ERROR.fullmatch(text))


def read_cell(column: Column, value: Any, assumed: Assumed) -> Any:
    """The value of a filled cell; what is none stays as it is. Raises `UnfitValue` where it cannot be known."""
    if isinstance(value, str) and EXCEL_ERROR.fullmatch(value):
        raise UnfitValue("excel-error", error=value)
    found = _READERS[column.kind](column, value, assumed)
    if column.is_fact:
        refuse_fact(found)
    return found


def write_cell(column: Column, value: Any) -> str | int | float:
    """The cell that is read as the value again; nothing for nothing."""
    if value is None:
        return "closed 封闭" if column.kind == "minutes" else ""
    return _WRITERS.get(column.kind, _write_text)(column, value)


def _read_text(column: Column, value: Any, _: Assumed) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | time | timedelta):
        raise UnfitValue("excel-date", value=shown_text(value))
    if isinstance(value, int | float) and abs(value) >= MOST_EXACT:
        raise UnfitValue("excel-digits")
    return unescape_formula(shown_text(value), plain_id if column.kind == "id" else clean_text)


def _read_number(column: Column, value: Any, assumed: Assumed) -> Any:
    if isinstance(value, bool | date | time | timedelta):
        raise UnfitValue("not-number", value=shown_text(value))
    if isinstance(value, str):
        text = plain(value).replace("\N{MINUS SIGN}", "-").removeprefix("'")
        text = _without_comma(text) if assumed.has_decimal_commas else text
        if not NUMBER.fullmatch(text):
            return text
        value = float(text)
    return int(value) if abs(value) < MOST_EXACT and float(value).is_integer() else value


def _without_comma(text: str) -> str:
    """The number with a point for its comma. Raises `UnfitValue` where the comma may part thousands."""
    if THOUSANDS.fullmatch(text):
        raise UnfitValue("thousands", text=text)
    return DECIMAL_COMMA.sub(".", text)


def _read_degrees(column: Column, value: Any, assumed: Assumed) -> Any:
    if not isinstance(value, str):
        return _read_number(column, value, assumed)
    text = clean_text(value).removeprefix("'")
    if assumed.has_decimal_commas:
        text = DECIMAL_COMMA.sub(".", text)
    degrees = read_angle(column.name, text)
    return _read_number(column, value if degrees is None else degrees, assumed)


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
    clean = clean_text if column.name in ("cities",) else plain_id
    words = filter(None, map(clean, BETWEEN.split(text)))
    return [known for word in words for known in (_words_read(column.words, word) if column.words else [word])]


def _words_read(words: Words, text: str) -> list[str]:
    """The fixed word that the text means, or several where each of its parts is one: 破门/急救; else the text."""
    one, known = word_read(words, text), _known(tuple(words.items()))
    parts = [known.get(part) for part in re.split(r"[\s/+&和及]+", plain(text).casefold()) if part]
    return [one] if one in words or None in parts else [part for part in parts if part]


def _read_counts(column: Column, value: Any, assumed: Assumed) -> Any:
    text = _read_text(column, value, assumed) if not isinstance(value, str) else value.strip()
    literal = _json(text, dict)
    if literal is not None:
        return literal
    counts: dict[str, int] = {}
    for part in filter(None, map(plain, BETWEEN.split(text))):
        found = COUNT.fullmatch(part)
        if not found:
            raise UnfitValue("not-skill-count", value=f'"{part[:60]}"')
        word = word_read(column.words or {}, found[1])
        if word in counts:
            raise UnfitValue("word-twice", value=f'"{word[:60]}"')
        counts[word] = int(found[2])
    return counts


def _read_object(column: Column, value: Any, assumed: Assumed) -> Any:
    found = _json(visible(value).strip().removeprefix("'"), dict) if isinstance(value, str) else None
    if found is None:
        raise UnfitValue("not-facts", value=f'"{shown_text(value)[:60]}"')
    return found


def _json(text: str, kind: type) -> Any:
    """The list or object that the text spells out, or None."""
    if text[:1] not in ("[", "{"):
        return None
    try:
        value = parse_json(text)
        is_sound = isinstance(value, kind) and not any(text_faults(value))
    except Unreadable:
        return None
    return value if is_sound else None


def _read_day(column: Column, value: Any, assumed: Assumed) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = plain(shown_text(value))
    return serial_day(text, assumed.day_zero) or read_day(text) or text


def _read_instant(column: Column, value: Any, assumed: Assumed) -> Any:
    text = _instant_text(value)
    said = None if is_whole(text) else read_moment(text)
    if said is None or not said.day:
        return text
    if not said.clock and column.name == "h_hour":
        raise UnfitValue("no-hour", day=said.day)
    said = replace(said, clock=said.clock or LAST_SECOND)
    at = moment_of(said, assumed.offset)
    return f"{said.day}T{said.clock}{said.offset}" if at is None else at.isoformat()


def _instant_text(value: Any) -> str:
    """The cell as the text of a day or a moment; Excel's midnight is a day without an hour."""
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ", "seconds")
    return plain(shown_text(value))


def is_serial(value: Any, assumed: Assumed) -> bool:
    """Whether a cell of a day holds a workbook's number of it."""
    return not isinstance(value, date) and serial_day(plain(shown_text(value)), assumed.day_zero) is not None


def has_no_hour(value: Any) -> bool:
    """Whether a cell of an instant names a day alone."""
    said = read_moment(_instant_text(value))
    return said is not None and bool(said.day) and not said.clock


def has_no_offset(value: Any) -> bool:
    """Whether a cell of an instant names no offset from UTC."""
    said = read_moment(_instant_text(value))
    return said is not None and not said.offset


def is_dayless(value: Any) -> bool:
    """Whether a cell is a clock time on no day in particular."""
    said = _clock_said(value)
    return said is not None and not said.day


def _clock_said(value: Any) -> Moment | None:
    """What a cell says as a clock time; None where it is a number or no moment."""
    if isinstance(value, timedelta):
        return Moment(clock=str(value).rjust(8, "0")) if value < timedelta(days=1) else None
    if isinstance(value, time):
        return Moment(clock=value.isoformat("seconds"))
    return read_moment(_instant_text(value)) if isinstance(value, str | date) else None


def _read_clock(column: Column, value: Any, assumed: Assumed) -> Any:
    """Minutes from H, given as such or as a clock time."""
    said = _clock_said(value)
    if said is None:
        return _read_number(column, value, assumed)
    is_start = column.name == "available_from"
    if assumed.h_hour is None:
        raise UnfitValue("clock-without-h", text=shown_text(value))
    clock = said.clock or ("00:00:00" if is_start else LAST_SECOND)
    minutes = minutes_from(assumed.h_hour, replace(said, clock=clock), assumed.offset, up=is_start)
    if minutes is None:
        raise UnfitValue("not-clock", text=shown_text(value))
    return minutes


_READERS: dict[str, Callable[[Column, Any, Assumed], Any]] = {
    "id": _read_text,
    "text": _read_text,
    "whole": _read_number,
    "number": _read_number,
    "value": _read_number,
    "degrees": _read_degrees,
    "choice": _read_choice,
    "flag": _read_flag,
    "minutes": _read_minutes,
    "clock": _read_clock,
    "texts": _read_texts,
    "counts": _read_counts,
    "object": _read_object,
    "day": _read_day,
    "instant": _read_instant,
}


def _write_text(column: Column, value: Any) -> str:
    return escape_formula(str(value), plain_id if column.kind == "id" else clean_text)


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


def _write_object(column: Column, value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _or_json(column: Column, text: str, value: Any) -> str:
    """The text, or the value spelled out where the text would be read as something else or as a formula."""
    if text.startswith((*FORMULA, "'", EXAMPLE)):
        return json.dumps(value, ensure_ascii=False)
    try:
        is_same = (read_cell(column, text, Assumed()) if text else type(value)()) == value
    except UnfitValue:
        is_same = False
    return text if is_same else json.dumps(value, ensure_ascii=False)


_WRITERS: dict[str, Callable[[Column, Any], str | int | float]] = {
    "whole": _write_number,
    "number": _write_number,
    "value": _write_number,
    "degrees": _write_number,
    "minutes": _write_number,
    "clock": _write_number,
    "choice": _write_choice,
    "flag": _write_flag,
    "texts": _write_texts,
    "counts": _write_counts,
    "object": _write_object,
    "day": _write_plain,
    "instant": _write_plain,
}
