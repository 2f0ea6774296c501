"""What an attack is: a generator of tries, each held (None) or a sentence of how it fell, that returns a remark."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.attack.lab import Lab

Tries = Generator[str | None, None, str]
Run = Callable[["Lab"], Tries]


class Skipped(Exception):
    """The attack cannot be tried here; the words say why. It never counts as one that was held."""


class TooLong(BaseException):
    """The attack's time is over. No handler of an ordinary exception takes it."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One row of the table: what is tried, for how many seconds at most, and whether a quick run tries it too."""

    name: str
    what: str
    run: Run
    seconds: float = 60.0
    quick: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of an attack."""

    attack: Attack
    tries: int = 0
    failures: list[str] = field(default_factory=list)
    remark: str = ""
    skipped: str = ""


def held(is_so: bool, otherwise: str) -> str | None:
    """A try that was held, or how it fell."""
    return None if is_so else otherwise


def failures(found: list[str | None]) -> list[str]:
    """How tries fell, those that did."""
    return [one for one in found if one is not None]
