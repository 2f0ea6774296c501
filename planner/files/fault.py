"""What is wrong with a file: each fault with its place and what would be right."""

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: where it is (`officers[12].base`) and what is wrong in one sentence."""

    place: str
    message: str

    def __str__(self) -> str:
        """The fault as one line."""
        return f"{self.place}: {self.message}" if self.place else self.message


class Unreadable(Exception):
    """A file that cannot be taken as it is; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(word: object, known: list[str]) -> str:
    """A hint at the known word that is nearest, or nothing."""
    near = get_close_matches(str(word), known, n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""
