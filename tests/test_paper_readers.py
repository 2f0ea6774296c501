"""Who gets which paper is known without making it, and is the same."""

from pathlib import Path

import pytest

from planner.files import read_operation, read_plan
from planner.operation import Operation
from planner.papers.readers import READERS
from planner.papers.registry import PAPERS, SHEETS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.scenario import Scenario
from tests.kept_plans import SOLVED, file_of
from tests.sheet_plans import two_teams

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def example(name: str) -> tuple[Operation, Plan]:
    """An example with its plan."""
    beside = EXAMPLES / f"plans/{name}.json"
    return read_operation(EXAMPLES / f"{name}.json"), read_plan(beside if beside.exists() else file_of(SOLVED, name))


CASES = {"roads": example("3-02-roads"), "short": example("one-city-short"), "two": two_teams()}
CASES["none"] = CASES["two"][0], Plan("none")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_readers_are_those_of_the_sheets(case: str, lang: str) -> None:
    """Key, name and order, for every paper; of a plan without a team too."""
    source = PaperSource(Scenario(CASES[case][0]), CASES[case][1], lang)
    assert set(READERS) == {SHEETS.name, *PAPERS}
    assert [key for key, _ in READERS[SHEETS.name](source)] == [team.id for team in source.plan.teams]
    for name, paper in PAPERS.items():
        assert list(READERS[name](source)) == [(sheet.key, sheet.holder) for sheet in paper.sheets(source)], name
