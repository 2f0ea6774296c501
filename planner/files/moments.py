"""Days, instants and clock times of cells: in every spelling of offices, and what they mean from H."""

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from planner.zones import by_clocks, zone_by

DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
SOLID_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
TIME = re.compile(r"(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})?秒?)?分?")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)?|Z")
SERIAL_DAYS = (3654, 73050)  # Excel's day numbers of the years 1910 to 2099
DAY_ZERO = date(1899, 12, 30)
DAY_ZERO_1904 = date(1904, 1, 1)
LAST_SECOND = "23:59:59"  # the end of a day that has no hour
MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Moment:
    """What a text says of a day and an hour, as ISO 8601 writes them; "" where it does not say it."""

    day: str = ""
    clock: str = ""
    offset: str = ""


def read_moment(text: str) -> Moment | None:
    """Day, clock and offset of a text, of which at least one of the first two stands there; None for no moment."""
    if is_whole(text):
        at = datetime.fromisoformat(text)
        return Moment(at.date().isoformat(), at.strftime("%H:%M:%S"), at.isoformat()[-6:])
    day = DAY.match(text)
    rest = text[day.end() :].strip(" T日") if day else text
    clock = TIME.match(rest)
    left = rest[clock.end() :].strip() if clock else rest
    offset = OFFSET.fullmatch(left) if left else None
    if (day is None and clock is None) or (left and (clock is None or offset is None)):
        return None
    told = "{:0>2}:{:0>2}:{:0>2}".format(*(part or "0" for part in clock.groups())) if clock else ""
    return Moment("{:0>4}-{:0>2}-{:0>2}".format(*day.groups()) if day else "", told, _offset(offset))


def is_whole(text: str) -> bool:
    """Whether the text is an ISO 8601 date and time with its offset."""
    try:
        return "T" in text and datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _offset(found: "re.Match[str] | None") -> str:
    if found is None:
        return ""
    return f"{found[1]}{found[2]:0>2}:{found[3] or '00'}" if found[1] else "+00:00"


def serial_day(text: str, zero: date) -> str | None:
    """The day that is Excel's number of this text in a workbook with this day zero; None where it is no such number."""
    if len(text) > 5 or not text.isdecimal():
        return None
    day = zero + timedelta(int(text))
    least, most = (DAY_ZERO + timedelta(number) for number in SERIAL_DAYS)
    return day.isoformat() if least <= day <= most else None


def read_day(text: str) -> str | None:
    """The ISO day of a text in any spelling; None for no day."""
    found = DAY.fullmatch(re.sub(r" 0?0:00(:00)?$", "", text)) or SOLID_DAY.fullmatch(text)
    return "{:0>4}-{:0>2}-{:0>2}".format(*found.groups()) if found else None


def minutes_from(h_hour: datetime, said: Moment, offset: str, *, up: bool) -> int | None:
    """Whole minutes from H to a clock time, rounded up or down; on H's own day where none is said.

    `offset` is that of times that name none, or the name of their zone. None where there is no such day or hour.
    """
    own = zone_by(said.offset or offset)
    try:
        day = date.fromisoformat(said.day) if said.day else h_hour.astimezone(own).date()
        at = moment_of(replace(said, day=day.isoformat()), offset)
        minutes = (at - h_hour.astimezone(UTC)) / timedelta(minutes=1) if at is not None else None
    except (ValueError, OverflowError):
        return None
    return None if minutes is None else math.ceil(minutes) if up else math.floor(minutes)


def moment_of(said: Moment, offset: str) -> datetime | None:
    """The moment of a day and an hour; `offset` is that of times that name none, or the name of their zone.

    None where there is no such day or hour, also one over which the zone's clocks leap.
    """
    zone = zone_by(said.offset or offset)
    try:
        wall = datetime.combine(date.fromisoformat(said.day), time.fromisoformat(said.clock))
        return None if zone is None else by_clocks(wall, zone)
    except (ValueError, OverflowError):
        return None


def around_h(start: int, end: int) -> tuple[int, int]:
    """A span of two clock times without days, such as 22:00 to 06:00: over midnight, and around H where it can be."""
    if start < end:
        return start, end
    if start - MINUTES_A_DAY <= 0 <= end:
        return start - MINUTES_A_DAY, end
    return start, end + MINUTES_A_DAY
