"""Nights of an operation as reports: what units say while they do what is planned, some of them late.

Seeded: the same operation, plan and seed give the same night.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from planner.plan import Plan, Unit
from planner.reports.codes import Code
from planner.reports.report import Report
from planner.reports.steps import PlannedStep, unit_steps
from planner.scenario import Scenario

ABSENT_SHARE, LATE_SHARE = 0.1, 0.3


def night(scenario: Scenario, plan: Plan, seed: int, until: int = 10_000) -> list[Report]:
    """The reports of every unit up to this minute from H, in the order in which they are said."""
    draw = random.Random(seed)
    told = [one for unit in plan.units for one in _of_unit(scenario, plan, unit, draw)]
    end = scenario.operation.h_hour + timedelta(minutes=until)
    return sorted((one for one in told if one.said <= end), key=lambda one: one.order)


def report(scenario: Scenario, draw: random.Random, unit: str, code: Code, minute: float, **about: object) -> Report:
    """A report that is said at the minute from H, and received a moment later."""
    said = scenario.operation.h_hour + timedelta(seconds=round(60 * minute))
    key = UUID(int=draw.getrandbits(128), version=4)
    later = said + timedelta(seconds=draw.randint(0, 90))
    return Report(id=key, unit=unit, code=code, said=said, received=later, **about)  # type: ignore[arg-type]


def _of_unit(scenario: Scenario, plan: Plan, unit: Unit, draw: random.Random) -> Iterator[Report]:
    late = draw.choice((0, 0, 0, 1, 3, 8)) if draw.random() < LATE_SHARE else 0
    sites = scenario.operation.sites_by_id
    for step in unit_steps(scenario, plan)[unit.id]:
        site = {"site": step.place} if step.place in sites else {}
        place = {"place": step.place} if step.code == "lodged" else {}
        yield report(scenario, draw, unit.id, step.code, step.planned + late + draw.random(), **site, **place)
        if step.code == "entered" and unit.kind == "squad":
            yield from _inside(scenario, step, unit, late, draw)


def _inside(scenario: Scenario, step: PlannedStep, unit: Unit, late: int, draw: random.Random) -> Iterator[Report]:
    minute = step.planned + late + 2
    yield report(scenario, draw, unit.id, "secure", minute, site=step.place)
    for suspect in scenario.operation.chargeable_by_site.get(step.place, ()):
        code: Code = "absent" if draw.random() < ABSENT_SHARE else "custody"
        yield report(scenario, draw, unit.id, code, minute + draw.random(), site=step.place, suspect=suspect.id)


def incidents(scenario: Scenario, plan: Plan, seed: int) -> list[Report]:
    """What goes wrong in an exercise: an officer is hurt at an address of high risk, and one address is compromised.

    Where no raid is on an address of high risk, it happens at any; without two raids nothing is compromised.
    """
    draw = random.Random(f"incidents {seed}")
    sites = scenario.operation.sites_by_id
    raids = [(unit, stop) for unit in plan.units for stop in unit.stops if stop.task == "raid"]
    risky = [one for one in raids if sites[one[1].place].risk == "high"] or raids
    if not risky:
        return []
    unit, stop = draw.choice(risky)
    hurt, at = draw.choice(unit.officers), stop.start + 4
    found = [
        report(scenario, draw, unit.id, "medical", at, site=stop.place),
        report(scenario, draw, unit.id, "lost", at + 2, site=stop.place, officer=hurt),
        report(scenario, draw, unit.id, "all_clear", at + 25, site=stop.place),
    ]
    others = [one for one in raids if one[0] is not unit]
    if others:
        other, place = draw.choice(others)
        found.append(report(scenario, draw, other.id, "compromised", place.start - 12, site=place.place))
        found.append(report(scenario, draw, other.id, "all_clear", place.start + 6, site=place.place))
    return found
