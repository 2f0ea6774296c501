"""The attacks: they find what a weak house lets through, go nowhere else, end in time, and skip only with a reason."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.weak_house import WeakHouse, weak_house
from web.attack import __main__ as command
from web.attack import access, files, forms, load, people, uploads, wire
from web.attack.house import fell_with
from web.attack.lab import Lab
from web.attack.loopback import Client, NotOurs, connect, exchange, free_port
from web.attack.table import ATTACKS
from web.attack.tries import Attack, Outcome, Skipped, Tries, held
from web.attack.workbooks import cells


class WeakLab(Lab):
    """A laboratory whose house is weak."""

    def __init__(self, folder: Path, weak: WeakHouse) -> None:
        super().__init__(folder, quick=True)
        self.weak = weak

    @property
    def house(self) -> WeakHouse:  # type: ignore[override]
        """The weak house."""
        return self.weak

    @property
    def has_house(self) -> bool:
        """It is there."""
        return True


@pytest.fixture
def weak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeakLab]:
    """A laboratory before a house that answers everything with 200, which is not waited for while it reads on."""
    monkeypatch.setattr(wire, "exchange", lambda port, raw, _: exchange(port, raw, 0.5))
    with weak_house(tmp_path) as house:
        yield WeakLab(tmp_path, house)


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[WeakLab]:
    """A laboratory before a house that answers everything with 500."""
    with weak_house(tmp_path, 500) as house:
        yield WeakLab(tmp_path, house)


def outcome(run: object, lab: Lab, seconds: float = 300) -> Outcome:
    """What comes of an attack."""
    return command.tried_one(Attack("x", "x", run, seconds), lab)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "run",
    [
        access.without_session,
        access.without_token,
        access.others_token,
        access.next_address,
        access.hosts,
        access.after_log_out,
        access.headers,
        access.paths,
        wire.smuggling,
        people.one_field,
    ],
)
def test_a_house_that_lets_everything_through_falls(run: object, weak: WeakLab) -> None:
    """An attack on who gets in and what is taken finds failures where nothing is refused."""
    found = outcome(run, weak)
    assert found.failures and not found.skipped


@pytest.mark.parametrize(
    "run",
    [
        forms.numbers,
        forms.malformed,
        forms.mutated_requests,
        wire.large_forms,
        uploads.hostile_uploads,
        load.half_bodies,
        load.many_requests,
        people.same_request,
    ],
)
def test_a_house_that_fails_at_everything_falls(run: object, failing: WeakLab) -> None:
    """An attack with what nobody types finds failures where every answer is an error."""
    found = outcome(run, failing)
    assert len(found.failures) > 1 or "could not go on" in found.failures[0]


def test_a_fault_of_the_readers_is_found(weak: WeakLab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of files that raises anything but its refusal, and judges that differ, are failures."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("planner.cli.shared.read_operation", broken)
    monkeypatch.setattr(files, "preview", broken)
    monkeypatch.setattr(files, "check", lambda *_: ())
    for run in (files.mutated_files, files.mutated_workbooks, files.judges):
        assert outcome(run, weak).failures, run.__name__


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 1), ("192.0.2.1", 80), ("10.0.0.1", 5000)])
def test_nothing_else_is_ever_asked(host: str, port: int) -> None:
    """A connection to what this run has not started is refused before anything is sent."""
    with pytest.raises(NotOurs):
        connect(port, host=host)
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(NotOurs):
        Client(other.getsockname()[1]).get("/")


def test_an_attack_without_end_is_ended(weak: WeakLab) -> None:
    """What does not come to its end within its time has failed, and its own doors are shut behind it."""
    shut = []

    def endless(lab: Lab) -> Tries:
        try:
            while True:
                yield None
                time.monotonic()
        finally:
            shut.append(True)

    found = outcome(endless, weak, 0.2)
    assert found.failures == ["not finished within 0.2 s"]
    assert found.tries and shut


def test_what_is_skipped_is_not_held(weak: WeakLab) -> None:
    """A skipped attack says why, and its row has no number of failures that could be read as none."""

    def skipped(lab: Lab) -> Tries:
        raise Skipped("no such disk")
        yield None

    found = outcome(skipped, weak)
    assert command.line(found, 1) == "| x | 0 | skipped | skipped: no such disk |"


def test_failures_are_counted_and_told(weak: WeakLab) -> None:
    """A row of the table has tries, failures, the first of them and the remark."""

    def half(lab: Lab) -> Tries:
        yield held(True, "never")
        yield held(False, "it | fell")
        return "remark"

    assert command.line(outcome(half, weak), 2) == "| x | 2 | 1 | remark; first: it \\| fell; 2 s |"


def test_names_are_known_and_unique() -> None:
    """Each attack has a name of its own; a name that none has is wrong words."""
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
    done = CliRunner().invoke(command.main, ["--list"])
    assert done.exit_code == 0 and all(name in done.output for name in names)
    assert CliRunner().invoke(command.main, ["--only", "nothing"]).exit_code == 2


def test_a_traceback_counts_as_a_fall() -> None:
    """A command that raises has fallen; one that exits with 2 and a sentence has not."""
    import click  # noqa: PLC0415 - for commands of this test alone

    @click.command()
    @click.argument("how")
    def one(how: str) -> None:
        if how == "raise":
            raise ValueError
        click.echo("" if how == "silent" else "No.", err=True)
        raise SystemExit(2)

    assert fell_with(CliRunner().invoke(one, ["raise"]))
    assert fell_with(CliRunner().invoke(one, ["silent"]))
    assert fell_with(CliRunner().invoke(one, ["told"])) is None


def test_a_workbook_of_many_cells_is_small() -> None:
    """Millions of cells are some kilobytes to send."""
    assert len(cells(5_000_000)) < 40_000


@pytest.mark.slow
def test_the_quick_attacks_run() -> None:
    """The quick attacks on a house of their own all come to their end, end it, and nothing falls."""
    done = CliRunner().invoke(command.main, ["--quick", "--failures"])
    assert done.exit_code == 0, done.output
    assert free_port()
