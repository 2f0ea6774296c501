"""Numbered copies: every page says whose it is, and its code is read back and looked up."""

import json
import re
from dataclasses import replace
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]  # it has none
import pytest
import zxingcpp
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from models import approvals, notes, register
from models import plans as store
from models.copies import copies_of
from models.events import latest_events
from models.log_tables import log
from planner.edits import Edit
from planner.papers.copies import BITS, CopyMark, code_svg, format_id, id_of, read_id
from planner.papers.edition import Edition, Press
from planner.papers.printing import paper_pdf
from planner.papers.registry import PAPERS
from planner.plan import Unit
from planner.scenario import Scenario
from tests.house import House, token
from tests.lives import lived
from tests.parcels import finish_parcels
from tests.sheet_plans import two_teams
from tests.stored_plans import document, plan_document, stored
from web import database

DPI, DARK = 200, 128


def codes(pdf: bytes) -> list[list[str]]:
    """What a scanner reads on each page, printed in black and white."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=DPI / 72, grayscale=True).to_numpy()
        found.append([code.text for code in zxingcpp.read_barcodes(((picture >= DARK) * 255).astype("uint8"))])
    return found


def texts(pdf: bytes) -> list[str]:
    """The text of each page in one line."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


@given(st.integers(0, 2**BITS - 1))
def test_a_code_is_read_as_it_is_typed(bits: int) -> None:
    """Different bits are different ids; case, dashes, blanks and letters that look like figures do no harm."""
    id = id_of(bits)
    assert read_id(id) == read_id(format_id(id).lower()) == read_id(f" {id[:9]} {id[9:]} ") == id
    assert read_id(id.replace("0", "O").replace("1", "l")) == id
    assert id == id_of(bits) != id_of(bits ^ 1)
    assert read_id(id[:-1]) == read_id(f"{id}0") == read_id("U" + id[1:]) == ""


def test_a_code_is_no_micro_code() -> None:
    """Version 2, of which a quarter may be lost: 25 modules and four of white on each side."""
    assert 'width="33" height="33"' in code_svg(id_of(2**BITS - 1))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_says_whose_copy_it_is(lang: str) -> None:
    """Number, holder, id and code stand on each page of each copy, whatever its size; the code holds the id alone."""
    operation, plan = two_teams()
    chief = "成都市公安局武侯区分局刑事侦查大队副大队长兼联合指挥部联络员"
    marks = [
        CopyMark(7, "Commander 1", id_of(2**127 + 99), ("order", "custody", "slip")),
        CopyMark(8, chief, id_of(3), ("squad",), ("Q1",)),
    ]
    pdf = paper_pdf(Scenario(operation), plan, lang, ["order", "custody", "slip", "squad"], None, "void", copies=marks)
    read, told = codes(pdf), texts(pdf)
    assert {text for page in read for text in page} == {mark.id for mark in marks}
    assert all(len(page) == 1 for page in read)
    for (code,), text in zip(read, told, strict=True):
        mark = next(mark for mark in marks if mark.id == code)
        assert (format_id(mark.id) in text and mark.holder in text.replace(" ", "")) or mark.holder in text
    num = len([1 for (code,) in read if code == marks[1].id])
    assert 0 < num < len(read) / 2  # of the second copy one squad's card alone
    whole = paper_pdf(
        Scenario(operation), plan, lang, ["order", "custody", "slip", "squad"], None, "void", copies=marks
    )
    assert whole == pdf


def put(client: FlaskClient, plan: str, holders: str, *names: str, **more: str) -> str:
    """The address of the list that names the new copies."""
    form = {"csrf_token": token(client), "paper": list(names), "holders": holders, **more}
    answer = client.post(f"{plan}papers/copies", data=form)
    assert answer.status_code == 303, answer.text
    return answer.location


def said(client: FlaskClient, id: str) -> str:
    """What is told of a page with this code."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(f"/copies/?id={id}&lang=en").text))


def test_copies_are_numbered_printed_and_looked_up(house: House) -> None:
    """From draft to force, to another plan, to a withdrawal: each time the page's code tells what the page is worth."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    page = put(client, plan, "Commander\r\nAnalyst\r\n\r\n指挥长", "order", "contacts")
    assert page.endswith("first=1&last=3") and "Recorded: copies 1 to 3." in client.get(page).text
    with house.app.extensions[database.KEY].session() as s:
        made = copies_of(s, operation)
        event = latest_events(s, operation, 1)[0]
    assert [one.mark.number for one in made] == [1, 2, 3] and len({one.mark.id for one in made}) == 3
    assert event.kind == "kept"  # what is recorded is that a file is handed out
    pdf = client.get(f"/operations/{operation}/copies/print.pdf?first=1&last=3").data
    assert {code for page in codes(pdf) for code in page} == {one.mark.id for one in made}
    assert all("DRAFT" in text for text in texts(pdf))
    with house.app.extensions[database.KEY].session() as s:
        event = latest_events(s, operation, 1)[0]
        assert (event.kind, event.scenario, event.details["copies"]) == ("printed", scenario, 3)
        assert not any(name in json.dumps(event.details) for name in ("Commander", "Analyst"))
    lived(house, operation, scenario, "requested")
    with house.app.extensions[database.KEY].session() as s:
        risky = approvals.sites_of_high_risk(s, scenario)
        approvals.decide(s, operation, "approved", house.another("chief").id, "because", sites=risky)
    first = made[0].mark.id
    assert "Not in force." in said(client, first)
    put(client, plan, "Commander", "order")
    with house.app.extensions[database.KEY].session() as s:
        valid = copies_of(s, operation, [4])[0]
    assert valid.state == "valid" and "Valid. This page is of the plan in force." in said(
        client, format_id(valid.mark.id)
    )
    assert "DRAFT" not in texts(client.get(f"/operations/{operation}/copies/print.pdf?first=4&last=4").data)[0]
    with house.app.extensions[database.KEY].session() as s:
        other = store.keep(s, operation, plan_document("one-city"), house.person.id, "Night")
        notes.choose(s, operation, other, house.person.id)
    told = said(client, valid.mark.id)
    assert "Superseded. Night has taken its place." in told and "Commander" in told
    assert "VOID" in texts(client.get(f"/operations/{operation}/copies/print.pdf?first=4&last=4").data)[0]
    form = {"csrf_token": token(client), "copy": ["4", "x", "99"]}
    assert client.post(f"/operations/{operation}/copies/", data=form).status_code == 303
    assert "Withdrawn. It was withdrawn by Analyst" in said(client, valid.mark.id)
    assert client.get(f"/operations/{operation}/copies/print.pdf?first=4&last=4").status_code == 404
    with house.app.extensions[database.KEY].session() as s:
        event = latest_events(s, operation, 1)[0]
        assert (event.kind, event.details) == ("recalled", {"copies": 1})
    assert "Tick the copies" in client.post(f"/operations/{operation}/copies/", data=form, follow_redirects=True).text


def test_what_no_copy_has_is_unknown(house: House) -> None:
    """A code that nobody made, and text that is no code."""
    client = house.client()
    assert "Unknown. No copy printed here" in said(client, id_of(12345))
    assert "This is no code of a page" in said(client, "12345")
    assert "Unknown" not in said(client, "") and "no code" not in said(client, "")


def test_without_holders_each_reader_has_a_copy(house: House) -> None:
    """A squad card for each squad leader; the list finds them by holder and state."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = int(re.findall("[0-9]+", plan)[0])
    put(client, plan, "", "squad")
    with house.app.extensions[database.KEY].session() as s:
        made = copies_of(s, operation)
    squads = [unit["id"] for unit in plan_document("one-city")["units"] if unit["kind"] == "squad"]
    assert sorted(key for one in made for key in one.mark.readers or ()) == sorted(squads)
    pdf = client.get(f"/operations/{operation}/copies/print.pdf?first=2&last=2").data
    assert {code for page in codes(pdf) for code in page} == {made[1].mark.id}
    page = client.get(f"/operations/{operation}/copies/?q={made[1].mark.holder}&state=unapproved").text
    assert page.count('name="copy"') == 1
    assert 'name="copy"' not in client.get(f"/operations/{operation}/copies/?state=valid").text


@pytest.mark.parametrize(
    ("holders", "more"), [("x" * 61, {}), ("\r\n".join(map(str, range(301))), {}), ("Commander", {"for": "ZZ-9"})]
)
def test_what_cannot_be_a_copy_is_refused(house: House, holders: str, more: dict[str, str]) -> None:
    """A holder too long, too many, a reader who gets no paper: nothing is recorded, and the text stays."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    form = {"csrf_token": token(client), "paper": "slip", "holders": holders, **more}
    answer = client.post(f"{plan}papers/copies", data=form)
    assert (
        answer.status_code == 422
        and "A holder has 1 to 60 characters" in answer.text
        and holders.split(maxsplit=1)[0] in answer.text
    )
    with house.app.extensions[database.KEY].session() as s:
        assert copies_of(s, int(re.findall("[0-9]+", plan)[0])) == []


def test_nothing_chosen_leads_back(house: House) -> None:
    """Without a kind of document the page of documents says what lacks."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    answer = client.get(f"{plan}papers/copies", follow_redirects=True)
    assert "Choose at least one kind" in answer.text and all(name in answer.text for name in PAPERS)
    operation = re.findall("[0-9]+", plan)[0]
    for asked in ("", "first=1", "first=5&last=2", "first=1&last=999", "first=1&last=1"):
        assert client.get(f"/operations/{operation}/copies/print.pdf?{asked}").status_code == 404


def test_a_copy_of_what_is_approved_no_more_says_so_when_it_is_printed_again(house: House) -> None:
    """Once the registers have changed it says VOID; that it was looked up stands in the log."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    lived(house, operation, scenario, "requested", "approved")
    put(client, plan, "Commander", "contacts")
    address = f"/operations/{operation}/copies/print.pdf?first=1&last=1"
    assert "VOID" not in texts(client.get(address).data)[0]
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, operation, [Edit("operation", "name", {"value": "Another"})], house.person.id)
        (copy,) = copies_of(s, operation)
    assert copy.state == "unapproved"
    assert "VOID" in texts(client.get(address).data)[0]
    said(client, copy.mark.id)
    with house.app.extensions[database.KEY].session() as s:
        assert s.scalar(log.select().with_only_columns(log.c.page).order_by(log.c.number.desc())) == "copies.find"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_team_sheets_and_change_orders_are_numbered_too(lang: str) -> None:
    """On every page of their layouts stand number, holder, id, code, stamp and the log's last entry."""
    (operation, plan), head = two_teams(), (12345, "0a1b2c3d4e5f")
    scenario = Scenario(operation)
    moved = replace(plan, units=tuple(later(unit) if unit.kind == "squad" else unit for unit in plan.units))
    chief = "成都市公安局武侯区分局刑事侦查大队副大队长兼联合指挥部联络员"
    marks = [CopyMark(7, "Commander 1", id_of(2**127 + 99), ("sheets", "orders")), CopyMark(8, chief, id_of(3), ())]
    press = Press(Edition(scenario, moved, lang, "void", log_head=head, before=(scenario, plan)))
    teams = [team.id for team in plan.teams]
    assert press.sheaf(["sheets", "orders"]) == {"sheets": teams, "orders": teams}
    for name in ("sheets", "orders"):
        pdf = press.pdf([(marks[0], {name: teams}), (marks[1], {name: teams[:1]})])
        read, told = codes(pdf), texts(pdf)
        assert [len(page) for page in read] == [1] * len(told)
        owners = [next(mark for mark in marks if mark.id == code) for (code,) in read]
        assert 0 < owners.count(marks[1]) < owners.count(marks[0])
        for mark, text in zip(owners, told, strict=True):
            assert format_id(mark.id) in text and mark.holder in (text if mark is marks[0] else text.replace(" ", ""))
            assert head[1] in text and {"en": "VOID", "zh": "作废"}[lang] in text
        assert pdf == press.pdf([(marks[0], {name: teams}), (marks[1], {name: teams[:1]})])


def later(unit: Unit) -> Unit:
    """The unit with all its stops a minute later."""
    stops = tuple(replace(stop, start=stop.start + 1, end=stop.end + 1) for stop in unit.stops)
    return replace(unit, stops=stops)


def test_sheets_and_orders_are_copied_looked_up_and_made_in_the_background(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders lead from the plan before; many sheets are made in parts; a copy that is withdrawn is not fetched."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation, before = (int(number) for number in re.findall("[0-9]+", plan))
    with house.app.extensions[database.KEY].session() as s:
        swapped = json.loads(json.dumps(plan_document("one-city")).replace('"O-C01-009"', '"O-H01-012"'))
        other = store.keep(s, operation, swapped, None, "Another officer")
    plan = plan.replace(f"plans/{before}/", f"plans/{other}/")
    page = client.get(f"{plan}papers/").text
    assert 'value="sheets"' in page and f"paper=orders&amp;before={before}" in page
    assert "Choose at least one" in client.get(f"{plan}papers/copies?paper=orders", follow_redirects=True).text
    assert f'name="before" value="{before}"' in client.get(f"{plan}papers/copies?paper=orders&before={before}").text
    put(client, plan, "Commander", "sheets", "orders", before=str(before))
    put(client, plan, "", "orders", before=str(before))
    with house.app.extensions[database.KEY].session() as s:
        made = copies_of(s, operation)
    assert made[0].printing.documents == ("sheets", "orders") and made[0].printing.before == before
    assert made[1].mark.readers and made[1].printing.documents == ("orders",)
    address = f"/operations/{operation}/copies/print.pdf?first=1&last={len(made)}"
    pdf = client.get(address).data
    assert {code for page in codes(pdf) for code in page} == {one.mark.id for one in made}
    told = said(client, made[0].mark.id)
    assert "Team sheets, Change orders" in told
    monkeypatch.setattr("web.copies.MOST_PARTS", 0)
    page = client.get(address).text
    assert "They are made in the background" in page
    form = {"csrf_token": token(client), "first": "1", "last": str(len(made))}
    parcel = client.post(f"/operations/{operation}/copies/parcels", data=form).location
    finish_parcels()
    assert "Team sheets, Change orders" in client.get(parcel).text
    answer = client.get(f"{parcel}file")
    assert [len(page) for page in codes(answer.data)] == [1] * len(PdfReader(BytesIO(answer.data)).pages)
    head = re.compile(r"Log \d+, [0-9a-f]{12}")  # of the log, which has grown
    assert [head.sub("", text) for text in texts(answer.data)] == [head.sub("", text) for text in texts(pdf)]
    with house.app.extensions[database.KEY].session() as s:
        event = latest_events(s, operation, 1)[0]
        assert (event.kind, event.details["copies"]) == ("printed", len(made))
    client.post(f"/operations/{operation}/copies/", data=form | {"copy": "1"})
    assert "The state of the plan has changed since" in client.get(f"{parcel}file", follow_redirects=True).text
    assert client.get(parcel).status_code == 404
