"""Faults planted in a draft are shown where they are, whatever ids the operation has."""

import json
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient

from planner import operation as op
from planner.byhand import concerned_items, find_violations, make_move
from planner.files import Unreadable, dump_operation, dump_plan, parse_operation, parse_plan
from planner.plan import Guards, Plan
from planner.scenario import Parent, Scenario
from planner.solver.missed import empty_plan
from tests.house import House, token
from tests.kept_plans import kept
from tests.stored_plans import stored
from tests.test_byhand import any_move
from tests.two_doors import (
    ten_minutes,
    two_squads,
    with_guards,
    with_interview,
    with_row,
    with_stop,
    with_team,
    with_unit,
)

Planted = tuple[op.Operation, Plan, str, set[str]]


def planted() -> dict[str, Planted]:
    """What was done -> the operation, the plan with the fault, the rule, and where the board must show it."""
    made, sound, guarded = ten_minutes(), two_squads(), with_guards()
    crew, walk = sound.units_by_id["SQ2"].officers, made.doctrine.duty_max
    few = replace(made, places=tuple(replace(p, cells=1) if p.id == "K1" else p for p in made.places))
    both_in_one = with_interview(sound, "P02", room=1, start=60, end=150)
    return {
        "man and woman in one van": (made, with_unit(sound, "E1", vehicles=("V8",)), "R16", {"unit:E1"}),
        "officer in two squads": (made, with_unit(sound, "SQ2", officers=(*crew, "O01")), "R1", {"officer:O01"}),
        "too few officers": (made, with_unit(sound, "SQ1", officers=("O05", "O23")), "R10", {"squad:SQ1", "site:S1"}),
        "no woman": (made, with_unit(sound, "E1", officers=("O19", "O22")), "R16", {"unit:E1"}),
        "no commander": (made, with_team(sound, "T01", commander="O16"), "R6", {"team:T01", "officer:O16"}),
        "late squad": (made, with_stop(sound, "SQ1", 1, start=-15, end=40), "R8", {"squad:SQ1", "site:S1"}),
        "custody full": (few, sound, "R17", {"squad:SQ1", "unit:E1"}),
        "one interviewer": (made, with_interview(sound, "P01", officers=("O03",)), "R19", {"site:S1", "officer:O03"}),
        "room taken": (made, both_in_one, "R19", {"site:S1", "site:S2"}),
        "guard missing": (
            made,
            with_unit(guarded, "SQ1", guards=Guards(("O14",), ("V5",))),
            "R18",
            {"squad:SQ1", "site:S1"},
        ),
        "nobody keeps the scene": (
            made,
            with_unit(guarded, "SQ1", guards=Guards()),
            "R18",
            {"squad:SQ1", "site:S1"},
        ),
        "vehicle overfull": (made, with_unit(sound, "SQ2", vehicles=("V2",)), "R3", {"squad:SQ2"}),
        "vehicle in two squads": (made, with_unit(sound, "SQ2", vehicles=("V1", "V2")), "R1", {"vehicle:V1"}),
        "nobody delivers": (
            made,
            with_unit(sound, "SQ1", stops=sound.units_by_id["SQ1"].stops[:2]),
            "R12",
            {"site:S1"},
        ),
        "too long on duty": (
            made,
            with_stop(sound, "SQ2", 1, start=walk, end=walk + 60),
            "R5",
            {"squad:SQ2"},
        ),
        "of another team": (with_row(made, "officers", "O01", team="T02"), sound, "R11", {"officer:O01", "squad:SQ1"}),
        "order of the commander": (
            replace(made, pins=(op.OfficerAtSite("O01", "S2"),)),
            sound,
            "R20",
            {"officer:O01", "site:S2"},
        ),
    }


PLANTED = planted()


def draft_of(client: FlaskClient, address: str, plan: Plan) -> str:
    """The address of the draft that an upload of the plan opens, changed from the stored plan at this address."""
    _, _, key, _, parent, _ = address.split("/")
    file = BytesIO(json.dumps(dump_plan(plan)).encode()), "plan.json"
    form = {"csrf_token": token(client), "plan": parent, "file": file}
    answer = client.post(f"/operations/{key}/drafts/upload", data=form)
    assert answer.status_code == 302 and "/drafts/" in answer.headers["Location"], answer.text
    return answer.headers["Location"]


def told_after(client: FlaskClient, address: str, plan: Plan) -> dict[str, Any]:
    """The state of that draft."""
    told: dict[str, Any] = json.loads(client.get(draft_of(client, address, plan) + "state").text)
    return told


def drawn(told: dict[str, Any]) -> set[str]:
    """Every place that the board draws."""
    squads = [*told["loose"], *(squad for team in told["teams"] for squad in team["squads"])]
    units = [*squads, *told["units"]]
    officers = [o for unit in units for o in unit["officers"]] + [team["commander"] for team in told["teams"]]
    return {
        *(f"team:{team['id']}" for team in told["teams"]),
        *(f"squad:{squad['id']}" for squad in squads),
        *(f"unit:{unit['id']}" for unit in told["units"]),
        *(f"officer:{o}" for o in (*officers, *told["reserve"]["officers"])),
        *(f"vehicle:{v}" for v in (*told["reserve"]["vehicles"], *(v for u in units for v in u["vehicles"]))),
        *(f"site:{s}" for s in (*told["skipped"], *(site["id"] for squad in squads for site in squad["sites"]))),
    }


def places(violation: dict[str, Any]) -> set[str]:
    """Where a violation is shown."""
    return {f"{place['kind']}:{place['id']}" for place in violation["places"]}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_shown_where_it_is(house: House, name: str) -> None:
    """It is in the list with a sentence, and at each card, chip or site of the board that it concerns."""
    operation, plan, rule, where = PLANTED[name]
    client = house.client()
    address = stored(house, dump_operation(operation), dump_plan(empty_plan(Scenario(operation))))
    told = told_after(client, address, plan)
    mine = [one for one in told["violations"] if one["rule"] == rule and where <= places(one)]
    assert mine and all(one["text"] for one in mine), told["violations"]
    assert where <= drawn(told)
    assert all(places(one) & drawn(told) for one in told["violations"])


def with_same_ids(operation: op.Operation, plan: Plan) -> tuple[op.Operation, Plan]:
    """The same, where each vehicle, suspect, unit and team has the id of an officer."""
    text, names = json.dumps([dump_operation(operation), dump_plan(plan)]), {}
    tables: tuple[Any, ...] = (operation.vehicles, operation.suspects, plan.units, plan.teams)
    for rows in tables:
        for row, officer in zip(rows, operation.officers, strict=False):
            names[row.id] = officer.id
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"~{new}"')
    operation_document, plan_document = json.loads(text.replace("~", ""))
    return parse_operation(operation_document), parse_plan(plan_document)


@pytest.mark.parametrize("name", PLANTED)
def test_one_id_of_many_things_leads_to_the_right_one(name: str) -> None:
    """Where vehicles, suspects, units and teams have officers' ids, the kinds that are told are the same."""
    operation, plan, *_ = PLANTED[name]
    same = with_same_ids(operation, plan)

    def kinds(of: op.Operation, made: Plan) -> list[list[str]]:
        scenario = Scenario(of)
        return sorted([kind for kind, _ in concerned_items(scenario, made, v)] for v in find_violations(scenario, made))

    assert kinds(*same) == kinds(operation, plan) and {r.id for r in same[0].vehicles} <= same[0].officers_by_id.keys()


@pytest.mark.parametrize(("name", "kind"), [("vehicle in two squads", "vehicle"), ("vehicle overfull", "squad")])
def test_the_page_leads_to_the_vehicle_not_to_the_officer_of_its_id(house: House, name: str, kind: str) -> None:
    """A vehicle that serves twice is marked where it stands, and so is the squad with too few seats."""
    operation, plan = with_same_ids(*PLANTED[name][:2])
    address = stored(house, dump_operation(operation), dump_plan(empty_plan(Scenario(operation))))
    told = told_after(house.client(), address, plan)
    assert [place["kind"] for place in told["violations"][0]["places"]] == [kind]


@pytest.mark.parametrize("seed", range(3))
def test_everything_that_a_rule_names_is_found(seed: int) -> None:
    """Forty moves of any kind: each id that a violation names, and that anything has, is told with its kind."""
    rng = Random(seed)
    scenario, plan = kept("solved", "one-city")
    near = Scenario(scenario.operation, Parent(plan, scenario.operation))
    for _ in range(40):
        try:
            plan = make_move(near, plan, any_move(rng, near, plan))
        except Unreadable:
            continue
        for violation in find_violations(near, plan):
            told = {name for _, name in concerned_items(near, plan, violation)}
            assert {name for name in violation.subjects if name in known(near.operation, plan)} <= told, violation


def known(operation: op.Operation, plan: Plan) -> set[str]:
    """Every id that anything has."""
    rows: tuple[Any, ...] = (operation.officers, operation.vehicles, operation.suspects, plan.units, plan.teams)
    return {*operation.points_by_id, *(row.id for table in rows for row in table)}
