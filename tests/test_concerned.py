"""What a violation concerns on a board, by the kinds that its rule names; and plans that come from a file."""

from dataclasses import replace

import pytest

from planner import operation as op
from planner.byhand.concerned import Concerned, concerned_items
from planner.byhand.making import asked_starts, broken_text, make_move
from planner.byhand.moves import FileMove, Move, SiteMove, StartMove
from planner.files import Unreadable
from planner.rules import Violation
from planner.scenario import Scenario
from tests.two_doors import ten_minutes, two_squads, with_unit

SUSPECTS = {row.id: row.site for row in ten_minutes().suspects}
TOLD: list[tuple[Violation, list[Concerned]]] = [
    # one id may be an officer's and a vehicle's: the rule tells which
    (Violation("R1", "officer serves twice", ("O01",)), [("officer", "O01")]),
    (Violation("R1", "vehicle serves twice", ("V1",)), [("vehicle", "V1")]),
    # the last kind stands for all that follow, and a rule without a row of its own concerns a unit and its stop
    (
        Violation("R9", "warrant ends before", ("S2", "P02", "P03")),
        [("site", "S2"), ("suspect", "P02"), ("suspect", "P03")],
    ),
    (Violation("R8", "too short", ("SQ1", "S1", "K1")), [("squad", "SQ1"), ("site", "S1"), ("place", "K1")]),
    (Violation("R14", "too short", ("E1", "K1")), [("unit", "E1"), ("place", "K1")]),
    # of a rule whose violations mostly concern something else
    (Violation("R6", "whatever", ("T01", "O06")), [("team", "T01"), ("officer", "O06")]),
    # a suspect is shown at the site, a custody place alone at every unit that delivers there
    (Violation("R17", "too late", ("P01",)), [("suspect", "P01"), ("site", SUSPECTS["P01"])]),
    (Violation("R17", "too few cells", ("K1",)), [("place", "K1"), ("squad", "SQ1"), ("unit", "E1")]),
    # the commander is named for the team; whoever else commands nothing, for the unit
    (Violation("R11", "too low", ("O06", "T01")), [("officer", "O06"), ("team", "T01")]),
    (Violation("R11", "too low", ("O01", "SQ1")), [("officer", "O01"), ("squad", "SQ1")]),
    # what is not there is left out, and a rule on the whole plan concerns nothing in particular
    (Violation("R1", "officer serves twice", ("nobody",)), []),
    (Violation("R2", "too many teams", ()), []),
]


@pytest.mark.parametrize(("violation", "items"), TOLD)
def test_a_violation_concerns_what_its_rule_names(violation: Violation, items: list[Concerned]) -> None:
    """In turn, each once."""
    assert concerned_items(Scenario(ten_minutes()), two_squads(), violation) == items


@pytest.mark.parametrize(
    ("pin", "items"),
    [
        (op.OfficerAtSite("O01", "S2"), [("officer", "O01"), ("site", "S2")]),
        (op.OfficerNotAtSite("O01", "S1"), [("officer", "O01"), ("site", "S1")]),
        (op.OfficerReserved("O01"), [("officer", "O01")]),
        (op.SiteSkipped("S1"), [("site", "S1")]),
    ],
)
def test_an_order_that_does_not_hold_concerns_whom_it_names(pin: op.Pin, items: list[Concerned]) -> None:
    """By the fields of the order; its other figures are nothing on a board."""
    operation = replace(ten_minutes(), pins=(op.SiteSkipped("S2"), pin))
    named = [str(getattr(pin, name)) for name in type(pin).__slots__]
    violation = Violation("R20", "pin does not hold", tuple(named), {"pin": 1})
    assert concerned_items(Scenario(operation), two_squads(), violation) == items


def test_starts_that_a_hand_gave_end_with_the_raid_or_with_another_file() -> None:
    """The last minute counts; a site that is left out, or set free, has none; a plan from a file begins anew."""
    moves: list[Move] = [StartMove("S1", 5), StartMove("S2", 10), StartMove("S1", 15)]
    assert asked_starts(moves) == {"S1": 15, "S2": 10}
    assert asked_starts([*moves, StartMove("S1", None), SiteMove("S2", None)]) == {}
    assert asked_starts([*moves, FileMove(two_squads()), StartMove("S2", 20)]) == {"S2": 20}


def test_a_plan_from_a_file_that_names_what_is_not_there_is_refused() -> None:
    """With the checker's own words beside what they concern; one that only breaks a rule is taken for mending."""
    strange = with_unit(two_squads(), "SQ1", officers=("O01", "O05", "nobody"))
    with pytest.raises(Unreadable) as refused:
        make_move(Scenario(ten_minutes()), two_squads(), FileMove(strange))
    assert [fault.code for fault in refused.value.faults] == ["rule"]
    assert "nobody" in refused.value.faults[0].place and refused.value.faults[0].values["broken"]
    weak = with_unit(two_squads(), "SQ1", officers=("O01", "O05"))
    assert make_move(Scenario(ten_minutes()), two_squads(), FileMove(weak)) == weak


def test_a_broken_rule_is_told_with_its_figures() -> None:
    """Where it has some."""
    assert broken_text(Violation("R17", "too few cells", ("K1",), {"cells": 1, "held": 2})) == (
        "too few cells (cells 1, held 2)"
    )
    assert broken_text(Violation("R17", "too late", ("P01",))) == "too late"
