"""The form that asks for a plan."""

import re
import secrets

from wtforms.validators import ValidationError

from planner.files.limits import PLAN_NAME
from planner.solver import Limit
from web.forms import LineField, NumberField, OneLine, PageForm, TokenField, WholeField
from web.language import say, t

MOST_SECONDS, MOST_WORK, MOST_SEED = 7 * 24 * 3600, 1e12, 2**31 - 1
MOST_WAITING = "MOST_WAITING"
"""What the application's configuration calls the number of open plans that one person may have."""
LEAST = 1e-9  # of seconds and of work: more than nothing
_TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)
_LENGTH = {"maxlength": PLAN_NAME.most}


class PlanForm(PageForm):
    """What may be spent on a plan, and its name. `token` is of one page: two requests with the same token are one."""

    token = TokenField("", default=lambda: secrets.token_urlsafe(16))
    seconds = NumberField(say("Seconds"), LEAST, MOST_SECONDS, default=60, render_kw=_LENGTH)
    seed = WholeField(say("Random seed"), 0, MOST_SEED, default=0, render_kw=_LENGTH)
    work = NumberField(say("Solver effort, instead of seconds"), LEAST, MOST_WORK, render_kw=_LENGTH)
    name = LineField(
        say("Name of the plan"),
        [OneLine(PLAN_NAME, say("Enter a name of at most {most} characters on one line."))],
    )

    def limit(self) -> Limit:
        """What may be spent on it; solver work, where it is given, in place of seconds. Asked only of a valid form."""
        if self.work.text:
            return Limit(None, self.work.data, self.seed.data)
        return Limit(self.seconds.data, None, self.seed.data)

    def validate_token(self, field: TokenField) -> None:
        """A word as a page of ours has it."""
        if not _TOKEN.fullmatch(field.data):
            raise ValidationError(t("This form has expired or was sent from another site. Please reload the page."))

    def validate_seconds(self, field: NumberField) -> None:
        """Seconds are given, unless solver work is."""
        if not self.work.text and field.data is None:
            raise ValidationError(t("Enter seconds: more than 0, at most one week (604800)."))

    def validate_work(self, field: NumberField) -> None:
        """Solver work may be left out."""
        if field.text and field.data is None:
            raise ValidationError(t("Solver effort: enter a number above 0 or leave empty."))

    def validate_seed(self, field: WholeField) -> None:
        """A whole number that the solver takes."""
        if field.data is None:
            raise ValidationError(t("The random seed must be a whole number from 0 to 2147483647."))


def too_many(most: int) -> str:
    """The sentence for somebody who has asked for as many plans as one person may."""
    return t(
        "You have {n} plans queued or in progress, which is the maximum: wait for one to finish, or stop one.", n=most
    )
