"""One-time codes: asked for after the password, each once; lost ones are recovered, and the owner is told."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import main
from models import one_time_codes, users
from models.database import Database, Session, write_transaction
from models.log_place import LogPlace
from models.log_tables import log
from models.one_time_codes import CodesOn
from models.right_tables import one_time_codes as table
from tests.house import House, build, token
from tests.log_ins import PASSWORD, change, is_in, log_in, stranger
from tests.test_account_list import account
from web import database as web_database

pytestmark = pytest.mark.usefixtures("strict")
NOON = datetime(2026, 4, 1, 12, 0, 5, tzinfo=UTC)


@dataclass
class Clock:
    """The time by which codes are judged."""

    at: datetime = NOON

    def code(self, secret: str, steps: int = 0) -> str:
        """What an app shows whose clock is so many steps ahead."""
        return str(pyotp.TOTP(secret).at(self.at + timedelta(seconds=30 * steps)))

    def go(self, steps: int) -> None:
        """So many steps of 30 seconds pass."""
        self.at += timedelta(seconds=30 * steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still."""
    made = Clock()
    monkeypatch.setattr(one_time_codes, "now", lambda session: made.at)
    return made


def opened(house: House) -> Session:
    """A transaction of the house, as a context."""
    return house.app.extensions[web_database.KEY].session()


def actions(house: House) -> list[str]:
    """What the log tells of codes, in its order."""
    with opened(house) as s:
        told = s.scalars(select(log.c.action).order_by(log.c.number))
        return [one for one in told if "code" in one]


def set_up(client: FlaskClient, clock: Clock) -> tuple[str, list[str]]:
    """Key and recovery codes of an account that has set up codes through its page."""
    form = {"csrf_token": token(client), "password": PASSWORD}
    assert client.post("/account/codes/begin", data=form).headers["Location"] == "/account/codes"
    page = client.get("/account/codes?lang=en").text
    secret = re.findall(r'id="key">([^<]+)<', page)[0].replace(" ", "")
    assert "data:image/svg+xml" in page and "QR code of the key" in page
    shown = client.post("/account/codes?lang=en", data=form | {"code": clock.code(secret)})
    assert shown.status_code == 200
    return secret, re.findall(r"<li><code>([^<]+)</code>", shown.text)


def type_code(client: FlaskClient, code: str) -> tuple[int, str]:
    """Status and text or new address of the answer to a code."""
    form = {"csrf_token": token(client, "/login/code"), "code": code}
    answer = client.post("/login/code?lang=en", data=form)
    return answer.status_code, answer.headers.get("Location", answer.text)


@pytest.fixture
def owner(house: House) -> FlaskClient:
    """A client in which the house's person has logged in with the password."""
    client = stranger(house)
    log_in(client)
    return client


def test_the_log_in_asks_for_a_code_and_takes_each_once(house: House, owner: FlaskClient, clock: Clock) -> None:
    """Password and code open; the code that was typed does so never again, neither at the log-in nor elsewhere."""
    secret, recovery = set_up(owner, clock)
    assert len(recovery) == 10 and len(set(recovery)) == 10
    page = owner.get("/account/codes").text
    assert not any(one in page for one in (*recovery, secret)) and is_in(owner)
    client = house.app.test_client()
    assert log_in(client, next="/operations/new?a=1") == (302, "/login/code")
    assert not is_in(client)
    status, text = type_code(client, clock.code(secret))
    assert status == 401 and "This code does not fit, or it has been used." in text  # it set the codes up
    clock.go(1)
    used = clock.code(secret)
    assert type_code(client, f" {used[:3]} {used[3:]} ") == (302, "/operations/new?a=1")
    assert is_in(client)
    again = house.app.test_client()
    log_in(again)
    assert type_code(again, used)[0] == 401 and not is_in(again)
    assert actions(house) == ["one-time codes switched on", "one-time code refused", "one-time code refused"]


def test_clocks_may_differ_by_one_step(house: House, owner: FlaskClient, clock: Clock) -> None:
    """A code of the step before or after is taken, one of two steps away is not; an earlier one not after a later."""
    secret, _ = set_up(owner, clock)
    clock.go(10)
    for steps, status in ((-2, 401), (-1, 302), (2, 401), (1, 302), (0, 401)):
        client = house.app.test_client()
        log_in(client)
        assert type_code(client, clock.code(secret, steps))[0] == status, steps


def test_a_recovery_code_opens_once(house: House, owner: FlaskClient, clock: Clock) -> None:
    """However it is typed; another account's opens nothing, and the page says how many are left."""
    _, recovery = set_up(owner, clock)
    for typed, status in ((recovery[3].upper().replace("-", " "), 302), (recovery[3], 401), (recovery[4], 302)):
        client = house.app.test_client()
        log_in(client)
        assert type_code(client, typed)[0] == status
    assert "Recovery codes left: 8" in client.get("/account/codes?lang=en").text
    assert actions(house).count("recovery code used") == 2


def test_codes_are_guessed_slowly(house: House, owner: FlaskClient, clock: Clock) -> None:
    """Tries count with those of the password, which alone forgives none; an unknown name waits as long."""
    secret, _ = set_up(owner, clock)
    clock.go(1)
    client = house.app.test_client()
    log_in(client)
    assert [type_code(client, "000000")[0] for _ in range(5)] == [401] * 4 + [429]
    status, text = type_code(client, clock.code(secret))
    assert status == 429 and "Too many attempts." in text
    assert log_in(house.app.test_client())[0] == 429
    assert is_in(owner)


def test_many_log_in_with_codes_from_one_address(house: House, owner: FlaskClient, clock: Clock) -> None:
    """What succeeds is not counted, neither the password nor the code."""
    secret, _ = set_up(owner, clock)
    for _ in range(7):
        clock.go(1)
        client = house.app.test_client()
        log_in(client)
        assert type_code(client, clock.code(secret))[0] == 302


def test_the_page_of_the_code_needs_the_password(house: House, owner: FlaskClient, clock: Clock) -> None:
    """Without it, after five minutes, after another password and for a disabled account there is the log-in alone."""
    secret, _ = set_up(owner, clock)
    clock.go(1)
    client = house.app.test_client()
    assert client.get("/login/code").headers["Location"] == "/login"
    form = {"csrf_token": token(client, "/login"), "code": clock.code(secret)}
    assert client.post("/login/code", data=form).headers["Location"] == "/login"
    log_in(client)
    with client.session_transaction() as kept:
        kept["code"] = [*kept["code"][:2], kept["code"][2] - 301, kept["code"][3]]
    assert client.get("/login/code").status_code == 302
    log_in(client)
    assert client.get("/login/code").status_code == 200
    new = "a quite different one 3"
    assert change(owner, PASSWORD, new, new)[0] == 302
    assert client.get("/login/code").status_code == 302
    log_in(client, password=new)
    with opened(house) as s:
        users.add(s, "second", "hash", roles=["administrator"])
        users.set_disabled(s, house.person.id, is_disabled=True)
    assert client.get("/login/code").status_code == 302


def test_only_the_owner_sets_codes_up_or_switches_them_off(house: House, owner: FlaskClient, clock: Clock) -> None:
    """Each needs the present password; a wrong code sets up nothing; other sessions end with the first code."""
    form = {"csrf_token": token(owner), "password": "wrong"}
    assert owner.post("/account/codes/begin", data=form).status_code == 401
    assert "data:image/svg+xml" not in owner.get("/account/codes").text
    assert owner.post("/account/codes", data=form | {"code": "123456"}).status_code == 422
    other = house.app.test_client()
    log_in(other)
    owner.post("/account/codes/begin", data=form | {"password": PASSWORD})
    assert owner.post("/account/codes", data=form | {"code": "000000"}).status_code == 422
    assert log_in(house.app.test_client())[1] == "/operations/"  # not confirmed: nothing is asked
    set_up(owner, clock)
    assert not is_in(other) and is_in(owner)
    assert owner.post("/account/codes/begin", data=form | {"password": PASSWORD}).status_code == 409
    assert owner.post("/account/codes/off", data=form).status_code == 401
    assert log_in(house.app.test_client())[1] == "/login/code"
    assert owner.post("/account/codes/off", data=form | {"password": PASSWORD}).status_code == 302
    assert log_in(house.app.test_client())[1] == "/operations/"
    assert actions(house) == ["one-time codes switched on", "one-time codes switched off"]


def test_an_administrator_switches_codes_off_and_the_owner_is_told(
    house: House, owner: FlaskClient, clock: Clock
) -> None:
    """The log says who did it; the owner reads it at each log-in and in the account until it was seen."""
    set_up(owner, clock)
    boss = account(house, "boss", "administrator")
    admin = house.client(boss)
    form = {"csrf_token": token(admin), "do": "codes"}
    assert "Switch off one-time codes" in admin.get("/accounts/?lang=en").text
    assert admin.post(f"/accounts/{house.person.id}", data=form).status_code == 302
    assert "Switch off one-time codes" not in admin.get("/accounts/?lang=en").text
    client = house.app.test_client()
    for _ in range(2):
        assert log_in(client)[1] == "/operations/"
        assert "An administrator switched off your one-time codes" in client.get("/operations/?lang=en").text
    assert "An administrator switched off" in client.get("/account?lang=en").text
    client.post("/account/codes/seen", data={"csrf_token": token(client)})
    assert "An administrator switched off" not in client.get("/account?lang=en").text
    with opened(house) as s:
        told = s.execute(select(log).where(log.c.action == one_time_codes.OFF)).one()
    assert told.account == boss.id and told.details == {"account": house.person.id, "by": "administrator"}


def test_the_shell_switches_codes_off(house: House, owner: FlaskClient, clock: Clock) -> None:
    """For the administrator whose telephone is lost; of an account without codes it says so."""
    set_up(owner, clock)
    shell = {"H_HOUR_DATA": str(house.settings.data), "DATABASE_URL": house.settings.database_url}
    assert CliRunner().invoke(main, ["user", "codes-off", "analyst"], env=shell).exit_code == 0
    assert log_in(house.app.test_client())[1] == "/operations/"
    again = CliRunner().invoke(main, ["user", "codes-off", "analyst"], env=shell)
    assert again.exit_code == 2 and "no one-time codes" in again.output


@pytest.fixture
def person(database: Database) -> int:
    """The key of an account."""
    with database.session() as s:
        return users.add(s, "one", "hash")


def test_the_database_alone_makes_no_code(database: Database, person: int, clock: Clock) -> None:
    """Neither secret nor recovery codes stand in it, and what is stored opens with this key for this account alone."""
    with database.session() as s:
        one_time_codes.begin(s, person)
        secret = one_time_codes.begun_secret(s, person)
        assert secret is not None
        shown = one_time_codes.confirm(s, person, clock.code(secret))
        assert shown is not None
        other = users.add(s, "two", "hash")
        row = s.execute(select(table)).one()
        stored = str(row)
        assert secret not in stored and secret.encode() not in base64.b64decode(row.secret)
        assert not any(one in stored or one.replace("-", "") in stored for one in shown)
        with pytest.raises(CodesOn):
            one_time_codes.begin(s, person)
        one_time_codes.begin(s, other)
        write_transaction(s).execute(update(table).where(table.c.person == other).values(secret=row.secret))
        assert one_time_codes.begun_secret(s, other) is None


def test_another_key_opens_nothing(
    database: Database, person: int, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A database without its key of the log refuses every code: an administrator switches them off."""
    with database.session() as s:
        one_time_codes.begin(s, person)
        secret = one_time_codes.begun_secret(s, person)
        assert secret is not None
        shown = one_time_codes.confirm(s, person, clock.code(secret))
    assert shown is not None
    clock.go(1)
    elsewhere = Database(database.url, database.engine, LogPlace(tmp_path_factory.mktemp("elsewhere")))
    with elsewhere.session() as s:
        assert one_time_codes.take(s, person, clock.code(secret)) is None
        assert one_time_codes.take(s, person, shown[0]) is None
    with database.session() as s:
        assert one_time_codes.take(s, person, clock.code(secret)) == "code"
        assert one_time_codes.take(s, person, "１２３４５６") is None
        assert one_time_codes.take(s, person, shown[0]) == "recovery"


@pytest.mark.parametrize("of", ["administrators", "all"])
def test_an_installation_can_require_codes(tmp_path: Path, sqlite_template: Path, clock: Clock, of: str) -> None:
    """Who has to set them up finds nothing else until they are on, whatever else is tried; then everything."""
    house = build(tmp_path, sqlite_template, codes=of)
    client = stranger(house)
    log_in(client)
    assert client.get("/operations/").headers["Location"] == "/account/codes"
    assert client.post("/operations/new", data={"csrf_token": token(client, "/account")}).status_code == 302
    for lang, words in (("en", "set them up to go on"), ("zh", "才能继续")):
        assert words in client.get(f"/account/codes?lang={lang}").text
    form = {"csrf_token": token(client, "/account"), "password": PASSWORD}
    assert client.post("/account/codes/begin", data=form).headers["Location"] == "/account/codes"
    secret = re.findall(r'id="key">([^<]+)<', client.get("/account/codes").text)[0].replace(" ", "")
    shown = client.post("/account/codes?lang=en", data=form | {"code": clock.code(secret)}).text
    assert "set them up to go on" not in shown
    assert client.get("/operations/").status_code == 200
    other = house.client(house.another("other")).get("/operations/")
    assert other.status_code == (302 if of == "all" else 200)
