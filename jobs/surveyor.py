"""Keeps operations' minutes on roads up to date: what has changed is asked of the road service, and stored.

Several may do so at the same time: what they store is the same, and tells what it was made from.
"""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from models import road_minutes as store
from models.database import Database, connect
from models.errors import NotFound, Replaced, Unavailable
from models.road_settings import RoadQuestion, question_of
from roads.client import NoRoads, RoadService

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 5.0
"""Until what could not be computed is tried again, and maps are compared with those that minutes were made from."""
STEPS = JOIN, COMPUTE = 1, 2
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Looked:
    """What was seen of an operation at the last look, and when it is looked at again although that is the same."""

    mark: store.RoadMark
    again: float


class Surveyor:
    """Looks at the operations that are planned on roads, and computes what they lack."""

    def __init__(self, database_url: str, service: RoadService) -> None:
        self._url, self._service = database_url, service
        self._looked: dict[int, _Looked] = {}

    def run(self, end: threading.Event) -> None:
        """Minutes are kept up to date until the end, of whatever the database holds then."""
        while not end.is_set():
            database = connect(self._url)
            try:
                while not end.wait(LOOK_SECONDS):
                    self.look(database)
            except Replaced:
                log.warning("the database was restored: minutes on roads are looked at anew")
            except Unavailable as error:
                log.error("the database does not answer; minutes on roads wait: %s", error)
            except Exception:
                log.exception("minutes on roads could not be looked at")
            finally:
                database.close()
            self._looked.clear()
            end.wait(LOOK_SECONDS)

    def look(self, database: Database) -> None:
        """What is out of date now is computed. Raises Unavailable, Replaced."""
        with database.session() as session:
            marks = list(store.marks(session))
        for mark in marks:
            looked = self._looked.get(mark.operation)
            if looked is None or looked.mark != mark or time.monotonic() >= looked.again:
                with suppress(NotFound):
                    self._look_at(database, mark.operation)
                with database.session() as session:
                    marked = next((m for m in store.marks(session) if m.operation == mark.operation), mark)
                self._looked[mark.operation] = _Looked(marked, time.monotonic() + AGAIN_SECONDS)

    def _look_at(self, database: Database, operation: int) -> None:
        with database.session() as session:
            question = question_of(session, operation)
            found = store.road_state(session, operation)
            sources = store.sources_of(session, operation)
        if not question.settings.areas or (found.is_current and not self._is_replaced(question, sources)):
            return
        try:
            self._compute(database, operation, question)
        except NoRoads as error:
            if not found.is_current and (found.state, found.reason, found.area) != ("failed", error.code, error.area):
                log.warning("operation %d: no minutes on roads: %s", operation, error)
                with database.session() as session:
                    store.tell_failure(session, operation, question, error.code, error.area)

    def _is_replaced(self, question: RoadQuestion, sources: object) -> bool:
        """Whether the map of an area is another than that which the minutes were made from."""
        with suppress(NoRoads):
            known = self._service.areas()
            there = {name: known.get(name, {}).get("source") for name in question.settings.areas}
            return all(there.values()) and there != sources
        return False

    def _compute(self, database: Database, operation: int, question: RoadQuestion) -> None:
        """The minutes of the question are stored. Raises NoRoads, NotFound."""
        began, settings = time.monotonic(), question.settings
        for step in STEPS:
            with database.session() as session:
                store.tell_step(session, operation, question, step)
            if step == JOIN:
                self._service.joints(settings.areas, question.points)
        made = self._service.minutes(
            settings.areas, question.points, settings.vehicle, question.closures, question.clock
        )
        summary = {key: made[key] for key in ("joints", "sources", "changed", "by_road", "estimated", "factors")}
        summary |= {"vehicle": settings.vehicle, "closures": len(question.closures)}
        with database.session() as session:
            store.keep_minutes(session, operation, question, made["ids"], made["minutes"], summary)
        seconds = time.monotonic() - began
        log.info("operation %d: minutes between %d points in %.1f s", operation, len(question.points), seconds)
