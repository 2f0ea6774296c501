"""Squads are compared by what those whom they leave can still do: examine scenes."""

from dataclasses import replace

import pytest

from planner.operation import Operation
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver import squads
from planner.solver.missed import empty_plan
from planner.solver.progress import Clock, Limit
from tests.operations import two_doors

PAIR = ("O02", "O08")


def with_a_near_pair() -> Operation:
    """Two doors; the only two forensic officers are near, and everybody else comes from farther."""
    made = two_doors()
    far = replace(made.places[0], id="B2", lat=made.places[0].lat - 0.05)
    officers = tuple(
        replace(o, skills=("forensics",)) if o.id in PAIR else replace(o, base="B2", skills=("entry", "interview"))
        for o in made.officers
    )
    cars = tuple(replace(v, base="B2" if n % 2 else "B1") for n, v in enumerate(made.vehicles))
    return replace(made, places=(*made.places, far), officers=officers, vehicles=cars)


def squads_of(operation: Operation) -> Plan:
    """What the stage finds."""
    scenario = Scenario(operation)
    return squads.choose_squads(scenario, empty_plan(scenario), Clock(Limit(work=100)))[0]


def test_a_few_minutes_of_way_do_not_outweigh_the_exams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first plan sends the forensic officers to raid, who are nearer: squads that leave the pair for the exam win."""
    operation = with_a_near_pair()
    scenario = Scenario(operation)
    no_exam = replace(operation, sites=tuple(replace(s, exam=False) for s in operation.sites))
    nearest = squads_of(no_exam)
    raiding = {o for unit in nearest.units for o in unit.officers}
    assert len(nearest.raids_by_site) == 2 and raiding.intersection(PAIR) and not check(scenario, nearest)
    monkeypatch.setattr(squads, "first_squads", lambda *_: nearest)
    found = squads_of(operation)
    assert found.exams_by_site and not check(scenario, found)
    assert score(scenario, found) < score(scenario, nearest)
