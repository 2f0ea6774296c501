"""The ground of one team as a vector map: sites, assembly point and custody places, to scale, north up.

Local equirectangular projection: true to scale at its middle latitude, which suits the tens of kilometres of a city.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import cos, floor, log10, radians

from planner.operation import Place, Site
from planner.plan import Plan, Team
from planner.scenario import Scenario
from planner.travel import EARTH_RADIUS_KM

WIDTH, HEIGHT, EDGE = 760, 430, 46
KM_PER_DEGREE = EARTH_RADIUS_KM * radians(1)
LEAST_KM = 2.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The projection: degrees WGS-84 to pixels."""

    lat: float
    lon: float
    per_km: float

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Pixels from the upper left corner."""
        east = (lon - self.lon) * KM_PER_DEGREE * cos(radians(self.lat))
        north = (lat - self.lat) * KM_PER_DEGREE
        return round(WIDTH / 2 + east * self.per_km, 1), round(HEIGHT / 2 - north * self.per_km, 1)


def area_svg(scenario: Scenario, plan: Plan, team: Team, letters: dict[str, str]) -> str:
    """The team's area: each site with its letter, the ways of its squads, a scale bar, a north arrow, a graticule."""
    operation = scenario.operation
    stops = [stop for unit in team.units for stop in plan.units_by_id[unit].stops]
    points = [operation.points_by_id[p] for p in dict.fromkeys([team.assembly, *(s.place for s in stops)])]
    frame = _frame(points)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Noto Sans SC, sans-serif" font-size="12" fill="#111827">',
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" fill="#ffffff" stroke="#9ca3af"/>',
        *_graticule(frame),
    ]
    for unit in team.units:
        way = [operation.points_by_id[s.place] for s in plan.units_by_id[unit].stops]
        path = " ".join(f"{x},{y}" for x, y in (frame.xy(p.lat, p.lon) for p in way))
        lines.append(
            f'<polyline points="{path}" fill="none" stroke="#6b7280" stroke-width="1.2" stroke-dasharray="5 3"/>'
        )
    for point in points:
        lines += _mark(frame, point, letters)
    return "\n".join([*lines, *_scale_bar(frame), *_north_arrow(), "</svg>"])


def _frame(points: Iterable[Place | Site]) -> Frame:
    lats, lons = zip(*((p.lat, p.lon) for p in points), strict=True)
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    high = max(LEAST_KM, (max(lats) - min(lats)) * KM_PER_DEGREE)
    wide = max(LEAST_KM, (max(lons) - min(lons)) * KM_PER_DEGREE * cos(radians(lat)))
    return Frame(lat, lon, min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high))


def _mark(frame: Frame, point: Place | Site, letters: dict[str, str]) -> list[str]:
    x, y = frame.xy(point.lat, point.lon)
    if isinstance(point, Site):
        return [
            f'<circle cx="{x}" cy="{y}" r="9" fill="#ffffff" stroke="#111827" stroke-width="2"/>',
            f'<text x="{x}" y="{y + 4}" text-anchor="middle" font-weight="700">{letters[point.id]}</text>',
        ]
    shape = (
        f'<path d="M{x} {y - 8}l9 15h-18z" fill="#111827"/>'
        if point.kind == "assembly"
        else f'<rect x="{x - 7}" y="{y - 7}" width="14" height="14" fill="#ffffff" stroke="#111827" stroke-width="3"/>'
    )
    halo = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    name = f'<text x="{x + 12}" y="{y + 4}" {halo}>{escape(point.id)}</text>'
    return [shape, name]


def _graticule(frame: Frame) -> list[str]:
    """Lines of latitude and longitude at round degrees, with their figures."""
    step = next(
        s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if s * KM_PER_DEGREE * frame.per_km > 90 or s == 5
    )
    lines = []
    half_lat = HEIGHT / 2 / frame.per_km / KM_PER_DEGREE
    half_lon = WIDTH / 2 / frame.per_km / KM_PER_DEGREE / cos(radians(frame.lat))
    for n in range(floor((frame.lat - half_lat) / step) + 1, floor((frame.lat + half_lat) / step) + 1):
        _, y = frame.xy(n * step, frame.lon)
        lines.append(f'<path d="M1 {y}H{WIDTH - 1}" stroke="#e5e7eb"/>')
        lines.append(f'<text x="4" y="{y - 3}" font-size="10" fill="#6b7280">{n * step:.2f}° N</text>')
    for n in range(floor((frame.lon - half_lon) / step) + 1, floor((frame.lon + half_lon) / step) + 1):
        x, _ = frame.xy(frame.lat, n * step)
        lines.append(f'<path d="M{x} 1V{HEIGHT - 1}" stroke="#e5e7eb"/>')
        lines.append(f'<text x="{x + 3}" y="{HEIGHT - 5}" font-size="10" fill="#6b7280">{n * step:.2f}° E</text>')
    return lines


def _scale_bar(frame: Frame) -> list[str]:
    most = 160 / frame.per_km
    power = 10 ** floor(log10(most))
    km = max(k * power for k in (1, 2, 5) if k * power <= most)
    x, y, length = WIDTH - 24 - km * frame.per_km, HEIGHT - 26, km * frame.per_km
    return [
        f'<path d="M{x:.1f} {y - 5}v5h{length:.1f}v-5" fill="none" stroke="#111827" stroke-width="2"/>',
        f'<text x="{x + length / 2:.1f}" y="{y - 6}" text-anchor="middle">{km:g} km</text>',
    ]


def _north_arrow() -> list[str]:
    x = WIDTH - 26
    return [
        f'<path d="M{x} 14l8 24-8-6-8 6z" fill="#111827"/>',
        f'<text x="{x}" y="52" text-anchor="middle" font-weight="700">N</text>',
    ]
