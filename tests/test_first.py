"""The first plan, which is made without integer programs: it breaks no rule, and misses few."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.files import read_operation
from planner.operation import OfficerAtSite, OfficerReserved
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.detainees import choose_custody
from planner.solver.doors import doors
from planner.solver.first import complete_squads, first_squads
from planner.solver.missed import empty_plan
from planner.solver.opening import open_more
from planner.solver.params import SQUADS
from planner.solver.progress import Clock, Limit
from planner.solver.sectors import allocate, sectors
from planner.solver.spread import Heard, SerialExecutor, ShouldStop, nobody
from planner.solver.squads import whole_force
from planner.solver.squads_by_sector import by_sector
from planner.solver.strike import postpone
from tests.effort import slow_after, tries
from tests.operations import PLANNABLE, awkward_operations, random_operation, two_doors

T = TypeVar("T")
R = TypeVar("R")
EXAMPLES = Path(__file__).parents[1] / "examples"


def first(scenario: Scenario, clock: Clock, reserve: float = 0.0) -> Plan:
    """The first plan of all doors."""
    return first_squads(scenario, whole_force(scenario), clock, reserve)


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([0.0, 0.3]))
@settings(max_examples=tries(300), deadline=None)
def test_no_rule_is_broken(seed: int, is_plain: bool, reserve: float) -> None:
    """Random operations, with pins, ready teams, late officers and closed ways, have a lawful first plan."""
    operation = random_operation(seed, choices=PLANNABLE) if is_plain else random_operation(seed)
    scenario = Scenario(operation)
    assert not check(scenario, first(scenario, Clock(Limit(work=1)), reserve))


@pytest.mark.parametrize("name", awkward_operations())
def test_what_is_awkward_is_planned_or_missed(name: str) -> None:
    """Nothing, nobody, no way: the first plan stands, and breaks no rule."""
    scenario = Scenario(awkward_operations()[name])
    assert not check(scenario, first(scenario, Clock(Limit(work=1))))


@pytest.mark.parametrize(
    ("name", "missed"), [("tiny", 1), ("one-city", 1), ("one-city-short", 1), ("3-02", 2), ("3-02-rosters", 2)]
)
def test_nobody_is_missed_who_can_be_had(name: str, missed: int) -> None:
    """Examples miss only who has no warrant, on time, before any integer program was solved."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    plan = first(scenario, Clock(Limit(work=1)))
    assert not check(scenario, plan)
    assert (score(scenario, plan).missed, score(scenario, plan).exposure) == (missed, 0)


@pytest.mark.parametrize(
    ("name", "most"), slow_after(1, [("one-city-half", 9), ("3-02-short", 20), ("3-02-orders", 8)])
)
def test_few_are_missed_where_officers_are_few(name: str, most: int) -> None:
    """Where officers are too few for all doors, or orders bind them, the most important doors open."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    plan = first(scenario, Clock(Limit(work=1)))
    assert not check(scenario, plan)
    assert score(scenario, plan).missed <= most


def test_a_team_gives_way_to_another_where_the_rest_of_its_city_has_room() -> None:
    """With every team standing, a door of another city opens when squads of two small teams join one."""
    scenario = Scenario(read_operation(EXAMPLES / "3-02-rosters.json"))
    plan = first(scenario, Clock(Limit(work=1, seed=1)))
    assert len(plan.teams) == scenario.operation.max_teams
    assert (score(scenario, plan).missed, score(scenario, plan).exposure) == (2, 0)


@pytest.mark.parametrize(("name", "most"), [("3-02", 26), ("3-02-rosters", 12)])
def test_sectors_are_smaller_where_every_door_may_be_many_teams(name: str, most: int) -> None:
    """All doors are in one sector each, of one city; no sector is larger than its program ends soon for."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    parts = sectors(scenario, doors(scenario))
    assert sorted(d.id for part in parts for d in part.doors) == sorted(d.id for d in doors(scenario))
    assert max(len(part.doors) for part in parts) <= most
    assert all(len({d.site.city for d in part.doors}) == 1 for part in parts)


@pytest.mark.parametrize("looks", [0, 1, 20, 60])
def test_it_may_be_stopped_at_any_door(looks: int) -> None:
    """Whoever asks to stop has a lawful plan of the doors that had their turn."""
    scenario, asked = Scenario(read_operation(EXAMPLES / "3-02.json")), count()
    plan = first(scenario, Clock(Limit(work=1), asked=lambda: next(asked) >= looks))
    assert not check(scenario, plan)
    assert len(plan.raids_by_site) == min(looks, 50)


@given(st.integers(0, 10**6), st.integers(0, 6))
@settings(max_examples=tries(100), deadline=None)
def test_what_others_left_shut_is_opened(seed: int, looks: int) -> None:
    """Random operations, of which some doors have squads: no rule is broken, and nobody is missed who was not."""
    scenario, asked = Scenario(random_operation(seed)), count()
    plan = first(scenario, Clock(Limit(work=1), asked=lambda: next(asked) >= looks))
    more = complete_squads(scenario, whole_force(scenario), plan, Clock(Limit(work=1)))
    assert not check(scenario, more)
    assert score(scenario, more).missed <= score(scenario, plan).missed


def test_squads_of_some_doors_are_completed() -> None:
    """As few are missed as by a first plan; a plan with nothing shut or late stays as it is, byte for byte."""
    scenario, asked = Scenario(read_operation(EXAMPLES / "3-02.json")), count()
    force = whole_force(scenario)
    plan = first(scenario, Clock(Limit(work=1), asked=lambda: next(asked) >= 20))
    more = complete_squads(scenario, force, plan, Clock(Limit(work=1)))
    assert not check(scenario, more)
    assert score(scenario, more).missed == 2
    assert complete_squads(scenario, force, more, Clock(Limit(work=1))) is more


def test_a_late_door_is_opened_on_time_where_it_can_be() -> None:
    """One squad comes an hour after the strike window: it is formed anew, and nobody is exposed."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    plan = first(scenario, Clock(Limit(work=1)))
    late = plan.units_by_id[plan.teams[0].units[0]]
    units = tuple(postpone(u, scenario.operation.doctrine.strike_window + 60) if u is late else u for u in plan.units)
    spoiled = replace(plan, units=units)
    more = complete_squads(scenario, whole_force(scenario), spoiled, Clock(Limit(work=1)))
    assert not check(scenario, more)
    assert (score(scenario, more).missed, score(scenario, more).exposure) == (score(scenario, plan).missed, 0)
    assert score(scenario, spoiled).exposure > 0


def test_a_force_shared_out_without_whole_numbers_is_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many sites: nobody is promised twice, every sector gets enough, and nobody is missed who can be had."""
    scenario, many = (
        Scenario(read_operation(EXAMPLES / "one-city.json")),
        replace(SQUADS, most_exact=0, sector_doors_many=8),
    )
    monkeypatch.setattr("planner.solver.sectors.SQUADS", many)
    force, clock = whole_force(scenario), Clock(Limit(work=10_000))
    parts = sectors(scenario, force.doors)
    shares = allocate(scenario, parts, force.officers, force.vehicles, clock, many.wide_gap)
    for i, row in enumerate(force.officers):
        assert sum(share.officers.get(i, 0) for share in shares) <= len(row.officers)
    for k, car in enumerate(force.vehicles):
        assert sum(share.vehicles.get(k, 0) for share in shares) <= len(car.vehicles)
    assert sum(share.num_teams for share in shares) <= scenario.operation.max_teams
    for part, share in zip(parts, shares, strict=True):
        assert sum(share.officers.values()) >= sum(door.size for door in part.doors)
        assert share.num_teams * scenario.operation.doctrine.span_of_control >= len(part.doors)
    plan = by_sector(scenario, force, parts, clock)
    assert not check(scenario, plan)
    assert len(parts) > 1 and score(scenario, complete_squads(scenario, force, plan, clock)).missed == 1


def test_the_same_seed_gives_the_same_plan() -> None:
    """Nothing depends on the clock or on the order of rows in memory."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city-short.json"))
    assert first(scenario, Clock(Limit(work=1, seed=3))) == first(scenario, Clock(Limit(work=1, seed=3)))


def test_a_reserve_is_left() -> None:
    """So many officers have no squad, also where that leaves doors shut."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city-half.json"))
    plan = first(scenario, Clock(Limit(work=1)), 0.3)
    in_teams = sum(len(unit.officers) for unit in plan.units) + len(plan.teams)
    assert 0 < in_teams <= 0.7 * len(scenario.operation.officers) + len(plan.teams)


@pytest.mark.slow
def test_squads_raid_twice_where_officers_are_few() -> None:
    """With some officers left for escorts, squads of half a city's force open the doors of the whole."""
    scenario, clock = Scenario(read_operation(EXAMPLES / "one-city-half.json")), Clock(Limit(work=120, seed=1))
    plan = first(scenario, clock)
    plan, _ = choose_custody(scenario, plan, clock)
    more, _ = open_more(scenario, plan, clock)
    assert not check(scenario, more)
    assert score(scenario, more).missed <= 3 < score(scenario, plan).missed
    assert any(sum(stop.task == "raid" for stop in unit.stops) > 1 for unit in more.units)


class Backwards(SerialExecutor):
    """Does the last task first."""

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers, in the tasks' order."""
        return super().__call__(work, reversed(list(tasks)), asked, heard)[::-1]


def test_plans_with_a_reserve_do_not_wait_for_each_other() -> None:
    """Whichever is made first: each has its own limit, and the better one is taken."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city-half.json"))
    empty = empty_plan(scenario)
    one, other = (open_more(scenario, empty, Clock(Limit(work=30), way))[0] for way in (SerialExecutor(), Backwards()))
    assert one == other
    assert not check(scenario, one)
    assert score(scenario, one) < score(scenario, empty)


def test_a_door_stays_shut_whose_officer_is_reserved() -> None:
    """Two pins that exclude each other: the officer is called to the door, and has no part in the plan."""
    base = two_doors()
    pins = (OfficerAtSite("O01", "S1"), OfficerReserved("O01"))
    scenario = Scenario(replace(base, pins=pins))
    plan = first(scenario, Clock(Limit(work=1)))
    assert not check(scenario, plan)
    assert set(plan.raids_by_site) == {"S2"}
