"""What every answer carries, so that a browser asks no other host and lets no other page in."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

HOSTS = ["127.0.0.1", "localhost"]
_NOWHERE_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
STRICT = f"default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-src 'self'; {_NOWHERE_ELSE}"
# A browser's own PDF viewer styles its page inline.
PAPER = f"default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; {_NOWHERE_ELSE}"
MAP = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:{tiles}; "
    f"font-src 'self'; connect-src 'self'; {_NOWHERE_ELSE}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def guard(app: Flask) -> None:
    """The application answers only to this machine's own names, and every answer carries the headers above."""
    app.config["TRUSTED_HOSTS"] = HOSTS  # another name that points here is a page elsewhere that rebinds its name
    app.after_request(_with_headers)


def map_nonce() -> str:
    """A fresh word that lets the inline script of this one answer run."""
    g.map_nonce = secrets.token_urlsafe(16)
    return str(g.map_nonce)


def _tile_server() -> str:
    """The one other host that the map may ask, and only for pictures: the tile server that was configured, if any."""
    address = urlsplit(current_app.config["BASEMAP"] or "")
    return f" {address.scheme}://{address.netloc}" if address.scheme in ("http", "https") else ""


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    policy = PAPER if response.mimetype == "application/pdf" else STRICT
    if "map_nonce" in g:
        policy = MAP.format(nonce=g.map_nonce, tiles=_tile_server())
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "private, no-cache" if request.endpoint == "static" else "no-store"
    return response
