"""Moves that a hand makes on a plan: what each does, which are refused, and where the rules that they break break."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from planner import operation as op
from planner.byhand import Move, after_moves, dump_move, find_violations, make_move, read_move
from planner.byhand.fitting import BEST, find_fits
from planner.byhand.moves import (
    AddMove,
    CommanderMove,
    OfficerMove,
    RemoveMove,
    SiteMove,
    SquadMove,
    StartMove,
    SwapMove,
    VehicleMove,
)
from planner.files import Unreadable, dump_plan, parse_plan
from planner.plan import Plan, Stop
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import score
from tests.kept_plans import kept
from tests.two_doors import guards_after_two, one_squad, ten_minutes, two_squads, with_row, with_unit

Told = tuple[str, str, tuple[str, ...]]


def scenario_of(plan: Plan, operation: op.Operation | None = None, now: int | None = None) -> Scenario:
    """The plan as the one that a hand begins with."""
    made = operation or ten_minutes()
    return Scenario(made, Parent(plan, made), now)


def told(*moves: Move, plan: Plan | None = None, operation: op.Operation | None = None) -> set[Told]:
    """What is broken after the moves."""
    start = plan or two_squads()
    scenario = scenario_of(start, operation)
    found = find_violations(scenario, after_moves(scenario, start, moves))
    return {(v.rule, v.wrong, v.subjects) for v in found}


def stops(plan: Plan, unit: str) -> list[tuple[str, str, int]]:
    """Task, place and start of a unit's stops."""
    return [(s.task, s.place, s.start) for s in plan.units_by_id[unit].stops]


EVERY: tuple[Move, ...] = (
    OfficerMove("O01", "SQ2"),
    OfficerMove("O01"),
    CommanderMove("O01", "T01"),
    VehicleMove("V1"),
    SquadMove("SQ1", "T02"),
    SiteMove("S1", "SQ2", 0),
    SwapMove(("SQ1", "SQ2")),
    StartMove("S1", 30),
    AddMove("T01"),
    RemoveMove(squad="SQ1"),
)


@pytest.mark.parametrize("move", EVERY, ids=lambda m: type(m).__name__)
def test_a_move_is_the_same_after_json(move: Move) -> None:
    """What is written is read as the same move."""
    assert read_move(dump_move(move)) == move


@pytest.mark.parametrize(
    ("data", "place", "code"),
    [
        ([], "move", "value-not-object"),
        ({"kind": "oficer"}, "move.kind", "none-of"),
        ({"kind": None}, "move.kind", "none-of"),
        ({"kind": "officer"}, "move.officer", "missing"),
        ({"kind": "officer", "officer": 3}, "move.officer", "not-text"),
        ({"kind": "start", "site": "S1", "start": 1.5}, "move.start", "not-whole"),
        ({"kind": "add", "team": "T", "squad": "S"}, "move.squad", "unknown-key"),
        ({"kind": "swap", "squads": ["A", "A"]}, "move.squads", "not-two-squads"),
        ({"kind": "remove"}, "move", "squad-or-team"),
    ],
)
def test_what_is_no_move_is_refused(data: Any, place: str, code: str) -> None:
    """Each fault is told with its place."""
    with pytest.raises(Unreadable) as refused:
        read_move(data)
    assert [(f.place, f.code) for f in refused.value.faults] == [(place, code)]
    assert refused.value.faults[0].text("zh")


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (OfficerMove("O99"), "unknown-officer"),
        (OfficerMove("O01", "SQ9"), "unknown-unit"),
        (OfficerMove("O06", "SQ2"), "commander-leaves"),
        (CommanderMove("O01", "T9"), "unknown-team"),
        (VehicleMove("V99"), "unknown-vehicle"),
        (SquadMove("E1", "T01"), "unknown-squad"),
        (SiteMove("S9", "SQ1"), "unknown-site"),
        (SwapMove(("SQ1", "E1")), "unknown-squad"),
        (StartMove("S9", 1), "unknown-site"),
        (RemoveMove(team="T01"), "team-has-squads"),
    ],
)
def test_moves_of_what_is_not_there_are_refused(move: Move, code: str) -> None:
    """The plan is not touched; the fault has a sentence in both languages."""
    with pytest.raises(Unreadable) as refused:
        make_move(scenario_of(two_squads()), two_squads(), move)
    assert [f.code for f in refused.value.faults] == [code]
    assert refused.value.faults[0].text("en") != refused.value.faults[0].text("zh")


@pytest.mark.parametrize(
    "move",
    [OfficerMove("O01"), OfficerMove("O14", "SQ1"), VehicleMove("V1"), SquadMove("SQ1", "T02"), SiteMove("S1"),
     SwapMove(("SQ1", "SQ2")), StartMove("S1", 30), StartMove("S2", 3), RemoveMove(squad="SQ1")],
    ids=str,
)  # fmt: skip
def test_what_has_begun_stays(move: Move) -> None:
    """Five minutes after H nobody moves what stands at a door."""
    with pytest.raises(Unreadable) as refused:
        make_move(scenario_of(two_squads(), now=5), two_squads(), move)
    assert refused.value.faults[0].code in ("squad-has-begun", "site-has-begun", "start-is-past")


def test_while_it_runs_what_is_to_come_may_be_moved() -> None:
    """After its first door a squad of two may be relieved of the second; nothing that began is changed by that."""
    plan, scenario = guards_after_two(), scenario_of(guards_after_two(), now=20)
    found = make_move(scenario, plan, SiteMove("S1"))
    assert stops(found, "SQ2")[:2] == stops(plan, "SQ2")[:2] and "S1" not in found.raids_by_site
    assert not {v.rule for v in find_violations(scenario, found)} & {"N1", "N2", "N3"}


FAULTS: list[tuple[tuple[Move, ...], Told]] = [
    ((OfficerMove("O01"),), ("R10", "lacks", ("SQ1", "S1"))),
    ((VehicleMove("V2"),), ("R3", "too few seats", ("SQ2",))),
    ((VehicleMove("V7", "SQ1"),), ("R16", "not kept apart", ("E1",))),
    ((OfficerMove("O19"),), ("R15", "crew too small", ("E1",))),
    ((OfficerMove("O24"),), ("R16", "no woman among the officers", ("E1",))),
    ((OfficerMove("O02"),), ("R18", "not two forensic officers", ("F1",))),
    ((SquadMove("SQ1", "T02"),), ("R6", "span of control", ("T01",))),
    ((CommanderMove("O01", "T01"),), ("R6", "commander's rank", ("T01", "O01"))),
    ((SiteMove("S2", "SQ1"),), ("R12", "not delivered", ("P01",))),
    ((SiteMove("S1", "SQ2"),), ("R8", "order of stops", ("SQ1",))),
    ((StartMove("S1", 300),), ("R9", "hour of the raid", ("S1",))),
    ((StartMove("S2", 900),), ("R5", "unit too long on duty", ("SQ2",))),
    ((AddMove("T01"),), ("R1", "empty unit", ("T01-1",))),
    ((AddMove("T01"), SiteMove("S2", "T01-1")), ("R10", "lacks", ("T01-1", "S2"))),
]


@pytest.mark.parametrize(("moves", "expected"), FAULTS[:11] + FAULTS[12:], ids=lambda value: str(value)[:60])
def test_planted_faults_are_told_where_they_are(moves: tuple[Move, ...], expected: Told) -> None:
    """Each kind of rule that a hand can break is found at once, with the ids at which it breaks."""
    assert expected in told(*moves)


def test_faults_of_pins_rosters_and_hours_are_told() -> None:
    """What the operation asks of a person or a door is asked of what a hand makes."""
    made = with_row(ten_minutes(), "officers", "O13", team="T02")
    assert ("R11", "of another team", ("O13", "SQ1")) in told(OfficerMove("O13", "SQ1"), operation=made)
    made = with_row(ten_minutes(), "officers", "O14", available_to=30)
    assert ("R4", "no longer available", ("SQ1", "O14")) in told(OfficerMove("O14", "SQ1"), operation=made)
    made = replace(ten_minutes(), pins=(op.SiteStart("S1", 0), op.OfficerAtSite("O01", "S1")))
    assert {v[0] for v in told(StartMove("S1", 30), operation=made)} == {"R20"}
    assert "R20" in {v[0] for v in told(OfficerMove("O01"), operation=made)}


def test_a_door_takes_its_detainees_and_its_exam_along() -> None:
    """The second squad raids both doors: times follow, the examiners come later, the detainee is driven by it."""
    plan = two_squads()
    found = make_move(scenario_of(plan), plan, SiteMove("S1", "SQ2"))
    assert stops(found, "SQ2") == stops(one_squad(), "SQ2")
    assert found.deliveries_by_suspect["P01"][0].id == "SQ2" and stops(found, "F1") == [("exam", "S1", 85)]
    assert {t.suspect for t in found.interviews} == {"P01", "P02", "P03"}
    first = make_move(scenario_of(plan), plan, SiteMove("S1", "SQ2", 0))
    assert [s.place for s in first.units_by_id["SQ2"].stops if s.task == "raid"] == ["S1", "S2"]
    assert ("R12", "not delivered", ("P01",)) in told(SiteMove("S1", "SQ2", 0))


def test_a_door_that_nobody_raids_is_missed_and_comes_back() -> None:
    """Its exam, pickups and interviews go with it; raided again by its squad the plan is as good as before."""
    plan, scenario = two_squads(), scenario_of(two_squads())
    out = make_move(scenario, plan, SiteMove("S2"))
    assert {m.suspect for m in out.missed} == {"P02", "P03", "P04"} and "E1" not in out.units_by_id
    assert {t.suspect for t in out.interviews} == {"P01"} and score(scenario, out).missed == 4 - 1
    back = make_move(scenario, out, SiteMove("S2", "SQ2"))
    assert back.deliveries_by_suspect["P02"][0].id == "SQ2" and score(scenario, back).missed == 1


def test_a_raid_keeps_the_minute_that_a_hand_gave_it() -> None:
    """Later moves of the same squad do not forget it, until it is taken back."""
    plan, scenario = two_squads(), scenario_of(two_squads())
    moves: list[Move] = [StartMove("S1", 30), OfficerMove("O14", "SQ1"), SquadMove("SQ1", "T02")]
    assert after_moves(scenario, plan, moves).raids_by_site["S1"][1].start == 30
    assert after_moves(scenario, plan, [*moves, StartMove("S1")]).raids_by_site["S1"][1].start == 0


def test_two_commanders_change_places() -> None:
    """A team is never without one; who commanded neither goes to the reserve."""
    plan, scenario = two_squads(), scenario_of(two_squads())
    changed = make_move(scenario, plan, CommanderMove("O18", "T01"))
    assert [t.commander for t in changed.teams] == ["O18", "O06"] and not find_violations(scenario, changed)
    other = make_move(scenario, plan, CommanderMove("O14", "T01"))
    assert other.teams[0].commander == "O14" and all("O06" not in u.officers for u in other.units)


def test_guards_stay_as_long_as_their_door_is_the_squads_last() -> None:
    """Who keeps a scene keeps it no more once the squad ends at another door, or one of them has left."""
    late = with_row(ten_minutes(), "officers", "O02", available_from=140)  # examines no sooner
    plan, scenario = guards_after_two(), scenario_of(guards_after_two(), late)
    assert make_move(scenario, plan, OfficerMove("O14", "SQ2")).units_by_id["SQ2"].guards.officers
    assert not make_move(scenario, plan, SiteMove("S2", "SQ2")).units_by_id["SQ2"].guards.officers
    assert not make_move(scenario, plan, OfficerMove("O07")).units_by_id["SQ2"].guards.officers


def test_a_move_to_where_it_is_changes_nobody() -> None:
    """Every squad of a kept plan is put where it stands: nobody's orders change, nothing breaks."""
    scenario, plan = kept("solved", "one-city")
    near = Scenario(scenario.operation, Parent(plan, scenario.operation))
    for unit in [u for u in plan.units if u.kind == "squad"]:
        last = [s.place for s in unit.stops if s.task == "raid"][-1]
        found = make_move(near, plan, SiteMove(last, unit.id))
        assert score(near, found).changes == 0 and not find_violations(near, found)


def any_move(rng: Random, scenario: Scenario, plan: Plan) -> Move:
    """Some move of what is there."""
    operation = scenario.operation
    squads = [u.id for u in plan.units if u.kind == "squad"]
    teams, units = [t.id for t in plan.teams], [None, *(u.id for u in plan.units)]
    site = rng.choice(operation.sites).id
    moves: list[Move] = [
        *(OfficerMove(rng.choice(operation.officers).id, rng.choice(units)) for _ in range(2)),
        CommanderMove(rng.choice(operation.officers).id, rng.choice(teams)),
        VehicleMove(rng.choice(operation.vehicles).id, rng.choice(units)),
        SquadMove(rng.choice(squads), rng.choice(teams)),
        *(SiteMove(site, rng.choice([None, *squads]), rng.choice([None, 0, 1])) for _ in range(2)),
        StartMove(site, rng.choice([None, 0, 3, 45, -20, 300])),
        AddMove(rng.choice(teams)),
        *([SwapMove((*rng.sample(squads, 2),))] if len(squads) > 1 else []),  # type: ignore[arg-type]
        *([RemoveMove(squad=rng.choice(squads))] if len(squads) > 2 else []),
    ]
    return rng.choice(moves)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_hand_does_can_be_checked_scored_and_written(seed: int) -> None:
    """Forty moves of any kind: each is made or refused, nothing else; everybody is arrested or missed at any time."""
    rng = Random(seed)
    scenario, plan = kept("solved", "one-city")
    near, moves = Scenario(scenario.operation, Parent(plan, scenario.operation)), list[Move]()
    for _ in range(40):
        move = any_move(rng, near, plan)
        try:
            plan = make_move(near, plan, move, moves)
        except Unreadable:
            continue
        moves.append(move)
        broken = find_violations(near, plan)
        assert bool(broken) == bool(check(near, plan))
        assert {v.wrong for v in broken if v.rule in ("R1", "R20")} <= {"empty unit", "pin does not hold"}
        assert all(isinstance(s, Stop) for u in plan.units for s in u.stops) and score(near, plan).missed >= 0
    assert parse_plan(dump_plan(plan)) == plan and moves


def test_best_fit_offers_the_reserve_and_command_where_that_breaks_nothing() -> None:
    """Who is one too many may stay behind; who has the rank may command; nobody else is offered either."""
    plan = with_unit(two_squads(), "SQ1", officers=("O01", "O05", "O23", "O14"))
    scenario = scenario_of(plan)
    rank = scenario.operation.doctrine.commander_rank
    found = {o: [fit.move for fit in find_fits(scenario, plan, "officer", o).best] for o in ("O14", "O01", "O15")}
    assert OfficerMove("O14") in found["O14"] and OfficerMove("O15") not in found["O15"]
    needed = find_fits(scenario_of(two_squads()), two_squads(), "officer", "O01").best
    assert OfficerMove("O01") not in [fit.move for fit in needed]
    for officer, moves in found.items():
        commands = any(isinstance(move, CommanderMove) for move in moves)
        assert commands == (scenario.operation.officers_by_id[officer].rank >= rank) and len(moves) <= BEST
    assert find_fits(scenario, plan, "vehicle", "V9").best
