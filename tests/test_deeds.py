"""What is done at a what-if desk: each wish makes edits that pass the gate, and what is undone leaves no trace."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import whatif
from planner.edit_history import Deed, deeds_in, edits_in_order, plain_deeds, undone
from planner.edits import Document, Edit, applied, differences, edits_of, plannable
from planner.files import Unreadable, dump_operation, parse_operation, parse_plan
from planner.render.edit_words import described
from tests.effort import slow_after

EXAMPLES = Path(__file__).parents[1] / "examples"
Wish = Callable[[Document], tuple[Edit, ...]]


def document(name: str = "one-city") -> dict[str, Any]:
    """An example as the gate writes it."""
    return dump_operation(parse_operation(json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))))


def plan(name: str = "one-city") -> Any:
    """The plan that is kept beside the example."""
    return parse_plan(json.loads((EXAMPLES / f"plans/{name}.json").read_text("utf-8")))


START = document()
OFFICER, OTHER = START["officers"][7]["id"], START["officers"][8]["id"]
SITE, THERE = START["sites"][0]["id"], START["sites"][1]["id"]
SUSPECT, CITY = START["suspects"][0]["id"], START["sites"][0]["city"]
TEAM = plan().teams[0].id
WISHES: dict[str, Wish] = {
    "officer ill": lambda d: whatif.gone(d, "officers", OFFICER),
    "officer late": lambda d: whatif.late(d, OTHER, 25),
    "officer lent": lambda d: whatif.lent(d, OTHER, TEAM),
    "officer in reserve": lambda d: whatif.reserved(d, OTHER),
    "officer at a door": lambda d: whatif.at_door(d, OTHER, SITE),
    "officer not at a door": lambda d: whatif.not_at_door(d, OTHER, THERE),
    "officer free": lambda d: whatif.freed(d, "officer", OTHER),
    "vehicle broken": lambda d: whatif.gone(d, "vehicles", START["vehicles"][0]["id"]),
    "site skipped": lambda d: whatif.skipped(d, THERE),
    "site moved": lambda d: whatif.moved(d, "sites", SITE, 30.5, 104.0),
    "site at an hour": lambda d: whatif.at_hour(d, SITE, 30),
    "site of a team": lambda d: whatif.of_team(d, SITE, TEAM),
    "site locked": lambda d: whatif.locked(d, plan(), next(iter(plan().raids_by_site))),
    "site free": lambda d: whatif.freed(d, "site", SITE),
    "site of high risk": lambda d: whatif.changed(d, "sites", SITE, risk="high"),
    "suspect elsewhere": lambda d: whatif.moved_to_site(d, SUSPECT, THERE),
    "suspect at a new address": lambda d: whatif.moved_to_address(d, SUSPECT, "S900", "1 New Road", 30.6, 104.1),
    "warrant withdrawn": lambda d: whatif.changed(d, "suspects", SUSPECT, warrant=None),
    "priority": lambda d: whatif.changed(d, "suspects", SUSPECT, priority=4),
    "no local officers": lambda d: whatif.without_locals(d, CITY),
    "way closed": lambda d: whatif.way(d, SITE, THERE, None),
    "way slow": lambda d: whatif.way(d, SITE, THERE, 45, both=False),
    "hour later": lambda d: whatif.hour(d, 30),
    "fewer teams": lambda d: whatif.teams(d, 1),
    "doctrine": lambda d: whatif.figure(d, "brief_minutes", 40),
}


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wish_makes_edits_that_pass_the_gate_and_say_what_they_do(name: str, lang: str) -> None:
    """Every wish can be applied, leaves an operation that can be planned, and is told in a sentence."""
    edits = WISHES[name](START)
    after = applied(START, edits)
    parse_operation(plannable(after))
    assert bool(differences(START, after)) == ("free" not in name)
    assert all(described(START, edit, lang) for edit in edits)


def test_a_wish_about_nobody_is_told() -> None:
    """Who does not exist cannot be ill."""
    with pytest.raises(Unreadable, match="there is no such row"):
        whatif.gone(START, "officers", "O-nobody")
    with pytest.raises(Unreadable, match="take another id"):
        whatif.added(START, "sites", START["sites"][0])
    with pytest.raises(Unreadable, match="nothing to lock"):
        whatif.locked(START, plan(), "S-nowhere")


def test_a_moved_site_leaves_the_table_of_travel_times() -> None:
    """Ways that were told for where it lay are told no longer: they go by the map."""
    was = document("3-02-roads")
    site = was["sites"][0]["id"]
    was["legs"] = [{"from": site, "to": was["sites"][1]["id"], "minutes": 7}]
    after = applied(was, whatif.moved(was, "sites", site, 30.0, 104.0))
    assert site not in after["travel"]["ids"] and not after["legs"]
    assert len(after["travel"]["minutes"]) == len(after["travel"]["ids"]) == len(was["travel"]["ids"]) - 1
    assert edits_of([{"table": "travel", "drop": site}]) == (Edit("travel", site, None),)
    with pytest.raises(Unreadable, match="no such point"):
        applied(after, [Edit("travel", site, None)])


def test_a_lock_holds_the_whole_squad_and_comes_off() -> None:
    """Team, hour and every officer of the squad are pinned; unlocking leaves no pin of the site."""
    site, (unit, raid) = next(iter(plan().raids_by_site.items()))
    locked = applied(START, whatif.locked(START, plan(), site))
    assert len(locked["pins"]) == 2 + len(unit.officers)
    assert {"site": site, "start": raid.start} in locked["pins"]
    assert whatif.locked(locked, plan(), site) == ()
    assert applied(locked, whatif.freed(locked, "site", site)).get("pins", []) == []


def done(names: list[str]) -> tuple[Deed, ...]:
    """The wishes done one after the other, as far as they can be."""
    document, deeds = START, list[Deed]()
    for number, name in enumerate(names):
        try:
            edits = WISHES[name](document)
            after = applied(document, edits)
            parse_operation(plannable(after))
        except Unreadable:
            continue
        document = after
        deeds.append(Deed(number, edits))
    return tuple(deeds)


@pytest.mark.parametrize("seed", slow_after(8, range(25)))
def test_whatever_is_done_and_undone_leaves_no_trace(seed: int) -> None:
    """Deeds in any order, undone in any order: in the end the operation is what it was."""
    rng = random.Random(seed)
    deeds = done(rng.choices(list(WISHES), k=8))
    assert deeds_in(json.loads(json.dumps(plain_deeds(deeds)))) == deeds
    while deeds:
        number = rng.choice(deeds).number
        deeds = undone(START, deeds, number)
        assert number not in {deed.number for deed in deeds}
        applied(START, edits_in_order(deeds))
    assert not differences(START, applied(START, edits_in_order(deeds)))


def test_what_later_deeds_did_to_the_same_row_stays() -> None:
    """An officer who comes late and is promoted: without the delay the rank stays; without H's move, the minutes."""
    names = whatif.late(START, OTHER, 25)
    late = applied(START, names)
    ranked = whatif.changed(late, "officers", OTHER, rank=5)
    left = undone(START, (Deed(1, names), Deed(2, ranked)), 1)
    row = whatif.row_of(applied(START, edits_in_order(left)), "officers", OTHER)
    assert row == whatif.row_of(START, "officers", OTHER) | {"rank": 5}
    later = whatif.hour(START, 60)
    delayed = whatif.late(applied(START, later), OTHER, 25)
    left = undone(START, (Deed(1, later), Deed(2, delayed)), 1)
    assert not differences(applied(START, edits_in_order(left)), late)


def test_undoing_what_a_later_deed_stands_on_takes_that_along() -> None:
    """A new site that was moved later: without it there is nothing to move."""
    first = whatif.added(START, "sites", START["sites"][0] | {"id": "S900"})
    second = whatif.moved(applied(START, first), "sites", "S900", 30.0, 104.0)
    assert undone(START, (Deed(1, first), Deed(2, second)), 1) == ()
