"""Passwords: hashed slowly, compared in the same time whoever asks, made at random where one is needed."""

import base64
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from planner.files.limits import PASSWORD
from web.language import t

LEAST, MOST = PASSWORD
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other
_hasher = PasswordHasher()
_at_once = threading.Semaphore(2)  # each takes 64 MB and two cores: many at once would be a way to stop the server
_places = threading.BoundedSemaphore(8)  # who waits for it holds a thread of the server, which others need for pages


class Busy(Exception):
    """Too many people log in at this moment."""


@contextmanager
def place() -> Iterator[None]:
    """One of the few places of those who log in at the same moment. Raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def hash_password(password: str) -> str:
    """The password's hash, to be stored."""
    with _at_once:
        return _hasher.hash(password)


def hash_of_nothing(hasher: PasswordHasher) -> str:
    """Random bytes in the form of a hash: no password has it, and to hold one against it takes as long as any other."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${costs}${salt}${digest}"


NOBODYS = hash_of_nothing(_hasher)
"""What the password of a user who does not exist is held against."""


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was stored; without a stored one False, after as long a time."""
    with _at_once:
        try:
            return _hasher.verify(stored or NOBODYS, password[:MOST]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def random_password() -> str:
    """Four groups of five signs: 98 bits, and possible to type."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(4))


def weakness(password: str, name: str) -> str | None:
    """The sentence that says why this password is not taken; none where it is."""
    if len(password) < LEAST:
        return t("A password must have at least {least} characters.", least=LEAST)
    if len(password) > MOST:
        return t("A password may have at most {most} characters.", most=MOST)
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return t(
            "This password is too easy to guess: it must not contain your name or consist of only a "
            "few different characters."
        )
    return None
