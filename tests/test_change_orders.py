"""Change orders: for each team what becomes what, and why, by sites and not by letters; nothing of others."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from planner.compare import Comparison
from planner.operation import Operation
from planner.plan import Plan
from planner.render.change_orders import change_orders_data, change_orders_pdf
from planner.render.order_reasons import OrderReasons
from planner.render.order_tables import changed_rows
from planner.render.team_sites import squads_of_team
from planner.scenario import Scenario
from tests.sheet_plans import two_teams
from tests.test_comparing import city
from tests.test_sheets import held_against

OPERATION, PLAN = two_teams()


def with_site(operation: Operation, key: str, **values: Any) -> Operation:
    """The operation, one of whose sites has these values."""
    return replace(operation, sites=tuple(replace(s, **values) if s.id == key else s for s in operation.sites))


def compared(operation: Operation, plan: Plan = PLAN) -> Comparison:
    """The plan of two teams, and what it became."""
    return Comparison(Scenario(OPERATION), PLAN, Scenario(operation), plan)


def examined_later() -> Comparison:
    """The address of S1 was another, an examiner is ill: the other one alone comes later; Q2 starts later."""
    operation = with_site(OPERATION, "S1", address="示例路 9 号", lat=OPERATION.sites_by_id["S1"].lat + 0.002)
    operation = replace(operation, officers=tuple(o for o in operation.officers if o.id != "O09"))
    units = []
    for unit in PLAN.units:
        if unit.kind == "forensic":
            late = tuple(replace(stop, start=stop.start + 5, end=stop.end + 5) for stop in unit.stops)
            units.append(replace(unit, officers=("O08",), stops=late))
        elif unit.id == "Q2":
            late = tuple(
                replace(stop, start=stop.start + 10, end=stop.end + 10) if stop.task == "deliver" else stop
                for stop in unit.stops
            )
            units.append(replace(unit, stops=late))
        else:
            units.append(unit)
    return compared(operation, replace(PLAN, units=tuple(units)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_order_says_what_became_what_and_why(lang: str) -> None:
    """All of each order, in both languages."""
    orders = change_orders_data(examined_later(), lang)["orders"]
    assert [one["team"] for one in orders] == ["T1", "T2", ""]
    held_against(f"change-orders-{lang}.json", orders)
    first, second, _ = orders
    said = json.dumps(first, ensure_ascii=False)
    assert "示例路 9 号" in said and "06:30 H+30 → 06:35 H+35" in said and "O09" in said
    assert "示例路 9 号" not in json.dumps(second, ensure_ascii=False)


@pytest.mark.parametrize(("lang", "said"), [("en", "Reason"), ("zh", "原因")])
def test_the_page_has_the_reason(lang: str, said: str, tmp_path: Any) -> None:
    """It stands before what changes, on each order."""
    (tmp_path / "orders.pdf").write_bytes(change_orders_pdf(examined_later(), lang))
    pages = [page.extract_text() for page in PdfReader(tmp_path / "orders.pdf").pages]
    assert len(pages) == 3 and all(said in page for page in pages)


def test_a_row_is_new_changed_or_gone() -> None:
    """By its first cells; what is the same is not told; of two that are alike each has its own."""
    before = [["A", "F1", "1"], ["B", "F1", "2"], ["C", "F2", "3"]]
    after = [["B", "F1", "2"], ["A", "F2", "1"], ["D", "F2", ""]]
    assert list(changed_rows(before, after, 1, "en")) == [
        ["A", "F1 → F2", "1"],
        ["D (new)", "F2", ""],
        ["C (no longer)", "F2", "3"],
    ]
    assert list(changed_rows([["A", "1"], ["A", "2"]], [["A", "2"], ["A", ""]], 1, "en")) == [["A", "1 → –"]]


def test_another_letter_is_no_other_site() -> None:
    """Where the first squad starts later, letters move on and are told; lines of other sites are as they were."""
    operation, plan = city()
    team = max(plan.teams, key=lambda one: len(one.units))
    first = squads_of_team(plan, team)[0]
    late = tuple(replace(stop, start=stop.start + 1, end=stop.end + 1) for stop in first.stops)
    moved = replace(plan, units=tuple(replace(u, stops=late) if u is first else u for u in plan.units))
    order = next(
        one
        for one in change_orders_data(Comparison(Scenario(operation), plan, Scenario(operation), moved), "en")["orders"]
        if one["team"] == team.id
    )
    tables = {table["title"]: table["rows"] for table in order["tables"]}
    assert len(tables["Letters of sites on the sheet"]) > 1
    mine = {suspect.name for suspect in operation.suspects if suspect.site in {s.place for s in first.stops}}
    for row in tables.get("Detainees", []):
        assert any(name in row[0] for name in mine) and "no longer" not in row[0] and "new" not in row[0]
    assert order["reasons"] == ["The operation is as it was; the plan was made or edited again."]


def test_a_reason_tells_nothing_of_others() -> None:
    """Another team's site, or where a suspect moves to, is something else that changed; H is everybody's affair."""
    other = with_site(OPERATION, "S2", address="另一路 5 号")
    assert OrderReasons(compared(other), "en").of("T1") == ["Something else changed in the operation."]
    assert "另一路 5 号" in OrderReasons(compared(other), "en").of("T2")[0]
    people = tuple(replace(s, site="S2") if s.id == "P05" else s for s in OPERATION.suspects)
    moved = OrderReasons(compared(replace(OPERATION, suspects=people)), "en")
    assert moved.of("T1") == moved.of("T2") == ["Suspect P05: other address"]
    detailed = with_site(OPERATION, "S1", details={"dogs": "two"})
    assert OrderReasons(compared(detailed), "zh").of("T1") == ["地点 S1：补充信息已变更"]
    doctrine = replace(OPERATION, doctrine=replace(OPERATION.doctrine, duty_max=700))
    for team in ("T1", "T2", None):
        assert "duty_max" in OrderReasons(compared(doctrine), "en").of(team)[0]
