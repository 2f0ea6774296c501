"""Logging in as people do: through the page, with a name and a password."""

from flask.testing import FlaskClient

from models import users
from tests.house import House, token
from web import database, passwords

PASSWORD = "battery horse staple 7"


def stranger(house: House) -> FlaskClient:
    """A client in which nobody is signed in yet; the person's password is the one above."""
    with house.app.extensions[database.KEY].session() as s:
        users.set_password(s, house.person.id, passwords.hash_password(PASSWORD))
    return house.app.test_client()


def log_in(client: FlaskClient, name: str = "analyst", password: str = PASSWORD, **more: str) -> tuple[int, str]:
    """Status and text or new address of the answer to a log-in."""
    form = {"csrf_token": token(client, "/login"), "name": name, "password": password, **more}
    answer = client.post("/login?lang=en", data=form)
    return answer.status_code, answer.headers.get("Location", answer.text)


def is_in(client: FlaskClient) -> bool:
    """Whether somebody is signed in."""
    return client.get("/operations/").status_code == 200


def change(client: FlaskClient, old: str, new: str, again: str) -> tuple[int, str]:
    """Status and text of the answer to a change of the password."""
    form = {"csrf_token": token(client), "password": old, "new": new, "again": again}
    answer = client.post("/account?lang=en", data=form)
    return answer.status_code, answer.text
