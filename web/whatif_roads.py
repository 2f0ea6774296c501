"""Roads that are closed in a what-if: what the road service says of it, as edits of the travel times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.road_settings import RoadQuestion
from planner.edits import POINTS, Document, Edit, Row, key_of
from roads.client import RoadService

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClosedRoads:
    """What a closure changes beside those that count already: pairs with their minutes after it, None: no road left."""

    minutes: Mapping[Pair, int | None]
    changed: Mapping[str, Any]


def closed_roads(service: RoadService, document: Document, question: RoadQuestion, closure: Row) -> ClosedRoads:
    """What the closure changes between the points of the document. Raises `roads.client.NoRoads`."""
    points = {row["id"]: (row["lat"], row["lon"]) for table in POINTS for row in document.get(table, ())}
    areas, vehicle = question.settings.areas, question.settings.vehicle
    before = service.minutes(areas, points, vehicle, question.closures, question.clock)
    after = service.minutes(areas, points, vehicle, (*question.closures, closure), question.clock)
    rows = zip(after["ids"], before["minutes"], after["minutes"], strict=True)
    found = {
        (a, b): new
        for a, old_row, new_row in rows
        for b, old, new in zip(after["ids"], old_row, new_row, strict=True)
        if old != new and a != b
    }
    longer = [new - old for old, new in _both(before, after) if new is not None and old is not None and new > old]
    lost = [b for b in after["ids"] if 2 * sum(pair[1] == b and found[pair] is None for pair in found) >= len(points)]
    return ClosedRoads(found, {"longer": len(longer), "most": max(longer, default=0), "cut_off": lost})


def _both(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[int | None, int | None]]:
    rows = zip(before["minutes"], after["minutes"], strict=True)
    return [pair for old, new in rows for pair in zip(old, new, strict=True)]


def edits_of_closed(document: Document, imported: Mapping[str, Any], closed: ClosedRoads) -> tuple[Edit, ...]:
    """The edits of a document that was planned on roads; what somebody entered or imported stands."""
    travel, own = document["travel"], set(imported.get("ids", ()))
    known = {(leg["from"], leg["to"]) for leg in document.get("legs", ())}
    place = {name: i for i, name in enumerate(travel["ids"])}
    minutes, legs = [list(row) for row in travel["minutes"]], list[Edit]()
    for (a, b), new in closed.minutes.items():
        if (a, b) in known or {a, b} <= own:
            continue
        if new is None:
            row = {"from": a, "to": b, "minutes": None}
            legs.append(Edit("legs", key_of("legs", row), row))
        elif a in place and b in place:
            minutes[place[a]][place[b]] = new
    changed = () if minutes == travel["minutes"] else (Edit("travel", "travel", {**travel, "minutes": minutes}),)
    return (*changed, *legs)
