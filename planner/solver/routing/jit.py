"""Loops compiled by numba, kept where only the same source finds them.

numba keeps what it compiled for as long as a function's own file stays as it is, also when a function that it calls in
another file has changed (https://numba.readthedocs.io/en/stable/developer/caching.html#caching-limitations). So
what is kept lies in a directory named after the text of the whole room.
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def _kept() -> str | None:
    """The directory for what is compiled from these sources, made if there is none; None where none can be made."""
    here = Path(__file__).parent
    text = b"".join(file.read_bytes() for file in sorted(here.glob("*.py")))
    name = f"loops-{hashlib.sha256(text).hexdigest()[:16]}"
    for folder in (here / "__pycache__", Path.home() / ".cache" / "h-hour"):
        try:
            (folder / name).mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder / name).close()
        except OSError:
            continue
        return str(folder / name)
    return None


_folder = _kept()
if _folder is not None:
    numba.config.CACHE_DIR = _folder  # type: ignore[attr-defined]  # set by its reader of the environment


def is_compiled() -> bool:
    """Whether anything compiled from these sources is kept."""
    return _folder is not None and any(Path(_folder).rglob("*.nbi"))


def jit(function: F) -> F:
    """The function, compiled on its first call."""
    return cast(F, numba.njit(cache=_folder is not None)(function))


def inline(function: F) -> F:
    """The function, written into each loop that calls it: for small ones that are called at every step."""
    return cast(F, numba.njit(inline="always")(function))
