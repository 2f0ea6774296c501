"""What an installation sets, read from the environment; every wrong value is told at once."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from logs import FORMS as LOG_FORMS
from settings import LEAST_SECRET, LOG_KEY, BadSettings, RouterHost, data_folder, database_url, router

CODES = ("choice", "administrators", "all")
"""Whose log-in has to ask for one-time codes: nobody's unless its owner wishes, administrators', everybody's."""
LOOPBACK = ("127.0.0.1", "localhost")
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_YES, _NO = ("1", "yes", "true", "on"), ("", "0", "no", "false", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Whoever sets nothing serves this machine alone, with a database of its own.

    `basemap` is an XYZ template of a tile server of your own, or the path of a .pmtiles file; none: the embedded one.
    `secret_key` signs the cookies, and those that `secrets_before` signed are still taken; `most_waiting` plans of one
    person wait or are made at a time; `num_proxies` counts the proxies in front whose forwarded addresses are believed.
    `metrics_token` opens /metrics, which without it is not there; `log_key` takes the place of the file log-key;
    `codes` says who has to set up one-time codes.
    `router`: the only host that may be told places. Operations whose H lie within `overlap_hours` are compared, and
    doors within `overlap_metres` overlap. `phones`: host and port at which squads' phones are answered; none: they are
    not.
    """

    data: Path
    database_url: str
    secret_key: str = field(repr=False)
    hosts: tuple[str, ...] = LOOPBACK
    num_proxies: int = 0
    https: bool = False
    basemap: str | None = None
    idle_minutes: int = 60
    session_hours: int = 12
    num_threads: int = 24
    num_streams: int = 12
    secrets_before: tuple[str, ...] = field(default=(), repr=False)
    most_waiting: int = 10
    log: str = LOG_FORMS[0]
    metrics_token: str = field(default="", repr=False)
    log_key: str = field(default="", repr=False)
    codes: str = CODES[0]
    router: RouterHost | None = None
    overlap_hours: int = 12
    overlap_metres: int = 300
    phones: str = ""


def settings_of(environment: Mapping[str, str], own_secrets: Callable[[Path, int], tuple[str, ...]]) -> Settings:
    """The settings that the environment tells. Raises `BadSettings` with everything that is wrong.

    `own_secrets` gives the secret that is kept in the data folder, and the one before where a session of so many hours
    may know it; it is asked where the environment names none.
    """
    read, folder = _Reading(environment), data_folder(environment)
    num_threads = read.whole("H_HOUR_THREADS", 24, 4, 500)
    secret = read.secret("SECRET_KEY")
    settings = Settings(
        data=folder,
        database_url=database_url(environment),
        secret_key=secret,
        hosts=(*LOOPBACK, *read.hosts("H_HOUR_HOSTS")),
        num_proxies=read.whole("H_HOUR_PROXIES", 0, 0, 9),
        https=read.switch("H_HOUR_HTTPS"),
        basemap=read.basemap("H_HOUR_BASEMAP"),
        idle_minutes=read.whole("H_HOUR_IDLE_MINUTES", 60, 1, 24 * 60),
        session_hours=read.whole("H_HOUR_SESSION_HOURS", 12, 1, 7 * 24),
        num_threads=num_threads,
        num_streams=num_threads // 2,
        secrets_before=read.secrets("SECRET_KEY_FALLBACKS"),
        most_waiting=read.whole("H_HOUR_MOST_PLANS", 10, 1, 1000),
        log=read.one_of("H_HOUR_LOG", LOG_FORMS),
        metrics_token=read.secret("H_HOUR_METRICS_TOKEN"),
        log_key=read.secret(LOG_KEY),
        codes=read.one_of("H_HOUR_CODES", CODES),
        router=read.router(),
        overlap_hours=read.whole("H_HOUR_OVERLAP_HOURS", 12, 0, 7 * 24),
        overlap_metres=read.whole("H_HOUR_OVERLAP_METRES", 300, 1, 50_000),
        phones=read.place("H_HOUR_PHONES"),
    )
    settings = replace(settings, hosts=(*settings.hosts, *hosts_of(settings.phones)))
    if read.faults:
        raise BadSettings(read.faults)
    if secret:
        return settings
    own, *before = own_secrets(folder, settings.session_hours)
    return replace(settings, secret_key=own, secrets_before=(*before, *settings.secrets_before))


class _Reading:
    """Values of the environment as what they should be; what is wrong is collected in `faults`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment, self.faults = environment, list[str]()

    def _text(self, name: str) -> str:
        return self.environment.get(name, "").strip()

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within both limits."""
        text = self._text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        self.faults.append(f"{name}={text!r} must be a whole number from {least} to {most}")
        return default

    def secret(self, name: str) -> str:
        """A secret that is long enough; nothing where nothing is said."""
        text = self._text(name)
        if text and len(text) < LEAST_SECRET:
            self.faults.append(f"{name} has fewer than {LEAST_SECRET} characters; unset it to have one created")
        return text

    def secrets(self, name: str) -> tuple[str, ...]:
        """Secrets between commas, each long enough."""
        found = tuple(part.strip() for part in self._text(name).split(",") if part.strip())
        if any(len(text) < LEAST_SECRET for text in found):
            self.faults.append(f"{name} has one of fewer than {LEAST_SECRET} characters")
        return found

    def router(self) -> RouterHost | None:
        """The router on another host; none where nothing is said."""
        try:
            return router(self.environment)
        except BadSettings as error:
            self.faults += error.faults
            return None

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        """One of the words; the first where nothing is said."""
        text = self._text(name) or words[0]
        if text not in words:
            self.faults.append(f"{name}={text!r} must be one of {', '.join(words)}")
        return text

    def switch(self, name: str) -> bool:
        """Yes or no; no where nothing is said."""
        text = self._text(name).lower()
        if text not in (*_YES, *_NO):
            self.faults.append(f"{name}={text!r} must be yes or no")
        return text in _YES

    def hosts(self, name: str) -> tuple[str, ...]:
        """Names, or addresses, between commas; ".example.org" stands for every name below it."""
        names = tuple(part.strip().lower() for part in self._text(name).split(",") if part.strip())
        self.faults += [f"{name}: {host!r} is not a host name" for host in names if not is_host(host)]
        return names

    def place(self, name: str) -> str:
        """A host and a port, such as 10.0.0.5:8443 or [fd00::5]:8443; nothing where nothing is said."""
        text = self._text(name).lower()
        host, _, port = text.rpartition(":")
        is_port = port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536
        is_bare_v6 = ":" in host and not host.startswith("[")
        if text and (not is_port or is_bare_v6 or not is_host(host)):
            self.faults.append(f"{name}={text!r} must be a host and a port, such as 10.0.0.5:8443")
            return ""
        return text

    def basemap(self, name: str) -> str | None:
        """A template of a tile server, or a file of tiles; none where nothing is said."""
        text = self._text(name)
        is_template = text.startswith(("http://", "https://")) and all(p in text for p in ("{z}", "{x}", "{y}"))
        if text and not is_template and not (text.endswith(".pmtiles") and Path(text).is_file()):
            self.faults.append(f"{name}={text!r} must be a template with {{z}}, {{x}}, {{y}} or a .pmtiles file")
        return text or None


def hosts_of(place: str) -> tuple[str, ...]:
    """The host of a place; none of none."""
    return (place.rpartition(":")[0],) if place else ()


def is_host(name: str) -> bool:
    """Whether the words are a host name or an address."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return _HOST.fullmatch(name) is not None
    return True
