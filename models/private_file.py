"""A secret in a file of its own, readable by its owner alone."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from settings import LEAST_SECRET


class BadSecretFile(Exception):
    """A file that holds no secret of ours, or one that others can read; the words say what would be right."""


def secret_of(path: Path) -> str:
    """The secret in the file, one for all processes; made where there is none. Raises BadSecretFile, OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("ascii", "replace").strip()
    if mode & 0o077:
        raise BadSecretFile(f"{path} is readable by others: chmod 600 it, or remove it to have a new one created")
    if len(text) < LEAST_SECRET:
        raise BadSecretFile(f"{path} contains no secret: remove it to have one created")
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
