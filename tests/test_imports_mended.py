"""Faulty cells mended in the preview, and the good rows of a file taken without the others."""

from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.house import House, token
from tests.sheets import OFFICER_HEADINGS, document, workbook
from tests.test_imports_web import AGENCY, BASE, confirm, live, loaded, sent, wait_until_read


def again(client: FlaskClient, address: str, **form: str) -> str:
    """The preview after the upload was read again with these fields."""
    answer = client.post(f"{address}again", data={"csrf_token": token(client), **form})
    assert answer.status_code == 302
    wait_until_read(client, address)
    return str(client.get(address).text)


GOOD, WRONG_ONE = (("P98", "民警 98", AGENCY, BASE, "女", 2, ""), ("P99", "民警 99", AGENCY, BASE, "女", 9, ""))
GOOD_AND_WRONG = workbook({"警力": [OFFICER_HEADINGS, GOOD, WRONG_ONE]})


def test_a_faulty_cell_is_mended_in_the_preview(house: House) -> None:
    """A cell that is mended on the page is checked at once; right, the whole file can be imported."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", GOOD_AND_WRONG)
    assert 'name="cell-0" value="9"' in client.get(address).text
    assert 'value="8"' in again(client, address, do="check", **{"cell-0": "8"})
    assert "Import all" in again(client, address, do="check", **{"cell-0": "3"})
    confirm(client, address)
    assert [row["rank"] for row in live(house, operation)["officers"][-2:]] == [2, 3]


def test_the_good_rows_are_taken_and_the_others_left(house: House) -> None:
    """The rows without a fault are imported in one go; what is left out stands on the page and in the marked copy."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", GOOD_AND_WRONG)
    assert "Import valid rows only (1), skip the others (1)" in client.get(address).text
    page = again(client, address, do="leave")
    assert "Skipped rows" in page
    assert "Import valid rows" in page
    book = load_workbook(BytesIO(client.get(f"{address}faults.xlsx").data))
    assert book["警力"]["F3"].comment is not None
    assert "Import valid rows only" in again(client, address, do="all")
    again(client, address, do="leave")
    confirm(client, address)
    assert live(house, operation)["officers"][-1]["id"] == "P98"


def test_figures_of_the_operation_are_named_in_the_preview(house: House) -> None:
    """A changed figure stands under its own heading, and an empty operation has no unchanged rows."""
    operation, client = loaded(house), house.client()
    head = workbook({"行动": [("编号", "行动组上限"), (document()["id"], 4)]})
    page = client.get(sent(client, f"/operations/{operation}/import", head)).text
    assert '<th scope="row">maximum teams</th>' in page
    assert "max_teams" not in page
