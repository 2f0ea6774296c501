"""Accounts: who gets in, for how long, and what is told to whom does not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type
from flask.testing import FlaskClient

from app import create_app
from models.database import write_transaction
from tests.house import House, build, token
from tests.log_ins import PASSWORD, change, is_in, log_in, stranger
from web import database, passwords
from web.access import PUBLIC
from web.rights import ACTIONS

WEB = Path(__file__).resolve().parents[1] / "web"


@pytest.fixture
def client(house: House) -> FlaskClient:
    """A client in which nobody is signed in yet."""
    return stranger(house)


def test_name_and_password_open_the_house(client: FlaskClient) -> None:
    """Who has an account comes from the log-in to the page that was asked for."""
    asked = client.get("/operations/new?a=1", headers={"Accept": "text/html"})
    assert asked.headers["Location"] == "/login?next=/operations/new?a%3D1"
    assert log_in(client, next="/operations/new?a=1") == (302, "/operations/new?a=1")
    assert is_in(client)


@pytest.mark.parametrize(("name", "password"), [("analyst", "wrong"), ("nobody", PASSWORD), ("", ""), ("analyst", "")])
def test_what_does_not_fit_is_answered_alike(client: FlaskClient, name: str, password: str) -> None:
    """A wrong password and an unknown name get the same answer, and no session."""
    status, text = log_in(client, name, password)
    assert status == 401
    assert "Incorrect user name or password." in text
    assert not is_in(client)


def test_who_does_not_exist_costs_as_much(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name's password is held against a hash of the same cost as a known one's."""
    held: list[str] = []
    real = passwords._hasher.verify

    class Counting:
        """Notes against which hash a password is held."""

        def verify(self, stored: str, password: str) -> bool:
            held.append(stored.rsplit("$", 2)[0])
            return real(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    log_in(client, "analyst", "wrong")
    log_in(client, "nobody", "wrong")
    assert len(held) == 2
    assert held[0] == held[1]


def test_a_password_is_hashed_slowly(real_hasher: PasswordHasher) -> None:
    """Outside of tests a try takes as much memory and work as is recommended: 64 MB, three times over."""
    assert real_hasher.type is Type.ID
    assert real_hasher.memory_cost >= 64 * 1024
    assert real_hasher.time_cost >= 3


def test_a_session_begins_anew(client: FlaskClient) -> None:
    """What was in the browser's session before the log-in is gone after it: nobody can have put it there."""
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    before = token(client, "/login")
    log_in(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
    assert token(client) != before


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil", "/\tx", "javascript:alert(1)"]
)
def test_a_log_in_leads_nowhere_else(client: FlaskClient, wanted: str) -> None:
    """An address of another host is not followed after the log-in."""
    assert log_in(client, next=wanted) == (302, "/operations/")


def test_the_cookie_is_kept_from_scripts_and_other_pages(client: FlaskClient) -> None:
    """The session's cookie is HttpOnly and SameSite=Strict."""
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_behind_tls_the_cookie_is_secure(tmp_path: Path, sqlite_template: Path) -> None:
    """Behind HTTPS the cookie is Secure and bound to this host, and browsers are told to stay with TLS."""
    answer = build(tmp_path, sqlite_template, https=True).app.test_client().get("/login", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-h-hour=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("column", "minutes", "stays"),
    [("used_at", -59, True), ("used_at", -61, False), ("ends_at", 1, True), ("ends_at", -1, False)],
)
def test_a_session_ends(house: House, column: str, minutes: int, stays: bool) -> None:
    """A session ends after an hour without a request, and when its hours are over whatever happens."""
    client = house.client()
    house.age_sessions(column, minutes)
    assert is_in(client) == stays


def test_a_request_keeps_a_session_alive(house: House) -> None:
    """Whoever looks at a page has another whole hour."""
    client = house.client()
    for _ in range(3):
        house.age_sessions("used_at", -50)
        assert is_in(client)


def test_a_page_waits_for_no_writer(house: House) -> None:
    """While somebody else writes, the use of a session is noted later, and its page comes at once."""
    client = house.client()
    house.age_sessions("used_at", -50)
    with house.app.extensions[database.KEY].session() as s:
        write_transaction(s)
        assert is_in(client)
    house.age_sessions("used_at", -61)
    assert not is_in(client)


def test_a_copied_cookie_is_dead_after_the_log_out(house: House) -> None:
    """Whoever copied the cookie before the log-out gets nothing with it after; other sessions go on."""
    client, thief, elsewhere = house.client(), house.app.test_client(), house.client()
    cookie = client.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    thief.set_cookie(cookie.key, cookie.value)
    assert is_in(thief)
    client.post("/logout", data={"csrf_token": token(client)})
    assert not is_in(thief)
    assert is_in(elsewhere)


def test_the_database_does_not_hold_what_the_browser_holds(client: FlaskClient, house: House) -> None:
    """Whoever reads the database cannot make a session of it."""
    log_in(client)
    with client.session_transaction() as kept:
        word = kept["_user_id"]
    assert word.encode() not in b"".join(path.read_bytes() for path in house.settings.data.glob("h-hour.db*"))


def test_two_processes_are_one_house(house: House) -> None:
    """A session that began in one process goes on in another one with the same database and secret."""
    first, other = house.client(), create_app(house.settings).test_client()
    cookie = first.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    assert not is_in(other)
    other.set_cookie(cookie.key, cookie.value)
    assert is_in(other)
    assert other.post("/logout", data={"csrf_token": token(first)}).status_code == 400
    cookie = first.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    other.set_cookie(cookie.key, cookie.value)
    assert other.post("/logout", data={"csrf_token": token(first)}).status_code == 302


def test_logging_out_ends_the_session(house: House) -> None:
    """After the log-out the pages are closed again."""
    client = house.client()
    assert client.post("/logout", data={"csrf_token": token(client)}).headers["Location"] == "/login"
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(client: FlaskClient, house: House) -> None:
    """After the change one's own session goes on, every other one has ended, and only the new password fits."""
    log_in(client)
    other = house.app.test_client()
    log_in(other)
    assert change(client, PASSWORD, "a quite different one", "a quite different one")[0] == 302
    assert is_in(client)
    assert not is_in(other)
    assert log_in(other)[0] == 401
    assert log_in(other, password="a quite different one")[0] == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "told"),
    [
        ("wrong", "a quite different one", "a quite different one", 401, "The current password is incorrect."),
        (PASSWORD, "short", "short", 422, "A password must have at least 12 characters."),
        (PASSWORD, "a" * 20, "a" * 20, 422, "This password is too easy to guess"),
        (PASSWORD, "the analyst of h-hour", "the analyst of h-hour", 422, "This password is too easy to guess"),
        (PASSWORD, "ab1!" * 100, "ab1!" * 100, 422, "A password may have at most 256 characters."),
        (PASSWORD, "a quite different one", "a quite different two", 422, "The two entries of the new password differ"),
    ],
)
def test_a_bad_change_is_refused(client: FlaskClient, old: str, new: str, again: str, status: int, told: str) -> None:
    """A change that is not meant, weak or mistyped is refused with the reason, and the old password stays."""
    log_in(client)
    found, text = change(client, old, new, again)
    assert found == status
    assert told in text
    assert log_in(client)[0] == 302


@pytest.mark.parametrize("sent", [{}, {"csrf_token": "made up"}])
@pytest.mark.parametrize("route", ["/logout", "/account", "/operations/new"])
def test_a_form_from_elsewhere_is_refused(house: House, route: str, sent: dict[str, str]) -> None:
    """Without the word of our own page nothing is done."""
    client = house.client()
    answer = client.post(route, data={"id": "x", "name": "x", **sent})
    assert answer.status_code == 400
    assert "has expired or was sent from another site" in client.post(f"{route}?lang=en", data=sent).text
    assert is_in(client)


def test_a_word_of_somebody_elses_page_is_refused(house: House) -> None:
    """The word that proves one person's form is no use in another person's session."""
    client, other = house.client(), house.client(house.another("other"))
    assert client.post("/logout", data={"csrf_token": token(other)}).status_code == 400
    assert is_in(client)


@pytest.mark.parametrize("kept", ["", "1", "1.1", "x", "\ud800", "²."])
def test_a_made_up_session_is_nobodys(house: House, kept: str) -> None:
    """A session that names no account, or an older password, opens nothing."""
    client = house.client()
    with client.session_transaction() as session:
        session["_user_id"] = kept
    assert not is_in(client)


def test_without_a_session_every_page_leads_to_the_log_in(house: House) -> None:
    """No page but the log-in, and what watchers are told, is shown to a stranger; a script is told in a word."""
    client, rules = house.app.test_client(), list(house.app.url_map.iter_rules())
    assert len(rules) > 10
    for rule in rules:
        if rule.endpoint not in PUBLIC:
            address = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
            assert address is not None
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            answer = client.open(address[1], method=method, headers={"Accept": "text/html"})
            assert answer.status_code in (302, 303, 400, 401), rule
            assert answer.status_code >= 400 or answer.headers["Location"].startswith("/login"), rule
    assert client.get("/operations/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/login"
    assert client.get("/operations/", headers={"Accept": "application/json"}).status_code == 401


Functions = dict[str, ast.FunctionDef]


def views() -> Iterator[tuple[str, ast.FunctionDef, Functions]]:
    """Every function of web/ that answers an address, with all functions of its module."""
    for path in sorted(WEB.rglob("*.py")):
        functions = {n.name: n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.FunctionDef)}
        for name, view in functions.items():
            made = [d.func.attr for d in view.decorator_list if isinstance(d, ast.Call) and hasattr(d.func, "attr")]
            if {"get", "post", "put", "delete", "patch", "route"} & set(made):
                yield f"{path.stem}.{name}", view, functions


def called(function: ast.FunctionDef, name: str) -> list[ast.Call]:
    """The calls of a name within a function."""
    return [n for n in ast.walk(function) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == name]


def permits(view: ast.FunctionDef, functions: Functions) -> list[ast.Call]:
    """Where the view asks who may: by itself, or in a function of its module that it calls."""
    near = [function for name, function in functions.items() if called(view, name)]
    return [call for function in (view, *near) for call in called(function, "permit")]


@pytest.mark.parametrize(("name", "view", "functions"), [pytest.param(*found, id=found[0]) for found in views()])
def test_every_view_asks_who_may(name: str, view: ast.FunctionDef, functions: Functions) -> None:
    """Each view but the log-in and what watchers are told asks the one function that decides, with a known action."""
    asked = permits(view, functions)
    if name in PUBLIC:
        assert not asked
        return
    assert len(asked) == 1
    action = asked[0].args[0]
    assert isinstance(action, ast.Constant)
    assert action.value in ACTIONS
    takes_one = "operation" in [a.arg for a in view.args.args]
    assert not takes_one or len(asked[0].args) == 2


def test_names_of_people_are_not_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that a log-in failed and whose account it was by number, never a name or a password."""
    log_in(client, "analyst", "wrong secret")
    log_in(client, "nobody in particular", "x")
    assert "a log-in failed for user 1" in caplog.text
    assert "analyst" not in caplog.text
    assert "nobody in particular" not in caplog.text
    assert "wrong secret" not in caplog.text
