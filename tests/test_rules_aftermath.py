"""R18 to R20: evidence, interviews, pins. Each plan keeps its rule by a hair, and the least change breaks it alone."""

from dataclasses import replace

import pytest

from planner import operation as op
from planner.plan import NO_GUARDS, Guards, Missed, Plan, Stop, Unit
from tests.two_doors import (
    NO_WARRANT,
    guards_after_two,
    one_squad,
    ten_minutes,
    two_squads,
    with_doctrine,
    with_guards,
    with_interview,
    with_row,
    with_stop,
    with_team,
    with_unit,
    without_interview,
)
from tests.verdicts import agreed, breaks, holds


def test_r18_two_forensic_officers() -> None:
    """A forensic unit has at least two officers, and every one has forensics."""
    holds(ten_minutes(), with_unit(two_squads(), "F1", officers=("O02", "O08", "O14")))
    found = breaks(ten_minutes(), with_unit(two_squads(), "F1", officers=("O02",)), "R18", "not two forensic officers")
    assert found.figures == {"officers": 1, "fit": 1}
    mixed = with_unit(two_squads(), "F1", officers=("O02", "O08", "O16", "O15"))
    found = breaks(ten_minutes(), mixed, "R18", "not two forensic officers")
    assert found.figures == {"officers": 4, "fit": 3}


def test_r18_examined_once() -> None:
    """Two exams of one site break R18."""
    again = Unit("F2", "forensic", ("O14", "O20"), ("V5",), (Stop("exam", "S1", 20, 80),))
    plan = replace(two_squads(), units=(again, *two_squads().units))
    assert breaks(ten_minutes(), plan, "R18", "examined twice").subjects == ("S1",)


def test_r18_an_exam_is_due() -> None:
    """Only a site marked for an exam is examined, and only if it is raided."""
    found = breaks(ten_minutes(), with_stop(two_squads(), "F1", 0, place="S2"), "R18", "no exam is due")
    assert found.subjects == ("F1", "S2")
    holds(with_row(ten_minutes(), "sites", "S2", exam=True), with_stop(two_squads(), "F1", 0, place="S2"))
    plan = without_interview(replace(two_squads(), units=two_squads().units[1:], teams=two_squads().teams[1:]), "P01")
    plan = replace(plan, missed=(*NO_WARRANT, Missed("P01", "no-squad")))
    breaks(ten_minutes(), plan, "R18", "no exam is due")


def test_r18_after_the_arrest() -> None:
    """An exam starts when doctrine's arrest minutes are over."""
    breaks(ten_minutes(), with_stop(two_squads(), "F1", 0, start=14), "R18", "hour of the exam")
    sooner = with_doctrine(ten_minutes(), arrest_minutes=14)
    holds(sooner, with_stop(two_squads(), "F1", 0, start=14))


def test_r18_not_too_late() -> None:
    """An exam starts within doctrine's minutes of the raid's start, also of a later raid."""
    holds(with_doctrine(ten_minutes(), exam_latest=15), two_squads())
    found = breaks(with_doctrine(ten_minutes(), exam_latest=14), two_squads(), "R18", "hour of the exam")
    assert (found.subjects, found.figures) == (("F1", "S1"), {"start": 15, "raid": 0})
    holds(with_doctrine(ten_minutes(), exam_latest=15), one_squad())


def test_r18_long_enough() -> None:
    """An exam lasts doctrine's minutes."""
    found = breaks(ten_minutes(), with_stop(two_squads(), "F1", 0, end=74), "R18", "exam too short")
    assert found.figures == {"minutes": 59}


def test_r18_the_scene_is_handed_over() -> None:
    """The squad is at the site until the exam starts."""
    holds(ten_minutes(), with_stop(two_squads(), "F1", 0, start=40, end=100))
    found = breaks(ten_minutes(), with_stop(two_squads(), "F1", 0, start=41, end=101), "R18", "squad leaves before")
    assert (found.subjects, found.figures) == (("SQ1", "S1"), {"raid": 40, "exam": 41})


def test_r18_guards_keep_the_scene() -> None:
    """A squad may leave before the exam starts where it leaves guards, as many as doctrine says."""
    holds(ten_minutes(), with_guards())
    holds(ten_minutes(), guards_after_two())
    alone = with_unit(with_guards(), "SQ1", guards=NO_GUARDS)
    assert breaks(ten_minutes(), alone, "R18", "squad leaves before").figures == {"raid": 40, "exam": 60}
    found = breaks(with_doctrine(ten_minutes(), guard_crew=3), with_guards(), "R18", "number of guards")
    assert (found.subjects, found.figures) == (("SQ1", "S1"), {"guards": 2, "crew": 3})


def test_r18_guards_only_where_an_exam_comes() -> None:
    """Guards stay where an exam is due and planned, after the squad's last raid, and are not the whole squad."""
    found = breaks(ten_minutes(), with_stop(with_guards(), "F1", 0, start=40, end=100), "R18", "nothing to guard")
    assert found.figures == {"raid": 40, "exam": 40}
    none = replace(with_guards(), units=tuple(u for u in with_guards().units if u.id != "F1"))
    breaks(ten_minutes(), none, "R18", "guards where no exam comes")
    unmarked = {v.wrong for v in agreed(with_row(ten_minutes(), "sites", "S1", exam=False), with_guards())}
    assert unmarked == {"no exam is due", "guards where no exam comes"}
    everybody = with_unit(two_squads(), "SQ2", guards=Guards(two_squads().units_by_id["SQ2"].officers, ("V2", "V3")))
    plan = with_unit(everybody, "F1", stops=(Stop("exam", "S2", 70, 130),))
    crowd = with_doctrine(with_row(ten_minutes(), "sites", "S2", exam=True), guard_crew=6)
    breaks(crowd, plan, "R18", "everybody is a guard")


def test_r18_guards_stay_at_the_last_door() -> None:
    """Whoever is left as a guard keeps the squad's last scene, not an earlier one."""
    early = with_stop(guards_after_two(), "F1", 0, place="S2", start=70, end=130)
    marked = with_row(with_row(ten_minutes(), "sites", "S2", exam=True), "sites", "S1", exam=False)
    wrong = {v.wrong for v in agreed(marked, early)}
    assert wrong == {"squad leaves before", "guards where no exam comes"}


def test_r19_a_guard_comes_from_the_scene() -> None:
    """A guard holds an interview after the exam has started and the way from there is driven."""
    operation = with_row(ten_minutes(), "officers", "O05", skills=("interview", "entry"))
    plan = with_interview(without_interview(with_guards(), "P03"), "P02", start=70, end=160, officers=("O05", "O21"))
    holds(operation, plan)
    late = breaks(operation, with_interview(plan, "P02", start=69), "R19", "interviewer late")
    assert late.subjects == ("P02", "O05")


def test_r19_where_the_suspect_is() -> None:
    """An interview is at the place where the suspect was delivered."""
    found = breaks(ten_minutes(), with_interview(two_squads(), "P01", place="K2"), "R19", "no interview is due")
    assert found.subjects == ("P01", "K2")


def test_r19_one_per_suspect() -> None:
    """A suspect has one interview; the second is told, also when it is the first one's copy."""
    talk = two_squads().interviews[1]
    later = replace(talk, start=talk.start + 300, end=talk.end + 300)
    for again in (talk, later):
        plan = replace(two_squads(), interviews=(*two_squads().interviews, again))
        assert breaks(ten_minutes(), plan, "R19", "no interview is due").subjects == ("P02", "K1")


def test_r19_only_the_arrested() -> None:
    """Who was not arrested is not interviewed."""
    plan = with_interview(two_squads(), "P01", suspect="P04")
    assert breaks(ten_minutes(), plan, "R19", "no interview is due").subjects == ("P04", "K1")


def test_r19_after_the_delivery() -> None:
    """An interview starts when the delivery has ended."""
    plan = with_interview(two_squads(), "P02", start=39)
    found = breaks(ten_minutes(), plan, "R19", "hour of the interview")
    assert found.figures == {"start": 39, "latest": 1440}


def test_r19_not_too_late() -> None:
    """An interview starts within doctrine's minutes of the raid's start, also of a later raid."""
    holds(with_doctrine(ten_minutes(), interview_latest=165), two_squads())
    breaks(with_doctrine(ten_minutes(), interview_latest=164), two_squads(), "R19", "hour of the interview")
    plan = without_interview(one_squad(), "P03")
    holds(with_doctrine(ten_minutes(), interview_latest=60), plan)
    breaks(with_doctrine(ten_minutes(), interview_latest=59), plan, "R19", "hour of the interview")


def test_r19_long_enough() -> None:
    """An interview lasts doctrine's minutes."""
    found = breaks(ten_minutes(), with_interview(two_squads(), "P02", end=129), "R19", "interview too short")
    assert found.figures == {"minutes": 89}


@pytest.mark.parametrize("room", [0, 3, -1])
def test_r19_rooms_of_the_place(room: int) -> None:
    """Rooms are numbered from 1 to as many as the place has."""
    found = breaks(ten_minutes(), with_interview(two_squads(), "P02", room=room), "R19", "no such room")
    assert found.figures == {"room": room, "rooms": 2}


def test_r19_one_at_a_time_in_a_room() -> None:
    """A room is free again when the interview before has ended."""
    after = with_interview(two_squads(), "P01", start=130, end=220, room=2, officers=("O16", "O15"))
    holds(ten_minutes(), after)
    found = breaks(ten_minutes(), with_interview(after, "P01", start=129), "R19", "room taken")
    assert (found.subjects, found.figures) == (("K1", "P02", "P01"), {"room": 2})


@pytest.mark.parametrize("officers", [("O03",), ("O03", "O10", "O04"), ("O03", "O03")])
def test_r19_two_interviewers(officers: tuple[str, ...]) -> None:
    """Two different officers hold an interview."""
    plan = without_interview(with_interview(two_squads(), "P01", officers=officers), "P03")
    found = agreed(ten_minutes(), without_interview(plan, "P02"))
    assert found[0].wrong == "not two interviewers"
    assert {v.rule for v in found} == {"R19"}


def test_r19_one_with_the_skill() -> None:
    """One of the two has interview; the other need not."""
    holds(ten_minutes(), with_interview(two_squads(), "P01", officers=("O14", "O15")))
    found = breaks(
        ten_minutes(), with_interview(two_squads(), "P01", officers=("O14", "O20")), "R19", "nobody with interview"
    )
    assert found.subjects == ("P01", "O14", "O20")


def test_r19_a_woman_for_a_woman() -> None:
    """One of the two is a woman where the suspect is one; a man may be interviewed by men."""
    holds(ten_minutes(), with_interview(two_squads(), "P01", officers=("O16", "O22")))
    plan = with_interview(two_squads(), "P02", officers=("O16", "O22"))
    breaks(ten_minutes(), plan, "R19", "no woman among the interviewers")


def test_r19_travel_between_interviews() -> None:
    """An officer who interviews at two places has the time to go there."""
    restless = with_doctrine(ten_minutes(), interview_break=0)
    holds(restless, with_interview(two_squads(), "P03", start=160))
    found = breaks(restless, with_interview(two_squads(), "P03", start=159), "R19", "interviews too near", times=2)
    assert (found.subjects, found.figures) == (("O03", "P01", "P03"), {"minutes": 1})


def test_r19_a_break_between_interviews() -> None:
    """An officer has doctrine's break between two interviews, on the way or at the place."""
    found = breaks(ten_minutes(), with_interview(two_squads(), "P03", start=164), "R19", "interviews too near", times=2)
    assert found.figures == {"minutes": 1}
    same = with_interview(two_squads(), "P01", start=145, end=235, officers=("O03", "O21"))
    holds(ten_minutes(), without_interview(same, "P03"))
    early = without_interview(with_interview(same, "P01", start=144), "P03")
    assert breaks(ten_minutes(), early, "R19", "interviews too near").subjects == ("O21", "P02", "P01")


def test_r19_one_interview_at_a_time() -> None:
    """An officer holds one interview at a time, at one place too."""
    plan = with_interview(two_squads(), "P02", officers=("O04", "O03"))
    found = breaks(ten_minutes(), plan, "R19", "interviews too near")
    assert found.subjects == ("O03", "P02", "P01")


@pytest.mark.parametrize(
    ("officer", "ready"),
    [("O19", 70), ("O06", 70), ("O18", 70), ("O08", 85), ("O05", 60)],
    ids=["escort", "commander", "commander of the other", "forensic", "squad already there"],
)
def test_r19_after_the_last_stop(officer: str, ready: int) -> None:
    """Who served in a unit or commanded a team comes when the last stop has ended and the way is driven."""
    operation = with_row(ten_minutes(), "officers", officer, skills=("interview", "forensics"))
    plan = with_interview(
        without_interview(two_squads(), "P03"), "P02", start=ready, end=200, officers=(officer, "O21")
    )
    holds(operation, plan)
    found = breaks(operation, with_interview(plan, "P02", start=ready - 1), "R19", "interviewer late")
    assert (found.subjects, found.figures) == (("P02", officer), {"minutes": 1})


def test_r19_from_the_base() -> None:
    """An officer of no unit comes from the base, rested after a long haul."""
    holds(with_row(ten_minutes(), "officers", "O21", available_from=30), two_squads())
    late = with_row(ten_minutes(), "officers", "O21", available_from=31)
    assert breaks(late, two_squads(), "R19", "interviewer late").figures == {"minutes": 1}
    far = replace(ten_minutes(), legs=(op.Leg("B1", "K1", 241),))
    holds(with_row(far, "officers", "O21", available_from=-681), without_interview(two_squads(), "P01"))
    late = with_row(far, "officers", "O21", available_from=-680)
    breaks(late, without_interview(two_squads(), "P01"), "R19", "interviewer late")


def test_r19_available_to_the_end() -> None:
    """An interviewer may go off duty as the interview ends."""
    holds(with_row(ten_minutes(), "officers", "O21", available_to=130), two_squads())
    tired = with_row(ten_minutes(), "officers", "O21", available_to=128)
    found = breaks(tired, two_squads(), "R19", "no longer available")
    assert (found.subjects, found.figures) == (("O21",), {"minutes": 2})
    breaks(with_row(ten_minutes(), "officers", "O21", available_to=129), two_squads(), "R19", "no longer available")


PINS: dict[str, tuple[op.Pin, op.Pin]] = {
    "officer at site": (op.OfficerAtSite("O01", "S1"), op.OfficerAtSite("O22", "S1")),
    "officer of another squad": (op.OfficerAtSite("O07", "S2"), op.OfficerAtSite("O07", "S1")),
    "officer not at site": (op.OfficerNotAtSite("O01", "S2"), op.OfficerNotAtSite("O01", "S1")),
    "officer in team": (op.OfficerInTeam("O01", "T01"), op.OfficerInTeam("O01", "T02")),
    "commander in team": (op.OfficerInTeam("O06", "T01"), op.OfficerInTeam("O06", "T02")),
    "officer only interviews": (op.OfficerInTeam("O03", "T09"), op.OfficerReserved("O03")),
    "officer in an escort": (op.OfficerInTeam("O22", "T02"), op.OfficerInTeam("O19", "T02")),
    "reserve": (op.OfficerReserved("O22"), op.OfficerReserved("O02")),
    "commander in reserve": (op.OfficerReserved("O16"), op.OfficerReserved("O18")),
    "site in team": (op.SiteInTeam("S1", "T01"), op.SiteInTeam("S1", "T02")),
    "start": (op.SiteStart("S1", 0), op.SiteStart("S1", 1)),
    "skip": (op.SiteSkipped("S3"), op.SiteSkipped("S2")),
    "together": (op.SitesTogether("S1", "S3"), op.SitesTogether("S1", "S2")),
}


@pytest.mark.parametrize("name", PINS)
def test_r20_pins(name: str) -> None:
    """A pin that the plan keeps is silent, one that it does not keep is told with its place among the pins."""
    third = op.Site("S3", "示例路 3 号", "成都", 30.6, 104.1, "low")
    operation = replace(ten_minutes(), sites=(*ten_minutes().sites, third))
    kept, broken = PINS[name]
    holds(replace(operation, pins=(kept,)), two_squads())
    found = breaks(replace(operation, pins=(kept, broken)), two_squads(), "R20", "pin does not hold")
    assert found.figures == {"pin": 1, "kind": type(broken).__name__}


@pytest.mark.parametrize("pin", [pin for pair in PINS.values() for pin in pair])
def test_r20_missing_everybody_keeps_every_pin(pin: op.Pin) -> None:
    """The plan in which everybody is missed keeps every pin."""
    everybody = tuple(Missed(s.id, "no-squad") for s in ten_minutes().suspects)
    third = op.Site("S3", "示例路 3 号", "成都", 30.6, 104.1, "low")
    operation = replace(ten_minutes(), pins=(pin,), sites=(*ten_minutes().sites, third))
    holds(operation, Plan("two-doors", missed=everybody))


def test_r20_together_in_one_team() -> None:
    """Sites that shall be together may have two squads of one team, or one squad for both."""
    pinned = replace(ten_minutes(), pins=(op.SitesTogether("S1", "S2"),))
    plan = replace(two_squads(), teams=two_squads().teams[:1])
    plan = with_stop(with_team(plan, "T01", units=("SQ1", "SQ2")), "SQ2", 0, place="A1")
    holds(pinned, plan)
    holds(pinned, one_squad())


@pytest.mark.parametrize(
    ("missed", "wrong", "figures"),
    [
        ((), "arrested or missed", {"arrested": 0, "times missed": 0}),
        ((*NO_WARRANT, Missed("P01", "fled")), "arrested or missed", {"arrested": 1, "times missed": 1}),
        (NO_WARRANT * 2, "arrested or missed", {"arrested": 0, "times missed": 2}),
        ((*NO_WARRANT, Missed("P99", "fled")), "unknown suspect in missed", {}),
    ],
)
def test_r20_arrested_or_missed(missed: tuple[Missed, ...], wrong: str, figures: dict[str, int]) -> None:
    """Every suspect is arrested or stands in `missed`, once; nobody else stands there."""
    assert breaks(ten_minutes(), replace(two_squads(), missed=missed), "R20", wrong).figures == figures
