"""What is drawn on the board of a running operation: its tiles and its chart."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from flask import url_for
from markupsafe import Markup

from planner.plan import Plan
from planner.render.chart import ActualSpan, ChartActual, chart_svg
from planner.render.door_tiles import DoorTile, door_tiles
from planner.render.reasons import need_word
from planner.render.report_words import SITE_WORDS
from planner.reports import Code
from planner.reports.board import SuspectState
from web.language import language, t

if TYPE_CHECKING:
    from web.board_view import LiveBoard


def tiles_drawn(operation: int, board: "LiveBoard", sites: Iterable[str]) -> Markup:
    """A tile for each of these addresses, red in words where its squad lost somebody whom it needs."""
    tiles, lacks = [], {lack.site: lack.lacks for lack in board.lacks}
    behind: dict[str, list[SuspectState]] = {}
    for one in board.state.suspects.values():
        behind.setdefault(one.site, []).append(one)
    for key in sites:
        site, state = board.operation.sites_by_id[key], board.state.sites[key]
        status = t(SITE_WORDS[state.status])
        look = f"is-{state.status.replace('_', '-')}"
        if key in lacks:
            needs = t(", ").join(f"{need_word(need, lang=language())} ({n})" for need, n in lacks[key].items())
            status, look = "⚠ " + t("lacks {needs}", needs=needs), "is-lacking"
        suspects = behind.get(key, [])
        caught = sum(one.status in ("custody", "handed_over", "lodged") for one in suspects)
        told = f"{key} {site.address}, {state.unit or '–'}: {status}, {caught}/{len(suspects)}"
        href = url_for("things.page", operation=operation, table="sites", id=key)
        tiles.append(DoorTile(key, site.lat, site.lon, f"{key} {caught}/{len(suspects)}", status, look, told, href))
    return Markup(door_tiles(tiles, t("Addresses on the map")))  # drawn by us, every name in it escaped


def chart_drawn(board: "LiveBoard", part: Plan) -> Markup:
    """The synchronization chart with what was reported under what was planned."""
    actual = ChartActual(tuple(_spans(board, part)), board.state.now)
    return Markup(chart_svg(board.scenario, part, language(), actual=actual))  # drawn by us, every name escaped


PAIRS: Mapping[str, tuple[Code, Code]] = {"squad": ("entered", "left"), "forensic": ("entered", "search_done")}


def _spans(board: "LiveBoard", part: Plan) -> Iterable[ActualSpan]:
    for unit in part.units:
        if unit.kind in PAIRS:
            first, last = PAIRS[unit.kind]
            steps = {(step.code, step.place): step.said for step in board.state.units[unit.id].steps}
            for (code, place), said in steps.items():
                if code == first and said is not None:
                    yield ActualSpan(unit.id, place, said, steps.get((last, place)))
        for step in board.state.units[unit.id].steps:
            if step.code in ("handed_over", "lodged", "briefed") and step.said is not None:
                yield ActualSpan(unit.id, step.place, step.said - 1, step.said)
