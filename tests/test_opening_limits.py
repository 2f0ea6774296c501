"""The limit, and whoever stops a run, are heard where doors are opened and custody places chosen."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import pytest

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver import detainees, opening, progress
from planner.solver.escorts import EscortColumn, custody_demands, own_columns
from planner.solver.first import first_squads
from planner.solver.missed import empty_plan
from planner.solver.params import BUDGET, DETAINEES
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.spread import Heard, SerialExecutor, ShouldStop, nobody
from planner.solver.squads import whole_force
from tests.operations import two_doors

T = TypeVar("T")
R = TypeVar("R")
SCENARIO = Scenario(two_doors())


class FakeTime:
    """A clock that stands until somebody sets it on."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """The time that every clock of a run shows."""
    fake = FakeTime()
    monkeypatch.setattr(progress, "time", fake)
    return fake


class Counting(SerialExecutor):
    """Counts the tasks that it was given."""

    def __init__(self) -> None:
        self.tasks = 0

    def __call__(
        self, work: Callable[[T, ShouldStop], R], tasks: Iterable[T], asked: ShouldStop, heard: Heard = nobody
    ) -> list[R]:
        """The answers."""
        rows = list(tasks)
        self.tasks += len(rows)
        return super().__call__(work, rows, asked, heard)


def step_that_takes(
    fake: FakeTime, seconds: float, begun: list[float]
) -> Callable[[Scenario, Plan, Clock], tuple[Plan, Bound]]:
    """A stage that writes down when it began, and takes so long whatever the clock says."""

    def step(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
        del scenario, clock
        begun.append(fake.now)
        fake.now += seconds
        return plan, Bound()

    return step


def test_a_plan_with_a_reserve_begins_no_step_beyond_its_limit(
    fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its steps takes longer than the whole limit: one is begun, and the plan breaks off there."""
    begun: list[float] = []
    for name in ("strike", "choose_custody", "route"):
        monkeypatch.setattr(opening, name, step_that_takes(fake_time, 30.0, begun))
    opening.plan_with_reserve(opening.ReserveTask(SCENARIO, 0.2, Limit(seconds=10.0)), lambda: False)
    assert begun == [0.0]


def test_a_stopped_plan_with_a_reserve_begins_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops the run waits for none of its steps."""
    monkeypatch.setattr(opening, "first_squads", lambda *_: pytest.fail("begun"))
    found, _ = opening.plan_with_reserve(opening.ReserveTask(SCENARIO, 0.2, Limit(seconds=10.0)), lambda: True)
    assert found == empty_plan(SCENARIO)


@pytest.mark.parametrize(("part", "tasks"), [(0.9, 0), (1.1, 2)])
def test_plans_with_a_reserve_are_made_where_their_share_lasts(
    fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch, part: float, tasks: int
) -> None:
    """None is begun with less seconds than it takes."""
    monkeypatch.setattr(opening, "TURNS", ())
    spread, enough = Counting(), BUDGET.reserve_seconds_a_door * len(SCENARIO.operation.sites) / BUDGET.reopen_start
    clock = Clock(Limit(seconds=part * enough), spread)
    opening.open_more(SCENARIO, empty_plan(SCENARIO), clock)
    assert (spread.tasks, clock.ran_out, fake_time.now) == (tasks, tasks == 0, 0.0)


def test_nothing_is_opened_when_time_is_up(fake_time: FakeTime) -> None:
    """The stage ends at once."""
    spread, clock = Counting(), Clock(Limit(seconds=5.0))
    clock.spread = spread
    fake_time.now = 5.0
    plan = empty_plan(SCENARIO)
    assert opening.open_more(SCENARIO, plan, clock)[0] is plan
    assert not spread.tasks


def test_whoever_stops_the_run_waits_for_no_more_ways_to_custody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ways of escort units are written one by one; none after somebody has asked to stop."""
    written: list[EscortColumn] = []
    plan = first_squads(SCENARIO, whole_force(SCENARIO), Clock(Limit(work=1)))
    ways = [w for d in custody_demands(SCENARIO, plan).values() for w in own_columns(SCENARIO, d)]

    def without_end(*_: object) -> Iterator[EscortColumn]:
        while len(written) < 1000:
            written.append(ways[0])
            yield ways[0]

    monkeypatch.setattr(detainees, "escort_columns", without_end)
    clock = Clock(Limit(work=100), asked=lambda: len(written) >= 5)
    assert detainees.choose_custody(SCENARIO, plan, clock)[0] is plan
    assert len(written) == 5


def test_more_sites_than_a_program_solves_are_left_to_the_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No way to custody is written for them."""
    plan = first_squads(SCENARIO, whole_force(SCENARIO), Clock(Limit(work=1)))
    monkeypatch.setattr(detainees, "escort_columns", lambda *_: pytest.fail("written"))
    monkeypatch.setattr(detainees, "DETAINEES", replace(DETAINEES, most_sites=1))
    assert len(plan.raids_by_site) == 2
    assert detainees.choose_custody(SCENARIO, plan, Clock(Limit(work=100)))[0] is plan
