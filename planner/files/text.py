"""JSON text to plain values and back: sizes are limited, duplicates and NaN refused, writing is all or nothing."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.files.fault import Fault, Unreadable

MOST_BYTES = 64 * 1024 * 1024


def most_bytes() -> int:
    """Largest file that is read, in bytes: `H_HOUR_MAX_BYTES`, or 64 MiB."""
    text = os.environ.get("H_HOUR_MAX_BYTES", "")
    return int(text) if text.isdecimal() else MOST_BYTES


def read_json(path: str | Path, limit: int | None = None) -> Any:
    """The file's JSON as plain values; `-` is standard input. Raises `Unreadable`."""
    raw = _read(path, most_bytes() if limit is None else limit)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([Fault("", f"not UTF-8 at byte {error.start}")]) from error
    return parse_json(text)


def parse_json(text: str) -> Any:
    """The JSON text as plain values. Raises `Unreadable`: no JSON, a key that stands twice, NaN, nested too deeply."""
    twice: list[Fault] = []
    try:
        data = json.loads(text, object_pairs_hook=_without_twins(twice), parse_constant=_refuse, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise Unreadable([Fault("", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}")]) from error
    except RecursionError as error:
        raise Unreadable([Fault("", "nested too deeply to be an operation or a plan")]) from error
    except ValueError as error:
        raise Unreadable([Fault("", str(error))]) from error
    if twice:
        raise Unreadable(twice)
    return data


def _read(path: str | Path, limit: int) -> bytes:
    too_large = Unreadable([Fault("", f"larger than {limit} bytes; H_HOUR_MAX_BYTES sets the limit")])
    if str(path) == "-":
        raw = sys.stdin.buffer.read(limit + 1)
    else:
        try:
            with open(path, "rb") as file:
                if os.fstat(file.fileno()).st_size > limit:
                    raise too_large
                raw = file.read(limit + 1)
        except OSError as error:
            raise Unreadable([Fault("", f"{path}: {error.strerror}")]) from error
    if len(raw) > limit:
        raise too_large
    return raw


def _without_twins(twice: list[Fault]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.extend(
                Fault(key, "stands twice in one object") for key in sorted({k for k in keys if keys.count(k) > 1})
            )
        return row

    return table


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number; JSON knows none such")


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError(f"{digits[:20]}… is too large a number")
    return int(digits)


def write_whole(path: str | Path, content: bytes) -> None:
    """The file holds the content, or what it held before: written beside, flushed, renamed; for its owner alone."""
    target = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent or Path())
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def canonical(data: Any) -> bytes:
    """The one spelling of a value from which hashes are taken."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
