"""Asks the router on another host that an administrator named, and tells its minutes as the road service tells its own.

Loads what computes on roads only once something is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from roads.client import NoRoads, Point
from roads.wire import Message
from settings import RouterHost

JOIN, COMPUTE = 1, 2
NOBODY = "no-router"


@dataclass(frozen=True)
class RouterService:
    """The router that is named on this machine, if any. Every question raises NoRoads where there is no answer.

    `seconds` is for all questions of one job; none: what `roads.host.Patience` allows.
    """

    named: RouterHost | None
    seconds: float | None = None

    def minutes(
        self,
        words: str,
        points: Mapping[str, Point],
        vehicle: str = "car",
        step: Callable[[int], None] = lambda _: None,
    ) -> Message:
        """Minutes between all points by the router of these words, as `roads.client.RoadService.minutes` tells them.

        `step` is told 1 before points are joined with roads, 2 before minutes are asked. Another router than the one
        that is named on this machine is not asked: the code is `no-router`; else `router-` and that of a `RouterFault`.
        """
        # These libraries take a while and memory to load.
        from roads.host import Patience
        from roads.port import RouterFault
        from roads.routers import hosted_router
        from roads.travelling import join_by, minutes_by

        if self.named is None or self.named.words != words:
            raise NoRoads(NOBODY, "the router is not named on this machine", name_of(words))
        seconds = self.seconds
        patience = Patience() if seconds is None else Patience(min(5, seconds), seconds, seconds, seconds)
        router = hosted_router(self.named.kind, self.named.url, vehicle, patience)
        try:
            step(JOIN)
            joined = join_by(router, points)
            step(COMPUTE)
            made = minutes_by(router, points, joined)
        except RouterFault as error:
            raise NoRoads(f"router-{error.code}", str(error), router.name) from error
        return {
            "ids": made.ids,
            "minutes": made.minutes,
            "by_road": made.num_by_road,
            "estimated": made.num_estimated,
            "factors": {},
            "sources": {},
            "joints": {name: None if one.joint is None else _told(one) for name, one in joined.items()},
            "changed": None,
        }


def name_of(words: str) -> str:
    """What the router of these words is called."""
    kind, _, url = words.partition("=")
    return RouterHost(kind, url).name


def _told(joined: Any) -> Message:
    """How a point joins the roads, as the road service tells it; what lies between is not known."""
    joint = joined.joint
    found = {"area": joined.area, "road": joined.road, "lat": joint.lat, "lon": joint.lon}
    return found | {"metres": round(joint.metres, 1), "lone_metres": joint.lone_metres, "over": ""}
