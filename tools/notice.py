"""NOTICE: every package that H-Hour is shipped or fetched with, and its licence. `python -m tools.notice` writes it."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, NPM_LOCK, NOTICE = ROOT / "requirements.lock", ROOT / "package-lock.json", ROOT / "NOTICE"
SHIPPABLE = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC"),
    *("MIT", "MIT-0", "OFL-1.1", "PSF-2.0", "Zlib", "ZPL-2.1"),
    "LGPL-3.0-only",  # psycopg: a package of its own, imported unchanged, and replaceable
    "LGPL-2.1-only",  # GEOS within shapely: a library file of its own, unchanged and replaceable
    "MIT-CMU",  # Pillow: as free as MIT; its wheel carries image libraries as free, whose texts lie beside its own
    "MPL-2.0",  # certifi: files of their own, unchanged
}
SPELLED = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "ZPL 2.1": "ZPL-2.1",
}
ELSEWHERE = {"importlib-metadata": "Apache-2.0", "lazy-importer": "Apache-2.0", "zipp": "MIT"}
"""Packages of the lock that some Pythons do without, for a machine that does."""
BY_TEXT = {
    "mgrs": "MIT",
    "numba": "BSD-2-Clause",
    "routingkit-cch": "BSD-2-Clause",  # no word in the metadata; the bill of materials in the wheel names it
    "shapely": "BSD-3-Clause AND LGPL-2.1-only",  # its wheel carries GEOS, whose text lies beside its own
}
"""Packages whose metadata name the licence wrongly or not exactly: as the text in the package reads."""
HEAD = """H-Hour

This product is licensed under the Apache License, Version 2.0; see LICENSE. The repository holds no code, font or data
of others. Set-up fetches the packages below under licences of their own, whose texts come with each package.
"""


def locked_versions(lock: str) -> dict[str, str]:
    """Package name -> version, of the text of a lock file."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^\s;\\]+)", lock, re.M))


def licence_of(package: str) -> str:
    """The licence of an installed Python package as an SPDX expression. Raises LookupError where none is told."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE[package]
    if package in BY_TEXT:
        return BY_TEXT[package]
    names: list[str] = [*(told.get_all("License-Expression") or ()), *(told.get_all("License") or ())]
    names += [line.split(" :: ")[-1] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    for name in names:
        if name and "\n" not in name:
            return SPELLED.get(name, name)
    raise LookupError(f"{package} tells no licence")


def front_end(lock: str) -> dict[str, str]:
    """Package name -> licence, of the packages that pages are made of."""
    packages = json.loads(lock)["packages"].items()
    return {
        path.removeprefix("node_modules/"): told["license"]
        for path, told in packages
        if path.startswith("node_modules/") and not told.get("dev")
    }


def is_shippable(licence: str) -> bool:
    """Whether one licence of each part of the expression is one that we can ship."""
    return all(SHIPPABLE & set(part.split(" OR ")) for part in re.split(r" AND ", licence))


def lines() -> Iterator[str]:
    """The lines of NOTICE."""
    yield HEAD
    yield "Python packages (requirements.lock)\n"
    yield from (f"  {name}: {licence_of(name)}" for name in sorted(locked_versions(LOCK.read_text("utf-8"))))
    yield "\nFront-end packages and fonts (package-lock.json)\n"
    yield from (f"  {name}: {licence}" for name, licence in sorted(front_end(NPM_LOCK.read_text("utf-8")).items()))


if __name__ == "__main__":
    NOTICE.write_text("\n".join(lines()) + "\n", "utf-8")
