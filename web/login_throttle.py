"""Whose tries to log in are counted: an account's, a known browser's, an address'.

Many failures make an account wait. So that nobody can shut its owner out by failing on purpose, a browser in which the
owner has logged in before carries a signed word and has a counter of its own; an address counts only other browsers.
"""

import ipaddress
import secrets
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.attempts import Guesser
from models.users import User, fold_name
from web.language import t

KNOWN_SECONDS = 180 * 24 * 3600
FREE, FIRST, MOST = 5, 15, 15 * 60
ADDRESS_FREE, ADDRESS_FIRST, ADDRESS_MOST, ADDRESS_SPAN = 100, 1, 30, 10 * 60


def guessers(name: str, user: User | None) -> list[Guesser]:
    """Who is counted for a log-in under the name; nobody learns from it whether there is such an account."""
    if word := _word(user):
        return [Guesser(f"browser {word}", FREE, FIRST, MOST)]
    address = Guesser(
        f"address {network(request.remote_addr or '')}", ADDRESS_FREE, ADDRESS_FIRST, ADDRESS_MOST, ADDRESS_SPAN
    )
    return [Guesser(f"account {fold_name(name)}", FREE, FIRST, MOST), address]


def present_password(user: int) -> list[Guesser]:
    """Who is counted for a person who tells the present password; the person's session goes on whatever happens."""
    return [Guesser(f"present {user}", FREE, FIRST, MOST)]


def network(address: str) -> str:
    """The address as it counts: of IPv6 the network, since one computer has as many addresses as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def remember_browser(response: Response, user: User) -> None:
    """The browser is known from now on as one in which this person logs in."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    word = _serializer().dumps([user.key, _word(user) or secrets.token_urlsafe(16)])
    response.set_cookie(_cookie(), str(word), max_age=KNOWN_SECONDS, samesite="Strict", httponly=True, secure=is_secure)


def _word(user: User | None) -> str:
    """What the browser was given when this person logged in; nothing for others and for another person's browser."""
    try:
        kept: Any = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=KNOWN_SECONDS)
    except BadSignature:
        return ""
    return str(kept[1]) if user is not None and kept[0] == user.key else ""


def _cookie() -> str:
    return "__Host-h-hour-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "h-hour-browser"


def _serializer() -> URLSafeTimedSerializer:
    keys = [*(current_app.config.get("SECRET_KEY_FALLBACKS") or ()), current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="browser")


def please_wait(seconds: int) -> str:
    """The sentence for somebody who has failed too often."""
    if seconds <= 120:
        return t("Too many attempts. Please wait {n} seconds.", n=seconds)
    return t("Too many attempts. Please wait {n} minutes.", n=-(-seconds // 60))
