"""Files and folders that are made under a hidden name, and what a process that died has left of such.

Whoever makes one holds a lock on it, which ends with the process, whatever ends that. Whoever makes the next one in the
same folder removes what nobody holds any more.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".h-hour-"
LEAST_AGE = 5.0  # seconds: what is younger may not be held yet


@contextmanager
def whole_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when all of it is on the disk; its owner's alone. Raises OSError."""
    sweep(target.parent)
    handle, name = tempfile.mkstemp(prefix=PREFIX, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _hold(file.fileno())
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder in the parent, its owner's alone, that is gone after this context. Raises OSError."""
    sweep(parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as name:
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _hold(handle)
            yield Path(name)
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """What our own user made in the folder and no living process holds is gone; whatever cannot be removed stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX):
                with suppress(OSError):
                    _remove_if_left(Path(entry.path))


def _hold(handle: int) -> None:
    with suppress(OSError):  # a file system without locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_if_left(path: Path) -> None:
    """Raises OSError, also where somebody holds it."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid() or time.time() - found.st_mtime < LEAST_AGE:
            return
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISDIR(found.st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(handle)
