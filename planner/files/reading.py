"""Plain values to an operation or a plan: everything that is wrong is found at once, each fault with its place."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError

from planner import operation as op
from planner import plan as pl
from planner.files import references, schemas
from planner.files.fault import Fault, Unreadable, did_you_mean, first_faults, inside, quote
from planner.files.fault_texts import Value
from planner.files.fields import Instant, Text, Whole, faults_of
from planner.files.law_details import LawDetails
from planner.files.limits import H_YEAR, MAX_TEAMS
from planner.files.matrix import matrix_faults, read_matrix
from planner.files.pins import pin_faults, read_pins
from planner.files.quick_rows import quick_rows
from planner.files.text import text_faults

OPERATION, PLAN = "arrest-operation/1", "arrest-plan/1"
HEAD: dict[str, Any] = {"id": Text(), "name": Text(), "h_hour": Instant(), "max_teams": Whole(MAX_TEAMS)}
OPERATION_TABLES: dict[str, Schema] = {
    "agencies": schemas.AgencySchema(),
    "places": schemas.PlaceSchema(),
    "officers": schemas.OfficerSchema(),
    "vehicles": schemas.VehicleSchema(),
    "sites": schemas.SiteSchema(),
    "suspects": schemas.SuspectSchema(),
    "links": schemas.LinkSchema(),
    "legs": schemas.LegSchema(),
    "addresses": schemas.AddressSchema(),
}
PLAN_TABLES: dict[str, Schema] = {
    "teams": schemas.TeamSchema(),
    "units": schemas.UnitSchema(),
    "interviews": schemas.InterviewSchema(),
    "missed": schemas.MissedSchema(),
}
QUICK = {name: quick_rows(schema) for name, schema in (OPERATION_TABLES | PLAN_TABLES).items()}
OPERATION_KEYS = ("schema", *HEAD, "details", "doctrine", "travel", "pins", *OPERATION_TABLES)
PLAN_KEYS = ("schema", "operation", "made", *PLAN_TABLES)


def parse_operation(data: Any) -> op.Operation:
    """The operation that the plain values describe. Raises `Unreadable` with every fault."""
    faults = _shape_faults(data, OPERATION, OPERATION_KEYS)
    if "schema" not in data:
        faults.append(Fault("schema", "no-schema", {"schema": quote(OPERATION)}))
    head = _head(data, faults)
    if "details" in data:
        head |= _figure("details", LawDetails("operation"), data["details"], faults)
    faults += [*references.zone_faults(head), *references.form_faults(head)]
    doctrine = _doctrine(data.get("doctrine", {}), faults)
    travel = data.get("travel", {"kind": "great_circle"})
    faults += first_faults("travel", matrix_faults(travel))
    tables = {name: _rows(data, name, schema, faults) for name, schema in OPERATION_TABLES.items()}
    faults += first_faults("pins", pin_faults(data.get("pins", [])))
    for check in (references.name_clashes, references.dangling, references.swapped_points):
        faults += first_faults("", check(data))
    if "h_hour" in head:
        faults += first_faults("suspects", references.ages(data, head["h_hour"]))
    if faults:
        raise Unreadable(faults)
    matrix = read_matrix(travel) if travel["kind"] == "matrix" else None
    fields: dict[str, Any] = {**head, **tables}
    return op.Operation(**fields, doctrine=doctrine, matrix=matrix, pins=read_pins(data.get("pins", [])))


def parse_plan(data: Any) -> pl.Plan:
    """The plan that the plain values describe, whatever rule it breaks. Raises `Unreadable` with every fault."""
    faults = _shape_faults(data, PLAN, PLAN_KEYS)
    tables = {name: _rows(data, name, schema, faults) for name, schema in PLAN_TABLES.items()}
    operation, made = data.get("operation", ""), data.get("made")
    if not isinstance(operation, str) or ("operation" in data and not operation):
        faults.append(Fault("operation", "not-operation-id", {"value": quote(operation)}))
    if made is not None and not isinstance(made, dict):
        faults.append(Fault("made", "value-not-object", {"value": quote(made)}))
    if faults:
        raise Unreadable(faults)
    return pl.Plan(operation, **tables, made=made)


def _shape_faults(data: Any, schema: str, keys: tuple[str, ...]) -> list[Fault]:
    """What is wrong with the file as a whole. Raises at once where nothing else could be asked."""
    if not isinstance(data, dict):
        raise Unreadable([Fault("", "not-document", {"schema": schema, "value": quote(data)})])
    faults = first_faults("", text_faults(data))
    said = data.get("schema", schema)
    if said != schema:
        wrong = Fault("schema", "other-schema", {"schema": quote(schema), "value": quote(said)})
        if said in (OPERATION, PLAN):
            raise Unreadable([wrong])
        faults.append(wrong)
    unknown = (key for key in data if key not in keys)
    return faults + first_faults("", (Fault(inside("", k), "unknown-key", did_you_mean(k, keys)) for k in unknown))


def _head(data: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The figures at an operation's top level, as far as they are right."""
    head: dict[str, Any] = {}
    for key, field in HEAD.items():
        if key not in data:
            faults.append(Fault(key, "missing"))
            continue
        head |= _figure(key, field, data[key], faults)
    moment = head.get("h_hour")
    if isinstance(moment, datetime) and not H_YEAR.least <= moment.year <= H_YEAR.most:
        years: dict[str, Value] = {"value": quote(data["h_hour"]), "least": H_YEAR.least, "most": H_YEAR.most}
        faults.append(Fault("h_hour", "beyond-years", years))
        del head["h_hour"]
    return head


def _figure(key: str, field: Any, value: Any, faults: list[Fault]) -> dict[str, Any]:
    """The figure by its key where it is right."""
    try:
        return {key: field.deserialize(value)}
    except ValidationError as error:
        faults += faults_of(key, error.messages)
        return {}


def _doctrine(data: Any, faults: list[Fault]) -> op.Doctrine:
    schema = schemas.DoctrineSchema()
    try:
        return op.Doctrine.differing(schema.load(data))
    except ValidationError as error:
        faults += first_faults("doctrine", faults_of("doctrine", error.messages, schema))
        return op.Doctrine()


def rows_read(data: Mapping[str, Any], name: str) -> tuple[tuple[Any, ...], list[Fault]]:
    """The well-formed rows of one of an operation's tables, pins among them, and what is wrong with the others."""
    faults: list[Fault] = []
    if name != "pins":
        return _rows(data, name, OPERATION_TABLES[name], faults), faults
    faults = first_faults("pins", pin_faults(data.get("pins", [])))
    return (() if faults else read_pins(data.get("pins", []))), faults


def _rows(data: Mapping[str, Any], name: str, schema: Schema, faults: list[Fault]) -> tuple[Any, ...]:
    """The rows of a table that are well formed; all of them, or there is a fault."""
    rows, found, load = data.get(name, []), [], QUICK[name]

    def wrong() -> Iterator[Fault]:
        for i, row in enumerate(rows):
            try:
                found.append(load(row))
            except ValidationError as error:
                yield from faults_of(f"{name}[{i}]", error.messages, schema)

    if isinstance(rows, list):
        faults += first_faults(name, wrong())
    else:
        faults.append(Fault(name, "not-rows", {"value": quote(rows)}))
    return tuple(found)
