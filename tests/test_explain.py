"""Reasons: each is given where it is true, names what is in the way, and no other stands in its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from planner import operation as op
from planner.explain import Reason, miss_reasons
from planner.files.pins import read_pins
from planner.plan import Plan
from planner.render.reasons import SENTENCES, missed_said, sentence
from planner.rules import check
from planner.run_report import with_report
from planner.scenario import Scenario
from planner.solver.missed import empty_plan, with_missed
from tests.clashing_pins import AGREEING, ONE_DOOR, TWO_DOORS, Pins
from tests.two_doors import ten_minutes, two_squads

Case = tuple[op.Operation, Plan]
NOBODY = Plan("two-doors")


def second_door() -> Plan:
    """The plan that raids the second door alone, with a team and a squad."""
    plan = two_squads()
    units = tuple(u for u in plan.units if u.id in ("SQ2", "E1"))
    return replace(plan, teams=plan.teams[1:], units=units, interviews=plan.interviews[1:])


def why(operation: op.Operation, plan: Plan) -> Reason:
    """Why P01, behind the first door, is missed; the plan breaks no rule."""
    scenario = Scenario(operation)
    plan = with_missed(scenario, plan) if plan.units else replace(empty_plan(scenario), made=plan.made)
    assert not check(scenario, plan)
    return miss_reasons(scenario, plan)["P01"]


def made(**changes: Any) -> op.Operation:
    """The two doors with these changes."""
    return replace(ten_minutes(), **changes)


def doctrine(**figures: Any) -> op.Operation:
    """The two doors under another doctrine."""
    return made(doctrine=replace(ten_minutes().doctrine, **figures))


def pinned(*pins: op.Pin) -> op.Operation:
    """The two doors with these pins."""
    return made(pins=pins)


def site(**changes: Any) -> op.Operation:
    """The two doors with a change in the first."""
    return made(sites=tuple(replace(s, **changes) if s.id == "S1" else s for s in ten_minutes().sites))


def officers(number: int = 99, **changes: Any) -> op.Operation:
    """The two doors with this change in the first officers."""
    rows = ten_minutes().officers
    return made(officers=(*(replace(o, **changes) for o in rows[:number]), *rows[number:]))


def closed(*ways: tuple[str, str]) -> op.Operation:
    """The two doors with these ways closed."""
    return made(legs=tuple(op.Leg(a, b, None) for a, b in ways))


def warrant_until(minutes: int) -> op.Operation:
    """The two doors with a warrant of P01 that ends so many minutes after H."""
    operation = ten_minutes()
    ends = op.Warrant("W1", operation.h_hour + timedelta(minutes=minutes))
    return made(suspects=tuple(replace(s, warrant=ends) if s.id == "P01" else s for s in operation.suspects))


def elsewhere() -> op.Operation:
    """The first door, the first assembly point and the police of a second city."""
    operation = site(city="雅安")
    places = tuple(replace(p, city="雅安") if p.id == "A1" else p for p in operation.places)
    agencies = tuple(replace(a, cities=(*a.cities, "雅安")) for a in operation.agencies)
    return replace(operation, places=places, agencies=agencies)


def far_from_their_cars() -> op.Operation:
    """All but two come from a base of their own, farther than by own means, where no car stands."""
    base, rows = op.Place("B2", "分局", "base", "成都", 30.5, 104.0), ten_minutes().officers
    ways = tuple(op.Leg("B2", place, 61) for place in ("A1", "A2"))
    away = tuple(replace(o, base="B2") for o in rows[2:])
    return made(places=(*ten_minutes().places, base), legs=ways, officers=(*rows[:2], *away))


CUT = {"stages": [{"stage": "squads", "cut": True}]}
CASES: dict[str, Callable[[], Case]] = {
    "no-warrant": lambda: (made(suspects=tuple(replace(s, warrant=None) for s in ten_minutes().suspects)), NOBODY),
    "pinned-skip": lambda: (pinned(op.SiteSkipped("S1")), second_door()),
    "pins-exclude": lambda: (pinned(op.SiteStart("S1", 0), op.SiteStart("S1", 1)), NOBODY),
    "pins-exclude-others": lambda: (
        pinned(op.SitesTogether("S1", "S2"), op.SiteInTeam("S1", "A"), op.SiteInTeam("S2", "T02")),
        second_door(),
    ),
    "start-impossible": lambda: (pinned(op.SiteStart("S1", 999)), NOBODY),
    "no-assembly": lambda: (site(city="雅安"), second_door()),
    "no-way-in": lambda: (closed(("A1", "S1"), ("A2", "S1")), second_door()),
    "no-way-out": lambda: (closed(("S1", "K1"), ("S1", "K2")), second_door()),
    "duty-short": lambda: (doctrine(duty_max=60), NOBODY),
    "custody-far": lambda: (doctrine(custody_latest=30), NOBODY),
    "cells-short": lambda: (made(places=tuple(replace(p, cells=0) for p in ten_minutes().places)), NOBODY),
    "officer-late": lambda: (
        replace(officers(1, available_from=300), pins=(op.OfficerAtSite("O01", "S1"),)),
        second_door(),
    ),
    "team-elsewhere": lambda: (replace(elsewhere(), pins=(op.SiteInTeam("S1", "T02"),)), second_door()),
    "team-full": lambda: (
        replace(doctrine(span_of_control=1), pins=(op.SiteInTeam("S1", "T02"),)),
        second_door(),
    ),
    "officer-taken": lambda: (pinned(op.OfficerAtSite("O18", "S1")), second_door()),
    "no-teams": lambda: (made(max_teams=0), NOBODY),
    "teams-elsewhere": lambda: (replace(elsewhere(), max_teams=1), second_door()),
    "teams-full": lambda: (replace(doctrine(span_of_control=1), max_teams=1), second_door()),
    "stopped": lambda: (made(), replace(second_door(), made={"stopped": True})),
    "not-in-time": lambda: (made(), replace(second_door(), made=CUT)),
    "force-short": lambda: (doctrine(lead_rank=5), NOBODY),
    "too-late": lambda: (officers(available_from=300), NOBODY),
    "no-commander": lambda: (doctrine(commander_rank=5), NOBODY),
    "cars-short": lambda: (made(vehicles=()), NOBODY),
    "seats-far": lambda: (far_from_their_cars(), NOBODY),
    "no-squad": lambda: (made(), second_door()),
}


def test_every_reason_has_its_case() -> None:
    """The table of this test holds every reason but the one that no file can bring about."""
    assert {*CASES, "hour-impossible"} == set(SENTENCES)


@pytest.mark.parametrize("code", CASES)
def test_a_reason_is_given_where_it_is_true(code: str) -> None:
    """Each reason comes with its cause, and is a whole sentence in both languages."""
    found = why(*CASES[code]())
    assert found.code == code
    for lang in ("en", "zh"):
        assert "{" not in sentence(found, lang)


@pytest.mark.parametrize("pins", ONE_DOOR, ids=str)
def test_pins_that_shut_a_door_are_its_reason(pins: Pins) -> None:
    """Pins of one door that exclude each other are named, all of them and no other."""
    for plan in (NOBODY, second_door()):
        found = why(made(pins=read_pins(pins)), plan)
        assert (found.code, set(found.pins)) == ("pins-exclude", set(read_pins(pins)))


@pytest.mark.parametrize("pins", [p for p in TWO_DOORS if not {"S2"} & {q.get("site") for q in p if "officer" in q}])
def test_pins_over_two_doors_are_the_reason_of_the_one_that_stays_shut(pins: Pins) -> None:
    """Where pins let one of two doors open, they are named at the other one."""
    named = read_pins([{**pin, "team": "T02"} if pin.get("site") == "S2" else pin for pin in pins])
    found = why(made(pins=named), second_door())
    assert (found.code, set(found.pins), found.names["sites"]) == ("pins-exclude-others", set(named), "S2")


@pytest.mark.parametrize("number", [1, 2])
def test_an_officer_at_two_doors_at_one_hour_is_the_reason(number: int) -> None:
    """An officer pinned to both doors, whose hours leave no time between them, is named with the hours."""
    pins = (
        *(op.OfficerAtSite(f"O0{n}", s) for n in (7, 9)[:number] for s in ("S1", "S2")),
        *(op.SiteStart(s, 0) for s in ("S1", "S2")),
    )
    found = why(made(pins=pins), second_door())
    assert found.code == "pins-exclude-others"
    assert {"S1", "S2"} == {pin.site for pin in found.pins if isinstance(pin, op.SiteStart)}


@pytest.mark.parametrize("pins", AGREEING, ids=str)
def test_pins_that_agree_are_no_reason(pins: Pins) -> None:
    """Pins that one plan can keep together never stand as the reason for a shut door."""
    assert not why(made(pins=read_pins(pins)), NOBODY).code.startswith("pins-exclude")


def test_sites_in_two_cities_cannot_be_one_teams() -> None:
    """Pins that give doors in two cities to one team, or to one squad, are named at the one that stays shut."""
    together = (op.SitesTogether("S1", "S2"),)
    team = (op.SiteInTeam("S1", "T02"), op.SiteInTeam("S2", "T02"))
    squad = (op.OfficerAtSite("O07", "S1"), op.OfficerAtSite("O07", "S2"))
    for pins in (together, team, squad):
        found = why(replace(elsewhere(), pins=pins), second_door())
        assert (found.code, found.pins) == ("pins-exclude-others", pins)


def test_what_no_plan_can_change_comes_before_the_clock() -> None:
    """A run that was cut short blames the clock only for doors that nothing else shuts."""
    for code, case in CASES.items():
        operation, plan = case()
        expected = "not-in-time" if code in LEFT else code
        if code != "stopped":
            assert why(operation, replace(plan, made=CUT)).code == expected


LEFT = ("not-in-time", "force-short", "too-late", "no-commander", "cars-short", "seats-far", "no-squad")


def test_the_report_has_the_codes_of_its_sentences() -> None:
    """A plan file says why in a sentence, its report in a code; without a warrant the reason is the code itself."""
    scenario = Scenario(ten_minutes())
    plan = with_report(scenario, empty_plan(scenario))
    codes = (plan.made or {})["reasons"]
    assert codes == {s: r.code for s, r in miss_reasons(scenario, plan).items() if r.code != "no-warrant"}
    assert len(codes) > 0
    assert {m.suspect for m in plan.missed if " " in m.reason} == set(codes)


def test_a_reworded_reason_keeps_its_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored plan whose English sentence is worded otherwise today is told in Chinese; a person's own words stay."""
    scenario = Scenario(ten_minutes())
    plan = with_report(scenario, empty_plan(scenario))
    why = miss_reasons(scenario, plan)
    missed = next(m for m in plan.missed if m.suspect in (plan.made or {})["reasons"])
    older = replace(missed, reason=missed.reason.replace(" ", ", ", 1))
    assert missed_said(plan, older, why[missed.suspect], "zh") == sentence(why[missed.suspect], "zh") != older.reason
    others: list[dict[str, Any] | None] = [None, {}, {"reasons": []}, {"reasons": {"P-other": "no-squad"}}]
    for made in others:
        foreign = replace(plan, made=made)
        assert missed_said(foreign, replace(missed, reason="He has left."), why[missed.suspect], "zh") == "He has left."
        assert missed_said(foreign, replace(missed, reason="no-squad"), why[missed.suspect], "zh") != "no-squad"
