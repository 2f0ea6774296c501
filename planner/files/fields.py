"""Marshmallow fields of operation and plan files: strict about types, each refusal says what would be right."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from planner.files.fault import Fault, did_you_mean, inside, quote
from planner.files.fault_texts import Value
from planner.files.limits import DETAILS, TEXT_LENGTH, Span

# Characters that break a line, hide text or turn its direction: no name and no address needs them.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

UNKNOWN = ["Unknown field."]
OF_MARSHMALLOW = {
    "Missing data for required field.": "missing",
    "Field may not be null.": "null",
    "Invalid input type.": "not-object",
}
"""What marshmallow itself says -> code."""


def wrong(code: str, field: str = "_schema", **values: Value) -> ValidationError:
    """The refusal of a value, of a field where a schema refuses it, as `told` reads it."""
    return ValidationError([Fault("", code, values)], field)


def faults_of(place: str, messages: Any, schema: Any = None) -> Iterator[Fault]:
    """Marshmallow's nested messages as faults with places: its own sentences, and the faults of `wrong`."""
    if isinstance(messages, list):
        faults = (Fault("", OF_MARSHMALLOW[one]) if isinstance(one, str) else one for one in messages)
        yield from (replace(fault, place=place) for fault in faults)
        return
    for key, inner in messages.items():
        here = place if key == "_schema" else inside(place, key)
        if inner == UNKNOWN:
            known = [field.data_key or name for name, field in schema.fields.items()] if schema is not None else []
            yield Fault(here, "unknown-key", did_you_mean(key, known))
        else:
            yield from faults_of(
                here, inner, schema if key == "_schema" or isinstance(key, int) else _below(schema, key)
            )


def _below(schema: Any, key: str) -> Any:
    """The schema of the rows under a key, where there are any."""
    field = schema.fields.get(key) if schema is not None else None
    return getattr(getattr(field, "inner", field), "schema", None)


def refuse_beyond(value: float, span: Span) -> None:
    """The figure lies in the span. Raises ValidationError."""
    if not span.least <= value <= span.most:
        raise wrong("not-within", value=quote(value), least=span.least, most=span.most)


class Whole(fields.Field[int]):
    """A whole number within its span; neither text nor a truth value nor 3.0."""

    def __init__(self, span: Span, **more: Any) -> None:
        super().__init__(**more)
        self.span = span

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not int:
            raise wrong("not-whole", value=quote(value))
        refuse_beyond(value, self.span)
        return value


class Number(fields.Field[float]):
    """Any finite number within its span, as it stands: 1 stays 1."""

    def __init__(self, span: Span, **more: Any) -> None:
        super().__init__(**more)
        self.span = span

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(_small(value)):
            raise wrong("not-number", value=quote(value))
        refuse_beyond(value, self.span)
        return value


def _small(value: float) -> float:
    """The number, or the nearest that is no longer too large to be looked at."""
    return max(-1e300, min(1e300, value)) if isinstance(value, int) else value


class Degrees(fields.Field[float]):
    """A coordinate: any finite number. Whether it is on the map is asked of both together."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(_small(value)):
            raise wrong("not-degrees", value=quote(value))
        return float(_small(value))


class Flag(fields.Field[bool]):
    """True or false, and nothing that merely counts as such."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong("not-flag", value=quote(value))
        return value


class AnyText(fields.Field[str]):
    """Text of any kind, even none: a plan's names, which the rules judge."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if not isinstance(value, str):
            raise wrong("not-text", value=quote(value))
        return value


class Text(AnyText):
    """An id, a name or a word: not empty, on one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data)
        if not text:
            raise wrong("empty")
        if len(text) > TEXT_LENGTH.most:
            raise wrong("too-long", number=len(text), most=TEXT_LENGTH.most)
        if not text.isprintable() and (found := CONTROL.search(text)):
            raise wrong("control-character", value=quote(text), position=found.start() + 1)
        return text


def text_faults(place: str, value: Any) -> Iterator[Fault]:
    """What is wrong with a text that may be left out."""
    try:
        Text(allow_none=True).deserialize(value)
    except ValidationError as error:
        yield from faults_of(place, error.messages)


class Choice(AnyText):
    """One of a few words."""

    def __init__(self, words: Sequence[str], **more: Any) -> None:
        super().__init__(**more)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if value not in self.words:
            hint = did_you_mean(value, self.words) if isinstance(value, str) else {}
            raise wrong("none-of", value=quote(value), words=", ".join(self.words), **hint)
        return str(value)


class Several(fields.Field[Any]):
    """A list, kept as a tuple; every item that is wrong is told."""

    def __init__(self, inner: fields.Field[Any], **more: Any) -> None:
        super().__init__(**more)
        self.inner = inner

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> list[Any]:
        return [self.inner._serialize(item, attr, obj, **more) for item in value]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise wrong("not-list", value=quote(value))
        found, faults = [], {}
        for i, item in enumerate(value):
            try:
                found.append(self.inner.deserialize(item))
            except ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ValidationError(faults)
        return tuple(found)


class Counts(fields.Field[dict[str, int]]):
    """An object of word -> whole number."""

    def __init__(self, span: Span, **more: Any) -> None:
        super().__init__(**more)
        self.word, self.number = Text(), Whole(span)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> dict[str, int]:
        return dict(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, int]:
        if not isinstance(value, dict):
            raise wrong("not-counts", value=quote(value))
        faults: dict[str, Any] = {}
        for word, number in value.items():
            try:
                self.word.deserialize(word)
                self.number.deserialize(number)
            except ValidationError as error:
                faults[word] = error.messages
        if faults:
            raise ValidationError(faults)
        return dict(value)


class Details(fields.Field[dict[str, Any]]):
    """An object of descriptive facts, whatever JSON values they are: kept as it stands."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> dict[str, Any]:
        return dict(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong("not-details", value=quote(value))
        if (length := len(json.dumps(value, ensure_ascii=False))) > DETAILS.most:
            raise wrong("too-long", number=length, most=DETAILS.most)
        return dict(value)


class Instant(fields.Field[datetime]):
    """An ISO 8601 date and time with its offset from UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise wrong("not-instant", value=quote(value)) from error
        if moment.utcoffset() is None:
            raise wrong("no-offset", value=quote(value))
        return moment


class Day(fields.Field[date]):
    """An ISO 8601 date."""

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise wrong("not-date", value=quote(value))
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise wrong("not-calendar", value=quote(value)) from error
