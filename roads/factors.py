"""Factors of the time of day: how many times as long roads of a class take in a band of hours."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from roads.profile import Profile, profile

FILE = Path(__file__).with_name("factors.toml")
NAME = "factors.toml"
"""The file of an installation's own factors, in the folder of its areas."""
DAY = 24 * 60
LEAST, MOST, MOST_BANDS, MOST_BYTES = 0.25, 10, 500, 1_000_000
CLOCK = validate.Regexp(re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z"), error='Must be a clock time such as "07:30".')
TEXT = validate.Length(1, 200, error="Must have 1 to 200 characters.")


class BadFactors(Exception):
    """A file of factors that cannot be taken; `faults` says of each fault where it is and what would be right."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class FactorBand:
    """Factors by road class from one minute of the day to another (not included, may be past midnight)."""

    start: int
    end: int
    factors: Mapping[str, float]
    source: str
    area: str | None = None

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day lies in it."""
        return (minute - self.start) % DAY < ((self.end - self.start) % DAY or DAY)

    @property
    def hours(self) -> str:
        """From when to when, by the clock."""
        return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.end))


@dataclass(frozen=True)
class Factors:
    """All bands. Bands of one area, and those of none, do not overlap."""

    bands: tuple[FactorBand, ...] = field(default=())

    def at(self, clock: time, area: str) -> FactorBand | None:
        """The band of a clock time on the roads of an area; its own comes first. None: there are no traffic data."""
        minute = 60 * clock.hour + clock.minute
        found = {band.area: band for band in self.bands if band.area in (area, None) and band.holds(minute)}
        return found.get(area, found.get(None))


class FactorBandSchema(Schema):
    """A band as it is written."""

    start = fields.String(required=True, validate=CLOCK)
    end = fields.String(required=True, validate=CLOCK)
    source = fields.String(required=True, validate=TEXT)
    area = fields.String(validate=TEXT)
    factors = fields.Dict(
        keys=fields.String(validate=validate.OneOf(profile().classes, error="Must be a road class of the profile.")),
        values=fields.Float(validate=validate.Range(LEAST, MOST, error=f"Must be from {LEAST} to {MOST}.")),
        required=True,
        validate=validate.Length(1, error="Must name a road class."),
    )


class FactorsSchema(Schema):
    """A file of factors as it is written."""

    bands = fields.List(
        fields.Nested(FactorBandSchema),
        required=True,
        validate=validate.Length(max=MOST_BANDS, error=f"Must be at most {MOST_BANDS}."),
    )


def read_factors(path: Path) -> Factors:
    """The factors of a TOML file. Raises BadFactors with every fault and its place, OSError."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadFactors([f"the file has more than {MOST_BYTES / 1e6:g} MB"])
    try:
        told = FactorsSchema().load(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        raise BadFactors(list(_places(error.messages))) from error
    except ValueError as error:
        raise BadFactors([f"the file is no TOML: {error}"]) from error
    bands = tuple(_band(row) for row in told["bands"])
    if faults := list(_overlaps(bands)):
        raise BadFactors(faults)
    return Factors(bands)


def factors_of(areas: Path) -> Factors:
    """The factors of an installation: its own in the folder of its areas, else those that come with H-Hour.

    Raises BadFactors, OSError.
    """
    own = areas / NAME
    return read_factors(own if own.is_file() else FILE)


def with_factors(factors: Factors, clock: time, area: str) -> Profile:
    """How is driven on the roads of an area at a clock time, that of H."""
    band = factors.at(clock, area)
    return replace(profile(), factors=band.factors if band else {})


def _band(row: Mapping[str, Any]) -> FactorBand:
    start, end = (60 * int(row[key][:2]) + int(row[key][3:]) for key in ("start", "end"))
    return FactorBand(start, end, row["factors"], row["source"], row.get("area"))


def _overlaps(bands: tuple[FactorBand, ...]) -> Iterator[str]:
    """Bands of the same roads of which one begins within another."""
    for i, band in enumerate(bands):
        for j, other in enumerate(bands):
            if i != j and band.area == other.area and band.holds(other.start) and (i < j or band.start != other.start):
                yield f"bands[{j}].start: {other.hours} overlaps bands[{i}], {band.hours}"


def _places(found: Any, place: str = "") -> Iterator[str]:
    """Each fault with its place, from what marshmallow tells."""
    if isinstance(found, Mapping):
        for key, below in found.items():
            step = f"[{key}]" if isinstance(key, int) else "" if key in ("key", "value", "_schema") else f".{key}"
            yield from _places(below, place + step)
    else:
        yield from (f"{place.removeprefix('.') or 'the file'}: {text}" for text in found)
