"""Faults planted in a draft, in a real browser: marked at each chip that they concern, and told in the list."""

import re

import pytest
from playwright.sync_api import Page, expect

from planner.files import dump_operation, dump_plan
from planner.scenario import Scenario
from planner.solver.missed import empty_plan
from tests.conftest import Watched
from tests.house import House
from tests.stored_plans import stored
from tests.test_board_browser import SIZE, ready
from tests.test_planted_faults import PLANTED, draft_of


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["custody full", "one interviewer"])
def test_a_planted_fault_is_marked_on_the_board(
    page: Page, house: House, at_home: str, no_outside: Watched, name: str, lang: str
) -> None:
    """Every chip concerned has the sign and the sentence, and an entry of the list leads the focus to it."""
    operation, plan, rule, where = PLANTED[name]
    address = stored(house, dump_operation(operation), dump_plan(empty_plan(Scenario(operation))))
    page.set_viewport_size(SIZE)
    page.goto(f"{at_home}{draft_of(house.client(), address, plan)}?lang={lang}")
    ready(page)
    for key in sorted(where):
        chip = page.locator(f'[data-carry="{key}"]').first
        expect(chip).to_have_attribute("data-why", re.compile(f"{rule}: "))
        entry = page.locator("#broken > li").filter(has_text=rule).locator(f'[data-goto="{key}"]').first
        entry.click()
        expect(chip).to_be_focused()
        expect(page.locator("#why")).to_contain_text(rule)
