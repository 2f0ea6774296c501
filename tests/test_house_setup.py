"""What `make` says on a machine that lacks something: one clear sentence, and what to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("sh", "make", "env", "touch", "awk", "mkdir")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with our Makefile, and a bin/ that holds only the plainest tools."""
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (tmp_path / "bin" / tool).symlink_to(found)
    for name in ("Makefile", "package.json", "package-lock.json", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def install(machine: Path, name: str, script: str) -> None:
    """A program that behaves as the script says is in the machine's bin/."""
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)


def said(machine: Path, *arguments: str) -> str:
    """What make says when it fails there."""
    path = {"PATH": str(machine / "bin")}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "PATH"))}
    run = subprocess.run(
        ["make", *arguments], cwd=machine, env={**kept, **path}, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    return run.stderr


def test_without_python(machine: Path) -> None:
    """Without any Python, make says which one is needed and how to get it."""
    assert "H-Hour needs Python 3.11 or later and found none." in said(machine, ".venv/made")


def test_with_an_old_python(machine: Path) -> None:
    """With a Python that is too old, make says which one is needed and which one was named."""
    install(machine, "oldpython", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    assert "H-Hour needs Python 3.11 or later; oldpython is Python 3.9.2." in said(
        machine, ".venv/made", "PYTHON=oldpython"
    )


def test_a_python_without_venv(machine: Path) -> None:
    """Where Debian's venv package is missing, make names the package."""
    install(
        machine,
        "python3",
        'case "$2" in *ensurepip*) exit 1;; *venv*) echo python3.11-venv;; *) exit 0;; esac',
    )
    assert "cannot make virtual environments. Debian, as root: apt-get install -y python3.11-venv" in said(
        machine, ".venv/made"
    )


def test_without_node(machine: Path) -> None:
    """Without Node.js, make says which one is needed and what for."""
    assert "H-Hour needs Node.js 20 or later with npm to fetch its front-end files" in said(
        machine, "node_modules/ready"
    )


def test_with_an_old_node(machine: Path) -> None:
    """With a Node.js that is too old, make says which one this is."""
    install(machine, "node", 'case "$1" in --version) echo v18.19.0;; *) exit 1;; esac')
    install(machine, "npm", "exit 0")
    assert "this is v18.19.0." in said(machine, "node_modules/ready")
