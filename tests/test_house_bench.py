"""The table of the benchmark."""

from click.testing import CliRunner

from planner.bench import main, names


def test_a_row_tells_score_seconds_and_verdict() -> None:
    """The smallest example is planned, breaks no rule by the referee's word, and fills every column."""
    result = CliRunner().invoke(main, ["tiny", "--seconds", "20"])
    assert result.exit_code == 0, result.output
    heading, ruler, row = ([c.strip() for c in line.strip("| ").split("|")] for line in result.output.splitlines())
    assert len(heading) == len(ruler) == len(row)
    told = dict(zip(heading, row, strict=True))
    assert told["example"] == "tiny"
    assert told["broken rules"] == "0"
    assert int(told["cost"]) > 0
    assert int(told["MB"]) > 10


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
