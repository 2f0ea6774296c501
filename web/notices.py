"""What concerns the person at the page: a number in the head of every page, and a page that lists it."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from models.notices import Notice, mark_read, num_unread
from models.notices import notices as notices_of
from web.access import permit
from web.database import session
from web.language import t
from web.reader import key_in

notices = Blueprint("notices", __name__, url_prefix="/notices")


def show_bell(app: Flask) -> None:
    """Every page can tell how much is unread, by one question to the database."""
    app.add_template_global(unread_notices)
    app.add_template_global(notice_address)


def unread_notices() -> str:
    """How many notices are unread, as the head of a page has it; empty where there is none."""
    with session() as s:
        found = num_unread(s, current_user.id)
    return f"{found.num}+" if found.is_more else str(found.num or "")


def notice_address(notice: Notice) -> str:
    """The page of what the notice is about."""
    endpoint, values = _page_of(notice)
    return url_for(endpoint, operation=notice.operation, **values)


def _page_of(notice: Notice) -> tuple[str, dict[str, Any]]:
    is_note = notice.reason == "mentioned"
    anchor = {"_anchor": "notes"} if is_note else {}
    if notice.reason == "changed":
        return "activity.page", {"user": notice.user, "kind": "registers"}
    if notice.reason in ("shaped", "dropped"):
        return ("drafts.show", {"draft": notice.draft}) if notice.is_draft_there else ("drafts.index", {})
    if is_note and notice.subject is not None:
        table, key = notice.subject
        return "things.page", {"table": table, "id": key, **anchor}
    if notice.scenario is None:
        return ("operations.overview", anchor) if is_note else ("plans.index", {})
    return "plans.show", {"scenario": notice.scenario, **anchor}


@notices.get("/")
def page() -> str:
    """What concerns the person, the latest first."""
    me = permit("account")
    with session() as s:
        found = notices_of(s, me.id)
    return render_template("notices/page.html", notices=found, num=sum(not one.is_read for one in found))


@notices.post("/")
def read() -> Response:
    """Everything up to the last notice of the page is read; what came since is not."""
    me, last = permit("account"), key_in(request.form, "last")
    if last is not None:
        with session() as s:
            mark_read(s, me.id, last)
        flash(t("All notices are marked as read."), "success")
    return redirect(url_for("notices.page"))
