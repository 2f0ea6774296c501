"""A plan that the clock cut short says so in a browser, in words, wherever it is shown, in both languages."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from planner.files import parse_operation, plan_text
from planner.render.summary import figures
from planner.run_report import with_report
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, stored

SAID = {
    "en": (
        r"Stopped early in stage Squads after \d+ s: {n} addresses were not examined\.",
        r"Set a limit of about \d+ s\.",
        "Not examined: the search ended early",
        "stopped early; addresses not examined: {n}",
    ),
    "zh": (
        r"求解在“.+”阶段.*提前结束：.*{n}.*。",
        r"建议将时限设为约 \d+ 秒。",
        "时间不足，尚未安排：求解提前结束",
        "提前结束：来不及安排的地点 {n} 处",
    ),
}


@pytest.mark.parametrize("lang", slow_after(1, SAID))
def test_a_plan_that_was_cut_short_says_it_in_words(
    page: Page, no_outside: Watched, house: House, at_home: str, lang: str
) -> None:
    """The page, its map and the list of plans tell stage, number of doors and what to give."""
    scenario = Scenario(parse_operation(document("one-city")))
    made = with_report(scenario, solve(scenario, Clock(Limit(0.01))))
    shut = figures(scenario, made).num_shut
    address = at_home + stored(house, document("one-city"), json.loads(plan_text(made)))
    stage, seconds, reason, line = (said.replace("{n}", str(shut)) for said in SAID[lang])
    page.goto(f"{address}?lang={lang}")
    warning = page.locator(".alert-danger")
    expect(warning).to_contain_text(re.compile(stage))
    expect(warning).to_contain_text(re.compile(seconds))
    expect(page.locator("#missed")).to_contain_text(reason)
    assert "All addresses are entered" not in page.content()
    site = next(site.id for site in scenario.operation.sites if site.id not in made.raids_by_site)
    page.goto(f"{address}map?lang={lang}")
    finder = page.locator(".finder input")
    finder.fill(site)
    finder.press("Enter")
    expect(page.locator(".leaflet-popup .missed").first).to_contain_text(reason)
    page.goto(f"{address}../?lang={lang}")
    expect(page.locator("tbody .wrong")).to_contain_text(line)
