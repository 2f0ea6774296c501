"""What the road service may be asked, read from a message as strictly as a file, and the answers to it."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any, get_args

from roads.closures import Closure, Shape, bars_of
from roads.crossing import LEAST_M, Waters
from roads.factors import FactorBand, Factors, with_factors
from roads.profile import profile
from roads.shared import shared_roads
from roads.shelf import LoadedArea, Shelf
from roads.travelling import Joined, changed, join, minutes_over
from roads.ways import ways_over
from roads.wire import MOST_POINTS, MOST_SHARED, MOST_WAYS, Message

MOST_AREAS, MOST_CLOSURES, MOST_TEXT = 20, 200, 200
CLOSURE = {"name", "shape", "corners", "slow"}
Point = tuple[float, float]


class BadQuestion(Exception):
    """A question that cannot be read; the text says what is wrong."""


def answer(shelf: Shelf, question: Message) -> Message:
    """The answer. Raises BadQuestion, `roads.shelf.Unready`."""
    ask = question.get("ask")
    if not isinstance(ask, str) or ask not in _ANSWERS:
        raise BadQuestion("what is asked is not known")
    return _ANSWERS[ask](shelf, question)


def _areas(shelf: Shelf, question: Message) -> Message:
    return {"areas": shelf.told()}


def _joints(shelf: Shelf, question: Message) -> Message:
    areas = shelf.areas(_names(question))
    points = _points(question)
    return {"joints": _told(join(areas, points), points, areas)}


def _minutes(shelf: Shelf, question: Message) -> Message:
    areas, points, vehicle = shelf.areas(_names(question)), _points(question), _vehicle(question)
    closures = _closures(question)
    factors, clock = _clocked(shelf, question)
    figures = {area.name: with_factors(factors, clock, area.name) for area in areas}
    joined = join(areas, points)
    made = minutes_over(areas, points, joined, vehicle, closures, figures)
    change = changed(minutes_over(areas, points, joined, vehicle, (), figures), made) if closures else None
    return {
        "ids": made.ids,
        "minutes": made.minutes,
        "by_road": made.num_by_road,
        "estimated": made.num_estimated,
        "by_area": {area.name: _pairs(joined, area.name) for area in areas},
        "factors": {area.name: _band(factors.at(clock, area.name)) for area in areas},
        "sources": {area.name: area.manifest.source_sha256 for area in areas},
        "joints": _told(joined, points, areas),
        "changed": None
        if change is None
        else {"longer": change.num_longer, "most": change.most_minutes, "cut_off": change.cut_off},
    }


def _route(shelf: Shelf, question: Message) -> Message:
    areas, points, vehicle = shelf.areas(_names(question)), _points(question), _vehicle(question)
    if set(points) != {"from", "to"}:
        raise BadQuestion("a way leads from one point to another")
    closures, joined = _closures(question), join(areas, points)
    start, end = joined["from"], joined["to"]
    if start.joint is None or end.joint is None or start.area != end.area:
        return {"route": None}
    area = next(area for area in areas if area.name == start.area)
    factors, clock = _clocked(shelf, question)
    roads = area.roads(with_factors(factors, clock, area.name), vehicle)
    found = roads.route(start.joint, end.joint, bars_of(area.snapper, closures))
    return {"route": None if found is None else {"course": found.course, "km": found.km, "minutes": found.minutes}}


def _ways(shelf: Shelf, question: Message) -> Message:
    areas, points, vehicle = shelf.areas(_names(question)), _points(question), _vehicle(question)
    closures, pairs = _closures(question), _pairs_of(question, points)
    factors, clock = _clocked(shelf, question)
    figures = {area.name: with_factors(factors, clock, area.name) for area in areas}
    drawn = ways_over(areas, join(areas, points), pairs, vehicle, closures, figures)
    return {"metres": drawn.metres, "ways": [None if way is None else [way.minutes, way.trace] for way in drawn.ways]}


def _shared(shelf: Shelf, question: Message) -> Message:
    areas, points, vehicle = shelf.areas(_names(question)), _points(question), _vehicle(question)
    closures, pairs = _closures(question), _pairs_of(question, points)
    if type(most := question.get("most")) is not int or not 0 < most <= MOST_SHARED:
        raise BadQuestion(f"most is a whole number from 1 to {MOST_SHARED}")
    factors, clock = _clocked(shelf, question)
    figures = {area.name: with_factors(factors, clock, area.name) for area in areas}
    found = shared_roads(areas, join(areas, points), pairs, vehicle, closures, figures, most)
    return {
        "shared": [
            {"name": one.name, "shape": one.closure.shape, "corners": one.closure.corners, "ways": len(one.pairs)}
            for one in found
        ]
    }


def _pairs_of(question: Message, points: Mapping[str, Point]) -> list[tuple[str, str]]:
    pairs = question.get("pairs")
    if not isinstance(pairs, list) or len(pairs) > MOST_WAYS:
        raise BadQuestion(f"pairs are a list of up to {MOST_WAYS}")
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair)) for pair in pairs):
        raise BadQuestion("a pair names two points")
    if not {name for pair in pairs for name in pair} <= points.keys():
        raise BadQuestion("a pair names a point that is not told")
    return [(source, target) for source, target in pairs]


_ANSWERS: Mapping[str, Callable[[Shelf, Message], Message]] = {
    "areas": _areas,
    "joints": _joints,
    "minutes": _minutes,
    "route": _route,
    "ways": _ways,
    "shared": _shared,
}


def _pairs(joined: Mapping[str, Joined], area: str) -> int:
    """How many pairs an area answers for."""
    num = sum(one.area == area for one in joined.values())
    return num * (num - 1)


def _told(
    joined: Mapping[str, Joined], points: Mapping[str, Point], areas: Sequence[LoadedArea]
) -> dict[str, Message | None]:
    """Id -> how the point joins the roads; None outside all areas.

    `area`, `road` (its name), `lat` and `lon` of the joint, `metres` to it, `lone_metres` to a road that is not
    connected with the others (None), `over`: the water that lies between, "" for none.
    """
    waters = {area.name: area.waters for area in areas}
    return {name: _joint(found, points[name], waters) for name, found in joined.items()}


def _joint(found: Joined, point: Point, waters: Mapping[str, Waters]) -> Message | None:
    joint = found.joint
    if joint is None or found.area is None:
        return None
    is_near = joint.metres <= LEAST_M
    return {
        "area": found.area,
        "road": found.road,
        "lat": joint.lat,
        "lon": joint.lon,
        "metres": round(joint.metres, 1),
        "lone_metres": None if joint.lone_metres is None else round(joint.lone_metres, 1),
        "over": "" if is_near else waters[found.area].between(point, (joint.lat, joint.lon)),
    }


def _names(question: Message) -> list[str]:
    names = question.get("areas")
    if not isinstance(names, list) or len(names) > MOST_AREAS or not all(_is_text(name) for name in names):
        raise BadQuestion("areas are a list of names")
    return names


def _points(question: Message) -> dict[str, Point]:
    points = question.get("points")
    if not isinstance(points, dict) or len(points) > MOST_POINTS:
        raise BadQuestion(f"points are an object of up to {MOST_POINTS}")
    return {name: _point(point) for name, point in points.items()}


def _point(value: Any) -> Point:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        raise BadQuestion("a point is latitude and longitude")
    lat, lon = map(float, value)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadQuestion("a point lies at no latitude and longitude")
    return lat, lon


def _vehicle(question: Message) -> str:
    vehicle = question.get("vehicle")
    if not isinstance(vehicle, str) or vehicle not in profile().vehicles:
        raise BadQuestion("the vehicle is not known")
    return vehicle


def _clocked(shelf: Shelf, question: Message) -> tuple[Factors, time]:
    """The factors and the clock time that counts; none where no time is told. Raises BadQuestion, Unready."""
    told = question.get("clock")
    if told is None:
        return Factors(), time()
    try:
        return shelf.factors(), time.fromisoformat(told)
    except (ValueError, TypeError) as error:
        raise BadQuestion("a clock time is written as 07:30") from error


def _band(band: FactorBand | None) -> Message | None:
    """A band as it is told: its hours, factors by road class, source."""
    return None if band is None else {"hours": band.hours, "factors": dict(band.factors), "source": band.source}


def _closures(question: Message) -> list[Closure]:
    rows = question.get("closures", [])
    if not isinstance(rows, list) or len(rows) > MOST_CLOSURES:
        raise BadQuestion(f"closures are a list of up to {MOST_CLOSURES}")
    return [_closure(row) for row in rows]


def _closure(row: Any) -> Closure:
    if not isinstance(row, dict) or not CLOSURE - {"slow"} <= set(row) <= CLOSURE:
        raise BadQuestion("a closure has name, shape, corners and perhaps slow")
    slow = row.get("slow")
    if not _is_text(row["name"]) or row["shape"] not in get_args(Shape) or not isinstance(row["corners"], list):
        raise BadQuestion("a closure has a name, a shape and a list of corners")
    if slow is not None and not _is_number(slow):
        raise BadQuestion("slow is a number")
    try:
        return Closure(row["name"], row["shape"], _corners(row["corners"]), slow=slow)
    except ValueError as error:
        raise BadQuestion(str(error)) from error


def _corners(values: Sequence[Any]) -> tuple[Point, ...]:
    return tuple(_point(value) for value in values)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_TEXT


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
