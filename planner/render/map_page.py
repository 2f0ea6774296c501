"""The page that the map stands in: Folium writes a frame of constants, and what is an operation's is put in after.

A script of ours reads the data and makes the map's layers from them.
"""

import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parents[2] / "static"
LEAFLET = "vendor/leaflet/leaflet"
PROTOMAPS = "vendor/protomaps-leaflet/protomaps-leaflet.js"
_NAMES = ("time", "shapes", "cards", "canvas", "streets", "movers", "panel", "slider", "pills", "marks", "map", "open")
OWN_SCRIPTS = tuple(f"map/{name}.js" for name in _NAMES)
BASEMAP_SCRIPTS = (PROTOMAPS, "map/basemap.js")
STYLES = (f"{LEAFLET}.css", "page/palette.css", "map/ground.css", "map/map.css")

_FILE = re.compile(r'(?<=(?:src|ref)=")file:([\w/.-]+)(?=")')


def map_page(title: str, data: dict[str, Any], lang: str, address: Callable[[str], str], with_basemap: bool) -> str:
    """The page as HTML. `address` gives the address of a file below static/; `data` are JSON values."""
    from planner.render.map_frame import DATA, TITLE, frame

    scripts = (f"{LEAFLET}.js", *OWN_SCRIPTS, *(BASEMAP_SCRIPTS if with_basemap else ()))
    page = _FILE.sub(lambda found: escape(address(found[1])), frame(lang, scripts, STYLES))
    head, _, rest = page.partition(TITLE)
    body, _, end = rest.partition(DATA)
    opening, closing = DATA[: -len("</script>")], "</script>"
    return f"{head}<title>{escape(title)}</title>{body}{opening}{json_in_html(data)}{closing}{end}"


def json_in_html(value: Any) -> str:
    """The value as compact JSON that can stand inside a script element: no text in it ends or nests the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
