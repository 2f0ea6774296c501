"""Replanning near a parent: what holds stays, gaps are filled with few changes, and no rule is broken."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.dependants import dependants
from planner.edits import Document, Edit, apply_edits, edits_of, plannable
from planner.files import Unreadable, dump_operation, parse_operation, parse_plan, read_operation, write_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock, Limit, Progress, solve
from planner.solver.replan.draft import Draft
from planner.solver.replan.finish import finish_better, finish_plan
from planner.solver.replan.mend import equals, relabel
from tests.effort import slow_after, tries
from tests.referee import ROOT, verdict
from tests.test_referee_agreement import NUM_RANDOM, random_solved, solved
from tests.verdicts import agreed_on

Change = Callable[[random.Random, Document, Plan], list[Edit]]


def row(document: Document, table: str, key: str, **changes: Any) -> Edit:
    """A row of the table with some fields changed."""
    return Edit(table, key, next(r for r in document[table] if r["id"] == key) | changes)


def gone(document: Document, table: str, key: str) -> list[Edit]:
    """The row goes, with all that hangs on it."""
    return [Edit(t, k, None) for t, k in [(table, key), *dependants(document, table, key)]]


def an_officer(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """Somebody with orders is not available."""
    return gone(document, "officers", rng.choice([o for u in plan.units for o in u.officers]))


def a_commander(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A team's commander is not available."""
    return gone(document, "officers", rng.choice([team.commander for team in plan.teams]))


def a_vehicle(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A vehicle of a unit is out of order."""
    return gone(document, "vehicles", rng.choice([v for u in plan.units for v in u.vehicles]))


def a_site(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A site lies elsewhere."""
    site = rng.choice(document["sites"])
    return [row(document, "sites", site["id"], lat=site["lat"] + rng.uniform(-0.1, 0.1))]


def a_suspect(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A suspect has moved to another address."""
    suspect, site = rng.choice(document["suspects"]), rng.choice(document["sites"])
    return [row(document, "suspects", suspect["id"], site=site["id"])]


def a_warrant(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A warrant is withdrawn."""
    return [row(document, "suspects", rng.choice(document["suspects"])["id"], warrant=None)]


def an_hour(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """Somebody comes late."""
    officer = rng.choice([o for u in plan.units for o in u.officers])
    return [row(document, "officers", officer, available_from=rng.choice([-60, 0, 90]))]


def a_road(rng: random.Random, document: Document, plan: Plan) -> list[Edit]:
    """A way takes longer, or is closed."""
    unit = rng.choice(plan.units)
    ends = {"from": unit.stops[0].place, "to": unit.stops[-1].place}
    if ends["from"] == ends["to"]:
        return []
    return list(edits_of([{"table": "legs", "put": {**ends, "minutes": rng.choice([None, 45, 300])}}]))


CHANGES: tuple[Change, ...] = (
    an_officer,
    a_commander,
    a_vehicle,
    a_site,
    a_suspect,
    a_warrant,
    an_hour,
    a_road,
)


def replanned(
    operation: Operation, plan: Plan, edits: list[Edit], now: int | None = None, work: float = 1500
) -> tuple[Scenario, Plan]:
    """The scenario after the edits, and what is planned near the parent; all that is told keeps every rule."""
    heard: list[Progress] = []
    document = apply_edits(dump_operation(operation), edits)
    scenario = Scenario(parse_operation(plannable(document)), Parent(plan, operation), now)
    found = solve(scenario, Clock(Limit(work=work)), heard.append)
    for progress in {id(p.plan): p for p in heard}.values():
        assert now is not None or not check(scenario, progress.plan), progress.stage
        assert score(scenario, progress.plan) == progress.score
    return scenario, found


@pytest.mark.parametrize("name", slow_after(1, ["one-city", "tiny", "one-city-short"]))
def test_nothing_changes_where_nothing_has_changed(name: str) -> None:
    """Without an edit nobody's orders change, and the cost is no higher."""
    operation, plan = solved(name)
    scenario, found = replanned(operation, plan, [])
    after, before = score(scenario, found), score(scenario, plan)
    assert after.changes == 0
    assert after <= before
    assert not agreed_on(scenario, found)


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
@pytest.mark.parametrize("seed", slow_after(1, range(NUM_RANDOM)))
def test_a_replan_breaks_no_rule(change: Change, seed: int) -> None:
    """Whatever has changed, the plan near the parent keeps every rule, for the checker and for the referee."""
    operation, plan = random_solved(seed)
    if not plan.units:
        pytest.skip("nothing was planned that could change")
    edits = change(random.Random(seed), dump_operation(operation), plan)
    scenario, found = replanned(operation, plan, edits, work=400)
    assert not agreed_on(scenario, found)


@pytest.mark.parametrize("change", [an_officer, a_vehicle, an_hour, a_road], ids=lambda c: c.__name__)
@pytest.mark.parametrize("seed", slow_after(1, range(8)))
def test_one_loss_disturbs_few(change: Change, seed: int) -> None:
    """One loss costs no door and no minute of exposure: squads exchange people where nobody free can help."""
    operation, plan = solved("one-city")
    scenario, found = replanned(operation, plan, change(random.Random(seed), dump_operation(operation), plan))
    assert not agreed_on(scenario, found)
    after, before = score(scenario, found), score(Scenario(operation), plan)
    assert (after.missed, after.exposure) == (before.missed, before.exposure)
    assert after.changes is not None
    assert after.changes <= 20


@pytest.mark.parametrize("name", slow_after(1, ["one-city", "one-city-short"]))
def test_a_lost_commander_is_replaced_from_the_squads(name: str) -> None:
    """Where nobody free may command, somebody of the squads does, and the gap is filled: no team falls apart."""
    operation, plan = solved(name)
    before = score(Scenario(operation), plan)
    for team in plan.teams[:2]:
        edits = gone(dump_operation(operation), "officers", team.commander)
        scenario, found = replanned(operation, plan, edits, work=15_000)
        after = score(scenario, found)
        assert not agreed_on(scenario, found)
        assert (after.missed, after.exposure) <= (before.missed, before.exposure)


def test_edits_that_undo_each_other_give_back_the_parent() -> None:
    """Somebody is ill and is not: nobody has new orders."""
    operation, plan = solved("one-city")
    document = dump_operation(operation)
    officer = plan.units[0].officers[0]
    there = next(r for r in document["officers"] if r["id"] == officer)
    scenario, found = replanned(operation, plan, [Edit("officers", officer, None), Edit("officers", officer, there)])
    assert score(scenario, found).changes == 0
    assert found.units == plan.units


@pytest.mark.parametrize("seed", slow_after(1, range(4)))
def test_near_a_parent_fewer_have_new_orders_than_far_from_it(seed: int) -> None:
    """Where missed and exposure are the same, a plan made without the parent changes no fewer officers."""
    operation, plan = solved("one-city")
    scenario, found = replanned(operation, plan, an_officer(random.Random(seed), dump_operation(operation), plan))
    anew = solve(Scenario(scenario.operation), Clock(Limit(work=300)))
    near, far = score(scenario, found), score(scenario, anew)
    assert (near.missed, near.exposure) <= (far.missed, far.exposure)
    assert near.changes is not None and far.changes is not None
    assert near.changes <= far.changes


@pytest.mark.parametrize("seed", slow_after(1, range(6)))
def test_a_pin_never_makes_a_plan_better_than_the_best(seed: int) -> None:
    """Orders only take away: what is proved of the operation without them holds with them."""
    operation, plan = solved("tiny")
    rng, bound = random.Random(seed), (plan.made or {})["bound"]
    officer, site = rng.choice(operation.officers).id, rng.choice(operation.sites).id
    pin = rng.choice([{"officer": officer, "site": site}, {"site": site, "start": 30}, {"site": site, "skip": True}])
    edits = list(edits_of([{"table": "pins", "put": pin}]))
    scenario, found = replanned(operation, plan, edits)
    assert not agreed_on(scenario, found)
    assert score(scenario, found).missed >= bound["missed"]


def test_equals_change_places_so_that_few_are_told_again() -> None:
    """Two equals who swapped their squads swap back; the plan is the same but for the names."""
    operation, plan = solved("one-city")
    scenario = Scenario(operation, Parent(plan, operation))
    rows = next(r for r in equals(scenario) if len({u.id for u in plan.units for o in r if o.id in u.officers}) > 1)
    serve = [o.id for o in rows if any(o.id in u.officers for u in plan.units)]
    a, b = serve[0], next(o for o in serve if not any({serve[0], o} <= set(u.officers) for u in plan.units))
    names = {a: b, b: a}
    swapped = replace(
        plan,
        units=tuple(replace(u, officers=tuple(names.get(o, o) for o in u.officers)) for u in plan.units),
        interviews=tuple(replace(t, officers=tuple(names.get(o, o) for o in t.officers)) for t in plan.interviews),
    )
    again = relabel(scenario, swapped)
    assert score(scenario, swapped).changes == 2
    assert score(scenario, again).changes == 0
    assert not agreed_on(scenario, again)


@pytest.mark.parametrize("now", slow_after(1, [20, -60, 0, 90]))
@pytest.mark.parametrize("change", [an_officer, a_vehicle, a_site, an_hour], ids=lambda c: c.__name__)
def test_what_has_begun_stays(change: Change, now: int) -> None:
    """While the operation runs, checker and referee agree on the replan, and nothing of what began is changed."""
    operation, plan = solved("one-city")
    for seed in range(tries(10)):
        edits = change(random.Random(seed), dump_operation(operation), plan)
        scenario, found = replanned(operation, plan, edits, now)
        rules = {v.rule for v in agreed_on(scenario, found)}

        assert rules <= {"R12", "R13"}  # detainees in hand and no car: no plan keeps these


def test_the_shell_replans(tmp_path: Path) -> None:
    """Edits and a parent are given as files; the plan written holds for the edited operation."""
    operation, plan = solved("one-city")
    officer = plan.units[0].officers[0]
    (tmp_path / "edits.json").write_text(json.dumps([{"table": "officers", "drop": officer}]))
    write_plan(plan, tmp_path / "parent.json")
    example = str(ROOT / "examples" / "one-city.json")
    words = ["plan", example, "-o", str(tmp_path / "new.json"), "--work", "100", "--quiet", "--processes", "1"]
    words += ["--parent", str(tmp_path / "parent.json"), "--edits", str(tmp_path / "edits.json")]
    made = CliRunner().invoke(main, words)
    assert made.exit_code == 0, made.output
    new = json.loads((tmp_path / "new.json").read_text())
    assert officer not in json.dumps(new)
    document = apply_edits(dump_operation(operation), [Edit("officers", officer, None)])
    scenario = Scenario(parse_operation(document), Parent(plan, operation))
    rules, points, _ = verdict(scenario, parse_plan(new))
    assert not rules
    assert points["changes"] <= 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        [{"table": "officers"}],
        [{"table": "nonsense", "drop": "x"}],
        [{"table": "officers", "put": {"id": "O1"}}],
        [{"table": "doctrine", "put": {"duty_max": 1, "last_raid": 2}}],
        [{"table": "officers", "drop": 7}],
    ],
)
def test_edits_that_make_no_sense_are_told(data: Any) -> None:
    """An edit file with another form is refused with a sentence."""
    with pytest.raises(Unreadable):
        edits_of(data)


@pytest.mark.slow
def test_squads_that_are_free_again_open_more_doors() -> None:
    """With half of the officers, doors that stay shut at H are opened later; no rule is broken."""
    operation = read_operation(ROOT / "examples" / "one-city-half.json")
    scenario = Scenario(operation)
    plan = solve(scenario, Clock(Limit(work=1500)))
    assert not agreed_on(scenario, plan)
    twice = [u for u in plan.units if sum(s.task == "raid" for s in u.stops) > 1]
    assert twice
    assert score(scenario, plan).missed < 8


@pytest.mark.parametrize("seed", range(3))
def test_a_draft_that_ends_early_could_not_have_become_better(seed: int) -> None:
    """What is given up early loses no less when it is finished; what is not is the plan that it would have been."""
    operation, plan = random_solved(seed)
    scenario = Scenario(operation)

    def shut(sites: set[str]) -> Draft:
        draft = Draft(scenario, plan)
        for site in sites:
            draft.shut(site)
        return draft

    sites = list(plan.raids_by_site)
    for site in sites:
        whole = finish_plan(shut({site}))
        assert finish_better(shut({site}), finish_plan(shut(set(sites)))) in (None, whole)
        for than in (plan, finish_plan(shut({site, sites[0], sites[-1]}))):
            is_better = losses(scenario, whole) < losses(scenario, than)
            assert finish_better(shut({site}), than) == (whole if is_better else None)


def losses(scenario: Scenario, plan: Plan) -> tuple[int, int]:
    """Priority missed, and exposure."""
    found = score(scenario, plan)
    return found.missed, found.exposure
