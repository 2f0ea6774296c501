"""Addresses of our static files carry their version, so that a browser keeps each until it changes."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask

SHORT = 12


def version_addresses(app: Flask) -> None:
    """`url_for("static", ...)` names the file's version."""

    @app.url_defaults
    def with_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and app.static_folder is not None:
            path = Path(app.static_folder, values["filename"])
            if path.is_file():
                found = path.stat()
                values["v"] = _version(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1000)
def _version(path: Path, changed_at: int, size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:SHORT]
