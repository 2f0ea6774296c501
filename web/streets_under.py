"""The streets of this installation's areas under the points of an operation, made once for the same points."""

from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from planner.edits import Document
from planner.ground import MapGround, ground_json
from planner.render.coast import coarse_ground
from roads.manifest import BadPack, Manifest, pack_folders, read_manifest
from web.cache import Cache

Point = tuple[float, float]


def points_of(document: Document) -> tuple[Point, ...]:
    """Latitude and longitude of every place and site."""
    return tuple((row["lat"], row["lon"]) for table in ("places", "sites") for row in document.get(table, ()))


def ground_under(points: Iterable[Point], kept: Cache[str]) -> str:
    """The ground of the areas that cover the points, as JSON, kept there; a coarse one where none does."""
    told = tuple(sorted({(round(lat, 5), round(lon, 5)) for lat, lon in points}))
    packs = usable_areas()

    def make() -> str:
        made = make_ground(tuple(folder for folder, _ in packs), told) if packs and told else None
        return ground_json(coarse_ground(told) if made is None else made)

    return kept.get((packs, told), make)


def tiles_under(points: Iterable[Point]) -> tuple[str, ...]:
    """The names of the areas that have a background map and cover one of the points."""
    told = list(points)
    return tuple(name for name, manifest in tiled_areas() if any(_covers(manifest, *point) for point in told))


def tiled_areas() -> tuple[tuple[str, Manifest], ...]:
    """Name and manifest of each area that can be used and has a background map."""
    found = ((folder.name, read_manifest(folder)) for folder, _ in usable_areas())
    return tuple((name, manifest) for name, manifest in found if manifest.has_tiles)


def _covers(manifest: Manifest, lat: float, lon: float) -> bool:
    west, south, east, north = manifest.extent
    return south <= lat <= north and west <= lon <= east


def make_ground(folders: Iterable[Path], points: tuple[Point, ...]) -> MapGround | None:
    """The ground from the packs in these folders; None where none covers a point."""
    from roads.ground import ground_of
    from roads.pack import open_area

    return ground_of([open_area(folder) for folder in folders], points)


def usable_areas() -> tuple[tuple[Path, str], ...]:
    """Folder and source of each area that can be used; the page of areas tells of the others."""
    return tuple(_usable(current_app.config["AREAS"]))


def _usable(areas: Path) -> Iterable[tuple[Path, str]]:
    for folder in pack_folders(areas):
        try:
            yield folder, read_manifest(folder).source_sha256
        except BadPack:
            continue
