"""Uploads in the browser's place: preview, confirm, faults, races and what is left behind."""

import json
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.http import parse_options_header

from models import register
from planner.edits import Edit, differences
from planner.files.exporting import export_json, export_xlsx
from tests.house import House, token
from tests.sheets import OFFICER_HEADINGS, document, workbook
from web import database, uploads

AGENCY, BASE = document()["agencies"][0]["id"], document()["officers"][0]["base"]
ONE_MORE = workbook({"警力": [OFFICER_HEADINGS, ("P99", "民警 99", AGENCY, BASE, "女", 2, "破门")]})
WRONG = workbook({"警力": [OFFICER_HEADINGS, ("P99", "民警 99", AGENCY, BASE, "女", 9, "")]})


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read before its page is shown, however busy the machine is."""
    monkeypatch.setattr("web.imports.WAITED_SECONDS", 300.0)


def loaded(house: House, data: dict[str, Any] | None = None) -> int:
    """The key of a stored operation: two doors."""
    with house.app.extensions[database.KEY].session() as s:
        return register.create_operation(s, data or document(), house.person.id)


def other_one(house: House) -> int:
    """The key of another operation that holds the same."""
    return loaded(house, document() | {"id": "other"})


def live(house: House, operation: int) -> dict[str, Any]:
    """The operation as it stands."""
    with house.app.extensions[database.KEY].session() as s:
        return register.document(s, operation)


def sent(client: FlaskClient, start: str, content: bytes, name: str = "x.xlsx", **more: Any) -> str:
    """The address of the preview of an upload, once it is read."""
    form = {"csrf_token": token(client), "file": (BytesIO(content), name), **more}
    answer = client.post(start, data=form, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    wait_until_read(client, address)
    return address


def wait_until_read(client: FlaskClient, address: str) -> None:
    """The upload is read, as its events say."""
    end = time.monotonic() + 300
    while "event: end" not in client.get(f"{address}events").text:
        assert time.monotonic() < end


def confirm(client: FlaskClient, address: str) -> Any:
    """The answer to the confirmation."""
    return client.post(f"{address}confirm", data={"csrf_token": token(client)})


def kept(house: House) -> list[Path]:
    """The folders of uploads."""
    return list((house.settings.data / "uploads").iterdir())


def test_nothing_changes_before_it_is_confirmed(house: House) -> None:
    """The preview shows the new row and changes nothing; confirmed, the row is there and the upload is gone."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", ONE_MORE)
    page = client.get(address).text
    assert "P99" in page
    assert "民警 99" in page
    assert differences(live(house, operation), document()) == ()
    assert confirm(client, address).headers["Location"].endswith(f"/operations/{operation}/")
    assert [edit.key for edit in differences(document(), live(house, operation))] == ["P99"]
    assert kept(house) == []


def test_uploads_are_their_owners_alone(house: House) -> None:
    """An upload's files are readable by nobody else, and another person's browser does not find it."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", ONE_MORE)
    for path in [house.settings.data / "uploads", *kept(house), *kept(house)[0].iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    other = house.client(house.another("commander"))
    assert other.get(address).status_code == 404
    assert confirm(other, address).status_code == 404
    assert client.get(address.replace(f"/{operation}/", f"/{other_one(house)}/")).status_code == 404


def test_a_faulty_file_is_told_cell_by_cell_and_imports_nothing(house: House) -> None:
    """The faulty cell is on the page in both languages and marked in the copy; confirming does nothing."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", WRONG)
    page = client.get(address).text
    assert "F2" in page
    assert "9 is not from 1 to 5" in page
    assert "confirm" not in page
    assert "9 不在 1 至 5 之间" in client.get(f"{address}?lang=zh").text
    copy = client.get(f"{address}faults.xlsx?lang=zh")
    assert load_workbook(BytesIO(copy.data))["警力"]["F2"].comment is not None
    assert confirm(client, address).headers["Location"] == address
    assert differences(live(house, operation), document()) == ()


@pytest.mark.parametrize(("content", "said"), [(b"PK\x03\x04", "is broken"), (b"", "is empty"), (b"{", "not JSON")])
def test_a_file_that_cannot_be_opened_is_refused_with_a_sentence(house: House, content: bytes, said: str) -> None:
    """Broken files have a page that says so, and cannot be confirmed."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", content)
    page = client.get(address).text
    assert said in page
    assert "confirm" not in page
    assert confirm(client, address).headers["Location"] == address


def test_a_change_meanwhile_makes_the_preview_anew(house: House) -> None:
    """What changed between preview and confirmation is not overwritten unseen: the preview is made once more."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", ONE_MORE)
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, operation, [Edit("operation", "name", {"value": "Another"})], house.person.id)
    assert confirm(client, address).headers["Location"] == address
    page = client.get(address).text
    assert "The operation has changed in the meantime" in page
    assert differences(document(), live(house, operation))[0].key == "name"
    assert confirm(client, address).headers["Location"].endswith(f"/operations/{operation}/")
    assert len(live(house, operation)["officers"]) == len(document()["officers"]) + 1
    assert live(house, operation)["name"] == "Another"


def test_a_change_in_the_very_moment_takes_the_import_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision that jumped while the import was written shows another's change, and nothing is imported."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", ONE_MORE)
    real = register.change

    def late(*given: Any, **named: Any) -> int:
        return real(*given, **named) + 1

    monkeypatch.setattr(register, "change", late)
    assert confirm(client, address).headers["Location"] == address
    assert differences(live(house, operation), document()) == ()


def test_an_operation_is_made_from_a_file(house: House) -> None:
    """A JSON or XLSX file of a whole operation makes a new one, equal to what the file says."""
    client = house.client()
    for name, make in (("x.json", export_json), ("x.xlsx", export_xlsx)):
        address = sent(client, "/operations/import", make(document() | {"id": name}), name)
        assert "Create operation" in client.get(address).text
        found = re.fullmatch(r"/operations/(\d+)/", confirm(client, address).headers["Location"])
        assert found is not None
        assert differences(document(), live(house, int(found[1]))) == ()


def test_an_empty_operation_is_filled(house: House) -> None:
    """An operation with nothing in it takes all tables of a file, and keeps its own id."""
    empty = {key: value for key, value in document().items() if not isinstance(value, list)}
    operation, client = loaded(house, empty | {"id": "other"}), house.client()
    address = sent(client, f"/operations/{operation}/import", export_xlsx(document()))
    assert "keeps its own id" in client.get(address).text
    confirm(client, address)
    assert live(house, operation)["id"] == "other"
    assert differences(document(), live(house, operation)) == ()


def test_a_file_that_lacks_the_head_makes_no_operation(house: House) -> None:
    """Rosters alone are no operation: what is missing is told."""
    page = house.client().get(sent(house.client(), "/operations/import", ONE_MORE)).text
    assert "h_hour" in page
    assert "confirm" not in page


def test_the_whole_table_is_asked_for_and_listed(house: House) -> None:
    """Rows that a whole table lacks are listed as removed before they go; what hangs on them is told as a fault."""
    operation, client = loaded(house), house.client()
    content = workbook({"车辆": [("编号", "车牌", "驻地编号", "座位"), ("V99", "车 99", BASE, 5)]})
    address = sent(client, f"/operations/{operation}/import", content, whole="vehicles")
    page = client.get(f"{address}?table=vehicles&kind=removed").text
    assert document()["vehicles"][0]["label"] in page
    confirm(client, address)
    assert [row["id"] for row in live(house, operation)["vehicles"]] == ["V99"]


def test_a_datum_is_chosen_for_the_file(house: House) -> None:
    """The datum of the form holds for rows that do not say theirs."""
    operation, client = loaded(house), house.client()
    rows = [
        ("编号", "地址", "城市", "纬度", "经度", "风险"),
        ("S9", "某路", document()["sites"][0]["city"], 30.6, 104.0, "低"),
    ]
    confirm(client, sent(client, f"/operations/{operation}/import", workbook({"地点": rows}), datum="BD-09"))
    site = live(house, operation)["sites"][-1]
    assert (site["datum"], site["given_lat"]) == ("BD-09", 30.6)


@pytest.mark.parametrize("more", [{"datum": "mars"}, {"offset": "8"}, {"table": "users"}, {"whole": "users"}])
def test_a_choice_of_nobodys_form_is_refused(house: House, more: dict[str, str]) -> None:
    """What no form of ours says is refused, and nothing is kept."""
    operation, client = loaded(house), house.client()
    form = {"csrf_token": token(client), "file": (BytesIO(ONE_MORE), "x.xlsx"), **more}
    assert client.post(f"/operations/{operation}/import", data=form).status_code == 422
    assert not (house.settings.data / "uploads").exists()


def test_a_refused_upload_keeps_what_was_chosen(house: House) -> None:
    """Without a file the form comes back with its other fields as they were sent, and the file's field is marked."""
    operation, client = loaded(house), house.client()
    form = {"csrf_token": token(client), "datum": "BD-09", "offset": "+05:45", "table": "sites", "whole": "sites"}
    page = client.post(f"/operations/{operation}/import?lang=zh", data=form).text
    assert '<p class="wrong" id="file-wrong">' in page
    assert '<option selected value="BD-09">' in page
    assert 'value="+05:45"' in page
    assert '<option selected value="sites">' in page
    assert 'name="whole" value="sites" checked' in page


def test_cancelling_leaves_nothing(house: House) -> None:
    """A cancelled upload is gone from the disk and the operation as it was."""
    operation, client = loaded(house), house.client()
    address = sent(client, f"/operations/{operation}/import", ONE_MORE)
    assert client.post(f"{address}cancel", data={"csrf_token": token(client)}).status_code == 302
    assert kept(house) == []
    assert client.get(address).status_code == 404


def test_an_upload_replaces_the_one_before_and_a_days_old_one_goes(house: House) -> None:
    """A person has one upload for an operation; what lay for more than a day is gone with the next."""
    operation, other, client = loaded(house), other_one(house), house.client()
    first = sent(client, f"/operations/{operation}/import", ONE_MORE)
    sent(client, f"/operations/{operation}/import", ONE_MORE)
    assert client.get(first).status_code == 404
    os.utime(kept(house)[0], (0, 0))
    sent(client, f"/operations/{other}/import", ONE_MORE)
    assert len(kept(house)) == 1


def test_an_upload_whose_reader_died_is_read_by_the_next_look(house: House) -> None:
    """A process that ends while it reads loses nothing: whoever looks at the upload begins anew."""
    operation, client = loaded(house), house.client()
    held = uploads.Uploads(house.settings.data)
    life = house.app.extensions[database.KEY].generation
    asked = uploads.UploadRequest(operation, house.person.id, "x.xlsx", "WGS-84", "+08:00", None, (), life)
    address = f"/operations/{operation}/import/{held.keep(ONE_MORE, asked)}/"
    page = client.get(address).text
    assert "<progress" in page or "P99" in page
    wait_until_read(client, address)
    assert "P99" in client.get(address).text


def test_a_mistake_of_ours_does_not_keep_the_page_waiting(house: House) -> None:
    """Where reading ends in an exception, the page says so, and nothing can be confirmed."""
    held = uploads.Uploads(house.settings.data)
    operation, client = loaded(house), house.client()
    life = house.app.extensions[database.KEY].generation
    asked = uploads.UploadRequest(operation, house.person.id, "x.xlsx", "WGS-84", "+08:00", None, (), life)
    name = held.keep(ONE_MORE, asked)

    def broken() -> tuple[dict[str, Any], int]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        held.read_now(name, broken)
    page = client.get(f"/operations/{operation}/import/{name}/").text
    assert "could not be read" in page
    assert "confirm" not in page


def test_what_only_the_database_refuses_is_told(house: House) -> None:
    """An id that is longer than a key of the database can be is told when the import is confirmed."""
    operation, client = loaded(house), house.client()
    content = workbook({"警力": [OFFICER_HEADINGS, ("编" * 1000, "民警", AGENCY, BASE, "女", 2, "")]})
    address = sent(client, f"/operations/{operation}/import", content)
    assert confirm(client, address).headers["Location"] == address
    assert "bytes as a key" in client.get(address).text
    assert differences(live(house, operation), document()) == ()


def test_two_readers_read_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one reads an upload, another leaves it alone; whoever waits is told how far it is, and when it is done."""
    operation = loaded(house)
    held = uploads.Uploads(house.settings.data)
    life = house.app.extensions[database.KEY].generation
    asked = uploads.UploadRequest(operation, house.person.id, "x.xlsx", "WGS-84", "+08:00", None, (), life)
    name = held.keep(ONE_MORE, asked)
    began, may_go, calls = threading.Event(), threading.Event(), []

    def slow() -> tuple[dict[str, Any], int]:
        calls.append(1)
        began.set()
        assert may_go.wait(300)
        return document(), 1

    first = held.read(name, slow)
    assert began.wait(300)
    held.read(name, slow).join(300)
    address = f"/operations/{operation}/import/{name}/"
    answer = house.client().get(f"{address}events", buffered=False)
    stream = cast("Iterator[bytes]", iter(answer.response))
    told = b"".join(next(stream) for _ in range(2)).decode()
    assert "event: state" in told and "<progress" in told
    may_go.set()
    first.join(300)
    assert "event: end" in b"".join(stream).decode()
    assert calls == [1]
    assert held.result(name) is not None


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_an_export_imports_without_a_change(house: House, form: str) -> None:
    """What is exported in the browser changes nothing when it is imported again."""
    operation, client = loaded(house), house.client()
    answer = client.get(f"/operations/{operation}/export/{form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    ending = {"csv": "zip"}.get(form, form)
    page = client.get(sent(client, f"/operations/{operation}/import", answer.data, f"x.{ending}")).text
    assert "The file contains no changes." in page


ODD_IDS = ['a"b', "a/b\\c", "行" * 1000, "{{7*7}}", "a;b=c", "%0d%0a", "'"]
ODD_IDS += ["行动-1", "..", "x" * 1000, "=1+1", "＝1＋1"]


@pytest.mark.parametrize("number", ODD_IDS)
def test_an_operation_of_any_number_can_be_exported(house: House, number: str) -> None:
    """The file's name is made of the number as far as a file's name can be; the content holds it letter for letter."""
    operation = loaded(house, document() | {"id": number})
    for form in ("xlsx", "csv", "json", "planner"):
        answer = house.client().get(f"/operations/{operation}/export/{form}")
        assert answer.status_code == 200
        head = answer.headers["Content-Disposition"]
        assert head.startswith("attachment") and head.isascii() and len(head) < 1200
        assert not re.search(r"[\\/\r\n]", parse_options_header(head)[1]["filename"])
    assert json.loads(house.client().get(f"/operations/{operation}/export/json").data)["id"] == number


@pytest.mark.parametrize("number", ["行动-1", "a b/c", "3-02-4"])
def test_the_form_takes_the_numbers_that_an_import_takes(house: House, number: str) -> None:
    """A new operation of this number is made by the form."""
    client = house.client()
    word = token(client)
    sent = {"id": number, "name": "x", "h": "2026-04-01T06:00", "zone": "+08:00", "max_teams": "3"}
    answer = client.post("/operations/new", data=sent | {"csrf_token": word})
    assert answer.status_code in (302, 303)
    assert json.loads(client.get(f"{answer.location.rstrip('/')}/export/json").data)["id"] == number


def test_the_shells_export_is_an_operation_file(house: House) -> None:
    """The export for the shell holds WGS-84 alone."""
    data = document()
    data["sites"][0] |= {"datum": "GCJ-02", "given_lat": 1.0, "given_lon": 2.0}
    found = json.loads(house.client().get(f"/operations/{loaded(house, data)}/export/planner").data)
    assert "datum" not in found["sites"][0]
    assert house.client().get("/operations/1/export/nonsense").status_code == 404


@pytest.mark.parametrize("address", ["/operations/import", "/operations/columns", "/operations/template.xlsx"])
def test_pages_that_stand_alone(house: House, address: str) -> None:
    """The form for a new operation, the meanings of the columns and the template are there in both languages."""
    for lang in ("en", "zh"):
        assert house.client().get(f"{address}?lang={lang}").status_code == 200


def test_who_is_not_logged_in_sends_nothing(house: House) -> None:
    """Without a session no upload is taken and no export given."""
    operation = loaded(house)
    stranger: FlaskClient = house.app.test_client()
    for make, address in (
        (stranger.get, f"/operations/{operation}/export/json"),
        (stranger.post, "/operations/import"),
    ):
        call: Callable[..., Any] = make
        assert call(address).status_code in (302, 400, 401)
    assert not (house.settings.data / "uploads").exists()
