"""Where the marks of a plot stand: bars, lines and letters, in the units of its drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Literal

from planner.render.plots import MOST_ROWS, Plot
from planner.render.svg import fits, text_width

WIDTH, SIZE = 440, 11  # units: a column of a page, in which they are about pixels; letters
EDGE, LEGEND, GAP = 4, 20, 9
BAR = 10
NAMES = 150  # units at most for the names of rows
HIGH, SCALE, TICK = 150, 38, 46  # columns: height, room for the scale, room for the name of an hour


@dataclass(frozen=True, slots=True)
class PlotBar:
    """A bar; `tone` is the number of its series, `told` what it says to those who point at it."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    told: str


@dataclass(frozen=True, slots=True)
class PlotText:
    """Letters on their base line."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class PlotLine:
    """A line: of the grid, the axis, a limit or a mark."""

    path: str
    kind: Literal["grid", "axis", "limit", "mark"]


@dataclass(frozen=True, slots=True)
class PlotDrawing:
    """A plot as its marks."""

    height: float
    bars: tuple[PlotBar, ...]
    lines: tuple[PlotLine, ...]
    texts: tuple[PlotText, ...]
    width: float = WIDTH


def draw_plot(plot: Plot) -> PlotDrawing:
    """The plot's marks, its legend on top."""
    legend = _legend(plot)
    body = _rows(plot, legend.height) if plot.form == "rows" else _columns(plot, legend.height)
    return PlotDrawing(body.height, legend.bars + body.bars, legend.lines + body.lines, legend.texts + body.texts)


def _legend(plot: Plot) -> PlotDrawing:
    """What each tone means, in as many lines as it takes; nothing where there is but one, without a limit."""
    if len(plot.columns) == 1:
        return PlotDrawing(EDGE, (), (), ())
    x, y = float(EDGE), float(EDGE)
    bars, lines, texts = list[PlotBar](), list[PlotLine](), list[PlotText]()
    for tone, series in enumerate(plot.columns):
        wide = 22 + text_width(series.name, SIZE)
        if x > EDGE and x + wide > WIDTH:
            x, y = float(EDGE), y + LEGEND
        if series is plot.limit:
            lines.append(PlotLine(f"M{x:.1f} {y + BAR / 2:.1f}h16", "limit"))
        else:
            bars.append(PlotBar(round(x, 1), y, 16, BAR, tone, series.name))
        texts.append(PlotText(round(x + 20, 1), y + BAR - 1, series.name))
        x += wide + 14
    return PlotDrawing(y + LEGEND, tuple(bars), tuple(lines), tuple(texts))


def _rows(plot: Plot, top: float) -> PlotDrawing:
    """A row for each category, a bar for each series, each with its figure behind it."""
    names = min(NAMES, max((text_width(name, SIZE) for name in plot.categories[:MOST_ROWS]), default=0))
    left, numbers = round(EDGE + names + 6, 1), text_width(f"{plot.most:,}", SIZE) + 8
    scale = (WIDTH - left - numbers) / max(1, plot.most)
    high = len(plot.series) * (BAR + 2) + GAP
    bars, texts = list[PlotBar](), list[PlotText]()
    for i, (name, values) in enumerate(islice(plot.rows, MOST_ROWS)):
        y = top + i * high
        texts.append(PlotText(left - 6, round(y + high / 2 - 1, 1), fits(name, SIZE, names), "end"))
        for tone, value in enumerate(values):
            at, wide = y + tone * (BAR + 2), round(value * scale, 1)
            told = f"{name}, {plot.series[tone].name}: {value:,}"
            bars.append(PlotBar(left, round(at, 1), wide, BAR, tone, told))
            texts.append(PlotText(round(left + wide + 4, 1), round(at + BAR - 1, 1), f"{value:,}", is_quiet=True))
    bottom = top + min(MOST_ROWS, len(plot.categories)) * high
    if plot.more:
        bottom += SIZE
        texts.append(PlotText(left, bottom - 3, plot.more, is_quiet=True))
    return PlotDrawing(
        bottom, tuple(bars), (PlotLine(f"M{left} {top - 2:.1f}V{bottom - GAP + 2:.1f}", "axis"),), tuple(texts)
    )


def _columns(plot: Plot, top: float) -> PlotDrawing:
    """A group of columns for each category, over an axis with names where there is room."""
    top += SIZE  # the mark's name stands above
    left, bottom, most = SCALE, top + HIGH, max(1, plot.most)
    step = (WIDTH - EDGE - left) / max(1, len(plot.categories))
    wide = max(1.0, (step - min(3, step / 4)) / len(plot.series))
    bars = [
        PlotBar(
            round(left + i * step + tone * wide, 1),
            round(bottom - value / most * HIGH, 1),
            round(wide, 1),
            round(value / most * HIGH, 1),
            tone,
            f"{name}, {series.name}: {value:,}",
        )
        for i, name in enumerate(plot.categories)
        for tone, (series, value) in enumerate(zip(plot.series, (s.values[i] for s in plot.series), strict=True))
        if value
    ]
    ticks = [(value, bottom - value / most * HIGH) for value in scale_values(most)]
    lines = [PlotLine(f"M{left} {y:.1f}H{WIDTH - EDGE}", "grid" if value else "axis") for value, y in ticks]
    texts = [PlotText(left - 5, round(y + 4, 1), f"{value:,}", "end", is_quiet=True) for value, y in ticks]
    if plot.limit is not None:
        at = bottom - plot.limit.values[0] / most * HIGH
        lines.append(PlotLine(f"M{left} {at:.1f}H{WIDTH - EDGE}", "limit"))
    if plot.mark is not None:
        x = round(left + plot.mark[0] * step, 1)
        lines.append(PlotLine(f"M{x} {top - 2:.1f}V{bottom:.1f}", "mark"))
        texts.append(PlotText(x, top - 4, plot.mark[1], "middle"))
    texts += _names(plot, left, step, bottom)
    return PlotDrawing(bottom + 2 * SIZE + 8, tuple(bars), tuple(lines), tuple(texts))


def scale_values(most: int) -> list[int]:
    """Round figures from 0 to `most`, five or so: 0, 20, 40, 60."""
    step = next(s for n in count() for s in (10**n, 2 * 10**n, 5 * 10**n) if most / s <= 5)
    return list(range(0, most + 1, step))


def _names(plot: Plot, left: float, step: float, bottom: float) -> Iterator[PlotText]:
    """Where every so many categories begin, and below it what stands in brackets where that changes."""
    every, before = max(1, -(-TICK // int(max(1, step)))), ""
    for i in range(0, len(plot.categories), every):
        name, _, rest = plot.categories[i].partition("\N{EN DASH}")[0].partition(" (")
        x = round(left + i * step, 1)
        yield PlotText(x, bottom + SIZE + 3, name, "middle", is_quiet=True)
        if rest != before:
            yield PlotText(x, bottom + 2 * SIZE + 5, rest.removesuffix(")"), "middle", is_quiet=True)
        before = rest
