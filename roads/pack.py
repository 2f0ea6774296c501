"""An area pack: an extract made ready for use, as arrays in a folder. The same extract gives the same bytes."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from roads.boxes import boxes_of
from roads.engine import Roads
from roads.graph import ARRAYS, Graph, graph_of
from roads.layers import PARTS, Layer, read_layers
from roads.manifest import CREDIT, FORMAT, MANIFEST, TILES, BadPack, Manifest, read_manifest
from roads.ordering import order_apart
from roads.profile import Profile, profile
from roads.reading import BadExtract, Tell, check_extract, read_ways
from roads.snapping import Snapper
from roads.tags import RoadKind

MARGIN = 0.01
"""Degrees beyond the outermost road, about a kilometre, within which a point may still join it."""
PMTILES = b"PMTiles\x03"
KINDS, LAYERS, ORDER = "kinds.json", "layers.json", "order.npy"

Orders = Callable[[Graph], NDArray[np.uint32]]


@dataclass(frozen=True)
class Area:
    """A pack as it lies in its folder; what is asked of it is read then."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """What the area is called."""
        return self.folder.name

    @cached_property
    def graph(self) -> Graph:
        """The road graph."""
        arrays = {name: self._array(f"{name}.npy") for name in ARRAYS}
        kinds = tuple(RoadKind(*row) for row in json.loads(self._checked(KINDS)))
        return Graph(
            **arrays, kinds=kinds, num_nodes=self.manifest.num_nodes, num_stretches=self.manifest.num_stretches
        )

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """What a map shows beside the roads: "lines", "water", "outlines", "places"."""
        names = json.loads(self._checked(LAYERS))
        return {
            layer: Layer(**{part: self._array(f"{layer}-{part}.npy") for part in PARTS}, names=tuple(map(tuple, told)))
            for layer, told in names.items()
        }

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """West, south, east and north of each stretch of the graph, in degrees."""
        return boxes_of(self.graph.points, self.graph.starts)

    @cached_property
    def snapper(self) -> Snapper:
        """What joins points to the roads."""
        return Snapper(self.graph)

    def roads(self, figures: Profile, vehicle: str) -> Roads:
        """The engine for a vehicle."""
        return Roads(self.graph, self._array(ORDER), figures, vehicle)

    def covers(self, lat: float, lon: float) -> bool:
        """Whether the point lies within the extent, or just outside it."""
        west, south, east, north = self.manifest.extent
        return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN

    def _checked(self, name: str) -> bytes:
        content = (self.folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.manifest.files.get(name):
            raise BadPack(f"Area {self.name} is damaged ({name} was changed): remove it and add it again")
        return content

    def _array(self, name: str) -> NDArray[Any]:
        self._checked(name)
        array: NDArray[Any] = np.load(self.folder / name, allow_pickle=False)
        return array


def open_area(folder: Path) -> Area:
    """The pack in a folder. Raises BadPack."""
    return Area(folder, read_manifest(folder))


def make_pack(extract: Path, folder: Path, tell: Tell, order_junctions: Orders = order_apart) -> Area:
    """The folder, which is new, is the pack of the extract. Raises BadExtract, OSError; leaves a part of it then."""
    check_extract(extract)
    figures = profile()
    with extract.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    graph = graph_of(read_ways(extract, figures, tell))
    layers = read_layers(extract, tell)
    tell("order", graph.num_nodes)
    order = order_junctions(graph)
    tell("writing", graph.num_stretches)
    folder.mkdir(mode=0o700)
    for name in ARRAYS:
        _save(folder / f"{name}.npy", getattr(graph, name))
    _save(folder / ORDER, order)
    _write(folder / KINDS, json.dumps(graph.kinds, ensure_ascii=False).encode())
    _write(
        folder / LAYERS, json.dumps({name: layer.names for name, layer in layers.items()}, ensure_ascii=False).encode()
    )
    for name, layer in layers.items():
        for part in PARTS:
            _save(folder / f"{name}-{part}.npy", getattr(layer, part))
    west, south = (graph.points.min(axis=0) / 1e7).tolist()
    east, north = (graph.points.max(axis=0) / 1e7).tolist()
    manifest = Manifest(
        format=FORMAT,
        profile=figures.version,
        source_sha256=digest,
        source_bytes=extract.stat().st_size,
        source_date=source_date(extract),
        extent=(west, south, east, north),
        credit=CREDIT,
        num_nodes=graph.num_nodes,
        num_stretches=graph.num_stretches,
        road_km=round(float(graph.metres.sum()) / 1000),
        files={file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())},
    )
    write_manifest(folder, manifest)
    return Area(folder, manifest)


def add_tiles(area: Area, tiles: Path) -> None:
    """The pack holds a copy of a PMTiles file too. Raises BadExtract where it is none."""
    with tiles.open("rb") as file:
        if file.read(8) != PMTILES:
            raise BadExtract(f"{tiles.name} is no PMTiles file of version 3")
    shutil.copyfile(tiles, area.folder / TILES)
    with (area.folder / TILES).open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    write_manifest(area.folder, replace(area.manifest, files={**area.manifest.files, TILES: digest}))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The manifest stands in the folder."""
    _write(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode())


def source_date(extract: Path) -> str:
    """The day of the map in an extract (ISO 8601), as its header tells; "" where it does not."""
    header = osmium.io.Reader(str(extract), osmium.osm.NOTHING).header()
    return (header.get("osmosis_replication_timestamp") or header.get("timestamp") or "")[:10]


def _save(path: Path, array: NDArray[Any]) -> None:
    with path.open("xb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
