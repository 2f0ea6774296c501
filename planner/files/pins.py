"""Pins in files (spec/PROBLEM.md, section 6): an object whose keys tell which form it is."""

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError

from planner import operation as op
from planner.files.fault import Fault, did_you_mean, inside, quote
from planner.files.fields import Text, Whole, faults_of
from planner.files.limits import MOMENT

FORMS: dict[Any, tuple[str, ...]] = {
    op.OfficerAtSite: ("officer", "site"),
    op.OfficerNotAtSite: ("officer", "not_site"),
    op.OfficerInTeam: ("officer", "team"),
    op.OfficerReserved: ("officer", "reserve"),
    op.SiteInTeam: ("site", "team"),
    op.SiteStart: ("site", "start"),
    op.SiteSkipped: ("site", "skip"),
    op.SitesTogether: ("together",),
}
KEYS = sorted({key for keys in FORMS.values() for key in keys})
ONLY_TRUE = ("reserve", "skip")


def read_pins(data: list[dict[str, Any]]) -> tuple[op.Pin, ...]:
    """The pins; the list has no fault."""
    return tuple(_pin(row) for row in data)


def pin_faults(data: Any) -> Iterator[Fault]:
    """What is wrong with the pins: each has one of the forms, with ids, minutes or true."""
    if isinstance(data, list):
        yield from (fault for i, row in enumerate(data) for fault in _faults(f"pins[{i}]", row))
    else:
        yield Fault("pins", "not-list", {"value": quote(data)})


def _faults(place: str, row: Any) -> Iterator[Fault]:
    if not isinstance(row, dict):
        yield Fault(place, "value-not-object", {"value": quote(row)})
    elif set(row) not in map(set, FORMS.values()):
        unknown = [key for key in row if key not in KEYS]
        yield from (Fault(inside(place, key), "unknown-key", did_you_mean(key, KEYS)) for key in unknown[:20])
        forms = ", ".join("{" + ", ".join(keys) + "}" for keys in FORMS.values())
        yield Fault(place, "pin-keys", {"forms": forms})
    else:
        yield from (fault for key, value in row.items() for fault in _value_faults(inside(place, key), key, value))


def _value_faults(place: str, key: str, value: Any) -> Iterator[Fault]:
    if key in ONLY_TRUE:
        if value is not True:
            yield Fault(place, "not-true", {"value": quote(value)})
    elif key == "together" and not (isinstance(value, list) and len(value) == 2):
        yield Fault(place, "not-two-sites", {"value": quote(value)})
    else:
        field: Any = Whole(MOMENT) if key == "start" else Text()
        items = enumerate(value) if key == "together" else [(None, value)]
        for i, item in items:
            try:
                field.deserialize(item)
            except ValidationError as error:
                yield from faults_of(place if i is None else inside(place, i), error.messages)


def _pin(row: dict[str, Any]) -> op.Pin:
    if "together" in row:
        made: op.Pin = op.SitesTogether(*row["together"])
    else:
        form = next(form for form, keys in FORMS.items() if set(keys) == set(row))
        made = form(**{key: value for key, value in row.items() if key not in ONLY_TRUE})
    return made


def dump_pin(pin: op.Pin) -> dict[str, Any]:
    """The pin as plain values."""
    if isinstance(pin, op.SitesTogether):
        return {"together": [pin.a, pin.b]}
    return {key: getattr(pin, key, True) for key in FORMS[type(pin)]}
