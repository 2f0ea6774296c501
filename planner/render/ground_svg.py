"""The ground as lines of a vector map on paper: water, roads with dark edges, names; grey for any printer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import atan2, degrees, hypot, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from planner.ground import RANKS, UNIT, MapGround, Trace, name_in
from planner.render.svg import svg_text, text_width

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
Run = list[list[float]]
LEAST_PER_KM = (0.0, 1.5, 6.0, 12.0, 30.0, 90.0)
"""Pixels to a kilometre from which on roads of each rank are drawn."""
EDGES = (("#5a5a5a", 4.4), ("#6a6a6a", 3.8), ("#8a8a8a", 3.0), ("#9a9a9a", 2.4), ("#b4b4b4", 1.0), ("#c4c4c4", 0.7))
"""Colour and width of each rank's edges; those wider than CASED are white inside."""
CASED = 2.0
MOST_POINTS = 14_000
"""Of the roads of one map: lesser roads are left out where there would be more."""
WATER, SHORE, STREET_INK = "#e2e7eb", "#9aa5ae", "#3f3f3f"
NAME_SIZE, PLACE_SIZE = 7.0, 9.5
NAMED_PER_KM = (8.0, 20.0, 35.0, 45.0, 70.0, 1e9)
STRAIGHT = 0.96
LEAST_STEP = 0.4
"""Pixels, a tenth of a millimetre on paper: nearer points of a course are one."""


@dataclass(frozen=True)
class PaperFrame:
    """A map's size in pixels, its scale, and `xy`: pixels to the right and down of degrees (longitudes, latitudes)."""

    width: int
    height: int
    per_km: float
    xy: Callable[[Floats, Floats], tuple[Floats, Floats]]
    degrees: Box


@dataclass(frozen=True)
class Courses:
    """Courses one after the other: all points in degrees, where each begins, and its box (west, south, east, north)."""

    points: Floats
    starts: NDArray[np.int64]
    boxes: Floats

    def near(self, box: Box) -> NDArray[np.int64]:
        """Numbers of the courses whose box meets the box."""
        west, south, east, north = self.boxes.T
        return np.flatnonzero((west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1]))


def courses_of(traces: Sequence[Trace]) -> Courses:
    """The courses, decoded."""
    counts = np.array([len(trace) // 2 for trace in traces], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    if not len(counts):
        return Courses(np.empty((0, 2)), starts, np.empty((0, 4)))
    steps = np.array([number for trace in traces for number in trace], np.int64).reshape(-1, 2)
    summed = np.cumsum(steps, axis=0)
    before = np.vstack([[0, 0], summed])[starts[:-1]]
    points = (summed - np.repeat(before, counts, axis=0)) * UNIT
    first = starts[:-1]
    return Courses(points, starts, np.hstack([np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)]))


@dataclass(frozen=True)
class PaperGround:
    """A ground made ready to be drawn on many maps."""

    ground: MapGround

    @cached_property
    def roads(self) -> Courses:
        """All roads' courses."""
        return courses_of([trace for road in self.ground.roads for trace in road.traces])

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """The rank of each course of the roads."""
        return np.array([road.rank for road in self.ground.roads for _ in road.traces], np.int64)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each course of the roads."""
        return tuple(road.name for road in self.ground.roads for _ in road.traces)

    @cached_property
    def water(self) -> tuple[Courses, ...]:
        """The rings of each area of water."""
        return tuple(courses_of(rings) for rings in self.ground.water)

    def covers(self, frame: PaperFrame) -> bool:
        """Whether there is a road in the frame."""
        return len(self.roads.near(frame.degrees)) > 0

    @cached_property
    def streams(self) -> Courses:
        """Rivers and coasts."""
        return courses_of(self.ground.streams)


def ground_lines(paper: PaperGround, frame: PaperFrame, taken: Sequence[Box], lang: str) -> list[str]:
    """What lies under a map, the lowest first, cut at its frame; names keep off the boxes that are taken (pixels)."""
    runs = [_runs(paper.roads, numbers, frame) for numbers in _roads_that_fit(paper, frame)]
    lines = [
        f'<clipPath id="ground"><path d="M1 1H{frame.width - 1}V{frame.height - 1}H1z"/></clipPath>',
        '<g clip-path="url(#ground)" stroke-linejoin="round" stroke-linecap="round">',
        *_water(paper, frame),
    ]
    for rank in range(RANKS - 1, -1, -1):
        drawn = _path(run for _, run in runs[rank])
        if drawn:
            colour, width = EDGES[rank][0], round(EDGES[rank][1] * _thickness(frame), 2)
            lines.append(f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
            if width > CASED:
                lines.append(f'<path d="{drawn}" fill="none" stroke="#ffffff" stroke-width="{width - 1.1:.2f}"/>')
    boxes = [*taken]
    lines += _place_names(paper, frame, boxes, lang)
    lines += _street_names(paper, frame, runs, boxes)
    return [*lines, "</g>", *_credit(paper.ground, frame)]


def _thickness(frame: PaperFrame) -> float:
    """What widths of roads are multiplied by: thin from afar, wide from near by."""
    return min(1.4, max(0.45, sqrt(frame.per_km / 60)))


def _roads_that_fit(paper: PaperGround, frame: PaperFrame) -> list[list[int]]:
    """Rank -> numbers of the courses to draw: all ranks that the scale shows, as far as MOST_POINTS allow."""
    near, kept, left = paper.roads.near(frame.degrees), list[list[int]](), MOST_POINTS
    ranks, counts = paper.ranks[near] if len(near) else near, np.diff(paper.roads.starts)[near]
    for rank in range(RANKS):
        own = near[ranks == rank]
        left -= int(counts[ranks == rank].sum())
        kept.append(own.tolist() if frame.per_km >= LEAST_PER_KM[rank] and (left >= 0 or rank <= 1) else [])
    return kept


def _runs(courses: Courses, numbers: Sequence[int], frame: PaperFrame) -> list[tuple[int, Run]]:
    """The parts of the courses that the frame shows, in pixels, points that come out on the same spot taken once."""
    if not len(numbers):
        return []
    chosen = np.asarray(numbers, np.int64)
    counts = courses.starts[chosen + 1] - courses.starts[chosen]
    ends = np.cumsum(counts)
    picked = np.repeat(courses.starts[chosen] - ends + counts, counts) + np.arange(ends[-1])
    owner = np.repeat(chosen, counts)
    at = np.round(np.stack(frame.xy(*courses.points[picked].T), axis=1), 1)
    low, high = np.minimum(at[:-1], at[1:]), np.maximum(at[:-1], at[1:])
    corner = np.array([frame.width + 4, frame.height + 4])
    is_step = np.array((high >= -4).all(axis=1) & (low <= corner).all(axis=1), bool)
    is_step[ends[:-1] - 1] = False
    comes, goes = np.concatenate([[False], is_step]), np.concatenate([is_step, [False]])
    is_moved = np.concatenate([[True], (np.abs(np.diff(at, axis=0)) > LEAST_STEP).any(axis=1)])
    kept = np.flatnonzero((comes | goes) & (is_moved | ~comes | ~goes))
    first = np.flatnonzero(~comes[kept])
    spots, owners = at[kept].tolist(), owner[kept].tolist()
    bounds = [*first.tolist(), len(spots)]
    return [(owners[i], spots[i:j]) for i, j in pairwise(bounds)]


def _path(runs: Iterable[Run], end: str = "") -> str:
    return "".join("M" + "L".join([f"{x:g} {y:g}" for x, y in run]) + end for run in runs if len(run) > 1)


def _water(paper: PaperGround, frame: PaperFrame) -> Iterator[str]:
    """Lakes and the sea as areas, rivers as lines."""
    for rings in paper.water:
        if len(rings.near(frame.degrees)):
            whole = (rings.points[a:b] for a, b in zip(rings.starts[:-1], rings.starts[1:], strict=True))
            shape = _path((np.round(np.stack(frame.xy(*p.T), axis=1), 1).tolist() for p in whole), "z")
            yield f'<path d="{shape}" fill="{WATER}" fill-rule="evenodd" stroke="{SHORE}" stroke-width="0.6"/>'
    found = paper.streams.near(frame.degrees).tolist()
    if drawn := _path(run for _, run in _runs(paper.streams, found, frame)):
        yield f'<path d="{drawn}" fill="none" stroke="{SHORE}" stroke-width="1.6"/>'


def _place_names(paper: PaperGround, frame: PaperFrame, taken: list[Box], lang: str) -> Iterator[str]:
    west, south, east, north = frame.degrees
    for label in paper.ground.labels:
        if west <= label.lon <= east and south <= label.lat <= north and (label.rank <= 1 or frame.per_km >= 20):
            (x,), (y,) = frame.xy(np.array([label.lon]), np.array([label.lat]))
            yield from _name(frame, taken, name_in(label, lang), PLACE_SIZE, float(x), float(y), 0)


def _street_names(
    paper: PaperGround, frame: PaperFrame, runs: list[list[tuple[int, Run]]], taken: list[Box]
) -> Iterator[str]:
    for rank, found in enumerate(runs):
        if frame.per_km >= NAMED_PER_KM[rank]:
            for number, run in found:
                if name := paper.names[number]:
                    spot = straight_part(run, text_width(name, NAME_SIZE) + 4)
                    yield from _name(frame, taken, name, NAME_SIZE, *spot) if spot else ()


def straight_part(points: Run, wanted: float) -> tuple[float, float, float] | None:
    """The middle and the turn (degrees, to be read from the left) of the longest nearly straight part of a course.

    None where no such part is as long as wanted (pixels).
    """
    best, found, a, length = wanted, None, 0, 0.0
    for b in range(1, len(points)):
        length += hypot(points[b][0] - points[b - 1][0], points[b][1] - points[b - 1][1])
        chord = hypot(points[b][0] - points[a][0], points[b][1] - points[a][1])
        while a < b - 1 and chord < STRAIGHT * length:
            length -= hypot(points[a + 1][0] - points[a][0], points[a + 1][1] - points[a][1])
            a += 1
            chord = hypot(points[b][0] - points[a][0], points[b][1] - points[a][1])
        if chord >= best:
            turn = atan2(points[b][1] - points[a][1], points[b][0] - points[a][0])
            turn += pi if turn < -pi / 2 else -pi if turn > pi / 2 else 0
            middle = (points[a][0] + points[b][0]) / 2, (points[a][1] + points[b][1]) / 2
            best, found = chord, (*middle, degrees(turn))
    return found


def _name(
    frame: PaperFrame, taken: list[Box], name: str, size: float, x: float, y: float, turn: float
) -> Iterator[str]:
    """The name with a white rim, where nothing else is named; nothing otherwise."""
    half, high = text_width(name, size) / 2 + 2, size / 2 + 1
    cos, sin = abs(np.cos(np.radians(turn))), abs(np.sin(np.radians(turn)))
    wide, tall = float(half * cos + high * sin), float(half * sin + high * cos)
    box = (x - wide, y - tall, x + wide, y + tall)
    outside = box[0] < 2 or box[1] < 2 or box[2] > frame.width - 2 or box[3] > frame.height - 14
    if outside or any(_overlap(box, other) for other in taken):
        return
    taken.append(box)
    weight = ' font-weight="700"' if size == PLACE_SIZE else ""
    where = f'x="{x:.1f}" y="{y + 0.35 * size:.1f}" transform="rotate({turn:.1f} {x:.1f} {y:.1f})"'
    look = f'text-anchor="middle" font-size="{size}"{weight}'
    text = svg_text(name)
    yield f'<text {where} {look} fill="#ffffff" stroke="#ffffff" stroke-width="2">{text}</text>'
    yield f'<text {where} {look} fill="{STREET_INK}">{text}</text>'


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _credit(ground: MapGround, frame: PaperFrame) -> list[str]:
    told = f"{ground.credit} {ground.day}".strip()
    y, width = frame.height - 4, text_width(told, 8) + 8
    return [
        f'<rect x="1" y="{frame.height - 13}" width="{width:.1f}" height="12" fill="#ffffff"/>',
        f'<text x="4" y="{y}" font-size="8" fill="{STREET_INK}">{svg_text(told)}</text>',
    ]
