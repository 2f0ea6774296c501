"""Who else looks at an operation, and what others have done to it since a page was made: asked for by every page."""

from contextlib import suppress

from flask import Blueprint, Flask, g, render_template, request
from flask_login import current_user

from models.errors import Unavailable
from models.events import DISCLOSURES, EventFilter, last_event, latest_events, num_events
from models.visits import Visitor, is_open, is_visit_due, put_visit, visitors
from web.access import SILENT, permit
from web.activity import SAID
from web.database import session
from web.navigation import TABS
from web.reader import key_in
from web.travel import NO_MORE

pulse = Blueprint("pulse", __name__, url_prefix="/operations/<int:operation>/pulse")
MOST_PEOPLE, MOST_NEWS = 5, 3
TITLES = {tab.name: tab.title for tab in TABS}
SEEN = "h_hour_seen_event"


def watch_others(app: Flask) -> None:
    """Pages of an operation know its last event before they read anything else: no later one goes untold."""
    app.before_request(_look)
    app.add_template_global(seen_event)


def _look() -> None:
    is_page = request.headers.get("Sec-Fetch-Dest", "document") == "document" and request.endpoint not in SILENT
    operation = (request.view_args or {}).get("operation")
    if is_page and operation is not None and current_user.is_authenticated:
        with session() as s:
            setattr(g, SEEN, last_event(s, operation))


def seen_event() -> int | None:
    """The key of the operation's last event when the request began; None where no page was asked for."""
    found: int | None = g.get(SEEN)
    return found


@pulse.get("")
def state(operation: int) -> tuple[str, int]:
    """Who else is here, and the latest actions of others after `since`; by a status the last answer."""
    person, since = permit("see", operation), key_in(request.args, "since")
    tab = request.args.get("tab", "")
    with session() as s:
        is_live = is_open(s, operation)
        people = visitors(s, operation, person.id) if is_live else list[Visitor]()
        wanted = EventFilter(after=since or 0, not_by=person.id, but=DISCLOSURES)
        num = num_events(s, operation, wanted) if since is not None else 0
        news = latest_events(s, operation, MOST_NEWS, wanted) if num else []
        is_due = is_live and is_visit_due(s, operation, person.id)
    if is_due:
        with suppress(Unavailable), session() as s:
            put_visit(s, operation, person.id, tab if tab in TITLES else "")
    told = {"people": people, "most": MOST_PEOPLE, "titles": TITLES, "news": news, "num": num, "said": SAID}
    return render_template("pulse/strip.html", **told, is_closed=not is_live), 200 if is_live else NO_MORE
