"""Who is chargeable, what a site needs, and what a crew lacks (spec/PROBLEM.md, sections 2 and 3)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta

from planner.operation import Officer, Operation, Site, Suspect
from planner.scenario import Scenario


def is_chargeable(operation: Operation, suspect: Suspect) -> bool:
    """True when the warrant exists and expires after H."""
    return suspect.warrant is not None and suspect.warrant.expires > operation.h_hour


def chargeable_by_site(operation: Operation) -> dict[str, tuple[Suspect, ...]]:
    """Site id -> its chargeable suspects, in the operation's order; sites without any are absent."""
    rows: dict[str, list[Suspect]] = {}
    for suspect in operation.suspects:
        if is_chargeable(operation, suspect):
            rows.setdefault(suspect.site, []).append(suspect)
    return {site: tuple(suspects) for site, suspects in rows.items()}


def is_child(operation: Operation, suspect: Suspect) -> bool:
    """True when the suspect is under 18 on H's date."""
    born, day = suspect.born, operation.h_hour.date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < 18


def groups_apart(operation: Operation, suspects: Iterable[Suspect]) -> set[tuple[str, bool]]:
    """The groups (sex, child) that may not share a vehicle (R16)."""
    return {(s.sex, is_child(operation, s)) for s in suspects}


def raid_minutes(operation: Operation, site: Site) -> int:
    """Least minutes of a raid on the site."""
    return site.raid_minutes or operation.doctrine.raid_minutes.at(site.risk)


def squad_size(operation: Operation, site: Site, num_suspects: int) -> int:
    """Least number of officers for the site with this many chargeable suspects."""
    d = operation.doctrine
    return site.officers or d.officers_by_risk.at(site.risk) + d.officers_per_extra_suspect * (num_suspects - 1)


def skills_needed(operation: Operation, site: Site) -> dict[str, int]:
    """Skill -> number of officers with it that the site needs, by risk and by its own needs."""
    d, want = operation.doctrine, Counter(site.needs)
    want["entry"] += d.entry_by_risk.at(site.risk)
    want["medic"] += d.medic_by_risk.at(site.risk)
    return {skill: n for skill, n in want.items() if n > 0}


def is_local(operation: Operation, officer: Officer, city: str) -> bool:
    """True when the officer's agency is the local police of the city."""
    return city in operation.agencies_by_id[officer.agency].cities


def shortfall(
    operation: Operation, site: Site, suspects: tuple[Suspect, ...], crew: Iterable[Officer]
) -> dict[str, int]:
    """What the crew lacks for the site's needs: need -> number, empty when nothing is lacking (R10)."""
    people = tuple(crew)
    skill = Counter(s for o in people for s in set(o.skills))
    lack = {
        "officers": squad_size(operation, site, len(suspects)) - len(people),
        "lead": 1 - sum(o.rank >= operation.doctrine.lead_rank for o in people),
        "local": 1 - sum(is_local(operation, o, site.city) for o in people),
        "woman": any(s.sex == "F" for s in suspects) - sum(o.sex == "F" for o in people),
        **{name: n - skill[name] for name, n in skills_needed(operation, site).items()},
    }
    return {need: n for need, n in lack.items() if n > 0}


def ready_minute(scenario: Scenario, officer: Officer, place: str) -> int:
    """Earliest minute at which the officer, rested, can be at the place, coming from the base (R4, N3)."""
    d = scenario.operation.doctrine
    way = scenario.travel.minutes(officer.base, place)
    rested = way + (d.rest_minutes if way > d.long_haul else 0)
    ready = officer.available_from + rested
    return ready if scenario.now is None else int(max(ready, scenario.begun.arrives(officer.id, place, rested)))


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
