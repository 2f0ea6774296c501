"""Who looked at what: a page of an operation's data leaves only when that it was shown stands in the log.

Where another writer holds the database for longer than a page can wait, the entry is kept in memory and follows within
moments, with the time at which the page was shown; `written` is when that is.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import ServiceUnavailable

from models.clock import every
from models.database import Database, write_transaction
from models.errors import Replaced, Unavailable
from models.log import LogEntry, Origin, put_entry_of
from web.access import SILENT
from web.database import HAS_ENTRY, database, origin
from web.reader import MOST_KEY_LENGTH, is_line
from web.thing_links import NOUNS

KEY = "viewing"
VIEWED = "viewed"
NO_DATA = (
    *SILENT,
    *("operations.ask_to_copy", "operations.ask_to_delete", "drafts.ask_to_delete", "overviews.charts", "history.last"),
    *("plans.note_again", "ground.of_operation", "ground.ways", "ground.tiles", "imports.start", "remarks.people"),
    "live_board.complete",
    "api_plans.progress",
)
"""Pages of an operation that show nothing about its people, places and plans, and what a page asks by itself."""
PARTS = (
    *("registers.rows", "drafts.state", "drafts.chart", "drafts.fits", "whatif.points", "whatif.again"),
    *("pictures.show", "reports.every", "live_board.state", "api_printing.parcel"),
)
"""What pages ask for again and again: told once in a while."""
IS_ERROR = "is_error"
"""What a request is marked with whose answer tells an error, and nothing of an operation."""
SHOWS_NOTHING = (204, *range(300, 400))
"""Statuses of answers without a page; any other is shown, also one that says what is wrong with a form."""
OF_NONE = ("imports.preview", "logbook.page", "copies.find", "api_printing.find")
"""Pages with data that are of no operation, or of all of them."""
OF_THING = ("things.page", "law.row_page", "pictures.page", "api_operations.row")
WORDS = ("table", "form", "name")
"""Parts of an address that are words of ours."""
AGAIN_SECONDS, WAIT_SECONDS, LATER_SECONDS = 600.0, 0.25, 0.5
MOST_KEPT, MOST_LATE = 10_000, 10_000


@dataclass(frozen=True, slots=True)
class View:
    """What was shown, to whom, and when."""

    told: LogEntry
    origin: Origin
    at: datetime


@dataclass(slots=True)
class _Pending:
    """A view that somebody waits for; `is_kept`: it stands in the log, or follows; None while neither is known."""

    database: Database
    view: View
    is_kept: bool | None = None


class Views:
    """The views that this process has to write, and the parts that were told a moment ago."""

    def __init__(self) -> None:
        self._late = deque[tuple[Database, View]]()
        self._pending, self._writing = deque[_Pending](), threading.Lock()
        self._told: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_told(self, key: Hashable) -> bool:
        """Whether the part was told a moment ago; from now on it was."""
        with self._lock:
            now, before = time.monotonic(), self._told.pop(key, None)
            if before is not None and now - before < AGAIN_SECONDS:
                self._told[key] = before
                return True
            self._told[key] = now
            while len(self._told) > MOST_KEPT:
                self._told.popitem(last=False)
            return False

    def put(self, database: Database, view: View) -> bool:
        """The view stands in the log, or follows; whether either is so.

        Whoever comes while another page's entry is being written waits for that, and the first of those who wait
        writes for all of them: one transaction, and one flush of the disk.
        """
        mine = _Pending(database, view)
        self._pending.append(mine)
        with self._writing:
            if mine.is_kept is None:
                self._put_all(mine, [self._pending.popleft() for _ in range(len(self._pending))])
        assert mine.is_kept is not None
        return mine.is_kept

    def _put_all(self, mine: _Pending, together: list[_Pending]) -> None:
        """The same of several, one's own among them; those of another life of the database go on waiting."""
        self._pending.extendleft(one for one in reversed(together) if one.database is not mine.database)
        together = [one for one in together if one.database is mine.database]
        try:
            with mine.database.session() as session:
                write_transaction(session, seconds=WAIT_SECONDS)
                for one in together:
                    put_entry_of(session, one.view.told, one.view.origin, one.view.at)
        except Unavailable:
            for one in together:
                one.is_kept = len(self._late) < MOST_LATE
                if one.is_kept:
                    self._late.append((one.database, one.view))
        except BaseException:  # told to who wrote; the others try by themselves
            self._pending.extendleft(one for one in reversed(together) if one is not mine)
            raise
        else:
            for one in together:
                one.is_kept = True

    @property
    def num_late(self) -> int:
        """How many views are not in the log yet."""
        return len(self._late)

    def write_late(self) -> None:
        """What could not be written before is in the log, as far as the database lets it."""
        while self._late:
            database, view = self._late[0]
            try:
                with database.session() as session:
                    put_entry_of(session, view.told, view.origin, view.at)
            except Replaced:  # restored meanwhile: its log goes on, and so does this entry
                self._late[0] = database.renewed(), view
                continue
            except Unavailable:
                return
            self._late.popleft()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """In this context what is late is written soon, and at its end too."""
        with every(LATER_SECONDS, self.write_late, "log"):
            yield
        self.write_late()


def watch_views(app: Flask) -> None:
    """Every page of an operation that is shown has its entry."""
    app.extensions[KEY] = Views()
    app.after_request(_tell)


def views() -> Views:
    """The views of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Views)
    return found


def _tell(response: Response) -> Response:
    is_shown = response.status_code not in SHOWS_NOTHING and not g.get(IS_ERROR)
    told = view_entry(request.view_args or {}, response.status_code) if is_shown else None
    if told is not None and not views().put(database(), View(told, origin(), datetime.now(UTC))):
        return current_app.make_response(current_app.handle_user_exception(ServiceUnavailable()))
    return response


def view_entry(told: Mapping[str, Any], status: int = 200) -> LogEntry | None:
    """What the log says of the page that is shown; None where nothing is to be said.

    What answers an action that has its entry already needs no other.
    """
    page, operation = request.endpoint, told.get("operation")
    is_told = g.get("is_recorded") if request.method == "GET" else status < 300 and g.get(HAS_ENTRY)
    is_page = request.method not in ("HEAD", "OPTIONS") and page not in NO_DATA and not is_told
    if not is_page or (operation is None and page not in OF_NONE) or not current_user.is_authenticated:
        return None
    if page in PARTS and views().is_told((current_user.word, page, *sorted(map(str, told.items())))):
        return None
    details = {name: told[name] for name in WORDS if name in told}
    return LogEntry(VIEWED, operation, told.get("scenario"), page, _thing(str(page), told), details=details)


def _thing(page: str, told: Mapping[str, Any]) -> tuple[str, str] | None:
    """The thing whose page it is."""
    table, key = (
        told.get("table") or request.args.get("table", ""),
        request.args.get("id") or request.args.get("key", ""),
    )
    is_thing = page in OF_THING and table in NOUNS and is_line(key, MOST_KEY_LENGTH)
    return (table, key) if is_thing else None
