"""The figures of `profile.toml`: how vehicles drive."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("profile.toml")


@dataclass(frozen=True)
class Profile:
    """Speeds in km/h by road class, surface and zone; seconds lost at points; the most km/h of each vehicle.

    `spread`: minutes that nine of ten drives stay below, over those of half of them; `factors`: road class -> times as
    long as without traffic, 1 where nothing is said. Ferries keep the times that they say.
    """

    version: int
    kmh: Mapping[str, float]
    surface_kmh: Mapping[str, float]
    zone_kmh: Mapping[str, float]
    limit_share: float
    seconds: Mapping[str, float]
    vehicles: Mapping[str, float]
    walk_kmh: float
    spread: float
    factors: Mapping[str, float] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        """The road classes that are driven on, in the order of the file: a class's number is its place."""
        return tuple(self.kmh)

    @property
    def stops(self) -> tuple[str, ...]:
        """What a point of a road may be, by number; 0 is nothing."""
        return ("", "traffic_signals", "stop", "give_way", "level_crossing", "gate", "toll_booth")


@cache
def profile() -> Profile:
    """The figures as they stand in the file."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    tables = {name: told[name] for name in ("kmh", "surface_kmh", "zone_kmh", "seconds", "vehicles")}
    single = {"limit_share": told["limit"]["share"], "walk_kmh": told["walk"]["kmh"], "spread": told["spread"]["p90"]}
    return Profile(told["version"], **single, **tables)
