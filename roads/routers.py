"""The routers of other hosts by the words that name them."""

from roads.host import Patience
from roads.hosted import HostedRouter
from roads.osrm import OsrmRouter
from roads.profile import profile
from roads.valhalla import ValhallaRouter

ROUTERS: dict[str, type[HostedRouter]] = {each.KIND: each for each in (OsrmRouter, ValhallaRouter)}


def hosted_router(kind: str, url: str, vehicle: str = "car", patience: Patience | None = None) -> HostedRouter:
    """The router of a kind at a URL, which has been checked (settings.RouterHost). OSRM drives its own vehicle only."""
    figures = profile()
    return ROUTERS[kind](url, figures.vehicles[vehicle], figures.walk_kmh, patience or Patience())
