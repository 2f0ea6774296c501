"""Notes stand on an operation, its plans and things: as text, by their author alone, every wording on record."""

import re

from models import plans, register
from models.events import latest_events
from models.remarks import mention_parts
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document
from web import database as web_database

EVIL = "<b>@OTHER</b> please look\nat this"


def test_a_note_is_written_edited_and_withdrawn(house: House) -> None:
    """On the operation, a plan and a thing; markup is text, a mention is marked, the activity page links the thing."""
    key, other = loaded(house, document("one-city")), house.another("other")
    with house.app.extensions[web_database.KEY].session() as s:
        scenario = plans.keep(s, key, plan_document("one-city"), house.person.id, "")
    client, stranger = house.client(), house.client(other)
    for at, page in (
        ({}, f"/operations/{key}/"),
        ({"plan": str(scenario)}, f"/operations/{key}/plans/{scenario}/"),
        ({"table": "sites", "id": "S001"}, f"/operations/{key}/things/sites?id=S001"),
    ):
        form = {"csrf_token": token(client), **at}
        assert client.post(f"/operations/{key}/remarks", data=form | {"text": EVIL}).status_code == 302
        shown = client.get(page).text
        assert "<b>" not in shown.split('id="notes"')[1]
        assert '&lt;b&gt;<strong class="mention">@OTHER</strong>&lt;/b&gt;' in shown
        note, version = re.findall(r'remarks/(\d+)"', shown)[0], re.findall(r'name="version" value="(\d+)"', shown)[0]
        change = form | {"text": "Second", "version": version}
        denied = stranger.post(f"/operations/{key}/remarks/{note}", data=change | {"csrf_token": token(stranger)})
        assert denied.status_code == 403
        client.post(f"/operations/{key}/remarks/{note}", data=change)
        client.post(f"/operations/{key}/remarks/{note}", data=change | {"text": "Third"})
        shown = client.get(page).text
        assert "Second" in shown and "Third" not in shown and "please look" in shown
        version = re.findall(r'name="version" value="(\d+)"', shown)[0]
        client.post(f"/operations/{key}/remarks/{note}", data=change | {"version": version, "do": "withdraw"})
        assert "Note withdrawn" in client.get(f"{page}{'&' if '?' in page else '?'}lang=en").text
    with house.app.extensions[web_database.KEY].session() as s:
        kinds = [event.kind for event in latest_events(s, key, 9)]
    assert kinds == ["withdrawn", "reworded", "noted"] * 3
    assert "things/sites?id=S001" in client.get(f"/operations/{key}/activity?kind=notes").text


def test_no_note_without_proof_text_or_an_open_operation(house: House) -> None:
    """A form from elsewhere, an empty or endless note, one on nothing of ours, and one on a closed operation."""
    key, client = loaded(house, document("tiny")), house.client()
    form, address = {"csrf_token": token(client)}, f"/operations/{key}/remarks"
    assert client.post(address, data={"text": "x"}).status_code == 400
    assert client.post(address, data=form | {"text": "x", "table": "users", "id": "1"}).status_code == 404
    assert client.post(address, data=form | {"text": "x", "plan": "77"}).status_code == 404
    for text in ("", " ", "x" * 2001):
        client.post(address, data=form | {"text": text})
    assert "No notes yet." in client.get(f"/operations/{key}/?lang=en").text
    with house.app.extensions[web_database.KEY].session() as s:
        register.set_status(s, key, "closed", house.person.id)
    assert client.post(address, data=form | {"text": "x"}).status_code == 409
    assert 'id="new-note"' not in client.get(f"/operations/{key}/").text


def test_the_longest_name_is_mentioned() -> None:
    """Also before Chinese without a blank; not within a Latin word."""
    names = ["li", "li wei", "李伟"]
    found = [name for _, name in mention_parts("@Li Wei @li, @李伟请核对 @lily a@b", names) if name]
    assert found == ["li wei", "li", "李伟"]


def test_a_status_that_another_has_changed_is_not_overwritten(house: House) -> None:
    """Who saw another status gets the page as it is now, with 409; nothing changes."""
    key, client = loaded(house, document("tiny")), house.client()
    form = {"csrf_token": token(client), "seen": "draft", "reason": "because", "step": "closed"}
    assert 'name="seen" value="draft"' in client.get(f"/operations/{key}/approval").text
    with house.app.extensions[web_database.KEY].session() as s:
        register.set_status(s, key, "ready", house.person.id)
    answer = client.post(f"/operations/{key}/approval?lang=en", data=form)
    assert answer.status_code == 409
    assert "Someone else has changed a value" in answer.text
    with house.app.extensions[web_database.KEY].session() as s:
        assert register.operation_line(s, key).status == "ready"
