"""Keeps operations' minutes on roads up to date: what has changed is asked of their source, and stored.

Several may do so at the same time: what they store is the same, and tells what it was made from.
"""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from jobs.looking import keep_looking
from jobs.road_sources import RoadSource
from models import road_minutes as store
from models.database import Database
from models.errors import NotFound
from models.road_settings import RoadQuestion, question_of
from roads.client import NoRoads

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Looked:
    """What was seen of an operation at the last look, and when it is looked at again although that is the same."""

    mark: store.RoadMark
    again: float


class Surveyor:
    """Looks at the operations whose minutes come from a source, and computes what they lack.

    Each source has a surveyor of its own: who waits for another host keeps nobody else waiting.
    """

    def __init__(self, database_url: str, source: RoadSource) -> None:
        self._url, self._source = database_url, source
        self._looked: dict[int, _Looked] = {}

    def run(self, end: threading.Event) -> None:
        """Minutes are kept up to date until the end, of whatever the database holds then."""

        def look(database: Database) -> None:
            try:
                self.look(database)
            except Exception:
                self._looked.clear()
                raise

        keep_looking(self._url, look, end, "minutes on roads")

    def look(self, database: Database) -> None:
        """What is out of date now is computed. Raises Unavailable, Replaced."""
        with database.session() as session:
            marks = [mark for mark in store.marks(session) if mark.by_router == self._source.by_router]
        for mark in marks:
            looked = self._looked.get(mark.operation)
            if looked is None or looked.mark != mark or time.monotonic() >= looked.again:
                with suppress(NotFound):
                    self._look_at(database, mark.operation)
                with database.session() as session:
                    marked = next((m for m in store.marks(session) if m.operation == mark.operation), mark)
                self._looked[mark.operation] = _Looked(marked, time.monotonic() + self._source.again_seconds)

    def _look_at(self, database: Database, operation: int) -> None:
        with database.session() as session:
            question = question_of(session, operation)
            found = store.road_state(session, operation)
            sources = store.sources_of(session, operation)
        if bool(question.settings.router) != self._source.by_router or not question.settings.is_on_roads:
            return
        if found.is_current and not self._source.is_replaced(question, sources):
            return
        try:
            self._compute(database, operation, question)
        except NoRoads as error:
            if (found.state, found.reason, found.area) != ("failed", error.code, error.area):
                log.warning("operation %d: no minutes on roads: %s", operation, error)
            with database.session() as session:
                store.tell_failure(session, operation, question, error.code, error.area)

    def _compute(self, database: Database, operation: int, question: RoadQuestion) -> None:
        """The minutes of the question are stored. Raises NoRoads, NotFound."""
        began = time.monotonic()

        def step(number: int) -> None:
            with database.session() as session:
                store.tell_step(session, operation, question, number)

        made = self._source.minutes(question, step)
        summary = {key: made[key] for key in ("joints", "sources", "changed", "by_road", "estimated", "factors")}
        summary |= {"vehicle": question.settings.vehicle, "closures": len(question.closures)}
        with database.session() as session:
            store.keep_minutes(session, operation, question, made["ids"], made["minutes"], summary)
        seconds = time.monotonic() - began
        log.info("operation %d: minutes between %d points in %.1f s", operation, len(question.points), seconds)
