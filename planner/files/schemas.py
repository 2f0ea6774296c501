"""The schemas of operation and plan files (spec/PROBLEM.md, sections 2 and 4): the contract in both directions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, post_dump, post_load, validates_schema
from marshmallow.fields import Nested

from planner import operation as op
from planner import plan as pl
from planner.files import limits
from planner.files.fields import (
    AnyText,
    Choice,
    Counts,
    Day,
    Degrees,
    Details,
    Flag,
    Instant,
    Number,
    Several,
    Text,
    Whole,
    refuse_beyond,
    wrong,
)
from planner.files.law_details import LawDetails

SEXES, LEVELS, KINDS = ("F", "M"), ("province", "city", "district"), ("base", "assembly", "custody")


OFFICER_DEFAULTS: dict[str, Any] = {
    "skills": [],
    "team": None,
    "available_from": -2880,
    "available_to": 2880,
    "details": {},
}
SITE_NONE = dict.fromkeys(("officers", "raid_minutes", "set_minutes"))  # nothing stands for doctrine's figure
SITE_DEFAULTS: dict[str, Any] = {"exam": False, "needs": {}, **SITE_NONE, "details": {}}


class RowSchema(Schema):
    """A row of a table: unknown keys are refused, optional ones with their default are not written."""

    makes: ClassVar[Any] = None
    omits: ClassVar[Mapping[str, Any]] = {}

    class Meta:
        """Unknown keys are errors."""

        unknown = RAISE

    def refuse(self, data: dict[str, Any]) -> None:
        """What fields that are right by themselves are together. Raises ValidationError."""

    @validates_schema(skip_on_field_errors=False)
    def _refused(self, data: dict[str, Any], **_: Any) -> None:
        self.refuse(data)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)

    @post_dump
    def _without_defaults(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if key not in self.omits or value != self.omits[key]}


class Described(RowSchema):
    """A row that may carry descriptive facts beside what the rules read."""

    details = Details()


class Point(Described):
    """A row with a place on the map."""

    id, city = Text(required=True), Text(required=True)
    lat, lon = Degrees(required=True), Degrees(required=True)

    def refuse(self, data: dict[str, Any]) -> None:
        """The point lies on the map. Raises ValidationError."""
        lat, lon = data.get("lat", 0), data.get("lon", 0)
        if abs(lat) > limits.LATITUDE.most and abs(lat) <= limits.LONGITUDE.most and abs(lon) <= limits.LATITUDE.most:
            raise wrong("not-latitude", "lat", lat=lat, lon=lon)
        faults = {}
        for key, value, span in (("lat", lat, limits.LATITUDE), ("lon", lon, limits.LONGITUDE)):
            try:
                refuse_beyond(value, span)
            except ValidationError as error:
                faults[key] = error.messages
        if faults:
            raise ValidationError(faults)


class AgencySchema(Described):
    """`agencies`."""

    makes, omits = op.Agency, {"details": {}}
    id, name = Text(required=True), Text(required=True)
    level = Choice(LEVELS, required=True)
    cities = Several(Text(), required=True)
    details = LawDetails("agencies")


class PlaceSchema(Point):
    """`places`."""

    makes, omits = op.Place, {"cells": 0, "rooms": 0, "details": {}}
    name, kind = Text(required=True), Choice(KINDS, required=True)
    cells, rooms = Whole(limits.CELLS), Whole(limits.CELLS)


class OfficerSchema(Described):
    """`officers`."""

    makes, omits = op.Officer, OFFICER_DEFAULTS
    id, name, agency, base = (Text(required=True) for _ in range(4))
    sex, rank = Choice(SEXES, required=True), Whole(limits.RANK, required=True)
    skills, team = Several(Text()), Text(allow_none=True)
    available_from, available_to = Whole(limits.MOMENT), Whole(limits.MOMENT)


class VehicleSchema(Described):
    """`vehicles`."""

    makes, omits = op.Vehicle, {"cells": 0, "details": {}}
    id, label, base = Text(required=True), Text(required=True), Text(required=True)
    seats, cells = Whole(limits.SEATS, required=True), Whole(limits.VEHICLE_CELLS)


class SiteSchema(Point):
    """`sites`."""

    makes, omits = op.Site, SITE_DEFAULTS
    address, risk = Text(required=True), Choice(op.RISKS, required=True)
    exam, needs = Flag(), Counts(limits.NEEDED)
    officers, raid_minutes = Whole(limits.SQUAD, allow_none=True), Whole(limits.RAID_MINUTES, allow_none=True)
    set_minutes = Whole(limits.MINUTES, allow_none=True)
    details = LawDetails("sites")


class WarrantSchema(RowSchema):
    """A suspect's `warrant`."""

    makes = op.Warrant
    number, expires = Text(required=True), Instant(required=True)


class SuspectSchema(Described):
    """`suspects`."""

    makes, omits = op.Suspect, {"priority": 1, "details": {}}
    id, name, site = Text(required=True), Text(required=True), Text(required=True)
    sex, born = Choice(SEXES, required=True), Day(required=True)
    priority = Whole(limits.PRIORITY)
    warrant = Nested(WarrantSchema, required=True, allow_none=True)
    details = LawDetails("suspects")


class LinkSchema(RowSchema):
    """`links`."""

    makes, omits = op.Link, {"weight": 1}
    a, b, weight = Text(required=True), Text(required=True), Whole(limits.WEIGHT)


class AddressSchema(RowSchema):
    """`addresses`."""

    makes, omits = op.Address, {"chance": 0}
    suspect, site, chance = Text(required=True), Text(required=True), Number(limits.CHANCE)


class LegSchema(RowSchema):
    """`legs`."""

    makes = op.Leg
    source, target = Text(required=True, data_key="from"), Text(required=True, data_key="to")
    minutes = Whole(limits.LEG_MINUTES, required=True, allow_none=True)


class ByRiskSchema(Schema):
    """A figure of doctrine that depends on risk; only those that differ."""

    low, medium, high = (Whole(limits.MINUTES) for _ in range(3))


RATIOS = ("escorts_per_detainee", "self_escort_ratio")
FIGURES = {
    "commander_rank": limits.RANK,
    "lead_rank": limits.RANK,
    "escort_crew": limits.CREW,
    "span_of_control": limits.SPAN_OF_CONTROL,
}
"""Whole figures of doctrine with a span of their own; the others are as long as any time."""


def _doctrine_field(name: str) -> Any:
    if name in RATIOS:
        return Number(limits.RATIO)
    if isinstance(getattr(op.Doctrine(), name), op.ByRisk):
        return Nested(ByRiskSchema)
    return Whole(FIGURES.get(name, limits.MINUTES))


DoctrineSchema = Schema.from_dict(
    {name: _doctrine_field(name) for name in op.Doctrine.__dataclass_fields__}, name="DoctrineSchema"
)


class StopSchema(RowSchema):
    """A unit's `stops`. Here and below names and numbers are taken as they are: the rules judge them."""

    makes, omits = pl.Stop, {"suspects": []}
    task, place = AnyText(required=True), AnyText(required=True)
    start, end = Number(limits.PLAN_FIGURE, required=True), Number(limits.PLAN_FIGURE, required=True)
    suspects = Several(AnyText())


class GuardsSchema(RowSchema):
    """A squad's `guards`."""

    makes = pl.Guards
    officers, vehicles = Several(AnyText(), required=True), Several(AnyText(), required=True)


class UnitSchema(RowSchema):
    """`units`."""

    makes, omits = pl.Unit, {"guards": {"officers": [], "vehicles": []}}
    id, kind = AnyText(required=True), AnyText(required=True)
    officers, vehicles = Several(AnyText(), required=True), Several(AnyText(), required=True)
    stops = Several(Nested(StopSchema), required=True)
    guards = Nested(GuardsSchema)


class TeamSchema(RowSchema):
    """`teams`."""

    makes = pl.Team
    id, commander, assembly = AnyText(required=True), AnyText(required=True), AnyText(required=True)
    units = Several(AnyText(), required=True)


class InterviewSchema(RowSchema):
    """`interviews`."""

    makes = pl.Interview
    suspect, place = AnyText(required=True), AnyText(required=True)
    room, start, end = (Number(limits.PLAN_FIGURE, required=True) for _ in range(3))
    officers = Several(AnyText(), required=True)


class MissedSchema(RowSchema):
    """`missed`."""

    makes = pl.Missed
    suspect, reason = AnyText(required=True), AnyText(load_default="")
