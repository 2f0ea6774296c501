"""Accounts: administrators invite, disable and end sessions; everybody sees and ends the own sessions."""

import re

import pytest

from models import sessions, users
from models.users import LastAdministrator, SystemRole
from tests.house import House, token
from tests.log_ins import is_in, log_in
from web import database
from web.access import Person, person

pytestmark = pytest.mark.usefixtures("strict")


def account(house: House, name: str, *roles: SystemRole) -> Person:
    """A new account with these roles in the installation."""
    with house.app.extensions[database.KEY].session() as s:
        found = users.by_id(s, users.add(s, name, "no password fits this", name.title(), roles))
    assert found is not None
    return person(found)


def test_whoever_is_invited_sets_the_password_first(house: House) -> None:
    """The first password is shown once and opens only the page on which it is changed."""
    admin = house.client(account(house, "admin", "administrator"))
    sent = {"csrf_token": token(admin), "name": "New 1", "display_name": "Newcomer", "roles": "creator"}
    page = admin.post("/accounts/?lang=en", data=sent).text
    password = re.findall(r"<code>([^<]+)</code>", page)[0]
    assert password not in admin.get("/accounts/").text
    assert admin.post("/accounts/?lang=en", data=sent).status_code == 422
    client = house.app.test_client()
    assert log_in(client, "new 1", password)[0] == 302
    assert client.get("/operations/").headers["Location"] == "/account"
    form = {"csrf_token": token(client, "/account"), "password": password, "new": "quite another phrase 7"}
    assert client.post("/account", data=form | {"again": form["new"]}).status_code == 302
    assert client.get("/operations/").status_code == 200
    assert client.get("/accounts/").status_code == 404


def test_a_disabled_account_is_out_at_once(house: House) -> None:
    """Its sessions end, its password is answered like a wrong one; enabled again it fits."""
    admin = house.client(account(house, "admin", "administrator"))
    sent = {"csrf_token": token(admin), "name": "clerk"}
    password = re.findall(r"<code>([^<]+)</code>", admin.post("/accounts/", data=sent).text)[0]
    client = house.app.test_client()
    log_in(client, "clerk", password)
    with house.app.extensions[database.KEY].session() as s:
        clerk = users.by_name(s, "clerk")
    assert clerk is not None
    action = {"csrf_token": sent["csrf_token"], "do": "disable"}
    assert admin.post(f"/accounts/{clerk.key}", data=action).status_code == 302
    assert client.get("/account").status_code == 401
    status, text = log_in(house.app.test_client(), "clerk", password)
    assert status == 401 and "Incorrect user name or password." in text
    admin.post(f"/accounts/{clerk.key}", data=action | {"do": "enable"})
    assert log_in(house.app.test_client(), "clerk", password)[0] == 302
    assert admin.post(f"/accounts/{clerk.key}", data=action | {"do": "explode"}).status_code == 404


def test_an_administrator_recovers_an_account(house: House) -> None:
    """A new password is shown once, ends every session and must be changed; roles are set; sessions are ended."""
    admin, clerk = house.client(account(house, "admin", "administrator")), account(house, "clerk")
    client = house.client(clerk)
    form = {"csrf_token": token(admin), "do": "end"}
    assert is_in(client)
    admin.post(f"/accounts/{clerk.id}", data=form)
    assert not is_in(client)
    page = admin.post(f"/accounts/{clerk.id}", data=form | {"do": "reset"}).text
    password = re.findall(r"<code>([^<]+)</code>", page)[0]
    assert log_in(house.app.test_client(), "clerk", password) == (302, "/operations/")
    admin.post(f"/accounts/{clerk.id}", data=form | {"do": "roles", "roles": ["auditor", "emperor"]})
    with house.app.extensions[database.KEY].session() as s:
        found = users.by_id(s, clerk.id)
        assert found is not None and found.roles == ("auditor",) and found.must_change


def test_an_installation_keeps_an_administrator(house: House) -> None:
    """The last one who can log in is neither disabled nor loses the role, also not by herself."""
    me = account(house, "admin", "administrator")
    with house.app.extensions[database.KEY].session() as s:
        users.set_roles(s, house.person.id, [])
    admin = house.client(me)
    form = {"csrf_token": token(admin), "do": "disable"}
    assert admin.post(f"/accounts/{me.id}", data=form).status_code == 409
    assert admin.post(f"/accounts/{me.id}", data=form | {"do": "roles"}).status_code == 409
    other = account(house, "second", "administrator")
    assert admin.post(f"/accounts/{me.id}", data=form).status_code == 302
    with pytest.raises(LastAdministrator), house.app.extensions[database.KEY].session() as s:
        users.set_roles(s, other.id, [])


def test_own_sessions_are_listed_and_ended(house: House) -> None:
    """The page of the account shows each session, and ends another one or all others; nobody else's."""
    client, other = house.client(), house.client()
    stranger = house.another("stranger")
    theirs = house.client(stranger)
    page = client.get("/account?lang=en").text
    found = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(found) == 1 and "This session" in page
    with house.app.extensions[database.KEY].session() as s:
        foreign = sessions.sessions_of(s, stranger.id)[0].hash
    form = {"csrf_token": token(client)}
    client.post("/account/sessions", data=form | {"session": foreign})
    assert is_in(theirs)
    client.post("/account/sessions", data=form | {"session": found[0]})
    assert not is_in(other) and is_in(client)
    again = house.client()
    client.post("/account/sessions", data=form)
    assert not is_in(again) and is_in(client) and is_in(theirs)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_administrator_and_auditor_is_told_who_gets_roles_and_passwords(house: House, lang: str) -> None:
    """On the way in and on the page of accounts; nobody else is."""
    admin, auditor = house.client(account(house, "admin", "administrator")), account(house, "reader", "auditor")
    clerk = account(house, "clerk", "creator")
    form = {"csrf_token": token(admin)}
    admin.post(f"/accounts/{clerk.id}", data=form | {"do": "roles", "roles": ["auditor", "creator"]})
    admin.post(f"/accounts/{clerk.id}", data=form | {"do": "reset"})
    words = {
        "en": ("Roles of Clerk: Auditor, Creates operations", "New password for Clerk", "New account Admin"),
        "zh": ("Clerk 的角色", "Clerk 的新密码", "新账号 Admin"),
    }[lang]
    pages = ((house.client(), "/operations/"), (house.client(), "/accounts/"), (house.client(auditor), "/operations/"))
    for client, page in pages:
        text = client.get(f"{page}?lang={lang}").text
        assert 'id="account-changes"' in text and all(word in text for word in words), page
    assert words[2] not in admin.get(f"/operations/?lang={lang}").text  # the own account is no news
    assert 'id="account-changes"' not in house.client(house.another("plain")).get("/operations/").text
