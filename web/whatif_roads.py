"""Roads in a what-if: minutes of points that are new or moved, and of closed roads, as edits of the travel times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from models.road_settings import RoadQuestion
from planner.edits import MINUTES, POINTS, Document, Edit, Row, apply_edits
from planner.files import Unreadable
from planner.road_minutes import changed_cells, different
from planner.travel import FAR_M
from roads.client import NoRoads, RoadService
from roads.router_service import RouterService
from web.language import t
from web.travel import OTHER_REASON, REASONS

Pair = tuple[str, str]
ROAD_SECONDS = 20.0
"""For an answer of the road service or the router while somebody waits for the page."""


@dataclass(frozen=True, slots=True)
class ClosedRoads:
    """What a closure changes beside those that count already: pairs with their minutes after it, None: no road left."""

    minutes: Mapping[Pair, int | None]
    changed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewPoints:
    """Minutes of points that are new or have moved, as edits; `told`: what has to be said of them, in sentences."""

    edits: tuple[Edit, ...] = ()
    told: tuple[str, ...] = ()


def straight_points(document: Document) -> list[str]:
    """Ids of the points whose ways are straight lines in a document that was planned on a matrix; else none."""
    travel = document.get("travel", {})
    known = set(travel.get("ids", ()))
    return [name for name in _placed(document) if name not in known] if travel.get("kind") == "matrix" else []


def new_points(question: RoadQuestion, before: Document, edits: Iterable[Edit] = ()) -> NewPoints:
    """Minutes on roads of the points that lack them once the edits are made; where there are none, why not."""
    after = apply_edits(before, edits)
    lacking = straight_points(after)
    if not lacking or not question.settings.is_on_roads:
        return NewPoints()
    points, known = _placed(after), [name for name in after["travel"]["ids"] if name not in lacking]
    try:
        answer = minutes_between(question, points)
    except NoRoads as error:
        return NewPoints(told=(reason_of(error),))
    joints = answer["joints"]
    joined = [name for name in lacking if joints[name] is not None]
    told = [_doubt(name, joints[name]) for name in joined if _is_doubtful(joints[name])]
    if not joined:
        return NewPoints(told=tuple(told))
    at = {name: i for i, name in enumerate(answer["ids"])}
    ends = [*known, *joined]
    cells = [[a, b, answer["minutes"][at[a]][at[b]]] for a in ends for b in ends if a != b and {a, b} & set(joined)]
    return NewPoints((Edit("travel", MINUTES, {"points": joined, "cells": cells}),), tuple(told))


def with_new_points(edits: tuple[Edit, ...], document: Document, asked: NewPoints) -> tuple[Edit, ...]:
    """The edits with the minutes of new points; without them where the desk has changed since they were asked."""
    try:
        apply_edits(document, (*edits, *asked.edits))
    except Unreadable:
        return edits
    return (*edits, *asked.edits)


def closed_before_points(edits: Iterable[Edit]) -> bool:
    """Whether roads were closed before points were added, whose minutes do not know of that."""
    found = [bool(e.row["points"]) for e in edits if (e.table, e.key) == ("travel", MINUTES) and e.row is not None]
    return False in found and True in found[found.index(False) :]


def minutes_between(question: RoadQuestion, points: Mapping[str, tuple[float, float]]) -> Mapping[str, Any]:
    """Minutes between the points from the operation's own source, with its closures. Raises NoRoads."""
    settings = question.settings
    if settings.router:
        return RouterService(current_app.config["ROUTER"], ROAD_SECONDS).minutes(
            settings.router, points, settings.vehicle
        )
    return _service().minutes(settings.areas, points, settings.vehicle, question.closures, question.clock)


def reason_of(error: NoRoads) -> str:
    """Why there are no minutes, in the reader's language."""
    return t(REASONS.get(error.code, OTHER_REASON), area=error.area)


def closed_roads(document: Document, question: RoadQuestion, closure: Row) -> ClosedRoads:
    """What the closure changes between the points of the document. Raises `roads.client.NoRoads`."""
    points, service, clock = _placed(document), _service(), question.clock
    areas, vehicle = question.settings.areas, question.settings.vehicle
    before = service.minutes(areas, points, vehicle, question.closures, clock)
    after = service.minutes(areas, points, vehicle, (*question.closures, closure), clock)
    found = different(after["ids"], before["minutes"], after["minutes"])
    longer = [new - old for old, new in _both(before, after) if new is not None and old is not None and new > old]
    lost = [b for b in after["ids"] if 2 * sum(pair[1] == b and found[pair] is None for pair in found) >= len(points)]
    return ClosedRoads(found, {"longer": len(longer), "most": max(longer, default=0), "cut_off": lost})


def edits_of_closed(document: Document, imported: Mapping[str, Any], closed: ClosedRoads) -> tuple[Edit, ...]:
    """The edits of a document that was planned on roads; what somebody entered or imported stands."""
    cells = changed_cells(document, imported, closed.minutes)
    return (Edit("travel", MINUTES, {"points": [], "cells": cells}),) if cells else ()


def _service() -> RoadService:
    return RoadService(current_app.config["AREAS"].parent, ROAD_SECONDS)


def _placed(document: Document) -> dict[str, tuple[float, float]]:
    return {row["id"]: (row["lat"], row["lon"]) for table in POINTS for row in document.get(table, ())}


def _is_doubtful(joint: Mapping[str, Any]) -> bool:
    return joint["metres"] > FAR_M or joint["lone_metres"] is not None or bool(joint["over"])


def _doubt(name: str, joint: Mapping[str, Any]) -> str:
    metres = round(joint["metres"])
    return t("{point} does not join the roads for sure: the nearest is {n} m away. Please check.", point=name, n=metres)


def _both(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[int | None, int | None]]:
    rows = zip(before["minutes"], after["minutes"], strict=True)
    return [pair for old, new in rows for pair in zip(old, new, strict=True)]
