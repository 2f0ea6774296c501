"""A second raid for a squad that has one near: the address in question opens later, and nobody is borrowed."""

from planner.needs import chargeable_by_site, shortfall
from planner.plan import Stop, Unit
from planner.reasons.setting import Ladder, Remedy, Setting
from planner.travel import CLOSED
from planner.whatif import pin_officer, set_doctrine

MOST = 3
"""Squads that are tried: the nearest that have all that the address needs."""
STEP = 10
"""Minutes to which a later last start is rounded up."""


def follow_on(here: Setting) -> Ladder:
    """The squads of the nearest raids that could go on to the site: each with when it could start there.

    Where that is after the last permitted start, it is moved, which departs from doctrine. Empty where the site is
    raided already, or no squad of its city has all that it needs.
    """
    operation, site = here.operation, here.sites[0]
    if site in here.plan.raids_by_site or here.scenario.now is not None:
        return []
    row, suspects = operation.sites_by_id[site], chargeable_by_site(operation).get(site, ())
    found: list[tuple[int, str, Unit]] = []
    for other, (unit, stop) in here.plan.raids_by_site.items():
        way = here.scenario.travel.minutes(other, site)
        crew = [operation.officers_by_id[o] for o in unit.officers if o not in unit.guards.officers]
        is_near = operation.sites_by_id[other].city == row.city and way < CLOSED and _last(unit) == stop
        if is_near and not shortfall(operation, row, suspects, crew):
            found.append((stop.end + way, other, unit))
    return [_remedy(here, site, other, start, unit) for start, other, unit in sorted(found, key=_by_start)[:MOST]]


def _by_start(row: tuple[int, str, Unit]) -> tuple[int, str]:
    return row[0], row[1]


def _last(unit: Unit) -> Stop:
    return [stop for stop in unit.stops if stop.task == "raid"][-1]


def _remedy(here: Setting, site: str, other: str, start: int, unit: Unit) -> Remedy:
    """The officers of the squad are ordered to the site, and the last permitted start is late enough."""
    crew = (o for o in unit.officers if o not in unit.guards.officers)
    edits = [edit for officer in crew for edit in pin_officer(here.document, officer, site)]
    is_late = start > here.operation.doctrine.last_raid
    if is_late:
        edits += set_doctrine(here.document, "last_raid", -(-start // STEP) * STEP)
    return Remedy("follow-on", start, tuple(edits), f"{site}|{other}", departs=is_late)
