"""What an area pack says of itself, read without what computes on it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from roads.profile import profile

FORMAT = 1
CREDIT = "© OpenStreetMap contributors"
MANIFEST, TILES = "manifest.json", "base.pmtiles"


class BadPack(Exception):
    """A folder that is no area pack of this version, or a damaged one; the text says so in a sentence."""


@dataclass(frozen=True)
class Manifest:
    """What a pack is made of. `extent`: west, south, east, north in degrees; `files`: name -> SHA-256 in hexadecimals.

    `source_date` is that of the map in the extract (ISO 8601), "" where the extract does not tell.
    """

    format: int
    profile: int
    source_sha256: str
    source_bytes: int
    source_date: str
    extent: tuple[float, float, float, float]
    credit: str
    num_nodes: int
    num_stretches: int
    road_km: int
    files: dict[str, str]

    @property
    def has_tiles(self) -> bool:
        """Whether the pack holds a background map."""
        return TILES in self.files

    def age_days(self, today: date) -> int | None:
        """Days since the day of the map; None where that is not known."""
        try:
            return (today - date.fromisoformat(self.source_date)).days
        except ValueError:
            return None


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the pack in a folder, of this version and with all its files. Raises BadPack."""
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        manifest = Manifest(**{**told, "extent": tuple(told["extent"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadPack(f"{folder.name} is no area pack") from error
    if (manifest.format, manifest.profile) != (FORMAT, profile().version):
        raise BadPack(f"Area {folder.name} was made by another version of H-Hour: add it again from its extract")
    if missing := [name for name in manifest.files if not (folder / name).is_file()]:
        raise BadPack(f"Area {folder.name} is damaged ({missing[0]} is missing): remove it and add it again")
    return manifest


def pack_folders(folder: Path) -> Iterator[Path]:
    """The folders of packs in a folder, by name, also of those that cannot be used."""
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.is_dir() and not path.name.startswith("."):
            yield path


def num_bytes(folder: Path) -> int:
    """What a pack takes on the disk."""
    return sum(file.stat().st_size for file in folder.iterdir())
