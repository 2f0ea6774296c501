"""The lock files hold what the requirements name, with hashes, and nothing that we could not ship."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tools.notice import LOCK, NOTICE, NPM_LOCK, front_end, is_shippable, licence_of, lines, locked_versions

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("", "-dev", "-tools")


def named(text: str) -> dict[str, str]:
    """Package -> version, as the requirements pin them."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==(\S+)", text, re.M)
    return {name.lower().replace("_", "-"): version for name, version in pins}


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_holds_its_requirements(kind: str) -> None:
    """Every pinned package is locked at its version, and what the lock calls required is pinned: else `make lock`."""
    source = f"requirements{kind}.txt"
    lock = (ROOT / f"requirements{kind}.lock").read_text("utf-8")
    pins, found = named((ROOT / source).read_text("utf-8")), locked_versions(lock)
    assert {name: found.get(name) for name in pins} == pins
    parts = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)
    required = {name for part in parts if f"-r {source}" in part for name in locked_versions(part)}
    assert required == set(pins)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_locked_has_a_hash_and_no_host(kind: str) -> None:
    """Each package of a lock has at least one SHA-256, and no line names a place to fetch it from."""
    lock = (ROOT / f"requirements{kind}.lock").read_text("utf-8")
    parts = [part for part in re.split(r"^(?=[a-z0-9])", lock, flags=re.M) if part.strip()]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", part) for part in parts)
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.M)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_what_is_installed_is_what_is_locked(kind: str) -> None:
    """The environment of this run has the locked version of every package that it has."""
    for name, wanted in locked_versions((ROOT / f"requirements{kind}.lock").read_text("utf-8")).items():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue  # of another platform or Python
        assert found == wanted, name


def test_notice_names_every_package() -> None:
    """NOTICE is what `python -m tools.notice` writes today."""
    assert NOTICE.read_text("utf-8") == "\n".join(lines()) + "\n"


def test_every_licence_is_one_that_we_can_ship() -> None:
    """Each locked Python package and each package of pages has a licence that we can ship."""
    told = {name: licence_of(name) for name in locked_versions(LOCK.read_text("utf-8"))}
    told |= front_end(NPM_LOCK.read_text("utf-8"))
    assert {name: licence for name, licence in told.items() if not is_shippable(licence)} == {}


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "UNKNOWN", ""])
def test_a_licence_that_binds_others_is_refused(licence: str) -> None:
    """A licence that would bind the whole product, and none at all, is none that we can ship."""
    assert not is_shippable(licence)


def test_the_licence_is_the_text_of_apache() -> None:
    """LICENSE is the licence that pyproject.toml and package.json name."""
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
