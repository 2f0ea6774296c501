"""Signs on a map find the nearest free place, so that none covers another."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, sin

GAP, STEP, FARTHEST, DIRECTIONS = 2.0, 5, 480, 24


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign at its true place in pixels, how far it reaches left, right, up and down; low ranks come first."""

    x: float
    y: float
    left: float
    right: float
    half_height: float
    rank: int = 1


def apart(badges: list[Badge], width: float, height: float) -> list[tuple[float, float]]:
    """Where each badge goes: its place if free, else the nearest free one; where none is, its place all the same."""
    at: dict[int, tuple[float, float]] = {}
    for i in sorted(range(len(badges)), key=lambda i: (badges[i].rank, i)):
        badge, taken = badges[i], [(badges[j], spot) for j, spot in at.items()]
        spots = (_inside(badge, x, y, width, height) for x, y in _around(badge.x, badge.y))
        at[i] = next((s for s in spots if not any(_covers(badge, s, *other) for other in taken)), (badge.x, badge.y))
    return [(round(at[i][0], 1), round(at[i][1], 1)) for i in range(len(badges))]


def _around(x: float, y: float) -> Iterator[tuple[float, float]]:
    """The place itself, then rings around it, each from the right."""
    yield x, y
    for radius in range(STEP, FARTHEST, STEP):
        for k in range(DIRECTIONS):
            angle = 2 * pi * k / DIRECTIONS
            yield x + radius * cos(angle), y + radius * sin(angle)


def _covers(a: Badge, at: tuple[float, float], b: Badge, bt: tuple[float, float]) -> bool:
    sideways = min(at[0] + a.right, bt[0] + b.right) - max(at[0] - a.left, bt[0] - b.left)
    return sideways > -GAP and abs(at[1] - bt[1]) < a.half_height + b.half_height + GAP


def _inside(badge: Badge, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    """The place moved so that the badge stays inside the drawing."""
    x = min(max(x, badge.left + 2), width - badge.right - 2)
    return x, min(max(y, badge.half_height + 2), height - badge.half_height - 2)
