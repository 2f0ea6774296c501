"""The frame of a map's page, of which Folium writes what is the same for all operations.

Folium and branca compile what they are given as Jinja templates, so they are given nothing of an operation: no name, no
address, no file's name. Folium takes a second to load: nothing but `map_page`, when it is called, imports this.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import folium
from branca.element import Figure
from folium.template import Template
from jinja2 import Template as PlainTemplate

TITLE, DATA = "<title></title>", '<script type="application/json" id="plan"></script>'


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

    def __init__(self, scripts: Iterable[str], styles: Iterable[str]) -> None:
        """With these files below static/, in this order."""
        super().__init__(tiles=None)
        self.default_js = [(name, f"file:{name}") for name in scripts]
        self.default_css = [(name, f"file:{name}") for name in styles]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """The links and the map's box, without the style sheets that Folium would write into the page."""
        super(folium.Map, self).render(**kwargs)  # type: ignore[no-untyped-call]


@cache
def frame(lang: str, scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """The page without title, data and its files' addresses ("file:" before each); the same for all operations."""
    figure = PlanFigure(lang)
    figure.add_child(PlanMap(scripts, styles))
    return str(figure.render())
