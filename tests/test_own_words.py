"""Agencies may call codes of reports by words of their own, on boards, phones and prints."""

from dataclasses import replace

import pytest

from planner.papers.order import operation_orders
from planner.papers.source import PaperSource
from planner.plan import Plan, Unit
from planner.render.report_words import UnitWords
from planner.render.sheet_data import report_points, sheet_rows
from planner.render.sheets import scopes
from planner.reports import board_state
from planner.reports.entry import Entry, completions, read_entry, unit_numbers, unit_order
from planner.reports.own_words import agency_of, own_words
from planner.scenario import Scenario
from tests.kept_plans import SOLVED, kept
from web.phone_state import PhoneView, phone_state


@pytest.fixture(scope="module")
def city() -> tuple[Scenario, Plan]:
    """One city with its plan."""
    return kept(SOLVED, "one-city")


def with_words(city: tuple[Scenario, Plan]) -> tuple[Scenario, Unit]:
    """The city, where agencies have words of their own, and its first squad."""
    scenario, plan = city
    unit = next(one for one in plan.units if one.kind == "squad")
    spoken = {"report_words": {"secure": "Clear", "lodged": " ", "unknown": "x", "absent": 7, "set": "On the line"}}
    rows = tuple(replace(agency, details=spoken) for agency in scenario.operation.agencies)
    return Scenario(replace(scenario.operation, agencies=rows)), unit


def test_a_unit_speaks_by_the_words_of_its_agency(city: tuple[Scenario, Plan]) -> None:
    """What is no code, or no word, is left out; without words of its own the usual one stands."""
    scenario, unit = with_words(city)
    assert own_words(agency_of(scenario.operation, unit.officers)) == {"secure": "Clear", "set": "On the line"}
    words = UnitWords(scenario.operation, city[1], "en")
    assert [words.word(code, unit.id) for code in ("secure", "set", "left")] == ["Clear", "On the line", "Left"]
    assert [words.word("secure"), words.word("secure", "nobody")] == ["Secure", "Secure"]
    assert not UnitWords(city[0].operation, city[1], "en").of_unit(unit.id)


def test_a_dispatcher_may_type_them(city: tuple[Scenario, Plan]) -> None:
    """They are offered, and go before short forms of the tool."""
    (scenario, unit), plan = with_words(city), city[1]
    numbers = unit_numbers([unit_order(plan)])

    def code(line: str, value: Scenario) -> str:
        entry = read_entry(f"{numbers[unit.id]} {line}", value.operation, plan, numbers, {})
        assert isinstance(entry, Entry)
        return entry.parts["code"]

    assert [code(line, scenario) for line in ("clear", "on the line", "set")] == ["secure", "set", "set"]
    assert code("clear", city[0]) == "all_clear"
    offered = completions(f"{numbers[unit.id]} on", scenario.operation, plan, numbers, {})
    assert f"{numbers[unit.id]} on the line" in list(offered)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_phones_sheets_and_the_order_use_them(city: tuple[Scenario, Plan], lang: str) -> None:
    """A squad's phone and the heads of its sheet; the operation order names the agency beside the usual word."""
    (scenario, unit), plan = with_words(city), city[1]
    state = board_state(scenario, plan, [], scenario.operation.h_hour)
    told = phone_state(PhoneView(scenario, plan, unit, state, lang))
    assert {"Clear", "On the line"} <= {row["word"] for row in [*told["steps"], *told["free"]]}
    source = PaperSource(scenario, plan, lang)
    scope = next(one for one in scopes(scenario, plan, lang, source.found) if unit in one.squads)
    assert {"Clear", "On the line"} <= {*report_points(scope.words.of_unit(unit.id), lang)}
    assert {"Clear", "On the line"} <= {*sheet_rows(scope)["report_words"]}
    cells = [cell for sheet in operation_orders(source) for table in sheet.tables for row in table.rows for cell in row]
    assert any("Clear" in str(cell) for cell in cells)
