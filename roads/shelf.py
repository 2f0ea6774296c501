"""The areas that a process has loaded: it follows what is added to and removed from their folder."""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roads.closures import OPEN_ROADS, Bars
from roads.crossing import Waters
from roads.engine import RoadRoute, Roads
from roads.factors import BadFactors, Factors, factors_of
from roads.manifest import MANIFEST, BadPack, pack_folders
from roads.pack import Area, open_area
from roads.profile import Profile, profile
from roads.snapping import Joint
from roads.wire import Message

LOOK_SECONDS = 1.0
FIRST_VEHICLE = "car"
log = logging.getLogger(__name__)


Driven = tuple[str, tuple[tuple[str, float], ...]]
"""A vehicle, and the factors by road class."""
MOST_ENGINES = 4


class Unready(Exception):
    """An area that cannot be asked now: `code` is no-area, loading, bad-area or bad-factors."""

    def __init__(self, code: str, area: str, text: str) -> None:
        self.code, self.area = code, area
        super().__init__(text)


class LoadedArea(Area):
    """An area whose engines stay in memory: of the vehicles and factors that were asked for, the last few.

    An engine may only be used by the thread that made it: each area has a thread of its own.
    """

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, f"area {self.name}")

    @cached_property
    def _engines(self) -> dict[Driven, Roads]:
        return {}

    def roads(self, figures: Profile, vehicle: str) -> Roads:
        """The engine for a vehicle, made once; it may be asked from any thread."""
        driven = vehicle, tuple(sorted(figures.factors.items()))
        self._thread.submit(self._made, figures, driven).result()
        return _AskedElsewhere(self._thread, self._engines, driven)

    def _made(self, figures: Profile, driven: Driven) -> None:
        if driven in self._engines:
            self._engines[driven] = self._engines.pop(driven)
        else:
            while len(self._engines) >= MOST_ENGINES:
                del self._engines[next(iter(self._engines))]
            began, vehicle = time.monotonic(), driven[0]
            self._engines[driven] = super().roads(figures, vehicle)
            log.info("area %s: ways of a %s are ready after %.1f s", self.name, vehicle, time.monotonic() - began)

    @cached_property
    def waters(self) -> Waters:
        """The waters of the area."""
        return Waters(self.layers)

    def let_go(self) -> None:
        """Nothing of the area is in memory any more, once nobody asks it."""
        self._thread.submit(self._engines.clear)
        self._thread.shutdown(wait=False)


class _AskedElsewhere(Roads):
    """An engine that is asked in its own thread."""

    def __init__(self, thread: ThreadPoolExecutor, engines: Mapping[Driven, Roads], driven: Driven) -> None:
        self._thread, self._engines, self._driven = thread, engines, driven

    def minutes(self, joints: Sequence[Joint], bars: Bars = OPEN_ROADS) -> NDArray[np.int32]:
        """As the engine's."""
        return self._thread.submit(lambda: self._engines[self._driven].minutes(joints, bars)).result()

    def milliseconds(self, joints: Sequence[Joint], bars: Bars = OPEN_ROADS) -> NDArray[np.int64]:
        """As the engine's."""
        return self._thread.submit(lambda: self._engines[self._driven].milliseconds(joints, bars)).result()

    def route(self, source: Joint, target: Joint, bars: Bars = OPEN_ROADS) -> RoadRoute | None:
        """As the engine's."""
        return self._thread.submit(lambda: self._engines[self._driven].route(source, target, bars)).result()

    def routes(self, pairs: Sequence[tuple[Joint, Joint]], bars: Bars = OPEN_ROADS) -> list[RoadRoute | None]:
        """As the engine's."""
        return self._thread.submit(lambda: self._engines[self._driven].routes(pairs, bars)).result()


@dataclass(frozen=True)
class _Standing:
    """How it stands with an area; `mark` tells its manifest from others."""

    mark: str
    state: str
    reason: str = ""
    area: LoadedArea | None = None


class Shelf:
    """Loads areas as they come, one after the other, and lets go those that went."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._standing: dict[str, _Standing] = {}

    def follow(self, end: threading.Event) -> None:
        """What lies in the folder is loaded, until the end."""
        while not end.is_set():
            try:
                self.look(end)
            except Exception:
                log.exception("the folder of areas could not be looked at")
            end.wait(LOOK_SECONDS)

    def look(self, end: threading.Event | None = None) -> None:
        """What is in the folder now is loaded, and nothing else."""
        there = {folder.name: (folder, _mark(folder)) for folder in pack_folders(self._folder)}
        for name in [name for name in self._standing if name not in there]:
            _let_go(self._standing.pop(name))
            log.info("area %s was removed", name)
        new = {
            name: found
            for name, found in there.items()
            if name not in self._standing or self._standing[name].mark != found[1]
        }
        for name in new:
            _let_go(self._standing.get(name))
        self._standing |= {name: _Standing(mark, "loading") for name, (_, mark) in new.items()}
        for name, (folder, mark) in new.items():
            if end is None or not end.is_set():
                self._standing[name] = _loaded(folder, mark)

    def factors(self) -> Factors:
        """The installation's factors of the time of day. Raises Unready."""
        try:
            return factors_of(self._folder)
        except (BadFactors, OSError) as error:
            raise Unready("bad-factors", "", "the table of factors cannot be taken") from error

    def told(self) -> dict[str, Message]:
        """Name -> state, reason and source of each area."""
        return {
            name: {
                "state": standing.state,
                "reason": standing.reason,
                "source": "" if standing.area is None else standing.area.manifest.source_sha256,
            }
            for name, standing in sorted(self._standing.items())
        }

    def areas(self, names: Sequence[str]) -> list[LoadedArea]:
        """The areas of these names. Raises Unready."""
        return [self._ready(name) for name in names]

    def close(self) -> None:
        """Nothing is loaded any more."""
        while self._standing:
            _let_go(self._standing.popitem()[1])

    def _ready(self, name: str) -> LoadedArea:
        standing = self._standing.get(name)
        if standing is None:
            raise Unready("no-area", name, f"there is no area {name}")
        if standing.state == "bad" or standing.area is None:
            code = "bad-area" if standing.state == "bad" else "loading"
            raise Unready(code, name, standing.reason or f"area {name} is being loaded")
        return standing.area


def _mark(folder: Path) -> str:
    """What tells this pack from others that had its name before; "" for a folder without a manifest."""
    try:
        manifest = folder / MANIFEST
        return f"{manifest.stat().st_ino}-{hashlib.sha256(manifest.read_bytes()).hexdigest()}"
    except OSError:
        return ""


def _let_go(standing: _Standing | None) -> None:
    if standing is not None and standing.area is not None:
        standing.area.let_go()


def _loaded(folder: Path, mark: str) -> _Standing:
    """The area in the folder, or why it cannot be used."""
    name, began = folder.name, time.monotonic()
    try:
        told = open_area(folder)
        area = LoadedArea(told.folder, told.manifest)
        log.info("area %s: reading %d stretches of road", name, area.manifest.num_stretches)
        graph = area.graph
        log.info("area %s: sorting %d points of roads by place", name, len(graph.points))
        area.snapper.joint(0, 0)
        area.waters.between((0, 0), (0, 0))
        log.info("area %s: ways over %d junctions", name, graph.num_nodes)
        area.roads(profile(), FIRST_VEHICLE)
    except BadPack as error:
        log.warning("area %s cannot be used: %s", name, error)
        return _Standing(mark, "bad", str(error))
    except Exception as error:
        log.exception("area %s cannot be used", name)
        return _Standing(mark, "bad", f"area {name} could not be loaded ({type(error).__name__})")
    log.info("area %s is ready after %.1f s", name, time.monotonic() - began)
    return _Standing(mark, "ready", "", area)
