"""What an operation says of its roads: which areas, which vehicle, what is closed when, which points are meant so.

They are rows of a register, so that each change has its history and can be undone; they are no part of the document:
what is planned with are the minutes that come of them (`models.road_minutes`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from models import plan_tables as p
from models import tables as t
from models.database import Session
from models.notes import working_plan
from models.reading import head_of, own_doctrine
from models.road_facts import AREAS, CLOSURE, POINT, ROADS, ROUTER, VEHICLE, VEHICLES
from models.snapshots import verify_document
from planner.edits import Edit, Row, moment
from planner.operation import Doctrine

BEFORE_H = 480
"""Minutes before H from which closures count while there is no working plan."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RoadSettings:
    """Areas by name, the vehicle, closures by number, and points (id -> coordinates) that are meant where they are.

    `router`: the words of a router on another host, which is asked instead of the areas; "" for none.
    """

    areas: tuple[str, ...] = ()
    router: str = ""
    vehicle: str = VEHICLES[0]
    closures: Mapping[int, Row] = field(default_factory=dict)
    confirmed: Mapping[str, Point] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_on_roads(self) -> bool:
        """Whether minutes are to be computed at all."""
        return bool(self.areas or self.router)


@dataclass(frozen=True, slots=True)
class RoadQuestion:
    """What minutes are to be computed: of these points, over these areas; `closures` are those that count.

    `span`: the first and the last moment that a closure is compared with; `clock`: the clock time of H ("07:30"), whose
    factors count. `hash` tells one question from another.
    """

    settings: RoadSettings
    points: Mapping[str, Point]
    closures: tuple[Row, ...]
    span: tuple[datetime, datetime]
    clock: str

    @property
    def hash(self) -> str:
        """SHA-256 of all that the minutes depend on, but the maps of the areas or of the router."""
        points = {name: list(point) for name, point in self.points.items()}
        told: dict[str, object] = {"points": points, "router": self.settings.router, "vehicle": self.settings.vehicle}
        if self.settings.router:  # which knows neither our closures nor our factors
            return _hash(told)
        told = {
            "points": points,
            "areas": list(self.settings.areas),
            "vehicle": self.settings.vehicle,
            "closures": list(self.closures),
            "clock": self.clock,
        }
        return _hash(told)


def _hash(told: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def settings_of(session: Session, operation: int) -> RoadSettings:
    """What the operation says of its roads."""
    table = t.roads.c
    found = select(table.key, table.value, table.revision).where(table.operation == operation)
    lines = session.execute(found.order_by(table.position)).all()
    told = {line.key: line.value for line in lines}
    numbered = {int(key.split()[1]): value for key, value in told.items() if key.startswith(f"{CLOSURE} ")}
    points = {key.partition(" ")[2]: tuple(value) for key, value in told.items() if key.startswith(f"{POINT} ")}
    return RoadSettings(
        tuple(told.get(AREAS, ())),
        told.get(ROUTER, ""),
        told.get(VEHICLE, VEHICLES[0]),
        dict(sorted(numbered.items())),
        points,
        {line.key: line.revision for line in lines},
    )


def needed(session: Session) -> tuple[list[str], list[str]]:
    """The areas and the routers, by their words, that operations are planned on which are not closed."""
    roads, operations = t.roads.c, t.operations.c
    found = select(roads.key, roads.value).where(roads.operation == operations.key, operations.status != "closed")
    lines = session.execute(found.where(roads.key.in_((AREAS, ROUTER)))).all()
    areas = {name for line in lines if line.key == AREAS for name in line.value}
    return sorted(areas), sorted({line.value for line in lines if line.key == ROUTER})


def copied(session: Session, operation: int) -> list[Edit]:
    """The edits that give another operation with the same points the same settings."""
    table = t.roads.c
    found = select(table.key, table.value).where(table.operation == operation).order_by(table.position)
    return [Edit(ROADS, line.key, {"value": line.value}) for line in session.execute(found)]


def question_of(session: Session, operation: int) -> RoadQuestion:
    """What is to be computed for the operation as it stands. Raises NotFound."""
    points = t.points.c
    found = select(points.key, points.lat, points.lon).where(points.operation == operation)
    found = found.where(points.lat.is_not(None), points.lon.is_not(None)).order_by(points.key)
    settings = settings_of(session, operation)
    span = span_of(session, operation)
    counted = [_shape(row) for row in settings.closures.values() if counts(row, span) and not settings.router]
    clock = datetime.fromisoformat(head_of(session, operation).h_hour).strftime("%H:%M")
    at = {line.key: (line.lat, line.lon) for line in session.execute(found)}
    return RoadQuestion(settings, at, tuple(counted), span, clock)


def counts(closure: Row, span: tuple[datetime, datetime]) -> bool:
    """Whether the closure overlaps the span."""
    start, end = moment(closure["start"]), moment(closure["end"])
    return (start is None or start <= span[1]) and (end is None or span[0] < end)


def _shape(closure: Row) -> Row:
    """What of a closure the road service is told."""
    return {key: closure[key] for key in ("name", "shape", "corners", "slow")}


def span_of(session: Session, operation: int) -> tuple[datetime, datetime]:
    """From the first departure to the last delivery of the working plan; without one, what doctrine allows.

    The first departure is taken to be the longest approach without a rest before the plan's first stop. Without a
    working plan the span is from eight hours before H to the last delivery that doctrine permits.
    """
    line, doctrine = head_of(session, operation), Doctrine.differing(own_doctrine(session, operation))
    scenario = working_plan(session, operation)
    first, last = -BEFORE_H, doctrine.last_raid + doctrine.custody_latest
    if scenario is not None:
        stops = _span_of_plan(session, scenario)
        first, last = (stops[0] - doctrine.long_haul, stops[1]) if stops is not None else (first, last)
    h_hour = datetime.fromisoformat(line.h_hour)
    return h_hour + timedelta(minutes=first), h_hour + timedelta(minutes=last)


_spans: dict[str, tuple[int, int] | None] = {}
MOST_SPANS = 1000


def _span_of_plan(session: Session, scenario: int) -> tuple[int, int] | None:
    """Minutes from H of the first stop and of the end of the last delivery; None where nobody goes out."""
    plans = p.plans.c
    name = session.scalar(select(plans.document_hash).where(plans.scenario == scenario))
    if name is None:
        return None
    if name not in _spans:  # plans never change
        text = session.scalars(select(plans.document).where(plans.scenario == scenario)).one()
        stops = [stop for unit in verify_document(text, name).get("units", ()) for stop in unit.get("stops", ())]
        ends = [stop["end"] for stop in stops if stop["task"] == "deliver"] or [stop["end"] for stop in stops]
        if len(_spans) >= MOST_SPANS:
            _spans.clear()
        _spans[name] = (min(stop["start"] for stop in stops), max(ends)) if stops else None
    return _spans[name]
