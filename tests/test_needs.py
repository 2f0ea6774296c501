"""What the stages ask of an operation: the latest raid that warrants allow, and the doors that warn each other."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from operator import ge

import pytest

from planner import operation as op
from planner.needs import (
    SKILL,
    Ability,
    can_share_out,
    chargeable_by_site,
    is_child,
    latest_raid,
    linked_sites,
    meets,
    needs_together,
    squad_needs,
)
from tests.operations import H, suspect
from tests.two_doors import one_squad, ten_minutes, with_doctrine, with_row, with_stop
from tests.verdicts import agreed


@pytest.mark.parametrize(
    ("left", "latest"),
    [
        (timedelta(minutes=70), 69),
        (timedelta(minutes=70, seconds=1), 70),
        (timedelta(seconds=1), 0),
        (timedelta(minutes=240), 239),
        (timedelta(minutes=241), 240),
        (timedelta(days=9), 240),
    ],
)
def test_latest_raid(left: timedelta, latest: int) -> None:
    """A raid may start until the minute before the warrant ends, and no later than doctrine's last raid."""
    suspects = (suspect(1, "S1", warrant=op.Warrant("W1", H + left)), suspect(2, "S1"))
    assert latest_raid(ten_minutes(), suspects) == latest


@pytest.mark.parametrize("seconds", [4199, 4200, 4201])
def test_latest_raid_is_what_the_checker_allows(seconds: int) -> None:
    """The checker allows a raid at the latest minute and none a minute later."""
    warrant = op.Warrant("W1", H + timedelta(seconds=seconds))
    operation = with_row(
        with_doctrine(ten_minutes(), raid_minutes=op.ByRisk(1, 1, 1)), "suspects", "P01", warrant=warrant
    )
    latest = latest_raid(operation, chargeable_by_site(operation)["S1"])
    told = [
        {v.wrong for v in agreed(operation, with_stop(one_squad(), "SQ2", 2, start=start)) if v.rule == "R9"}
        for start in (latest, latest + 1)
    ]
    assert told == [set(), {"warrant ends before"}]


def test_linked_sites() -> None:
    """Weights of links add up by pair of sites; links within a site or to somebody not chargeable count nothing."""
    links = (
        op.Link("P01", "P02", 2),
        op.Link("P03", "P01", 3),
        op.Link("P02", "P03", 9),  # one door
        op.Link("P04", "P02", 9),  # no warrant
        op.Link("P02", "P04", 9),
    )
    assert linked_sites(replace(ten_minutes(), links=links)) == {("S1", "S2"): 5}


def test_what_a_squad_needs() -> None:
    """The site's own number replaces doctrine's; its own skills come on top of doctrine's; a woman for a woman."""
    site, people = ten_minutes().sites[1], ten_minutes().suspects
    men = [replace(person, sex="M") for person in people[:1] * 12]
    assert [squad_needs(ten_minutes(), site, men[:k])["officers"] for k in (1, 2, 12)] == [4, 6, 26]
    assert squad_needs(ten_minutes(), replace(site, officers=3), men)["officers"] == 3
    skills = {"entry": 2, "dog": 1, "medic": 0}
    needs = squad_needs(ten_minutes(), replace(site, risk="high", needs=skills), men[:1])
    assert needs == {
        "officers": 6,
        "lead": 1,
        "local": 1,
        "woman": 0,
        "skill entry": 4,
        "skill medic": 1,
        "skill dog": 1,
    }
    needs = squad_needs(ten_minutes(), replace(site, risk="low", needs={}), [*men[:1], replace(men[0], sex="F")])
    assert [*needs] == ["officers", "lead", "local", "woman"]
    assert needs["woman"] == 1


def test_a_skill_may_be_called_like_another_need() -> None:
    """Who has a skill called like the leader's need does not lead by it, and the other way round."""
    able = Ability(can_lead=False, cities=(), sex="M", skills=("lead",))
    assert [meets(able, need, "成都") for need in ("officers", "lead", "local", "woman", f"{SKILL}lead")] == [
        True, False, False, False, True
    ]  # fmt: skip
    assert meets(replace(able, can_lead=True, skills=()), "lead", "成都")
    assert not meets(replace(able, can_lead=True, skills=()), f"{SKILL}lead", "成都")


def test_needs_of_several_sites_add_up() -> None:
    """The skills come last, by name, whatever site asks first."""
    both = needs_together([{"officers": 4, "skill medic": 1}, {"officers": 6, "woman": 1, "skill entry": 2}])
    assert list(both.items()) == [("officers", 10), ("woman", 1), ("skill entry", 2), ("skill medic", 1)]


def test_chargeable_by_site() -> None:
    """Sites stand with their chargeable suspects only, and a site without any is absent."""
    assert {site: [s.id for s in rows] for site, rows in chargeable_by_site(ten_minutes()).items()} == {
        "S1": ["P01"],
        "S2": ["P02", "P03"],
    }
    nobody = with_row(ten_minutes(), "suspects", "P01", warrant=None)
    assert list(chargeable_by_site(nobody)) == ["S2"]


@pytest.mark.parametrize(
    ("born", "day", "child"),
    [
        (date(2008, 4, 1), date(2026, 3, 31), True),
        (date(2008, 4, 1), date(2026, 4, 1), True),
        (date(2008, 4, 1), date(2026, 4, 2), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2008, 3, 1), date(2026, 3, 1), True),
    ],
)
def test_who_is_a_child(born: date, day: date, child: bool) -> None:
    """The 18th birthday still belongs to childhood; who is born on 29 February is grown up on 1 March."""
    made = replace(ten_minutes(), h_hour=ten_minutes().h_hour.replace(year=day.year, month=day.month, day=day.day))
    assert is_child(made, replace(made.suspects[0], born=born)) is child


@pytest.mark.parametrize(
    ("groups", "places", "fits"),
    [
        ((), (), True),
        ((1,), (), False),
        ((1, 1), (5,), False),
        ((2, 3), (3, 2), True),
        ((2, 3), (2, 2), False),
        ((4, 1), (2, 1, 2), True),
        ((3, 3), (2, 2, 2), False),
        ((3, 3), (4, 2, 1), True),
        ((1, 1, 1, 1), (1, 1, 1, 0), False),
        ((5,), (0, 2, 3), True),
    ],
)
def test_vehicles_shared_out(groups: tuple[int, ...], places: tuple[int, ...], fits: bool) -> None:
    """Each group has vehicles of its own with a place for each, or not; the order does not matter."""
    assert can_share_out(groups, places) is can_share_out(groups[::-1], places[::-1]) is fits


def test_vehicles_shared_out_as_every_way_to_do_it_says() -> None:
    """Held against every way to give each vehicle to a group."""
    rng = random.Random(7)
    for _ in range(300):
        groups = tuple(rng.randint(1, 4) for _ in range(rng.randint(1, 4)))
        places = tuple(rng.randint(0, 4) for _ in range(rng.randint(0, 5)))
        ways = product(range(len(groups)), repeat=len(places))
        given = (_given(places, way, len(groups)) for way in ways)
        assert can_share_out(groups, places) is any(all(map(ge, sums, groups)) for sums in given)


def _given(places: tuple[int, ...], way: tuple[int, ...], num_groups: int) -> list[int]:
    return [sum(n for n, to in zip(places, way, strict=True) if to == group) for group in range(num_groups)]
