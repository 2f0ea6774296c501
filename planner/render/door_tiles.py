"""A tile for each door where it lies on the map, moved apart so that each can be read, as SVG without script or style.

What a door's status is says a letter and a pattern of the frame beside the colour of its class.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from math import cos, radians

from planner.render.svg import fits, svg_text

CELL_WIDE, CELL_HIGH, GAP = 74, 34, 4


@dataclass(frozen=True, slots=True)
class DoorTile:
    """A door: where it lies (degrees), what stands on its tile in two lines, its class, and where it leads."""

    key: str
    lat: float
    lon: float
    first: str
    second: str
    look: str
    told: str
    href: str = ""


def door_tiles(tiles: Iterable[DoorTile], name: str) -> str:
    """The tiles as an SVG document; nothing for none."""
    every = list(tiles)
    if not every:
        return ""
    columns, rows, spots = _spots(every)
    wide, high = columns * (CELL_WIDE + GAP) + GAP, rows * (CELL_HIGH + GAP) + GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="group" class="door-tiles" aria-label="{svg_text(name)}">'
    ]
    for tile, (column, row) in zip(every, spots, strict=True):
        lines += _tile(tile, GAP + column * (CELL_WIDE + GAP), GAP + row * (CELL_HIGH + GAP))
    return "\n".join([*lines, "</svg>"])


def _tile(tile: DoorTile, x: int, y: int) -> Iterator[str]:
    yield f'<a href="{svg_text(tile.href)}" class="door {svg_text(tile.look)}" data-site="{svg_text(tile.key)}">'
    yield f"<title>{svg_text(tile.told)}</title>"
    yield f'<rect x="{x}" y="{y}" width="{CELL_WIDE}" height="{CELL_HIGH}" rx="3"/>'
    first, second = fits(tile.first, 12, CELL_WIDE - 8), fits(tile.second, 10.5, CELL_WIDE - 8)
    yield f'<text x="{x + 5}" y="{y + 14}" font-size="12" font-weight="700">{svg_text(first)}</text>'
    yield f'<text x="{x + 5}" y="{y + 28}" font-size="10.5">{svg_text(second)}</text></a>'


def _spots(tiles: list[DoorTile]) -> tuple[int, int, list[tuple[int, int]]]:
    """Columns and rows of a grid with room for all, and the cell of each: the free one nearest to where it lies."""
    middle = sum(tile.lat for tile in tiles) / len(tiles)
    xs = [tile.lon * cos(radians(middle)) for tile in tiles]
    ys = [-tile.lat for tile in tiles]
    columns = min(14, max(3, round((2 * len(tiles)) ** 0.5)))
    rows = -(-2 * len(tiles) // columns)
    wanted = list(zip(_scaled(xs, columns - 1), _scaled(ys, rows - 1), strict=True))
    taken: dict[tuple[int, int], None] = {}
    spots = [(0, 0)] * len(tiles)
    for i in sorted(range(len(tiles)), key=lambda one: (wanted[one][1], wanted[one][0], tiles[one].key)):
        spots[i] = next(cell for cell in _around(*wanted[i], columns, rows) if cell not in taken)
        taken[spots[i]] = None
    used_columns, used_rows = sorted({c for c, _ in spots}), sorted({r for _, r in spots})
    return (
        len(used_columns),
        len(used_rows),
        [(used_columns.index(column), used_rows.index(row)) for column, row in spots],
    )


def _scaled(values: list[float], most: int) -> list[int]:
    least, greatest = min(values), max(values)
    span = greatest - least
    return [round((value - least) / span * most) if span else most // 2 for value in values]


def _around(column: int, row: int, columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """The cells of the grid in the order of their distance from one."""
    yield column, row
    for far in count(1):
        ring = [
            (c, r)
            for c in range(column - far, column + far + 1)
            for r in range(row - far, row + far + 1)
            if max(abs(c - column), abs(r - row)) == far and 0 <= c < columns and 0 <= r < rows
        ]
        yield from sorted(ring, key=lambda cell: ((cell[0] - column) ** 2 + (cell[1] - row) ** 2, cell))
        if far > columns + rows:
            return
