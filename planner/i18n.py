"""Sentences in the reader's language: gettext's catalogues, in which the English sentence is its own key.

`pybabel extract` finds a sentence by the mark `N_` where it is written, or by the function that translates it.
"""

import logging
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parents[1] / "translations"
log = logging.getLogger(__name__)


def N_(sentence: str) -> str:  # noqa: N802  # gettext's own name for it
    """The sentence itself, marked for the catalogue: it is translated where it is shown."""
    return sentence


@cache
def catalogue(lang: str) -> dict[str, str]:
    """English sentence -> translation. Raises FileNotFoundError when the language has no file."""
    with open(FOLDER / lang / "LC_MESSAGES" / "messages.po", "rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def gettext(sentence: str, lang: str) -> str:
    """The sentence in the language, "en" or "zh". A missing one is logged and stays English; a test finds it."""
    if lang == "en":
        return sentence
    found = catalogue(lang).get(sentence)
    if found is None:
        log.error("no %s translation of %r", lang, sentence)
        return sentence
    return found
