"""What is wrong with a file: each fault with its place, its code and the values that show it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import Any

from planner.files.fault_texts import Value, text_of

MOST_FAULTS = 1000  # of one table: more are the same slip made again
PLAIN_KEY = re.compile(r"[A-Za-z_]\w{0,39}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is (`officers[12].base`), what is wrong (a code of `fault_texts`), and what shows it."""

    place: str
    code: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def text(self, lang: str = "en") -> str:
        """What is wrong in one sentence of the language."""
        return text_of(self.code, self.values, lang)

    def __str__(self) -> str:
        """The fault as one line of English."""
        return f"{self.place}: {self.text()}" if self.place else self.text()


class UnfitValue(Exception):
    """A value that cannot be known or taken: the code of what is wrong with it, and what shows it."""

    def __init__(self, code: str, **values: Value) -> None:
        self.code, self.values = code, values
        super().__init__(code)

    def text(self, lang: str) -> str:
        """What is wrong in one sentence of the language."""
        return text_of(self.code, self.values, lang)


class Unreadable(Exception):
    """A file that cannot be taken as it is; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def first_faults(place: str, faults: Iterable[Fault]) -> list[Fault]:
    """The faults, but of a very long list only the first, and a word that there are more."""
    source = iter(faults)
    found = list(islice(source, MOST_FAULTS))
    if next(source, None) is not None:
        found.append(Fault(place, "more-faults", {"number": MOST_FAULTS}))
    return found


def quote(value: Any) -> str:
    """The value as it may stand in a sentence: on one line, short, as JSON spells it."""
    if isinstance(value, str):
        text = f'"{one_line(value[:60])}{"…" if len(value) > 60 else ""}"'
    elif isinstance(value, dict):
        text = "an object"
    elif isinstance(value, list | tuple):
        text = "a list"
    elif isinstance(value, int) and abs(value) >= 10**20:
        text = "a number of more than 20 digits"
    else:
        text = json.dumps(value)
    return text


def inside(place: str, key: Any) -> str:
    """The place of a row's key or of a list's position: `officers[12].base`."""
    if isinstance(key, int):
        return f"{place}[{key}]"
    if not PLAIN_KEY.fullmatch(key):
        return f"{place}[{quote(key)}]"
    return f"{place}.{key}" if place else str(key)


def one_line(text: str) -> str:
    """The text with everything spelled out that a terminal would not show as it is."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def did_you_mean(word: str, known: Iterable[str]) -> dict[str, str]:
    """The value `near` of a fault: the word that is nearest among a few; nothing where none is."""
    near = get_close_matches(word, known, n=1, cutoff=0.6) if len(word) <= 60 else []
    return {"near": quote(near[0])} if near else {}


class Ids:
    """The ids of a table. Among many, only an id one letter away is hinted at, which takes no time."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.known = dict.fromkeys(ids)

    def __contains__(self, word: str) -> bool:
        return word in self.known

    def hint(self, word: str) -> dict[str, str]:
        """The value `near` of a fault: the id that is nearest; nothing where none is."""
        if len(self.known) <= 100:
            return did_you_mean(word, self.known)
        near = next((self._clipped[clip] for clip in _clips(word) if clip in self._clipped), None)
        return {} if near is None else {"near": quote(near)}

    @cached_property
    def _clipped(self) -> dict[str, str]:
        clipped: dict[str, str] = {}
        for word in self.known:
            for clip in _clips(word):
                clipped.setdefault(clip, word)
        return clipped


def _clips(word: str) -> list[str]:
    """The word without regard to case, and with any one letter left out: words one letter apart share one of these."""
    plain = word.casefold()
    return [plain, *(plain[:i] + plain[i + 1 :] for i in range(len(plain)))] if len(plain) <= 40 else [plain]
