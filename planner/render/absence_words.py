"""What to do if a suspect is not where the raid is, in words."""

from planner.absences import Absence
from planner.i18n import N_, gettext
from planner.render.reasons import need_word

SELF = N_("Squad {squad} goes on, on the team commander's order")
ANYWAY = N_("Squad {squad} raids that address anyway")
RESERVE = N_("Reserve: {why}")
LATE = N_("too late for a raid; the team commander decides")


def who_goes(row: Absence, lang: str) -> str:
    """Who goes to the further address, and of a reserve why the squad itself does not."""
    if row.raided_by:
        return gettext(ANYWAY, lang).format(squad=row.raided_by)
    if row.can_go:
        return gettext(SELF, lang).format(squad=row.squad)
    why = []
    if row.has_more:
        why.append(gettext(N_("the squad has more to do"), lang))
    if row.lacks:
        needs = gettext(", ", lang).join(f"{need_word(need, lang)} {n}" for need, n in row.lacks.items())
        why.append(gettext(N_("the squad is short of: {needs}"), lang).format(needs=needs))
    if row.is_late:
        why.append(gettext(LATE, lang))
    return gettext(RESERVE, lang).format(why=gettext("; ", lang).join(why))
