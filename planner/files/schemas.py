"""The schemas of operation and plan files (spec/PROBLEM.md, sections 2, 4 and 6): the contract in both directions."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_dump, post_load, validate

from planner import operation as op
from planner import plan as pl
from planner.files.fault import did_you_mean

MOST_MINUTES = 100_000  # about ten weeks: a figure beyond is a slip
MOST_LEG = 1_000_000
MOST_NUMBER = 100_000


class Whole(fields.Integer):
    """A whole number within its range; neither text nor a truth value."""

    def __init__(self, least: int, most: int, **more: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **more)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(f"{_shown(value)} is no number")
        if isinstance(value, float) and not value.is_integer():
            raise ValidationError(f"{value} is no whole number")
        return int(value)


class Degrees(fields.Float):
    """A coordinate in degrees."""

    def __init__(self, most: float) -> None:
        super().__init__(required=True, validate=validate.Range(-most, most))

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(f"{_shown(value)} is no number")
        return float(value)


class Ratio(Degrees):
    """A positive number of officers per detainee."""

    def __init__(self) -> None:
        fields.Float.__init__(self, validate=validate.Range(0, 100))


class Text(fields.String):
    """Text that is not empty."""

    def __init__(self, **more: Any) -> None:
        super().__init__(validate=validate.Length(1, 1000), **more)


class Instant(fields.Field[datetime]):
    """An ISO 8601 date and time with its offset from UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError(f"{_shown(value)} is no ISO 8601 time such as 2026-04-01T06:00:00+08:00") from error
        if moment.utcoffset() is None:
            raise ValidationError(f"{_shown(value)} lacks its offset, such as +08:00")
        return moment


class Day(fields.Field[date]):
    """An ISO 8601 date."""

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValidationError(f"{_shown(value)} is no date such as 1990-05-31")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(f"{_shown(value)} is no day of the calendar") from error


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


class Row(Schema):
    """A row of a table: unknown keys are refused, optional ones with their default are not written."""

    makes: ClassVar[Any] = None
    omits: ClassVar[Mapping[str, Any]] = {}

    class Meta:
        """Unknown keys are errors."""

        unknown = RAISE

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)

    @post_dump
    def _without_defaults(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if key not in self.omits or value != self.omits[key]}

    def unknown_key(self, key: str) -> str:
        """What to say of a key that the row does not know."""
        return "unknown key" + did_you_mean(key, [f.data_key or name for name, f in self.fields.items()])


class Words(fields.List[str]):
    """A list of texts, kept as a tuple."""

    def __init__(self, **more: Any) -> None:
        super().__init__(fields.String(validate=validate.Length(1, 200)), **more)

    def _deserialize(self, *args: Any, **more: Any) -> Any:
        return tuple(super()._deserialize(*args, **more))


class AgencySchema(Row):
    """`agencies`."""

    makes = op.Agency
    id, name = Text(required=True), Text(required=True)
    level = fields.String(required=True, validate=validate.OneOf(("province", "city", "district")))
    cities = Words(required=True)


class PlaceSchema(Row):
    """`places`."""

    makes, omits = op.Place, {"cells": 0, "rooms": 0}
    id, name, city = Text(required=True), Text(required=True), Text(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("base", "assembly", "custody")))
    lat, lon = Degrees(90), Degrees(180)
    cells, rooms = Whole(0, MOST_NUMBER), Whole(0, MOST_NUMBER)


class OfficerSchema(Row):
    """`officers`."""

    makes, omits = op.Officer, {"team": None, "available_from": -2880, "available_to": 2880}
    id, name, agency, base = (Text(required=True) for _ in range(4))
    sex = fields.String(required=True, validate=validate.OneOf(("F", "M")))
    rank = Whole(1, 5, required=True)
    skills = Words()
    team = Text(allow_none=True)
    available_from, available_to = Whole(-MOST_MINUTES, MOST_MINUTES), Whole(-MOST_MINUTES, MOST_MINUTES)


class VehicleSchema(Row):
    """`vehicles`."""

    makes, omits = op.Vehicle, {"cells": 0}
    id, label, base = Text(required=True), Text(required=True), Text(required=True)
    seats, cells = Whole(1, 200, required=True), Whole(0, 200)


class SiteSchema(Row):
    """`sites`."""

    makes, omits = op.Site, {"exam": False, "needs": {}, "officers": None, "raid_minutes": None}
    id, address, city = Text(required=True), Text(required=True), Text(required=True)
    lat, lon = Degrees(90), Degrees(180)
    risk = fields.String(required=True, validate=validate.OneOf(op.RISKS))
    exam = fields.Boolean(truthy={True}, falsy={False})
    needs = fields.Dict(Text(), Whole(0, 1000))
    officers, raid_minutes = Whole(1, 1000, allow_none=True), Whole(1, MOST_MINUTES, allow_none=True)


class WarrantSchema(Row):
    """A suspect's `warrant`."""

    makes = op.Warrant
    number, expires = Text(required=True), Instant(required=True)


class SuspectSchema(Row):
    """`suspects`."""

    makes, omits = op.Suspect, {"priority": 1}
    id, name, site = Text(required=True), Text(required=True), Text(required=True)
    sex = fields.String(required=True, validate=validate.OneOf(("F", "M")))
    born = Day(required=True)
    priority = Whole(1, 5)
    warrant = fields.Nested(WarrantSchema, required=True, allow_none=True)


class LinkSchema(Row):
    """`links`."""

    makes, omits = op.Link, {"weight": 1}
    a, b, weight = Text(required=True), Text(required=True), Whole(0, MOST_NUMBER)


class LegSchema(Row):
    """`legs`."""

    makes = op.Leg
    source, target = Text(required=True, data_key="from"), Text(required=True, data_key="to")
    minutes = Whole(0, MOST_LEG, required=True, allow_none=True)


class ByRiskSchema(Schema):
    """A figure of doctrine that depends on risk; only those that differ."""

    low, medium, high = (Whole(0, MOST_MINUTES) for _ in range(3))


def _doctrine_field(default: Any) -> fields.Field[Any]:
    if isinstance(default, op.ByRisk):
        return fields.Nested(ByRiskSchema)
    return Ratio() if isinstance(default, float) else Whole(0, MOST_MINUTES)


RATIOS = ("escorts_per_detainee", "self_escort_ratio")
DoctrineSchema = Schema.from_dict(
    {
        name: Ratio() if name in RATIOS else _doctrine_field(getattr(op.Doctrine(), name))
        for name in op.Doctrine.__dataclass_fields__
    },
    name="DoctrineSchema",
)


class Number(fields.Field[Any]):
    """Any number as it stands: whether it is whole, rule R1 says."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(f"{_shown(value)} is no number")
        if abs(value) > MOST_LEG * 1000:
            raise ValidationError(f"{_shown(value)} is beyond any plan")
        return value


class StopSchema(Row):
    """A unit's `stops`."""

    makes, omits = pl.Stop, {"suspects": []}
    task, place = Text(required=True), Text(required=True)
    start, end = Number(required=True), Number(required=True)
    suspects = Words()


class Rows(fields.List[Any]):
    """A list of rows, kept as a tuple."""

    def _deserialize(self, *args: Any, **more: Any) -> Any:
        return tuple(super()._deserialize(*args, **more))


class UnitSchema(Row):
    """`units`."""

    makes = pl.Unit
    id, kind = Text(required=True), Text(required=True)
    officers, vehicles = Words(required=True), Words(required=True)
    stops = Rows(fields.Nested(StopSchema), required=True)


class TeamSchema(Row):
    """`teams`."""

    makes = pl.Team
    id, commander, assembly = Text(required=True), Text(required=True), Text(required=True)
    units = Words(required=True)


class InterviewSchema(Row):
    """`interviews`."""

    makes = pl.Interview
    suspect, place = Text(required=True), Text(required=True)
    room, start, end = Number(required=True), Number(required=True), Number(required=True)
    officers = Words(required=True)


class MissedSchema(Row):
    """`missed`."""

    makes = pl.Missed
    suspect, reason = Text(required=True), fields.String(load_default="")
