"""The secret that signs cookies: kept in the data folder, readable by its owner alone, and changed when asked.

The secret before the present one counts for as long as a session lasts: whoever is signed in stays so.
"""

import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from settings import BadSettings
from web.settings import LEAST_SECRET

NAME, BEFORE = "secret-key", "secret-key-before"


def own_secret(folder: Path, name: str = NAME) -> str:
    """The secret of this installation, one for all its processes. Raises `BadSettings` if others can read it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        _make(path)
    mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("ascii", "replace").strip()
    if mode & 0o077:
        raise BadSettings([f"{path} is readable by others: chmod 600 it, or remove it to have a new one created"])
    if len(text) < LEAST_SECRET:
        raise BadSettings([f"{path} contains no secret: remove it to have one created"])
    return text


def _make(path: Path) -> None:
    """The file holds a secret as a whole; of two processes that make one at once, the first one's stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # the other process was faster
            os.link(draft, path)
    finally:
        draft.unlink()


def own_secrets(folder: Path, session_hours: int) -> tuple[str, ...]:
    """The present secret, and the one before it as long as a session can be as old. Raises `BadSettings`."""
    before = folder / BEFORE
    is_over = not before.exists() or time.time() - before.stat().st_mtime > session_hours * 3600
    return own_secret(folder), *(() if is_over else (before.read_text("ascii").strip(),))


def rotate(folder: Path) -> None:
    """There is another secret, and the present one is the one before. Raises `BadSettings` for one that is none."""
    own_secret(folder)
    os.utime(folder / NAME)  # from now on it counts as long as a session lasts
    os.replace(folder / NAME, folder / BEFORE)
    own_secret(folder)
