"""What two operations share that neither may overlook: a person, a vehicle, or doors that lie close to each other."""

import math
import re
import sys
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import product
from typing import Any, Literal, NamedTuple

from planner.travel import EARTH_RADIUS_KM, great_circle_km

OverlapKind = Literal["person", "vehicle", "door"]
Place = tuple[str, str]
"""Table and key of a row."""
Cell = tuple[int, int, int]
Surroundings = Mapping[Cell, list["DoorPoint"]]
IDENTITY, VEHICLE = "identity", "vehicle"
"""Descriptive facts of a suspect: the number of the identity document, and the vehicle that the suspect uses."""
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-Z][ ·.・-]?[A-Z0-9]{4,6}[A-Z0-9警学挂港澳领]"
    r"|\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?[0-9]{1,4}[EH]?\b"  # Germany
    r"|\b[A-Z]{2}[0-9]{2} ?[A-Z]{3}\b"  # the United Kingdom
    r"|\b[A-Z]{2}-[0-9]{3}-[A-Z]{2}\b"  # France
)
_BETWEEN = re.compile(r"[\W_]+")


_SIZE = 7  # bytes of a digest before its kind: two that are alike by chance cost one comparison, and tell nothing wrong
KINDS: tuple[OverlapKind, ...] = ("person", "vehicle", "door")


class SuspectRow(NamedTuple):
    """What of a suspect is compared; `born` is a day in ISO 8601."""

    key: str
    name: str
    born: str
    details: Mapping[str, Any]


class VehicleRow(NamedTuple):
    """What of a vehicle is compared; name and city are those of its base."""

    key: str
    label: str
    base: str
    city: str
    details: Mapping[str, Any]


class DoorPoint(NamedTuple):
    """Where a site lies, in degrees WGS-84."""

    key: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Traits:
    """An operation as others are compared with it; doors lie in cubes whose edges are twice the distance asked for."""

    by_identity: Mapping[str, list[str]]
    by_name: Mapping[tuple[str, str], list[tuple[str, str]]]
    by_vehicle: Mapping[tuple[str, ...], list[Place]]
    by_cube: Mapping[Cell, list[DoorPoint]]
    doors: tuple[DoorPoint, ...]
    metres: float


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests of an operation's traits: what it `has`, and where another may lie close to a door of it (`around`)."""

    has: bytes
    around: bytes

    def asked(self) -> frozenset[int]:
        """The digests of which another operation with an overlap has at least one."""
        return frozenset((*array("Q", self.has), *array("Q", self.around)))


@dataclass(frozen=True, slots=True)
class Overlap:
    """The rows of one operation that another one also has, or that lie close to one of its doors."""

    kind: OverlapKind
    rows: tuple[Place, ...]


def traits(
    suspects: Iterable[SuspectRow], vehicles: Iterable[VehicleRow], doors: Iterable[DoorPoint], metres: float
) -> Traits:
    """What is compared of an operation; `metres` above 0 is how close doors may lie."""
    by_identity, by_name = defaultdict[str, list[str]](list), defaultdict[tuple[str, str], list[tuple[str, str]]](list)
    by_vehicle, by_cube = defaultdict[tuple[str, ...], list[Place]](list), defaultdict[Cell, list[DoorPoint]](list)
    for one in suspects:
        number = folded(str(one.details.get(IDENTITY) or ""))
        by_name[folded(one.name), one.born].append((one.key, number))
        if number:
            by_identity[number].append(one.key)
        for known in _driven(str(one.details.get(VEHICLE) or "")):
            by_vehicle[known].append(("suspects", one.key))
    known_as = cache(folded)  # bases have many vehicles
    for car in vehicles:
        by_vehicle["base", folded(car.label), known_as(car.base), known_as(car.city)].append(("vehicles", car.key))
        for known in {plate for text in (car.label, *_texts(car.details)) for plate in _plates(text)}:
            by_vehicle[known].append(("vehicles", car.key))
    placed = tuple(doors)
    for door in placed:
        x, y, z = _in_edges(door, metres)
        by_cube[math.floor(x), math.floor(y), math.floor(z)].append(door)
    return Traits(dict(by_identity), dict(by_name), dict(by_vehicle), dict(by_cube), placed, metres)


def folded(text: str) -> str:
    """The text as it is compared: letters and digits alone, whatever their width and case."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def _texts(details: Mapping[str, Any]) -> Iterator[str]:
    return (value for value in details.values() if isinstance(value, str))


def _plates(text: str) -> set[tuple[str, ...]]:
    found = _PLATE.findall(unicodedata.normalize("NFKC", text).upper())
    return {("plate", folded(plate)) for plate in found}


def _driven(text: str) -> set[tuple[str, ...]]:
    """The plates in what is said of a suspect's vehicle; of a text without one, the text, if it has a digit."""
    plain = folded(text)
    return _plates(text) or ({("text", plain)} if any(c.isdigit() for c in plain) else set())


def _in_edges(door: DoorPoint, metres: float) -> tuple[float, float, float]:
    """The door in space, from the middle of the earth, in edges of the cubes."""
    lat, lon, radius = math.radians(door.lat), math.radians(door.lon), EARTH_RADIUS_KM * 1000 / (2 * metres)
    flat = radius * math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), radius * math.sin(lat)


def surroundings(mine: Traits) -> Surroundings:
    """Cube -> the doors to which a door in it may be close: those with the cube among the eight around them."""
    found = defaultdict[Cell, list[DoorPoint]](list)
    for door in mine.doors:
        x, y, z = map(_sides, _in_edges(door, mine.metres))
        for cube in product(x, y, z):
            found[cube].append(door)
    return dict(found)


def _sides(at: float) -> tuple[int, int]:
    """The two cubes along an edge that hold all that is within half an edge."""
    here = math.floor(at)
    return here, here + (1 if at - here >= 0.5 else -1)


def fingerprint(of: Traits) -> Fingerprint:
    """What can be kept of the traits, so that operations with nothing in common are told apart at once."""
    people: tuple[Iterable[object], ...] = (of.by_identity, of.by_name)
    tables: tuple[tuple[OverlapKind, Iterable[object]], ...] = (
        *(("person", keys) for keys in people),
        ("vehicle", of.by_vehicle),
        ("door", of.by_cube),
    )
    has = (_digest(kind, key) for kind, keys in tables for key in keys)
    return Fingerprint(b"".join(has), b"".join(_digest("door", cube) for cube in surroundings(of)))


def _digest(kind: OverlapKind, key: object) -> bytes:
    """Seven bytes of the key, and the kind."""
    return blake2b(repr(key).encode(), digest_size=_SIZE).digest() + bytes([KINDS.index(kind)])


def kinds_in_common(asked: frozenset[int], other: Fingerprint) -> frozenset[OverlapKind]:
    """Of which kinds an operation that asks for these digests may overlap with the other; of all others it does not."""
    found = asked.intersection(array("Q", other.has))
    return frozenset(KINDS[value.to_bytes(_SIZE + 1, sys.byteorder)[-1]] for value in found)


def overlaps(mine: Traits, others: Traits, around: Surroundings | None = None) -> list[Overlap]:
    """What of the one operation the other one has too, in the order of kinds; rows by table and key.

    `around`: the surroundings of the one, where they are known; both were made for the same distance.
    """
    asked: tuple[tuple[OverlapKind, set[Place]], ...] = (
        ("person", _people(mine, others)),
        ("vehicle", _vehicles(mine, others)),
        ("door", _doors(surroundings(mine) if around is None else around, others)),
    )
    return [Overlap(kind, tuple(sorted(rows))) for kind, rows in asked if rows]


def _people(mine: Traits, others: Traits) -> set[Place]:
    """The same number; else the same name and day of birth, unless both numbers are known and differ."""
    found = {key for number in mine.by_identity.keys() & others.by_identity.keys() for key in mine.by_identity[number]}
    for name in mine.by_name.keys() & others.by_name.keys():
        theirs = {number for _, number in others.by_name[name]}
        found |= {key for key, number in mine.by_name[name] if not number or "" in theirs or number in theirs}
    return {("suspects", key) for key in found}


def _vehicles(mine: Traits, others: Traits) -> set[Place]:
    """The same plate, or the same vehicle of the same base."""
    shared = mine.by_vehicle.keys() & others.by_vehicle.keys()
    return {place for known in shared for place in mine.by_vehicle[known]}


def _doors(around: Surroundings, others: Traits) -> set[Place]:
    """Doors with one of the other's within the distance, over the great circle."""
    return {
        ("sites", door.key)
        for cube in around.keys() & others.by_cube.keys()
        for door in around[cube]
        if any(_is_close(door, one, others.metres) for one in others.by_cube[cube])
    }


def _is_close(door: DoorPoint, other: DoorPoint, metres: float) -> bool:
    return 1000 * great_circle_km(door.lat, door.lon, other.lat, other.lon) <= metres
