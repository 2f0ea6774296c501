"""Two plans side by side: who is told again, which sheets are void, and what each team may read of it."""

import json
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.compare import Comparison, StartChange
from planner.edits import Edit, apply_edits
from planner.files import dump_operation, parse_operation, plan_text, read_operation, read_plan, write_plan, write_whole
from planner.operation import Operation
from planner.plan import Plan
from planner.render.change_orders import change_orders_data, change_orders_pdf
from planner.render.order_text import new_lines, old_lines, void_sheets
from planner.render.sheets import SheetFault
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock, Limit, solve
from planner.whatif import move_h_hour
from tests.referee import ROOT
from tests.test_replan import CHANGES


@cache
def city() -> tuple[Operation, Plan]:
    """One city and the plan that stands beside it."""
    examples = ROOT / "examples"
    return read_operation(examples / "one-city.json"), read_plan(examples / "plans" / "one-city.json")


def after(*edits: Edit) -> Comparison:
    """The plan beside what it becomes after the edits."""
    operation, plan = city()
    edited = parse_operation(apply_edits(dump_operation(operation), edits))
    scenario = Scenario(edited, Parent(plan, operation))
    return Comparison(Scenario(operation), plan, scenario, solve(scenario, Clock(Limit(work=300))))


def test_a_plan_beside_itself_differs_in_nothing() -> None:
    """Nobody is told, no sheet is void, there is nothing to print."""
    operation, plan = city()
    same = Comparison(Scenario(operation), plan, Scenario(operation), plan)
    assert not (
        same.officer_changes
        or same.start_changes
        or same.newly_missed
        or same.newly_arrested
        or same.interview_changes
        or same.hour_moves
    )
    assert void_sheets(same) == []
    with pytest.raises(SheetFault, match="No team is affected"):
        change_orders_pdf(same, "en")


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_who_is_told_again_is_who_the_score_counts(change: object) -> None:
    """Of those in both operations as many as `changes`; beside them only who is lost or new, with orders."""
    operation, plan = city()
    for seed in range(2):
        edits = change(random.Random(seed), dump_operation(operation), plan)  # type: ignore[operator]
        compared = after(*edits)
        known = [one for one in compared.officer_changes if one.officer.id in compared.now.operation.officers_by_id]
        counted = [one for one in known if one.officer.id in operation.officers_by_id]
        assert len(counted) == score(compared.now, compared.new).changes
        assert {one for rows in compared.by_team.values() for one in rows} == set(compared.officer_changes)
        assert len(json.dumps(change_orders_data(compared, "zh"))) > 0


def test_one_officer_ill_is_one_void_sheet_and_two_who_are_told() -> None:
    """Who is ill and who comes instead; their team's sheet is void, and the order names both with their tasks."""
    _, plan = city()
    squad = next(u for u in plan.units if u.kind == "squad" and u.stops[-1].task == "deliver")
    ill = squad.officers[0]
    compared = after(Edit("officers", ill, None))
    assert ill in {one.officer.id for one in compared.officer_changes}
    gone = next(one for one in compared.officer_changes if one.officer.id == ill)
    assert old_lines(compared, gone, "en")[0].startswith(f"Squad {squad.id}, team")
    assert new_lines(compared, gone, "en") == ["Not available"]
    assert new_lines(compared, gone, "zh") == ["不能参加"]
    team = plan.team_of_unit[squad.id]
    assert team in void_sheets(compared)
    order = next(o for o in change_orders_data(compared, "en")["orders"] if o["team"] == team)
    assert any(ill in row[0] and row[2] == "Not available" for row in order["people"])


def test_doors_that_move_open_or_shut_are_told() -> None:
    """A door later by a pin, and one that is skipped with its suspects missed."""
    operation, plan = city()
    first, second = list(plan.raids_by_site)[:2]
    pins = [{"site": first, "start": 45}, {"site": second, "skip": True}]
    compared = after(*(Edit("pins", json.dumps(p, sort_keys=True, separators=(",", ":")), p) for p in pins))
    assert set(compared.start_changes) >= {StartChange(first, 0, 45), StartChange(second, 0, None)}
    lost = {s.id for s in operation.suspects if s.site == second}
    assert set(compared.newly_missed) <= lost and compared.newly_missed
    back = Comparison(compared.now, compared.new, compared.was, compared.old)
    assert back.newly_arrested == compared.newly_missed


def test_a_moved_hour_voids_every_sheet() -> None:
    """Minutes from H stay, clock times do not: every team has an order that says so."""
    operation, plan = city()
    compared = after(*move_h_hour(dump_operation(operation), 30))
    assert compared.hour_moves == 30
    data = change_orders_data(compared, "en")
    assert data["hour_moves"] and {o["team"] for o in data["orders"]} >= {t.id for t in plan.teams}


def test_a_team_reads_nothing_of_another_team() -> None:
    """Somebody lent to another team: the old team learns where to, not what for; no order has others' suspects."""
    operation, plan = city()
    compared = after(*move_h_hour(dump_operation(operation), 15))
    site_of = {s.id: s.site for s in operation.suspects}
    for order in change_orders_data(compared, "en")["orders"]:
        mine = {s for s, team in ((s, plan.team_of_unit[u.id]) for s, (u, _) in plan.raids_by_site.items())
                if team == order["team"]}  # fmt: skip
        text = json.dumps(order, ensure_ascii=False)
        for suspect in operation.suspects:
            assert site_of[suspect.id] in mine or suspect.name not in text
    swap = _swapped(operation, plan)
    orders = {o["team"]: o for o in change_orders_data(swap, "en")["orders"]}
    told = [row for order in orders.values() for row in order["people"] if row[2].startswith("With team")]
    assert told and all("Raid" not in row[2] for row in told)


def _swapped(operation: Operation, plan: Plan) -> Comparison:
    """The plan beside one in which two officers of different teams have changed places; rules are not asked."""
    first, second = (plan.units_by_id[plan.teams[i].units[0]] for i in (0, 1))
    names = {first.officers[0]: second.officers[0], second.officers[0]: first.officers[0]}
    units = (replace(u, officers=tuple(names.get(o, o) for o in u.officers)) for u in plan.units)
    return Comparison(Scenario(operation), plan, Scenario(operation), replace(plan, units=tuple(units)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_shell_prints_change_orders(tmp_path: Path, lang: str) -> None:
    """`orders` writes a PDF; a parent without a difference is told, and nothing is written."""
    _, plan = city()
    compared = after(Edit("officers", plan.units[0].officers[0], None))
    now, new, parent = (tmp_path / f"{name}.json" for name in ("now", "new", "parent"))
    write_whole(now, json.dumps(dump_operation(compared.now.operation)).encode())
    write_plan(compared.new, new)
    write_plan(plan, parent)
    was = str(ROOT / "examples" / "one-city.json")
    words = ["orders", str(now), str(new), "--parent", str(parent), "--was", was, "--lang", lang]
    made = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "orders.pdf")])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "orders.pdf").read_bytes().startswith(b"%PDF")
    (tmp_path / "same.json").write_text(plan_text(plan))
    words = ["orders", was, str(parent), "--parent", str(tmp_path / "same.json"), "-o", str(tmp_path / "none.pdf")]
    none = CliRunner().invoke(main, words)
    assert none.exit_code == 2 and "No team is affected" in none.output
    assert not (tmp_path / "none.pdf").exists()
