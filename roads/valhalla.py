"""Valhalla on another host: its services `locate`, `sources_to_targets` and `route`.

Seconds of a matrix are whole there, cut off: a cell may be a second below its way.
"""

from collections.abc import Sequence
from typing import Any

from roads.hosted import MOST_KM, HostedRouter, HostedWay, Seconds
from roads.port import Joined, Point

NO_WAY = (442, 441)
"""Error codes that say: no way between the points."""


class ValhallaRouter(HostedRouter):
    """Minutes and ways of a Valhalla, for a vehicle that drives so fast at most."""

    KIND = "valhalla"

    def _nearest(self, points: Sequence[Point]) -> list[Joined]:
        told = self._host.ask("/locate", {"locations": _written(points), **self._costing()})
        if isinstance(told, dict) and "error_code" in told:
            self._refused(told.get("error_code"))
        return [
            self._of_places(point, self._a(dict, found))
            for point, found in zip(points, self._list(told, len(points)), strict=True)
        ]

    def _of_places(self, point: Point, told: dict[str, Any]) -> Joined:
        """The nearest of the places where a point meets roads."""
        edges = [self._a(dict, edge) for edge in self._list(told.get("edges") or [])]
        places = [self._place(edge.get("correlated_lat"), edge.get("correlated_lon")) for edge in edges]
        joined = [self._joint(point, *place, "") for place in places]
        return min(joined, key=lambda one: one.joint.metres if one.joint else float("inf"), default=Joined(None, None))

    def _seconds(self, sources: Sequence[Point], targets: Sequence[Point]) -> Seconds:
        asked = {"sources": _written(sources), "targets": _written(targets), **self._costing()}
        told = self._ask("/sources_to_targets", asked)
        if "error_code" in told:
            self._refused(told["error_code"])
        rows = [self._list(row, len(targets)) for row in self._list(told.get("sources_to_targets"), len(sources))]
        return [[self._cell(self._a(dict, cell), i, j) for j, cell in enumerate(row)] for i, row in enumerate(rows)]

    def _cell(self, cell: dict[str, Any], row: int, column: int) -> float | None:
        if (cell.get("from_index", row), cell.get("to_index", column)) != (row, column):
            self._misshapen()
        return None if cell.get("time", "") is None else self._duration(cell.get("time"))

    def _way(self, source: Point, target: Point) -> HostedWay | None:
        asked = {"locations": _written([source, target]), "units": "kilometers", "directions_type": "none"}
        told = self._ask("/route", {**asked, **self._costing()})
        if told.get("error_code") in NO_WAY:
            return None
        if "error_code" in told:
            self._refused(told["error_code"])
        trip = self._a(dict, told.get("trip"))
        summary, legs = self._a(dict, trip.get("summary")), self._list(trip.get("legs"), 1)
        course = self._decoded(self._a(str, self._a(dict, legs[0]).get("shape")))
        return HostedWay(course, self._number(summary.get("length"), 0, MOST_KM), self._duration(summary.get("time")))

    def _decoded(self, shape: str) -> tuple[Point, ...]:
        """The points of an encoded polyline of six digits."""
        numbers, value, shift = list[int](), 0, 0
        for letter in shape:
            part = ord(letter) - 63
            if not 0 <= part < 64 or shift > 30:
                self._misshapen()
            value |= (part & 31) << shift
            shift += 5
            if part < 32:
                numbers.append(-(value >> 1) - 1 if value & 1 else value >> 1)
                value, shift = 0, 0
        if shift or len(numbers) % 2:
            self._misshapen()
        course, lat, lon = [], 0, 0
        for d_lat, d_lon in zip(numbers[::2], numbers[1::2], strict=True):
            lat, lon = lat + d_lat, lon + d_lon
            course.append(self._place(lat / 1e6, lon / 1e6))
        return tuple(course)

    def _costing(self) -> dict[str, Any]:
        return {"costing": "auto", "costing_options": {"auto": {"top_speed": self._kmh}}}


def _written(points: Sequence[Point]) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon} for lat, lon in points]
