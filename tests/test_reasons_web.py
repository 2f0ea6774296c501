"""Reasons and remedies on their pages: asked, watched, stopped, read in both languages, and taken as a scenario."""

import json
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from models import desks, plans, register
from planner.files import dump_operation, dump_plan
from planner.plan import Plan
from planner.reasons.contrast import contrast
from planner.reasons.stored import dump_answer, read_answer
from planner.render.change_words import contrast_sentences
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from tests.conftest import Watched
from tests.house import House, token
from tests.planning import OWNER, taken
from tests.planted_lacks import LACKS, ample
from tests.questions import name_in, questions
from tests.referee import verdict
from tests.stored_plans import stored
from tests.two_doors import one_squad, ten_minutes
from web import database
from web.question_store import MOST_OPEN, PlanQuestion, Questions
from web.task_folders import LOCK, alone

LACK = "no woman"


def lacking() -> tuple[Scenario, Plan]:
    """An operation without women, with a plan that misses the woman at S1 and arrests the man at S2."""
    scenario = Scenario(LACKS[LACK].plant(ample(1)))
    return scenario, solve(scenario, Clock(Limit(work=100)))


@pytest.fixture
def address(house: House) -> str:
    """The page of reasons of that plan."""
    scenario, plan = lacking()
    assert [row.suspect for row in plan.missed] == ["P01"]
    return f"{stored(house, dump_operation(scenario.operation), dump_plan(plan))}reasons/"


def ask(client: FlaskClient, address: str, **fields: str) -> str:
    """The address of the question."""
    answer = client.post(address, data={"csrf_token": token(client), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def waited(house: House, address: str) -> dict[str, Any]:
    """The answer, made by a process beside."""
    every, name, last = questions(house), name_in(address), time.monotonic() + 300
    while (found := every.answer(name)) is None:
        assert time.monotonic() < last and not every.failure(name), every.failure(name)
        time.sleep(0.2)
    return found


def replanned(house: House, desk: str) -> str:
    """The address of the plan that is made of a what-if editor's changes."""
    client = house.client()
    form = re.search(r'name="token" value="([^"]+)"', client.get(desk).text)
    assert form is not None
    sent = {"token": form[1], "seconds": "5", "seed": "0", "work": "", "name": ""}
    assert client.post(f"{desk}replan", data={"csrf_token": token(client), **sent}).status_code in (302, 303)
    claim = taken(house)
    plan = solve(claim.question.scenario(), Clock(Limit(work=100)))
    with house.app.extensions[database.KEY].session() as s:
        assert plans.finish(s, claim.scenario, OWNER, claim.attempt, dump_plan(plan))
    return re.sub(r"whatif/\d+/.*", f"plans/{claim.scenario}/?lang=en", desk)


def test_a_question_is_answered_beside_the_server_and_a_remedy_becomes_a_scenario(house: House, address: str) -> None:
    """The page tells the proof, the remedies and the request in both languages; one click opens the what-if editor."""
    client = house.client()
    assert "Reasons and remedies" in client.get(f"{address}?lang=en").text
    there = ask(client, address, question="missed:P01", remedies="on", request="on")
    found = waited(house, there)
    assert found["is_proved"] and [fact["kind"] for fact in found["facts"]] == ["women"]
    told = client.get(f"{there}?lang=en").text
    assert "Women officers in the operation: 0" in told and "Request for reinforcement" in told
    assert "Borrow women officers from 成都市公安局: 1" in told
    assert "女民警" in client.get(f"{there}?lang=zh").text
    answer = client.post(f"{there}take", data={"csrf_token": token(client), "remedy": "0"})
    assert answer.status_code == 303
    desk = answer.headers["Location"].partition("#")[0]
    key = int(re.findall(r"whatif/(\d+)/", desk)[0])
    with house.app.extensions[database.KEY].session() as s:
        (group,) = desks.desk(s, key).groups
    assert [edit.table for edit in group.edits] == ["officers"] and group.edits[0].row is not None
    assert group.edits[0].row["sex"] == "F"
    assert "Every suspect is covered." in client.get(replanned(house, desk)).text
    answer = client.post(f"{there}take", data={"csrf_token": token(client), "remedy": "request"})
    assert answer.status_code == 303
    assert client.post(f"{there}take", data={"csrf_token": token(client), "remedy": "99"}).status_code == 400
    assert there.removeprefix("http://localhost") in client.get(address).text


def test_a_question_that_is_stopped_leaves_nothing(house: House, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is at work its page says how far it is; after Stop there is none."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client = house.client()
    there = ask(client, address, question="everybody:", request="on")
    assert 'data-events="' in client.get(there).text
    assert client.post(f"{there}stop", data={"csrf_token": token(client)}).status_code == 303
    assert client.get(there).status_code == 404 and questions(house).asked(name_in(there)) is None


def test_only_what_is_there_can_be_asked(house: House, address: str) -> None:
    """Suspects who are covered, sites that are not raided and squads that are none are refused."""
    client = house.client()
    for question, squad in (("missed:P02", ""), ("late:S1", ""), ("contrast:S2", "x"), ("why", "")):
        fields = {"csrf_token": token(client), "question": question, "squad": squad}
        assert client.post(address, data=fields).status_code == 400, question


def test_a_question_belongs_to_who_asked_it(house: House, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name is not found, and one of another plan neither."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client = house.client()
    there = ask(client, address, question="everybody:")
    assert client.get(f"{address}{'x' * 32}/").status_code == 404
    asked = questions(house).asked(name_in(there))
    assert asked is not None
    other = questions(house).ask(replace(asked, user=asked.user + 1))
    assert client.get(f"{address}{other}/").status_code == 404


def test_old_questions_go(house: House, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a day, at the next question."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client = house.client()
    there = ask(client, address, question="everybody:")
    monkeypatch.setattr("web.task_folders.time.time", lambda clock=time.time: clock() + Questions.kept_seconds + 60)
    questions(house).sweep()
    assert questions(house).asked(name_in(there)) is None


def test_questions_go_with_their_operation(house: House, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that was asked or answered about it stays on the disk; questions about others do."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client = house.client()
    name = name_in(ask(client, address, question="everybody:"))
    asked = questions(house).asked(name)
    assert asked is not None
    other = questions(house).ask(replace(asked, operation=asked.operation + 1))
    with house.app.extensions[database.KEY].session() as s:
        reference = register.operation_line(s, asked.operation).id
    form = {"csrf_token": token(client), "reference": reference}
    assert client.post(f"/operations/{asked.operation}/delete", data=form).status_code == 302
    assert questions(house).asked(name) is None
    assert questions(house).asked(other) is not None


def test_questions_go_with_the_account(house: House, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an account that is disabled nothing is kept."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client, gone = house.client(), house.another("gone")
    asked = questions(house).asked(name_in(ask(client, address, question="everybody:")))
    assert asked is not None
    name = questions(house).ask(replace(asked, user=gone.id))
    client.post(f"/accounts/{gone.id}", data={"csrf_token": token(client), "do": "disable"})
    assert questions(house).asked(name) is None


def test_who_looks_again_waits_for_no_other_question(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of one that is being answered ends at once, however long another one takes."""
    every = questions(house)
    name = every.ask(PlanQuestion(1, 1, 1, "", "everybody", "", "", with_remedies=False, with_request=False, called=""))
    monkeypatch.setattr(Questions, "work_at", lambda *_: pytest.fail("somebody else is at it"))
    with every._at_work, alone(every.folder / name / LOCK):
        again = every.work(name, lambda: pytest.fail("it is not loaded"), "")
        again.join(10)
        assert not again.is_alive()


def test_the_plan_leads_there(house: House, address: str) -> None:
    """Each suspect who is not covered has the way to the question."""
    plan = house.client().get(address.removesuffix("reasons/") + "?lang=en").text
    assert f"{address.removeprefix('http://localhost')}?about=missed:P01" in plan


def test_another_squad_at_an_address_is_told_with_what_breaks() -> None:
    """The squad of one door at the other: what it lacks, and the score, are told; the referee passes the plan."""
    scenario = Scenario(ample(1))
    plan = solve(scenario, Clock(Limit(work=100)))
    squad = plan.raids_by_site["S2"][0]
    assert plan.raids_by_site["S1"][0] != squad
    found = contrast(scenario, plan, "S1", squad.id, Clock(Limit(work=600)))
    assert found.lacks and {edit.table for edit in found.edits} == {"pins"}
    if found.plan is not None:
        there = set(found.plan.raids_by_site["S1"][0].officers)
        assert set(squad.officers) <= there and not verdict(scenario, found.plan)[0]
    values = json.loads(json.dumps(dump_answer(None, contrast=found)))
    read = read_answer(values, scenario.operation)
    assert read.contrast is not None and read.contrast.edits == found.edits
    for lang in ("en", "zh"):
        assert all("{" not in told for told in contrast_sentences(scenario.operation, read.contrast, lang))
    with pytest.raises(KeyError):
        contrast(scenario, plan, "S1", "nobody", Clock(Limit(work=10)))


@pytest.mark.slow  # the same steps without a browser: the first test
def test_from_a_plan_that_misses_people_to_one_that_misses_none(
    page: Page, no_outside: Watched, house: House, address: str, at_home: str
) -> None:
    """In a browser: the plan, the question, the remedy, the what-if editor, a replan, a plan that covers everybody."""
    page.goto(f"{at_home}{address.removesuffix('reasons/')}?lang=en")
    page.get_by_role("link", name="Why, and what would help").click()
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="What would help")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Women officers in the operation: 0")).to_be_visible()
    page.get_by_role("button", name=re.compile("Open as scenario: Borrow women")).click()
    page.wait_for_url("**/whatif/**")
    expect(page.locator("#edits")).to_contain_text("X01")
    page.locator("form.replan button[type=submit]").first.click()
    expect(page.locator("#state, .strip").first).to_be_visible()
    claim = taken(house)
    plan = solve(claim.question.scenario(), Clock(Limit(work=100)))
    with house.app.extensions[database.KEY].session() as s:
        assert plans.finish(s, claim.scenario, OWNER, claim.attempt, dump_plan(plan))
    # The page that waits reloads by itself when the plan is there: only then is there a way to it.
    page.locator(f"#content a[href*='/plans/{claim.scenario}/']").first.click(timeout=30_000)
    expect(page.get_by_text("Every suspect is covered.")).to_be_visible()


def test_a_person_has_only_so_many_questions_without_an_answer(
    house: House, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused with a sentence; another person, and who has stopped one, may ask."""
    monkeypatch.setattr(Questions, "work", lambda *_: None)
    client = house.client()
    there = [ask(client, address, question="everybody:") for _ in range(MOST_OPEN)]
    form = {"csrf_token": token(client), "question": "everybody:"}
    refused = client.post(f"{address}?lang=en", data=form)
    assert refused.status_code == 429
    assert f"You have {MOST_OPEN} questions queued or in progress, which is the maximum" in refused.text
    assert client.post(f"{there[0]}stop", data={"csrf_token": token(client)}).status_code == 303
    ask(client, address, question="everybody:")
    asked = questions(house).asked(name_in(there[1]))
    assert asked is not None and questions(house).ask(replace(asked, user=asked.user + 1))


def test_a_question_begins_where_somebody_sees_it(house: House) -> None:
    """Late entries and exposure on the plan's page, the door's and the squad's pages lead to their questions."""
    scenario, plan = Scenario(ten_minutes()), one_squad()
    assert plan.raids_by_site["S1"][1].start > scenario.operation.doctrine.strike_window
    there, client = stored(house, dump_operation(scenario.operation), dump_plan(plan)), house.client()
    shown = client.get(f"{there}?lang=en").text
    for about in ("late:S1", "exposure:", "contrast:S1"):
        assert f"reasons/?about={about}" in shown, about
    operation, chosen = re.findall("[0-9]+", there)
    door = client.get(f"/operations/{operation}/things/sites?id=S1&plan={chosen}&lang=en").text
    assert "Why is S1 not raided at H?" in door and "about=late:S1" in door
    squad = plan.raids_by_site["S1"][0].id
    unit = client.get(f"/operations/{operation}/things/units?id={squad}&plan={chosen}&lang=en").text
    assert "about=contrast:S1" in unit and "Why this squad at S1 and not another?" in unit
    asked = client.get(f"{there}reasons/?about=late:S1").text
    assert '<option value="late:S1" selected>' in asked


def test_why_this_squad_is_asked_from_the_door(page: Page, no_outside: Watched, house: House, at_home: str) -> None:
    """In a browser: the door's page, the question with another squad near it, and what becomes of the plan."""
    scenario = Scenario(ample(1))
    plan = solve(scenario, Clock(Limit(work=100)))
    there = stored(house, dump_operation(scenario.operation), dump_plan(plan))
    operation, chosen = re.findall("[0-9]+", there)
    page.goto(f"{at_home}/operations/{operation}/things/sites?id=S1&plan={chosen}&lang=en")
    page.get_by_role("link", name="Why this squad at S1 and not another?").click()
    expect(page.get_by_label("Address", exact=True)).to_have_value("contrast:S1")
    other = plan.raids_by_site["S2"][0].id
    expect(page.get_by_label("The other squad")).to_have_value(other)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name=f"With {other} at S1")).to_be_visible(timeout=120_000)
    expect(page.locator("ul.sentences li").first).to_be_visible()
