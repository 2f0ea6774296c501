"""The secret that signs cookies: kept in the data folder, readable by its owner alone, and changed when asked.

The secret before the present one counts for as long as a session lasts: whoever is signed in stays so.
"""

import os
import time
from pathlib import Path

from models.private_file import BadSecretFile, secret_of
from settings import BadSettings

NAME, BEFORE = "secret-key", "secret-key-before"


def own_secret(folder: Path, name: str = NAME) -> str:
    """The secret of this installation, one for all its processes. Raises `BadSettings` if others can read it."""
    try:
        return secret_of(folder / name)
    except BadSecretFile as error:
        raise BadSettings([str(error)]) from error


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
