"""Points that a grid or a desk would move: told with distance and direction before anything is stored."""

from collections.abc import Iterable, Mapping
from typing import Any

from planner.edits import POINTS, Row
from planner.files.datums import DATUMS, Point, from_wgs84, metres_between
from planner.files.given import GIVEN, WGS84, heading, on_globe
from web.language import say, t

LEAST_METRES = 0.5  # less is how a number is written
SHOWN_DECIMALS = 6
DIRECTIONS = {
    "north": say("north"),
    "north-east": say("north-east"),
    "east": say("east"),
    "south-east": say("south-east"),
    "south": say("south"),
    "south-west": say("south-west"),
    "west": say("west"),
    "north-west": say("north-west"),
}


def point_of(row: Mapping[str, Any] | None) -> Point | None:
    """Where a row lies, in WGS-84."""
    return on_globe(row.get("lat"), row.get("lon")) if row is not None else None


def move_question(key: str, old: Row | None, new: Row | None) -> str | None:
    """The question whether a row's point shall move; None where it stays, or there is none to move."""
    here, there = point_of(old), point_of(new)
    if here is None or there is None or (metres := metres_between(here, there)) < LEAST_METRES:
        return None
    return t("Move {key} by {distance} to the {direction}?", key=key, distance=distance(metres),
             direction=t(DIRECTIONS[heading(here, there)]))  # fmt: skip


def distance(metres: float) -> str:
    """A distance as people say it: 360 m, 4.7 km."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def move_questions(table: str, pairs: Iterable[tuple[str, Row | None, Row | None]]) -> list[str]:
    """The questions of all rows, given as key, row as it stands and row as it shall be."""
    if table not in POINTS:
        return []
    return [told for pair in pairs if (told := move_question(*pair)) is not None]


def in_datum(row: Row, datum: str) -> Row:
    """The row at the same point, which is now given in the datum."""
    bare = {name: value for name, value in row.items() if name not in GIVEN}
    point = point_of(row)
    if point is None or datum == WGS84 or datum not in DATUMS:
        return bare
    lat, lon = (round(value, SHOWN_DECIMALS) for value in from_wgs84(datum, *point))
    return bare | {"datum": datum, "given_lat": lat, "given_lon": lon}
