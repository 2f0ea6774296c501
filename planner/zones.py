"""Time zones of the IANA database by name, and the one by whose clocks an operation's times are told."""

from collections.abc import Mapping
from datetime import UTC, datetime, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "zone"
"""The key of an operation's `details` that names its zone."""


@cache
def zone_names() -> frozenset[str]:
    """Every name of the database, such as Asia/Shanghai."""
    return frozenset((files("tzdata") / "zones").read_text("utf-8").split())


def zone_by(text: str) -> tzinfo | None:
    """The zone of a name, or of an offset such as +08:00; None for neither."""
    if text in zone_names():
        return ZoneInfo(text)
    try:
        own = datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo if text[:1] in ("+", "-") else None
    except ValueError:
        return None
    return own if isinstance(own, timezone) else None


def offset_of(moment: datetime) -> str:
    """A moment's offset from UTC as pages write it: +08:00."""
    return moment.isoformat()[-6:]


def zone_text(moment: datetime) -> str:
    """A moment's zone as a form has it: its name, or else the offset."""
    return getattr(moment.tzinfo, "key", "") or offset_of(moment)


def zone_shown(moment: datetime) -> str:
    """A moment's zone as pages and papers tell it: UTC+08:00, or Asia/Shanghai (UTC+08:00)."""
    name = getattr(moment.tzinfo, "key", "")
    return f"{name} (UTC{offset_of(moment)})" if name else f"UTC{offset_of(moment)}"


def zone_of(h_hour: datetime, details: Mapping[str, Any]) -> tzinfo:
    """The zone that the details name, if its clocks have H's offset at H; the zone of that offset otherwise."""
    name = details.get(ZONE)
    zone = ZoneInfo(name) if isinstance(name, str) and name in zone_names() else None
    if zone is not None and h_hour.astimezone(zone).utcoffset() == h_hour.utcoffset():
        return zone
    own = h_hour.tzinfo
    assert own is not None, h_hour
    return own


def hour_of(document: Mapping[str, Any]) -> datetime:
    """A sound document's H, by the clocks of its zone."""
    h_hour = datetime.fromisoformat(document["h_hour"])
    return h_hour.astimezone(zone_of(h_hour, document.get("details", {})))


def by_clocks(wall: datetime, zone: tzinfo) -> datetime | None:
    """The moment at which the zone's clocks show this; the first of two; None where they leap over it."""
    moment = wall.replace(tzinfo=zone, fold=0)
    told = moment.astimezone(UTC).astimezone(zone)
    return told if told.replace(tzinfo=None) == wall.replace(tzinfo=None) else None
