"""Sentences in the reader's language: gettext's catalogues, in which the English sentence is its own key.

`pybabel extract` (`babel.cfg`, `make texts`) finds a sentence by the mark `N_` where it is written, or by the
function that translates it.
"""

import logging
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parents[1] / "translations"
log = logging.getLogger(__name__)


class _Untold(NullTranslations):
    """What a language lacks is logged and stays English; a test finds it."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._lang = lang

    def gettext(self, message: str) -> str:
        log.error("no %s translation of %r", self._lang, message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        log.error("no %s translation of %r", self._lang, msgid1)
        return super().ngettext(msgid1, msgid2, n)


def N_(sentence: str) -> str:  # noqa: N802  # gettext's own name for it
    """The sentence itself, marked for the catalogue: it is translated where it is shown."""
    return sentence


def po_file(lang: str) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"


@cache
def translations(lang: str) -> NullTranslations:
    """The catalogue of the language, "en" or "zh". Raises FileNotFoundError when the language has no file."""
    if lang == "en":
        return NullTranslations()
    packed = BytesIO()
    with open(po_file(lang), "rb") as file:
        write_mo(packed, read_po(file))
    packed.seek(0)
    found = Translations(packed)
    found.add_fallback(_Untold(lang))
    return found


def gettext(sentence: str, lang: str) -> str:
    """The sentence in the language; nothing of nothing, under which a catalogue keeps its own head."""
    return translations(lang).gettext(sentence) if sentence else ""


def ngettext(one: str, many: str, number: int, lang: str, **values: object) -> str:
    """The sentence for one, or the one for many (or none), as the language counts, with the number as `n`."""
    return translations(lang).ngettext(one, many, number).format(n=number, **values)
