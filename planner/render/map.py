"""A plan as a Folium map that asks no other host for anything.

The embedded basemap needs no tiles: the streets of a ground where there is one, else coasts and rivers with a
graticule; city names and the operation's own places. The same plan gives the same bytes.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from planner.files import write_whole
from planner.files.scratch import scratch_folder
from planner.ground import MapGround, ground_document
from planner.plan import Plan
from planner.render.bundle import bundle_script
from planner.render.coast import coarse_ground
from planner.render.formatting import shown_name
from planner.render.map_layers import Drawing, place_features, route_features, site_features
from planner.render.map_moves import movements
from planner.render.map_page import BUNDLE, ENTRY, LEAFLET, PROTOMAPS, STATIC, STYLES, map_page
from planner.render.map_values import page_values
from planner.render.timeline import PHASES
from planner.scenario import Scenario
from planner.ways import MapWays, ways_document

ASSETS = (f"{LEAFLET}.js", *STYLES, "vendor/fonts/NotoSansSC_400Regular.ttf")


def render_map(
    scenario: Scenario,
    plan: Plan,
    *,
    basemap: str | None = None,
    address: Callable[[str], str] = "/static/{}".format,
    lang: str = "en",
    site_links: Mapping[str, str] | None = None,
    ground: MapGround | str | None = None,
    ways: MapWays | str | None = None,
    tiles: Sequence[str] = (),
    script: str = ENTRY,
) -> str:
    """The page as HTML; `address` gives the address of each of its scripts and styles by their names below static/.

    `site_links`: what a link says -> its address but for the site's id, for the pop-up of each site (none from disk).

    `ground`: the streets to draw under the plan, or the address where the page finds them.

    `ways`: the courses along roads, or the address where the page finds them; lines between stops are straight without.

    `tiles`: addresses of PMTiles files that a reader may show below or above the streets.

    `script`: the one of ours that the page loads, a module or the bundle of all modules.

    `basemap` is an XYZ template with {z}, {x} and {y} or the address of a .pmtiles file; none: the embedded one.
    Raises ValueError for another `basemap`, and for one beside a `ground`.
    """
    if basemap and ground:
        raise ValueError("a map shows either a basemap or a ground")
    drawing = Drawing(scenario, plan, movements(scenario, plan), lang)
    layers = {
        "sites": site_features(drawing),
        "places": place_features(drawing),
        "routes": [feature for phase in PHASES for feature in route_features(drawing, phase)],
    }
    data = {**page_values(drawing, lang), "layers": layers, "basemap": _basemap(basemap)}
    data["ground"] = ground_document(ground) if isinstance(ground, MapGround) else ground
    points = list(scenario.operation.points_by_id)
    data["ways"] = ways_document(ways, points) if isinstance(ways, MapWays) else ways
    data["tiles"] = list(tiles)
    data["siteLinks"] = list((site_links or {}).items())
    scripts = (PROTOMAPS, script) if is_pmtiles(basemap) or tiles else (script,)
    return map_page(shown_name(scenario.operation, lang), data, lang, address, scripts)


def is_pmtiles(basemap: str | None) -> bool:
    """True for the address of a PMTiles file."""
    return basemap is not None and basemap.endswith(".pmtiles") and not _is_template(basemap)


def _is_template(basemap: str) -> bool:
    return all(part in basemap for part in ("{z}", "{x}", "{y}"))


def _basemap(basemap: str | None) -> dict[str, Any] | None:
    """What the page's script makes the ground of. Raises ValueError."""
    if basemap is None:
        return None
    if _is_template(basemap):
        return {"tiles": basemap}
    if is_pmtiles(basemap):
        return {"pmtiles": basemap}
    raise ValueError(f"basemap is neither a template with {{z}}, {{x}}, {{y}} nor a .pmtiles file: {basemap!r}")


def write_map(
    scenario: Scenario,
    plan: Plan,
    path: Path,
    *,
    basemap: str | None = None,
    lang: str = "en",
    ground: MapGround | None = None,
) -> None:
    """The page stands at `path`, its scripts, styles and font beside it in `<stem>_files`: it opens from disk.

    All of it is for its owner alone. A write that fails leaves what was there. Raises OSError, ValueError.
    """
    beside = path.with_name(f"{path.stem}_files")
    folder = quote(os.fsencode(beside.name))
    if basemap is None and ground is None:
        ground = coarse_ground([(p.lat, p.lon) for p in scenario.operation.points_by_id.values()])
    html = render_map(
        scenario,
        plan,
        basemap=basemap,
        address=lambda name: f"{folder}/{name}",
        lang=lang,
        ground=ground,
        script=BUNDLE,
    )
    wanted = ASSETS + ((PROTOMAPS,) if is_pmtiles(basemap) else ())
    absent = [name for name in wanted if not (STATIC / name).is_file()]
    if absent:
        raise FileNotFoundError(f"{STATIC / absent[0]} is absent; run: npm ci && python -m planner.render.vendor")
    with scratch_folder(path.parent) as draft:
        made, was_there = draft / "files", beside.exists()
        _copy(wanted, made)
        (made / BUNDLE).write_text(bundle_script(STATIC / ENTRY), "utf-8")
        try:
            _put(made, beside)
            write_whole(path, html.encode())
        except BaseException:
            if not was_there:
                shutil.rmtree(beside, ignore_errors=True)
            raise


def _copy(names: tuple[str, ...], target: Path) -> None:
    """Copies of our files stand in the target folder."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STATIC / name, target / name)


def _put(made: Path, target: Path) -> None:
    """The files that were made stand in the target folder, each in one step; what else lies there stays."""
    target.mkdir(exist_ok=True)
    target.chmod(0o700)
    for source in sorted(made.rglob("*")):  # folders before what is in them
        copy = target / source.relative_to(made)
        if source.is_dir():
            copy.mkdir(exist_ok=True)
            copy.chmod(0o700)
        else:
            source.chmod(0o600)
            os.replace(source, copy)
