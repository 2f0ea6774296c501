"""A plan as a Folium map that asks no other host for anything.

The embedded basemap needs no tiles: graticule, city names and the operation's own places. Ids are
counted, so that the same plan gives the same bytes.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import folium
from branca.element import Element
from folium.utilities import JsCode

from planner.plan import Plan
from planner.render.map_layers import Drawing, place_features, route_features, site_features
from planner.render.map_moves import movements
from planner.render.map_page import OWN_SCRIPTS, PageData, PageStart, PlanFigure, PlanMap, PmtilesLayer
from planner.render.map_values import page_values
from planner.render.timeline import PHASES
from planner.scenario import Scenario

STATIC = Path(__file__).resolve().parents[2] / "static"
ASSETS = (
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.css",
    "vendor/fonts/NotoSansSC_400Regular.ttf",
    "map/map.css",
    *(f"map/{name}.js" for name in OWN_SCRIPTS),
)
PMTILES_ASSETS = ("vendor/protomaps-leaflet/protomaps-leaflet.js", "map/basemap.js")


def render_map(
    scenario: Scenario,
    plan: Plan,
    *,
    basemap: str | None = None,
    assets: str = "/static",
    lang: str = "en",
    nonce: str | None = None,
) -> str:
    """The page as HTML, with scripts and styles from below `assets` (its folders vendor/ and map/).

    `basemap` is an XYZ template with {z}, {x} and {y} or the address of a .pmtiles file; none: the embedded one.
    `nonce` goes on the inline script, for a content security policy.
    """
    drawing = Drawing(scenario, plan, movements(scenario, plan))
    values = page_values(drawing, lang)
    page = _map(values, basemap, assets, lang)
    site_rows, place_rows = site_features(drawing), place_features(drawing)
    sites = _layer("sites", _bare(site_rows), point_to_layer=JsCode("HHour.siteMarker"))
    places = _layer("places", _bare(place_rows), point_to_layer=JsCode("HHour.placeMarker"))
    routes = [_layer(f"routes_{p}", route_features(drawing, p), style=JsCode("HHour.routeStyle")) for p in PHASES]
    details = {"sites": [f["properties"] for f in site_rows], "places": [f["properties"] for f in place_rows]}
    page.add_child(PageData({**values, **details, "grid": basemap is None}))
    for layer in (*routes, places, sites):
        page.add_child(layer)
    page.add_child(PageStart(sites, places, routes))
    figure = PlanFigure(values["name"], lang)
    figure.add_child(page)
    _count_ids(page)
    html = str(figure.render())
    return html if nonce is None else html.replace("<script>", f'<script nonce="{nonce}">')


def write_map(scenario: Scenario, plan: Plan, path: Path, *, basemap: str | None = None, lang: str = "en") -> None:
    """The page stands at `path`, its scripts, styles and font beside it in `<stem>_files`: it opens from disk."""
    beside = path.with_name(f"{path.stem}_files")
    html = render_map(scenario, plan, basemap=basemap, assets=beside.name, lang=lang)
    wanted = ASSETS + (PMTILES_ASSETS if (basemap or "").endswith(".pmtiles") else ())
    absent = [name for name in wanted if not (STATIC / name).is_file()]
    if absent:
        raise FileNotFoundError(f"{STATIC / absent[0]} is absent; run: npm ci && python -m planner.render.vendor")
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        _copy(STATIC / name, beside / name)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(html, "utf-8")
    draft.replace(path)


def _map(values: dict[str, Any], basemap: str | None, assets: str, lang: str) -> PlanMap:
    (south, west), (north, east) = values["bounds"]
    page = PlanMap([round((south + north) / 2, 5), round((west + east) / 2, 5)], assets)
    if basemap is None:
        return page
    if all(part in basemap for part in ("{z}", "{x}", "{y}")):
        page.add_child(folium.TileLayer(tiles=basemap, attr="XYZ", name="basemap", control=False))
    elif basemap.endswith(".pmtiles"):
        page.add_child(PmtilesLayer(basemap, assets, lang))
    else:
        raise ValueError(f"basemap is neither a template with {{z}}, {{x}}, {{y}} nor a .pmtiles file: {basemap!r}")
    return page


def _layer(name: str, features: list[dict[str, Any]], **options: Any) -> folium.GeoJson:
    """One Leaflet layer for all features; `options` hold what our scripts do with each."""
    return folium.GeoJson({"type": "FeatureCollection", "features": features}, name=name, control=False, **options)


def _bare(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The features with their rows' numbers only; the page's data holds the rest, more densely."""
    return [{**feature, "properties": {"row": row}} for row, feature in enumerate(features)]


def _count_ids(root: Element) -> None:
    """Every element below the root has a counted id in place of Folium's random one."""
    todo, number = [root], 0
    while todo:
        element = todo.pop()
        element._id, number = str(number), number + 1
        todo.extend(reversed(element._children.values()))


def _copy(source: Path, target: Path) -> None:
    """The target is the source's copy; it appears in one step and is left alone where it is current."""
    if target.is_file() and (target.stat().st_size, target.stat().st_mtime_ns) == (
        source.stat().st_size,
        source.stat().st_mtime_ns,
    ):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copy2(source, draft)
    draft.replace(target)
