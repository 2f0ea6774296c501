"""That clocks on the wall show another time than an operation's papers do, in sentences."""

from collections.abc import Mapping

from planner.clocks import ClockDoubt, clock_doubt
from planner.i18n import N_, gettext
from planner.operation import Operation
from planner.zones import ZONE, offset_of

SENTENCES = {
    "clocks-change": N_(
        "Clocks in {zone} change at {since}, to or from UTC{offset}: all times, on documents "
        "too, are in UTC{own}, whatever local clocks show."
    ),
    "clocks-followed": N_(
        "Clocks in {zone} change at {since}, to or from UTC{offset}: all times, on documents too, are as "
        "these clocks show."
    ),
    "odd-offset": N_(
        "Clocks in {zone} are at UTC{offset} at H, but H is given in UTC{own}: please check. All "
        "times, on documents too, are in UTC{own}."
    ),
}


def clock_sentences(operation: Operation, lang: str) -> list[str]:
    """What is to be said of clocks where the operation's doors are; mostly nothing."""
    doubt = operation_doubt(operation)
    if doubt is None:
        return []
    return [gettext(SENTENCES[doubt.code], lang).format(**figures_of(doubt), own=offset_of(operation.h_hour))]


def operation_doubt(operation: Operation) -> ClockDoubt | None:
    """What is odd about clocks where the operation's doors are."""
    points = [(site.lat, site.lon) for site in operation.sites]
    return clock_doubt(operation.h_hour, points, operation.details.get(ZONE))


def figures_of(doubt: ClockDoubt) -> Mapping[str, str]:
    """What the sentences say of a doubt."""
    return {"zone": doubt.zone, "offset": doubt.offset, "since": doubt.when}
