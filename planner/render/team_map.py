"""The ground of one team as a vector map: sites, assembly point, custody places, near bases, to scale, north up.

Local equirectangular projection: true to scale at its middle latitude, which suits the tens of kilometres of a city.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, floor, hypot, log10, radians, remainder

import numpy as np

from planner.ground import points_of
from planner.operation import Place, Site
from planner.plan import Plan, Team
from planner.render.ground_svg import Floats, PaperFrame, PaperGround, ground_lines
from planner.render.label_layout import Badge, apart
from planner.render.meridian import side_by_side
from planner.render.svg import fits, svg_text, text_width
from planner.render.timeline import Timeline
from planner.scenario import Scenario
from planner.travel import EARTH_RADIUS_KM
from planner.ways import NO_WAYS, MapWays

WIDTH, LEAST_HEIGHT, MOST_HEIGHT, EDGE = 760, 260, 400, 40
KM_PER_DEGREE = EARTH_RADIUS_KM * radians(1)
LEAST_KM = 1.5
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
INK, QUIET, LINE = "#111827", "#4b5563", "#dfe3e8"
DASHES = {"in": ' stroke-dasharray="1.5 3"', "raid": "", "custody": ' stroke-dasharray="6 3"'}


@dataclass(frozen=True, slots=True)
class Frame:
    """The projection: degrees WGS-84 to pixels from the upper left corner."""

    lat: float
    lon: float
    per_km: float
    height: int

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Pixels to the right and down."""
        east = remainder(lon - self.lon, 360) * KM_PER_DEGREE * cos(radians(self.lat))
        north = (lat - self.lat) * KM_PER_DEGREE
        return round(WIDTH / 2 + east * self.per_km, 1), round(self.height / 2 - north * self.per_km, 1)

    def holds(self, lat: float, lon: float) -> bool:
        """True when the point lies inside the frame."""
        x, y = self.xy(lat, lon)
        return 8 <= x <= WIDTH - 8 and 8 <= y <= self.height - 8


def team_points(scenario: Scenario, team: Team, found: Timeline, letters: dict[str, str]) -> list[Place | Site]:
    """What the team's map must hold: its assembly point, its sites, the custody places of its detainees."""
    goals = [row.delivery.place for row in found.custody if row.site in letters and row.delivery]
    points = scenario.operation.points_by_id
    return [points[p] for p in dict.fromkeys([team.assembly, *letters, *goals])]


def area_svg(
    scenario: Scenario,
    plan: Plan,
    team: Team,
    found: Timeline,
    letters: dict[str, str],
    streets: PaperGround | None = None,
    lang: str = "en",
    ways: MapWays = NO_WAYS,
) -> str:
    """The team's area: each site with its letter, the ways of squads and detainees, scale, north.

    Under them the streets, with names of places in the language; a graticule where there are none. `ways`: the courses
    that are known; the others are straight lines, as all are where there are no streets.
    """
    points = scenario.operation.points_by_id
    shown = team_points(scenario, team, found, letters)
    frame = frame_of(shown)
    members = [o for unit in team.units for o in plan.units_by_id[unit].officers] + [team.commander]
    homes = [points[base] for base in dict.fromkeys(scenario.operation.officers_by_id[o].base for o in members)]
    near = [home for home in homes if home not in shown and frame.holds(home.lat, home.lon)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}" width="{WIDTH}" '
        f'height="{frame.height}" font-family="Noto Sans SC, sans-serif" font-size="11" fill="{INK}">',
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{frame.height - 1}" fill="#ffffff" stroke="#9ca3af"/>',
    ]
    has_streets = streets is not None and streets.covers(paper_frame(frame))
    if streets is not None and has_streets:
        signs = [(x - 12, y - 11, x + badge.right, y + 11) for badge, (x, y) in _placed(frame, [*shown, *near])]
        lines += ground_lines(streets, paper_frame(frame), signs, lang)
    else:
        lines += _graticule(frame)
    for kind, a, b in dict.fromkeys(_ways(plan, team, found, letters, {home.id for home in near})):
        trace = ways.traces.get((a, b)) if has_streets else None
        lines += _way(frame, kind, points[a], points[b], points_of(trace) if trace else [])
    lines += _marks(frame, [*shown, *near], letters)
    return "\n".join([*lines, *_scale_bar(frame), *_north_arrow(), "</svg>"])


def frame_of(points: Iterable[Place | Site]) -> Frame:
    """The frame that holds all points with a margin, as high as their extent asks."""
    shown = list(points)
    turned = side_by_side(p.lon for p in shown)
    lats, lons = zip(*((p.lat, turned(p.lon)) for p in shown), strict=True)
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    high = max(LEAST_KM, (max(lats) - min(lats)) * KM_PER_DEGREE)
    wide = max(LEAST_KM, (max(lons) - min(lons)) * KM_PER_DEGREE * cos(radians(lat)))
    across = (WIDTH - 4 * EDGE) / wide
    height = min(MOST_HEIGHT, max(LEAST_HEIGHT, round(high * across + 2 * EDGE)))
    return Frame(lat, lon, min(across, (height - 2 * EDGE) / high), height)


def _ways(
    plan: Plan, team: Team, found: Timeline, letters: dict[str, str], near: set[str]
) -> Iterator[tuple[str, str, str]]:
    """Kind, source and target of each way: in from near bases, to the raids, and with detainees to custody."""
    for unit in team.units:
        for home in sorted({m.source for m in found.movements_by_unit.get(unit, ())} & near):
            yield "in", home, team.assembly
        stops = [s for s in plan.units_by_id[unit].stops if s.task != "deliver"]
        yield from (("raid", a.place, b.place) for a, b in pairwise(stops))
    for row in found.custody:
        if row.site in letters and row.delivery:
            yield "custody", row.site, row.delivery.place


def _way(frame: Frame, kind: str, a: Place | Site, b: Place | Site, course: Sequence[tuple[float, float]]) -> list[str]:
    """The line from a to b along a course (longitudes, latitudes), with an arrow head in its middle."""
    spots = [frame.xy(a.lat, a.lon), *(frame.xy(lat, lon) for lon, lat in course), frame.xy(b.lat, b.lon)]
    run = [spot for i, spot in enumerate(spots) if i in (0, len(spots) - 1) or hypot(*_step(spots[i - 1], spot)) > 0.3]
    path = "L".join(f"{x} {y}" for x, y in run)
    under, look = [], f'stroke="{QUIET}" stroke-width="1.3"'
    if course:  # dark on white, so that it stands out from the street that it follows
        under = [f'<path d="M{path}" fill="none" stroke="#ffffff" stroke-width="4.4" stroke-linejoin="round"/>']
        look = f'stroke="{INK}" stroke-width="2" stroke-linejoin="round"'
    line = f'<path d="M{path}" fill="none" {look}{DASHES[kind]}/>'
    lengths = [hypot(*_step(start, end)) for start, end in pairwise(run)]
    if sum(lengths) < 30:
        return [*under, line]
    i = next(i for i in range(len(lengths)) if sum(lengths[: i + 1]) >= sum(lengths) / 2)
    (ax, ay), (east, south), length = run[i], _step(run[i], run[i + 1]), lengths[i]
    dx, dy = east / length, south / length
    along = sum(lengths) / 2 - sum(lengths[:i]) + 4
    x, y = ax + along * dx, ay + along * dy
    corners = ((x, y), (x - 8 * dx - 3.5 * dy, y - 8 * dy + 3.5 * dx), (x - 8 * dx + 3.5 * dy, y - 8 * dy - 3.5 * dx))
    path = "L".join(f"{cx:.1f} {cy:.1f}" for cx, cy in corners)
    return [*under, line, f'<path d="M{path}z" fill="{INK if course else QUIET}"/>']


def _step(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def paper_frame(frame: Frame) -> PaperFrame:
    """The frame for whole rows of points at once."""

    def xy(lons: Floats, lats: Floats) -> tuple[Floats, Floats]:
        east = np.remainder(lons - frame.lon + 180, 360) - 180
        across = WIDTH / 2 + east * KM_PER_DEGREE * cos(radians(frame.lat)) * frame.per_km
        return across, frame.height / 2 - (lats - frame.lat) * KM_PER_DEGREE * frame.per_km

    high = frame.height / 2 / frame.per_km / KM_PER_DEGREE
    wide = WIDTH / 2 / frame.per_km / KM_PER_DEGREE / cos(radians(frame.lat))
    box = frame.lon - wide, frame.lat - high, frame.lon + wide, frame.lat + high
    return PaperFrame(WIDTH, frame.height, frame.per_km, xy, box)


def _placed(frame: Frame, points: list[Place | Site]) -> list[tuple[Badge, tuple[float, float]]]:
    """The badge of each point, and where it stands so that none lies on another, on north or on the scale."""
    badges = [_badge(frame, point) for point in points]
    corners = [Badge(WIDTH - 22, 30, 12, 12, 24, 0), Badge(WIDTH - 20, frame.height - 18, 155, 16, 16, 0)]
    spots = apart([*corners, *badges], WIDTH, frame.height)[len(corners) :]
    return list(zip(badges, spots, strict=True))


def _marks(frame: Frame, points: list[Place | Site], letters: dict[str, str]) -> list[str]:
    """A dot at each true place, and beside it, where others crowd, its sign with a leader line."""
    placed = _placed(frame, points)
    lines = []
    for badge, (x, y) in placed:
        if hypot(x - badge.x, y - badge.y) > 3:
            lines.append(f'<path d="M{badge.x} {badge.y}L{x} {y}" stroke="#9ca3af" stroke-width="0.8"/>')
            lines.append(f'<circle cx="{badge.x}" cy="{badge.y}" r="2.6" fill="{INK}"/>')
    for point, (badge, (x, y)) in zip(points, placed, strict=True):
        lines += _sign(point, badge, x, y, letters)
    return lines


def _badge(frame: Frame, point: Place | Site) -> Badge:
    x, y = frame.xy(point.lat, point.lon)
    right = 10 if isinstance(point, Site) else 14 + text_width(_name(point), 10)
    return Badge(x, y, 10, right, 10, 3 if isinstance(point, Place) and point.kind == "base" else 1)


def _name(place: Place | Site) -> str:
    if isinstance(place, Site):
        return ""
    return fits(place.name if place.kind == "base" else f"{place.id} {place.name}", 10, 130)


def _sign(point: Place | Site, badge: Badge, x: float, y: float, letters: dict[str, str]) -> list[str]:
    if isinstance(point, Site):
        return [
            f'<circle cx="{x}" cy="{y}" r="9" fill="#ffffff" stroke="{INK}" stroke-width="2"/>',
            f'<text x="{x}" y="{y + 4:.1f}" text-anchor="middle" font-weight="700">{letters[point.id]}</text>',
        ]
    shape = {
        "assembly": f'<path d="M{x} {y - 8:.1f}l9 15h-18z" fill="{INK}"/>',
        "custody": f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" fill="#ffffff" stroke="{INK}" '
        'stroke-width="3"/>',
        "base": f'<path d="M{x - 6:.1f} {y + 6:.1f}v-8l6-6 6 6v8z" fill="#ffffff" stroke="{INK}" stroke-width="1.4"/>',
    }[point.kind]
    ground = f'<rect x="{x + 10:.1f}" y="{y - 7:.1f}" width="{badge.right - 11:.1f}" height="14" fill="#ffffff" '
    name = f'<text x="{x + 12:.1f}" y="{y + 4:.1f}" font-size="10">{svg_text(_name(point))}</text>'
    return [shape, ground + 'fill-opacity="0.8"/>', name]


def _graticule(frame: Frame) -> list[str]:
    """Lines of latitude and longitude at round degrees, with their figures."""
    step = next((s for s in STEPS if s * KM_PER_DEGREE * frame.per_km > 80), STEPS[-1])
    digits = 3 if step < 0.01 else 2 if step < 0.1 else 1 if step < 1 else 0
    half_lat = frame.height / 2 / frame.per_km / KM_PER_DEGREE
    half_lon = min(180.0, WIDTH / 2 / frame.per_km / KM_PER_DEGREE / cos(radians(frame.lat)))
    lines = []
    for n in range(floor((frame.lat - half_lat) / step) + 1, floor((frame.lat + half_lat) / step) + 1):
        _, y = frame.xy(n * step, frame.lon)
        lines.append(f'<path d="M1 {y}H{WIDTH - 1}" stroke="{LINE}"/>')
        if 12 < y < frame.height - 18:
            told = f"{abs(n * step):.{digits}f}° {'N' if n >= 0 else 'S'}"
            lines.append(f'<text x="4" y="{y - 3:.1f}" font-size="9" fill="{QUIET}">{told}</text>')
    for n in range(floor((frame.lon - half_lon) / step) + 1, floor((frame.lon + half_lon) / step) + 1):
        x, _ = frame.xy(frame.lat, n * step)
        lines.append(f'<path d="M{x} 1V{frame.height - 1}" stroke="{LINE}"/>')
        if x < WIDTH - 200:
            told = f"{abs(n * step):.{digits}f}° {'E' if n >= 0 else 'W'}"
            lines.append(f'<text x="{x + 3:.1f}" y="{frame.height - 5}" font-size="9" fill="{QUIET}">{told}</text>')
    return lines


def _scale_bar(frame: Frame) -> list[str]:
    """A round number of kilometres, at most 150 pixels long."""
    most = 150 / frame.per_km
    power = 10 ** floor(log10(most))
    km = max(k * power for k in (1, 2, 5) if k * power <= most)
    told = f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"
    x, y, length = WIDTH - 20 - km * frame.per_km, frame.height - 12, km * frame.per_km
    return [
        f'<rect x="{x - 5:.1f}" y="{y - 20}" width="{length + 10:.1f}" height="25" fill="#ffffff"/>',
        f'<path d="M{x:.1f} {y - 5}v5h{length:.1f}v-5" fill="none" stroke="{INK}" stroke-width="2"/>',
        f'<text x="{x + length / 2:.1f}" y="{y - 7}" text-anchor="middle">{told}</text>',
    ]


def _north_arrow() -> list[str]:
    x = WIDTH - 22
    return [
        f'<path d="M{x} 10l8 24-8-6-8 6z" fill="{INK}"/>',
        f'<text x="{x}" y="47" text-anchor="middle" font-weight="700">N</text>',
    ]
