"""The page that the map stands in: Folium writes a frame of constants, and what is an operation's is put in after.

A script of ours reads the data and makes the map's layers from them.
"""

import json
import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parents[2] / "static"
LEAFLET = "vendor/leaflet/leaflet"
PROTOMAPS = "vendor/protomaps-leaflet/protomaps-leaflet.js"
ENTRY = "map/open.js"  # the module that imports the others
BUNDLE = "map/bundle.js"  # all of them as one classic script, for a page that is opened from disk
STYLES = (f"{LEAFLET}.css", "page/palette.css", "map/ground.css", "map/map.css")

_FILE = re.compile(r'(?<=(?:src|ref)=")file:([\w/.-]+)(?=")')


def map_page(title: str, data: dict[str, Any], lang: str, address: Callable[[str], str], scripts: Iterable[str]) -> str:
    """The page as HTML, with Leaflet and these scripts; `data` are JSON values.

    `address` gives the address of a file below static/.
    """
    from planner.render.map_frame import DATA, TITLE, frame

    written = frame(lang, (f"{LEAFLET}.js", *scripts), STYLES)
    written = written.replace(f'<script src="file:{ENTRY}">', f'<script type="module" src="file:{ENTRY}">')
    page = _FILE.sub(lambda found: escape(address(found[1])), written)
    head, _, rest = page.partition(TITLE)
    body, _, end = rest.partition(DATA)
    opening, closing = DATA[: -len("</script>")], "</script>"
    return f"{head}<title>{escape(title)}</title>{body}{opening}{json_in_html(data)}{closing}{end}"


def json_in_html(value: Any) -> str:
    """The value as compact JSON that can stand inside a script element: no text in it ends or nests the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
