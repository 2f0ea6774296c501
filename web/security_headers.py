"""What every answer carries, so that a browser asks no other host and lets no other page in."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from web.settings import Settings

_NOWHERE_ELSE = "base-uri 'none'; frame-ancestors 'self'"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    f"frame-src 'self'; connect-src 'self'; form-action 'self'; {_NOWHERE_ELSE}"
)
# A browser's own PDF viewer styles its page inline.
PAPER = f"default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; form-action 'none'; {_NOWHERE_ELSE}"
MAP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{tiles}; font-src 'self'; "
    f"connect-src 'self'; form-action 'none'; {_NOWHERE_ELSE}"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",  # our own forms are known by it; nobody else is told an address
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = 365 * 24 * 3600


def guard(app: Flask, settings: Settings) -> None:
    """The application answers only to its own names, keeps its cookies to itself, and every answer has its headers."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secrets_before),
        TRUSTED_HOSTS=list(settings.hosts),  # another name that points here is a page elsewhere that rebinds its name
        SESSION_COOKIE_NAME="__Host-h-hour" if settings.https else "h-hour",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )
    app.after_request(_with_headers)
    app.wsgi_app = _small_hosts(app.wsgi_app)  # type: ignore[method-assign]
    if settings.num_proxies:
        near = settings.num_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]


def _small_hosts(application: Any) -> Any:
    """The application; names of hosts know no case, and are compared in small letters."""

    def small(environ: dict[str, Any], start_response: Any) -> Any:
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        return application(environ, start_response)

    return small


def as_map() -> None:
    """The answer to this request is a map, which may ask the configured tile server for pictures."""
    g.is_map = True


def _tile_server() -> str:
    """The one other host that the map may ask, and only for pictures: the tile server that was configured, if any."""
    address = urlsplit(current_app.config["BASEMAP"] or "")
    return f" {address.scheme}://{address.netloc}" if address.scheme in ("http", "https") else ""


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    policy = PAPER if response.mimetype == "application/pdf" else STRICT
    if "is_map" in g:
        policy = MAP.format(tiles=_tile_server())
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = _keeping(response)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return response


def _keeping(response: Response) -> str:
    """Nothing of an operation is kept on a disk; a file of ours that carries its version in its address is."""
    if request.endpoint != "static":
        return "no-store"
    is_fixed = "v" in request.args and response.status_code == 200
    return f"private, max-age={A_YEAR}, immutable" if is_fixed else "private, no-cache"
