"""Stress tests in the database and on their page: asked for, watched, stopped, and the worst opened as a scenario."""

import json
import re
from dataclasses import asdict

import pytest
from playwright.sync_api import Page, expect

from models import plans as store
from models import sweeps
from models.errors import NotFound
from models.events import latest_events
from models.log_reading import LogFilter, entries
from planner.files import dump_plan, parse_plan
from planner.rules import check
from planner.solver import Clock, Limit, solve
from planner.stored_scenario import ScenarioDocument
from tests.conftest import Watched
from tests.house import House, token
from tests.stored_plans import document, plan_document, stored
from tests.test_reliability_web import text_of
from web import database

NAME, OWNER, LEASE = "one-city", "a dispatcher", 60.0
FORM = {"commanders": "y", "custody": "y", "seconds": "2"}


@pytest.fixture
def plan(house: House) -> str:
    """The address of one-city's plan."""
    return stored(house, document(NAME), plan_document(NAME))


def keys(address: str) -> list[int]:
    """The numbers in an address: operation, scenario, and what comes after."""
    return [int(number) for number in re.findall("[0-9]+", address)]


def begin(house: House, plan: str, **changes: str) -> str:
    """The address to which the form leads."""
    client = house.client()
    answer = client.post(f"{plan}sweep/?lang=en", data={"csrf_token": token(client), **FORM, **changes})
    assert answer.status_code in (302, 303), text_of(answer.text)
    return answer.headers["Location"].partition("#")[0]


SOLVED = dict[str, dict[str, object]]()
"""Question -> its plan: these tests ask the same again and again, and get the same plan."""


def answered(question: ScenarioDocument) -> dict[str, object]:
    """The plan that a worker would hand over."""
    key = json.dumps(asdict(question), sort_keys=True)
    if key not in SOLVED:
        SOLVED[key] = dump_plan(solve(question.scenario(), Clock(Limit(work=200))))
    return SOLVED[key]


def work(house: House, most: int = 1000) -> int:
    """So many variants at most are replanned, as the dispatcher does it; returns how many."""
    for done in range(most):
        with house.app.extensions[database.KEY].session() as s:
            claim = sweeps.claim(s, OWNER, LEASE)
        if claim is None:
            return done
        with house.app.extensions[database.KEY].session() as s:
            assert sweeps.finish(s, claim.scenario, OWNER, claim.attempt, answered(claim.question))
    return most


def lines(house: House, sweep: int) -> list[sweeps.VariantLine]:
    """The variants as they stand."""
    with house.app.extensions[database.KEY].session() as s:
        return sweeps.variant_lines(s, sweep)


def test_each_variant_is_replanned_and_kept(house: House, plan: str) -> None:
    """Every variant has a plan that breaks no rule; the page tells them, the worst first, in both languages."""
    address = begin(house, plan)
    (sweep,) = keys(address)[2:]
    assert {line.status for line in lines(house, sweep)} == {"waiting"}
    assert work(house) == len(lines(house, sweep)) > 1
    assert {line.status for line in lines(house, sweep)} == {"done"}
    for lang, title in (("en", "Stress test"), ("zh", "批量推演")):
        told = text_of(house.client().get(f"{address}&lang={lang}").text)
        assert title in told
        assert all(line.variant.subject in told for line in lines(house, sweep))
    found = [line.found for line in lines(house, sweep)]
    assert all(one is not None and one.score is not None and one.score.changes is not None for one in found)


def test_the_worst_case_is_opened_as_a_scenario_once(house: House, plan: str) -> None:
    """The scenario is a replan of the plan with the variant's edits and breaks no rule; opened again it is the same."""
    address = begin(house, plan)
    work(house)
    operation, scenario, sweep = keys(address)
    client = house.client()
    opened = [
        client.post(f"{plan}sweep/{sweep}/1/open", data={"csrf_token": token(client)}).headers["Location"]
        for _ in range(2)
    ]
    assert opened[0] == opened[1]
    with house.app.extensions[database.KEY].session() as s:
        kept = store.load_plan(s, keys(opened[0])[1])
        (line,) = [one for one in store.lines(s, operation) if one.scenario == kept.scenario]
    assert line.parent == scenario and line.num_edits == len(lines(house, sweep)[0].variant.edits)
    question = kept.question.scenario()

    assert check(question, parse_plan(kept.plan_document)) == ()
    assert client.get(opened[0]).status_code == 200


def test_a_stop_keeps_what_is_done(house: House, plan: str) -> None:
    """What waits is stopped, what is at work is told to stop, what is done stays; then another may be started."""
    address = begin(house, plan)
    (sweep,) = keys(address)[2:]
    work(house, 1)
    with house.app.extensions[database.KEY].session() as s:
        claim = sweeps.claim(s, OWNER, LEASE)
    assert claim is not None
    client = house.client()
    again = client.post(f"{plan}sweep/", data={"csrf_token": token(client), **FORM})
    assert again.status_code == 409
    assert client.post(f"{plan}sweep/{sweep}/stop", data={"csrf_token": token(client)}).status_code in (302, 303)
    with house.app.extensions[database.KEY].session() as s:
        assert sweeps.renew(s, claim.scenario, OWNER, claim.attempt, LEASE).stop
        assert sweeps.claim(s, OWNER, LEASE) is None
    with house.app.extensions[database.KEY].session() as s:
        assert sweeps.finish(s, claim.scenario, OWNER, claim.attempt, answered(claim.question))
    states = [line.status for line in lines(house, sweep)]
    assert states[:2] == ["done", "done"] and set(states[2:]) == {"stopped"}
    assert begin(house, plan) != address


def test_start_and_stop_are_in_the_activity_and_in_the_log(house: House, plan: str) -> None:
    """Who started and who stopped it, of which plan; another stop, and one after the end, tell nothing more."""
    address = begin(house, plan)
    operation, scenario, sweep = keys(address)
    work(house, 1)
    client = house.client()
    for _ in range(2):
        client.post(f"{plan}sweep/{sweep}/stop", data={"csrf_token": token(client)})
    with house.app.extensions[database.KEY].session() as s:
        found = latest_events(s, operation, 2)
        num = len(sweeps.variant_lines(s, sweep))
        sealed = entries(s, LogFilter(actions=("stress_begun", "stress_stopped")), 10)
    assert [(one.kind, one.scenario, one.user) for one in found] == [
        ("stress_stopped", scenario, house.person.id),
        ("stress_begun", scenario, house.person.id),
    ]
    assert [dict(one.details) for one in found] == [{"variants": num, "done": 1}, {"variants": num}]
    assert [(one.action, one.plan) for one in sealed] == [("stress_stopped", scenario), ("stress_begun", scenario)]
    for page in (f"/operations/{operation}/activity", f"/operations/{operation}/log"):
        for lang, started in (("en", "Stress test started"), ("zh", "批量推演已开始")):
            assert started in text_of(client.get(f"{page}?lang={lang}").text)


def test_who_dies_loses_no_variant(house: House, plan: str) -> None:
    """A lease that ran out goes back to those who wait; who lost it writes nothing; who is shut down hands back."""
    begin(house, plan)
    sessions = house.app.extensions[database.KEY].session
    with sessions() as s:
        lost = sweeps.claim(s, OWNER, -1.0)
    assert lost is not None
    with sessions() as s:
        again = sweeps.claim(s, "another", LEASE)
    assert again is not None and (again.scenario, again.attempt) == (lost.scenario, 2)
    document = answered(lost.question)
    with sessions() as s:
        assert not sweeps.finish(s, lost.scenario, OWNER, lost.attempt, document)
        assert sweeps.renew(s, lost.scenario, OWNER, lost.attempt, LEASE).status == "lost"
    with sessions() as s:
        assert sweeps.hand_back(s, again.scenario, "another", again.attempt)
    with sessions() as s:
        back = sweeps.claim(s, OWNER, LEASE)
    assert back is not None and (back.scenario, back.attempt) == (lost.scenario, 2)
    with sessions() as s:
        assert sweeps.give_up(s, back.scenario, OWNER, back.attempt, "broken")
    with sessions() as s, pytest.raises(NotFound):
        sweeps.sweep_line(s, 10_000)


def test_a_plan_that_breaks_a_rule_is_not_kept(house: House, plan: str) -> None:
    """The variant has failed, counts as the worst, and its row says why."""
    address = begin(house, plan)
    with house.app.extensions[database.KEY].session() as s:
        claim = sweeps.claim(s, OWNER, LEASE)
    assert claim is not None
    with house.app.extensions[database.KEY].session() as s:
        wrong = answered(claim.question) | {"missed": [], "units": [], "teams": [], "interviews": []}
        assert not sweeps.finish(s, claim.scenario, OWNER, claim.attempt, wrong)
    assert "This is an error in H-Hour" in text_of(house.client().get(f"{address}&lang=en").text)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"commanders": "", "custody": ""}, "Choose what is tested"),
        ({"first_hour": "04:00"}, "Enter both ends of the range or none."),
        ({"first_hour": "4h", "last_hour": "07:00"}, "Enter a clock time such as 04:00."),
        ({"least_force": "80", "most_force": "many"}, "Enter a whole number from 1 to 300."),
        ({"seconds": "0"}, "Enter seconds from 0.1 to 600."),
    ],
)
def test_what_cannot_be_tested_is_told(house: House, plan: str, changes: dict[str, str], told: str) -> None:
    """The form comes back with what is wrong, and nothing is asked."""
    client = house.client()
    data = {name: value for name, value in {**FORM, **changes}.items() if value}
    answer = client.post(f"{plan}sweep/?lang=en", data={"csrf_token": token(client), **data})
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    with house.app.extensions[database.KEY].session() as s:
        assert sweeps.sweep_lines(s, keys(plan)[1]) == []


def test_ranges_are_drawn(house: House, plan: str) -> None:
    """H and the force are plots with their figures beside them."""
    changes = {"custody": "", "commanders": "", "first_hour": "05:00", "last_hour": "06:00", "step_minutes": "30"}
    changes |= {"least_force": "80", "most_force": "120", "step_force": "20"}
    client = house.client()
    data = {name: value for name, value in {**FORM, **changes}.items() if value}
    client.post(f"{plan}sweep/", data={"csrf_token": token(client), **data})
    assert work(house) == 6
    for lang in ("en", "zh"):
        html = client.get(f"{plan}sweep/?lang={lang}").text
        assert html.count('<figure class="plot"') == 6
        assert all(name in html for name in ("05:30", "120 %"))


def test_a_variant_of_another_plan_is_not_there(house: House, plan: str) -> None:
    """Neither page, stop, events nor opening lead from one plan to the stress test of another."""
    (sweep,) = keys(begin(house, plan))[2:]
    other = stored(house, document("tiny"), plan_document("tiny"))
    client = house.client()
    assert client.get(f"{other}sweep/?of={sweep}").status_code == 404
    assert client.get(f"{other}sweep/{sweep}/events").status_code == 404
    for action in ("stop", "1/open"):
        assert client.post(f"{other}sweep/{sweep}/{action}", data={"csrf_token": token(client)}).status_code == 404
    assert client.post(f"{plan}sweep/{sweep}/1/open", data={"csrf_token": token(client)}).status_code == 404


def test_a_stress_test_is_started_watched_stopped_and_its_worst_opened(
    house: House, plan: str, at_home: str, page: Page, no_outside: Watched
) -> None:
    """In the browser: the table grows by itself, a stop keeps it, one click opens the worst case as a scenario."""
    house.sign_in(page.context, at_home)
    page.goto(f"{at_home}{plan}?lang=en")
    page.get_by_role("link", name="Stress test").click()
    for name in ("Squad leaders", "Vehicles", "Agency contingents"):
        page.get_by_label(name).uncheck()
    page.get_by_role("button", name="Start").click()
    state = page.locator("#state")
    expect(state).to_contain_text("0 of")
    work(house, 2)
    expect(state).to_contain_text("2 of")
    expect(state.locator("tbody tr")).to_have_count(3)  # the plan itself on top
    page.locator("#open-1").focus()
    work(house, 1)
    expect(state).to_contain_text("3 of")
    expect(page.locator("#open-1")).to_be_focused()  # also where the table has grown around it
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plans/[0-9]+/$"))
    page.go_back()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(state).to_contain_text("Stopped")
    state.get_by_role("button", name="Open as scenario").first.click()
    page.wait_for_url(re.compile(r"/plans/[0-9]+/$"))
    expect(page.get_by_text("Based on")).to_be_visible()
