"""The Folium elements of the map page: a map without foreign scripts, its figure, its data and its basemaps."""

import json
import re
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from jinja2 import Template as PlainTemplate

OWN_SCRIPTS = ("time", "shapes", "cards", "canvas", "movers", "panel", "slider", "pills", "marks", "map")


def script_json(value: Any) -> str:
    """The value as compact JSON that can stand inside a script: no text in it ends the script or is read as a template.

    branca compiles what an element rendered once more as a Jinja template, so no two signs may open one.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


class PlanFigure(Figure):
    """An HTML page with a language, an escaped title and one script."""

    _template = PlainTemplate(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang }}">\n<head>\n<title>{{ this.title|e }}</title>\n'
        '<link rel="icon" href="data:,">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, title: str, lang: str) -> None:
        """A page titled so, in the language."""
        super().__init__(title=title)
        self.lang = {"zh": "zh-Hans"}.get(lang, lang)


class PlanMap(folium.Map):
    """A Folium map that loads Leaflet and our own files from `assets`, and nothing else."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} style="width:100%;height:100%"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
            });
            L.control.scale({imperial: false, maxWidth: 140}).addTo({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, location: list[float], assets: str) -> None:
        """A map around the location that finds its files below `assets`."""
        super().__init__(location=location, tiles=None, prefer_canvas=True, maxZoom=18, zoomSnap=0.5)
        self.default_js = [("leaflet", f"{assets}/vendor/leaflet/leaflet.js")] + [
            (f"own_{name}", f"{assets}/map/{name}.js") for name in OWN_SCRIPTS
        ]
        self.default_css = [
            ("leaflet_css", f"{assets}/vendor/leaflet/leaflet.css"),
            ("own_css", f"{assets}/map/map.css"),
        ]


class PageData(MacroElement):
    """Hands the page's data to our scripts before the layers are made."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            HHour.prepare({{ this._parent.get_name() }}, {{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, data: dict[str, Any]) -> None:
        """Data of JSON values."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.data = "PageData", script_json(data)


class PageStart(MacroElement):
    """Puts panel, slider and canvases over the map once every layer is there."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            HHour.start({{ this._parent.get_name() }}, {
                sites: {{ this.sites.get_name() }}, places: {{ this.places.get_name() }},
                routes: [{% for layer in this.routes %}{{ layer.get_name() }}, {% endfor %}]
            });
        {% endmacro %}
        """
    )

    def __init__(self, sites: folium.GeoJson, places: folium.GeoJson, routes: list[folium.GeoJson]) -> None:
        """The layers that the scripts filter."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.sites, self.places, self.routes = "PageStart", sites, places, routes


class PmtilesLayer(JSCSSMixin, MacroElement):
    """One PMTiles file from our own host as the basemap, drawn by protomaps-leaflet."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            HHour.pmtiles({{ this._parent.get_name() }}, {{ this.url|tojson }}, {{ this.lang|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, url: str, assets: str, lang: str) -> None:
        """The file's address, and the language of its labels."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.url, self.lang = "PmtilesLayer", url, lang
        self.default_js = [
            ("protomaps", f"{assets}/vendor/protomaps-leaflet/protomaps-leaflet.js"),
            ("own_basemap", f"{assets}/map/basemap.js"),
        ]
