"""Hours of closures: which count for the time that an operation takes, told by minutes from H and by the clock."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from roads.__main__ import main as roads
from tests.road_network import degrees
from tests.road_services import town_pack
from tests.test_area_packs import operation_in_town

EAST = [degrees(point) for point in ((31, -1), (34, -1), (34, 1), (31, 1))]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the area "town"."""
    folder = tmp_path_factory.mktemp("hours") / "data"
    town_pack(folder)
    return folder


def made(data: Path, folder: Path, *words: object, **hours: Any) -> Result:
    """What the command says of a closure with these hours that cuts off the east."""
    shut = folder / "shut.json"
    shut.write_text(json.dumps([{"name": "east", "shape": "polygon", "corners": EAST, **hours}]))
    path = operation_in_town(folder)
    asked = ("matrix", path, "--area", "town", "-o", folder / "with.json", "--closures", shut, *words)
    return CliRunner().invoke(roads, [str(word) for word in asked], env={"H_HOUR_DATA": str(data)})


def h_hour(folder: Path) -> datetime:
    """H of the operation in the town."""
    return datetime.fromisoformat(json.loads(operation_in_town(folder).read_text("utf-8"))["h_hour"])


def closed(folder: Path) -> int:
    """How many legs of the file are closed."""
    return len(json.loads((folder / "with.json").read_text("utf-8")).get("legs", ()))


def test_without_a_span_all_count(data: Path, tmp_path: Path) -> None:
    """Nobody has said when the operation drives: every closure counts, and that is said."""
    done = made(data, tmp_path, start=5000, end=6000)
    assert done.exit_code == 0, done.output
    assert "Closures: all 1 count, whatever their hours" in done.output
    assert closed(tmp_path) > 0


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (-300, -91, False),
        (-300, -89, True),
        (240, None, True),
        (241, None, False),
        (None, -89, True),
        (None, None, True),
    ],
)
def test_a_closure_counts_where_it_overlaps_the_span(
    data: Path, tmp_path: Path, start: int | None, end: int | None, counts: bool
) -> None:
    """From the first departure, 90 minutes before H, to the last delivery, 240 after."""
    done = made(data, tmp_path, "--span", -90, 240, start=start, end=end)
    assert done.exit_code == 0, done.output
    assert (f": {int(counts)} of 1" in done.output, "; not: east" in done.output) == (True, not counts)
    clock = h_hour(tmp_path) - timedelta(minutes=90)
    assert f"from {clock:%H:%M} (H-90) to" in done.output
    assert bool(closed(tmp_path)) == counts


def test_hours_are_told_by_the_clock_too(data: Path, tmp_path: Path) -> None:
    """A moment with an offset, and one by the operation's clocks, are the minutes from H that they are."""
    end = h_hour(tmp_path) - timedelta(minutes=90)
    for told in (end.isoformat(), end.replace(tzinfo=None).isoformat()):
        assert ": 0 of 1" in made(data, tmp_path, "--span", -90, 240, end=told).output
        assert ": 1 of 1" in made(data, tmp_path, "--span", -91, 240, end=told).output


@pytest.mark.parametrize(
    "hours",
    [{"start": "soon"}, {"start": 1.5}, {"end": True}, {"start": 10, "end": 10}, {"start": "9999-12-31T23:59+99:00"}],
)
def test_hours_that_are_none_are_refused(data: Path, tmp_path: Path, hours: dict[str, Any]) -> None:
    """Words, halves and closures that end before they start make no file."""
    refused = made(data, tmp_path, **hours)
    assert (refused.exit_code, "no list of closures" in refused.output) == (2, True)


def test_a_span_is_for_closures(data: Path, tmp_path: Path) -> None:
    """The first minute comes before the last."""
    refused = made(data, tmp_path, "--span", 5, 4)
    assert (refused.exit_code, "--span is for --closures" in refused.output) == (2, True)
