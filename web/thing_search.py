"""Everything of an operation found by name, id, plate, address, paper or phone, also by the sounds of Chinese names."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.edits import Document, Row
from web.pinyin import PinyinQuery
from web.thing_links import NOUNS, OF_PLAN, label_of

LEAST_LETTERS = 2  # of a name by its sounds: one letter begins half of all names
CITY = "city"


@dataclass(frozen=True, slots=True)
class Findable:
    """What a search may find: table, key, name, and the texts by which it is found, also as one."""

    table: str
    key: str
    label: str
    texts: tuple[str, ...]
    text: str

    def rank(self, word: str, typed: PinyinQuery | None) -> int | None:
        """How well the word fits, 0 best: the whole, a beginning, a part of id or name; another text; the sounds."""
        if word not in self.text:
            return 4 if typed is not None and typed.is_in(self.texts[1]) else None
        own = self.texts[:2]
        if word in own:
            return 0
        if any(text.startswith(word) for text in own):
            return 1
        return 2 if any(word in text for text in own) else 3


def normalise(text: str) -> str:
    """The text in small letters of one width, without what people type one way or another: spaces, dashes, dots."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, plain.casefold())).replace("ü", "v")


def search_index(document: Document, plan: Document | None) -> list[Findable]:
    """All that can be found in an operation's document, and in a plan's: its teams and units."""
    rows = ((table, row) for table in NOUNS for row in ((plan or {}) if table in OF_PLAN else document).get(table, ()))
    return [_found(table, row) for table, row in rows]


def _found(table: str, row: Row) -> Findable:
    label = label_of(row) or row["id"]
    texts = tuple(map(normalise, (row["id"], label, *_more(row))))
    return Findable(table, row["id"], label, texts, "\n".join(texts))


def _more(row: Row) -> Iterator[str]:
    """Its city, the number of its warrant, and whatever else is noted of it: a phone, a badge, a plate."""
    if CITY in row:
        yield row[CITY]
    if row.get("warrant"):
        yield row["warrant"]["number"]
    yield from _values(row.get("details", {}))


def _values(value: Any) -> Iterator[str]:
    inside: Iterable[Any] = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inside:
        yield from _values(one)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def search_things(index: Iterable[Findable], text: str) -> dict[str, list[Findable]]:
    """Table -> what is found, the best first: what holds the text as a whole, or all of its words."""
    whole = normalise(text)
    if not whole:
        return {}
    words = [word for part in text.split() if (word := normalise(part))]
    asked = [[(whole, _typed(whole))], *([[(word, _typed(word)) for word in words]] if len(words) > 1 else [])]
    ranked = ((rank, one) for one in index if (rank := _rank(one, asked)) is not None)
    found: dict[str, list[Findable]] = {}
    for _, one in sorted(ranked, key=lambda pair: pair[0]):
        found.setdefault(one.table, []).append(one)
    return {table: found[table] for table in NOUNS if table in found}


def _typed(word: str) -> PinyinQuery | None:
    """The word as sounds, where it may be some."""
    return PinyinQuery(word) if word.isascii() and not word.isdigit() and len(word) >= LEAST_LETTERS else None


def _rank(one: Findable, asked: list[list[tuple[str, PinyinQuery | None]]]) -> int | None:
    for words in asked:
        ranks = [one.rank(*word) for word in words]
        if None not in ranks:
            return max(rank for rank in ranks if rank is not None)
    return None
