"""The schema of a pack file: what stands where, and what of it must be there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, post_load
from marshmallow.fields import Nested

from planner.files.fault import Fault, quote
from planner.files.fields import Choice, Flag, Several, Text, faults_of, wrong
from planner.files.law_details import ROLES
from planner.law.facts import known_facts
from planner.law.pack import (
    EVENTS,
    PARTS,
    SEVERITIES,
    SUBJECTS,
    ClockStart,
    Extension,
    LawPack,
    PackCard,
    PackClock,
    PackPaper,
    PackPerson,
    PackRule,
    PackWindow,
    Subject,
)
from planner.law.pack_fields import ClockTime, ConditionField, LimitField, SaidField, TomlDay, VerifiedOn
from planner.zones import zone_names

BOUNDS = ("custody_latest", "interview_latest")


class PackPart(Schema):
    """A part of a pack: unknown keys are refused."""

    makes: ClassVar[Any] = None

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)


class ZoneField(Text):
    """A name of the IANA database."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        name = super()._deserialize(value, attr, data)
        if name not in zone_names():
            raise wrong("unknown-zone", value=quote(name))
        return name


class ClockStartSchema(PackPart):
    """`starts` of a clock."""

    makes = ClockStart
    event = Choice(EVENTS, required=True)
    plus = LimitField(is_duration=True)


class ExtensionSchema(PackPart):
    """`extensions` of a clock."""

    makes = Extension
    limit, authority, article = LimitField(required=True), SaidField(required=True), Text(required=True)


COMMON: dict[str, Any] = {
    "id": Text(required=True),
    **{name: SaidField(required=True) for name in ("name", "says", "get")},
    **{name: Text(required=True) for name in ("article", "source")},
    "severity": Choice(SEVERITIES, required=True),
    "waivable_by": Choice(ROLES),
    "verified_on": VerifiedOn(required=True),
}
OWN: Mapping[str, Mapping[str, Any]] = {
    "papers": {"allows_arrest": Flag(), "is_numbered": Flag()},
    "rules": {},
    "people": {},
    "windows": {
        **{name: ClockTime(required=True) for name in ("start", "until")},
        "counts": Choice(("start", "whole"), required=True),
        "exceptions": Several(Text()),
    },
    "clocks": {
        "starts": Several(Nested(ClockStartSchema), required=True),
        "end": Choice(EVENTS, required=True),
        "limit": LimitField(required=True),
        "zone": ZoneField(required=True),
        "extensions": Several(Nested(ExtensionSchema)),
        "pauses": Several(Several(Choice(EVENTS))),
        "bounds": Choice(BOUNDS),
    },
    "cards": {},
}
MAKES: Mapping[str, Any] = {
    "papers": PackPaper,
    "rules": PackRule,
    "people": PackPerson,
    "windows": PackWindow,
    "clocks": PackClock,
    "cards": PackCard,
}


class HeadSchema(Schema):
    """`[pack]`."""

    id, version, text, country = (Text(required=True) for _ in range(4))
    name, languages, zone = SaidField(required=True), Several(Text(), required=True), ZoneField(required=True)
    in_force_from, in_force_until = TomlDay(required=True), TomlDay()
    verified_on, verified_by = VerifiedOn(required=True), Text(required=True)


def _schema(part: str, per: Subject) -> PackPart:
    """The schema of an item of a part, for subjects of a table."""
    facts = known_facts(per)
    asked = {"when": ConditionField(per, facts)} | (
        {"must": ConditionField(per, facts, required=True)} if part == "rules" else {}
    )
    made = {"per": Choice(SUBJECTS, required=True), **COMMON, **OWN[part], **asked, "makes": MAKES[part]}
    schema: PackPart = PackPart.from_dict(made, name=f"{part}-{per}")()  # type: ignore[assignment]
    return schema


ITEMS: Mapping[tuple[str, str], PackPart] = {(part, per): _schema(part, per) for part in PARTS for per in SUBJECTS}


def pack_of(data: Mapping[str, Any], faults: list[Fault]) -> LawPack | None:
    """The pack that the values of a file describe; None, where `faults` has got every fault of it."""
    schema = HeadSchema()
    head: dict[str, Any] = {}
    faults += (Fault(key, "unknown-key") for key in data if key not in ("pack", *PARTS))
    try:
        head = schema.load(data.get("pack", {}))
    except ValidationError as error:
        faults += faults_of("pack", error.messages, schema)
    parts: dict[str, Any] = {part: tuple(_items(part, data.get(part, []), faults)) for part in PARTS}
    ids = Counter(item.id for items in parts.values() for item in items)
    faults += (
        Fault(f"{part}[{i}].id", "item-twice", {"value": quote(item.id)})
        for part, items in parts.items()
        for i, item in enumerate(items)
        if ids[item.id] > 1
    )
    first, last = head.get("in_force_from"), head.get("in_force_until")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        faults.append(Fault("pack.in_force_until", "until-before-from"))
    return None if faults else LawPack(**{"in_force_until": None, **head}, **parts)


def _items(part: str, rows: Any, faults: list[Fault]) -> Iterator[Any]:
    if not isinstance(rows, list):
        faults.append(Fault(part, "not-rows", {"value": quote(rows)}))
        return
    for i, row in enumerate(rows):
        per = row.get("per") if isinstance(row, dict) else None
        schema = ITEMS[part, per if per in SUBJECTS else "operation"]
        try:
            yield schema.load(row)
        except ValidationError as error:
            faults += faults_of(f"{part}[{i}]", error.messages, schema)
