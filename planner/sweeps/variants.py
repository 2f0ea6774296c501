"""What is varied: one commander, leader, vehicle, custody place, agency or road fails; H moves; another force."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from planner.edits import Document, Edit, Row, by_key
from planner.operation import Operation
from planner.plan import Plan
from planner.whatif import add_row, move_h_hour, remove_rows, set_fields
from planner.zones import hour_of

HOUR, FORCE, ROADS = "hour", "force", "roads"
UNNAMED = "N.N."
"""The usual name of somebody whose name is not known yet."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An operation with other edits than the one that was planned.

    `kind`: a key of `FAILURES`, `ROADS`, `HOUR` or `FORCE`; `subject`: the id of what is lost, a closure
    (`closed_road`), H as ISO 8601 with offset, or per cent of the officers.
    """

    kind: str
    subject: str
    edits: tuple[Edit, ...]


def _commanders(document: Document, operation: Operation, plan: Plan) -> Iterator[Variant]:
    for officer in dict.fromkeys(team.commander for team in plan.teams):
        yield Variant("commanders", officer, remove_rows(document, "officers", [officer]))


def _leaders(document: Document, operation: Operation, plan: Plan) -> Iterator[Variant]:
    for unit in plan.units:
        if unit.kind == "squad" and (leader := _leader(operation, unit.officers)) is not None:
            yield Variant("leaders", leader, remove_rows(document, "officers", [leader]))


def _leader(operation: Operation, officers: Iterable[str]) -> str | None:
    """Who leads: highest rank, then lowest id."""
    known = (operation.officers_by_id[o] for o in officers if o in operation.officers_by_id)
    return min(((-o.rank, o.id) for o in known), default=(0, None))[1]


def _vehicles(document: Document, operation: Operation, plan: Plan) -> Iterator[Variant]:
    for vehicle in dict.fromkeys(v for unit in plan.units for v in unit.vehicles):
        yield Variant("vehicles", vehicle, remove_rows(document, "vehicles", [vehicle]))


def _custody(document: Document, operation: Operation, plan: Plan) -> Iterator[Variant]:
    """A place takes nobody any more; whoever is based there still is."""
    for place in dict.fromkeys(s.place for unit in plan.units for s in unit.stops if s.task == "deliver"):
        yield Variant("custody", place, set_fields(document, "places", place, cells=0, rooms=0))


def _agencies(document: Document, operation: Operation, plan: Plan) -> Iterator[Variant]:
    """None of an agency's officers comes; vehicles stand at bases and belong to no agency."""
    units = {officer for unit in plan.units for officer in unit.officers}
    active = units | {team.commander for team in plan.teams} | {o for talk in plan.interviews for o in talk.officers}
    rosters: dict[str, list[str]] = {}
    for officer in operation.officers:
        rosters.setdefault(officer.agency, []).append(officer.id)
    for agency, roster in rosters.items():
        if active.intersection(roster):
            yield Variant("agencies", agency, remove_rows(document, "officers", roster))


FAILURES: Mapping[str, Callable[[Document, Operation, Plan], Iterator[Variant]]] = {
    "commanders": _commanders,
    "leaders": _leaders,
    "vehicles": _vehicles,
    "custody": _custody,
    "agencies": _agencies,
}
"""Kind of what may fail -> a variant for each one that the plan counts on."""


def failures(document: Document, operation: Operation, plan: Plan, kinds: Iterable[str]) -> tuple[Variant, ...]:
    """A variant for each commander, leader, vehicle, ... of the plan, by these kinds (keys of `FAILURES`).

    `operation` is what the document holds.
    """
    return tuple(variant for kind in kinds for variant in FAILURES[kind](document, operation, plan))


@dataclass(frozen=True, slots=True)
class ClosedRoad:
    """A bridge or a road that is closed: its name ("" for none), and the line across it, as two corners in degrees."""

    name: str
    is_bridge: bool
    corners: tuple[tuple[float, float], ...]

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude where it is closed."""
        lat, lon = (sum(part) / len(self.corners) for part in zip(*self.corners, strict=True))
        return lat, lon


def closed_road(row: Mapping[str, Any], edits: tuple[Edit, ...]) -> Variant:
    """The variant in which a road is closed: `row` has name, shape and corners of the closure, the edits minutes."""
    told = {key: row[key] for key in ("name", "shape", "corners")}
    return Variant(ROADS, json.dumps(told, ensure_ascii=False), edits)


def road_of(subject: str) -> ClosedRoad:
    """The road that is closed in a variant with this subject."""
    row = json.loads(subject)
    return ClosedRoad(row["name"], row["shape"] == "bridge", tuple((lat, lon) for lat, lon in row["corners"]))


def hours(document: Document, first: time, last: time, step: int) -> tuple[Variant, ...]:
    """H at each `step` minutes (above 0) from the first clock time to the last, on H's date by the operation's clocks.

    The times are in order; everybody stays available at the same clock time.
    """
    hour = hour_of(document)
    at = datetime.combine(hour.date(), first, hour.tzinfo)
    end = datetime.combine(hour.date(), last, hour.tzinfo)
    found = []
    while at.astimezone(UTC) <= end.astimezone(UTC):
        later = round((at.astimezone(UTC) - hour.astimezone(UTC)) / timedelta(minutes=1))
        found.append(Variant(HOUR, at.isoformat(), move_h_hour(document, later) if later else ()))
        at = (at.astimezone(UTC) + timedelta(minutes=step)).astimezone(hour.tzinfo)
    return tuple(found)


def forces(document: Document, percents: Iterable[int]) -> tuple[Variant, ...]:
    """So many per cent of the officers, each agency in proportion; those above 100 are copies without a name.

    A copy has agency, base, sex, rank and skills of an officer who is there, and belongs to no ready team.
    """
    roster = sorted(by_key("officers", document).values(), key=lambda row: row["agency"])
    return tuple(Variant(FORCE, str(percent), _force(document, roster, percent)) for percent in percents)


def num_officers(number: int, percent: int) -> int:
    """How many officers so many per cent of this number are."""
    return round(number * percent / 100)


def _force(document: Document, roster: list[Row], percent: int) -> tuple[Edit, ...]:
    number = abs(num_officers(len(roster), percent) - len(roster))
    chosen = [roster[(2 * i + 1) * len(roster) // (2 * number) % len(roster)] for i in range(number)]
    if percent <= 100:
        return remove_rows(document, "officers", (row["id"] for row in chosen))
    taken, edits = {row["id"] for row in roster}, list[Edit]()
    for i, row in enumerate(chosen, 1):
        new = _unused(f"{row['id']}+", taken)
        bare = {name: value for name, value in row.items() if name not in ("details", "team")}
        edits += add_row(document, "officers", bare | {"id": new, "name": f"{UNNAMED} {i}"})
    return tuple(edits)


def _unused(start: str, taken: set[str]) -> str:
    """An id that begins so and that nobody has yet; from now on it is taken."""
    number = next(i for i in range(1, len(taken) + 2) if f"{start}{i}" not in taken)
    taken.add(f"{start}{number}")
    return f"{start}{number}"
