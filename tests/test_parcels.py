"""Many documents at once: cut into parts, made in the background, stopped, and fetched by who asked while they hold."""

import os
import re
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from models import approvals, memberships
from planner.papers import parcels as cutting
from planner.papers.copies import CopyMark, id_of
from planner.papers.edition import Edition, Press
from planner.papers.parcels import ChosenSheaf, ParcelForm, merge_parts, part_file, parts_of, whole_pdf
from planner.papers.readers import READERS
from planner.papers.source import PaperSource
from planner.pictures import PictureNote, fit_picture, name_of, pictures_as
from planner.render.sheets import NothingToPrint
from planner.scenario import Scenario
from tests.effort import slow_after
from tests.house import House, token
from tests.lives import lived
from tests.parcels import finish_parcels
from tests.sheet_plans import two_teams
from tests.stored_plans import document, plan_document, stored
from tests.test_pictures import photo
from web import database
from web.limited_process import Cancelled, TooMuch
from web.parcels import KEY, ParcelOrder, Parcels
from web.task_folders import ASKED, LOCK, alone

OPERATION, PLAN = two_teams()


@given(st.dictionaries(st.sampled_from(["order", "squad", "slip"]), st.lists(st.text(max_size=3), max_size=200)))
def test_parts_hold_what_was_chosen(chosen: dict[str, list[str]]) -> None:
    """Each sheet once, in the order chosen, and no part with more sheets than it may have."""
    for form, most in cutting.MOST_SHEETS.items():
        parts = parts_of([(None, chosen)], form)
        told = [(name, key) for part in parts for _, held in part for name, keys in held.items() for key in keys]
        assert told == [(name, key) for name, keys in chosen.items() for key in keys]
        assert all(1 <= sum(len(keys) for _, held in part for keys in held.values()) <= most for part in parts)
        assert len(parts) == -(-len(told) // most)


MARKS = [CopyMark(number, f"Holder {number}", id_of(number), ("sheets", "squad")) for number in (1, 2)]


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_parts_of_copies_keep_whose_they_are(nums: list[int]) -> None:
    """Each copy's sheets once, in its order, under its mark; a part has one layout, drawings make smaller parts."""
    sheaves: list[ChosenSheaf] = [
        (mark, {"sheets": [f"T{n}" for n in range(teams)], "squad": [f"Q{n}" for n in range(squads)]})
        for mark, teams, squads in zip(MARKS, nums[:2], nums[2:], strict=True)
    ]
    parts = parts_of(sheaves, "pdf")
    told = [(mark, name, key) for part in parts for mark, held in part for name, keys in held.items() for key in keys]
    assert told == [(mark, name, key) for mark, held in sheaves for name, keys in held.items() for key in keys]
    assert all(len({name for _, held in part for name in held}) == 1 for part in parts)
    most = cutting.MOST_SHEETS["pdf"] // cutting.WEIGHTS["sheets"]
    assert all(sum(len(held.get("sheets", ())) for _, held in part) <= most for part in parts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_part_is_one_file_with_bookmarks_or_a_file_for_each(lang: str) -> None:
    """The outline names each sheet; in the zip each reader's file holds the reader's pages alone; same bytes again."""
    source = PaperSource(Scenario(OPERATION), PLAN, lang)
    chosen = {name: [key for key, _ in READERS[name](source)] for name in ("squad", "slip")}
    press = Press(Edition(Scenario(OPERATION), PLAN, lang))
    whole = part_file(press, [(None, chosen)], "pdf")
    outline = [item.title for item in PdfReader(BytesIO(whole)).outline if not isinstance(item, list)]
    assert len(outline) == sum(map(len, chosen.values()))
    packed = part_file(press, [(None, chosen)], "zip")
    assert packed == part_file(press, [(None, chosen)], "zip")
    with ZipFile(BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{name}/{key}.pdf" for name, keys in chosen.items() for key in keys]
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(archive.read("squad/Q1.pdf"))).pages)
    assert "Q1" in text and OPERATION.sites_by_id["S2"].address not in text


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_parcels_print_the_pictures_that_are_at_hand(form: ParcelForm) -> None:
    """A suspect's photo stands on the squad card of a parcel as on the card by itself."""
    kept = fit_picture(photo())
    name = name_of(kept)
    suspects = tuple(
        replace(row, details={**row.details, **pictures_as((PictureNote(name, ""),))}) for row in OPERATION.suspects
    )
    scenario = Scenario(replace(OPERATION, suspects=suspects))
    with_photo, without = (
        part_file(Press(Edition(scenario, PLAN, "en", pictures=held)), [(None, {"squad": ["Q1"]})], form)
        for held in ({name: kept}, {})
    )
    assert len(with_photo) - len(without) > len(kept) // 2


def test_one_part_is_the_file_itself(tmp_path: Path) -> None:
    """It keeps what it was set with: nothing is joined."""
    part, whole = tmp_path / "a", tmp_path / "whole"
    part.write_bytes(b"%PDF-a")
    merge_parts([part], whole, "pdf")
    assert whole.read_bytes() == b"%PDF-a"


@pytest.mark.parametrize("lang", slow_after(1, ["zh", "en"]))
def test_many_sheets_are_set_in_parts_and_joined(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The joined file has the pages and bookmarks of the one set whole, in order, says how it is kept, and repeats."""
    names, told = ["squad", "slip"], list[tuple[int, int]]()
    head = (7, "0a1b2c3d4e5f")
    edition = Edition(Scenario(OPERATION), PLAN, lang, log_head=head)
    sheaves = [(None, Press(edition).sheaf(names))]
    whole = whole_pdf(edition, sheaves)
    monkeypatch.setattr(cutting, "MOST_SHEETS", {"pdf": 3, "zip": 3})
    parts = whole_pdf(edition, sheaves, lambda made, due: told.append((made, due)))
    assert len(told) > 1 and told == [(n + 1, len(told)) for n in range(len(told))]
    one, many = PdfReader(BytesIO(whole)), PdfReader(BytesIO(parts))
    assert [page.extract_text() for page in many.pages] == [page.extract_text() for page in one.pages]
    assert all(head[1] in page.extract_text() for page in many.pages)
    assert bookmarks(many) == bookmarks(one)
    assert many.metadata == one.metadata
    root: Any = one.trailer["/Root"]
    catalogue: Any = many.trailer["/Root"]
    assert "/StructTreeRoot" not in catalogue and "/MarkInfo" not in catalogue
    assert catalogue["/Lang"] == root["/Lang"] and "/OutputIntents" in catalogue
    held = catalogue["/Metadata"].get_data()
    assert b"<pdfaid:conformance>B<" in held and b"pdfuaid" not in held
    assert whole_pdf(edition, sheaves) == parts


def test_long_tables_are_set_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sheet once and in order; what has too many cells together is set apart, and the file is what it would be."""
    press = Press(Edition(Scenario(OPERATION), PLAN, "en"))
    chosen = press.sheaf(["squad", "slip"])
    (part,) = parts_of([(None, chosen)], "pdf")
    assert cutting.pieces_of(press, part, cutting.MOST_CELLS) == [part]
    whole = whole_pdf(press.edition, [(None, chosen)])
    monkeypatch.setattr(cutting, "MOST_CELLS", 60)
    pieces = cutting.pieces_of(press, part, 60)
    told = [(name, key) for piece in pieces for _, held in piece for name, keys in held.items() for key in keys]
    assert told == [(name, key) for name, keys in chosen.items() for key in keys] and 1 < len(pieces) < len(told)
    for piece in pieces:
        keys = [(name, key) for _, held in piece for name, some in held.items() for key in some]
        assert len(keys) == 1 or sum(press.num_cells(*one) for one in keys) <= 60
    parts = whole_pdf(press.edition, [(None, chosen)])
    one, many = PdfReader(BytesIO(whole)), PdfReader(BytesIO(parts))
    assert [page.extract_text() for page in many.pages] == [page.extract_text() for page in one.pages]
    assert bookmarks(many) == bookmarks(one)


def bookmarks(reader: PdfReader) -> list[tuple[str, int | None]]:
    """Title and page of each bookmark of the first level."""
    first = [item for item in reader.outline if not isinstance(item, list)]
    return [(str(item.title), reader.get_destination_page_number(item)) for item in first]


def test_a_part_that_is_refused_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the way in the process beside is raised here, in its words; without anybody nothing is printed."""
    monkeypatch.setattr(cutting, "MOST_SHEETS", {"pdf": 1, "zip": 1})
    with pytest.raises(NothingToPrint, match="nothing to print"):
        whole_pdf(Edition(Scenario(OPERATION), PLAN, "en"), [(None, {"squad": ["none", "nobody"], "slip": ["none"]})])
    with pytest.raises(NothingToPrint, match="nothing to print"):
        whole_pdf(Edition(Scenario(OPERATION), PLAN, "en"), [(None, {})])


def ordered(client: FlaskClient, plan: str, form: str, **more: str) -> str:
    """The address of a new parcel of squad cards and the order."""
    data = {"csrf_token": token(client), "paper": ["squad", "order"], "form": form, **more}
    answer = client.post(f"{plan}papers/parcels", data=data)
    assert answer.status_code == 303
    return answer.location


def test_a_parcel_is_made_and_fetched_by_who_asked(house: House) -> None:
    """The page offers both forms; the file holds what was chosen; nobody else finds parcel or file."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    page = client.get(f"{plan}papers/parcels?paper=squad&paper=order").text
    assert 'value="zip"' in page and 'value="pdf"' in page
    squads = [unit["id"] for unit in plan_document("one-city")["units"] if unit["kind"] == "squad"]
    parcel = ordered(client, plan, "zip")
    finish_parcels()
    assert "Fetch the file" in client.get(parcel).text
    answer = client.get(f"{parcel}file")
    names = ZipFile(BytesIO(answer.data)).namelist()
    assert set(names) == {"order/all.pdf", *(f"squad/{squad}.pdf" for squad in squads)}
    assert "event: end" in client.get(f"{parcel}events").text
    other = house.client(house.another("second"))
    for part in ("", "file", "events"):
        assert other.get(f"{parcel}{part}").status_code == 404
    parcel = ordered(client, plan, "pdf", **{"for": squads[0]})
    finish_parcels()
    answer = client.get(f"{parcel}file")
    assert answer.mimetype == "application/pdf" and squads[0] in PdfReader(BytesIO(answer.data)).pages[0].extract_text()


def test_a_parcel_is_stopped_and_another_begun(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping ends the work and leaves nothing; a new order replaces the one before."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    store: Parcels = house.app.extensions[KEY]
    first = ordered(client, plan, "zip")
    finish_parcels()
    second = ordered(client, plan, "zip")
    finish_parcels()
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200

    def unwanted(*_: object, **__: object) -> bytes:
        raise Cancelled

    monkeypatch.setattr("web.parcels.run_limited", unwanted)
    third = ordered(client, plan, "zip")
    finish_parcels()
    assert store.file(third.split("/")[-2]) is None
    answer = client.post(f"{third}stop", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "Stopped. Nothing is kept" in answer.text and client.get(third).status_code == 404
    assert list(store.folder.iterdir()) == []


def test_what_is_too_large_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that takes too much ends the parcel, with the reason on its page."""

    def too_much(*_: object, **__: object) -> bytes:
        raise TooMuch

    monkeypatch.setattr("web.parcels.run_limited", too_much)
    client = house.client()
    parcel = ordered(client, stored(house, document("one-city"), plan_document("one-city")), "pdf")
    finish_parcels()
    assert "exceeds the time or memory limit" in client.get(parcel).text
    assert client.get(f"{parcel}file").status_code == 404


def test_a_parcel_goes_on_after_a_restart_and_ends_by_the_clock(house: House) -> None:
    """Whoever looks at one that nobody makes goes on with it; after an hour it is gone."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    parcel = ordered(client, plan, "pdf")
    finish_parcels()
    store: Parcels = house.app.extensions[KEY]
    name = parcel.split("/")[-2]
    file = store.file(name)
    assert file is not None
    file.unlink()
    assert "Documents are being made" in client.get(parcel).text
    finish_parcels()
    assert store.file(name) is not None
    old = time.time() - Parcels.kept_seconds - 5
    os.utime(store.folder / name / ASKED, (old, old))
    store.sweep()
    assert client.get(parcel).status_code == 404


def test_a_parcel_of_a_plan_whose_state_has_changed_is_gone(house: House) -> None:
    """What says DRAFT is not handed out any more once the operation is approved."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    parcel = ordered(client, plan, "pdf")
    finish_parcels()
    operation = int(re.findall("[0-9]+", plan)[0])
    scenario = int(re.findall("[0-9]+", plan)[1])
    lived(house, operation, scenario, "requested")
    with house.app.extensions[database.KEY].session() as s:
        risky = approvals.sites_of_high_risk(s, scenario)
        approvals.decide(s, operation, "approved", house.another("chief").id, "because", sites=risky)
    answer = client.get(f"{parcel}file", follow_redirects=True)
    assert "The state of the plan has changed since" in answer.text
    assert client.get(parcel).status_code == 404


def test_nothing_chosen_and_unknown_forms(house: House) -> None:
    """Without a reader the page of documents says so; a form that there is not, is not there."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    assert "Nobody gets a document" in client.get(f"{plan}papers/parcels?paper=slip&for=ZZ", follow_redirects=True).text
    data = {"csrf_token": token(client), "paper": "order", "form": "doc"}
    assert client.post(f"{plan}papers/parcels", data=data).status_code == 404


def many(house: House, somebody: FlaskClient, plan: str) -> Path:
    """The folder of a parcel of somebody that is made."""
    form = {"csrf_token": token(somebody), "paper": "contacts", "form": "pdf"}
    address = somebody.post(f"{plan}papers/parcels", data=form).location
    finish_parcels()
    folder: Path = house.app.extensions[KEY].folder / address.rstrip("/").split("/")[-1]
    assert folder.is_dir()
    return folder


def test_a_file_goes_with_its_operation_and_with_the_right_to_it(house: House) -> None:
    """When the operation is deleted, when somebody's last role is taken that sees it, when the account is disabled."""
    plan, client = stored(house, document("tiny"), plan_document("tiny")), house.client()
    operation, others = plan.split("/plans/")[0], [house.another(name) for name in ("one", "two")]
    mine, theirs = many(house, client, plan), [many(house, house.client(one), plan) for one in others]
    sent = {"csrf_token": token(client)}
    with house.app.extensions[database.KEY].session() as s:
        for role in ("planner", "commander"):
            memberships.put_member(s, int(operation.split("/")[-1]), others[0].id, role)
    gone = sent | {"person": str(others[0].id)}
    client.post(f"{operation}/members/remove", data=gone | {"role": "planner"})
    assert theirs[0].is_dir()
    client.post(f"{operation}/members/remove", data=gone | {"role": "commander"})
    assert not theirs[0].exists() and theirs[1].is_dir()
    client.post(f"/accounts/{others[1].id}", data=sent | {"do": "disable"})
    assert not theirs[1].exists() and mine.is_dir()
    client.post(f"{operation}/delete", data=sent | {"reference": document("tiny")["id"]})
    assert not mine.exists()


def test_who_looks_again_waits_for_no_other_parcel(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that asks how far its parcel is leaves no thread behind, however long another parcel takes."""
    every: Parcels = house.app.extensions[KEY]
    name = every.ask(ParcelOrder(1, 1, 1, "", {"team": ["T01"]}, "zip", "en", "draft", (0, "")))
    monkeypatch.setattr(Parcels, "work_at", lambda *_: pytest.fail("somebody else is at it"))
    with every._at_work, alone(every.folder / name / LOCK):
        again = every.work(name, lambda: pytest.fail("it is not loaded"), "")
        again.join(10)
        assert not again.is_alive()
