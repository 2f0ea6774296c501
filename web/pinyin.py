"""Chinese text found by its sounds: initials, whole syllables, or the beginnings of syllables, as people type them."""

import os
from functools import cache

TONELESS = {"ü": "v", "ê": "e"}


@cache
def sounds(sign: str) -> tuple[str, ...]:
    """The syllables that a sign may be read as, without tones, `v` or `u` for ü; of any other sign the sign itself."""
    if not "\u3400" <= sign <= "\u9fff":
        return (sign,)
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # signs alone are asked for: a third of the time to load
    from pypinyin import Style, pinyin  # noqa: PLC0415 - loaded by the first who needs it

    (readings,) = pinyin(sign, style=Style.NORMAL, heteronym=True)
    plain = ["".join(TONELESS.get(letter, letter) for letter in one) for one in readings]
    return tuple(dict.fromkeys((*plain, *(one.replace("v", "u") for one in plain))))


class PinyinQuery:
    """Letters that somebody typed, to be found in many texts; each sign takes the beginning of one of its sounds."""

    def __init__(self, letters: str) -> None:
        self._letters = letters
        self._after: dict[tuple[str, int], tuple[int, ...]] = {}

    def is_in(self, text: str) -> bool:
        """Whether signs of the text that follow one another are what was typed: mj, minj or minjing for 民警."""
        return any(self._begins(text, start) for start in range(len(text)) if self._taken(text[start], 0))

    def _begins(self, text: str, start: int) -> bool:
        reached = {0}
        for sign in text[start:]:
            reached = {after for at in reached for after in self._taken(sign, at)}
            if len(self._letters) in reached:
                return True
            if not reached:
                return False
        return False

    def _taken(self, sign: str, at: int) -> tuple[int, ...]:
        """How far the letters may reach when the sign takes some of them from here on."""
        if (sign, at) not in self._after:
            reached = {at + n for sound in sounds(sign) for n in range(1, len(sound) + 1) if self._has(sound[:n], at)}
            self._after[sign, at] = tuple(sorted(reached))
        return self._after[sign, at]

    def _has(self, beginning: str, at: int) -> bool:
        return self._letters.startswith(beginning, at)
