"""Where clocks on the wall show another time than H's offset says, the planner and the papers are told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from planner.clocks import clock_doubt
from planner.files import dump_operation
from planner.operation import Operation, Site
from planner.plan import Plan
from planner.readiness import readiness
from planner.render.clock_words import clock_sentences
from planner.render.sheets import sheets_data
from planner.render.summary import summary
from planner.scenario import Scenario
from tests.sheet_plans import two_teams

BERLIN, NEW_YORK = (52.5, 13.4), (40.7, -74.0)
CHINA = {
    "Chengdu": (30.6, 104.1),
    "Harbin": (45.8, 126.5),
    "Kashgar": (39.5, 76.0),
    "Urumqi": (43.8, 87.6),
    "Lhasa": (29.65, 91.1),
    "Dandong": (40.1, 124.4),
    "Hunchun": (42.9, 130.3),
    "Manzhouli": (49.6, 117.4),
    "Sanya": (18.2, 109.5),
}


@pytest.mark.parametrize("city", CHINA)
def test_nothing_is_said_in_china(city: str) -> None:
    """All of China goes by +08:00, and no clock changes, also near a border and near Urumqi's own zone."""
    assert clock_doubt(datetime.fromisoformat("2026-04-01T06:00+08:00"), [CHINA[city]]) is None


@pytest.mark.parametrize(
    ("h_hour", "point", "told"),
    [
        ("2026-03-29T01:30+01:00", BERLIN, ("Europe/Berlin", "+02:00", "2026-03-29 02:00")),
        ("2026-03-29T02:30+01:00", BERLIN, ("Europe/Berlin", "+02:00", "2026-03-29 02:00")),
        ("2026-03-28T06:00+01:00", BERLIN, ("Europe/Berlin", "+02:00", "2026-03-29 02:00")),
        ("2026-10-25T02:30+02:00", BERLIN, ("Europe/Berlin", "+01:00", "2026-10-25 03:00")),
        ("2026-10-25T02:30+01:00", BERLIN, ("Europe/Berlin", "+02:00", "2026-10-25 02:00")),
        ("2026-03-08T04:00-05:00", NEW_YORK, ("America/New_York", "-04:00", "2026-03-08 02:00")),
        ("2026-07-01T06:00+01:00", BERLIN, ("Europe/Berlin", "+02:00", "")),
        ("2026-07-01T06:00+08:00", NEW_YORK, ("America/New_York", "-04:00", "")),
        ("2026-07-01T06:00+02:00", BERLIN, None),
        ("2026-03-20T06:00+01:00", BERLIN, None),
    ],
)
def test_gaps_folds_and_odd_offsets_are_found(h_hour: str, point: tuple[float, float], told: Any) -> None:
    """H before, in and after the missing and the double hour; H in an offset by which nobody there lives."""
    found = clock_doubt(datetime.fromisoformat(h_hour), [point])
    assert (None if found is None else (found.zone, found.offset, found.when)) == told


def test_without_points_nothing_is_said() -> None:
    """An operation that is being built may have no point yet."""
    assert clock_doubt(datetime.fromisoformat("2026-03-29T01:30+01:00"), []) is None


def in_berlin(operation: Operation) -> Operation:
    """The operation in Berlin, in the night in which clocks change."""

    def there(point: Any) -> Any:
        return replace(point, lat=point.lat + 22, lon=point.lon - 90.6)

    sites: tuple[Site, ...] = tuple(map(there, operation.sites))
    hour = datetime.fromisoformat("2026-03-29T01:30+01:00")
    return replace(operation, h_hour=hour, sites=sites, places=tuple(map(there, operation.places)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_readiness_page_and_sheets_tell_it(lang: str) -> None:
    """The finding, the summary of the plan's page and the head of each sheet say the same."""
    operation, plan = two_teams()
    berlin: Operation = in_berlin(operation)
    (said,) = clock_sentences(berlin, lang)
    assert "Europe/Berlin" in said and "2026-03-29 02:00" in said and "UTC+01:00" in said
    held: Plan = plan
    assert said in summary(Scenario(berlin), held, lang)
    assert said in sheets_data(Scenario(berlin), held, lang)["ended"]
    assert "clocks-change" in {finding.code for finding in readiness(berlin, dump_operation(berlin))}
    assert clock_sentences(operation, lang) == []
