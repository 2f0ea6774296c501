"""The rows of an operation's road settings, and what each may hold."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from planner.edits import Row, moment
from planner.files import Fault
from planner.files.fault import quote

ROADS = "roads"
AREAS, ROUTER, VEHICLE, CLOSURE, POINT = "areas", "router", "vehicle", "closure", "point"
VEHICLES = ("car", "van")
SHAPES = ("line", "polygon", "bridge")
MOST_AREAS, MOST_CLOSURES, MOST_CORNERS, MOST_NAME, MOST_SLOW = 20, 200, 1000, 120, 100
AREA = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
ROUTER_WORDS = re.compile(r"(osrm|valhalla)=https?://[A-Za-z0-9.:\[\]-]{1,255}(/[\w./~-]{0,255})?", re.ASCII)
"""What names a router on another host; who sets it may only choose the one that an administrator named."""
NUMBERED = re.compile(r"closure [1-9][0-9]{0,5}")


def road_faults(wanted: Mapping[str, Row | None]) -> Iterator[Fault]:
    """What is wrong with rows of the settings."""
    for key, row in wanted.items():
        if row is not None and not _is_sound(key, row["value"]):
            yield Fault(f"{ROADS} {quote(key)}", "not-roads", {"value": quote(row["value"])})


def _is_sound(key: str, value: Any) -> bool:
    word, _, rest = key.partition(" ")
    if key == AREAS:
        is_list = isinstance(value, list) and len(value) <= MOST_AREAS
        return is_list and all(isinstance(name, str) and AREA.fullmatch(name) for name in value)
    if key == ROUTER:
        return isinstance(value, str) and ROUTER_WORDS.fullmatch(value) is not None
    if key == VEHICLE:
        return value in VEHICLES
    if word == POINT and rest:
        return _is_point(value)
    return NUMBERED.fullmatch(key) is not None and isinstance(value, dict) and is_closure(value)


def is_closure(row: Row) -> bool:
    """Whether the row is a closure: name, shape, corners (latitude, longitude), start, end (ISO 8601), slow.

    No start or end: open-ended; no slow: closed, otherwise so many times as slow.
    """
    if set(row) != {"name", "shape", "corners", "start", "end", "slow"}:
        return False
    name, corners, slow = row["name"], row["corners"], row["slow"]
    least = 3 if row["shape"] == "polygon" else 2
    is_named = isinstance(name, str) and 0 < len(name) <= MOST_NAME and name.isprintable()
    is_drawn = row["shape"] in SHAPES and isinstance(corners, list) and least <= len(corners) <= MOST_CORNERS
    if not is_named or not is_drawn or not all(map(_is_point, corners)):
        return False
    if any(row[end] is not None and moment(row[end]) is None for end in ("start", "end")):
        return False
    start, end = moment(row["start"]), moment(row["end"])
    is_slow = slow is None or (type(slow) in (int, float) and 1 < slow <= MOST_SLOW)
    return is_slow and (start is None or end is None or start < end)


def _is_point(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    is_number = all(type(one) in (int, float) and math.isfinite(one) for one in value)
    return is_number and abs(value[0]) <= 90 and abs(value[1]) <= 180
