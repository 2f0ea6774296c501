"""Photos and sketches: written anew within bounds, kept with their operation, in its backup, gone with it, printed."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select, update

from models import erasing, picture_tables, pictures, register, users
from models import tables as t
from models.backup import back_up, inspect_backup
from models.database import Database, connect, write_transaction
from models.errors import Damaged, ReadOnly
from models.log import thing_digest
from models.log_tables import log
from models.pictures import PicturesFull, copy_pictures, pictures_of, put_picture
from models.restoring import restore
from planner.files.named_facts import concealed, revealed
from planner.papers.printing import paper_pdf
from planner.pictures import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_FILE,
    PictureNote,
    UnfitPicture,
    fit_picture,
    name_of,
    pictures_as,
    pictures_in,
)
from planner.scenario import Scenario
from tests.effort import tries
from tests.house import House, token
from tests.sheet_plans import two_teams
from tests.sheets import document
from tests.stored_plans import loaded
from tests.test_sheets import bare
from web import database

OPERATION, PLAN = two_teams()


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of an office: noise of this size."""
    held = BytesIO()
    Image.frombytes("L", size, Random(1).randbytes(size[0] * size[1])).convert(mode).save(held, kind, **more)
    return held.getvalue()


def with_exif() -> bytes:
    """A telephone's photo, 400 by 200 points, turned by a quarter, with a position and a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "MakerOfThePhone"
    exif.get_ifd(0x8825)[1] = "N"
    return photo(size=(400, 200), exif=exif.tobytes(), comment=b"taken at home")


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it has so many points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_nothing_but_the_picture_is_kept() -> None:
    """EXIF, position, comment and profile are gone; the picture stands upright; the same file gives the same bytes."""
    kept = fit_picture(with_exif())
    assert kept == fit_picture(with_exif())
    with Image.open(BytesIO(kept)) as image:
        assert image.format == "JPEG" and image.size == (200, 400)
        assert not image.getexif() and not {"exif", "comment", "icc_profile"} & image.info.keys()
    assert b"Maker" not in kept and b"taken" not in kept


@pytest.mark.parametrize(
    "content",
    [
        *(photo(kind) for kind in ("JPEG", "PNG", "WEBP")),
        *(photo("PNG", mode=mode) for mode in ("RGBA", "LA", "L", "P", "1", "I;16")),
        photo("JPEG", mode="CMYK"),
        photo("JPEG", (3000, 2000)),
        photo("PNG", (1, 1)),
        photo("PNG", (5000, 3)),
    ],
)
def test_whatever_offices_send_becomes_a_bounded_jpeg(content: bytes) -> None:
    """Every mode and size of the formats that are taken ends within the bounds of side and bytes."""
    kept = fit_picture(content)
    with Image.open(BytesIO(kept)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB") and max(image.size) <= LONGEST_SIDE
    assert len(kept) <= MOST_BYTES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(100_000, 100_000), "million pixels"),
        (bomb(8_000, 8_000), "million pixels"),
        (bomb(100, 100), "damaged"),
        (photo()[:300], "damaged"),
        (photo("GIF"), "no JPEG"),
        (photo("TIFF"), "no JPEG"),
        (b"", "no JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG"),
        (b"\0" * (MOST_FILE + 1), "16 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    """Bombs, other formats, damaged and oversize files are refused, and the sentence says why."""
    with pytest.raises(UnfitPicture, match=said):
        fit_picture(content)


@settings(max_examples=tries(60), deadline=None)
@given(content=st.binary(max_size=300), at=st.integers(0, 2000), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_spoiled_file_is_refused_or_taken(content: bytes, at: int, kind: str) -> None:
    """Bytes put over a picture's own end in a picture within bounds or in a sentence, never in a fault."""
    good = photo(kind)
    spoiled = good[:at] + content + good[at + len(content) :]
    try:
        assert len(fit_picture(spoiled)) <= MOST_BYTES
    except UnfitPicture as error:
        assert error.sentence


def test_details_name_pictures() -> None:
    """What names a picture is read, anything else is none; a list shows no pictures and takes none away."""
    shown = (PictureNote("a" * 64, "front"), PictureNote("b" * 64, ""))
    assert pictures_in(pictures_as(shown)) == shown and pictures_as(()) == {}
    odd = [None, 7, {"sha256": "../x"}, {"sha256": "A" * 64}, {"sha256": "c" * 64, "caption": 3}]
    assert pictures_in({"pictures": odd}) == (PictureNote("c" * 64, ""),) and pictures_in({"pictures": "x"}) == ()
    row = {"id": "P", "details": {**pictures_as(shown), "alias": "Xu"}}
    assert concealed(row)["details"] == {"alias": "Xu"}
    assert revealed({"id": "P", "details": {"alias": "Bo"}}, row)["details"] == {**pictures_as(shown), "alias": "Bo"}


@pytest.fixture
def filled(database: Database) -> tuple[Database, int, int, str]:
    """A database with two operations, the first of which holds a picture: their keys, and its name."""
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
        keys = [register.create_operation(session, document() | {"id": f"x{n}"}, user) for n in (1, 2)]
        name = put_picture(session, keys[0], fit_picture(photo()), user)
    return database, keys[0], keys[1], name


def num_pictures(database: Database) -> int:
    """How many pictures a database holds."""
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(picture_tables.pictures)) or 0


def test_a_picture_is_kept_once_and_of_its_own_operation(filled: tuple[Database, int, int, str]) -> None:
    """The same file twice is one picture; another operation has it only when it is copied; a closed one takes none."""
    database, one, other, name = filled
    with database.session() as session:
        assert put_picture(session, one, fit_picture(photo()), 1) == put_picture(session, one, fit_picture(photo()), 1)
        assert name_of(pictures_of(session, one, [name])[name]) == name
        assert pictures_of(session, other, [name]) == {} == pictures_of(session, one, [])
        copy_pictures(session, one, other, {name, "0" * 64})
        assert list(pictures_of(session, other, [name])) == [name]
        session.execute(update(t.operations).where(t.operations.c.key == one).values(status="closed"))
        with pytest.raises(ReadOnly):
            put_picture(session, one, fit_picture(photo(size=(9, 9))), 1)


def test_an_operation_holds_no_more_than_it_may(
    filled: tuple[Database, int, int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound a further picture is refused."""
    database, one, _, _ = filled
    monkeypatch.setattr(pictures, "MOST_STORED", 10)
    with database.session() as session, pytest.raises(PicturesFull):
        put_picture(session, one, fit_picture(photo(size=(9, 9))), 1)


def test_pictures_go_with_their_operation(filled: tuple[Database, int, int, str]) -> None:
    """Nothing of them is there after the operation was deleted."""
    database, one, _, _ = filled
    with database.session() as session:
        erasing.erase(session, one, 1)
    assert num_pictures(database) == 0


def test_a_backup_brings_pictures_back(
    filled: tuple[Database, int, int, str], tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is restored is the picture, byte for byte; a backup in which it is another one is refused."""
    database, one, _, name = filled
    back_up(database, tmp_path / "all.gz", None)
    restore(empty_url, tmp_path / "all.gz", unsigned=True)
    with database.session() as session:
        write_transaction(session).execute(
            update(picture_tables.pictures).values(content=b64encode(b"another").decode())
        )
    with pytest.raises(Damaged, match="picture"):
        back_up(database, tmp_path / "other.gz", None)
    restored = connect(empty_url)
    try:
        with restored.session() as session:
            assert name_of(pictures_of(session, one, [name])[name]) == name
    finally:
        restored.close()
    assert inspect_backup(tmp_path / "all.gz").num_rows["pictures"] == 1


def sent(client: FlaskClient, address: str, content: bytes, caption: str = "front", name: str = "p.jpg") -> Any:
    """The answer to the form for a picture, in English."""
    form = {"csrf_token": token(client), "caption": caption, "file": (BytesIO(content), name)}
    return client.post(f"{address}&lang=en", data=form, content_type="multipart/form-data")


def test_a_picture_on_its_page(house: House) -> None:
    """Added, seen by whoever is in session alone, named in the data, removed, and back when that is undone."""
    data = document()
    key, client, person = loaded(house, data), house.client(), data["suspects"][0]["id"]
    address = f"/operations/{key}/pictures/of/suspects?id={person}"
    assert "No pictures yet" in client.get(f"{address}&lang=en").get_data(as_text=True)
    assert sent(client, address, with_exif()).status_code == 302
    whole = client.get(f"/operations/{key}/export/json").get_json()["suspects"][0]["details"]["pictures"]
    assert [one["caption"] for one in whole] == ["front"]
    shown = f"/operations/{key}/pictures/{whole[0]['sha256']}"
    answer = client.get(shown)
    assert answer.mimetype == "image/jpeg" and answer.get_data() == fit_picture(with_exif())
    assert house.app.test_client().get(shown).status_code in (302, 401)
    assert shown in client.get(f"/operations/{key}/things/suspects?id={person}").get_data(as_text=True)
    assert client.get(f"/operations/{key}/pictures/{'0' * 64}").status_code == 404
    assert (
        client.get(f"/operations/{loaded(house, data | {'id': 'other'})}/pictures/{whole[0]['sha256']}").status_code
        == 404
    )
    grid = client.get(f"/operations/{key}/registers/suspects/rows?lang=en").get_json()["rows"][0]["cells"]
    assert "sha256" not in str(grid)
    gone = {"csrf_token": token(client), "picture": whole[0]["sha256"]}
    assert client.post(f"/operations/{key}/pictures/of/suspects/remove?id={person}", data=gone).status_code == 302
    assert "details" not in client.get(f"/operations/{key}/export/json").get_json()["suspects"][0]
    client.post(f"/operations/{key}/history/2/undo", data={"csrf_token": token(client)})
    assert client.get(f"/operations/{key}/export/json").get_json()["suspects"][0]["details"]["pictures"] == whole
    _told_of_looks(house, key, person, whole[0]["sha256"])


def _told_of_looks(house: House, operation: int, suspect: str, digest: str) -> None:
    """The log tells of the page as of one of this suspect, of the picture once, and names no picture."""
    with house.app.extensions[database.KEY].session() as s:
        told = [dict(row) for row in s.execute(log.select().where(log.c.operation == operation)).mappings()]
    thing = thing_digest(house.app.extensions[database.KEY].log, operation, "suspects", suspect)
    assert thing in [row["thing"] for row in told if row["page"] == "pictures.page"]
    assert len([row for row in told if row["page"] == "pictures.show"]) == 1
    assert digest not in str(told)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: bomb(100_000, 100_000), "40 million pixels"),
        (lambda: b"no picture", "no JPEG, PNG or WebP"),
        (lambda: b"\xff" * (MOST_FILE + 1), "more than 16 MB"),
    ],
)
def test_a_page_says_what_is_wrong_with_a_file(house: House, make: Callable[[], bytes], said: str) -> None:
    """The form comes back with the sentence; nothing is stored."""
    data = document()
    key, client = loaded(house, data), house.client()
    answer = sent(client, f"/operations/{key}/pictures/of/sites?id={data['sites'][0]['id']}", make())
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert sent(client, f"/operations/{key}/pictures/of/sites?id=nobody", photo()).status_code == 404
    assert sent(client, f"/operations/{key}/pictures/of/officers?id=x", photo()).status_code == 404


def test_no_more_than_six(house: House) -> None:
    """The seventh picture of a row is refused; a copy of the operation has the six."""
    data = document()
    key, client = loaded(house, data), house.client()
    address = f"/operations/{key}/pictures/of/sites?id={data['sites'][0]['id']}"
    for n in range(6):
        assert sent(client, address, photo(size=(20 + n, 20))).status_code == 302
    assert sent(client, address, photo(size=(40, 20))).status_code == 422
    head = {"csrf_token": token(client), "id": "copy", "name": "copy", "h": "2026-04-01 06:00", "zone": "+08:00"}
    answer = client.post(f"/operations/{key}/copy", data=head | {"max_teams": "3", "people": "without", "kind": "real"})
    new = answer.headers["Location"]
    named = client.get(f"{new}export/json").get_json()["sites"][0]["details"]["pictures"]
    assert all(client.get(f"{new}pictures/{one['sha256']}").status_code == 200 for one in named) and len(named) == 6


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pictures_are_printed_where_they_belong(lang: str) -> None:
    """Squad card and intake list show the photo with words for who is read to; who has none has a line; others none."""
    content = fit_picture(photo(size=(300, 400)))
    details = pictures_as((PictureNote(name_of(content), "front"),))
    first, *rest = OPERATION.suspects
    knowing = Scenario(replace(OPERATION, suspects=(replace(first, details=details), *rest)))
    held = {name_of(content): content, "0" * 64: content}
    for name in ("squad", "custody", "escort", "slip"):
        pdf = paper_pdf(knowing, PLAN, lang, [name], pictures=held)
        assert pdf == paper_pdf(knowing, PLAN, lang, [name], pictures=held)
        pages = PdfReader(BytesIO(pdf)).pages
        found = [image.data for page in pages for image in page.images]
        assert len(found) == (name in ("squad", "custody")), name
        told = bare("".join(page.extract_text() for page in pages))
        assert (bare("Photo:" if lang == "en" else "照片：") in told) == (name in ("squad", "custody"))
    without = paper_pdf(knowing, PLAN, lang, ["squad"])
    assert not [image for page in PdfReader(BytesIO(without)).pages for image in page.images]
