"""What a rule found, as data; no sentence is built here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Figure = int | float | str
Found = Iterator["Violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: its number, what is wrong in a word, the ids it concerns, and the figures that show it."""

    rule: str
    wrong: str
    subjects: tuple[str, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
