"""Phones reach their own pages over TLS with an own authority, and nothing else of the house."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

import app as application
from settings import BadSettings
from web.phone_certificate import (
    AUTHORITY_DAYS,
    SERVER_DAYS,
    BadCertificate,
    CertificateFiles,
    certificate_in,
    files_in,
    make_certificate,
)
from web.phone_listener import MOST_BODY, PhoneListener, phone_listener, phones_only
from web.settings import Settings, settings_of

NAMES = ("127.0.0.1", "command.example")
LIMIT = 20.0  # seconds


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    """An authority and a certificate of this test alone."""
    made = files_in(tmp_path)
    make_certificate(made, NAMES)
    return made


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says which path, from where, and how long a body."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    body = environ["wsgi.input"].read()
    return [f"{environ['PATH_INFO']} {environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']} {len(body)}".encode()]


@pytest.fixture
def listener(files: CertificateFiles) -> Iterator[PhoneListener]:
    """A listener at a free port."""
    with PhoneListener(phones_only(echo), "127.0.0.1:0", files) as made:
        yield made


def asked(files: CertificateFiles, port: int, path: str, body: bytes = b"") -> tuple[int, str]:
    """Status and text for a phone that trusts the authority alone."""
    trusting = ssl.create_default_context(cafile=str(files.authority))
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=LIMIT)
    try:
        connection.request("POST" if body else "GET", path, body or None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_phone_that_trusts_the_authority_reaches_its_pages(files: CertificateFiles, listener: PhoneListener) -> None:
    """The address of the phone and TLS are known to the application."""
    assert asked(files, listener.port, "/phone/x") == (200, "/phone/x 127.0.0.1 https 0")
    assert asked(files, listener.port, "/phone/x", b"12345") == (200, "/phone/x 127.0.0.1 https 5")


@pytest.mark.parametrize(
    "path", ["/", "/login", "/operations/1/", "/phone", "/phones/", "/api/v1/", "//phone/", "/./phone/"]
)
def test_what_is_not_for_phones_is_not_there(files: CertificateFiles, listener: PhoneListener, path: str) -> None:
    """Nobody of that network finds the log-in."""
    assert asked(files, listener.port, path) == (404, "")


def test_a_body_beyond_the_limit_is_refused(files: CertificateFiles, listener: PhoneListener) -> None:
    """A report is small."""
    assert asked(files, listener.port, "/phone/x", b"x" * MOST_BODY)[0] == 200
    assert asked(files, listener.port, "/phone/x", b"x" * (MOST_BODY + 1))[0] == 400


def test_who_dawdles_over_the_handshake_holds_up_nobody(files: CertificateFiles, listener: PhoneListener) -> None:
    """Forty connections say nothing; the next is answered."""
    silent = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(40)]
    try:
        assert asked(files, listener.port, "/phone/x")[0] == 200
    finally:
        for each in silent:
            each.close()


def test_nobody_is_answered_in_clear(listener: PhoneListener) -> None:
    """A request without TLS gets no page."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=LIMIT) as plain:
        plain.sendall(b"GET /phone/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200" not in plain.recv(1000)


def test_it_ends_with_its_context(files: CertificateFiles) -> None:
    """The port is free again, and the thread is gone."""
    with PhoneListener(phones_only(echo), "127.0.0.1:0", files) as made:
        assert asked(files, made.port, "/phone/x")[0] == 200
    with pytest.raises(OSError):
        asked(files, made.port, "/phone/x")


def test_an_authority_may_speak_for_its_names_and_private_networks_alone(files: CertificateFiles) -> None:
    """A phone that trusts it trusts it with nothing of the internet, and the tool does not even try."""
    before = files.authority.read_bytes()
    for allowed in (("10.1.2.3",), ("192.168.7.7", "fd00::5"), ("phones.command.example",)):
        assert make_certificate(files, allowed).names == allowed
    for outside in ("203.0.113.9", "elsewhere.example", "notcommand.example"):
        with pytest.raises(BadCertificate, match=outside):
            make_certificate(files, (outside,))
    assert files.authority.read_bytes() == before


def test_an_address_that_is_not_private_can_be_named_at_first(tmp_path: Path) -> None:
    """An authority that was made for it may speak for it, and for no neighbour of it."""
    files = files_in(tmp_path)
    assert make_certificate(files, ("203.0.113.9",)).names == ("203.0.113.9",)
    with pytest.raises(BadCertificate):
        make_certificate(files, ("203.0.113.10",))


def test_keys_are_for_their_owner_alone_and_dates_bear_a_clock_that_is_off(files: CertificateFiles) -> None:
    """Phones refuse certificates of more than 398 days, and those of tomorrow."""
    assert {path.stat().st_mode & 0o077 for path in files.folder.iterdir()} == {0}
    shown, authority = x509.load_pem_x509_certificates(files.certificate.read_bytes())
    assert (shown.not_valid_after_utc - shown.not_valid_before_utc).days <= SERVER_DAYS + 1
    assert (authority.not_valid_after_utc - authority.not_valid_before_utc).days <= AUTHORITY_DAYS + 1
    assert datetime.now(UTC) - shown.not_valid_before_utc > timedelta(hours=23)
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert isinstance(shown.public_key(), ec.EllipticCurvePublicKey)


def test_what_cannot_serve_phones_is_told_before_anything_listens(files: CertificateFiles) -> None:
    """No certificate, another's key, a key that others read, one that is over."""
    later = datetime.now(UTC) + timedelta(days=SERVER_DAYS + 1)
    with pytest.raises(BadCertificate, match="ended on"):
        certificate_in(files, later)
    files.key.chmod(0o640)
    with pytest.raises(BadCertificate, match="chmod 600"):
        certificate_in(files)
    files.key.chmod(0o600)
    files.key.write_bytes(files.authority_key.read_bytes())
    with pytest.raises(BadCertificate, match="is not the key"):
        certificate_in(files)
    files.certificate.write_text("nonsense")
    with pytest.raises(BadCertificate, match="cannot be read"):
        certificate_in(files)
    files.certificate.unlink()
    settings = Settings(files.folder.parent, "", "", phones="127.0.0.1:1")
    with pytest.raises(BadCertificate, match="no certificate"):
        phone_listener(echo, settings)


def test_without_an_address_nothing_listens(tmp_path: Path) -> None:
    """That is how an installation begins."""
    with phone_listener(echo, Settings(tmp_path, "", "")) as nothing:
        assert nothing is None


def secrets(*_: object) -> tuple[str, ...]:
    """Secrets of a test."""
    return ("x" * 40,)


@pytest.mark.parametrize("place", ["10.0.0.5:8443", "[fd00::5]:8443", "command.example:443"])
def test_the_address_of_phones_is_a_host_and_a_port(tmp_path: Path, place: str) -> None:
    """Its host is one of our names then."""
    read = settings_of({"H_HOUR_DATA": str(tmp_path), "H_HOUR_PHONES": place}, secrets)
    assert read.phones == place
    assert read.hosts[-1] == place.rpartition(":")[0]


@pytest.mark.parametrize(
    "place", ["10.0.0.5", ":8443", "host:0", "host:99999", "https://host:8443", "fd00::5:8443", "a b:1"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, place: str) -> None:
    """With what would be right."""
    with pytest.raises(BadSettings, match="H_HOUR_PHONES"):
        settings_of({"H_HOUR_DATA": str(tmp_path), "H_HOUR_PHONES": place}, secrets)


def test_the_command_says_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    """The fingerprint is the authority's; wrong names are all told, and nothing is made."""
    run = CliRunner(env={"H_HOUR_DATA": str(tmp_path)}).invoke
    refused = run(application.main, ["certificate", "a b", "x_y", "10.0.0.5"])
    assert refused.exit_code == 2
    assert refused.output.count("is neither") == 2
    assert not files_in(tmp_path).folder.exists()
    made = run(application.main, ["certificate", "10.0.0.5", "Command.Example"])
    assert made.exit_code == 0, made.output
    assert "10.0.0.5, command.example" in made.output
    assert certificate_in(files_in(tmp_path)).fingerprint in made.output


def test_a_phone_does_not_say_from_where_it_asks() -> None:
    """Wrong numbers are counted by network: what a proxy would tell is left out, for no proxy stands before phones."""
    seen = dict[str, Any]()

    def look(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        return []

    told = {"HTTP_X_FORWARDED_FOR": "10.0.0.9", "HTTP_X_FORWARDED_HOST": "other", "HTTP_FORWARDED": "for=10.0.0.9"}
    phones_only(look)({"PATH_INFO": "/phone/x/", "HTTP_HOST": "command.example", **told}, lambda *_: None)
    assert seen == {"PATH_INFO": "/phone/x/", "HTTP_HOST": "command.example"}
