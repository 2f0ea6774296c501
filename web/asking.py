"""What a form says of a plan that is wished for."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.solver import Limit
from web.language import t

MOST_SECONDS, MOST_WORK, MOST_SEED = 7 * 24 * 3600, 1e12, 2**31 - 1
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)
_TOKEN = re.compile(r"[\w-]{16,64}")


@dataclass(frozen=True, slots=True)
class Wish:
    """The fields as they were sent, and what is wrong with them: field -> sentence.

    `token` is of one page: two wishes with the same token are one.
    """

    token: str
    name: str = ""
    seconds: str = "60"
    work: str = ""
    seed: str = "0"
    wrong: Mapping[str, str] = field(default_factory=dict)

    def limit(self) -> Limit:
        """What may be spent on it; solver work, where it is given, in place of seconds."""
        if self.work:
            return Limit(None, float(self.work), int(self.seed))
        return Limit(float(self.seconds), None, int(self.seed))


def wish_sent(form: Mapping[str, str]) -> Wish:
    """The wish as a form sent it, with every fault."""
    sent = {key: form.get(key, "").strip() for key in ("token", "name", "seconds", "work", "seed")}
    return Wish(**sent, wrong=dict(_faults(sent)))


def _faults(sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not _TOKEN.fullmatch(sent["token"]):
        yield "token", t("This form is too old, or was sent from elsewhere. Please load the page again.")
    if len(sent["name"]) > 100 or not (sent["name"] + "x").isprintable():
        yield "name", t("A name of at most 100 characters.")
    if not sent["work"] and not _is_number(sent["seconds"], MOST_SECONDS):
        yield "seconds", t("Seconds: more than 0, at most a week (604800).")
    if sent["work"] and not _is_number(sent["work"], MOST_WORK):
        yield "work", t("Solver work: a number above 0, or nothing.")
    if not (sent["seed"].isascii() and sent["seed"].isdigit() and int(sent["seed"][:12]) <= MOST_SEED):
        yield "seed", t("The seed is a whole number from 0 to 2147483647.")


def _is_number(text: str, most: float) -> bool:
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text)) and 0 < float(text) <= most
