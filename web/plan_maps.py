"""A plan's map, with streets and ways from the road service of this machine under it."""

import json
from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for

from models.plans import PlanLine
from models.road_settings import question_of
from planner.operation import Operation
from planner.plan import Plan
from planner.render.map import render_map
from planner.render.map_moves import movements
from planner.scenario import Scenario
from planner.travel import Travel
from planner.ways import NO_WAYS, MapWays, Pair, ways_document
from roads.client import NoRoads, RoadService
from roads.wire import MOST_WAYS
from web import plan_cache
from web.database import session
from web.language import language, t
from web.streets_under import tiled_areas, tiles_under, usable_areas

SECONDS = 20.0
"""For the ways of a plan: longer nobody waits for lines on a map."""


def map_html(operation: int, line: PlanLine) -> str:
    """The map of a plan in the reader's language; a site leads to its page, and to an order that concerns it."""
    basemap = current_app.config["BASEMAP"]
    if basemap is not None and basemap.endswith(".pmtiles"):
        basemap = url_for("front.basemap_file")
    areas = () if basemap else tuple(name for name, _ in tiled_areas())

    def make() -> str:
        shown = plan_cache.plan_view(line)
        site = url_for("things.page", operation=operation, table="sites", plan=line.scenario, id="")
        links = {t("Page of the site"): site, t("Give an order"): url_for("pins.page", operation=operation, site="")}
        points = [(point.lat, point.lon) for point in shown.scenario.operation.points_by_id.values()]
        names = tiles_under(points) if areas else ()
        ground = None if basemap else url_for("ground.of_operation", operation=operation, plan=line.scenario)
        return render_map(
            *(shown.scenario, shown.plan),
            basemap=basemap,
            address=_static,
            lang=language(),
            site_links=links,
            ground=ground,
            ways=url_for("ground.ways", operation=operation, plan=line.scenario),
            tiles=[url_for("ground.tiles", operation=operation, area=name, plan=line.scenario) for name in names],
        )

    return plan_cache.get_or_make(plan_cache.plan_cache().maps, (operation, line.origin, language(), areas), make, line)


def _static(name: str) -> str:
    return url_for("static", filename=name)


def ways_json(operation: int, line: PlanLine) -> str:
    """The ways of a plan as its map reads them."""
    points = plan_cache.plan_view(line).scenario.operation.points_by_id
    return json.dumps(ways_document(ways_of(operation, line), list(points)), separators=(",", ":"))


def ways_of(operation: int, line: PlanLine) -> MapWays:
    """The ways of a plan along roads, kept; none where it was not made on roads, or where nobody knows them now."""
    with session() as s:
        question = question_of(s, operation)
    settings, shown = question.settings, plan_cache.plan_view(line)
    points = shown.scenario.operation.points_by_id
    pairs = road_pairs(shown.scenario, shown.plan)
    if not settings.areas or not pairs:
        return NO_WAYS
    service = RoadService(current_app.config["AREAS"].parent, SECONDS)

    def make() -> MapWays:
        at = {end: (points[end].lat, points[end].lon) for pair in pairs for end in pair}
        told = service.ways(settings.areas, at, pairs, settings.vehicle, question.closures, question.clock)
        return planned_ways(shown.scenario.operation, pairs, told)

    try:
        return plan_cache.plan_cache().ways.get((line.origin, question.hash, usable_areas()), make)
    except NoRoads:
        return NO_WAYS


def road_pairs(scenario: Scenario, plan: Plan) -> list[Pair]:
    """From where to where somebody moves in a plan by minutes of its matrix, each once, in the order of time."""
    operation = scenario.operation
    if operation.matrix is None:
        return []
    known, legs = set(operation.matrix.ids), {(leg.source, leg.target) for leg in operation.legs}
    moves = sorted(movements(scenario, plan).moves, key=lambda move: move.depart)
    pairs = dict.fromkeys((move.source, move.target) for move in moves if move.source != move.target)
    return [pair for pair in pairs if pair not in legs and set(pair) <= known][:MOST_WAYS]


def planned_ways(operation: Operation, pairs: list[Pair], told: Mapping[str, Any]) -> MapWays:
    """The ways that take as long as the plan says: one that takes longer or shorter today is not the one it means."""
    travel = Travel(operation)
    found = {
        pair: tuple(way[1])
        for pair, way in zip(pairs, told["ways"], strict=True)
        if way is not None and way[0] == travel.minutes(*pair)
    }
    return MapWays(found, told["metres"])
