"""First interviews: who is taken for them, and what waits meanwhile."""

from pathlib import Path

import pytest

from planner.files import read_operation, read_plan
from planner.scenario import Scenario
from planner.score import cost_parts
from planner.solver import interviews
from planner.solver.interviews import settle_interviews
from tests.verdicts import agreed_on

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize(
    ("ready", "soonest", "waiting"),
    [([41], 41, 1), ([41, 41, 41], 41, 3), ([41, 60, 300], 41, 2), ([41, 132, 132], 41, 1), ([20, 131], 41, 2)],
)
def test_those_wait_who_are_there_when_the_room_is_free(ready: list[int], soonest: int, waiting: int) -> None:
    """Of those who come into one room, the first and all who would follow without a pause."""
    assert interviews._num_waiting(ready, soonest, 90) == waiting


def test_a_pair_from_farther_is_worth_its_way_where_a_room_full_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three who wait for one room are worth more than the way of two who would come for the first alone."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    plan = read_plan(EXAMPLES / "plans/one-city.json")
    more = settle_interviews(scenario, plan)
    monkeypatch.setattr(interviews, "_num_waiting", lambda *_: 1)
    one, other = cost_parts(scenario, settle_interviews(scenario, plan)), cost_parts(scenario, more)
    assert other.interview_travel > one.interview_travel
    assert other.total < one.total
    assert agreed_on(scenario, more) == ()
