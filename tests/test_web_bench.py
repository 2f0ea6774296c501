"""The measurement of fifty readers, with three."""

import json

import pytest
from click.testing import CliRunner

from web.bench import main


@pytest.mark.slow
def test_readers_are_measured() -> None:
    """It serves, lets everybody read page and map, prints what they waited, and leaves nothing running."""
    done = CliRunner().invoke(main, ["--seconds", "5", "--readers", "3"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output.splitlines()[-1])
    assert (told["readers"], told["pages"], told["failed"]) == (3, 3, 0)
    assert 0 < told["median_ms"] <= told["p95_ms"]
