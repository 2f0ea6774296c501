"""What every process of an installation reads of its environment alike."""

from collections.abc import Mapping
from pathlib import Path

AREAS = "areas"
"""The folder of the area packs within the data folder."""


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
