"""The bundle: what make does where wheels lie beside the sources, and what the archive holds."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from tools.bundle import copy_sources, pack, sums

ROOT = Path(__file__).resolve().parents[1]


def test_a_bundle_fetches_nothing(tmp_path: Path) -> None:
    """Where wheels lie beside the Makefile, pip asks no index, and nothing wants Node.js."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "some.whl").touch()
    (tmp_path / "static" / "vendor").mkdir(parents=True)
    for file in ("requirements.lock", "package.json", "package-lock.json", "static/vendor/ready"):
        (tmp_path / file).touch()
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    run = subprocess.run(["make", "-n", "demo"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "--require-hashes --no-index --find-links wheels -r requirements.lock" in run.stdout
    assert "npm" not in run.stdout


def test_the_archive_holds_the_sources_and_their_hashes(tmp_path: Path) -> None:
    """What is unpacked is what was packed, sha256sum agrees, and nothing that was made or kept here is in it."""
    if not (ROOT / ".git").exists():
        pytest.skip("a bundle is made of a clone")
    folder = tmp_path / "bundle"
    copy_sources(folder)
    (folder / "SHA256SUMS").write_text(sums(folder), "utf-8")
    pack(folder, tmp_path / "bundle.tar.gz")
    (tmp_path / "unpacked").mkdir()
    with tarfile.open(tmp_path / "bundle.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    unpacked = tmp_path / "unpacked" / "bundle"
    for place, name in ((unpacked, "SHA256SUMS"), (tmp_path, "bundle.tar.gz.sha256")):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", name], cwd=place, check=True)
    assert {"Makefile", "LICENSE", "NOTICE", "requirements.lock"} <= {file.name for file in unpacked.iterdir()}
    assert (unpacked / "static/vendor/ready").is_file() == (ROOT / "static/vendor/ready").is_file()
    assert not {"data", "out", ".venv", ".git"} & {file.name for file in unpacked.iterdir()}
