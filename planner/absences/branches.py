"""If a suspect is not at the address that is raided: the further addresses, and whether the squad itself can go."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.needs import latest_raid, shortfall
from planner.operation import Operation, Site, Suspect
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Absence:
    """A suspect who is to be arrested at `site`, and a further address, `other`.

    `chance` is that of being at the other address (0 to 1), as somebody has given it; None where nobody has. `squad`
    looks at `site`; `start` is the earliest minute from H at which it could raid the other address: it waits
    `arrest_minutes` and drives there. `lacks`: need -> how many the squad falls short of there; `has_more`: the squad
    has another raid, or others to arrest at the site; `is_late`: no raid may start as late as that. `raided_by`: the
    squad that raids the other address anyway. `exposure`: over late start and links, if the suspect is arrested there
    then, and `exposure_missed` if not at all; the others are arrested as planned.
    """

    suspect: str
    site: str
    other: str
    chance: float | None
    squad: str
    start: int
    lacks: dict[str, int] = field(hash=False)
    has_more: bool
    is_late: bool
    raided_by: str | None
    exposure: int
    exposure_missed: int

    @property
    def can_go(self) -> bool:
        """The squad itself can raid the other address, if nobody is at the first."""
        return not (self.lacks or self.has_more or self.is_late or self.raided_by)


def absences(scenario: Scenario, plan: Plan) -> tuple[Absence, ...]:
    """For every suspect whom the plan arrests, each further address: by squad, and the most likely address first.

    References of the plan hold (R1). An address with a chance of 0 counts as one without: that is what nobody gave.
    """
    operation, found = scenario.operation, list[Absence]()
    others: dict[str, list[tuple[str, float]]] = {}
    for row in operation.addresses:
        others.setdefault(row.suspect, []).append((row.site, row.chance))
    for unit in plan.units:
        for stop in unit.stops:
            if stop.task == "raid":
                for suspect in operation.chargeable_by_site.get(stop.place, ()):
                    further = sorted(others.get(suspect.id, ()), key=lambda one: -one[1])
                    found += _of_suspect(scenario, plan, unit, stop, suspect, further)
    return tuple(found)


def _of_suspect(
    scenario: Scenario, plan: Plan, unit: Unit, stop: Stop, suspect: Suspect, others: list[tuple[str, float]]
) -> Iterator[Absence]:
    operation = scenario.operation
    here = operation.chargeable_by_site[stop.place]
    raids = [one.place for one in unit.stops if one.task == "raid"]
    for name, chance in others:
        if name == stop.place:
            continue
        other = operation.sites_by_id[name]
        start = stop.start + operation.doctrine.arrest_minutes + scenario.travel.minutes(stop.place, name)
        crew = (operation.officers_by_id[o] for o in unit.officers)
        anyway, _ = plan.raids_by_site.get(name, (None, None))
        yield Absence(
            suspect=suspect.id,
            site=stop.place,
            other=name,
            chance=chance or None,
            squad=unit.id,
            start=start,
            lacks=shortfall(operation, other, (suspect,), crew),
            has_more=len(here) > 1 or raids[-1] != stop.place,
            is_late=start > latest_raid(operation, (suspect,)),
            raided_by=anyway.id if anyway is not None else None,
            exposure=_exposure(operation, plan, suspect, start),
            exposure_missed=_exposure(operation, plan, suspect, None),
        )


def _exposure(operation: Operation, plan: Plan, suspect: Suspect, start: int | None) -> int:
    """What the suspect adds to the exposure if arrested at this minute, or not at all (spec/PROBLEM.md, section 7)."""
    window, last = operation.doctrine.strike_window, operation.doctrine.last_raid
    total = 0 if start is None else suspect.priority * max(0, start - window)
    for link in operation.links:
        if suspect.id not in (link.a, link.b):
            continue
        other = operation.suspects_by_id[link.b if link.a == suspect.id else link.a]
        if not operation.is_chargeable(other) or other.site not in plan.raids_by_site:
            continue
        there = plan.raids_by_site[other.site][1].start
        total += link.weight * (last if start is None else max(0, abs(start - there) - window))
    return total


def squad_size(operation: Operation, site: Site, suspect: Suspect) -> int:
    """Officers whom a raid on the site for this suspect alone takes (R10)."""
    return shortfall(operation, site, (suspect,), ()).get("officers", 0)
