"""The changes of a what-if desk: each makes edits that pass the gate, and what is undone leaves no trace."""

import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from planner import whatif
from planner.edit_history import EditGroup, edits_in_order, groups_from_json, groups_to_json, undo_group
from planner.edits import Document, Edit, apply_edits, differences, edits_of, plannable
from planner.files import Unreadable, dump_operation, parse_operation, parse_plan
from planner.render.edit_words import describe_edit
from tests.effort import slow_after

EXAMPLES = Path(__file__).parents[1] / "examples"
EditMaker = Callable[[Document], tuple[Edit, ...]]


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
VAN = next(row for row in START["vehicles"] if row.get("cells"))
TEAM = plan().teams[0].id
CHANGES: dict[str, EditMaker] = {
    "officer ill": lambda d: whatif.remove_row(d, "officers", OFFICER),
    "officer late": lambda d: whatif.delay_officer(d, OTHER, 25),
    "officer lent": lambda d: whatif.assign_team(d, OTHER, TEAM),
    "officer in reserve": lambda d: whatif.reserve_officer(d, OTHER),
    "officer at a door": lambda d: whatif.pin_officer(d, OTHER, SITE),
    "officer not at a door": lambda d: whatif.bar_officer(d, OTHER, THERE),
    "officer free": lambda d: whatif.clear_pins(d, "officer", OTHER),
    "vehicle broken": lambda d: whatif.remove_row(d, "vehicles", START["vehicles"][0]["id"]),
    "two officers ill": lambda d: whatif.remove_rows(d, "officers", (OFFICER, OTHER)),
    "a tenth of an agency ill": lambda d: whatif.remove_share(d, START["officers"][0]["agency"], 10),
    "no vans": lambda d: whatif.remove_escort_vehicles(d, VAN["base"]),
    "sites of one team": lambda d: whatif.pin_together(d, SITE, THERE),
    "site skipped": lambda d: whatif.skip_site(d, THERE),
    "site moved": lambda d: whatif.relocate(d, "sites", SITE, 30.5, 104.0),
    "site at an hour": lambda d: whatif.pin_start(d, SITE, 30),
    "site of a team": lambda d: whatif.pin_team(d, SITE, TEAM),
    "site locked": lambda d: whatif.lock_site(d, plan(), next(iter(plan().raids_by_site))),
    "site free": lambda d: whatif.clear_pins(d, "site", SITE),
    "site of high risk": lambda d: whatif.set_fields(d, "sites", SITE, risk="high"),
    "suspect elsewhere": lambda d: whatif.move_suspect(d, SUSPECT, THERE),
    "suspect at a new address": lambda d: whatif.move_suspect_to_address(d, SUSPECT, "S900", "1 New Road", 30.6, 104.1),
    "warrant withdrawn": lambda d: whatif.set_fields(d, "suspects", SUSPECT, warrant=None),
    "priority": lambda d: whatif.set_fields(d, "suspects", SUSPECT, priority=4),
    "no local officers": lambda d: whatif.remove_local_officers(d, CITY),
    "way closed": lambda d: whatif.set_travel_time(d, SITE, THERE, None),
    "way slow": lambda d: whatif.set_travel_time(d, SITE, THERE, 45, both=False),
    "hour later": lambda d: whatif.move_h_hour(d, 30),
    "fewer teams": lambda d: whatif.set_num_teams(d, 1),
    "doctrine": lambda d: whatif.set_doctrine(d, "brief_minutes", 40),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_change_makes_edits_that_pass_the_gate_and_say_what_they_do(name: str, lang: str) -> None:
    """Every change can be applied, leaves an operation that can be planned, and is told in a sentence."""
    edits = CHANGES[name](START)
    after = apply_edits(START, edits)
    parse_operation(plannable(after))
    assert bool(differences(START, after)) == ("free" not in name)
    assert all(describe_edit(START, edit, lang) for edit in edits)


def test_a_change_about_nobody_is_told() -> None:
    """Who does not exist cannot be ill."""
    with pytest.raises(Unreadable, match="there is no such row"):
        whatif.remove_row(START, "officers", "O-nobody")
    with pytest.raises(Unreadable, match="take another id"):
        whatif.add_row(START, "sites", START["sites"][0])
    with pytest.raises(Unreadable, match="nothing to lock"):
        whatif.lock_site(START, plan(), "S-nowhere")


@pytest.mark.parametrize("percent", [1, 10, 33, 50, 99, 100])
def test_a_share_of_an_agency_is_taken_evenly(percent: int) -> None:
    """So many per cent, at least one, nobody twice, spread over the roster: gaps differ by one at most."""
    agency = START["officers"][0]["agency"]
    roster = [row["id"] for row in START["officers"] if row["agency"] == agency]
    gone = [edit.key for edit in whatif.remove_share(START, agency, percent) if edit.table == "officers"]
    assert len(gone) == len(set(gone)) == max(1, round(len(roster) * percent / 100))
    at = sorted(roster.index(officer) for officer in gone)
    gaps = [b - a for a, b in pairwise(at)]
    assert not gaps or max(gaps) - min(gaps) <= 1
    with pytest.raises(Unreadable, match="has no officers"):
        whatif.remove_share(START, "none", percent)


def test_vans_of_a_base_are_all_its_vehicles_with_cells() -> None:
    """What is left at the base has no cells; where there is none, it is told."""
    after = apply_edits(START, whatif.remove_escort_vehicles(START, VAN["base"]))
    assert not [row for row in after["vehicles"] if row["base"] == VAN["base"] and row.get("cells")]
    assert len(after["vehicles"]) < len(START["vehicles"])
    with pytest.raises(Unreadable, match="no vehicle with cells"):
        whatif.remove_escort_vehicles(after, VAN["base"])


def test_a_moved_site_leaves_the_table_of_travel_times() -> None:
    """Ways that were told for where it lay are told no longer: they go by the map."""
    was = document("3-02-roads")
    site = was["sites"][0]["id"]
    was["legs"] = [{"from": site, "to": was["sites"][1]["id"], "minutes": 7}]
    after = apply_edits(was, whatif.relocate(was, "sites", site, 30.0, 104.0))
    assert site not in after["travel"]["ids"] and not after["legs"]
    assert len(after["travel"]["minutes"]) == len(after["travel"]["ids"]) == len(was["travel"]["ids"]) - 1
    assert edits_of([{"table": "travel", "drop": site}]) == (Edit("travel", site, None),)
    with pytest.raises(Unreadable, match="no such point"):
        apply_edits(after, [Edit("travel", site, None)])


def test_a_lock_holds_the_whole_squad_and_comes_off() -> None:
    """Team, hour and every officer of the squad are pinned; unlocking leaves no pin of the site."""
    site, (unit, raid) = next(iter(plan().raids_by_site.items()))
    locked = apply_edits(START, whatif.lock_site(START, plan(), site))
    assert len(locked["pins"]) == 2 + len(unit.officers)
    assert {"site": site, "start": raid.start} in locked["pins"]
    assert whatif.lock_site(locked, plan(), site) == ()
    assert apply_edits(locked, whatif.clear_pins(locked, "site", site)).get("pins", []) == []


def done(names: list[str]) -> tuple[EditGroup, ...]:
    """The changes made one after the other, as far as they can be."""
    document, groups = START, list[EditGroup]()
    for number, name in enumerate(names):
        try:
            edits = CHANGES[name](document)
            after = apply_edits(document, edits)
            parse_operation(plannable(after))
        except Unreadable:
            continue
        document = after
        groups.append(EditGroup(number, edits))
    return tuple(groups)


@pytest.mark.parametrize("seed", slow_after(8, range(25)))
def test_whatever_is_done_and_undone_leaves_no_trace(seed: int) -> None:
    """Changes in any order, undone in any order: in the end the operation is what it was."""
    rng = random.Random(seed)
    groups = done(rng.choices(list(CHANGES), k=8))
    assert groups_from_json(json.loads(json.dumps(groups_to_json(groups)))) == groups
    while groups:
        number = rng.choice(groups).number
        groups = undo_group(START, groups, number)
        assert number not in {group.number for group in groups}
        apply_edits(START, edits_in_order(groups))
    assert not differences(START, apply_edits(START, edits_in_order(groups)))


def test_what_later_changes_did_to_the_same_row_stays() -> None:
    """An officer who comes late and is promoted: without the delay the rank stays; without H's move, the minutes."""
    names = whatif.delay_officer(START, OTHER, 25)
    late = apply_edits(START, names)
    ranked = whatif.set_fields(late, "officers", OTHER, rank=5)
    left = undo_group(START, (EditGroup(1, names), EditGroup(2, ranked)), 1)
    row = whatif.row_of(apply_edits(START, edits_in_order(left)), "officers", OTHER)
    assert row == whatif.row_of(START, "officers", OTHER) | {"rank": 5}
    later = whatif.move_h_hour(START, 60)
    delayed = whatif.delay_officer(apply_edits(START, later), OTHER, 25)
    left = undo_group(START, (EditGroup(1, later), EditGroup(2, delayed)), 1)
    assert not differences(apply_edits(START, edits_in_order(left)), late)


def test_undoing_what_a_later_change_stands_on_takes_that_along() -> None:
    """A new site that was moved later: without it there is nothing to move."""
    first = whatif.add_row(START, "sites", START["sites"][0] | {"id": "S900"})
    second = whatif.relocate(apply_edits(START, first), "sites", "S900", 30.0, 104.0)
    assert undo_group(START, (EditGroup(1, first), EditGroup(2, second)), 1) == ()
