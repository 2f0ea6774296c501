"""The one version of H-Hour, as pyproject.toml names it."""

import tomllib
from pathlib import Path

VERSION: str = tomllib.loads((Path(__file__).parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
