"""How long operations are kept: a day that is set and shown, and a command that erases what is over."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from models import register, users
from models.certificates import ABOUT, certify, settle
from models.database import connect
from models.errors import Unavailable
from models.log_check import verify
from models.restoring import restore
from models.retention import RETAIN, Prolonged, erase_kept, kept
from planner.edits import Edit
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_web_command import run
from web import database


def keep_until(house: House, operation: int, day: str) -> None:
    """The operation is kept until the day."""
    with house.app.extensions[database.KEY].session() as s:
        details = register.document(s, operation).get("details", {}) | {RETAIN: day}
        register.change(s, operation, [Edit("operation", "details", {"value": details})], None)


def told(house: House, *words: str) -> str:
    """What the command says."""
    done = run(house.settings.data, *words, DATABASE_URL=house.settings.database_url)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_over_is_erased_with_a_certificate_and_a_whole_log(house: House) -> None:
    """First only listed; then gone, but for a certificate that names nobody and the entries of the log."""
    plan = stored(house, document("tiny"), plan_document("tiny"))
    operation = int(plan.split("/")[2])
    other = loaded(house, document("tiny") | {"id": "other"})
    keep_until(house, operation, "2020-01-31")
    assert "until 2020-01-31, over" in told(house, "retention")
    store = house.app.extensions[database.KEY]
    with store.session() as s:
        assert len(kept(s)) == 2
    assert "erased; certificate" in told(house, "retention", "--erase")
    with store.session() as s:
        assert [one.operation for one in kept(s)] == [other]
    (file,) = Path(house.settings.data, "certificates").iterdir()
    certificate = json.loads(file.read_text())
    assert certificate["rows"]["suspects"] == len(document("tiny")["suspects"])
    assert certificate["log"]["number"] == verify(store).head.number
    assert verify(store).faults == []
    assert file.stat().st_mode & 0o077 == 0
    assert not any(row["name"] in file.read_text() for row in document("tiny")["suspects"])


@pytest.mark.parametrize(("day", "is_told"), [("2020-01-31", True), ("2999-01-01", False)])
def test_the_overview_warns_before_the_last_day(house: House, day: str, *, is_told: bool) -> None:
    """From a month before; the day is set in the head of the operation, and can be taken away."""
    operation, client = loaded(house, document("tiny")), house.client()
    keep_until(house, operation, day)
    page = client.get(f"/operations/{operation}/").text
    assert f'value="{day}"' in page
    assert ("its personal data are kept until" in page) is is_told
    zh = client.get(f"/operations/{operation}/?lang=zh").text
    assert ("本行动及其个人信息保存至" in zh) is is_told
    assert "No last day is set" not in page
    assert (f"kept until {day}" in client.get("/operations/?lang=en").text) is is_told
    assert (f"保存至 {day}" in client.get("/operations/?lang=zh").text) is is_told


def test_the_overview_says_that_no_last_day_is_set(house: House) -> None:
    """With the way to set one; the list of operations says nothing."""
    operation, client = loaded(house, document("tiny")), house.client()
    page = client.get(f"/operations/{operation}/?lang=en").text
    assert "No last day is set" in page
    assert 'href="#head-title"' in page
    assert "未设定保存期限" in client.get(f"/operations/{operation}/?lang=zh").text
    assert "kept until" not in client.get("/operations/?lang=en").text


def test_the_last_day_is_set_by_the_form(house: House) -> None:
    """A day is taken, what is none is refused, nothing is none."""
    operation, client = loaded(house, document("tiny")), house.client()
    data = document("tiny")
    form = {"csrf_token": token(client), "seen": "1", "id": data["id"], "name": data["name"], "kind": "real"}
    form |= {"h": data["h_hour"][:16], "zone": data["h_hour"][-6:], "max_teams": str(data["max_teams"])}
    page = f"/operations/{operation}/head"
    assert client.post(page, data=form | {"retain": "soon"}).status_code == 422
    assert client.post(page, data=form | {"retain": "2027-03-31"}).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        assert register.document(s, operation)["details"][RETAIN] == "2027-03-31"
        form["seen"] = str(register.operation_line(s, operation).revision)
    assert client.post(page, data=form | {"retain": ""}).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        assert RETAIN not in register.document(s, operation).get("details", {})


def test_a_day_that_is_moved_in_the_meantime_counts(house: House) -> None:
    """Who prolongs an operation after it was listed keeps it."""
    operation = loaded(house, document("tiny"))
    keep_until(house, operation, "2020-01-31")
    store = house.app.extensions[database.KEY]
    with store.session() as s:
        (listed,) = kept(s)
    keep_until(house, operation, "2999-01-01")
    with pytest.raises(Prolonged), store.session() as s:
        erase_kept(s, listed)
    with store.session() as s:
        assert len(kept(s)) == 1


def test_what_is_over_is_archived_and_then_erased(house: House, tmp_path: Path) -> None:
    """The archive tells nothing without the key of the backups, and brings the operation back elsewhere, alone."""
    plan = stored(house, document("tiny"), plan_document("tiny"))
    operation = int(plan.split("/")[2])
    loaded(house, document("tiny") | {"id": "other"})
    keep_until(house, operation, "2020-01-31")
    folder, store = tmp_path / "archives", house.app.extensions[database.KEY]
    assert run(house.settings.data, "retention", "--archive", str(folder)).returncode != 0
    assert f"archived to {folder}" in told(house, "retention", "--erase", "--archive", str(folder))
    (archive,), data = folder.iterdir(), document("tiny")
    assert archive.stat().st_mode & 0o077 == 0
    assert not any(row["name"].encode() in archive.read_bytes() for row in data["suspects"])
    (certificate,) = Path(house.settings.data, "certificates").iterdir()
    named = json.loads(certificate.read_text())["archive"]
    assert named == {"file": archive.name, "sha256": sha256(archive.read_bytes()).hexdigest()}
    assert verify(store).faults == []
    url, key = f"sqlite:///{tmp_path / 'back' / 'h-hour.db'}", Path(house.settings.data, "backup-key").read_text()
    assert restore(url, archive, key).backup.is_sealed
    with connect(url).session() as s:
        assert [line.id for line in register.operations(s)] == [data["id"]]
        back = register.document(s, operation)
        assert [row["name"] for row in back["suspects"]] == [row["name"] for row in data["suspects"]]
        assert {(one.name, one.password_hash) for one in users.everybody(s)} == {(house.person.name, "")}
    assert verify(connect(url)).faults == []


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_crash_leaves_a_certificate_of_what_was_done_alone(house: House, *, is_committed: bool) -> None:
    """Killed after the commit the certificate is there; killed before it there is none, and nothing was erased."""
    operation = loaded(house, document("tiny"))
    keep_until(house, operation, "2020-01-31")
    store, folder = house.app.extensions[database.KEY], Path(house.settings.data, "certificates")
    with store.session() as s:
        (listed,) = kept(s)

    def erased() -> None:
        with store.session() as s:
            certify(s, folder, erase_kept(s, listed))
            if not is_committed:
                s.info["ending"](s)
                raise KeyboardInterrupt

    if is_committed:
        erased()
    else:
        with pytest.raises(KeyboardInterrupt):
            erased()
    assert [file.name.endswith(ABOUT) for file in folder.iterdir()] == [True]
    settled = settle(store, folder)
    assert list(folder.iterdir()) == settled and len(settled) == is_committed
    with store.session() as s:
        assert len(kept(s)) == (not is_committed)
    assert verify(store).faults == []


def test_without_its_certificate_nothing_is_erased(house: House) -> None:
    """Where it cannot be written, the operation stays, and the log is as before."""
    operation = loaded(house, document("tiny"))
    keep_until(house, operation, "2020-01-31")
    store, folder = house.app.extensions[database.KEY], Path(house.settings.data, "certificates")
    folder.mkdir()
    last = verify(store).head
    with store.session() as s:
        (listed,) = kept(s)
    with pytest.raises(Unavailable), store.session() as s:
        certify(s, folder, erase_kept(s, listed))
        folder.rmdir()
    with store.session() as s:
        assert len(kept(s)) == 1
    assert (verify(store).head, verify(store).remarks) == (last, [])
