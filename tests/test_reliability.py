"""How likely all squads are in position: against closed forms, another simulation, and what more margin may do."""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from statistics import NormalDist

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from planner.__main__ import main
from planner.edits import apply_edits
from planner.files import parse_operation, read_operation, read_plan
from planner.needs import set_minutes
from planner.plan import Plan
from planner.reliability import (
    LEVELS,
    SquadDrive,
    TravelSpread,
    delays,
    leads_for,
    margins_for,
    moves_of,
    nights,
    set_chances,
)
from planner.reliability.moves import BaseDrive
from planner.render.formatting import percent
from planner.render.timeline import timeline
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.solver import Clock, Limit, solve
from planner.whatif import set_margins
from roads.profile import profile
from tests.referee import ROOT

DRAWS = 10_000
FEW = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40), st.sampled_from("AB")), min_size=1, max_size=6)


def move(n: int, minutes: int, margin: int, city: str = "A", **more: object) -> SquadDrive:
    """A made-up squad's drive."""
    row = SquadDrive(f"Q{n}", f"T-{city}", f"S{n}", city, 4, minutes, margin, 0, ())
    return replace(row, **more)  # type: ignore[arg-type]


def by_closed_form(minutes: int, margin: int, sigma: float) -> float:
    """P(minutes x factor <= minutes + margin) of a log-normal factor of median 1."""
    return NormalDist().cdf(math.log((minutes + margin) / minutes) / sigma)


def near(share: float, wished: float, draws: int = DRAWS) -> bool:
    """Whether a simulated share agrees with the wished one, within four of its standard errors."""
    return abs(share - wished) <= 4 * math.sqrt(max(wished * (1 - wished), 1e-4) / draws)


@cache
def case() -> tuple[Scenario, Plan]:
    """The operation 3-02 on roads with its plan."""
    name = "3-02-roads.json"
    return Scenario(read_operation(ROOT / "examples" / name)), read_plan(ROOT / "examples" / "plans" / name)


def test_the_spread_is_that_of_the_roads() -> None:
    """Two rooms that do not know each other say the same of how drives vary."""
    assert TravelSpread().p90 == profile().spread


@pytest.mark.parametrize(("p90", "common"), [(0.9, 0.9), (1.2, 1.3), (1.5, 0.5), (math.inf, 1), (math.nan, 1)])
def test_no_spread(p90: float, common: float) -> None:
    """What all share varies no more than the whole, and nothing varies less than not at all."""
    with pytest.raises(ValueError, match="no spread"):
        TravelSpread(p90, common)


def test_nine_of_ten_drives_stay_below_the_spread() -> None:
    """The whole spread is what was asked for, whatever part of it is shared."""
    for common in (1.0, 1.1, 1.35):
        late_by = delays([move(1, 100, 0)], TravelSpread(1.35, common))
        assert near(float((late_by <= 35).mean()), 0.9)
        assert near(float((late_by <= 0).mean()), 0.5)


@pytest.mark.parametrize(("minutes", "margin"), [(60, 10), (60, 20), (25, 10), (200, 5)])
def test_one_squad_is_its_log_normal(minutes: int, margin: int) -> None:
    """One squad's chance is the distribution's own."""
    spread, moves = TravelSpread(1.35, 1.2), [move(1, minutes, margin)]
    found = set_chances(moves, delays(moves, spread))
    wished = by_closed_form(minutes, margin, spread.sigma)
    assert near(found.all, wished) and found.all == found.squads["Q1"] == found.teams["T-A"]
    assert found.gain["Q1"] == pytest.approx(1 - found.all)


def test_independent_squads_are_a_product() -> None:
    """Nothing in common: the chances multiply, in one city and over two."""
    spread = TravelSpread(1.35, 1.0)
    moves = [move(n, 20 + 10 * n, 10, "AB"[n % 2]) for n in range(5)]
    found = set_chances(moves, delays(moves, spread))
    each = [by_closed_form(one.minutes, one.margin, spread.sigma) for one in moves]
    assert near(found.all, math.prod(each))
    assert near(found.teams["T-A"], math.prod(each[0::2])) and near(found.teams["T-B"], math.prod(each[1::2]))
    others = math.prod(each[:2]) * math.prod(each[3:])
    assert near(found.all + found.gain["Q2"], others)


def test_all_in_common_is_the_weakest_squad() -> None:
    """One factor for the whole city: all are set where the one with the least margin for its way is."""
    spread = TravelSpread(1.35, 1.35)
    moves = [move(n, 20 + 10 * n, 10) for n in range(5)]
    found = set_chances(moves, delays(moves, spread))
    assert near(found.all, by_closed_form(60, 10, spread.sigma))
    assert found.all == found.squads["Q4"]


def test_two_cities_with_a_factor_each() -> None:
    """What a city shares is not shared by two."""
    spread = TravelSpread(1.35, 1.35)
    moves = [move(1, 40, 10, "A"), move(2, 40, 10, "B")]
    assert near(set_chances(moves, delays(moves, spread)).all, by_closed_form(40, 10, spread.sigma) ** 2)


def test_from_bases_the_latest_party_counts() -> None:
    """With a door at the assembly point, the chance is that no party comes late; rest and wait take up a delay."""
    spread = TravelSpread(1.35, 1.0)
    one = move(1, 0, 10, from_bases=(BaseDrive(60, 0), BaseDrive(30, 0)))
    for row, spare in ((one, 0), (replace(one, wait=7), 7)):
        found = set_chances([row], delays([row], spread, from_bases=True))
        wished = by_closed_form(60, 10 + spare, spread.sigma) * by_closed_form(30, 10 + spare, spread.sigma)
        assert near(found.all, wished)
    rested = replace(one, from_bases=(BaseDrive(300, 480),))
    assert set_chances([rested], delays([rested], spread, from_bases=True)).all > 0.999
    assert set_chances([one], delays([one], spread)).all == 1


def test_who_leaves_the_base_earlier_has_the_closed_form() -> None:
    """With a door at the assembly point, earlier departure is time to spare like any other; all of it is a product."""
    spread = TravelSpread(1.35, 1.0)
    moves = [move(n, 0, 0, from_bases=(BaseDrive(30 + 10 * n, 0),)) for n in range(3)]
    drawn = nights(moves, spread)
    for earlier in ([0, 0, 0], [10, 5, 20]):
        late_by = drawn.late_by(earlier)
        each = [
            by_closed_form(one.from_bases[0].minutes, e, spread.sigma) for one, e in zip(moves, earlier, strict=True)
        ]
        found = set_chances(moves, late_by)
        assert near(found.all, math.prod(each))
        assert all(near(found.squads[one.squad], wished) for one, wished in zip(moves, each, strict=True))


def test_one_base_drive_needs_its_quantile() -> None:
    """A single drive from a base needs the quantile of its log-normal, less rest and wait, and no margin more."""
    spread = TravelSpread(1.35, 1.0)
    for drive, wait in ((BaseDrive(60, 0), 0), (BaseDrive(60, 0), 8), (BaseDrive(300, 30), 0)):
        row = move(1, 0, 10, wait=wait, from_bases=(drive,))
        found = leads_for(0.9, [row], nights([row], spread, draws=40_000), spread)
        quantile = drive.minutes * math.expm1(spread.sigma * NormalDist().inv_cdf(0.9)) - drive.rest - wait
        assert found.minutes == {"Q1": 10}
        assert abs(found.earlier["Q1"] - max(0, quantile - 10)) <= 3  # the margin is spare time too
        assert found.all >= 0.9
        assert found.price == 4 * found.earlier["Q1"]


@given(FEW, st.integers(0, 30), st.integers(0, 60), st.integers(0, 9))
def test_leaving_earlier_never_lowers_a_chance(
    rows: list[tuple[int, int, str]], more: int, minutes: int, seed: int
) -> None:
    """Of no squad, no team, and not of all; and every level is reached, the higher the dearer."""
    moves = [move(n, *row, from_bases=(BaseDrive(minutes, 0),)) for n, row in enumerate(rows)]
    spread = TravelSpread()
    drawn = nights(moves, spread, draws=300, seed=seed)
    before, after = (set_chances(moves, drawn.late_by([e] * len(moves))) for e in (0, more))
    assert after.all >= before.all
    assert all(after.squads[name] >= chance for name, chance in before.squads.items())
    found = [leads_for(level, moves, drawn, spread) for level in LEVELS]
    assert all(one.all >= one.level for one in found)
    assert [one.price for one in found] == sorted(one.price for one in found)
    for one in found:
        margins = [one.minutes[m.squad] for m in moves]
        late_by = drawn.late_by([one.earlier[m.squad] for m in moves])
        assert set_chances(moves, late_by, margins).all == one.all


def test_the_same_seed_gives_the_same_nights() -> None:
    """Drives and bases; what is told without bases is told of the same drives."""
    scenario, plan = case()
    moves, spread = moves_of(scenario, plan), TravelSpread()
    once, again = (nights(moves, spread, draws=500, seed=3) for _ in range(2))
    assert (once.drives == again.drives).all() and (once.bases == again.bases).all()
    assert (delays(moves, spread, draws=500, seed=3) == once.drives).all()
    assert (delays(moves, spread, draws=500, seed=3, from_bases=True) == once.late_by()).all()
    assert not (once.drives == nights(moves, spread, draws=500, seed=4).drives).all()


def test_leave_by_is_when_the_timeline_departs() -> None:
    """Each squad leaves so that it is in position with its margin, and the last moment is its margin later."""
    scenario, plan = case()
    ways = timeline(scenario, plan).movements_by_unit
    for one in moves_of(scenario, plan):
        raid = plan.raids_by_site[one.site][1].start
        assert one.leave == next(way.depart for way in ways[one.squad] if way.target == one.site)
        assert one.arrive + one.margin == raid
        assert one.latest + one.minutes == raid


def _another_way(moves: Sequence[SquadDrive], margins: Sequence[int], spread: TravelSpread, nights: int) -> list[float]:
    """All, then each squad: the same question in plain Python with another generator, night by night."""
    dice, all_set, each = random.Random(7), 0, [0] * len(moves)
    common, whole = math.log(spread.common), math.log(spread.p90)
    z90 = 1.2815515655446004
    own = math.sqrt(whole**2 - common**2) / z90
    for _ in range(nights):
        rush = {city: dice.gauss(0, common / z90) for city in sorted({one.city for one in moves})}
        there = [
            one.minutes * math.exp(rush[one.city] + dice.gauss(0, own)) <= one.minutes + margin
            for one, margin in zip(moves, margins, strict=True)
        ]
        all_set += all(there)
        each = [n + is_there for n, is_there in zip(each, there, strict=True)]
    return [n / nights for n in (all_set, *each)]


def test_another_simulation_agrees_on_3_02() -> None:
    """All and each squad, with the plan's margins and with those for nine of ten nights."""
    scenario, plan = case()
    moves, spread, nights = moves_of(scenario, plan), TravelSpread(1.35, 1.2), 4000
    late_by = delays(moves, spread)
    wished = margins_for(0.9, moves, late_by, spread)
    for margins in ([one.margin for one in moves], list(wished.minutes.values())):
        found = set_chances(moves, late_by, margins)
        other = _another_way(moves, margins, spread, nights)
        for mine, theirs in zip((found.all, *found.squads.values()), other, strict=True):
            assert near(mine, theirs, nights // 2), (mine, theirs)
    assert wished.all >= 0.9 and near(_another_way(moves, list(wished.minutes.values()), spread, nights)[0], 0.9, 1000)


def test_moves_are_those_of_the_plan() -> None:
    """Each squad's drive to its first door, with the margin that doctrine or the site asks for."""
    scenario, plan = case()
    moves = moves_of(scenario, plan)
    squads = [unit for unit in plan.units if unit.kind == "squad"]
    assert [one.squad for one in moves] == [unit.id for unit in squads]
    for one, unit in zip(moves, squads, strict=True):
        muster, raid = unit.stops[:2]
        site = scenario.operation.sites_by_id[raid.place]
        assert (one.site, one.city, one.officers) == (site.id, site.city, len(unit.officers))
        assert one.minutes == scenario.travel.minutes(muster.place, raid.place)
        assert one.margin == set_minutes(scenario.operation, site)
        assert one.team == plan.team_of_unit[unit.id] and one.wait >= 0


def test_who_is_there_already_is_left_out() -> None:
    """Of a running operation squads whose raid began are no question any more."""
    scenario, plan = case()
    running = Scenario(scenario.operation, Parent(plan, scenario.operation), now=1)
    to_come = [unit.id for unit in plan.units if unit.kind == "squad" and unit.stops[1].start >= 1]
    assert [one.squad for one in moves_of(running, plan)] == to_come


@given(FEW, st.integers(0, 5), st.integers(0, 30), st.integers(0, 9))
def test_more_margin_never_lowers_a_chance(rows: list[tuple[int, int, str]], which: int, more: int, seed: int) -> None:
    """Of no squad, no team, and not of all."""
    moves = [move(n, *row) for n, row in enumerate(rows)]
    late_by = delays(moves, TravelSpread(), draws=300, seed=seed)
    before = set_chances(moves, late_by)
    margins = [one.margin + more * (n == which % len(moves)) for n, one in enumerate(moves)]
    after = set_chances(moves, late_by, margins)
    assert after.all >= before.all
    assert all(after.squads[name] >= chance for name, chance in before.squads.items())
    assert all(after.teams[name] >= chance for name, chance in before.teams.items())


@given(FEW, st.integers(0, 9))
def test_margins_reach_their_level(rows: list[tuple[int, int, str]], seed: int) -> None:
    """Each level is reached, costs no less than the one before, and no squad gets less than the plan gives it."""
    moves, spread = [move(n, *row) for n, row in enumerate(rows)], TravelSpread()
    late_by = delays(moves, spread, draws=300, seed=seed)
    found = [margins_for(level, moves, late_by, spread) for level in LEVELS]
    for one in found:
        given_ = [one.minutes[row.squad] for row in moves]
        assert one.all >= one.level and one.all == set_chances(moves, late_by, given_).all
        assert all(margin >= row.margin for row, margin in zip(moves, given_, strict=True))
        assert one.price == sum(4 * (margin - row.margin) for row, margin in zip(moves, given_, strict=True))
    assert [one.price for one in found] == sorted(one.price for one in found)


def test_the_same_seed_gives_the_same_figures() -> None:
    """Draw by draw; another seed gives others."""
    scenario, plan = case()
    moves = moves_of(scenario, plan)
    first, again, other = (delays(moves, TravelSpread(), seed=seed, from_bases=True) for seed in (3, 3, 4))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_nothing_to_drive_is_certain() -> None:
    """A plan without squads, and one whose assembly point is the door."""
    found = set_chances((), delays((), TravelSpread()))
    assert (found.all, found.squads, found.teams) == (1, {}, {})
    assert margins_for(0.99, (), delays((), TravelSpread()), TravelSpread()).price == 0
    assert set_chances([move(1, 0, 0)], delays([move(1, 0, 0)], TravelSpread())).all == 1


def test_probabilities_are_told_no_finer_than_they_are() -> None:
    """Whole per cent; neither never nor always."""
    assert [percent(share) for share in (0, 0.0099, 0.01, 0.566, 0.99, 0.991, 1)] == [
        "< 1 %", "< 1 %", "1 %", "57 %", "99 %", "> 99 %", "> 99 %",
    ]  # fmt: skip


def test_a_plan_with_the_margins_keeps_what_they_promise() -> None:
    """Replanned with the margins of a level, no squad has less, and all are in position in that share of the nights."""
    document = json.loads((ROOT / "examples" / "one-city.json").read_text("utf-8"))
    old = read_plan(ROOT / "examples" / "plans" / "one-city.json")
    before = Scenario(parse_operation(document))
    moves, spread = moves_of(before, old), TravelSpread()
    wished = margins_for(0.95, moves, delays(moves, spread), spread)
    longer = {one.site: wished.minutes[one.squad] for one in moves}
    edited = parse_operation(apply_edits(document, set_margins(document, longer)))
    after = Scenario(edited, Parent(old, before.operation))
    plan = solve(after, Clock(Limit(work=300)))
    assert check(after, plan) == ()
    found = moves_of(after, plan)
    assert found and all(one.margin >= longer.get(one.site, 0) for one in found)
    chance = set_chances(found, delays(found, spread)).all
    assert chance >= 0.95 or near(chance, 0.95), chance


def test_from_the_shell() -> None:
    """The table, the weakest squad first; a spread that there is not is refused."""
    files = [str(ROOT / "examples" / "one-city.json"), str(ROOT / "examples" / "plans" / "one-city.json")]
    lines = CliRunner().invoke(main, ["reliability", *files]).stdout.splitlines()
    plan = read_plan(files[1])
    squads = [unit.id for unit in plan.units if unit.kind == "squad"]
    assert lines[1].startswith("all\t") and len(lines) == 4 + len(plan.teams) + len(squads) + 1
    rows = [row.split("\t") for row in lines[4 + len(plan.teams) : -1]]
    assert sorted(row[0] for row in rows) == sorted(squads)
    chances = [int(row[5].strip("<> %")) for row in rows]
    assert chances == sorted(chances)
    assert CliRunner().invoke(main, ["reliability", *files, "--spread", "1.0"]).exit_code == 2
