"""The document that describes the API: its schemas are those with which files are read (`planner.files.schemas`)."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_smorest import Api

from planner.edits import ASIDE, TABLES
from planner.files import fields, schemas
from planner.files.limits import MOMENT, PLAN_NAME, Span
from planner.files.pins import FORMS
from planner.files.reading import OPERATION, OPERATION_TABLES, PLAN, PLAN_TABLES
from version import VERSION
from web.api_problems import PROBLEM
from web.plan_form import MOST_SECONDS, MOST_SEED, MOST_WORK

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
FLAG: Json = {"type": "boolean"}
MOMENT_TEXT: Json = {"type": "string", "format": "date-time"}
ANY_OBJECT: Json = {"type": "object"}
OF_FIELD: Mapping[type, Json] = {
    fields.Whole: WHOLE,
    fields.Number: NUMBER,
    fields.Degrees: NUMBER,
    fields.Flag: FLAG,
    fields.AnyText: TEXT,
    fields.Instant: MOMENT_TEXT,
    fields.Day: TEXT | {"format": "date"},
    fields.Details: ANY_OBJECT,
}
MOST_ROWS = 1000
STATUSES = ["waiting", "running", "done", "stopped", "failed"]


def obj(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """An object of these keys and no others."""
    every = {**required, **(optional or {})}
    return {"type": "object", "properties": every, "required": list(required), "additionalProperties": False}


def listed(of: Json) -> Json:
    """A list of such values."""
    return {"type": "array", "items": of}


def maybe(of: Json) -> Json:
    """Such a value, or null."""
    return {"anyOf": [of, {"type": "null"}]}


def ref(name: str) -> Json:
    """What stands under the name among the schemas of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def row_name(table: str) -> str:
    """What the document calls a row of the table."""
    return f"Row_{table}"


def _within(span: Span) -> Json:
    return {"minimum": span.least, "maximum": span.most}


def of_field(self: Any, field: Any, **_: Any) -> Json:
    """What apispec is told of a field of ours, which knows its own span and words."""
    if isinstance(field, fields.Several):
        return {"type": "array", "items": self.field2property(field.inner)}
    if isinstance(field, fields.Counts):
        return {"type": "object", "additionalProperties": WHOLE | _within(field.number.span)}
    found = next((dict(known) for kind, known in OF_FIELD.items() if isinstance(field, kind)), {})
    if isinstance(field, fields.Whole | fields.Number):
        found |= _within(field.span)
    if isinstance(field, fields.Choice):
        found["enum"] = list(field.words)
    if field.allow_none and found:
        found["type"] = [found["type"], "null"]
    return found


def _pins() -> Json:
    """A commander's order: one of the forms of the specification."""
    values = {"reserve": {"const": True}, "skip": {"const": True}, "start": WHOLE | _within(MOMENT)}
    values["together"] = listed(TEXT) | {"minItems": 2, "maxItems": 2}
    return {"oneOf": [obj({key: values.get(key, TEXT) for key in keys}) for keys in FORMS.values()]}


_SCORE = maybe(obj({}, {name: maybe(WHOLE) for name in ("missed", "exposure", "cost")}))
_EDIT = {
    "oneOf": [
        obj({"table": TEXT, "put": ANY_OBJECT}),
        obj({"table": TEXT, "drop": TEXT}),
    ]
}
_SCENARIO = {
    **{"scenario": WHOLE, "number": WHOLE, "name": TEXT, "note": TEXT, "by": TEXT, "at": MOMENT_TEXT},
    **{"status": {"enum": STATUSES}, "revision": WHOLE, "parent": maybe(WHOLE), "now": maybe(WHOLE)},
    **{"is_working": FLAG, "score": _SCORE, "bound": _SCORE, "plan_hash": TEXT},
}
OPERATION_LINE = obj(
    {
        **{"operation": WHOLE, "id": TEXT, "name": TEXT, "status": TEXT, "h_hour": MOMENT_TEXT, "revision": WHOLE},
        **{"changed_at": MOMENT_TEXT, "is_exercise": FLAG},
    }
)
OWN: Mapping[str, Json] = {
    "Problem": obj(
        {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT},
        {
            "errors": listed(obj({"place": TEXT, "message": TEXT}, {"code": TEXT})),
            "rows": listed(ANY_OBJECT),
        },
    ),
    "OperationLine": OPERATION_LINE,
    "OperationLines": obj({"total": WHOLE, "operations": listed(ref("OperationLine"))}),
    "Scenario": obj(_SCENARIO),
    "Scenarios": obj({"total": WHOLE, "scenarios": listed(ref("Scenario"))}),
    "ScenarioMade": obj({**_SCENARIO, "edits": listed(_EDIT)}),
    "Limit": obj(
        {},
        {
            "seconds": NUMBER | {"exclusiveMinimum": 0, "maximum": MOST_SECONDS},
            "work": NUMBER | {"exclusiveMinimum": 0, "maximum": MOST_WORK},
            "seed": WHOLE | {"minimum": 0, "maximum": MOST_SEED},
        },
    ),
    "ScenarioRequest": obj(
        {"limit": ref("Limit")},
        {
            "name": TEXT | {"maxLength": PLAN_NAME.most},
            "parent": WHOLE | {"minimum": 1},
            "now": WHOLE | _within(MOMENT),
            "edits": listed(_EDIT),
        },
    ),
    "Progress": obj(
        {
            **{"scenario": WHOLE, "status": {"enum": STATUSES}, "queue_position": maybe(WHOLE), "stage": maybe(TEXT)},
            **{"seconds": maybe(NUMBER), "score": _SCORE, "bound": _SCORE, "changed_at": MOMENT_TEXT, "is_made": FLAG},
        }
    ),
}


def describe(app: Flask, more: Mapping[str, Json]) -> Api:
    """What collects the document of the application's API; its schemas stand in it already, and `more` by name."""
    api = Undisturbed(
        app,
        spec_kwargs={
            "title": "H-Hour",
            "version": VERSION,
            "openapi_version": "3.1.0",
            "info": {"description": "Operations, their registers, scenarios, progress, plans and documents."},
            "security": [{"token": []}],
        },
    )
    api.ma_plugin.converter.add_attribute_function(of_field)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for table, schema in (*OPERATION_TABLES.items(), *PLAN_TABLES.items()):
        api.spec.components.schema(row_name(table), schema=schema)
    api.spec.components.schema("Doctrine", schema=schemas.DoctrineSchema)
    for name, own in {row_name("pins"): _pins(), **OWN, **_documents(), **more}.items():
        api.spec.components.schema(name, component=own)
    return api


def _documents() -> dict[str, Json]:
    """An operation and a plan as their files have them; of an operation that is being built, points may lack."""
    rows = {name: listed(ref(row_name(name))) for name in OPERATION_TABLES}
    head = {"schema": {"const": OPERATION}, "id": TEXT, "name": TEXT, "h_hour": MOMENT_TEXT, "max_teams": WHOLE}
    more = {"details": ANY_OBJECT, "doctrine": ref("Doctrine"), "travel": ANY_OBJECT}
    of_plan = {name: listed(ref(row_name(name))) for name in PLAN_TABLES}
    lived = obj({"key": TEXT, "revision": WHOLE, "row": {"anyOf": [ref(row_name(table)) for table in TABLES]}})
    return {
        "Operation": obj(head, {**more, **rows, "pins": listed(ref(row_name("pins")))}),
        "Plan": obj({"schema": {"const": PLAN}, "operation": TEXT, **of_plan}, {"made": maybe(ANY_OBJECT)}),
        "LiveRow": lived,
        "LiveRows": obj({"revision": WHOLE, "total": WHOLE, "rows": listed(ref("LiveRow"))}),
    }


class Undisturbed(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """The library without its error handlers: ours tell problems in the asker's language."""

    def _register_error_handlers(self) -> None:
        pass


def finished(api: Api) -> Json:
    """The document; a row that is being built may lack its point, and carries what an office gave of it."""
    document: Json = api.spec.to_dict()
    for table, aside in ASIDE.items():
        schema = document["components"]["schemas"][row_name(table)]
        schema["required"] = [name for name in schema["required"] if name not in ("lat", "lon")]
        given = {name: NUMBER if name.startswith("given_") else TEXT for name in aside}
        schema["properties"] = schema["properties"] | given
    return document


def answers(code: int, name: str, *, etag: bool = False) -> Json:
    """The answers of a route: the one that is wanted, by the name of its schema, and problems."""
    told: Json = {"description": "", "content": {"application/json": {"schema": ref(name)}}}
    return {"responses": {str(code): told | (_etag() if etag else {}), **problems()}}


def problems() -> Json:
    """Every other answer."""
    return {"default": {"description": "Problem details (RFC 9457)", "content": {PROBLEM: {"schema": ref("Problem")}}}}


def _etag() -> Json:
    return {"headers": {"ETag": {"description": "The revision", "schema": TEXT}}}


def body(schema: Json) -> Json:
    """What a request brings."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def query(name: str, schema: Json, *, required: bool = False) -> Json:
    """A parameter in the address."""
    return {"in": "query", "name": name, "schema": schema, "required": required}


PAGED = [
    query("skip", WHOLE | {"minimum": 0, "default": 0}),
    query("limit", WHOLE | {"minimum": 1, "maximum": MOST_ROWS, "default": 100}),
]
IF_MATCH = {"in": "header", "name": "If-Match", "required": True, "schema": TEXT}
TABLE = {"in": "path", "name": "table", "required": True, "schema": TEXT | {"enum": list(TABLES)}}
