"""An exercise is played into a copy: seeded, by a clock of its own, marked; the operation itself is untouched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

import app as application
from models import plans as store
from models import register
from models import reports as report_store
from models.database import now, write_transaction
from models.exercise_tables import exercises
from models.exercises import ExerciseClock, begin_exercise, broken_off, clock_of, end_exercise, operation_now
from models.notes import choose, working_plan
from planner.exercise import is_exercise
from planner.files import parse_operation, parse_plan
from planner.papers.printing import paper_pdf
from planner.render.page_marks import State
from planner.render.sheets import sheets_data, sheets_pdf
from planner.reports import board_state, refusals
from planner.reports.night import incidents, night
from planner.scenario import Scenario
from tests.house import House
from tests.sheet_plans import two_teams
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def operation(house: House) -> int:
    """A small operation with a working plan, and a commander."""
    with opened(house) as s:
        key = register.create_operation(s, document("one-city"), house.person.id)
        choose(s, key, store.keep(s, key, plan_document("one-city"), house.person.id), house.person.id)
    account(house, "boss", (), "commander", key)
    return key


def planned() -> tuple[Scenario, ...]:
    """What is played."""
    return (Scenario(parse_operation(document("one-city"))),)


def test_the_clock_runs_at_its_speed_until_it_ends() -> None:
    """Sixty minutes in one; afterwards it stands still."""
    clock = ExerciseClock(1, 60.0, datetime(2026, 4, 1, tzinfo=UTC), BEGUN, None)
    assert clock.at(BEGUN + timedelta(minutes=1)) == datetime(2026, 4, 1, 1, tzinfo=UTC)
    ended = ExerciseClock(1, 60.0, datetime(2026, 4, 1, tzinfo=UTC), BEGUN, BEGUN + timedelta(seconds=30))
    assert ended.at(BEGUN + timedelta(days=1)) == datetime(2026, 4, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(5))
def test_a_night_is_the_same_for_a_seed_and_has_what_a_staff_must_learn(seed: int) -> None:
    """Late squads, absent people, an officer hurt at a high-risk address, a compromised one; none of it refused."""
    (scenario,), plan = planned(), parse_plan(plan_document("one-city"))
    told = [*night(scenario, plan, seed), *incidents(scenario, plan, seed)]
    assert told == [*night(scenario, plan, seed), *incidents(scenario, plan, seed)]
    codes = {one.code for one in told}
    assert {"set", "entered", "custody", "left", "lost", "medical", "compromised", "all_clear"} <= codes
    hurt = next(one for one in told if one.code == "lost")
    assert scenario.operation.sites_by_id[hurt.site].risk == "high"
    assert not [fault for one in told for fault in refusals(scenario.operation, plan, one)]
    state = board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(hours=12))
    assert hurt.officer in state.lost_officers


def test_it_is_a_copy_that_says_exercise_and_has_everybody_in_it(house: House, operation: int) -> None:
    """A second one gets a name of its own; the operation that is played has no report and no other row."""
    with opened(house) as s:
        before, scenario = register.document(s, operation), working_plan(s, operation)
        assert scenario is not None
        clock = ExerciseClock(1, 60.0, datetime(2026, 3, 31, 21, tzinfo=UTC), BEGUN, None)
        copies = [begin_exercise(s, operation, scenario, clock, house.person.id)[0] for _ in range(2)]
    with opened(house) as s:
        told = [register.document(s, copy) for copy in copies]
        assert [one["id"] for one in told] == [f"{before['id']}-X1", f"{before['id']}-X2"]
        assert all(is_exercise(one["details"]) for one in told)
        assert register.document(s, operation) == before
        assert clock_of(s, operation) is None
        assert operation_now(s, copies[0]) > datetime(2026, 3, 31, 21, tzinfo=UTC)
        assert [line.id for line in register.operations(s)].count(f"{before['id']}-X1") == 1
        end_exercise(s, copies[0])
        stopped = clock_of(s, copies[0])
        assert stopped is not None and stopped.ended_at is not None


def test_the_command_plays_a_night_to_its_end(house: House, operation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report of it is stored in the copy, at the moment of its clock."""
    monkeypatch.setenv("H_HOUR_DATA", str(house.settings.data))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    words = ["exercise", str(operation), "--speed", "3600", "--from", "-30", "--user", "analyst"]
    run = CliRunner().invoke(application.main, words)
    assert run.exit_code == 0, run.output
    assert "/board" in run.output and "over:" in run.output
    scenario, plan = planned()[0], parse_plan(plan_document("one-city"))
    with opened(house) as s:
        copy = max(line.key for line in register.operations(s))
        stored = report_store.reports_of(s, copy)
        assert report_store.reports_of(s, operation) == []
    told = [*night(scenario, plan, 1), *incidents(scenario, plan, 1)]
    assert {one.id for one in stored} == {one.id for one in told}
    assert all(one.received >= one.said for one in stored)


def killed(*_: object) -> int:
    """The program is killed before it has played anything, and ends nothing."""
    raise KeyboardInterrupt


def test_a_killed_exercise_stands_still_is_told_and_goes_on(
    house: House, operation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock runs no longer than it was promised; resumed, it stores what is missing, each report once."""
    monkeypatch.setenv("H_HOUR_DATA", str(house.settings.data))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    run, words = CliRunner().invoke, ["exercise", str(operation), "--speed", "3600", "--seed", "4", "--user", "analyst"]
    with monkeypatch.context() as patch:
        patch.setattr("exercise_command.play", killed)
        patch.setattr("exercise_command.end_exercise", lambda *_: None)
        run(application.main, words)
    told = [*night(planned()[0], parse_plan(plan_document("one-city")), 4)]
    told += incidents(planned()[0], parse_plan(plan_document("one-city")), 4)
    with opened(house) as s:
        copy = max(line.key for line in register.operations(s))
        assert broken_off(s) == []
        report_store.put_reports(s, copy, told[:40], None)
        past = now(s) - timedelta(minutes=5)
        played = {"begun_at": past - timedelta(seconds=10), "played_until": past}
        write_transaction(s).execute(exercises.update().values(played))
    with opened(house) as s:
        assert [key for key, _ in broken_off(s)] == [copy]
        clock = clock_of(s, copy)
        assert clock is not None and clock.is_broken_off and clock.speed_now == 0
        assert clock.ended_at == past
        stood = operation_now(s, copy)
    board = house.client().get(f"/operations/{copy}/board").text
    assert f"app.py exercise {copy} --resume" in board
    other = run(application.main, ["exercise", "999", "--user", "analyst"])
    assert f"exercise {copy} --resume" in other.output
    resumed = run(application.main, ["exercise", str(copy), "--resume", "--user", "analyst"])
    assert resumed.exit_code == 0, resumed.output
    with opened(house) as s:
        assert sorted(one.id for one in report_store.reports_of(s, copy)) == sorted(one.id for one in told)
        ended = clock_of(s, copy)
        assert ended is not None and ended.from_moment == stood and not ended.is_broken_off
        assert [line.id for line in register.operations(s)].count(register.document(s, copy)["id"]) == 1


def test_only_a_played_exercise_that_stands_still_is_resumed(
    house: House, operation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an operation nor an exercise that somebody plays."""
    monkeypatch.setenv("H_HOUR_DATA", str(house.settings.data))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    with opened(house) as s:
        scenario = working_plan(s, operation)
        assert scenario is not None
        clock = ExerciseClock(1, 60.0, datetime(2026, 3, 31, 21, tzinfo=UTC), now(s), None)
        copy, _ = begin_exercise(s, operation, scenario, clock, house.person.id)
    run = CliRunner().invoke
    words = [[str(operation)], [str(copy)]]
    told = [run(application.main, ["exercise", *one, "--resume", "--user", "analyst"]).output for one in words]
    assert "no exercise" in told[0] and "being played" in told[1]


def test_what_cannot_be_played_is_said(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation without a plan, and an account that is not there."""
    monkeypatch.setenv("H_HOUR_DATA", str(house.settings.data))
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    with opened(house) as s:
        key = register.create_operation(s, document("one-city"), house.person.id)
    run = CliRunner().invoke
    assert "no plan" in run(application.main, ["exercise", str(key), "--user", "analyst"]).output
    assert "No account" in run(application.main, ["exercise", str(key), "--user", "nobody"]).output


@pytest.mark.parametrize(("lang", "words"), [("en", ("EXERCISE", "DRAFT")), ("zh", ("演练", "草案"))])
def test_documents_of_an_exercise_say_so_on_every_page(lang: str, words: tuple[str, str]) -> None:
    """Cards and team sheets bear both as a stamp; in force, that of the exercise alone."""
    operation, plan = two_teams()
    scenario = Scenario(replace(operation, details={**operation.details, "exercise": True}))
    told: tuple[str, ...]
    state: State
    for state, told in (("draft", words), ("approved", words[:1])):
        files = (
            paper_pdf(scenario, plan, lang, ["squad"], state=state),
            sheets_pdf(sheets_data(scenario, plan, lang, state=state)),
        )
        for file in files:
            for page in PdfReader(BytesIO(file)).pages:
                text = page.extract_text()
                assert all(word in text for word in told)
                assert state == "draft" or words[1] not in text
