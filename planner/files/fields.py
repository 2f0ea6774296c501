"""Marshmallow fields of operation and plan files: strict about types, each refusal says what would be right."""

import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from planner.files.fault import did_you_mean, shown
from planner.files.limits import DETAILS, TEXT_LENGTH, Span

# Characters that break a line, hide text or turn its direction: no name and no address needs them.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def refuse_beyond(value: float, span: Span) -> None:
    """The figure lies in the span. Raises ValidationError."""
    if not span.least <= value <= span.most:
        raise ValidationError(f"{shown(value)} is not from {span.least} to {span.most}")


class Whole(fields.Field[int]):
    """A whole number within its span; neither text nor a truth value nor 3.0."""

    def __init__(self, span: Span, **more: Any) -> None:
        super().__init__(**more)
        self.span = span

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not int:
            raise ValidationError(f"{shown(value)} is no whole number")
        refuse_beyond(value, self.span)
        return value


class Number(fields.Field[float]):
    """Any finite number within its span, as it stands: 1 stays 1."""

    def __init__(self, span: Span, **more: Any) -> None:
        super().__init__(**more)
        self.span = span

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(_small(value)):
            raise ValidationError(f"{shown(value)} is no number")
        refuse_beyond(value, self.span)
        return value


def _small(value: float) -> float:
    """The number, or the nearest that is no longer too large to be looked at."""
    return max(-1e300, min(1e300, value)) if isinstance(value, int) else value


class Degrees(fields.Field[float]):
    """A coordinate: any finite number. Whether it is on the map is asked of both together."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(_small(value)):
            raise ValidationError(f"{shown(value)} is no number of degrees")
        return float(_small(value))


class Flag(fields.Field[bool]):
    """True or false, and nothing that merely counts as such."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"{shown(value)} is neither true nor false")
        return value


class AnyText(fields.Field[str]):
    """Text of any kind, even none: a plan's names, which the rules judge."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"{shown(value)} is no text")
        return value


class Text(AnyText):
    """An id, a name or a word: not empty, on one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data)
        if not text:
            raise ValidationError("is empty")
        if len(text) > TEXT_LENGTH.most:
            raise ValidationError(f"has {len(text)} characters; {TEXT_LENGTH.most} are the most")
        if not text.isprintable() and (found := CONTROL.search(text)):
            raise ValidationError(f"{shown(text)} holds a control character at position {found.start() + 1}")
        return text


def text_fault(value: Any) -> str | None:
    """What is wrong with a text that may be left out."""
    try:
        Text(allow_none=True).deserialize(value)
    except ValidationError as error:
        return str(error.messages[0]) if isinstance(error.messages, list) else str(error.messages)
    return None


class Choice(AnyText):
    """One of a few words."""

    def __init__(self, words: Sequence[str], **more: Any) -> None:
        super().__init__(**more)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if value not in self.words:
            hint = did_you_mean(value, self.words) if isinstance(value, str) else ""
            raise ValidationError(f"{shown(value)} is none of {', '.join(self.words)}{hint}")
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
            raise ValidationError(f"{shown(value)} is no list")
        found, wrong = [], {}
        for i, item in enumerate(value):
            try:
                found.append(self.inner.deserialize(item))
            except ValidationError as error:
                wrong[i] = error.messages
        if wrong:
            raise ValidationError(wrong)
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
            raise ValidationError(f"{shown(value)} is no object of word and number")
        wrong: dict[str, Any] = {}
        for word, number in value.items():
            try:
                self.word.deserialize(word)
                self.number.deserialize(number)
            except ValidationError as error:
                wrong[word] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return dict(value)


class Details(fields.Field[dict[str, Any]]):
    """An object of descriptive facts, whatever JSON values they are: kept as it stands."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> dict[str, Any]:
        return dict(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(f"{shown(value)} is no object of descriptive facts")
        if (length := len(json.dumps(value, ensure_ascii=False))) > DETAILS.most:
            raise ValidationError(f"has {length} characters; {DETAILS.most} are the most")
        return dict(value)


class Instant(fields.Field[datetime]):
    """An ISO 8601 date and time with its offset from UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(f"{shown(value)} is no ISO 8601 time such as 2026-04-01T06:00:00+08:00") from error
        if moment.utcoffset() is None:
            raise ValidationError(f"{shown(value)} lacks its offset, such as +08:00")
        return moment


class Day(fields.Field[date]):
    """An ISO 8601 date."""

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValidationError(f"{shown(value)} is no date such as 1990-05-31")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(f"{shown(value)} is no day of the calendar") from error
