"""The page that the map stands in: Folium writes a frame of constants, and what is an operation's is put in after.

Folium and branca compile what they are given as Jinja templates, so they are given nothing of an operation: no name, no
address, no file's name. A script of ours reads the data and makes the map's layers from them.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Figure
from folium.template import Template
from jinja2 import Template as PlainTemplate

STATIC = Path(__file__).resolve().parents[2] / "static"
LEAFLET = "vendor/leaflet/leaflet"
PROTOMAPS = "vendor/protomaps-leaflet/protomaps-leaflet.js"
OWN_SCRIPTS = tuple(
    f"map/{name}.js"
    for name in ("time", "shapes", "cards", "canvas", "movers", "panel", "slider", "pills", "marks", "map", "open")
)
BASEMAP_SCRIPTS = (PROTOMAPS, "map/basemap.js")
STYLES = (f"{LEAFLET}.css", "page/palette.css", "map/ground.css", "map/map.css")

TITLE, DATA = "<title></title>", '<script type="application/json" id="plan"></script>'
_FILE = re.compile(r'(?<=(?:src|ref)=")file:([\w/.-]+)(?=")')


class PlanFigure(Figure):
    """An HTML page with a language, and room for a title and the data."""

    _template = PlainTemplate(
        f'<!DOCTYPE html>\n<html lang="{{{{ this.lang }}}}">\n<head>\n{TITLE}\n<link rel="icon" href="data:,">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"{{{{ this.header.render(**kwargs) }}}}\n</head>\n<body>\n{{{{ this.html.render(**kwargs) }}}}\n{DATA}\n"
        "</body>\n</html>\n"
    )

    def __init__(self, lang: str) -> None:
        """A page in the language."""
        super().__init__()
        self.lang = {"zh": "zh-Hans"}.get(lang, "en")


class PlanMap(folium.Map):
    """A Folium map that loads Leaflet and our own files, has no script or style inside the page, and nothing else."""

    _template = Template('{% macro html(this, kwargs) %}<main id="map"></main>{% endmacro %}')

    def __init__(self, with_basemap: bool) -> None:
        """With a basemap of vector tiles, its scripts too."""
        super().__init__(tiles=None)
        scripts = (f"{LEAFLET}.js", *OWN_SCRIPTS, *(BASEMAP_SCRIPTS if with_basemap else ()))
        self.default_js = [(name, f"file:{name}") for name in scripts]
        self.default_css = [(name, f"file:{name}") for name in STYLES]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """The links and the map's box, without the style sheets that Folium would write into the page."""
        super(folium.Map, self).render(**kwargs)  # type: ignore[no-untyped-call]


@cache
def _frame(lang: str, with_basemap: bool) -> str:
    """The page without title, data and its files' addresses; it is the same for all operations."""
    figure = PlanFigure(lang)
    figure.add_child(PlanMap(with_basemap))
    return str(figure.render())


def map_page(title: str, data: dict[str, Any], lang: str, address: Callable[[str], str], with_basemap: bool) -> str:
    """The page as HTML. `address` gives the address of a file below static/; `data` are JSON values."""
    frame = _FILE.sub(lambda found: escape(address(found[1])), _frame(lang, with_basemap))
    head, _, rest = frame.partition(TITLE)
    body, _, end = rest.partition(DATA)
    opening, closing = DATA[: -len("</script>")], "</script>"
    return f"{head}<title>{escape(title)}</title>{body}{opening}{json_in_html(data)}{closing}{end}"


def json_in_html(value: Any) -> str:
    """The value as compact JSON that can stand inside a script element: no text in it ends or nests the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
