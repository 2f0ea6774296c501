"""Plain values to an operation or a plan: everything that is wrong is found at once, each fault with its place."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError

from planner import operation as op
from planner import plan as pl
from planner.files import schemas
from planner.files.fault import Fault, Unreadable, did_you_mean
from planner.files.references import dangling, name_clashes, off_the_map

OPERATION, PLAN = "arrest-operation/1", "arrest-plan/1"
MOST_FAULTS = 1000
OPERATION_TABLES: dict[str, Schema] = {
    "agencies": schemas.AgencySchema(),
    "places": schemas.PlaceSchema(),
    "officers": schemas.OfficerSchema(),
    "vehicles": schemas.VehicleSchema(),
    "sites": schemas.SiteSchema(),
    "suspects": schemas.SuspectSchema(),
    "links": schemas.LinkSchema(),
    "legs": schemas.LegSchema(),
}
PLAN_TABLES: dict[str, Schema] = {
    "teams": schemas.TeamSchema(),
    "units": schemas.UnitSchema(),
    "interviews": schemas.InterviewSchema(),
    "missed": schemas.MissedSchema(),
}
PIN_FORMS: dict[frozenset[str], Any] = {
    frozenset({"officer", "site"}): op.OfficerAtSite,
    frozenset({"officer", "not_site"}): op.OfficerNotAtSite,
    frozenset({"officer", "team"}): op.OfficerInTeam,
    frozenset({"officer", "reserve"}): op.OfficerReserved,
    frozenset({"site", "team"}): op.SiteInTeam,
    frozenset({"site", "start"}): op.SiteStart,
    frozenset({"site", "skip"}): op.SiteSkipped,
    frozenset({"together"}): op.SitesTogether,
}


def parse_operation(data: Any) -> op.Operation:
    """The operation that the plain values describe. Raises `Unreadable` with every fault."""
    faults: list[Fault] = []
    head = _head(
        data,
        OPERATION,
        {"id", "name", "h_hour", "max_teams"},
        {"doctrine", "travel", "pins", *OPERATION_TABLES},
        faults,
    )
    tables = {name: _rows(data, name, schema, faults) for name, schema in OPERATION_TABLES.items()}
    doctrine = _doctrine(data.get("doctrine", {}), faults)
    matrix = _matrix(data.get("travel", {"kind": "great_circle"}), faults)
    pins = _pins(data.get("pins", []), faults)
    faults += name_clashes(tables)
    faults += dangling(data, tables, pins, matrix)
    faults += off_the_map(data)
    _refuse(faults)
    rows = {name: tuple(row for _, row in table) for name, table in tables.items()}
    fields: dict[str, Any] = {**head, **rows, "doctrine": doctrine, "matrix": matrix}
    return op.Operation(**fields, pins=tuple(pin for _, pin in pins))


def parse_plan(data: Any) -> pl.Plan:
    """The plan that the plain values describe, whatever rule it breaks. Raises `Unreadable` with every fault."""
    faults: list[Fault] = []
    _head(data, PLAN, set(), {"operation", "made", *PLAN_TABLES}, faults, least_schema=False)
    tables = {name: tuple(r for _, r in _rows(data, name, schema, faults)) for name, schema in PLAN_TABLES.items()}
    name = data.get("operation", "")
    if not isinstance(name, str):
        faults.append(Fault("operation", "is no text"))
    made = data.get("made")
    if made is not None and not isinstance(made, dict):
        faults.append(Fault("made", "is no object"))
    _refuse(faults)
    return pl.Plan(name, **tables, made=made)


def _refuse(faults: list[Fault]) -> None:
    if len(faults) > MOST_FAULTS:
        more = Fault("", f"and {len(faults) - MOST_FAULTS} more faults")
        raise Unreadable([*faults[:MOST_FAULTS], more])
    if faults:
        raise Unreadable(faults)


def _head(
    data: Any, schema: str, needed: set[str], optional: set[str], faults: list[Fault], *, least_schema: bool = True
) -> dict[str, Any]:
    """The figures at the top level; raises at once when there is no such level."""
    if not isinstance(data, dict):
        raise Unreadable([Fault("", f"is no JSON object with the schema {schema}")])
    if data.get("schema") != schema and (least_schema or "schema" in data):
        faults.append(Fault("schema", f'must be "{schema}", not {_short(data.get("schema"))}'))
    known = sorted({"schema"} | needed | optional)
    faults += [Fault(str(k), "unknown key" + did_you_mean(k, known)) for k in data if k not in known]
    faults += [Fault(k, "is missing") for k in sorted(needed - data.keys())]
    fields: dict[str, Any] = {
        "id": schemas.Text(),
        "name": schemas.Text(),
        "h_hour": schemas.Instant(),
        "max_teams": schemas.Whole(0, 10_000),
    }
    head = {}
    for key in sorted(needed & data.keys()):
        try:
            head[key] = fields[key].deserialize(data[key])
        except ValidationError as error:
            faults += _faults(key, error.messages)
    moment = head.get("h_hour")
    if isinstance(moment, datetime) and not 1970 <= moment.year <= 2200:
        faults.append(Fault("h_hour", f"the year {moment.year} cannot be meant"))
    return head


def _rows(data: Mapping[str, Any], name: str, schema: Schema, faults: list[Fault]) -> list[tuple[int, Any]]:
    """Position and value of every row that is well formed."""
    rows = data.get(name, [])
    if not isinstance(rows, list):
        faults.append(Fault(name, "is no list of rows"))
        return []
    found = []
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            faults.append(Fault(f"{name}[{i}]", f"is no object but {_short(row)}"))
            continue
        try:
            found.append((i, schema.load(row)))
        except ValidationError as error:
            faults += _faults(f"{name}[{i}]", error.messages, schema)
    return found


def _faults(place: str, messages: Any, schema: Schema | None = None) -> Iterator[Fault]:
    """Marshmallow's nested messages as faults with places."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            here = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}"
            if inner == ["Unknown field."]:
                known = [f.data_key or n for n, f in schema.fields.items()] if schema is not None else []
                yield Fault(here, "unknown key" + did_you_mean(key, known))
            else:
                yield from _faults(here, inner, _inner_schema(schema, key))
    else:
        for message in messages:
            yield Fault(place, _plain(str(message)))


def _inner_schema(schema: Schema | None, key: Any) -> Schema | None:
    if schema is None or isinstance(key, int):
        return schema
    field = next((f for n, f in schema.fields.items() if (f.data_key or n) == key), None)
    field = getattr(field, "inner", field)
    found = getattr(field, "schema", None)
    return found if isinstance(found, Schema) else None


def _plain(message: str) -> str:
    known = {
        "Missing data for required field.": "is missing",
        "Field may not be null.": "may not be null",
        "Not a valid string.": "is no text",
        "Not a valid list.": "is no list",
        "Not a valid boolean.": "is neither true nor false",
        "Not a valid mapping type.": "is no object",
        "Invalid input type.": "is no object",
    }
    return known.get(message, message[:1].lower() + message[1:].rstrip("."))


def _doctrine(data: Any, faults: list[Fault]) -> op.Doctrine:
    schema = schemas.DoctrineSchema()
    try:
        return op.Doctrine.differing(schema.load(data))
    except ValidationError as error:
        faults += _faults(
            "doctrine",
            error.messages.get("_schema", error.messages) if isinstance(error.messages, dict) else error.messages,
            schema,
        )
        return op.Doctrine()


def _matrix(data: Any, faults: list[Fault]) -> op.Matrix | None:
    """The travel table; None for the great circle. Square, one row and column per id, whole minutes."""
    if not isinstance(data, dict) or data.get("kind") not in ("matrix", "great_circle"):
        faults.append(Fault("travel.kind", 'must be "matrix" or "great_circle"'))
        return None
    allowed = {"kind", "ids", "minutes"} if data["kind"] == "matrix" else {"kind"}
    faults += [Fault(f"travel.{k}", "unknown key" + did_you_mean(k, sorted(allowed))) for k in data if k not in allowed]
    if data["kind"] == "great_circle":
        return None
    ids, minutes = data.get("ids"), data.get("minutes")
    if not isinstance(ids, list) or not all(isinstance(i, str) and i for i in ids):
        faults.append(Fault("travel.ids", "is no list of ids"))
        return None
    faults += [Fault("travel.ids", f'"{i}" stands twice') for i in sorted({i for i in ids if ids.count(i) > 1})[:20]]
    if not isinstance(minutes, list) or len(minutes) != len(ids):
        number = len(minutes) if isinstance(minutes, list) else 0
        faults.append(Fault("travel.minutes", f"has {number} rows for {len(ids)} ids"))
        return None
    before = len(faults)
    for i, row in enumerate(minutes):
        if not isinstance(row, list) or len(row) != len(ids):
            number = len(row) if isinstance(row, list) else 0
            faults.append(Fault(f"travel.minutes[{i}]", f"has {number} columns for {len(ids)} ids"))
            continue
        for j, value in enumerate(row):
            if type(value) is not int or not 0 <= value <= schemas.MOST_LEG:
                faults.append(
                    Fault(
                        f"travel.minutes[{i}][{j}]", f"{_short(value)} is no whole number from 0 to {schemas.MOST_LEG}"
                    )
                )
    return op.Matrix(tuple(ids), tuple(map(tuple, minutes))) if len(faults) == before else None


def _pins(data: Any, faults: list[Fault]) -> list[tuple[int, op.Pin]]:
    """Position and value of every pin that has one of the forms of section 6."""
    if not isinstance(data, list):
        faults.append(Fault("pins", "is no list"))
        return []
    found: list[tuple[int, op.Pin]] = []
    for i, row in enumerate(data):
        form = PIN_FORMS.get(frozenset(row)) if isinstance(row, dict) else None
        if form is None:
            forms = " | ".join("{" + ", ".join(sorted(keys)) + "}" for keys in PIN_FORMS)
            faults.append(Fault(f"pins[{i}]", f"{_short(row)} is none of {forms}"))
            continue
        wrong = list(_pin_faults(f"pins[{i}]", row))
        faults += wrong
        if not wrong:
            found.append((i, _pin(form, row)))
    return found


def _pin_faults(place: str, row: dict[str, Any]) -> Iterator[Fault]:
    for key, value in row.items():
        if key in ("reserve", "skip"):
            if value is not True:
                yield Fault(f"{place}.{key}", "must be true; to lift a pin, leave it out")
        elif key == "start":
            if type(value) is not int or abs(value) > schemas.MOST_MINUTES:
                yield Fault(f"{place}.start", f"{_short(value)} is no whole number of minutes from H")
        elif key == "together":
            if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, str) and v for v in value):
                yield Fault(f"{place}.together", "is no list of two sites")
        elif not isinstance(value, str) or not value:
            yield Fault(f"{place}.{key}", f"{_short(value)} is no id")


def _pin(form: Any, row: dict[str, Any]) -> op.Pin:
    if "together" in row:
        made: op.Pin = op.SitesTogether(*row["together"])
    else:
        made = form(**{key: value for key, value in row.items() if key not in ("reserve", "skip")})
    return made


def _short(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
