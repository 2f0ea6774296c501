"""A night of the reference case, as it was said and as it arrived: one board and one after-action report.

Out of order, one in ten twice, one in ten lost and sent hours later.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models import register
from models import reports as report_store
from planner.after_action import after_action, after_action_sheet
from planner.files import read_operation, read_plan
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.reports import Report, board_state
from planner.reports.night import incidents, night
from planner.scenario import Scenario
from tests.house import House
from tests.nights import disturbed
from tests.stored_plans import document
from tests.test_rights import opened

NAME = "3-02-roads"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SEED, NUM, AT_ONCE = 3022, 400, 37


@cache
def planned() -> tuple[Scenario, Plan]:
    """The reference case and its plan."""
    return Scenario(read_operation(EXAMPLES / f"{NAME}.json")), read_plan(EXAMPLES / f"plans/{NAME}.json")


def recorded() -> list[Report]:
    """The night in the order in which it was said: 400 reports, and what went wrong."""
    gone_wrong = incidents(*planned(), SEED)
    told = [*gone_wrong, *night(*planned(), SEED)[: NUM - len(gone_wrong)]]
    assert len(told) == NUM
    return sorted(told, key=lambda one: one.order)


def said_of(told: list[Report]) -> tuple[Any, list[Any]]:
    """The board nine hours after H, and every word of the report in both languages.

    Whatever is said in the same order says when it was received as well, which the board does not show.
    """
    scenario, plan = planned()
    board = board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(hours=9))
    made = after_action(scenario, plan, board)
    sheets = [after_action_sheet(PaperSource(scenario, plan, lang), made) for lang in ("en", "zh")]
    texts = [(sheet.notes, [(table.title, table.rows) for table in sheet.tables]) for sheet in sheets]
    return replace(board, reports=tuple(replace(one, received=one.said, by=None) for one in board.reports)), texts


def test_the_night_as_it_arrived_is_the_night_as_it_was_said() -> None:
    """To the last word, whichever reports were lost for hours."""
    told = recorded()
    board, texts = said_of(told)
    for seed in range(3):
        sent = disturbed(told, seed)
        assert len(sent) > NUM and sent != told
        assert said_of(sent) == (board, texts)


@pytest.mark.usefixtures("strict")
def test_the_same_out_of_the_database(house: House) -> None:
    """Stored as it arrived, some at a time: each once, and what is made of them is the same."""
    told = recorded()
    with opened(house) as s:
        key = register.create_operation(s, document(NAME), house.person.id)
    sent = disturbed(told, SEED)
    for first in range(0, len(sent), AT_ONCE):
        with opened(house) as s:
            report_store.put_reports(s, key, sent[first : first + AT_ONCE], house.person.id)
    with opened(house) as s:
        stored = report_store.reports_of(s, key)
    assert sorted(one.id for one in stored) == sorted(one.id for one in told)
    assert said_of(stored) == said_of(told)
