"""Minutes between all places of a question at once."""

import numpy as np

from planner.scenario import Scenario
from planner.solver.params import ROUTES
from planner.solver.routing.problem import Floats
from planner.travel import CITY_KM, CITY_KMH, DETOUR, EARTH_RADIUS_KM, ROAD_KMH

SURELY = 1e-6  # minutes more, so that another order of adding up cannot make a way shorter


def minutes_between(scenario: Scenario, names: list[str]) -> Floats:
    """Minutes from each place to each: those of the rules; of many places never less, and at most 1 more."""
    operation, way = scenario.operation, scenario.travel.minutes
    if len(names) <= ROUTES.most_exact or operation.matrix is not None:
        return np.array([[way(a, b) for b in names] for a in names], dtype=np.float64).reshape(len(names), -1)
    points = [operation.points_by_id[name] for name in names]
    lat, lon = (np.radians([getattr(p, axis) for p in points]) for axis in ("lat", "lon"))
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    km = DETOUR * 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    town = np.minimum(km, CITY_KM)
    minutes: Floats = np.ceil(60 * (town / CITY_KMH + (km - town) / ROAD_KMH) + SURELY)
    minutes[half == 0] = 0
    index = {name: n for n, name in enumerate(names)}
    for leg in operation.legs:
        if leg.source in index and leg.target in index:
            minutes[index[leg.source], index[leg.target]] = way(leg.source, leg.target)
    return minutes
