"""Nights of an operation as reports: what squads say while they do what is planned, late, absent, doubled and lost."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from planner.plan import Plan, Unit
from planner.reports import Code, Report, unit_steps
from planner.reports.steps import PlannedStep
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


def disturbed(reports: list[Report], seed: int) -> list[Report]:
    """The same reports out of order: one in ten is sent twice, one in ten is lost and sent again hours later."""
    draw, sent = random.Random(seed), list[Report]()
    for one in reports:
        chance = draw.random()
        sent.append(one if chance >= 0.1 else replace(one, received=one.received + timedelta(hours=2)))
        if chance > 0.9:
            sent.append(one)
    draw.shuffle(sent)
    return sent
