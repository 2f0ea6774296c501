"""How moments and counts are told, in the reader's language."""

from datetime import UTC

from planner.exercise import is_exercise
from planner.i18n import N_, gettext, ngettext
from planner.operation import Operation

MARK = N_("EXERCISE")
MINUS = "\N{MINUS SIGN}"


def uncovered_text(people: int, weight: int, lang: str) -> str:
    """How many people are not covered, and the sum of their priorities: "3 people (weight 9)"."""
    return ngettext("1 person (weight {weight})", "{n} people (weight {weight})", people, lang, weight=f"{weight:,}")


def hour_text(operation: Operation) -> str:
    """H with its zone: 2026-04-01 06:00 UTC+0800, or 2026-04-01 06:00 Asia/Shanghai (UTC+0800)."""
    hour = operation.at(0)
    name = getattr(hour.tzinfo, "key", "")
    return hour.strftime(f"%Y-%m-%d %H:%M {name} (UTC%z)" if name else "%Y-%m-%d %H:%M UTC%z")


def date_parts(operation: Operation) -> list[int]:
    """Year, month and day of H in UTC: the date of a PDF, which is of the plan and never of the clock."""
    day = operation.h_hour.astimezone(UTC)
    return [day.year, day.month, day.day]


def shown_name(operation: Operation, lang: str) -> str:
    """The operation's name as papers and maps show it: that of an exercise says that it is one."""
    return f"{gettext(MARK, lang)} · {operation.name}" if is_exercise(operation.details) else operation.name


def clock(operation: Operation, minute: int) -> str:
    """Clock time in the operation's zone, "06:00"; with the days before or after H's date, "22:15 (−1 d)"."""
    moment = operation.at(minute)
    days = (moment.date() - operation.h_hour.date()).days
    sign = "+" if days > 0 else MINUS
    return moment.strftime("%H:%M") + (f" ({sign}{abs(days)} d)" if days else "")


def h_minutes(minute: int) -> str:
    """Minutes from H: "H", "H+12", "H−35"."""
    if minute == 0:
        return "H"
    return f"H+{minute}" if minute > 0 else f"H{MINUS}{-minute}"
