"""Call signs: they go on with the same people, and whoever is new has a number that nobody had before."""

from dataclasses import replace

import pytest

from planner import operation as op
from planner.call_signs import with_call_signs
from planner.plan import Plan, Team
from planner.rules import check
from planner.run_report import with_report
from planner.scenario import Parent, Scenario
from planner.solver import Clock, Limit, solve
from tests.two_doors import ten_minutes, two_squads

OPERATION = ten_minutes()


def called(plan: Plan, **names: str) -> Plan:
    """The plan with other names of its teams and units."""
    teams = tuple(Team(names.get(t.id, t.id), t.commander, t.assembly, _all(t.units, names)) for t in plan.teams)
    return replace(plan, teams=teams, units=tuple(replace(u, id=names.get(u.id, u.id)) for u in plan.units))


def _all(units: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(unit, unit) for unit in units)


PARENT = called(two_squads(), SQ1="T01-1", SQ2="T02-1", E1="E01", F1="F01")
OTHERS = {"O01": "O03", "O05": "O15", "O23": "O24", "O24": "O23"}
"""People who change places, so that the first squad has nobody who was in it."""


def replanned(plan: Plan, parent: Plan = PARENT, operation: op.Operation = OPERATION) -> Plan:
    """The plan as a replan of the parent that is about to be handed out."""
    return with_call_signs(Scenario(operation, Parent(parent, OPERATION)), plan)


def swapped(plan: Plan, names: dict[str, str]) -> Plan:
    """The plan with people in the places of others."""
    units = tuple(replace(u, officers=tuple(names.get(o, o) for o in u.officers)) for u in plan.units)
    return replace(plan, units=units)


def test_the_same_people_keep_their_call_signs() -> None:
    """A replan in which nothing changes has the names of its parent, and tells the highest numbers."""
    found = replanned(PARENT)
    assert found == PARENT
    assert found.made == {"call_signs": {"E": 1, "F": 1, "T": 2, "T01-": 1, "T02-": 1}}


def test_other_people_under_an_old_name_have_a_new_one() -> None:
    """A squad whose name was somebody else's is called after the highest number of its team; the team stays."""
    found = replanned(swapped(PARENT, OTHERS))
    assert [u.id for u in found.units] == ["T01-2", "T02-1", "E01", "F01"]
    assert found.teams[0].units == ("T01-2",)


@pytest.mark.parametrize("name", ["T01-01", "T01-2", "T01-7"])
def test_no_number_of_a_plan_before_is_used_again(name: str) -> None:
    """A squad that a replan makes is called above all that the parent or a plan before it used, written in one way."""
    parent = replace(PARENT, made={"call_signs": {"T01-": 7, "T": 9, "E": 4}})
    found = replanned(swapped(called(PARENT, **{"T01-1": name}), OTHERS), parent)
    assert found.teams[0].units == ("T01-8",)
    assert found.made is not None and found.made["call_signs"]["T01-"] == 8


def test_new_teams_and_units_have_new_names() -> None:
    """Team, escort and forensic unit of other people are called above all that were there."""
    plan = swapped(called(PARENT, T01="T05", **{"T01-1": "T05-1"}), OTHERS)
    plan = replace(plan, teams=(replace(plan.teams[0], commander="O22"), plan.teams[1]))
    parent = replace(PARENT, made={"call_signs": {"T": 9}})
    found = replanned(plan, parent)
    assert [team.id for team in found.teams] == ["T10", "T02"]
    assert found.teams[0].units == ("T10-1",)


def test_names_of_rosters_and_pins_stay() -> None:
    """A team that a pin names keeps its name whoever serves in it, and no new team takes it."""
    pinned = replace(OPERATION, pins=(op.SiteInTeam("S1", "T10"),))
    plan = swapped(called(PARENT, T01="T10", T02="T33"), OTHERS)
    plan = replace(plan, teams=tuple(replace(t, commander=c) for t, c in zip(plan.teams, ("O22", "O16"), strict=True)))
    found = replanned(plan, replace(PARENT, made={"call_signs": {"T": 9}}), pinned)
    assert [team.id for team in found.teams] == ["T10", "T11"]


@pytest.mark.parametrize("made", [{"call_signs": 5}, {"call_signs": {"T01-": "x", 4: 4}}, {}, None])
def test_a_report_may_hold_anything(made: dict[str, object] | None) -> None:
    """What is no table of numbers is passed over."""
    assert replanned(PARENT, replace(PARENT, made=made)) == PARENT


def test_a_squad_has_the_same_name_through_a_chain_of_replans() -> None:
    """Officers fall ill, one squad after another is made anew: no call sign comes back with other people."""
    scenario = Scenario(OPERATION)
    plan, operation, seen = (
        with_report(scenario, solve(scenario, Clock(Limit(None, 40)))),
        OPERATION,
        dict[str, set[str]](),
    )
    for _ in range(3):
        seen |= {u.id: set(u.officers) for u in plan.units}
        squad = next(u for u in plan.units if u.kind == "squad")
        left = tuple(o for o in operation.officers if o.id not in squad.officers[:2])
        scenario = Scenario(replace(operation, officers=left), Parent(plan, operation))
        plan, operation = with_report(scenario, solve(scenario, Clock(Limit(None, 40)))), scenario.operation
        assert not check(scenario, plan)
        for unit in plan.units:
            assert unit.id not in seen or seen[unit.id] & set(unit.officers)
