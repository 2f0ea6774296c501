"""Least minutes between points, one by one and many at once; never more than what a plan's unit takes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.scenario import Scenario
from planner.travel import CITY_KM, CITY_KMH, DETOUR, EARTH_RADIUS_KM, ROAD_KMH

Floats = npt.NDArray[np.float64]
SURELY = 1e-6  # minutes less, so that another order of adding up cannot make a way longer


class Ways:
    """Least minutes from one point to another by any sequence of the operation's points.

    Great-circle minutes are a concave function of a metric, rounded up: no detour is shorter. With a matrix or legs
    a detour may be (R. W. Floyd, "Algorithm 97: Shortest path", Communications of the ACM 5(6), 1962).
    """

    def __init__(self, scenario: Scenario) -> None:
        operation = scenario.operation
        self.direct = scenario.travel.minutes
        self._points = operation.points_by_id
        self._index: dict[str, int] = {}
        if operation.matrix is None and not operation.legs:
            return
        ids = list(operation.points_by_id)
        self._index = {key: i for i, key in enumerate(ids)}
        self._least = np.array([[self.direct(a, b) for b in ids] for a in ids], dtype=np.int64)
        for k in range(len(ids)):
            np.minimum(self._least, self._least[:, k, None] + self._least[None, k, :], out=self._least)

    def minutes(self, source: str, target: str) -> int:
        """Least minutes from source to target."""
        if not self._index:
            return self.direct(source, target)
        return int(self._least[self._index[source], self._index[target]])

    def between(self, sources: Sequence[str], targets: Sequence[str]) -> Floats:
        """Least minutes, a row for each source and a column for each target."""
        if self._index:
            rows, columns = ([self._index[key] for key in keys] for keys in (sources, targets))
            found: Floats = self._least[np.ix_(rows, columns)].astype(float)
            return found
        return self._great_circle(sources, targets)

    def directly(self, sources: Sequence[str], targets: Sequence[str]) -> Floats:
        """The same without detours."""
        if self._index:
            minutes = np.array([[self.direct(a, b) for b in targets] for a in sources], float)
            return minutes.reshape(len(sources), len(targets))
        return self._great_circle(sources, targets)

    def _great_circle(self, sources: Sequence[str], targets: Sequence[str]) -> Floats:
        """Minutes of `planner.travel`, all at once."""
        lat_a, lon_a, lat_b, lon_b = (
            np.radians([getattr(self._points[key], axis) for key in keys])
            for keys in (sources, targets)
            for axis in ("lat", "lon")
        )
        half = np.sin((lat_b - lat_a[:, None]) / 2) ** 2
        half += np.cos(lat_a)[:, None] * np.cos(lat_b) * np.sin((lon_b - lon_a[:, None]) / 2) ** 2
        km = DETOUR * 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        town = np.minimum(km, CITY_KM)
        minutes: Floats = np.ceil(60 * (town / CITY_KMH + (km - town) / ROAD_KMH) - SURELY)
        return np.maximum(0.0, minutes)
