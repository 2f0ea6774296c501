"""The forms in which a plan leaves for the tools in the field, each one row."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.exports.calendars import calendars
from planner.exports.field import FieldPlan
from planner.exports.geojson import geojson
from planner.exports.gpx import gpx_files
from planner.exports.kml import kml, kmz
from planner.exports.tak import tak_packages
from planner.i18n import N_


@dataclass(frozen=True, slots=True)
class Export:
    """A form: its name on the shell and in addresses, its title, and the ending and type of its file.

    `write` takes the plan's part, and the plan's number among the operation's plans.
    """

    name: str
    title: str
    ending: str
    mimetype: str
    write: Callable[[FieldPlan, int], bytes]


ZIP = "application/zip"
EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("geojson", N_("Map data (GeoJSON)"), "geojson", "application/geo+json", lambda f, _n: geojson(f)),
        Export("kml", N_("Google Earth and GIS (KML)"), "kml", "application/vnd.google-earth.kml+xml",
               lambda f, _n: kml(f)),
        Export("kmz", N_("Google Earth and GIS, packed (KMZ)"), "kmz", "application/vnd.google-earth.kmz",
               lambda f, _n: kmz(f)),
        Export("gpx", N_("Navigators (GPX, one file per unit)"), "gpx.zip", ZIP, lambda f, _n: gpx_files(f)),
        Export("ics", N_("Calendars (iCalendar, one file per unit)"), "ics.zip", ZIP, calendars),
        Export("tak", N_("TAK data packages (one per team)"), "tak.zip", ZIP, lambda f, _n: tak_packages(f)),
    )
}  # fmt: skip
"""Name -> form, in the order in which they are offered."""
