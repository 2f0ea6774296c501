"""What an office gives, in its own datum, and the WGS-84 point beside it: shown, exported, corrected and read again."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from planner.files import dump_operation
from planner.files.columns import BY_NAME
from planner.files.datums import metres_between, to_wgs84
from planner.files.exporting import export_xlsx
from planner.files.given import heading, to_given_row, to_wgs84_row
from planner.importing import Preview, preview, read_upload
from planner.merging import ImportOptions
from tests.operations import two_doors

GCJ = {"lat": 30.6586, "lon": 104.0648, "datum": "GCJ-02"}


def document() -> dict[str, Any]:
    """Two doors, the first given in GCJ-02."""
    data = dump_operation(two_doors())
    data["sites"][0] = to_wgs84_row(data["sites"][0] | GCJ, "WGS-84")
    return data


def again(content: bytes, old: dict[str, Any]) -> Preview:
    """The import of a workbook over the operation."""
    return preview(old, read_upload(content, "x.xlsx", ImportOptions()), ImportOptions())


def corrected(data: dict[str, Any], **cells: Any) -> bytes:
    """The export of the operation with cells of its first site changed, by heading."""
    book = load_workbook(BytesIO(export_xlsx(data)))
    sheet = book[BY_NAME["sites"].sheet]
    heads = {str(cell.value).splitlines()[0]: int(cell.column or 0) for cell in sheet[1]}
    for name, value in cells.items():
        sheet.cell(2, heads[name.replace("_", " ")]).value = value
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def test_an_export_shows_what_was_given() -> None:
    """Latitude and longitude are in the row's datum; the WGS-84 point stands in columns of its own."""
    sheet = load_workbook(BytesIO(export_xlsx(document())))[BY_NAME["sites"].sheet]
    row = {str(head.value).splitlines()[0]: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["latitude"], row["longitude"], row["datum"]) == (30.6586, 104.0648, "GCJ-02")
    assert (row["WGS-84 latitude"], row["WGS-84 longitude"]) == pytest.approx(to_wgs84("GCJ-02", 30.6586, 104.0648))
    assert "given latitude" not in row


def test_a_corrected_number_is_read_in_the_datum_of_its_row() -> None:
    """Latitude changed in an exported file means the row's datum; that the other point disagrees is told."""
    data = document()
    shown = again(corrected(data, latitude=30.66), data)
    site = shown.document["sites"][0]
    assert (site["given_lat"], site["given_lon"], site["datum"]) == (30.66, 104.0648, "GCJ-02")
    assert metres_between((site["lat"], site["lon"]), to_wgs84("GCJ-02", 30.66, 104.0648)) < 0.1
    assert any("latitude and longitude are read in GCJ-02" in warning.text() for warning in shown.warnings)


def test_a_corrected_datum_moves_the_point() -> None:
    """The numbers stay as the office gave them and are read in the other datum."""
    data = document()
    site = again(corrected(data, datum="BD-09"), data).document["sites"][0]
    assert (site["given_lat"], site["datum"]) == (30.6586, "BD-09")
    assert metres_between((site["lat"], site["lon"]), to_wgs84("BD-09", 30.6586, 104.0648)) < 0.1


@pytest.mark.parametrize("changed", [{"lat": 30.66}, {"lon": 104.07}, {"lat": 30.66, "lon": 104.07}])
def test_an_older_export_that_was_corrected(changed: dict[str, float]) -> None:
    """Files whose latitude was WGS-84 beside given numbers: a corrected number is one of the row's datum."""
    lat, lon = to_wgs84("GCJ-02", 30.6586, 104.0648)
    old = {"lat": lat, "lon": lon, "datum": "GCJ-02", "given_lat": 30.6586, "given_lon": 104.0648}
    row = to_wgs84_row(old | changed, "WGS-84")
    wanted = changed.get("lat", 30.6586), changed.get("lon", 104.0648)
    assert (row["given_lat"], row["given_lon"]) == wanted
    assert metres_between((row["lat"], row["lon"]), to_wgs84("GCJ-02", *wanted)) < 0.1
    assert to_wgs84_row(old, "WGS-84") == old


@pytest.mark.parametrize("datum", ["WGS-84", "GCJ-02", "BD-09", "CGCS2000"])
def test_what_is_told_is_read_as_the_same_row(datum: str) -> None:
    """Shown and read again, a point is the same to the last digit."""
    row = to_wgs84_row({"id": "S1", "lat": 30.123456789, "lon": 104.0, "datum": datum}, "WGS-84")
    assert to_wgs84_row(to_given_row(row), "WGS-84") == row


@pytest.mark.parametrize(
    ("to", "name"),
    [((31.0, 104.0), "north"), ((31.0, 105.16), "north-east"), ((30.0, 103.0), "west"), ((29.0, 102.85), "south-west")],
)
def test_a_direction_is_one_of_eight(to: tuple[float, float], name: str) -> None:
    """Where a point lies from another, as a compass says it."""
    assert heading((30.0, 104.0), to) == name
