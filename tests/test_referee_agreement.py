"""The checker and the referee agree, rule by rule and in the score, on solved plans and on mutated ones."""

import random
from collections import Counter
from dataclasses import asdict, replace

import pytest

from planner.files import read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.missed import all_missed
from tests.operations import random_operation
from tests.referee import ROOT, verdict

EXAMPLES = ROOT / "examples"
NUM_MUTANTS = 600
CHUNKS = 12


def agree(operation: Operation, plan: Plan) -> Counter[str]:
    """Both verdicts are the same; the broken rules are returned."""
    scenario = Scenario(operation)
    theirs, points, lines = verdict(operation, plan)
    found = check(scenario, plan)
    ours = Counter(v.rule for v in found)
    assert set(ours) == set(theirs), (lines[:20], found[:20])
    if not theirs["R1"]:
        assert asdict(score(scenario, plan)) == points
        assert ours == theirs, (lines[:20], found[:20])
    return ours


def change_stop(rng: random.Random, unit: Unit) -> Unit:
    """One stop is shifted, shortened, moved, dropped, doubled, swapped, or has other suspects."""
    stops = list(unit.stops)
    i = rng.randrange(len(stops))
    stop = stops[i]
    kind = rng.randrange(9)
    if kind == 0:
        shift = rng.choice([-300, -40, -5, -1, 1, 5, 40, 300])
        stops[i] = replace(stop, start=stop.start + shift, end=stop.end + shift)
    elif kind == 1:
        stops[i] = replace(stop, end=stop.end + rng.choice([-50, -6, -1, 1, 30, 600, 2000]))
    elif kind == 2:
        stops[i] = replace(stop, start=stop.start + rng.choice([-6, -1, 1, 20]))
    elif kind == 3:
        del stops[i]
    elif kind == 4:
        stops.insert(i, stop)
    elif kind == 5:
        stops[i] = replace(stop, suspects=stop.suspects[1:])
    elif kind == 6:
        stops[i] = replace(stop, suspects=(*stop.suspects, f"P{rng.randint(1, 65):04d}"))
    elif kind == 7:
        shift = rng.choice([-300, -20, 7, 90, 1500])
        stops = [replace(s, start=s.start + shift, end=s.end + shift) for s in stops]
    else:
        rng.shuffle(stops)
    return replace(unit, stops=tuple(stops))


def mutate(rng: random.Random, operation: Operation, plan: Plan) -> tuple[Operation, Plan]:  # noqa: PLR0912, PLR0915 - a list of kinds
    """One random change of the plan or of what it is held against."""
    units, teams, talks = list(plan.units), list(plan.teams), list(plan.interviews)
    i, t = rng.randrange(len(units)), rng.randrange(len(teams))
    unit, other = units[i], rng.choice(units)
    anybody = rng.choice(operation.officers).id
    kind = rng.randrange(22)
    if kind < 7:
        units[i] = change_stop(rng, unit)
    elif kind == 7:
        units[i] = replace(unit, officers=unit.officers[1:])
    elif kind == 8:
        units[i] = replace(unit, officers=(anybody, *unit.officers[1:]))
    elif kind == 9:
        units[i] = replace(unit, vehicles=rng.choice([unit.vehicles[1:], (rng.choice(operation.vehicles).id,)]))
    elif kind == 10:
        del units[i]
    elif kind == 11:
        places = [p.id for p in operation.places] + [s.id for s in operation.sites] + ["nowhere"]
        stops = list(unit.stops)
        j = rng.randrange(len(stops))
        stops[j] = replace(stops[j], place=rng.choice(places))
        units[i] = replace(unit, stops=tuple(stops))
    elif kind == 12:
        units[i] = replace(unit, kind=rng.choice(["squad", "escort", "forensic", "choir"]))
    elif kind == 13:
        teams[t] = replace(teams[t], commander=anybody)
    elif kind == 14:
        teams[t] = replace(teams[t], units=rng.choice([teams[t].units[1:], (*teams[t].units, other.id), ()]))
    elif kind == 15:
        teams[t] = replace(teams[t], assembly=rng.choice(operation.places).id)
    elif kind == 16:
        del teams[t]
    elif kind == 17 and talks:
        k = rng.randrange(len(talks))
        talk = talks[k]
        talks[k] = rng.choice(
            [
                replace(talk, start=talk.start - 30),
                replace(talk, end=talk.end - 1),
                replace(talk, room=rng.choice([0, 1, 9])),
                replace(talk, officers=(anybody, talk.officers[1])),
                replace(talk, officers=talk.officers[:1]),
                replace(talk, start=talk.start + 700, end=talk.end + 700),
                replace(talk, suspect=rng.choice(talks).suspect),
                replace(talk, start=talk.start + 3000, end=talk.end + 3000),
                replace(talk, start=1.5),
            ]
        )
    elif kind == 18 and talks:
        talks = rng.choice([talks[1:], [*talks, talks[0]]])
    elif kind == 19:
        missed = rng.choice([plan.missed[1:], (*plan.missed, replace(plan.missed[0], suspect="P0001"))])
        plan = replace(plan, missed=missed)
    elif kind == 20:
        figures = {
            "duty_max": 200,
            "strike_window": 0,
            "custody_latest": 70,
            "interview_latest": 60,
            "exam_latest": 20,
            "arrest_minutes": 30,
            "span_of_control": 2,
            "lead_rank": 4,
            "commander_rank": 5,
            "brief_minutes": 31,
            "escort_crew": 4,
            "self_escort_ratio": 5,
            "last_raid": -1,
            "long_haul": 10,
            "rest_minutes": 3000,
        }
        key = rng.choice(sorted(figures))
        operation = replace(operation, doctrine=replace(operation.doctrine, **{key: figures[key]}))
    else:
        suspects = list(operation.suspects)
        k = rng.randrange(len(suspects))
        born = suspects[k].born.replace(year=2012)
        suspects[k] = rng.choice(
            [
                replace(suspects[k], sex="F"),
                replace(suspects[k], warrant=None),
                replace(suspects[k], born=born),
                replace(suspects[k], site=rng.choice(operation.sites).id),
            ]
        )
        operation = replace(operation, suspects=tuple(suspects))
    return operation, replace(plan, units=tuple(units), teams=tuple(teams), interviews=tuple(talks))


@pytest.mark.parametrize("name", ["one-city", "3-02-roads"])
def test_example_plans_break_no_rule(name: str) -> None:
    """The plans that stand with the examples break no rule, for the checker and for the referee."""
    assert not agree(read_operation(EXAMPLES / f"{name}.json"), read_plan(EXAMPLES / "plans" / f"{name}.json"))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutated_plans(chunk: int) -> None:
    """Checker and referee agree on plans with one to three random changes."""
    name = ("one-city", "3-02-roads")[chunk % 6 == 0]
    operation, plan = read_operation(EXAMPLES / f"{name}.json"), read_plan(EXAMPLES / "plans" / f"{name}.json")
    broken: Counter[str] = Counter()
    for seed in range(chunk * NUM_MUTANTS // CHUNKS, (chunk + 1) * NUM_MUTANTS // CHUNKS):
        rng, changed, mutant = random.Random(seed), operation, plan
        for _ in range(rng.choice([1, 1, 2, 3])):
            if mutant.units and mutant.teams and all(u.stops for u in mutant.units) and mutant.missed:
                changed, mutant = mutate(rng, changed, mutant)
        broken += agree(changed, mutant)
    assert len(broken) > 5


def test_empty_plan_of_random_operations() -> None:
    """The plan in which everybody is missed breaks no rule, whatever the operation."""
    for seed in range(200):
        operation = random_operation(seed)
        assert not agree(operation, all_missed(Scenario(operation)))
