"""One search over everything of an operation, from every page of it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from models import register
from web import plan_cache
from web.access import permit
from web.database import session
from web.thing_links import Names, thing_address
from web.thing_search import search_things
from web.things import PLURALS, shown_view

search = Blueprint("search", __name__, url_prefix="/operations/<int:operation>/search")
MOST_EACH, MOST_OF_ONE, MOST_LETTERS = 12, 500, 200
BESIDE = {"officers": ("agencies", "agency"), "suspects": ("sites", "site"), "vehicles": ("places", "base")}
"""Table -> of whose row the name stands beside what was found, and the field that names it."""


@search.get("")
def page(operation: int) -> str | Response:
    """What was found, by kind; what alone was found is opened. With `table`, more of that kind."""
    permit("see", operation)
    query, only = request.args.get("q", "").strip()[:MOST_LETTERS], request.args.get("table")
    with session() as s:
        line = register.operation_line(s, operation)
        _, chosen = shown_view(s, operation, None)
        document, index = plan_cache.live(s, line), plan_cache.search_index_of(s, line, chosen)
    found = {table: some for table, some in search_things(index, query).items() if only in (None, table)}
    hits = [one for some in found.values() for one in some]
    if len(hits) == 1:
        return redirect(thing_address(operation, hits[0].table, hits[0].key))
    return render_template(
        "search/page.html",
        tab="",
        line=line,
        query=query,
        found=found,
        num=len(hits),
        most=MOST_OF_ONE if len(found) == 1 else MOST_EACH,
        names=Names(document, None),
        beside=BESIDE,
        titles=PLURALS,
    )
