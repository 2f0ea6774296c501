"""What every process of an installation reads of its environment alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

AREAS = "areas"
"""The folder of the area packs within the data folder."""
LAW = "law"
"""The folder of an installation's own law packs within the data folder."""
LEAST_SECRET = 32
"""Characters of a secret."""
LOG_KEY = "H_HOUR_LOG_KEY"
"""Names the key of the log, where it is not the file in the data folder."""
ROUTER_KINDS = ("osrm", "valhalla")


class BadSettings(Exception):
    """Settings that cannot be taken; `faults` says of each which one and what would be right."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where this installation keeps its files."""
    return Path(environment.get("H_HOUR_DATA") or "data").expanduser()


def areas_folder(environment: Mapping[str, str]) -> Path:
    """Where the area packs lie."""
    return data_folder(environment) / AREAS


def database_url(environment: Mapping[str, str]) -> str:
    """The database that is named, or a file of our own in the data folder."""
    return environment.get("DATABASE_URL") or f"sqlite:///{data_folder(environment).absolute() / 'h-hour.db'}"


@dataclass(frozen=True, slots=True)
class RouterHost:
    """A router on a host that an administrator names. Who asks it for a way tells it the places."""

    kind: str
    url: str

    @property
    def host(self) -> str:
        """The host, with its port."""
        return urlsplit(self.url).netloc

    @property
    def name(self) -> str:
        """What it is called, on one line: `osrm at 10.1.2.3:5000`."""
        return f"{self.kind} at {self.host}"

    @property
    def words(self) -> str:
        """The words that name it, as `router_host` reads them."""
        return f"{self.kind}={self.url}"


def router_host(told: str) -> RouterHost:
    """The router that is named as `osrm=URL` or `valhalla=URL`. Raises ValueError with what would be right."""
    kind, _, url = told.strip().partition("=")
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if kind not in ROUTER_KINDS or not is_url or not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(/[\w./~-]*)?", url):
        raise ValueError("must be osrm=URL or valhalla=URL; a URL is http or https, host, port, path and nothing more")
    return RouterHost(kind, url)


def router(environment: Mapping[str, str]) -> RouterHost | None:
    """The router that may be asked; none unless H_HOUR_ROUTER names one. Raises BadSettings."""
    told = environment.get("H_HOUR_ROUTER", "").strip()
    if not told:
        return None
    try:
        return router_host(told)
    except ValueError as error:
        raise BadSettings([f"H_HOUR_ROUTER {error}"]) from error
