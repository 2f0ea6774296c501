"""The table of the benchmark."""

import gzip
import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from planner.bench.examples import EXAMPLES, is_summary, main, names, slope
from planner.bench.outside import table as outside_table
from planner.bench.replans import KINDS, measure_replan
from planner.bench.table import replace_table
from planner.files import read_operation, read_plan
from tests.effort import some
from tests.home_care import document


def test_a_row_tells_score_seconds_and_verdict() -> None:
    """The smallest example is planned and breaks no rule by the referee's word; a slow machine may prove no gap."""
    result = CliRunner().invoke(main, ["tiny", "--seconds", "10"])
    assert result.exit_code == 0, result.output
    heading, ruler, row = ([c.strip() for c in line.strip("| ").split("|")] for line in result.output.splitlines())
    assert len(heading) == len(ruler) == len(row)
    told = dict(zip(heading, row, strict=True))
    assert told["example"] == "tiny"
    assert told["broken rules"] == "0"
    assert int(told["cost"]) > 0
    assert int(told["MB"]) > 10
    assert re.fullmatch(r"([\d.]+ ?%)?", told["gap"])


def test_an_unknown_example_is_refused() -> None:
    """A name that is no example is named, with those that are."""
    result = CliRunner().invoke(main, ["tinny"])
    assert result.exit_code == 2
    assert "no such example: tinny" in result.output
    assert all(name in result.output for name in ("tiny", "nationwide"))


def test_the_smallest_example_comes_first() -> None:
    """The table begins with what is done soonest."""
    assert names()[0] == "tiny"
    assert names()[-1] == "nationwide"


def test_a_table_takes_its_place_in_a_document() -> None:
    """What stood between the marks is gone, what stood around them stays; without marks nothing is written."""
    document = "a\n<!-- t -->\nold\n<!-- end of t -->\nb\n"
    assert replace_table(document, "t", ["| 1 |"]) == "a\n<!-- t -->\n\n| 1 |\n\n<!-- end of t -->\nb\n"
    with pytest.raises(click.BadParameter, match="no marks"):
        replace_table(document, "other", [])


def test_a_document_keeps_the_medians() -> None:
    """Of several seeds the rows of each are printed, and the document has what sums them up."""
    lines = ["| example | seed |", "| --- | ---: |", "| 3-02 | 1 | 5 |", "| 3-02 | median | 5 |", "", "Seconds grow."]
    assert [text for text in lines if not is_summary(text)] == ["| 3-02 | 1 | 5 |"]


def test_growth_is_told_by_the_slope_of_the_logarithms() -> None:
    """Seconds that double with the number of sites grow with the power of one."""
    sites = {name: len(read_operation(EXAMPLES / f"{name}.json").sites) for name in ("tiny", "one-city", "3-02")}
    assert slope({name: 0.1 * number for name, number in sites.items()}) == pytest.approx(1)
    assert slope({name: 0.1 * number**1.5 for name, number in sites.items()}) == pytest.approx(1.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_random_edit_is_replanned_and_judged(kind: str) -> None:
    """Each kind of edit leaves a plan of one-city that breaks no rule by the referee's word."""
    operation = read_operation(EXAMPLES / "one-city.json")
    plan = read_plan(EXAMPLES / "plans" / "one-city.json")
    found = [measure_replan(operation, plan, kind, number, 5.0) for number in some(1, range(2))]
    assert not any(row.broken for row in found)
    assert all(row.changes <= len(operation.officers) for row in found)


def test_the_outside_benchmark_is_a_table(tmp_path: Path) -> None:
    """An instance has a row: its cost, the best known, the gap and the pace; its set has the mean."""
    made = gzip.compress(json.dumps(document(1, 6, 3)).encode(), mtime=0)
    (tmp_path / "A1.json.gz").write_bytes(made)
    *_, row, mean = outside_table(tmp_path, {"A1": 100.0}, 0.2, 1)
    name, cost, known, gap, _ = row.strip("| ").split(" | ")
    assert (name, known) == ("A1", "100")
    assert float(gap) == pytest.approx(float(cost) - 100, abs=0.01)
    assert mean.startswith("| mean of A |")
