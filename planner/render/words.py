"""The one catalogue of translations, and how moments are told. The English sentence is its own key."""

import logging
from datetime import timedelta
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from planner.operation import Operation

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parents[2] / "translations"
MINUS = "\N{MINUS SIGN}"
log = logging.getLogger(__name__)


@cache
def catalogue(lang: str) -> dict[str, str]:
    """English sentence -> translation. Raises FileNotFoundError when the language has no file."""
    with open(FOLDER / lang / "LC_MESSAGES" / "messages.po", "rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def word(sentence: str, lang: str) -> str:
    """The sentence in the language, "en" or "zh". A missing one is logged and stays English; a test finds it."""
    if lang == "en":
        return sentence
    found = catalogue(lang).get(sentence)
    if found is None:
        log.error("no %s translation of %r", lang, sentence)
        return sentence
    return found


def counted(number: int, one: str, many: str, lang: str, **values: object) -> str:
    """The sentence for one, or the one for many (or none), with the number as `n`."""
    return word(one if number == 1 else many, lang).format(n=number, **values)


def uncovered(people: int, weight: int, lang: str) -> str:
    """How many people are not covered, and the sum of their priorities: "3 people (weight 9)"."""
    return counted(people, "1 person (weight {weight})", "{n} people (weight {weight})", lang, weight=f"{weight:,}")


def clock(operation: Operation, minute: int) -> str:
    """Clock time in H's own offset, "06:00"; with the days before or after H's date, "22:15 (−1 d)"."""
    moment = operation.h_hour + timedelta(minutes=minute)
    days = (moment.date() - operation.h_hour.date()).days
    sign = "+" if days > 0 else MINUS
    return moment.strftime("%H:%M") + (f" ({sign}{abs(days)} d)" if days else "")


def h_minutes(minute: int) -> str:
    """Minutes from H: "H", "H+12", "H−35"."""
    if minute == 0:
        return "H"
    return f"H+{minute}" if minute > 0 else f"H{MINUS}{-minute}"
