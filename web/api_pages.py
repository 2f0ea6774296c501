"""The API as people meet it: its document, the page that shows it, and the page of one's own tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import api_tokens, register, users
from models.api_tokens import MOST_OF_PERSON, TooManyTokens
from planner.files.limits import USER_NAME, Span
from web.access import Person, permit
from web.api_operations import api_operations
from web.api_own import api_own
from web.api_part_schemas import PARTS
from web.api_plans import api_plans
from web.api_printing import api_printing
from web.api_schemas import describe, finished
from web.database import session
from web.forms import LineField, OneLine, PageForm, WholeField
from web.language import say, t
from web.reader import key_in

token_pages = Blueprint("token_pages", __name__)
KEY = "api"
MOST_DAYS, DAYS = 366, 90
METHODS = ("get", "post", "patch", "delete")
SUMMARIES = (
    say("Operations that you may see"),
    say("An operation as its file has it"),
    say("Rows of a table"),
    say("A row"),
    say("Add a row"),
    say("Change fields of a row"),
    say("Remove a row"),
    say("Scenarios of an operation"),
    say("Plans of an operation"),
    say("Ask for a plan"),
    say("A scenario"),
    say("Progress of a scenario"),
    say("A plan as its file has it"),
    say("Team sheets of a plan"),
    say("Tables of a plan"),
    say("Documents of a plan"),
    say("Exports of a plan"),
    say("Operations of which you see a part"),
    say("Your part of an operation"),
    say("A document of your part"),
    say("Numbered copies of an operation"),
    say("Number copies of documents"),
    say("Numbered copies as a file"),
    say("Withdraw copies"),
    say("A numbered copy by its code"),
    say("Ask for many documents at once"),
    say("Progress of many documents"),
    say("File of many documents"),
    say("Stop many documents"),
)
"""What the document says of each route, for the catalogue."""


def serve_api(app: Flask) -> tuple[Blueprint, ...]:
    """The application answers programs; returns what answers them."""
    api, parts = describe(app, PARTS), (api_operations, api_plans, api_own, api_printing)
    for part in parts:
        api.register_blueprint(part)
    app.extensions[KEY] = finished(api)
    return parts


class NewTokenForm(PageForm):
    """A name, and for how many days."""

    name = LineField(
        say("Name of the token"),
        [OneLine(Span(1, USER_NAME.most), say("Enter a name of 1 to {most} characters."))],
        render_kw={"autocomplete": "off"},
    )
    days = WholeField(say("Valid for days"), 1, MOST_DAYS, default=DAYS, render_kw={"maxlength": 3})


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """A route as the page shows it."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str, bool, str], ...]
    sent: str
    answer: str


@dataclass(frozen=True, slots=True)
class ApiField:
    """A field of a schema as the page shows it."""

    name: str
    kind: str
    is_required: bool


@token_pages.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The document that describes the API (OpenAPI 3.1)."""
    permit("account")
    return Response(current_app.json.dumps(current_app.extensions[KEY]), mimetype="application/json")


@token_pages.get("/help/api")
def reference() -> str:
    """The same as a page: routes, what they take and answer, and schemas."""
    permit("account")
    document = current_app.extensions[KEY]
    schemas = {name: list(_fields(schema)) for name, schema in document["components"]["schemas"].items()}
    return render_template("help/api.html", routes=list(_routes(document)), schemas=schemas)


def _routes(document: dict[str, Any]) -> Iterator[ApiRoute]:
    for path, told in document["paths"].items():
        for method in METHODS:
            if method not in told:
                continue
            one = told[method]
            own = {
                parameter["name"]: parameter for parameter in (*told.get("parameters", ()), *one.get("parameters", ()))
            }
            parameters = tuple(
                (name, found["in"], found.get("required", False), kind_of(found.get("schema", {})))
                for name, found in own.items()
            )
            code, answer = next(pair for pair in one["responses"].items() if pair[0] != "default")
            kind = kind_of(_content(answer))
            yield ApiRoute(
                method.upper(),
                path,
                one["summary"],
                parameters,
                kind_of(_content(one.get("requestBody", {}))),
                f"{code} {kind}".strip(),
            )


def _content(told: dict[str, Any]) -> dict[str, Any]:
    """The schema of what is sent or answered."""
    for one in told.get("content", {}).values():
        found: dict[str, Any] = one.get("schema", {})
        return found
    return {}


def _fields(schema: dict[str, Any]) -> Iterator[ApiField]:
    required = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        yield ApiField(name, kind_of(one), name in required)


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a word or two: its type or its name, its words, its span."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(kind_of(one) for one in schema[several]))
    if "const" in schema or "enum" in schema:
        return " | ".join(str(word) for word in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{kind_of(schema.get('items', {}))}]"
    told = " | ".join(kind) if isinstance(kind, list) else kind
    least, most = schema.get("minimum"), schema.get("maximum")
    return f"{told} {'' if least is None else least}…{'' if most is None else most}" if most is not None else told


@token_pages.get("/account/tokens")
def index() -> str:
    """One's own tokens, and a form for another."""
    return _page(permit("account"), NewTokenForm())


def _page(me: Person, form: NewTokenForm, word: str = "") -> str:
    """The page; `word` is a token that is told this once."""
    with session() as s:
        tokens, lines = api_tokens.tokens_of(s, me.id), register.operations(s, me.id)
    names = {line.key: line.name for line in lines}
    chosen = request.form.getlist("operations")
    return render_template(
        "accounts/tokens.html",
        tokens=tokens,
        form=form,
        word=word,
        lines=lines,
        names=names,
        chosen=chosen,
        may_write=request.form.get("write") == "yes",
    )


@token_pages.post("/account/tokens")
def create() -> str | tuple[str, int]:
    """There is a new token, which is shown once; or what is wrong is said."""
    me, form = permit("account"), NewTokenForm(request.form)
    with session() as s:
        mine = {line.key for line in register.operations(s, me.id)}
    chosen = [int(key) for key in request.form.getlist("operations") if key.isascii() and key.isdigit()]
    only = None if request.form.get("which", "all") == "all" else mine & set(chosen)
    if only is not None and not only:
        form.refuse(t("Choose at least one operation."))
    if not form.validate() or form.days.data is None or form.form_errors:
        if form.days.data is None:
            form.refuse(t("Enter a number of days from 1 to {most}.", most=MOST_DAYS), "days")
        return _page(me, form), 422
    is_read_only = request.form.get("write") != "yes"
    try:
        with session() as s:
            user = users.by_id(s, me.id)
            assert user is not None
            word = api_tokens.create(
                s, user, form.name.data or "", int(form.days.data), is_read_only=is_read_only, operations=only
            )
    except TooManyTokens:
        form.refuse(t("You have {n} tokens, which is the maximum: revoke one first.", n=MOST_OF_PERSON))
        return _page(me, form), 422
    return _page(me, NewTokenForm(), word)


@token_pages.post("/account/tokens/revoke")
def revoke() -> AnyResponse:
    """One of one's own tokens has ended."""
    me, key = permit("account"), key_in(request.form, "token")
    if key is not None:
        with session() as s:
            api_tokens.revoke(s, me.id, key)
        flash(t("API token revoked."), "success")
    return redirect(url_for("token_pages.index"))
