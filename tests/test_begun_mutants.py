"""Checker and referee agree on operations that run, whatever pins and edits tell of what happened."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner import operation as op
from planner.plan import Plan, Stop, Unit
from planner.scenario import Parent, Scenario
from tests.effort import slow_after
from tests.two_doors import (
    guards_after_two,
    one_squad,
    ten_minutes,
    two_squads,
    with_guards,
    with_row,
    with_unit,
)
from tests.verdicts import agreed_on
from web.attack.mutations import mutate

NUM_MUTANTS, CHUNKS = 250, 4
Pair = tuple[op.Operation, Plan]
Fact = Callable[[random.Random, op.Operation, Plan, int], Pair]


def _late(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    """A pin tells when a raid began, or will; mostly the plan has it then."""
    site, start = rng.choice(["S1", "S2"]), rng.choice([now, now - 1, now + 5, now - 10, 7, 75])
    operation = replace(operation, pins=(*operation.pins, op.SiteStart(site, start)))
    if site not in plan.raids_by_site or rng.random() < 0.3:
        return operation, plan
    unit, raid = plan.raids_by_site[site]
    moved = replace(raid, start=start, end=max(raid.end, start + 40))
    return operation, with_unit(plan, unit.id, stops=tuple(moved if s is raid else s for s in unit.stops))


def _never_came(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    """A pin skips a site; mostly the plan no longer goes there."""
    site = rng.choice(["S1", "S2"])
    operation = replace(operation, pins=(*operation.pins, op.SiteSkipped(site)))
    return operation, plan if rng.random() < 0.3 else _without(plan, site)


def _not_found(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    """A suspect is at another site, or the warrant is withdrawn; mostly nobody has the suspect aboard."""
    suspect = rng.choice(["P01", "P02", "P03", "P04"])
    found: dict[str, Any] = {"site": rng.choice(["S1", "S2"])}
    operation = with_row(operation, "suspects", suspect, **rng.choice([found, {"warrant": None}]))
    if rng.random() < 0.4:
        return operation, plan
    units = (replace(u, stops=tuple(_released(s, suspect) for s in u.stops)) for u in plan.units)
    return operation, replace(plan, units=tuple(units))


def _custody_lost(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    """A custody place is gone, and what the plan had there."""
    gone = rng.choice(["K1", "K2"])
    places = tuple(place for place in operation.places if place.id != gone)
    talks = tuple(talk for talk in plan.interviews if talk.place != gone)
    return replace(operation, places=places, matrix=None), _without(replace(plan, interviews=talks), gone)


def _talks_dropped(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    return operation, replace(plan, interviews=tuple(talk for talk in plan.interviews if rng.random() < 0.6))


def _anything(rng: random.Random, operation: op.Operation, plan: Plan, now: int) -> Pair:
    return mutate(rng, operation, plan)


def _released(stop: Stop, suspect: str) -> Stop:
    return replace(stop, suspects=tuple(name for name in stop.suspects if name != suspect))


def _without(plan: Plan, place: str) -> Plan:
    """The plan without its stops there; a unit with no other is gone."""
    left: list[Unit] = []
    for unit in plan.units:
        if stops := tuple(stop for stop in unit.stops if stop.place != place):
            left.append(replace(unit, stops=stops))
    return replace(plan, units=tuple(left))


FACTS: tuple[Fact, ...] = (_late, _never_came, _not_found, _custody_lost, _talks_dropped, _anything)
PARENTS = (two_squads, one_squad, with_guards, guards_after_two)


def mutant_of(seed: int) -> tuple[Scenario, Plan]:
    """A running operation of which a few facts are told, and the parent's plan changed accordingly, or not."""
    rng, parent = random.Random(seed), PARENTS[seed % len(PARENTS)]()
    operation, plan, now = ten_minutes(), parent, rng.randrange(-60, 300)
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        operation, plan = rng.choice(FACTS)(rng, operation, plan, now)
    return Scenario(operation, Parent(parent, ten_minutes()), now), plan


@pytest.mark.parametrize("chunk", slow_after(1, range(CHUNKS)))
def test_facts_told_at_random(chunk: int) -> None:
    """The same rules broken, equally often, and the same score; interviews, guards and waiting officers among them."""
    rules: Counter[str] = Counter()
    for seed in range(chunk * NUM_MUTANTS, (chunk + 1) * NUM_MUTANTS):
        scenario, plan = mutant_of(seed)
        try:
            rules.update({v.rule for v in agreed_on(scenario, plan)} or {"kept"})
        except AssertionError as error:
            error.add_note(f"mutant {seed}, now {scenario.now}")
            raise
        begun = scenario.begun
        guards = any(unit.guards.officers and begun.has_left(unit) for unit in plan.units)
        told = {"talks": bool(begun.talks), "waits": bool(begun.waits), "shut": bool(begun.still_shut), "left": guards}
        rules.update(name for name, is_so in told.items() if is_so)
    assert {"kept", "N1", "N2", "N3", "talks", "waits", "shut", "left"} <= set(rules)
