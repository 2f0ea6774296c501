"""The installation's own law packs as they lie in its folder: what changes there counts from the next request on.

The folder is looked at before each request: names, sizes and times of change of a few files. It is read only where
these differ, and a pack counts by its content: approvals are bound to the digest of what they were given under.
"""

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, current_app, request

from models.law_packs import note_own_packs
from planner.law.installed import put_own_packs
from planner.law.pack_file import UnfitPack, read_folder
from web import plan_cache
from web.database import database
from web.law_gate import forget_gate
from web.papers import papers

KEY = "own-packs"
Look = tuple[tuple[str, int, int, int, int], ...]
"""Of each file: name, file number, size, and when content and entry changed last, in nanoseconds."""
log = logging.getLogger(__name__)


class OwnPacks:
    """The folder of an installation's own packs, as it was when it was read last; `faults`: of what lies there now."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults = folder, tuple[str, ...]()
        self._look, self._lock = look_at(folder), threading.Lock()

    def read_again(self) -> None:
        """Packs that came, went or changed since count from now on; where one has a fault, those of before do still."""
        if look_at(self.folder) == self._look:
            return
        with self._lock:
            seen = look_at(self.folder)  # before it is read: what changes meanwhile is read by the next request
            if seen == self._look:
                return
            try:
                packs = read_folder(self.folder)
            except UnfitPack as error:
                self.faults, self._look = tuple(map(str, error.faults)), seen
                log.error("own law packs are not read again, those of before count: %s", "; ".join(self.faults))
                return
            with database().session() as s:  # done by nobody at a page
                noted = note_own_packs(s, packs)
            put_own_packs(packs)
            self.faults, self._look = (), seen
            plan_cache.clear(current_app)
            papers().forget()
            forget_gate()
            log.info("law packs that are new, changed or removed: %s", ", ".join(noted) or "none")


def look_at(folder: Path) -> Look:
    """How the files of the folder look from outside; nothing where there is no folder."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries]
    except OSError:
        return ()
    return tuple(sorted((name, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in found))


def watch_own_packs(app: Flask, folder: Path) -> None:
    """Before each request that may need a pack, the application looks whether the own packs are still the same."""
    app.extensions[KEY] = OwnPacks(folder)
    app.add_template_global(pack_faults)

    @app.before_request
    def look() -> None:
        if request.endpoint != "static":
            app.extensions[KEY].read_again()


def pack_faults() -> Sequence[str]:
    """What keeps the packs in the folder from counting, file by file; mostly nothing."""
    found: OwnPacks = current_app.extensions[KEY]
    return found.faults
