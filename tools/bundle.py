"""One archive from which `make demo` works without a network: sources, wheels, front-end files, and their hashes.

The wheels are those of this machine's platform and Python; the name of the archive says which.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from version import VERSION

ROOT = Path(__file__).resolve().parents[1]
SUMS, WHEELS, VENDOR = "SHA256SUMS", "wheels", Path("static/vendor")


def name() -> str:
    """The archive's name without its ending: version, Python and platform."""
    return f"h-hour-{VERSION}-cp{sys.version_info.major}{sys.version_info.minor}-{sysconfig.get_platform()}"


def copy_sources(folder: Path) -> None:
    """The committed files of this revision are in the folder, and what was fetched for pages."""
    source = folder.with_suffix(".tar")
    subprocess.run(["git", "archive", "--output", source, "HEAD"], cwd=ROOT, check=True)
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    source.unlink()
    shutil.copytree(ROOT / VENDOR, folder / VENDOR, dirs_exist_ok=True)


def fetch_wheels(folder: Path) -> None:
    """The locked wheels are in the folder; pip holds each against its hash."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-qq",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    command += ["--only-binary", ":all:", "-r", folder / "requirements.lock", "-d", folder / WHEELS]
    subprocess.run(command, check=True)


def sums(folder: Path) -> str:
    """A line for each file of the folder, as sha256sum writes and checks them."""
    files = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    digests = ((hashlib.sha256((folder / file).read_bytes()).hexdigest(), file) for file in files if file.name != SUMS)
    return "".join(f"{digest}  {file}\n" for digest, file in digests)


def pack(folder: Path, archive: Path) -> None:
    """The folder is the archive, which is there as a whole or not at all, with its hash beside it."""
    unfinished = archive.with_name(f"{archive.name}.part")
    with tarfile.open(unfinished, "w:gz", compresslevel=1) as tar:  # wheels are compressed already
        tar.add(folder, arcname=folder.name)
    digest = hashlib.sha256(unfinished.read_bytes()).hexdigest()
    os.replace(unfinished, archive)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n", "utf-8")


def main() -> None:
    """The archive is in out/."""
    (ROOT / "out").mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(dir=ROOT / "out") as scratch:
        folder = Path(scratch) / name()
        copy_sources(folder)
        fetch_wheels(folder)
        (folder / SUMS).write_text(sums(folder), "utf-8")
        archive = ROOT / "out" / f"{name()}.tar.gz"
        pack(folder, archive)
    print(f"out/{archive.name}  {archive.stat().st_size >> 20} MB")


if __name__ == "__main__":
    main()
