"""R6 to R11: teams, squads and raids. Each plan keeps its rule by a hair, and the least change breaks it alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner import operation as op
from planner.plan import Plan, Stop, Team, Unit
from tests.operations import H
from tests.two_doors import (
    one_squad,
    ten_minutes,
    two_squads,
    with_doctrine,
    with_row,
    with_stop,
    with_team,
    with_unit,
)
from tests.verdicts import agreed, breaks, holds

MUSTER = Stop("muster", "A1", -50, -20)


def with_first(plan: Plan, unit: Unit) -> Plan:
    """The plan with one more unit, listed before the others, in the first team."""
    first = plan.teams[0]
    teams = (replace(first, units=(*first.units, unit.id)), *plan.teams[1:])
    return replace(plan, teams=teams, units=(unit, *plan.units))


def in_one_team() -> Plan:
    """Both squads in the first team, from its assembly point."""
    plan = with_team(two_squads(), "T01", units=("SQ1", "SQ2"))
    return with_stop(replace(plan, teams=plan.teams[:1]), "SQ2", 0, place="A1")


def test_r6_number_of_teams() -> None:
    """There are at most `max_teams` teams."""
    holds(replace(ten_minutes(), max_teams=2), two_squads())
    found = breaks(replace(ten_minutes(), max_teams=1), two_squads(), "R6", "too many teams")
    assert found.figures == {"teams": 2, "most": 1}


def test_r6_span_of_control() -> None:
    """A team has at most as many squads as doctrine's span of control, and at least one."""
    holds(with_doctrine(ten_minutes(), span_of_control=2), in_one_team())
    breaks(with_doctrine(ten_minutes(), span_of_control=1), in_one_team(), "R6", "span of control")
    empty = replace(in_one_team(), teams=(*in_one_team().teams, Team("T02", "O18", "A2", ())))
    assert breaks(ten_minutes(), empty, "R6", "span of control").subjects == ("T02",)


def test_r6_assembly_place() -> None:
    """A team assembles at an assembly place, nowhere else."""
    plan = with_stop(two_squads(), "SQ1", 0, place="A2")
    holds(ten_minutes(), with_team(plan, "T01", assembly="A2"))
    plan = with_stop(two_squads(), "SQ1", 0, place="K1")
    assert breaks(ten_minutes(), with_team(plan, "T01", assembly="K1"), "R6", "no assembly place").subjects == (
        "T01",
        "K1",
    )


def test_r6_commander_rank() -> None:
    """A commander has doctrine's rank."""
    holds(with_row(ten_minutes(), "officers", "O06", rank=3), two_squads())
    breaks(with_row(ten_minutes(), "officers", "O06", rank=2), two_squads(), "R6", "commander's rank")


def test_r6_commander_at_the_first_muster() -> None:
    """A commander reaches the assembly by the earliest muster of the team."""
    early = with_stop(in_one_team(), "SQ2", 0, start=-55)
    holds(with_row(ten_minutes(), "officers", "O06", available_from=-65), early)
    found = breaks(with_row(ten_minutes(), "officers", "O06", available_from=-64), early, "R6", "commander late")
    assert found.figures == {"minutes": 1}


def test_r6_commander_to_the_last_stop() -> None:
    """A commander is available until the last stop of the team's squads ends."""
    longer = with_stop(in_one_team(), "SQ2", 1, end=70)
    holds(with_row(ten_minutes(), "officers", "O06", available_to=70), longer)
    away = with_row(ten_minutes(), "officers", "O06", available_to=69)
    assert breaks(away, longer, "R6", "commander no longer available").figures == {"minutes": 1}


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        ({"available_from": -10, "available_to": 0}, ["span of control"]),
        ({"available_from": -9}, ["span of control", "commander late"]),
        ({"available_to": -1}, ["span of control", "commander no longer available"]),
    ],
)
def test_r6_commander_of_an_empty_team(hours: dict[str, int], wrong: list[str]) -> None:
    """A team without squads still holds its commander, as if it mustered and ended at H."""
    plan = replace(in_one_team(), teams=(*in_one_team().teams, Team("T02", "O18", "A2", ())))
    found = agreed(with_row(ten_minutes(), "officers", "O18", **hours), plan)
    assert [(v.rule, v.wrong) for v in found] == [("R6", w) for w in wrong]


def test_r7_one_city() -> None:
    """A squad raids no site outside the city of its team's assembly."""
    both = replace(ten_minutes(), agencies=(op.Agency("C", "两市公安局", "city", ("成都", "雅安")),))
    holds(both, two_squads())
    found = breaks(with_row(both, "sites", "S1", city="雅安"), two_squads(), "R7", "site in another city")
    assert found.subjects == ("T01", "S1")


def test_r8_only_squads_in_teams() -> None:
    """An escort or forensic unit stands in no team."""
    for unit in ("E1", "F1"):
        plan = with_team(two_squads(), "T02", units=("SQ2", unit))
        assert breaks(ten_minutes(), plan, "R8", "no squad, yet in a team").subjects == (unit,)


def test_r8_exactly_one_team() -> None:
    """A squad in no team or in two breaks R8, and is asked nothing more."""
    holds(ten_minutes(), two_squads())
    nowhere = replace(two_squads(), teams=two_squads().teams[:1])
    assert breaks(ten_minutes(), nowhere, "R8", "not in one team").figures == {"teams": 0}
    twice = with_team(two_squads(), "T02", units=("SQ2", "SQ1"))
    assert breaks(ten_minutes(), twice, "R8", "not in one team").figures == {"teams": 2}


RAID, DELIVERY = two_squads().units[0].stops[1:]


@pytest.mark.parametrize(
    ("stops", "times"),
    [
        ((RAID, DELIVERY), 2),  # and it musters elsewhere
        ((MUSTER, RAID, DELIVERY, replace(MUSTER, start=70, end=70)), 1),
        ((MUSTER, replace(MUSTER, start=-10, end=-10), RAID, DELIVERY), 1),
    ],
)
def test_r8_order_of_stops(stops: tuple[Stop, ...], times: int) -> None:
    """A squad's stops are one muster, then raids, then at most one delivery."""
    found = agreed(ten_minutes(), with_unit(two_squads(), "SQ1", stops=stops))
    assert [v.rule for v in found] == ["R8"] * times
    assert found[0].wrong == "order of stops"


def test_r8_a_squad_raids() -> None:
    """A squad that only musters breaks R8."""
    idle = Unit("SQ3", "squad", ("O14",), ("V5",), (MUSTER,))
    assert breaks(ten_minutes(), with_first(two_squads(), idle), "R8", "order of stops").subjects == ("SQ3",)


def test_r8_musters_at_its_assembly() -> None:
    """A squad musters where its team assembles."""
    breaks(ten_minutes(), with_stop(two_squads(), "SQ1", 0, place="A2"), "R8", "musters elsewhere")


def test_r8_briefing() -> None:
    """The muster is as long as doctrine's briefing."""
    holds(with_doctrine(ten_minutes(), brief_minutes=30), two_squads())
    found = breaks(ten_minutes(), with_stop(two_squads(), "SQ1", 0, start=-49), "R8", "briefing too short")
    assert found.figures == {"minutes": 29, "least": 30}


@pytest.mark.parametrize(("doctrine", "own", "least"), [(10, None, 10), (11, None, 11), (11, 10, 10), (0, 11, 11)])
def test_r8_set_before_the_raid(doctrine: int, own: int | None, least: int) -> None:
    """A squad is at its first door doctrine's minutes before the raid, or the site's own, 0 among them."""
    operation = with_doctrine(with_row(ten_minutes(), "sites", "S1", set_minutes=own), set_minutes=doctrine)
    operation = with_row(operation, "sites", "S2", set_minutes=10)
    if least == 10:
        holds(operation, two_squads())
    else:
        found = breaks(operation, two_squads(), "R8", "set too late")
        assert (found.subjects, found.figures) == (("SQ1", "S1"), {"minutes": 10, "least": 11})


def test_r8_set_only_before_the_first_raid() -> None:
    """Between two raids a squad needs the way alone."""
    holds(with_row(ten_minutes(), "sites", "S1", set_minutes=100), one_squad())


def test_r9_raided_once() -> None:
    """Two squads at one site break R9."""
    again = Unit("SQ3", "squad", ("O14", "O20", "O22"), ("V5",), (MUSTER, Stop("raid", "S1", 0, 40)))
    assert breaks(ten_minutes(), with_first(two_squads(), again), "R9", "raided twice").subjects == ("S1",)


def test_r9_no_sooner_than_h() -> None:
    """No raid starts before H."""
    sooner = with_stop(with_stop(two_squads(), "SQ1", 0, start=-51, end=-21), "SQ1", 1, start=-1)
    assert breaks(ten_minutes(), sooner, "R9", "hour of the raid").figures == {"start": -1}


def test_r9_no_later_than_the_last_raid() -> None:
    """No raid starts later than doctrine's last, not even a follow-on raid."""
    holds(with_doctrine(ten_minutes(), last_raid=70), one_squad())
    found = breaks(with_doctrine(ten_minutes(), last_raid=69), one_squad(), "R9", "hour of the raid")
    assert (found.subjects, found.figures) == (("S1",), {"start": 70})


@pytest.mark.parametrize(("own", "least"), [(None, 40), (33, 33)])
def test_r9_long_enough(own: int | None, least: int) -> None:
    """A raid lasts doctrine's minutes for the site's risk, or the site's own."""
    operation = with_row(ten_minutes(), "sites", "S1", raid_minutes=own)
    holds(operation, with_stop(two_squads(), "SQ1", 1, end=least))
    found = breaks(operation, with_stop(two_squads(), "SQ1", 1, end=least - 1), "R9", "raid too short")
    assert found.figures == {"minutes": least - 1, "least": least}


def test_r9_follow_on_raid_long_enough() -> None:
    """A follow-on raid lasts as long as any other."""
    found = breaks(ten_minutes(), with_stop(one_squad(), "SQ2", 2, end=109), "R9", "raid too short")
    assert (found.subjects, found.figures) == (("S1",), {"minutes": 39, "least": 40})


def test_r9_somebody_chargeable() -> None:
    """A site where nobody is chargeable is not raided."""
    third = op.Site("S3", "示例路 3 号", "成都", 30.6, 104.1, "low")
    operation = replace(ten_minutes(), sites=(*ten_minutes().sites, third))
    operation = with_row(operation, "suspects", "P04", site="S3")
    idle = Unit("SQ3", "squad", ("O14", "O20", "O22"), ("V5",), (replace(MUSTER, start=-120, end=-60),))
    plan = with_first(two_squads(), replace(idle, stops=(*idle.stops, Stop("raid", "S3", 0, 40))))
    breaks(operation, plan, "R9", "nobody chargeable")


def test_r9_warrant_in_force() -> None:
    """A raid at H+70 needs warrants that end later than H+70, to the second."""
    in_force = op.Warrant("W1", H + timedelta(minutes=70, seconds=1))
    holds(with_row(ten_minutes(), "suspects", "P01", warrant=in_force), one_squad())
    over = op.Warrant("W1", H + timedelta(minutes=70))
    found = breaks(with_row(ten_minutes(), "suspects", "P01", warrant=over), one_squad(), "R9", "warrant ends before")
    assert found.subjects == ("S1", "P01")


def test_r10_officers() -> None:
    """The squad has doctrine's number of officers, two more for each further suspect, or the site's own number."""
    holds(ten_minutes(), two_squads())
    fewer = with_unit(two_squads(), "SQ2", officers=("O07", "O09", "O11", "O12", "O13"))
    assert breaks(ten_minutes(), fewer, "R10", "lacks").figures == {"officers": 1}
    holds(with_row(ten_minutes(), "sites", "S2", officers=5), fewer)
    breaks(with_row(ten_minutes(), "sites", "S2", officers=7), two_squads(), "R10", "lacks")


def test_r10_lead() -> None:
    """One of the squad has the rank of a leader."""
    holds(with_doctrine(ten_minutes(), lead_rank=4), two_squads())
    found = breaks(with_doctrine(ten_minutes(), lead_rank=5), two_squads(), "R10", "lacks", times=2)
    assert found.figures == {"lead": 1}


def test_r10_local() -> None:
    """One of the squad is of the site's local police."""
    other = op.Agency("D", "省厅", "province")
    operation = replace(ten_minutes(), agencies=(*ten_minutes().agencies, other))
    for officer in ("O01", "O05"):
        operation = with_row(operation, "officers", officer, agency="D")
    holds(operation, two_squads())
    found = breaks(with_row(operation, "officers", "O23", agency="D"), two_squads(), "R10", "lacks")
    assert (found.subjects, found.figures) == (("SQ1", "S1"), {"local": 1})


def test_r10_woman() -> None:
    """Where a woman is to be arrested, a woman is in the squad."""
    operation = with_row(ten_minutes(), "officers", "O09", sex="M")
    holds(operation, two_squads())
    found = breaks(with_row(operation, "officers", "O12", sex="M"), two_squads(), "R10", "lacks")
    assert found.figures == {"woman": 1}


def test_r10_skills() -> None:
    """The squad has the skills that doctrine asks for the site's risk, and the site's own needs on top."""
    without = with_row(ten_minutes(), "officers", "O07", skills=())
    holds(without, two_squads())
    assert breaks(with_row(without, "officers", "O13", skills=()), two_squads(), "R10", "lacks").figures == {
        "skill entry": 1
    }
    needs = with_row(ten_minutes(), "sites", "S2", needs={"interview": 1, "entry": 1})
    holds(needs, two_squads())
    needs = with_row(needs, "sites", "S2", needs={"interview": 2, "entry": 2})
    assert breaks(needs, two_squads(), "R10", "lacks").figures == {"skill interview": 1, "skill entry": 1}


def test_r10_a_skill_counts_once() -> None:
    """An officer who lists a skill twice is still one officer with it."""
    operation = with_row(ten_minutes(), "officers", "O07", skills=("entry", "entry"))
    operation = with_row(with_row(operation, "officers", "O13", skills=()), "sites", "S2", needs={"entry": 1})
    assert breaks(operation, two_squads(), "R10", "lacks").figures == {"skill entry": 1}


def test_r10_every_raid_of_a_squad() -> None:
    """A squad with two raids meets the needs of both sites."""
    found = breaks(with_row(ten_minutes(), "sites", "S1", needs={"dog": 1}), one_squad(), "R10", "lacks")
    assert (found.subjects, found.figures) == (("SQ2", "S1"), {"skill dog": 1})


@pytest.mark.parametrize("word", ["officers", "lead", "local", "woman"])
def test_r10_a_skill_may_be_called_like_another_need(word: str) -> None:
    """A skill that bears the name of another need is still a skill of its own."""
    operation = with_row(ten_minutes(), "sites", "S1", needs={word: 1})
    assert breaks(operation, two_squads(), "R10", "lacks").figures == {f"skill {word}": 1}
    holds(with_row(operation, "officers", "O01", skills=(word,)), two_squads())


@pytest.mark.parametrize(
    ("officer", "team"), [("O01", "T01"), ("O06", "T01"), ("O09", "T02"), ("O22", "T01"), ("O03", "T07")]
)
def test_r11_kept(officer: str, team: str) -> None:
    """An officer with a team may serve in its squads, command it, do nothing, or only interview."""
    holds(with_row(ten_minutes(), "officers", officer, team=team), two_squads())


@pytest.mark.parametrize(
    ("officer", "team", "subjects"),
    [
        ("O01", "T02", ("O01", "SQ1")),
        ("O06", "T02", ("O06", "T01")),
        ("O19", "T01", ("O19", "E1")),
        ("O02", "T01", ("O02", "F1")),
    ],
)
def test_r11_broken(officer: str, team: str, subjects: tuple[str, str]) -> None:
    """An officer with a team serves in no other, nor in an escort or forensic unit."""
    operation = with_row(ten_minutes(), "officers", officer, team=team)
    assert breaks(operation, two_squads(), "R11", "of another team").subjects == subjects
