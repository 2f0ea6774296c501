"""Who computes minutes on roads: the road service of this machine over its areas, or a router on another host."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from models.road_settings import RoadQuestion
from roads.client import NoRoads, RoadService
from roads.router_service import COMPUTE, JOIN, RouterService

Message = dict[str, Any]
Step = Callable[[int], None]
"""Is told how far it is: 1 points are joined with roads, 2 minutes are computed."""


class RoadSource(Protocol):
    """A source of minutes: for operations whose settings name a router, or for the others."""

    @property
    def by_router(self) -> bool:
        """Whether it is for operations whose settings name a router."""
        ...

    @property
    def again_seconds(self) -> float:
        """Until what could not be computed is tried again, and maps are compared with those of the minutes."""
        ...

    def minutes(self, question: RoadQuestion, step: Step) -> Message:
        """The minutes of the question. Raises NoRoads."""
        ...

    def is_replaced(self, question: RoadQuestion, sources: Mapping[str, str]) -> bool:
        """Whether the map of an area is another than that which the minutes were made from."""
        ...


@dataclass(frozen=True)
class AreaSource:
    """The road service."""

    service: RoadService
    by_router: bool = False
    again_seconds: float = 5.0

    def minutes(self, question: RoadQuestion, step: Step) -> Message:
        """Minutes over the areas."""
        settings = question.settings
        step(JOIN)
        self.service.joints(settings.areas, question.points)
        step(COMPUTE)
        return self.service.minutes(
            settings.areas, question.points, settings.vehicle, question.closures, question.clock
        )

    def is_replaced(self, question: RoadQuestion, sources: Mapping[str, str]) -> bool:
        """Compares the extracts of the areas."""
        with suppress(NoRoads):
            known = self.service.areas()
            there = {name: known.get(name, {}).get("source") for name in question.settings.areas}
            return all(there.values()) and there != sources
        return False


@dataclass(frozen=True)
class RouterSource:
    """The router that an administrator named. It is asked again more rarely: it may be dead, and is not ours alone."""

    service: RouterService
    by_router: bool = True
    again_seconds: float = 30.0

    def minutes(self, question: RoadQuestion, step: Step) -> Message:
        """Minutes by the router."""
        settings = question.settings
        return self.service.minutes(settings.router, question.points, settings.vehicle, step)

    def is_replaced(self, question: RoadQuestion, sources: Mapping[str, str]) -> bool:
        """What map another host has is not known: no."""
        return False
