"""An office's own law packs: a folder, checked when a server starts; kept with approvals, in backups, brought back."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from models import law_packs, register
from models.approvals import approval_of
from models.database import Database, connect
from models.log_tables import log
from models.upgrading import downgrade, upgrade
from planner.files import parse_operation, parse_plan
from planner.law.gate import blocking
from planner.law.installed import put_own_packs
from planner.law.pack_file import FOLDER, UnfitPack, pack_by_id, parse_pack, read_folder, shipped_packs
from planner.papers.printing import paper_pdf
from planner.scenario import Scenario
from tests import lives
from tests.house import House
from tests.stored_plans import document, plan_document, stored
from tests.test_rights import opened
from tests.test_web_command import data, run  # noqa: F401 - a fixture
from web.limited_process import run_limited

CN = (FOLDER / "cn.toml").read_text("utf-8")
OFFICE = CN.replace('id = "cn"', 'id = "office"', 1).replace("China (mainland)", "Office 7")
STRICTER = CN.replace('version = "', 'version = "own ', 1).replace("MPS 125; CPL 85", "MPS 125; CPL 85; order 7")


@pytest.fixture(autouse=True)
def no_own_packs_afterwards() -> Iterator[None]:
    """The process has no own packs again."""
    yield
    put_own_packs([])


def put(folder: Path, **files: str) -> Path:
    """The folder `law` of a data folder, with these files."""
    law = folder / "law"
    law.mkdir(exist_ok=True)
    for name, text in files.items():
        (law / f"{name}.toml").write_text(text, "utf-8")
    return law


def test_an_own_pack_is_there_and_takes_the_place_of_a_shipped_one(tmp_path: Path, house: House) -> None:
    """A new id is offered beside the others; the office's version of a shipped pack counts instead of it."""
    put(house.settings.data, office=OFFICE, mine=STRICTER)
    create_app(house.settings)
    office, mine = pack_by_id("office"), pack_by_id("cn")
    assert office is not None and mine is not None and mine is not shipped_packs()["cn"]
    assert "order 7" in mine.by_id["detention-warrant"].article
    key = register_of(house, document("one-city"))
    assert "Office 7" in house.client().get(f"/operations/{key}/law?lang=en").text
    create_app(house.settings.__class__(**{**vars_of(house), "data": tmp_path / "empty"}))
    assert pack_by_id("office") is None and pack_by_id("cn") is shipped_packs()["cn"]


def vars_of(house: House) -> dict[str, Any]:
    """The settings of the house as values."""
    return {name: getattr(house.settings, name) for name in house.settings.__slots__}


def register_of(house: House, of: dict[str, Any]) -> int:
    """The key of the operation."""
    with opened(house) as s:
        return register.create_operation(s, of, house.person.id)


def test_every_fault_of_the_folder_keeps_a_server_from_starting(tmp_path: Path, house: House) -> None:
    """Of each file with its line; two packs with one id and a file that is no pack are faults too."""
    broken = CN.replace('severity = "block"', 'severity = "stop"', 1)
    law = put(house.settings.data, broken=broken, first=OFFICE, second=OFFICE)
    (law / "notes.txt").write_text("x")
    (law / ".hidden").write_text("x")
    with pytest.raises(UnfitPack) as error:
        create_app(house.settings)
    told = [str(fault) for fault in error.value.faults]
    assert len(told) == 3
    assert "broken.toml: line " in told[0] and '"stop" is none of' in told[0]
    assert "notes.txt: is no pack" in told[1] and 'second.toml: has the id "office", as first.toml has' in told[2]
    assert read_folder(tmp_path / "nowhere") == []


def test_commands_see_own_packs(data: Path) -> None:  # noqa: F811
    """`pack add` checks and puts it there, `list` and `check` tell of it; `serve` refuses a faulty one."""
    file = data / "in.toml"
    data.mkdir(exist_ok=True)
    file.write_text(OFFICE, "utf-8")
    assert run(data, "pack", "check").stdout.endswith("holds no law pack.\n")
    added = run(data, "pack", "add", file)
    assert added.returncode == 0 and "Servers read it at their next page" in added.stdout
    file.write_text(STRICTER, "utf-8")
    assert run(data, "pack", "add", file).returncode == 0
    lines = run(data, "pack", "list").stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["cn", "de", "en-wales", "fr", "us-federal", "office"]
    assert lines[0].endswith("own, in place of the program's") and lines[-1].endswith("; own")
    assert parse_pack(OFFICE).digest[:32] in lines[-1]
    assert len(run(data, "pack", "check").stdout.splitlines()) == 2
    (data / "law" / "other.toml").write_text(OFFICE, "utf-8")
    assert "remove it first" in run(data, "pack", "add", data / "law" / "office.toml").stderr
    (data / "law" / "other.toml").write_text("[pack", "utf-8")
    refused = run(data, "serve", "--no-planning")
    assert refused.returncode == 2 and "other.toml: line 1: is no TOML" in refused.stderr


def test_own_packs_are_kept_once_and_told_in_the_log(database: Database) -> None:
    """What comes, changes and goes is noted with its text; the same again is not."""
    office, other = parse_pack(OFFICE), parse_pack(OFFICE + "\n# another")
    for packs, noted in (([office], ["office"]), ([office], []), ([other], ["office"]), ([], ["office"]), ([], [])):
        with database.session() as s:
            assert law_packs.note_own_packs(s, packs) == noted
    with database.session() as s:
        assert [one.digest for one in law_packs.kept_packs(s)] == [office.digest, other.digest]
        assert law_packs.own_texts(s) == []
        told = s.execute(log.select().where(log.c.action.like("law pack %")).order_by(log.c.number)).all()
    assert [(one.action, one.details["pack"]) for one in told] == [
        *[(law_packs.INSTALLED, "office")] * 2,
        (law_packs.REMOVED, "office"),
    ]


def test_an_approval_is_of_the_content_of_the_pack_and_keeps_it(house: House) -> None:
    """Another content under the same id and version makes it void; the text of before is still there."""
    address = stored(house, document("3-02-roads"), plan_document("3-02-roads"))
    key, scenario = (int(part) for part in address.split("/") if part.isdigit())
    lives.lived(house, key, scenario, "requested", "approved")
    with opened(house) as s:
        held = approval_of(s, key)
        assert held is not None and not held.is_void
        assert held.request.law == shipped_packs()["cn"].reference
        (kept,) = law_packs.kept_packs(s)
        assert (kept.toml, kept.is_own) == (CN, False)
    put_own_packs([parse_pack(CN + "\n# one more remark")])
    with opened(house) as s:
        held = approval_of(s, key)
        assert held is not None and held.changes[0][0] == "law"
    page = house.client().get(f"/operations/{key}/approval?lang=en").text
    assert "Law pack" in page
    put_own_packs([])
    with opened(house) as s:
        held = approval_of(s, key)
        assert held is not None and not held.is_void


def test_documents_that_another_process_makes_know_own_packs() -> None:
    """What the law asks on paper does not hang on the process that prints it."""
    found = deepcopy(document("3-02-roads"))
    found["details"]["law"]["pack"] = "office"
    plan, scenario = parse_plan(plan_document("3-02-roads")), Scenario(parse_operation(found))
    assert [one.code for one in blocking(parse_operation(found))] == ["no-such-pack"]
    put_own_packs([parse_pack(OFFICE)])
    assert blocking(parse_operation(found)) == ()
    made = run_limited(lambda: True, paper_pdf, scenario, plan, "en", ["cooperation"], ["C02"])
    assert made.startswith(b"%PDF")


def test_a_restored_backup_brings_own_packs_back(data: Path) -> None:  # noqa: F811
    """The file that is not there any more is; one that is another stays, and that is said."""
    assert run(data, "upgrade").returncode == 0
    law = put(data, office=OFFICE)
    database = connect(f"sqlite:///{data / 'h-hour.db'}", None)
    with database.session() as s:
        law_packs.note_own_packs(s, read_folder(law))
    database.close()
    assert run(data, "backup", data / "b").returncode == 0
    (law / "office.toml").unlink()
    back = run(data, "restore", data / "b", "--replace")
    assert back.returncode == 0 and "Law pack restored" in back.stderr
    assert (law / "office.toml").read_text("utf-8") == OFFICE
    (law / "office.toml").write_text(OFFICE + "\n# another", "utf-8")
    assert "is another than in the backup" in run(data, "restore", data / "b", "--replace").stderr
    kept = run(data, "pack", "kept").stdout
    assert parse_pack(OFFICE).digest[:32] in kept and "office (own)" in kept
    assert run(data, "pack", "kept", parse_pack(OFFICE).digest[:8]).stdout == OFFICE
    assert run(data, "pack", "kept", "zz").returncode == 2


def test_the_migration_has_its_way_back(database_url: str) -> None:
    """Decisions of before stay; the new step is gone with the table."""
    downgrade(database_url, "0033")
    upgrade(database_url)


def test_a_pack_that_changes_counts_from_the_next_page_on(house: House) -> None:
    """No restart: the page has its article, the approval by the pack of before is void, the log says so, by nobody."""
    address = stored(house, document("3-02-roads"), plan_document("3-02-roads"))
    key, scenario = (int(part) for part in address.split("/") if part.isdigit())
    lives.lived(house, key, scenario, "requested", "approved")
    client, page = house.client(), f"/operations/{key}/law?lang=en"
    letter = f"{address}papers/view?paper=cooperation&lang=en"
    assert "order 7" not in client.get(page).text and "VOID" not in client.get(letter).text
    put(house.settings.data, mine=STRICTER)
    assert "order 7" in client.get(page).text and "VOID" in client.get(letter).text
    with opened(house) as s:
        held = approval_of(s, key)
        assert held is not None and held.changes[0][0] == "law"
        (told,) = s.execute(log.select().where(log.c.action == law_packs.INSTALLED)).all()
        assert told.account is None and told.details["digest"] == parse_pack(STRICTER).digest[:32]
    (house.settings.data / "law" / "mine.toml").unlink()
    assert "order 7" not in client.get(page).text and "VOID" not in client.get(letter).text


def test_a_faulty_change_leaves_the_packs_of_before_in_force(house: House) -> None:
    """The page says so until the file is whole; the next whole one counts."""
    key, client = register_of(house, document("3-02")), house.client()
    page = f"/operations/{key}/law?lang=en"
    law = put(house.settings.data, mine=STRICTER)
    assert "order 7" in client.get(page).text
    put(house.settings.data, mine=STRICTER.replace('severity = "block"', 'severity = "stop"', 1))
    for _ in range(2):
        text = client.get(page).text
        assert "order 7" in text and "have faults" in text
    (law / "mine.toml").write_text(CN.replace("MPS 125; CPL 85", "MPS 125; order 8"), "utf-8")
    text = client.get(page).text
    assert "order 8" in text and "have faults" not in text
