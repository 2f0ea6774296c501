"""The commands that add, list and remove area packs."""

import os
import re
import shutil
import time
from pathlib import Path

import click
from rich.console import Console

from planner.files.scratch import PREFIX, scratch_folder, sweep
from roads.manifest import BadPack, num_bytes, pack_folders, read_manifest
from settings import areas_folder
from upkeep import FILE, Refused

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
STAGES = {
    "points": "reading points of roads",
    "roads": "reading roads: {num:,}",
    "layers": "reading water, outlines and names",
    "order": "ordering {num:,} junctions",
    "writing": "writing {num:,} stretches of road",
}


@click.group("area")
def area_group() -> None:
    """Manage area packs: roads made ready from OpenStreetMap extracts."""


@area_group.command("add")
@click.argument("name")
@click.option("--osm", "extract", type=FILE, required=True, help="OpenStreetMap extract (.osm.pbf).")
@click.option("--tiles", type=FILE, help="Background map for the same area (.pmtiles).")
def area_add(name: str, extract: Path, tiles: Path | None) -> None:
    """Add the area NAME from an extract, completely or not at all; Ctrl-C stops."""
    if not NAME.fullmatch(name):
        raise Refused("A name has up to 40 of a-z, 0-9, - and _.")
    folder = areas_folder(os.environ)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / name).exists():
        raise Refused(f"Area {name} already exists; app.py area remove {name} removes it.")
    # These libraries take a while to load, and a server does without them.
    from roads.pack import add_tiles, make_pack
    from roads.reading import BadExtract

    began = time.monotonic()
    console = Console(stderr=True)
    try:
        with scratch_folder(folder) as scratch, console.status("checking the extract") as status:
            made = make_pack(extract, scratch / name, lambda stage, num: status.update(STAGES[stage].format(num=num)))
            if tiles is not None:
                add_tiles(made, tiles)
            os.rename(made.folder, folder / name)
    except BadExtract as error:
        raise Refused(f"Nothing was added: {error}.") from error
    except KeyboardInterrupt as error:
        raise Refused("Stopped; nothing was added.") from error
    click.echo(f"Area {name} added in {time.monotonic() - began:.0f} s.")
    click.echo(told(name))


@area_group.command("list")
def area_list() -> None:
    """List the areas: date of the map, extent, size, credit."""
    folder = areas_folder(os.environ)
    names = [path.name for path in pack_folders(folder)]
    for name in names:
        click.echo(told(name))
    if not names:
        click.echo("No area yet: app.py area add NAME --osm EXTRACT.osm.pbf")


@area_group.command("remove")
@click.argument("name")
def area_remove(name: str) -> None:
    """Remove the area NAME. Plans keep the minutes they were made with."""
    folder = areas_folder(os.environ)
    if not NAME.fullmatch(name) or not (folder / name).is_dir():
        raise Refused(f"No area {name}; app.py area list shows those there are.")
    gone = folder / f"{PREFIX}{name}-{time.time_ns()}"
    os.rename(folder / name, gone)
    shutil.rmtree(gone)
    sweep(folder)
    click.echo(f"Area {name} removed.")


def told(name: str) -> str:
    """A line on an area, or why it cannot be used."""
    folder = areas_folder(os.environ) / name
    try:
        known = read_manifest(folder)
    except BadPack as error:
        return f"{name}: cannot be used. {error}."
    west, south, east, north = known.extent
    return (
        f"{name}: map of {known.source_date or 'an unknown day'}, {known.road_km:,} km of roads, "
        f"{south:.3f} to {north:.3f} N, {west:.3f} to {east:.3f} E, {num_bytes(folder) / 1e6:.1f} MB, {known.credit}"
    )
