"""Each figure of doctrine at 0, 1 and its most: it is planned without a broken rule, or refused with a sentence."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.files import Unreadable, dump_operation, parse_operation, read_operation
from planner.operation import RISKS, ByRisk, Doctrine
from planner.rules import check
from planner.run_report import with_report
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from tests.referee import verdict

EXAMPLES = Path(__file__).parents[1] / "examples"
RATIOS = ("escorts_per_detainee", "self_escort_ratio")
REFUSED = {"span_of_control": {0}, "escort_crew": {0}, "commander_rank": {0, 100_000}, "lead_rank": {0, 100_000}}
"""Figures that mean nothing: a team without squads, a crew of nobody, a rank that does not exist."""
WORK = {"tiny": 3.0, "one-city": 4.0}


def figures() -> Iterator[tuple[str, Any]]:
    """Every figure with each value; what depends on risk with the value for one risk and for all."""
    for field in fields(Doctrine):
        most = 100 if field.name in RATIOS else 100_000
        for value in (0, 1, most):
            if isinstance(getattr(Doctrine(), field.name), ByRisk):
                yield from ((field.name, {risk: value}) for risk in RISKS)
                yield field.name, dict.fromkeys(RISKS, value)
            else:
                yield field.name, value


def _is_middling(value: Any) -> bool:
    """A figure of 1, or for one risk alone: the small example is enough for those."""
    return value == 1 or (isinstance(value, dict) and (len(value) == 1 or 1 in value.values()))


@cache
def example(name: str) -> dict[str, Any]:
    """An example as a document."""
    return dump_operation(read_operation(EXAMPLES / f"{name}.json"))


@pytest.mark.parametrize(("figure", "value"), figures(), ids=str)
def test_each_figure_of_doctrine_is_planned_or_refused(figure: str, value: Any) -> None:
    """On the smallest example the planner makes a sound plan, or the gate says what is wrong with the figure."""
    planned_or_refused("tiny", figure, value)


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "value"), [f for f in figures() if not _is_middling(f[1])], ids=str)
def test_each_figure_of_doctrine_is_planned_or_refused_in_a_city(figure: str, value: Any) -> None:
    """The same where there are many doors, escorts, exams and interviews."""
    planned_or_refused("one-city", figure, value)


def planned_or_refused(name: str, figure: str, value: Any) -> None:
    """The figure is refused where it means nothing; elsewhere planner and referee find no broken rule in the plan."""
    document = example(name) | {"doctrine": {**example(name).get("doctrine", {}), figure: value}}
    if value in REFUSED.get(figure, ()):
        with pytest.raises(Unreadable, match=rf"doctrine.{figure}: {value} is not from 1 to"):
            parse_operation(document)
        return
    scenario = Scenario(parse_operation(document))
    plan = with_report(scenario, solve(scenario, Clock(Limit(None, WORK[name], 1))))
    assert not check(scenario, plan)
    assert not verdict(scenario, plan)[0]


def test_the_shell_refuses_what_the_gate_refuses(tmp_path: Path) -> None:
    """An edit to a figure that means nothing is told in a line, with exit status 2, and no plan is made."""
    edits = tmp_path / "edits.json"
    edits.write_text('[{"table": "doctrine", "put": {"escort_crew": 0}}]', encoding="utf-8")
    words = ["plan", str(EXAMPLES / "tiny.json"), "--edits", str(edits), "-o", str(tmp_path / "plan.json")]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 2
    assert "doctrine.escort_crew: 0 is not from 1 to 100000" in answer.output
    assert not (tmp_path / "plan.json").exists()
