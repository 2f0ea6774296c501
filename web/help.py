"""The help: which keys a page answers to, and what its words mean; a dialog of every page, and a page of its own."""

from flask import Blueprint, render_template, request

from models import register
from web.access import permit
from web.database import session
from web.help_keys import ALL, PAGES, keys_of
from web.help_words import WORDS
from web.tour import is_example

help_pages = Blueprint("help", __name__)


@help_pages.get("/help")
def page() -> str:
    """Keys and words; with `of`, the endpoint of a page, its keys alone beside those of every page."""
    me = permit("account")
    of = request.args.get("of", "")
    with session() as s:
        example = next((line for line in register.operations(s, me.id) if is_example(line)), None)
    groups = (*(keys_of(of) if of else PAGES), *ALL)
    return render_template("help/page.html", groups=groups, words=WORDS, example=example)
