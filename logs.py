"""Log lines: when, how grave, in which request and from where; nothing that anybody typed, and no flood of them.

A trace names the lines of the program and the kinds of the exceptions, never their words: those may hold a name.
"""

import json
import logging
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

FORMS = ("text", "json")
ID, USER, SESSION = "h_hour.request", "h_hour.user", "h_hour.session"
REQUEST: ContextVar[Mapping[str, Any]] = ContextVar("request", default={})  # noqa: B039 - it is only read
"""The WSGI environment of the request at work: its address, and under these names its number, person and session."""
ALIKE, TRACES, PER_SECONDS, MOST_KINDS = 30, 1, 60.0, 10_000
"""So many lines alike of one address, and traces of one place, in so many seconds; what is more is counted."""


def set_up(form: str) -> None:
    """What this process logs goes to standard error, as text or as one JSON object a line."""
    logging.basicConfig(handlers=[handler(form, sys.stderr)])


def handler(form: str, stream: IO[str]) -> logging.Handler:
    """Writes what is logged to the stream."""
    writing = logging.StreamHandler(stream)
    writing.setFormatter(Lines(is_json=form == "json"))
    writing.addFilter(Sparing())
    return writing


class Lines(logging.Formatter):
    """A record as one line, and its trace as lines of their own; as JSON all of it in one line."""

    def __init__(self, *, is_json: bool) -> None:
        super().__init__()
        self._is_json = is_json

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = told_of(record)
        if self._is_json:
            return json.dumps(told, ensure_ascii=False)
        request = "".join(f" {told[name]}" for name in ("address", "request") if name in told)
        user = f" user {told['user']}" if "user" in told else ""
        line = f"{told['time']} {told['level']} {told['logger']}{request}{user}: {told['message']}"
        return "\n  ".join((line, *told.get("trace", ())))


def told_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says, by name; address, request and user only within a request."""
    at = datetime.fromtimestamp(record.created, UTC).astimezone()
    told: dict[str, Any] = {"time": at.isoformat(timespec="milliseconds"), "level": record.levelname}
    told["logger"] = record.name
    request = REQUEST.get()
    for name, key in (("address", "REMOTE_ADDR"), ("request", ID), ("user", USER)):
        if request.get(key):
            told[name] = request[key]
    told["message"] = one_line(record.getMessage())
    if record.exc_info and record.exc_info[1] is not None:
        told["trace"] = list(trace_of(record.exc_info[1]))
    return told


def one_line(text: str) -> str:
    """The text with everything spelled out that would end the line or steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def trace_of(error: BaseException) -> Iterator[str]:
    """The kinds of the exception and of those behind it, each with the lines of the program that it came through."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield f"{type(at).__module__}.{type(at).__qualname__}".removeprefix("builtins.")
        yield from (f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(at.__traceback__))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def place_of(error: BaseException) -> str:
    """Where the exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"


class Sparing(logging.Filter):
    """Lets no address and no fault fill the disk: of lines alike only the first of each minute are written."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; its trace only where that was not written a moment ago."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and self._count((type(error), place_of(error))) > TRACES:
            record.exc_info, record.exc_text = None, None
        kind = (record.name, record.levelno, record.msg, REQUEST.get().get("REMOTE_ADDR"))
        num = self._count(kind)
        if num == ALIKE:
            record.msg = f"{record.msg} (from here on lines alike are left out for a minute)"
        return num <= ALIKE

    def _count(self, kind: Hashable) -> int:
        """How often the kind was seen in its present span of time, with this."""
        now = time.monotonic()
        since, num = self._kinds.pop(kind, (now, 0))
        if now - since > PER_SECONDS:
            since, num = now, 0
        self._kinds[kind] = since, num + 1
        while len(self._kinds) > MOST_KINDS:
            self._kinds.popitem(last=False)
        return num + 1
