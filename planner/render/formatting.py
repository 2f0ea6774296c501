"""How moments and counts are told, in the reader's language."""

from datetime import UTC, date, datetime
from unicodedata import east_asian_width

from planner.exercise import is_exercise
from planner.i18n import N_, gettext, ngettext
from planner.operation import Operation
from planner.zones import zone_shown

MARK = N_("EXERCISE")
MINUS = "\N{MINUS SIGN}"


def uncovered_text(people: int, weight: int, lang: str) -> str:
    """How many people are not covered, and the sum of their priorities: "3 people (weight 9)"."""
    return ngettext("1 person (weight {weight})", "{n} people (weight {weight})", people, lang, weight=f"{weight:,}")


def day_text(day: date, lang: str) -> str:
    """A day as documents tell it: 2026-04-01, 2026年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()


def moment_text(moment: datetime, lang: str) -> str:
    """Day and time in the moment's own zone: 2026-04-01 06:00, 2026年4月1日 06:00."""
    return f"{day_text(moment.date(), lang)} {moment:%H:%M}"


def hour_text(operation: Operation, lang: str) -> str:
    """H with its zone: 2026-04-01 06:00 UTC+08:00, or 2026-04-01 06:00 Asia/Shanghai (UTC+08:00)."""
    hour = operation.at(0)
    return f"{moment_text(hour, lang)} {zone_shown(hour)}"


def date_parts(operation: Operation) -> list[int]:
    """Year, month and day of H in UTC: the date of a PDF, which is of the plan and never of the clock."""
    day = operation.h_hour.astimezone(UTC)
    return [day.year, day.month, day.day]


def shown_name(operation: Operation, lang: str) -> str:
    """The operation's name as papers and maps show it: that of an exercise says that it is one."""
    return f"{gettext(MARK, lang)} · {operation.name}" if is_exercise(operation.details) else operation.name


def clock(operation: Operation, minute: int, lang: str = "en") -> str:
    """Clock time in the operation's zone, "06:00"; with the days from H's date, "22:15 (−1 d)", "22:15（−1 天）"."""
    moment = operation.at(minute)
    days = (moment.date() - operation.h_hour.date()).days
    if not days:
        return moment.strftime("%H:%M")
    told = f"{'+' if days > 0 else MINUS}{abs(days)}"
    return moment.strftime("%H:%M") + (f"（{told} 天）" if lang == "zh" else f" ({told} d)")


def h_minutes(minute: int) -> str:
    """Minutes from H: "H", "H+12", "H−35"."""
    if minute == 0:
        return "H"
    return f"H+{minute}" if minute > 0 else f"H{MINUS}{-minute}"


def percent(share: float) -> str:
    """A probability (0 to 1) in whole per cent, never more certain than it is: "< 1 %", "57 %", "> 99 %"."""
    if share < 0.01:
        return "< 1 %"
    return "> 99 %" if share > 0.99 else f"{round(100 * share)} %"


HEAD, FOOT = 64, 44
"""Most widths of letters (a Chinese sign has two) that a page's head or foot has room for."""


def shortened(text: str, most: int) -> str:
    """The text, or as much of it as is so wide, and "…": the title of a document has it whole."""
    wide = 0
    for at, char in enumerate(text):
        wide += 2 if east_asian_width(char) in "WFA" else 1
        if wide > most:
            return f"{text[:at].rstrip()}…"
    return text
