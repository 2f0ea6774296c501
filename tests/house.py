"""An application of a test's own: its database, its accounts, and a way in without typing."""

import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext
from sqlalchemy import update

from app import create_app
from models import sessions, tables, users
from models.database import Session, now, write_transaction
from web import database
from web.access import Person, person
from web.settings import Settings

SECRET = "a secret that only tests have; " * 2
SQLITE = "h-hour.db"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass(frozen=True)
class House:
    """An application, and somebody who has an account in it."""

    app: Flask
    settings: Settings
    person: Person

    def client(self, somebody: Person | None = None) -> FlaskClient:
        """A client in which somebody, or the first person, is signed in."""
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept.update(self.session_of(somebody or self.person))
        return client

    def age_sessions(self, column: str, minutes: int) -> None:
        """In every session this column holds the moment so many minutes from now."""
        with self.app.extensions[database.KEY].session() as s:
            write_transaction(s).execute(update(tables.sessions).values({column: now(s) + timedelta(minutes=minutes)}))

    def sign_in(self, context: BrowserContext, address: str, somebody: Person | None = None) -> None:
        """In the browser somebody, or the first person, is signed in at the address."""
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        value = serializer.dumps(self.session_of(somebody or self.person))
        context.add_cookies([{"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": address}])

    def session_of(self, somebody: Person) -> dict[str, object]:
        """What the browser keeps of a session of somebody who has just logged in."""
        with self.app.extensions[database.KEY].session() as s:
            user = users.by_id(s, somebody.id)
            assert user is not None
            word = sessions.begin(s, user, timedelta(hours=self.settings.session_hours))
        return {"_user_id": word, "_fresh": True}

    def another(self, name: str) -> Person:
        """Another person with an account."""
        with self.app.extensions[database.KEY].session() as s:
            return added(s, name)


def build(folder: Path, template: Path | None, **changes: object) -> House:
    """An application on a copy of the database `template`, or the one that is named; it has nothing in it yet."""
    if template is not None:
        shutil.copy(template, folder / SQLITE)
    plain = {"data": folder, "database_url": f"sqlite:///{folder / SQLITE}", "secret_key": SECRET}
    settings = Settings(**{**plain, **changes})  # type: ignore[arg-type]
    app = create_app(settings)
    with app.extensions[database.KEY].session() as s:
        return House(app, settings, added(s, "analyst", ("administrator", "creator")))


def added(s: Session, name: str, roles: tuple[users.SystemRole, ...] = users.CREATOR) -> Person:
    """A new account, whose password nobody knows."""
    users.add(s, name, "no password fits this", name.title(), roles)
    user = users.by_name(s, name)
    assert user is not None
    return person(user)


def token(client: FlaskClient, address: str = "/operations/") -> str:
    """The word that proves that a form comes from our own page."""
    found = TOKEN.search(client.get(address).text)
    assert found is not None
    return found.group(1)
