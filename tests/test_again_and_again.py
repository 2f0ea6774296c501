"""What is done again and again while a process works goes on after a failure, which the log tells without its words."""

import threading

import pytest

from models.clock import every


def test_a_failure_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again, and the log names the kind of the failure alone."""
    tried: list[int] = []
    done = threading.Event()

    def do() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise ValueError("Officer 7")
        done.set()

    with every(0.01, do, "sweep"):
        assert done.wait(60)
    assert "sweep failed with ValueError" in caplog.text and "Officer 7" not in caplog.text
