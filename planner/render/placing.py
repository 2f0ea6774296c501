"""Signs on a map are moved apart until none covers another."""

from dataclasses import dataclass

GAP, ROUNDS = 3.0, 200


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign at its true place in pixels, how far it reaches to the left, right, up and down, how easily it moves."""

    x: float
    y: float
    left: float
    right: float
    half_height: float
    ease: int = 1


def apart(badges: list[Badge], width: float, height: float) -> list[tuple[float, float]]:
    """Where each badge goes: at its place, or as near as it fits; the same badges give the same answer."""
    at = [(b.x, b.y) for b in badges]
    for _ in range(ROUNDS):
        moved = False
        for i in range(len(badges)):
            for j in range(i):
                moved |= _push(badges, at, i, j)
        at = [_inside(b, x, y, width, height) for b, (x, y) in zip(badges, at, strict=True)]
        if not moved:
            break
    return [(round(x, 1), round(y, 1)) for x, y in at]


def _push(badges: list[Badge], at: list[tuple[float, float]], i: int, j: int) -> bool:
    """Two badges that overlap are moved apart the shorter way; True when they overlapped."""
    a, b, (ax, ay), (bx, by) = badges[i], badges[j], at[i], at[j]
    # How far the two rectangles reach into each other, sideways and upright; the gap is left free between them.
    sideways = (ax + a.right) - (bx - b.left) if ax <= bx else (bx + b.right) - (ax - a.left)
    upright = a.half_height + b.half_height - abs(ay - by)
    if sideways <= 0 or upright <= 0:
        return False
    part = a.ease / (a.ease + b.ease)
    if sideways < upright:
        step = (sideways + GAP) * (-1 if ax <= bx else 1)
        at[i], at[j] = (ax + step * part, ay), (bx - step * (1 - part), by)
    else:
        step = (upright + GAP) * (-1 if ay < by else 1)
        at[i], at[j] = (ax, ay + step * part), (bx, by - step * (1 - part))
    return True


def _inside(badge: Badge, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    """The place moved so that the badge stays inside the drawing."""
    x = min(max(x, badge.left + 2), width - badge.right - 2)
    return x, min(max(y, badge.half_height + 2), height - badge.half_height - 2)
