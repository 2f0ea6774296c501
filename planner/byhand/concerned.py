"""What a violation concerns, by kind and id: one id may be an officer's and a vehicle's, so the rule tells which."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from planner.operation import Operation, Pin
from planner.plan import Plan, Unit
from planner.rules import Violation
from planner.scenario import Scenario

Kind = Literal["officer", "vehicle", "squad", "unit", "team", "site", "suspect", "place"]
Concerned = tuple[Kind, str]

KINDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("R1", "guards' officers are not its own"): ("unit", "officer"),
    ("R1", "guards' vehicles are not its own"): ("unit", "vehicle"),
    ("R1", "guards' vehicles without guards"): ("unit", "vehicle"),
    ("R1", "officer serves twice"): ("officer",),
    ("R1", "vehicle serves twice"): ("vehicle",),
    ("R3", "nobody brings it"): ("unit", "vehicle"),
    ("R5", "officer too long on duty"): ("officer",),
    ("R6", "no assembly place"): ("team", "point"),
    ("R9", "warrant ends before"): ("point", "suspect"),
    ("R9", "nobody chargeable"): ("unit", "point"),
    ("R12", "names nobody"): ("unit", "point"),
    ("R12", "picked up, yet delivered by the squad"): ("suspect", "unit"),
    ("R12", "cannot be picked up"): ("unit", "point", "suspect"),
    ("R12", "not aboard"): ("unit", "point", "suspect"),
    ("R12", "ends with detainees aboard"): ("unit", "suspect"),
    ("R17", "too few cells"): ("point",),
    ("R17", "too late"): ("suspect",),
    ("R18", "examined twice"): ("point",),
    ("R19", "no interview is due"): ("suspect", "point"),
    ("R19", "room taken"): ("point", "suspect"),
    ("R19", "no such room"): ("suspect", "point"),
    ("R19", "interviews too near"): ("officer", "suspect"),
    ("R19", "no longer available"): ("officer",),
    ("N1", "interview had started and was changed"): ("suspect",),
    ("N3", "interview starts in the past"): ("suspect",),
}
"""Rule and what is wrong -> the kinds of its subjects in turn; the last stands for all that follow."""
OF_RULE: dict[str, tuple[str, ...]] = {
    "R4": ("unit", "officer"),
    "R5": ("unit", "officer"),
    "R6": ("team", "officer"),
    "R7": ("team", "point"),
    "R9": ("point",),
    "R12": ("suspect",),
    "R13": ("unit", "suspect"),
    "R19": ("suspect", "officer"),
    "R20": ("suspect",),
}
"""The same of a rule whose violations mostly concern something else than a unit and its stop."""
USUAL = ("unit", "point")
PIN_FIELDS = {"officer": "officer", "site": "point", "not_site": "point", "a": "point", "b": "point", "team": "team"}


def concerned_items(scenario: Scenario, plan: Plan, violation: Violation) -> list[Concerned]:
    """What the rule names, then where a board shows that; what is not there is left out.

    A suspect is shown at the site, a custody place that is too full at every unit that delivers there. A rule on the
    whole plan concerns nothing in particular.
    """
    operation, subjects = scenario.operation, violation.subjects
    asked = zip(_kinds(operation, plan, violation), subjects, strict=False)
    named = [(found, name) for kind, name in asked if (found := _found(operation, plan, kind, name)) is not None]
    sites: list[Concerned] = [("site", operation.suspects_by_id[s].site) for kind, s in named if kind == "suspect"]
    units = _delivering(plan, named[0][1]) if [kind for kind, _ in named] == ["place"] else ()
    return list(dict.fromkeys([*named, *sites, *units]))


def _kinds(operation: Operation, plan: Plan, violation: Violation) -> Sequence[str]:
    """The kind of each subject."""
    rule, wrong, subjects = violation.rule, violation.wrong, violation.subjects
    if wrong == "pin does not hold":
        pin: Pin = operation.pins[int(violation.figures["pin"])]
        return [PIN_FIELDS.get(field, "") for field in type(pin).__slots__]
    if rule == "R11":
        led = plan.teams_by_id.get(subjects[1])
        return ("officer", "team" if led is not None and led.commander == subjects[0] else "unit")
    kinds = KINDS.get((rule, wrong)) or OF_RULE.get(rule, USUAL)
    return (*kinds, *kinds[-1:] * len(subjects))


def _found(operation: Operation, plan: Plan, kind: str, name: str) -> Kind | None:
    """What the thing of this kind and id is on a board; None where there is none."""
    rows: dict[str, Mapping[str, object]] = {
        "officer": operation.officers_by_id,
        "vehicle": operation.vehicles_by_id,
        "unit": plan.units_by_id,
        "team": plan.teams_by_id,
        "suspect": operation.suspects_by_id,
        "point": operation.points_by_id,
    }
    if name not in rows.get(kind, ()):
        return None
    if kind == "unit":
        return _unit_kind(plan.units_by_id[name])
    return cast("Kind", kind) if kind != "point" else "site" if name in operation.sites_by_id else "place"


def _unit_kind(unit: Unit) -> Kind:
    return "squad" if unit.kind == "squad" else "unit"


def _delivering(plan: Plan, place: str) -> Iterator[Concerned]:
    for unit in plan.units:
        if any(stop.place == place and stop.task == "deliver" for stop in unit.stops):
            yield _unit_kind(unit), unit.id
