"""Looks for the roads and bridges that a stress test closes: those that the plan's ways share, and need."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs.looking import keep_looking
from models import sweep_roads
from models.database import Database, now
from models.sweep_roads import RoadSearchTask
from planner.edits import MINUTES, POINTS, Edit
from planner.files import parse_plan
from planner.render.timeline import timeline
from planner.road_minutes import changed_cells, different
from planner.sweeps.variants import Variant, closed_road
from roads.client import NoRoads, RoadService
from roads.wire import MOST_WAYS

MOST_CANDIDATES = 40
"""Bridges, and as many roads beside them, that are closed for a try: those that most ways share."""
MOST_SECONDS = 90.0
"""For all tries together; what is not tried by then is left out."""
ALIKE = 0.8
"""Two roads are alike whose closures make nearly the same ways longer: this share of those that either does."""
PATIENCE = timedelta(minutes=2)
"""How long a road service that may yet answer is asked again."""
PASSING = ("not-there", "slow", "loading", "busy")
log = logging.getLogger(__name__)
Pair = tuple[str, str]


class RoadSearch:
    """Looks for the roads of stress tests that wait for them."""

    def __init__(self, database_url: str, service: RoadService) -> None:
        self._url, self._service = database_url, service

    def run(self, end: threading.Event) -> None:
        """Roads are looked for until the end, of whatever the database holds then."""
        keep_looking(self._url, self.look, end, "roads of stress tests")

    def look(self, database: Database) -> None:
        """What waits now is looked for. Raises Unavailable, Replaced."""
        with database.session() as session:
            keys = sweep_roads.waiting(session)
        for key in keys:
            with database.session() as session:
                task, moment = sweep_roads.task_of(session, key), now(session)
            try:
                found = closed_roads(self._service, task)
            except NoRoads as error:
                if error.code in PASSING and moment - task.asked_at < PATIENCE:
                    continue
                log.warning("stress test %d: no roads: %s", key, error)
                with database.session() as session:
                    sweep_roads.put_failure(session, key, error.code, error.area)
            except Exception:
                with database.session() as session:
                    sweep_roads.put_failure(session, key, "internal")
                raise
            else:
                with database.session() as session:
                    sweep_roads.put_found(session, key, found)


@dataclass(frozen=True, slots=True)
class Closed:
    """A road with what its closure does: cells that count then, ways that get longer, and by how much (`order`)."""

    row: Mapping[str, Any]
    cells: list[list[Any]]
    ways: frozenset[Pair]
    order: tuple[int, int]

    @property
    def is_bridge(self) -> bool:
        """Whether it is a bridge."""
        return bool(self.row["shape"] == "bridge")

    def is_like(self, other: "Closed") -> bool:
        """Whether the closures make nearly the same ways longer."""
        return len(self.ways & other.ways) >= ALIKE * len(self.ways | other.ways)


def closed_roads(service: RoadService, task: RoadSearchTask) -> list[Variant]:
    """The roads and bridges whose closure makes the plan's ways longest, the worst first. Raises NoRoads."""
    driven = driven_pairs(task)
    settings, closures, clock = task.question.settings, task.question.closures, task.question.clock
    points = {row["id"]: (row["lat"], row["lon"]) for table in POINTS for row in task.operation.get(table, ())}
    pairs = [pair for pair, _ in driven.most_common(MOST_WAYS)]
    areas, vehicle = settings.areas, settings.vehicle
    shared = service.shared(areas, points, pairs, MOST_CANDIDATES, vehicle, closures, clock)
    usual, late = service.minutes(areas, points, vehicle, closures, clock), time.monotonic() + MOST_SECONDS
    tried: list[Closed] = []
    for row in sorted(shared, key=lambda one: -one["ways"]):
        if time.monotonic() > late:
            log.info("stress test %d: %d of %d roads were tried in time", task.sweep, len(tried), len(shared))
            break
        closure = {key: row[key] for key in ("name", "shape", "corners")}
        made = service.minutes(areas, points, vehicle, (*closures, closure), clock)
        tried.append(_closed(task, closure, usual, made, driven))
    worst = _unlike(sorted((one for one in tried if one.ways), key=lambda one: one.order, reverse=True))
    return [
        closed_road(one.row, (Edit("travel", MINUTES, {"points": [], "cells": one.cells}),))
        for one in worst[: task.most]
    ]


def driven_pairs(task: RoadSearchTask) -> Counter[Pair]:
    """From where to where anybody drives in the plan by minutes of its matrix, and how many do."""
    scenario, plan = task.asked.scenario(), parse_plan(task.plan)
    if scenario.operation.matrix is None:
        return Counter()
    known, legs = set(scenario.operation.matrix.ids), {(leg.source, leg.target) for leg in scenario.operation.legs}
    moves = ((move.source, move.target) for move in timeline(scenario, plan).movements)
    return Counter(pair for pair in moves if pair[0] != pair[1] and pair not in legs and known.issuperset(pair))


def _closed(
    task: RoadSearchTask,
    closure: Mapping[str, Any],
    usual: Mapping[str, Any],
    made: Mapping[str, Any],
    driven: Counter[Pair],
) -> Closed:
    """What the closure does to the plan's ways."""
    cells = changed_cells(task.operation, task.imported, different(made["ids"], usual["minutes"], made["minutes"]))
    at = {name: i for i, name in enumerate(usual["ids"])}
    ways, num_lost, later = set[Pair](), 0, 0
    for a, b, new in cells:
        if num := driven[a, b]:
            ways.add((a, b))
            num_lost += num if new is None else 0
            later += 0 if new is None else num * (new - usual["minutes"][at[a]][at[b]])
    return Closed(closure, cells, frozenset(ways), (num_lost, later))


def _unlike(ranked: Sequence[Closed]) -> list[Closed]:
    """Of roads that are alike the first, or the first bridge."""
    kept: list[Closed] = []
    for one in ranked:
        twin = next((i for i, other in enumerate(kept) if one.is_like(other)), None)
        if twin is None:
            kept.append(one)
        elif one.is_bridge and not kept[twin].is_bridge:
            kept[twin] = one
    return kept
