"""The plans that tests begin with are those that the solver makes."""

import pytest

from planner.files import plan_text
from planner.rules import check
from tests.kept_plans import KEPT, NAMES, file_of, kept, made


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), KEPT)
def test_a_kept_plan_is_what_the_solver_makes(kind: str, name: str) -> None:
    """Byte for byte; where the solver has changed, `make plans` writes them anew."""
    assert plan_text(made(kind, name)) == file_of(kind, name).read_text("utf-8")


@pytest.mark.parametrize(("kind", "name"), KEPT)
def test_a_kept_plan_breaks_no_rule(kind: str, name: str) -> None:
    """Whatever it was made by, what tests begin with is a plan of its operation."""
    scenario, plan = kept(kind, name)
    assert check(scenario, plan) == ()


@pytest.mark.parametrize("kind", NAMES)
def test_no_plan_is_kept_in_vain(kind: str) -> None:
    """Each file is one of those that `make plans` writes."""
    assert {file.stem for file in file_of(kind, "any").parent.iterdir()} == set(NAMES[kind])
