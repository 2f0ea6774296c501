"""The bound city by city: no plan of several cities costs less, wherever its officers and units come from."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.files import read_operation
from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import Score, score
from planner.solver import Clock, Limit, ProcessExecutor, solve
from planner.solver.bounds import force, whole_bound
from planner.solver.bounds.cities import CityTask, cost_by_city, least_in_city
from planner.solver.bounds.force import FAR, Part
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.prices import RoomPrices, room_prices
from planner.solver.params import BOUNDS
from tests.brute_force import best_plan
from tests.effort import slow_after, tries
from tests.joined_cities import bare, both, cut, from_afar, of_other_city, one_load, own_drives, two_cities, two_loads
from tests.kept_plans import SOLVED, kept
from tests.operations import PLANNABLE, random_operation
from tests.referee import verdict
from tests.tiny_operations import tiny_operation

EXAMPLES = Path(__file__).parents[1] / "examples"
KNOWN = {
    "3-02": Score(2, 0, 58570),
    "3-02-roads": Score(2, 0, 60329),
    "3-02-rosters": Score(2, 0, 67400),
}
"""Scores of plans that break no rule."""


def bound_of(scenario: Scenario, found: Score) -> float:
    """The bound within a limit that repeats."""
    return cost_by_city(scenario, found, Clock(Limit(work=100_000)))


@pytest.mark.slow
@given(seed=st.integers(0, 10**6))
@settings(max_examples=tries(10), deadline=None)
def test_no_plan_costs_less(seed: int) -> None:
    """Whatever the operation, and however few bases are told apart, the plan of the stages costs no less."""
    scenario = Scenario(random_operation(seed, choices=PLANNABLE))
    found = score(scenario, solve(scenario, Clock(Limit(work=200))))
    assert bound_of(scenario, found) <= found.cost
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(force, "BOUNDS", replace(BOUNDS, num_bases=1))
        assert bound_of(scenario, found) <= found.cost


@pytest.mark.parametrize(
    ("one", "other"), slow_after(0, [(1017, 1033), (1002, 1013), (1024, 1046), (1027, 1053), (1009, 1023)])
)
def test_no_bound_is_above_the_best_of_two_cities(one: int, other: int) -> None:
    """The best of all plans of one city and the best of another's are a plan of both: it costs no less."""
    here, there = (tiny_operation(seed) for seed in (one, other))
    assert_no_less(*both((here, best_plan(Scenario(here))), of_other_city(there, best_plan(Scenario(there)))))


@pytest.mark.parametrize("seed", slow_after(1, [1017, 1002, 1013, 1018, 1023, 1053]))
def test_no_bound_is_above_the_best_of_a_city_cut_in_two(seed: int) -> None:
    """Also where the two cities share every base and custody place, and are as near as can be."""
    operation = replace(tiny_operation(seed), pins=())
    assert_no_less(*cut(operation, best_plan(Scenario(operation))))


@pytest.mark.parametrize("make", [one_load, two_loads])
def test_units_of_two_cities_cost_no_less(make: Callable[[], Plan]) -> None:
    """Nor where one escort unit takes both cities' detainees, and one forensic unit has both cities' exams."""
    assert_no_less(Scenario(two_cities()), make())


@pytest.mark.parametrize("make", [one_load, two_loads])
def test_who_comes_from_afar_comes_once(make: Callable[[], Plan]) -> None:
    """One escort unit serves both cities from far away: neither city may count its whole way for itself."""
    assert_no_less(*from_afar(*bare(make())))


@pytest.mark.parametrize("make", [lambda: bare(one_load()), lambda: bare(two_loads()), own_drives])
def test_no_price_makes_the_bound_wrong(make: Callable[[], tuple[Scenario, Plan]], monkeypatch) -> None:
    """Where every officer serves, each is paid for once, though an escort unit serves both cities."""
    monkeypatch.setattr(
        "planner.solver.bounds.cities.prices", lambda ground, _: dict.fromkeys(range(len(ground.officers)), 1000.0)
    )
    scenario, plan = make()
    assert_no_less(scenario, plan)
    if not any(u.kind == "escort" for u in plan.units):
        assert bound_of(scenario, score(scenario, plan)) > 0.95 * score(scenario, plan).cost


@pytest.mark.parametrize("make", [one_load, two_loads])
def test_no_price_of_rooms_makes_the_bound_wrong(make: Callable[[], Plan], monkeypatch) -> None:
    """Whatever the interviews of one window after the other pay, all that its rooms could pay is taken off."""
    monkeypatch.setattr("planner.solver.bounds.cities.room_prices", lambda ground, _: prices_of_windows(ground))
    assert_no_less(Scenario(two_cities()), make())


def prices_of_windows(ground: Ground) -> RoomPrices:
    """Every window that begins with a third stretch has a price, another at each place."""
    length, each, together = ground.doctrine.interview_minutes // ground.cell, dict[tuple[str, int], float](), 0.0
    for worth, place in enumerate(ground.custody, 5):
        for begin in range(0, 90, 3):
            together += worth * ground.operation.places_by_id[place].rooms
            for cell in range(begin, begin + length):
                each[place, cell] = each.get((place, cell), 0.0) + worth
    return RoomPrices(each, together)


@pytest.mark.parametrize(("rooms", "is_worth"), [(1, True), (50, False)])
def test_rooms_have_a_price_where_they_are_few(rooms: int, is_worth: bool) -> None:
    """What all together would pay is what each window's rooms would; with rooms for everybody nobody pays."""
    made = two_cities()
    places = tuple(replace(p, rooms=min(p.rooms, 1) * rooms) for p in made.places)
    found = room_prices(Ground(Scenario(replace(made, places=places)), 0), Clock(Limit(work=10_000)))
    assert (found.together > 0) == is_worth
    length = made.doctrine.interview_minutes // BOUNDS.cell
    assert sum(found.each.values()) == pytest.approx(length * found.together / rooms)


@pytest.mark.slow
def test_rooms_that_cities_share_lift_the_bound(monkeypatch) -> None:
    """Each city alone would have all the rooms near it: prices count them once."""
    priced = bound_of_example("3-02-roads")
    monkeypatch.setattr("planner.solver.bounds.cities.room_prices", lambda *_: RoomPrices({}, 0.0))
    assert bound_of(Scenario(read_operation(EXAMPLES / "3-02-roads.json")), KNOWN["3-02-roads"]) < priced


def assert_no_less(scenario: Scenario, plan: Plan) -> None:
    """The plan breaks no rule for the referee, and costs no less than the bound; also when more may be missed."""
    rules, points, lines = verdict(scenario, plan)
    found = score(scenario, plan)
    assert not rules, lines
    assert found.levels() == points
    for more in range(3):
        assert bound_of(scenario, replace(found, missed=found.missed + more)) <= found.cost


@cache
def bound_of_example(name: str) -> float:
    """The bound of an example."""
    return bound_of(Scenario(read_operation(EXAMPLES / f"{name}.json")), KNOWN[name])


def test_two_examples_in_two_cities_cost_no_less() -> None:
    """Two examples as one operation: no less than their plans cost, and most of that is proved."""
    (here, plan), (there, other) = kept(SOLVED, "one-city"), kept(SOLVED, "tiny")
    scenario, joined = both((here.operation, plan), of_other_city(there.operation, other))
    found = score(scenario, joined)
    assert 0.6 * found.cost < bound_of(scenario, found) <= found.cost


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(KNOWN))
def test_examples_cost_no_less(name: str) -> None:
    """No known plan of an example of several cities costs less, and little is left in doubt."""
    found = KNOWN[name]
    assert 0.7 * found.cost < bound_of_example(name) <= found.cost


@pytest.mark.slow
def test_prices_lift_the_bound() -> None:
    """Where officers are few, each city alone would take the same ones: prices count them once."""
    scenario, found = Scenario(read_operation(EXAMPLES / "3-02.json")), KNOWN["3-02"]
    free = [least_in_city(task(scenario, found, city), lambda: False).cost for city in cities_of(scenario)]
    assert sum(free) < bound_of_example("3-02")


@pytest.mark.slow
def test_who_is_far_away_is_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer bases told apart there are fewer classes, as many officers, and no larger bound of a city."""
    scenario, found = Scenario(read_operation(EXAMPLES / "3-02.json")), KNOWN["3-02"]
    (city, *_) = cities_of(scenario)
    least = []
    for number in (99, 3):
        monkeypatch.setattr(force, "BOUNDS", replace(BOUNDS, num_bases=number))
        least.append(least_in_city(task(scenario, found, city), lambda: False).cost)
        ground = Ground(scenario, 0, Part(city, {}))
        assert sum(len(c.officers) for c in ground.officers) == len(scenario.operation.officers)
        assert (ground.officers[-1].base == FAR) == (number == 3)
    assert 0 < least[1] <= least[0]


@pytest.mark.slow
def test_one_process_or_two_the_same_bound() -> None:
    """Within a limit in work the bound does not depend on how many processes there are."""
    scenario, found = Scenario(read_operation(EXAMPLES / "3-02.json")), KNOWN["3-02"]
    with ProcessExecutor(2) as two:
        spread = Clock(Limit(work=200), two)
        alone = Clock(Limit(work=200))
        assert cost_by_city(scenario, found, spread) == cost_by_city(scenario, found, alone)
        assert spread.work == alone.work


def test_without_time_no_bound_is_told() -> None:
    """Where nothing is left at all, no bound on the cost is proved."""
    scenario, found = Scenario(read_operation(EXAMPLES / "3-02.json")), KNOWN["3-02"]
    assert whole_bound(scenario, found, Clock(Limit(work=1e-3))).cost is None


def test_of_a_city_without_time_what_is_known_at_once_counts() -> None:
    """Of a city whose program is not solved in time: the cheapest officers, and detainees and exams each alone."""
    scenario, found = Scenario(read_operation(EXAMPLES / "3-02.json")), KNOWN["3-02"]
    known = cost_by_city(scenario, found, Clock(Limit(seconds=0)))
    assert 0 < known < 0.7 * found.cost
    (city, *_) = cities_of(scenario)
    assert least_in_city(replace(task(scenario, found, city), limit=Limit(work=0)), lambda: False) == (0.0, 0.0)


def cities_of(scenario: Scenario) -> list[str]:
    """The cities with targets."""
    return list(Ground(scenario, 0).by_city)


def task(scenario: Scenario, found: Score, city: str) -> CityTask:
    """A city's part without prices, when nobody is missed who can be arrested."""
    ground = Ground(scenario, 0)
    return CityTask(
        scenario,
        ground.away,
        ground.back,
        ground.soonest,
        Part(city, {}),
        0,
        found.exposure,
        found.exposure,
        0.0,
        Limit(work=20_000),
    )
