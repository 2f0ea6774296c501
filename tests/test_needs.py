"""What the stages ask of an operation: the latest raid that warrants allow, and the doors that warn each other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner import operation as op
from planner.needs import chargeable_by_site, latest_raid, linked_sites, skills_needed, squad_size
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


def test_squad_size_and_skills() -> None:
    """The site's own number replaces doctrine's; its own needs come on top of doctrine's."""
    site = ten_minutes().sites[1]
    assert [squad_size(ten_minutes(), site, k) for k in (1, 2, 12)] == [4, 6, 26]
    assert squad_size(ten_minutes(), replace(site, officers=3), 12) == 3
    needs = {"entry": 2, "dog": 1, "medic": 0}
    assert skills_needed(ten_minutes(), replace(site, risk="high", needs=needs)) == {"entry": 4, "medic": 1, "dog": 1}
    assert skills_needed(ten_minutes(), replace(site, risk="low", needs={})) == {}


def test_chargeable_by_site() -> None:
    """Sites stand with their chargeable suspects only, and a site without any is absent."""
    assert {site: [s.id for s in rows] for site, rows in chargeable_by_site(ten_minutes()).items()} == {
        "S1": ["P01"],
        "S2": ["P02", "P03"],
    }
    nobody = with_row(ten_minutes(), "suspects", "P01", warrant=None)
    assert list(chargeable_by_site(nobody)) == ["S2"]
