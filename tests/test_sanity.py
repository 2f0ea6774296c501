"""What a commander would ask about a plan: each figure on plans made by hand."""

from dataclasses import replace
from math import isnan

import click
import pytest
from click.testing import CliRunner

from planner import operation as op
from planner.bench import sense
from planner.bench.examples import EXAMPLES
from planner.bench.sanity import sanity, table
from planner.files import read_operation, write_plan
from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.missed import empty_plan
from tests.operations import officer
from tests.two_doors import guards_after_two, one_squad, ten_minutes, two_squads, with_guards, with_stop, with_unit

AT_HAND = Scenario(ten_minutes())
LATE = with_stop(two_squads(), "SQ1", 1, end=60)
NO_OWN_WAY = Scenario(replace(ten_minutes(), doctrine=op.Doctrine(own_way=5)))


@pytest.mark.parametrize(
    ("figure", "scenario", "plan", "expected"),
    [
        (sense.longest_at_door, AT_HAND, two_squads(), 40),
        (sense.longest_at_door, AT_HAND, LATE, 60),
        (sense.longest_at_door, AT_HAND, one_squad(), 40),
        (sense.farthest_past_custody, AT_HAND, two_squads(), 20),
        (sense.without_seat, AT_HAND, two_squads(), 0),
        (sense.without_seat, NO_OWN_WAY, two_squads(), 2),
        (sense.without_seat, NO_OWN_WAY, with_unit(two_squads(), "SQ2", vehicles=("V2",)), 3),
        (sense.shortest_break, AT_HAND, two_squads(), 15),
        (sense.most_interviews, AT_HAND, two_squads(), 2),
        (sense.longest_to_interview, AT_HAND, two_squads(), 105),
        (sense.beyond_the_raid, AT_HAND, two_squads(), 0),
        (sense.beyond_the_raid, AT_HAND, LATE, 60),
        (sense.beyond_the_need, AT_HAND, two_squads(), 0),
        (sense.beyond_the_need, AT_HAND, with_guards(), 2),
        (sense.beyond_the_need, AT_HAND, one_squad(), 0),
        (sense.longest_approach, AT_HAND, two_squads(), 20),
        (sense.way_home, AT_HAND, two_squads(), 190),
        (sense.agencies_in_squad, AT_HAND, two_squads(), 1),
        (sense.teams_of_one, AT_HAND, two_squads(), 2),
        (sense.commanders_from_afar, AT_HAND, two_squads(), 0),
        (sense.needless_vehicles, AT_HAND, two_squads(), 0),
        (sense.needless_vehicles, AT_HAND, with_unit(two_squads(), "SQ1", vehicles=("V1", "V5")), 1),
        (
            sense.needless_vehicles,
            AT_HAND,
            with_unit(two_squads(), "E1", officers=("O19", "O24", "O20"), vehicles=("V7", "V8", "V9")),
            1,
        ),
        (sense.needless_vehicles, AT_HAND, with_guards(), 0),
        (sense.needless_vehicles, AT_HAND, guards_after_two(), 0),
    ],
)
def test_a_figure_is_what_is_counted_by_hand(
    figure: sense.Figure, scenario: Scenario, plan: Plan, expected: float
) -> None:
    """Every figure of a small plan is what one counts on the paper."""
    assert figure(scenario, plan) == expected


def test_a_full_custody_place_is_no_place_to_stop_at() -> None:
    """Who is driven past a place without a free cell is not driven past it."""
    places = tuple(replace(p, cells=1) if p.id == "K1" else p for p in ten_minutes().places)
    sites = ("S2", "K1"), ("S2", "K2")
    legs = tuple(op.Leg(*way, minutes) for way, minutes in zip(sites, (10, 30), strict=True))
    scenario = Scenario(replace(ten_minutes(), places=places, legs=legs))
    talks = tuple(t for t in two_squads().interviews if t.suspect != "P01")
    squad = with_stop(two_squads(), "SQ1", 2, place="K2")
    assert sense.farthest_past_custody(scenario, replace(squad, interviews=talks)) == 0


def test_a_commander_from_afar_is_one_beside_an_idle_local() -> None:
    """One who is fetched from far counts only while a local of rank has no part, and is in time."""
    base = op.Place("B2", "远局", "base", "雅安", 29.99, 103.01)
    far, idle = officer(30, base="B2", rank=4, available_from=-2000), officer(31, rank=3)
    legs = tuple(op.Leg("B2", a, 200) for a in ("A1", "A2"))
    made = ten_minutes()
    whole = replace(made, places=(*made.places, base), officers=(*made.officers, far, idle), legs=legs)
    plan = two_squads()
    plan = replace(plan, teams=(replace(plan.teams[0], commander="O30"), plan.teams[1]))
    assert sense.commanders_from_afar(Scenario(whole), plan) == 1
    for less in ({"available_from": -55}, {"rank": 2}, {"team": "T02"}, {"available_to": 30}):
        short = (*made.officers, far, replace(idle, **less))
        ranks = tuple(o if o.id in {"O30", "O31"} or o.rank < 3 else replace(o, rank=2) for o in short)
        assert sense.commanders_from_afar(Scenario(replace(whole, officers=ranks)), plan) == 0, less


def test_nothing_to_measure_is_no_figure() -> None:
    """The plan in which everybody is missed has no break, and no other figure above 0."""
    nothing = empty_plan(AT_HAND)
    found = {name: figure(AT_HAND, nothing) for name, figure in sense.FIGURES.items()}
    assert isnan(found.pop("least break, min"))
    assert not any(found.values())


def test_a_plan_that_breaks_rules_has_no_figures() -> None:
    """Of such a plan the table tells the number of broken rules and no more."""
    broken = with_stop(two_squads(), "SQ1", 1, start=-5)
    *_, good, bad = table([("two-doors", AT_HAND, two_squads()), ("two-doors", AT_HAND, broken)])
    assert good.startswith("| two-doors | 0 | 1 |")
    assert good.count("|") == len(sense.FIGURES) + 5
    assert bad.startswith("| two-doors | ")
    assert not bad.startswith("| two-doors | 0")
    assert bad.count("|") == 3


def test_the_command_measures_a_given_plan(tmp_path) -> None:
    """A plan's file is measured as its example's; a plan of anything else is refused by its name."""
    file, other = tmp_path / "plan.json", tmp_path / "other.json"
    write_plan(empty_plan(Scenario(read_operation(EXAMPLES / "tiny.json"))), file)
    write_plan(two_squads(), other)
    result = CliRunner().invoke(sanity, ["--plan", str(file)])
    assert result.exit_code == 0, result.output
    assert [line.split("|")[1].strip() for line in result.output.splitlines()] == ["example", "---", "tiny"]
    refused = CliRunner().invoke(sanity, ["--plan", str(other)])
    assert refused.exit_code == click.UsageError.exit_code
    assert "other.json" in refused.output


def test_the_command_makes_a_plan_where_none_is_given() -> None:
    """An example that is named is planned within the seconds."""
    result = CliRunner().invoke(sanity, ["tiny", "--seconds", "5"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[2].startswith("| tiny | 0 |")
