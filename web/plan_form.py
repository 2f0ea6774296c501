"""What a form says of a plan that is wished for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner.files.limits import PLAN_NAME
from planner.solver import Limit
from web.language import t
from web.reader import is_line, number, whole

MOST_SECONDS, MOST_WORK, MOST_SEED = 7 * 24 * 3600, 1e12, 2**31 - 1
MOST_WAITING = "MOST_WAITING"
"""What the application's configuration calls the number of open plans that one person may have."""
LEAST = 1e-9  # of seconds and of work: more than nothing
_TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlanForm:
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
        """What may be spent on it; solver work, where it is given, in place of seconds. Asked only of a right wish."""
        seed = whole(self.seed, 0, MOST_SEED) or 0
        if self.work:
            return Limit(None, number(self.work, LEAST, MOST_WORK), seed)
        return Limit(number(self.seconds, LEAST, MOST_SECONDS), None, seed)

    def refused(self, why: str) -> "PlanForm":
        """The same wish with what stands in its way as a whole."""
        return replace(self, wrong={"token": why})


def too_many(most: int) -> str:
    """The sentence for somebody who has asked for as many plans as one person may."""
    return t(
        "You have {n} plans queued or in progress, which is the maximum: wait for one to finish, or stop one.", n=most
    )


def form_sent(form: Mapping[str, str]) -> PlanForm:
    """The wish as a form sent it, with every fault."""
    sent = {key: form.get(key, "").strip() for key in ("token", "name", "seconds", "work", "seed")}
    return PlanForm(**sent, wrong=dict(_faults(sent)))


def _faults(sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not _TOKEN.fullmatch(sent["token"]):
        yield "token", t("This form has expired or was sent from another site. Please reload the page.")
    if not is_line(sent["name"], PLAN_NAME.most):
        yield "name", t("Enter a name of at most {most} characters on one line.", most=PLAN_NAME.most)
    if not sent["work"] and number(sent["seconds"], LEAST, MOST_SECONDS) is None:
        yield "seconds", t("Enter seconds: more than 0, at most one week (604800).")
    if sent["work"] and number(sent["work"], LEAST, MOST_WORK) is None:
        yield "work", t("Solver effort: enter a number above 0 or leave empty.")
    if whole(sent["seed"], 0, MOST_SEED) is None:
        yield "seed", t("The random seed must be a whole number from 0 to 2147483647.")
