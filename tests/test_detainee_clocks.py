"""The clock of each detainee that runs out first: when it began, when it ends, and from when on it warns."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.law.conditions import ALWAYS
from planner.law.pack import ClockStart, LawPack, PackClock
from planner.law.pack_file import shipped_packs
from planner.law.running import clocks_by_suspect
from planner.plan import Plan
from planner.reports import Report, standing
from planner.reports.detainees import BY_DOCTRINE, DetaineeClock, detainee_clocks
from planner.reports.facts import Facts
from planner.scenario import Scenario
from tests.kept_plans import SOLVED, kept
from tests.nights import night

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Case = tuple[Scenario, Plan, list[Report]]


@pytest.fixture(scope="module")
def case() -> Case:
    """One city, its plan, and everything that was reported in a night up to the deliveries, which nobody reported."""
    scenario, plan = kept(SOLVED, "one-city")
    return scenario, plan, [one for one in standing(night(scenario, plan, 3)) if one.code != "lodged"]


@pytest.fixture(scope="module")
def pack() -> LawPack:
    """A pack of law with no clock."""
    return replace(shipped_packs()["cn"], clocks=())


def clock(pack: LawPack, name: str, hours: float, **changes: object) -> PackClock:
    """A clock of every detainee from the arrest on."""
    any_of = shipped_packs()["cn"].clocks[0]
    values = {"id": name, "when": ALWAYS, "starts": (ClockStart("arrest"),), "end": "lodged", "limit": hours * HOUR}
    return replace(any_of, per="suspects", extensions=(), pauses=(), **(values | changes))  # type: ignore[arg-type]


def running(case: Case, pack: LawPack | None, minute: int, *more: Report) -> list[DetaineeClock]:
    """The clocks at this minute from H."""
    scenario, plan, told = case
    facts = Facts(scenario.operation, plan, standing([*told, *more]))
    clocks = clocks_by_suspect(scenario.operation, pack)
    return detainee_clocks(facts, clocks, scenario.operation.h_hour + timedelta(minutes=minute))


@pytest.mark.parametrize("has_pack", [False, True])
def test_without_a_clock_of_law_doctrine_says_when_somebody_must_be_delivered(
    case: Case, pack: LawPack, has_pack: bool
) -> None:
    """Everybody who was arrested has a clock from the arrest on, the nearest end first; it warns three times."""
    scenario = case[0]
    found = running(case, pack if has_pack else None, 0)
    assert found and len({one.suspect for one in found}) == len(found)
    assert found == sorted(found, key=lambda one: (one.end, one.suspect))
    most = timedelta(minutes=scenario.operation.doctrine.custody_latest)
    assert {(one.name, one.article, one.end - one.start) for one in found} == {(BY_DOCTRINE, "", most)}
    begun = (found[0].start - scenario.operation.h_hour) // MINUTE

    def step(part: float) -> int:
        """How often the first clock has warned after this part of its time."""
        then = running(case, None, begun + int(part * (most // MINUTE)) + 1)
        return next(one.step for one in then if one.suspect == found[0].suspect)

    assert [step(part) for part in (0, 0.49, 0.51, 0.76, 0.91, 1.01)] == [0, 0, 1, 2, 3, 4]
    assert found[0].minutes_left(found[0].end) == 0
    assert found[0].minutes_left(found[0].end + 3 * MINUTE) == -3


def test_who_was_delivered_has_no_clock_of_doctrine(case: Case) -> None:
    """The report of a delivery ends it, and nobody else's."""
    scenario, plan, told = case
    gone, *others = (one.suspect for one in running(case, None, 0))
    carrier = next(
        unit for unit in plan.units for stop in unit.stops if gone in stop.suspects and stop.task == "deliver"
    )
    place = next(stop.place for stop in carrier.stops if stop.task == "deliver" and gone in stop.suspects)
    like = next(one for one in night(scenario, plan, 3) if one.code == "lodged")
    lodged = replace(like, unit=carrier.id, suspect=gone, place=place, said=max(one.said for one in told) + HOUR)
    assert {one.suspect for one in running(case, None, 0, lodged)} == set(others)


def test_of_several_clocks_of_law_the_first_to_end_counts(case: Case, pack: LawPack) -> None:
    """With its article and name, in place of doctrine; not one of an act that is not known, nor of another subject."""
    long, short = clock(pack, "long", 24), clock(pack, "short", 2, article="Art. 1")
    other = clock(pack, "unknown-act", 1, when=shipped_packs()["cn"].clocks[0].when)
    assert other.when != ALWAYS
    scene = replace(clock(pack, "scene", 0.5), per="sites")
    found = running(case, replace(pack, clocks=(long, other, scene, short)), 0)
    assert {(one.article, one.end - one.start) for one in found} == {("Art. 1", 2 * HOUR)}


def test_a_clock_that_begins_with_what_has_not_happened_does_not_run(case: Case, pack: LawPack) -> None:
    """Nor does doctrine's, where the law has a clock of its own; one from an hour after the arrest begins then."""
    never = clock(pack, "never", 1, starts=(ClockStart("interview"),))
    assert running(case, replace(pack, clocks=(never,)), 0) == []
    later = clock(pack, "later", 2, starts=(ClockStart("arrest", HOUR),))
    plain = {one.suspect: one.start for one in running(case, None, 0)}
    found = running(case, replace(pack, clocks=(later,)), 0)
    assert {one.suspect: one.start - HOUR for one in found} == plain


def test_a_clock_without_length_is_over_at_once(case: Case, pack: LawPack) -> None:
    """The law that says "at once" leaves no part of a time that could have passed."""
    found = running(case, replace(pack, clocks=(clock(pack, "at-once", 0),)), 0)
    assert found and {one.step for one in found} == {4}
