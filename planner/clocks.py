"""Whether clocks on the wall show what H's offset says, where the operation lies.

Every time of an operation is told by the clocks of the zone that it names, or else in the offset of H. Zones are those
of the tz database, each with its principal city.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from planner.travel import great_circle_km
from planner.zones import offset_of, zone_names

BEFORE, AFTER, STEP = timedelta(hours=24), timedelta(hours=48), timedelta(minutes=15)
AT_HOME_KM = 100  # so near to its principal city people live by a zone
FAR_KM = 2000  # nobody lives by a zone whose principal city is so far away
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """Clocks of the zone show another offset: before or from the moment `since` (in H's offset), or at H (None)."""

    zone: str
    offset: str
    since: datetime | None = None
    is_followed: bool = False  # the operation names the zone: its times are told by these clocks

    @property
    def code(self) -> str:
        """What is odd: `clocks-change`, `clocks-followed` or `odd-offset`."""
        if self.since is None:
            return "odd-offset"
        return "clocks-followed" if self.is_followed else "clocks-change"

    @property
    def when(self) -> str:
        """The moment as papers write it; nothing where there is none."""
        return "" if self.since is None else self.since.strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class _City:
    country: str
    zone: str
    at: Point


def clock_doubt(h_hour: datetime, points: Iterable[Point], zone: object = None) -> ClockDoubt | None:
    """Why clocks at these points (WGS-84) show another time than H's offset says; None where nothing speaks for it.

    `zone`: what the operation's details say of its zone; with a name of the database, whether its own clocks change.
    """
    some = list(points)
    middle = (sum(lat for lat, _ in some) / len(some), sum(lon for _, lon in some) / len(some)) if some else None
    found = None if middle is None else _doubt(h_hour, h_hour.isoformat(), middle)
    if not (isinstance(zone, str) and zone in zone_names()) or (found is not None and found.since is None):
        return found
    change = _change(h_hour, zone)
    return None if change is None else replace(change, is_followed=True)


@lru_cache(maxsize=256)
def _doubt(h_hour: datetime, told: str, middle: Point) -> ClockDoubt | None:
    """`told` is H as text: two moments that are equal may have different offsets."""
    by_distance = sorted((great_circle_km(*middle, *city.at), city.zone, city.country) for city in _cities())
    km, zone, country = by_distance[0]
    moments = (h_hour - BEFORE, h_hour, h_hour + AFTER)
    if km <= AT_HOME_KM and any(_shows(zone, h_hour, moment) for moment in moments):
        return _change(h_hour, zone)
    near = {country} if km <= AT_HOME_KM else {other for far, _, other in by_distance if far <= FAR_KM}
    fits = [other for _, other, there in by_distance if there in near and _shows(other, h_hour, h_hour)]
    return _change(h_hour, fits[0]) if fits else ClockDoubt(zone, offset_of(h_hour.astimezone(ZoneInfo(zone))))


def _change(h_hour: datetime, zone: str) -> ClockDoubt | None:
    """The first time around H at which the zone's clocks show something else than at H."""
    moment, last = h_hour - BEFORE, h_hour + AFTER
    own, before = h_hour.utcoffset(), moment.astimezone(ZoneInfo(zone)).utcoffset()
    while moment <= last:
        there = moment.astimezone(ZoneInfo(zone))
        if there.utcoffset() != before:
            other = there if there.utcoffset() != own else (moment - STEP).astimezone(ZoneInfo(zone))
            return ClockDoubt(zone, offset_of(other), moment)
        moment += STEP
    return None


def _shows(zone: str, h_hour: datetime, moment: datetime) -> bool:
    """Whether the zone has H's offset at the moment."""
    return moment.astimezone(ZoneInfo(zone)).utcoffset() == h_hour.utcoffset()


@cache
def _cities() -> tuple[_City, ...]:
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(_City(country, zone, _point(at)) for country, at, zone, *_ in rows)


def _point(text: str) -> Point:
    """Latitude and longitude of a sign, degrees, minutes and perhaps seconds, one after the other: +3114+12128."""
    cut = max(text.rfind("+"), text.rfind("-"))
    return _degrees(text[:cut], 2), _degrees(text[cut:], 3)


def _degrees(text: str, digits: int) -> float:
    sign, rest = (-1 if text[0] == "-" else 1), text[1:]
    parts = rest[:digits], rest[digits : digits + 2], rest[digits + 2 :] or "0"
    degrees, minutes, seconds = map(int, parts)
    return sign * (degrees + minutes / 60 + seconds / 3600)
