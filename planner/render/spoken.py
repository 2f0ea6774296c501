"""The sentences that templates of papers and scripts of maps say, read out of them: `w("...")` or `say("...")`.

What a page or a paper carries of the catalogue is what its template asks for; `pybabel extract` reads the same.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

from planner.i18n import gettext

SAYS = re.compile(r'\b(?:w|say)\(\s*"((?:[^"\\]|\\.)*)"')

Found = tuple[int, str, str, list[str]]
"""Line, function, sentence and comments, as Babel wants them."""


@cache
def spoken_in(*paths: Path) -> tuple[str, ...]:
    """The sentences of the files, each once, in their order."""
    return tuple(dict.fromkeys(s for path in paths for _, s in _spoken(path.read_text("utf-8"))))


def words_of(lang: str, *paths: Path) -> dict[str, str]:
    """Sentence -> what it is in the language, for every sentence of the files."""
    return {sentence: gettext(sentence, lang) for sentence in spoken_in(*paths)}


def extract(file: IO[bytes], keywords: object, comment_tags: object, options: Mapping[str, Any]) -> Iterator[Found]:
    """The sentences of one file, for `pybabel extract`."""
    for line, sentence in _spoken(file.read().decode()):
        yield line, "gettext", sentence, []


def _spoken(text: str) -> Iterator[tuple[int, str]]:
    for found in SAYS.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1].replace('\\"', '"')
