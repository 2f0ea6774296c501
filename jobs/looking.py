"""Work that looks again and again at what the database holds, whatever happens to the database meanwhile."""

import logging
import threading
from collections.abc import Callable

from models.database import Database, connect
from models.errors import Replaced, Unavailable

LOOK_SECONDS = 1.0
log = logging.getLogger(__name__)


def keep_looking(database_url: str, look: Callable[[Database], None], end: threading.Event, what: str) -> None:
    """Looks every second until the end; `what` is named in the log. After a failure the database is opened anew."""
    while not end.is_set():
        database = connect(database_url)
        try:
            while not end.wait(LOOK_SECONDS):
                look(database)
        except Replaced:
            log.warning("the database was restored: %s are looked at anew", what)
        except Unavailable as error:
            log.error("the database does not answer; %s wait: %s", what, error)
        except Exception:
            log.exception("%s could not be looked at", what)
        finally:
            database.close()
        end.wait(LOOK_SECONDS)
