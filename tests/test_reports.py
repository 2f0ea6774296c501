"""Reports: what stands on a board depends on what was reported, and on nothing else."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.files import Unreadable, read_operation, read_plan
from planner.plan import Plan
from planner.render.report_words import CODE_WORDS, SITE_WORDS, SUSPECT_WORDS, code_word
from planner.reports import CODES, Code, Report, board_state, doubts, refusals, reports_of, standing
from planner.reports.board import BoardState, SiteStatus, SuspectStatus
from planner.reports.facts import Facts, arrest_moments, law_events
from planner.reports.reading import plain_report
from planner.reports.report import minute_of
from planner.scenario import Scenario
from planner.score import score
from tests.kept_plans import SOLVED, kept
from tests.nights import disturbed, night, report

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DRAW = random.Random(0)


@pytest.fixture(scope="module")
def city() -> tuple[Scenario, Plan]:
    """One city with its plan."""
    return kept(SOLVED, "one-city")


def state(city: tuple[Scenario, Plan], told: list[Report], minute: int) -> BoardState:
    """The board at this minute from H."""
    scenario, plan = city
    return board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(minutes=minute))


def first_squad(plan: Plan, *, suspects: int = 1, scenario: Scenario) -> tuple[str, str, list[str]]:
    """A squad, its door, and who is to be arrested there: so many at least."""
    for unit in plan.units:
        for stop in unit.stops:
            there = scenario.operation.chargeable_by_site.get(stop.place, ())
            if stop.task == "raid" and len(there) >= suspects:
                return unit.id, stop.place, [one.id for one in there]
    raise AssertionError


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**16), minute=st.sampled_from((-30, 0, 7, 45, 400)))
def test_a_board_depends_on_neither_order_nor_doubles(seed: int, minute: int) -> None:
    """A night out of order, with reports doubled and late, gives the board of the ordered list."""
    scenario, plan = kept(SOLVED, "one-city")
    told = night(scenario, plan, seed)
    sent = disturbed(told, seed + 1)
    now = scenario.operation.h_hour + timedelta(minutes=minute)
    ordered, other = (board_state(scenario, plan, some, now) for some in (told, sent))
    assert replace(other, reports=()) == replace(ordered, reports=())
    assert [one.id for one in other.reports] == [one.id for one in ordered.reports]


@settings(deadline=None)
@given(st.data())
def test_corrections_stand_in_place_of_what_they_name(data: st.DataObject) -> None:
    """Whatever the order, of each chain one report stands at most, and of a withdrawn one none."""
    scenario, _ = kept(SOLVED, "one-city")
    told = [report(scenario, random.Random(i), "T01-1", "text", i, note=str(i)) for i in range(6)]
    for i in range(1, 6):
        to = data.draw(st.one_of(st.none(), st.integers(0, 5)))
        code: Code = data.draw(st.sampled_from(("text", "void")))
        told[i] = replace(told[i], code=code, corrects=None if to is None else told[to].id)
    found = standing(told)
    assert found == standing(data.draw(st.permutations(told + told)))
    named = {one.corrects for one in told}
    assert all(one.code != "void" and one.id not in named for one in found)


def test_a_correction_replaces_its_row(city: tuple[Scenario, Plan]) -> None:
    """An entry at 3 that is corrected to 7 was at 7; withdrawn, it never was."""
    scenario, plan = city
    unit, site, _ = first_squad(plan, scenario=scenario)
    first = report(scenario, DRAW, unit, "entered", 3, site=site)
    second = replace(first, id=uuid4(), said=first.said + timedelta(minutes=4), corrects=first.id)
    gone = replace(first, id=uuid4(), code="void", corrects=second.id)
    assert state(city, [second, first], 20).units[unit].late == 7
    assert state(city, [gone, second, first], 20).sites[site].status == "waiting"


def test_a_late_squad_is_expected_later_at_all_that_follows(city: tuple[Scenario, Plan]) -> None:
    """Who enters ten minutes late leaves and delivers as much later as the least durations ask."""
    scenario, plan = city
    unit, site, _ = first_squad(plan, scenario=scenario)
    board = state(city, [report(scenario, DRAW, unit, "entered", 10, site=site)], 12)
    entered, left = (next(s for s in board.units[unit].steps if s.code == code) for code in ("entered", "left"))
    assert (entered.said, entered.late) == (10, 10)
    assert left.forecast >= 10 + 40
    assert board.units[unit].next == left
    assert board.sites[site].status == "entered"


def test_what_nobody_reported_is_expected_now_at_the_earliest(city: tuple[Scenario, Plan]) -> None:
    """Half an hour after H a squad of which nothing was heard has still to be briefed, and to drive."""
    scenario, plan = city
    unit, site, _ = first_squad(plan, scenario=scenario)
    board = state(city, [], 30)
    entered = next(step for step in board.units[unit].steps if step.code == "entered")
    way = scenario.travel.minutes(plan.units_by_id[unit].stops[0].place, site)
    assert (entered.said, entered.forecast, board.sites[site].forecast) == (None, 30 + way, 30 + way)
    assert board.units[unit].last_heard is None


def test_an_absent_suspect_is_missed_and_links_stay_open(city: tuple[Scenario, Plan]) -> None:
    """The others of the door are in custody; the absent one's priority is missed and links count as torn."""
    scenario, plan = city
    unit, site, there = first_squad(plan, suspects=2, scenario=scenario)
    told = [report(scenario, DRAW, unit, "entered", 0, site=site)]
    told.append(report(scenario, DRAW, unit, "custody", 2, site=site))
    told.append(report(scenario, DRAW, unit, "absent", 4, site=site, suspect=there[1]))
    board = state(city, told, 5)
    assert board.suspects[there[0]].status == "custody"
    assert board.suspects[there[1]].status == "absent"
    assert there[1] in board.missed
    assert board.exposure.missed >= scenario.operation.suspects_by_id[there[1]].priority
    assert set(arrest_moments(facts_of(city, board.reports))) == {there[0], *there[2:]}


def facts_of(city: tuple[Scenario, Plan], reports: tuple[Report, ...]) -> Facts:
    """What the reports say of the city's operation and plan."""
    return Facts(city[0].operation, city[1], reports)


def test_open_exposure_grows_until_the_other_door_is_settled(city: tuple[Scenario, Plan]) -> None:
    """One door entered: its links to others are open; once all are in custody at once, nothing is."""
    scenario, plan = city
    entered = night(scenario, plan, 5, until=3)
    board, later = state(city, entered, 10), state(city, entered, 20)
    assert later.exposure.open > board.exposure.open > 0
    assert later.exposure.num_open == board.exposure.num_open
    done = [
        report(scenario, DRAW, plan.raids_by_site[site][0].id, "custody", 1, site=site) for site in plan.raids_by_site
    ]
    settled = state(city, done, 30).exposure
    assert (settled.open, settled.waiting) == (0, 0)


def test_a_night_as_planned_has_the_exposure_of_the_plan(city: tuple[Scenario, Plan]) -> None:
    """Everybody arrested at the planned minute: missed and exposure are the score's."""
    scenario, plan = city
    told = [
        report(scenario, DRAW, unit.id, "custody", stop.start, site=site)
        for site, (unit, stop) in plan.raids_by_site.items()
    ]
    board, planned = state(city, told, 600), score(scenario, plan)
    assert (board.exposure.missed, board.exposure.real) == (planned.missed, planned.exposure)


def test_what_was_said_of_a_suspect_by_name_stands_when_the_others_are_reported(city: tuple[Scenario, Plan]) -> None:
    """One is in custody, then "absent" is said of the door: that is of the others."""
    scenario, plan = city
    unit, site, (one, *others) = first_squad(plan, suspects=2, scenario=scenario)
    draw = random.Random(4)
    told = [
        report(scenario, draw, unit, "custody", 3, site=site, suspect=one),
        report(scenario, draw, unit, "absent", 5, site=site),
    ]
    found = state(city, told, 9).suspects
    assert [found[name].status for name in (one, *others)] == ["custody", *["absent"] * len(others)]


def test_clocks_start_at_the_arrest_and_end_at_the_delivery(city: tuple[Scenario, Plan]) -> None:
    """A law pack's clocks get the moments as they were reported."""
    scenario, plan = city
    told = night(scenario, plan, 3)
    events = law_events(facts_of(city, standing(told)))
    assert events
    assert all(one["arrest"] < one["lodged"] for one in events.values() if "lodged" in one)
    assert sum("lodged" in one for one in events.values()) > len(events) / 2


def test_an_alarm_is_open_until_it_is_cleared(city: tuple[Scenario, Plan]) -> None:
    """Help and a medical emergency stand with the squad until it says all clear."""
    scenario, plan = city
    unit = plan.units[0].id
    told = [report(scenario, DRAW, unit, "help", 1), report(scenario, DRAW, unit, "medical", 2)]
    assert state(city, told, 3).units[unit].alarms == ("help", "medical")
    told.append(report(scenario, DRAW, unit, "all_clear", 4))
    assert state(city, told, 5).units[unit].alarms == ()


def test_what_is_odd_is_told_and_what_cannot_be_is_refused(city: tuple[Scenario, Plan]) -> None:
    """A door of another squad, a suspect of another door, and a time before an earlier step are doubts in words."""
    scenario, plan = city
    operation = scenario.operation
    unit, site, _ = first_squad(plan, scenario=scenario)
    other = next(one for one in plan.raids_by_site if plan.raids_by_site[one][0].id != unit)
    stranger = operation.chargeable_by_site[other][0].id
    told = [
        report(scenario, DRAW, unit, "entered", 5, site=site),
        report(scenario, DRAW, unit, "secure", 3, site=site),
        report(scenario, DRAW, unit, "custody", 6, site=site, suspect=stranger),
        report(scenario, DRAW, unit, "set", 4, site=other),
    ]
    found = doubts(operation, plan, told)
    codes = [[fault.code for fault in found.get(one.id, ())] for one in told]
    assert codes == [[], ["report-before-other"], ["report-suspect-elsewhere"], ["report-other-door"]]
    assert all(fault.text(lang) for faults in found.values() for fault in faults for lang in ("en", "zh"))
    wrong = {"unit": "T99-9", "site": "nowhere", "suspect": "nobody", "officer": "none", "vehicle": "none"}
    for name, value in wrong.items():
        one = replace(told[0], **{name: value})  # type: ignore[arg-type]
        assert [fault.code for fault in refusals(operation, plan, one)] == [f"report-no-{name}"]
    late = replace(told[0], said=told[0].received + timedelta(hours=1))
    assert [fault.code for fault in refusals(operation, plan, late)] == ["report-in-future"]
    lost = replace(told[0], code="lost")
    assert [fault.code for fault in refusals(operation, plan, lost)] == ["report-lost-whom"]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000))
def test_reports_survive_a_file(seed: int) -> None:
    """What is written as JSON is read as it was."""
    scenario, plan = kept(SOLVED, "tiny")
    told = night(scenario, plan, seed)
    read = reports_of([plain_report(one) for one in told], scenario.operation)
    assert [replace(one, received=one.said) for one in told] == list(read)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    """A row that is none, an unknown code, no id, no offset, a key too many."""
    operation = read_operation(EXAMPLES / "tiny.json")
    good = {"id": str(UUID(int=1)), "code": "set", "unit": "T01-1", "at": -5}
    rows = [good, 7, good | {"code": "x"}, good | {"id": "x"}, good | {"at": "2026-04-01T06:00"}, good | {"a": 1}]
    with pytest.raises(Unreadable) as error:
        reports_of(rows, operation)
    assert [fault.code for fault in error.value.faults] == [
        "not-object",
        "none-of",
        "report-not-uuid",
        "no-offset",
        "unknown-key",
    ]
    assert minute_of(operation, reports_of([good], operation)[0].said) == -5


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"unit": 5}, "not-text"),
        ({"unit": "x" * 201}, "too-long"),
        ({"note": "x" * 2001}, "too-long"),
        ({"means": "pigeon"}, "none-of"),
        ({"corrects": 7}, "report-not-uuid"),
        ({"at": "yesterday"}, "not-instant"),
        ({"at": 10**6}, "not-instant"),
        ({"at": True}, "not-instant"),
    ],
)
def test_a_part_of_a_report_that_cannot_be_is_told_with_its_place(part: dict[str, object], code: str) -> None:
    """The fault names row and part; what is None is as if it were not there; a list is wanted."""
    operation = read_operation(EXAMPLES / "tiny.json")
    good = {"id": str(UUID(int=1)), "code": "set", "unit": "T01-1", "at": -5, "note": None}
    with pytest.raises(Unreadable) as error:
        reports_of([good, good | part], operation)
    (fault,) = error.value.faults
    assert (fault.code, fault.place) == (code, f"[1].{next(iter(part))}")
    assert reports_of([good], operation)[0].note == ""
    with pytest.raises(Unreadable) as error:
        reports_of({"reports": [good]}, operation)
    assert [fault.code for fault in error.value.faults] == ["report-not-list"]


def test_a_report_that_says_nothing_or_nothing_about_what_is_refused(city: tuple[Scenario, Plan]) -> None:
    """No unit, an override without a reason, a withdrawal of nothing, a message without words, a moment far from H."""
    scenario, plan = city
    one = report(scenario, DRAW, plan.units[0].id, "entered", 5)
    far = scenario.operation.h_hour + timedelta(days=15)
    for wrong, code in (
        (replace(one, unit=""), "report-no-unit"),
        (replace(one, code="override", condition="x"), "report-override-why"),
        (replace(one, code="void"), "report-void-what"),
        (replace(one, code="text"), "missing"),
        (replace(one, said=far, received=far), "report-far-from-h"),
    ):
        assert [fault.code for fault in refusals(scenario.operation, plan, wrong)] == [code], code


def test_each_code_and_state_has_its_word() -> None:
    """In both languages, and an agency may call a code by its own word."""
    assert set(CODE_WORDS) == set(CODES)
    assert set(SITE_WORDS) == set(SiteStatus.__args__)  # type: ignore[attr-defined]
    assert set(SUSPECT_WORDS) == set(SuspectStatus.__args__)  # type: ignore[attr-defined]
    agency = read_operation(EXAMPLES / "tiny.json").agencies[0]
    own = replace(agency, details={"report_words": {"secure": "CLEAR"}})
    assert code_word("secure", "en", own) == "CLEAR"
    assert code_word("set", "en", own) == "In place"


def test_the_board_of_a_large_operation_is_derived_quickly() -> None:
    """All reports of a night of the reference case make a board without a look at each pair of them."""
    scenario = Scenario(read_operation(EXAMPLES / "3-02-roads.json"))
    plan = read_plan(EXAMPLES / "plans/3-02-roads.json")
    told = night(scenario, plan, 1)
    assert len(told) > 400
    board = board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(hours=9))
    assert sum(one.status in ("done", "secure") for one in board.sites.values()) >= 45
