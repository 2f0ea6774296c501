"""OSRM on another host: its services `table` and `route`, version 1.

It joins every point to some road of its map, however far; what is farther than 64 km is taken as outside its map. It
drives with the one profile that it was made with.
"""

from collections.abc import Sequence

from roads.hosted import MOST_KM, HostedRouter, HostedWay, Seconds
from roads.port import Joined, Point

NO_WAY = "NoRoute"


class OsrmRouter(HostedRouter):
    """Minutes and ways of an OSRM."""

    KIND = "osrm"

    def _nearest(self, points: Sequence[Point]) -> list[Joined]:
        told = self._ask(f"/table/v1/driving/{_written(points)}?annotations=duration&sources=0")
        self._good(told)
        found = []
        for point, value in zip(points, self._list(told.get("destinations"), len(points)), strict=True):
            place = self._a(dict, value)
            lon, lat = self._list(place.get("location"), 2)
            found.append(self._joint(point, *self._place(lat, lon), self._a(str, place.get("name", ""))))
        return found

    def _seconds(self, sources: Sequence[Point], targets: Sequence[Point]) -> Seconds:
        num, both = len(sources), [*sources, *targets]
        first, last = ";".join(map(str, range(num))), ";".join(map(str, range(num, len(both))))
        asked = f"annotations=duration&sources={first}&destinations={last}"
        told = self._ask(f"/table/v1/driving/{_written(both)}?{asked}")
        self._good(told)
        rows = [self._list(row, len(targets)) for row in self._list(told.get("durations"), len(sources))]
        return [[None if cell is None else self._duration(cell) for cell in row] for row in rows]

    def _way(self, source: Point, target: Point) -> HostedWay | None:
        told = self._ask(f"/route/v1/driving/{_written([source, target])}?overview=full&geometries=geojson")
        if told.get("code") == NO_WAY:
            return None
        self._good(told)
        way = self._a(dict, (self._list(told.get("routes")) or [None])[0])
        line = self._list(self._a(dict, way.get("geometry")).get("coordinates"))
        course = tuple(self._place(lat, lon) for lon, lat in (self._list(pair, 2) for pair in line))
        km = self._number(way.get("distance"), 0, 1000 * MOST_KM) / 1000
        return HostedWay(course, km, self._duration(way.get("duration")))

    def _good(self, told: dict[str, object]) -> None:
        if told.get("code") != "Ok":
            self._refused(told.get("code"))


def _written(points: Sequence[Point]) -> str:
    """Points as OSRM reads them: longitude, latitude."""
    return ";".join(f"{lon:.7f},{lat:.7f}" for lat, lon in points)
