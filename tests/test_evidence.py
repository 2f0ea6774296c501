"""Forensic pairs: two of one base, or where such pairs are few, two whom nobody else at their bases can join."""

from dataclasses import replace

from planner import operation as op
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from planner.solver.evidence import Tour, pairs_of
from planner.solver.spare import BasePool, homes
from tests.operations import two_doors
from tests.referee import verdict

SCENES = 3


def examiners(*bases: str) -> op.Operation:
    """The two doors, with one officer who may examine for each of these bases; of these B2 is new."""
    base = two_doors()
    near = replace(base.places[0], id="B2", lat=30.575)
    rest = tuple(replace(o, skills=tuple(s for s in o.skills if s != "forensics")) for o in base.officers)
    men = [n for n, o in enumerate(rest) if o.sex == "M" and not o.skills][: len(bases)]
    given = dict(zip(men, bases, strict=True))
    officers = tuple(replace(o, base=given[n], skills=("forensics",)) if n in given else o for n, o in enumerate(rest))
    cars = (op.Vehicle("V90", "川A-90", "B2", 5, 0), op.Vehicle("V91", "川A-91", "B2", 5, 0))
    return replace(base, places=(*base.places, near), officers=officers, vehicles=(*base.vehicles, *cars))


def pairs(*bases: str, scenes: int = SCENES) -> list[Tour]:
    """The kinds of pairs of these officers for so many scenes."""
    operation = examiners(*bases)
    crews = homes(o for o in operation.officers if "forensics" in o.skills)
    return pairs_of(Scenario(operation), crews, scenes)


def test_two_bases_make_a_pair_where_pairs_are_few() -> None:
    """Who has a colleague goes with the colleague; who has none, with one of another base, if scenes are many."""
    assert [(t.home.base, t.other) for t in pairs("B1", "B1")] == [("B1", None)]
    assert [[h.base for h in t.pair] for t in pairs("B1", "B2")] == [["B1", "B2"]]
    assert [[h.base for h in t.pair] for t in pairs("B1", "B1", "B1", "B2")] == [["B1", "B1"], ["B1", "B2"]]
    assert [[h.base for h in t.pair] for t in pairs("B1", "B1", "B1", "B2", scenes=2)] == [["B1", "B1"]]
    assert pairs("B1") == []


def test_a_scene_is_examined_by_officers_of_two_bases() -> None:
    """One examiner at each of two bases: together they do the exam, each with a vehicle; the referee agrees."""
    scenario = Scenario(examiners("B1", "B2"))
    plan = solve(scenario, Clock(Limit(work=600)))
    (unit,) = (u for u in plan.units if u.kind == "forensic")
    bases = {scenario.operation.officers_by_id[o].base for o in unit.officers}
    assert bases == {"B1", "B2"} == {v.base for v in scenario.operation.vehicles if v.id in unit.vehicles}
    rules, _, lines = verdict(scenario, plan)
    assert not rules, lines


def test_a_tour_begins_anew_with_the_same_pair() -> None:
    """Without its exams a tour keeps both homes."""
    a, b = (BasePool(base, 0, 1, ()) for base in ("B1", "B2"))
    assert Tour(a, (), 7, b).empty() == Tour(a, other=b)
