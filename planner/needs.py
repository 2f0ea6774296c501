"""Who is chargeable, what a site needs, and what a crew lacks (spec/PROBLEM.md, sections 2 and 3)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from planner.operation import Doctrine, Officer, Operation, Risk, Site, Suspect
from planner.plan import Unit
from planner.scenario import Scenario


def is_chargeable(operation: Operation, suspect: Suspect) -> bool:
    """True when the warrant exists and expires after H."""
    return operation.is_chargeable(suspect)


def chargeable_by_site(operation: Operation) -> dict[str, tuple[Suspect, ...]]:
    """Site id -> its chargeable suspects, in the operation's order; sites without any are absent."""
    return operation.chargeable_by_site


def is_child(operation: Operation, suspect: Suspect) -> bool:
    """True when the suspect's 18th birthday is not before H's date; who is born on 29 February turns on 1 March."""
    born, day = suspect.born, operation.h_hour.date()
    return day.year - born.year - ((day.month, day.day) <= (born.month, born.day)) < 18


def groups_apart(operation: Operation, suspects: Iterable[Suspect]) -> Counter[tuple[str, bool]]:
    """Group (sex, child) -> number of its suspects: no two groups may share a vehicle (R16)."""
    return Counter((s.sex, is_child(operation, s)) for s in suspects)


def can_share_out(groups: Iterable[int], vehicles: Iterable[int]) -> bool:
    """Whether each group gets vehicles of its own with a place for each; `vehicles`: detainees' places in each (R16).

    The roomiest vehicle left goes to one group or another: to leave it idle never helps.
    """
    waiting = {tuple(sorted(number for number in groups if number > 0))}
    for places in sorted(vehicles, reverse=True):
        if () in waiting:
            break
        waiting = {_boarded(left, i, places) for left in waiting for i in range(len(left))}
    return () in waiting


def _boarded(waiting: tuple[int, ...], group: int, places: int) -> tuple[int, ...]:
    """Who still waits when this many of the group have a place."""
    left = (n - places if i == group else n for i, n in enumerate(waiting))
    return tuple(sorted(n for n in left if n > 0))


FORENSIC_CREW = 2  # officers of a forensic unit at least (R18)
FRONT_SEATS = 2  # of a squad's vehicle, in which no detainee sits


def detainee_places(operation: Operation, unit: Unit) -> list[int]:
    """Detainees' places in each vehicle that goes on: an escort's cells; a squad's seats but two."""
    rows = [operation.vehicles_by_id[v] for v in unit.going_on[1]]
    return [row.cells if unit.kind == "escort" else max(0, row.seats - FRONT_SEATS) for row in rows]


def raid_minutes(operation: Operation, site: Site) -> int:
    """Least minutes of a raid on the site."""
    return site.raid_minutes or operation.doctrine.raid_minutes.at(site.risk)


def set_minutes(operation: Operation, site: Site) -> int:
    """So long before its first raid on the site a squad is there, out of sight (R8)."""
    return operation.doctrine.set_minutes if site.set_minutes is None else site.set_minutes


SKILL = "skill "
"""What the need of a skill begins with: a skill may be called like another need."""


class Able(Protocol):
    """What needs are asked of: an officer of an operation, or many who are alike."""

    @property
    def can_lead(self) -> bool:
        """Of the rank of a squad leader."""

    @property
    def cities(self) -> Collection[str]:
        """Of whose local police the officer is."""

    @property
    def sex(self) -> str:
        """F or M."""

    @property
    def skills(self) -> Collection[str]:
        """By name."""


@dataclass(frozen=True, slots=True)
class Ability:
    """What one officer can do."""

    can_lead: bool
    cities: Collection[str]
    sex: str
    skills: Collection[str]


def ability(operation: Operation, officer: Officer) -> Ability:
    """What the officer can do in the operation."""
    cities = operation.agencies_by_id[officer.agency].cities
    return Ability(officer.rank >= operation.doctrine.lead_rank, cities, officer.sex, officer.skills)


def needs_at(
    doctrine: Doctrine, risk: Risk, sexes: Collection[str], officers: int | None, skills: Mapping[str, int]
) -> dict[str, int]:
    """R10: need -> number of the squad who meet it, at a site of this risk that asks for this size and these skills.

    `sexes`: one for each chargeable suspect. The squad's size comes first, then a leader, a local officer, a woman
    (0 where none is needed) and the skills.
    """
    asked = Counter(skills)
    asked["entry"] += doctrine.entry_by_risk.at(risk)
    asked["medic"] += doctrine.medic_by_risk.at(risk)
    usual = doctrine.officers_by_risk.at(risk) + doctrine.officers_per_extra_suspect * (len(sexes) - 1)
    basic = {"officers": officers or usual, "lead": 1, "local": 1, "woman": int("F" in sexes)}
    return basic | {SKILL + skill: number for skill, number in asked.items() if number > 0}


def squad_needs(operation: Operation, site: Site, suspects: Iterable[Suspect]) -> dict[str, int]:
    """R10: need -> number of the squad who meet it, for a site with these chargeable suspects."""
    return needs_at(operation.doctrine, site.risk, [s.sex for s in suspects], site.officers, site.needs)


def needs_together(sites: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Need -> number that the squads of several sites need together; the skills come last, by name."""
    total = Counter[str]()
    for needs in sites:
        total.update(needs)
    return {need: total[need] for need in sorted(total, key=lambda need: need if need.startswith(SKILL) else "")}


def meets(able: Able, need: str, city: str) -> bool:
    """R10: True when each such officer is one of those that a squad for a site in the city needs."""
    match need:
        case "officers":
            return True
        case "lead":
            return able.can_lead
        case "local":
            return city in able.cities
        case "woman":
            return able.sex == "F"
        case _:
            return need.removeprefix(SKILL) in able.skills


def shortfall(
    operation: Operation, site: Site, suspects: tuple[Suspect, ...], crew: Iterable[Officer]
) -> dict[str, int]:
    """What the crew lacks for the site's needs: need -> number, empty when nothing is lacking (R10)."""
    people = [ability(operation, officer) for officer in crew]
    needs = squad_needs(operation, site, suspects)
    lack = {need: number - sum(meets(one, need, site.city) for one in people) for need, number in needs.items()}
    return {need: number for need, number in lack.items() if number > 0}


def ready_minute(scenario: Scenario, officer: Officer, place: str) -> int:
    """Earliest minute at which the officer can be there: rested, from the base or from where the officer waits."""
    d = scenario.operation.doctrine
    way = scenario.travel.minutes(officer.base, place)
    rested = way + (d.rest_minutes if way > d.long_haul else 0)
    ready = officer.available_from + rested
    if scenario.now is None:
        return ready
    ready = int(max(ready, scenario.begun.arrives(officer.id, place, rested)))
    here = scenario.begun.waits.get(officer.id)
    return ready if here is None else min(ready, scenario.now + scenario.travel.minutes(here, place))


def latest_raid(operation: Operation, suspects: Iterable[Suspect]) -> int:
    """Last minute at which a raid on these chargeable suspects may start: doctrine's, or before a warrant ends (R9)."""
    last = operation.doctrine.last_raid
    for suspect in suspects:
        if suspect.warrant is not None:
            left = suspect.warrant.expires - operation.h_hour
            whole = -(-left // timedelta(minutes=1))
            last = min(last, whole - 1)
    return last


def linked_sites(operation: Operation) -> dict[tuple[str, str], int]:
    """Pairs of sites, in order, whose chargeable suspects would warn each other -> summed weight of the links."""
    at = {s.id: site for site, suspects in chargeable_by_site(operation).items() for s in suspects}
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for link in operation.links:
        if link.a in at and link.b in at and at[link.a] != at[link.b]:
            a, b = sorted((at[link.a], at[link.b]))
            weights[a, b] += link.weight
    return weights
