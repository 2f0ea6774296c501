"""What a map draws under an operation: roads, water and names, as plain values that came from a map of the area."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

Trace = tuple[int, ...]
"""A course: longitude and latitude of its first point, then the steps from point to point, in 1e-5 degrees (1 m)."""
UNIT = 1e-5
FORMAT = "ground/1"
RANKS = 6
"""Of roads: 0 motorways and trunk roads, 1 primary, 2 secondary, 3 tertiary, 4 streets, 5 service roads and tracks."""
MOST_NUMBERS = 4_000_000
"""Of all courses of one ground, so that a file cannot fill the memory."""


class BadGround(ValueError):
    """A document that is no ground; the text says so in a sentence."""


@dataclass(frozen=True, slots=True)
class GroundRoad:
    """The roads of one rank and name ("" for none), each course on its own."""

    rank: int
    name: str
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class GroundLabel:
    """The name of a place, local, Chinese and English ("" where there is none); rank 0 is a city, 6 a hamlet."""

    rank: int
    lon: float
    lat: float
    names: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class MapGround:
    """What lies in an extent (west, south, east, north in degrees), the most important first.

    `water`: areas as rings, filled by the even-odd rule; `streams`: rivers, canals and coasts as courses; `credit`:
    whom to name on every map and paper that shows it; `day`: that of the map (ISO 8601), "" where it is not known.
    """

    extent: tuple[float, float, float, float]
    roads: tuple[GroundRoad, ...]
    water: tuple[tuple[Trace, ...], ...]
    streams: tuple[Trace, ...]
    labels: tuple[GroundLabel, ...]
    credit: str
    day: str


def ground_document(ground: MapGround) -> dict[str, Any]:
    """The ground as JSON values; rows instead of objects, since there are many."""
    return {
        "schema": FORMAT,
        "extent": ground.extent,
        "roads": [[road.rank, road.name, road.traces] for road in ground.roads],
        "water": ground.water,
        "streams": ground.streams,
        "labels": [[label.rank, label.lon, label.lat, label.names] for label in ground.labels],
        "credit": ground.credit,
        "day": ground.day,
    }


def ground_json(ground: MapGround) -> str:
    """The ground as compact JSON."""
    return json.dumps(ground_document(ground), ensure_ascii=False, separators=(",", ":"))


def read_ground(document: Any) -> MapGround:
    """The ground that JSON values describe. Raises BadGround."""
    try:
        if document["schema"] != FORMAT or set(document) != {"schema", *(f.name for f in fields(MapGround))}:
            raise BadGround("The file is no ground as roads ground writes it.")
        west, south, east, north = (float(side) for side in document["extent"])
        ground = MapGround(
            (west, south, east, north),
            tuple(GroundRoad(_rank(rank), _text(name), _traces(courses)) for rank, name, courses in document["roads"]),
            tuple(_traces(rings) for rings in document["water"]),
            _traces(document["streams"]),
            tuple(_label(*row) for row in document["labels"]),
            _text(document["credit"]),
            _text(document["day"]),
        )
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise BadGround("The file is no ground as roads ground writes it.") from error
    if num_numbers(ground) > MOST_NUMBERS:
        raise BadGround("The ground is too large: make it of a smaller extent.")
    return ground


def num_numbers(ground: MapGround) -> int:
    """How many numbers all courses have together: what takes room in a page."""
    courses = [*(t for road in ground.roads for t in road.traces), *(t for rings in ground.water for t in rings)]
    return sum(map(len, (*courses, *ground.streams)))


def trace_of(points: Sequence[tuple[float, float]]) -> Trace:
    """The course through points (longitude, latitude in degrees)."""
    flat, last = list[int](), (0, 0)
    for lon, lat in points:
        at = round(lon / UNIT), round(lat / UNIT)
        flat += (at[0] - last[0], at[1] - last[1])
        last = at
    return tuple(flat)


def points_of(trace: Trace) -> list[tuple[float, float]]:
    """Longitude and latitude in degrees along a course."""
    lon, lat, points = 0, 0, list[tuple[float, float]]()
    for i in range(0, len(trace) - 1, 2):
        lon, lat = lon + trace[i], lat + trace[i + 1]
        points.append((round(lon * UNIT, 5), round(lat * UNIT, 5)))
    return points


def name_in(label: GroundLabel, lang: str) -> str:
    """The place's name in a language (en, zh): its own where the language has none."""
    local, chinese, english = label.names
    return (chinese if lang == "zh" else english) or local or english or chinese


def _traces(rows: Any) -> tuple[Trace, ...]:
    """The courses. Raises TypeError, ValueError where one is no list of whole numbers."""
    traces = tuple(tuple(row) for row in rows)
    if not all(len(row) % 2 == 0 and len(row) >= 4 and all(type(n) is int for n in row) for row in traces):
        raise ValueError("a course")
    return traces


def _rank(told: Any) -> int:
    if type(told) is not int or not 0 <= told < RANKS:
        raise ValueError("a rank")
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError("a text")
    return told


def _label(rank: Any, lon: Any, lat: Any, names: Any) -> GroundLabel:
    local, chinese, english = map(_text, names)
    if type(rank) is not int:
        raise TypeError("a rank")
    return GroundLabel(rank, float(lon), float(lat), (local, chinese, english))
