"""What OpenStreetMap's tags say of a road: its class, its limits, who may drive on it and in which direction."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from roads.profile import Profile

Tags = Mapping[str, str]
FORWARD, BACKWARD, BRIDGE, TUNNEL, ROUNDABOUT, FERRY = 1, 2, 4, 8, 16, 32
"""Flags of a road: the two directions that are driven, and what it is."""
MPH = 1.609344
SHUT = {"no", "private", "agricultural", "forestry", "agricultural;forestry", "delivery", "emergency", "military"}
OPEN = {"yes", "permissive", "designated", "destination", "official", "customers"}
VEHICLES = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Whom a word on access is for, from the nearest to us to the most general."""
WALLS = {
    "bollard",
    "block",
    "jersey_barrier",
    "cycle_barrier",
    "motorcycle_barrier",
    "log",
    "debris",
    "planter",
    "wall",
}
GATES = {"gate", "lift_gate", "swing_gate", "chain", "sliding_gate"}
GOOD_TRACKS = {"grade1", "grade2"}


class RoadKind(NamedTuple):
    """What a stretch of road is. Limits are as tagged, in km/h, `cap` is that of the surface; 0 where there is none."""

    road_class: int
    flags: int
    limit_forward: float
    limit_backward: float
    cap: float
    name: str


def road_kind(tags: Tags, profile: Profile) -> RoadKind | None:
    """The kind of a way, or None where no car drives."""
    is_ferry = tags.get("route") == "ferry"
    word = "ferry" if is_ferry else tags.get("highway", "")
    if word not in profile.kmh or not (_is_car_ferry(tags) if is_ferry else _is_open(tags)):
        return None
    if word == "track" and tags.get("tracktype") not in GOOD_TRACKS:
        return None
    directions = _directions(tags, word)
    if not directions:
        return None
    limit, both = {}, tags.get("maxspeed", "")
    for way in ("forward", "backward"):
        limit[way] = _limit(tags.get(f"maxspeed:{way}", both), profile)
    cap = profile.surface_kmh.get(tags.get("surface", ""), 0)
    flags = directions | _nature(tags) | (FERRY if is_ferry else 0)
    return RoadKind(profile.classes.index(word), flags, limit["forward"], limit["backward"], cap, tags.get("name", ""))


def ferry_minutes(tags: Tags) -> float:
    """How long a ferry says that it takes (H:MM, H:MM:SS or minutes); 0 where it says nothing that can be read."""
    told = tags.get("duration", "")
    if found := re.fullmatch(r"(\d{1,3}):(\d\d)(?::(\d\d))?", told):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return 60 * hours + minutes + seconds / 60
    return float(told) if re.fullmatch(r"\d{1,4}(\.\d+)?", told) else 0


def stop_of(tags: Tags) -> str:
    """What a point of a road is: a word of the profile's stops, "wall" where no car passes, or "" for nothing."""
    barrier = tags.get("barrier", "")
    if barrier in WALLS or barrier in GATES:
        if not _is_open(tags) or (barrier in WALLS and not any(tags.get(who) in OPEN for who in VEHICLES)):
            return "wall"
        return "gate" if barrier in GATES else ""
    if barrier == "toll_booth" or tags.get("highway") == "toll_booth":
        return "toll_booth"
    if tags.get("railway") == "level_crossing":
        return "level_crossing"
    word = tags.get("highway", "")
    return word if word in ("traffic_signals", "stop", "give_way") else ""


def _is_open(tags: Tags) -> bool:
    """Whether a car may drive there: the word that is nearest to it counts."""
    for who in VEHICLES:
        if who in tags:
            return tags[who] not in SHUT
    return True


def _is_car_ferry(tags: Tags) -> bool:
    """Whether a ferry says that it takes cars."""
    return next((tags[who] in OPEN for who in VEHICLES if who in tags), False)


def _directions(tags: Tags, word: str) -> int:
    """The directions that are driven."""
    told = tags.get("oneway:motor_vehicle") or tags.get("oneway", "")
    if told in ("yes", "true", "1"):
        return FORWARD
    if told in ("-1", "reverse"):
        return BACKWARD
    if told == "reversible":
        return 0
    if told in ("no", "false", "0"):
        return FORWARD | BACKWARD
    is_implied = word in ("motorway", "motorway_link") or tags.get("junction") in ("roundabout", "circular")
    return FORWARD if is_implied else FORWARD | BACKWARD


def _nature(tags: Tags) -> int:
    """Whether it is a bridge, a tunnel, a roundabout, as flags."""
    is_bridge, is_tunnel = (tags.get(key, "no") not in ("no", "") for key in ("bridge", "tunnel"))
    is_round = tags.get("junction") in ("roundabout", "circular")
    return is_bridge * BRIDGE | is_tunnel * TUNNEL | is_round * ROUNDABOUT


def _limit(told: str, profile: Profile) -> float:
    """A tagged limit in km/h; 0 where there is none that can be read. Of several the lowest."""
    return min(filter(None, (_one_limit(part.strip(), profile) for part in told.split(";"))), default=0)


def _one_limit(told: str, profile: Profile) -> float:
    if found := re.fullmatch(r"(\d{1,3}(?:\.\d+)?)(?: ?(km/h|kmh|kph|mph))?", told):
        return float(found[1]) * (MPH if found[2] == "mph" else 1)
    if told == "none":
        return max(profile.vehicles.values()) / profile.limit_share
    return profile.zone_kmh.get(told.rpartition(":")[2], 0)
