"""The areas whose roads are known: how old their map is, what it covers, whom to credit; how time of day counts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, current_app, render_template

from roads.factors import BadFactors, Factors, factors_of
from roads.manifest import BadPack, Manifest, num_bytes, pack_folders, read_manifest
from roads.profile import profile
from web.access import permit

areas = Blueprint("areas", __name__, url_prefix="/areas")


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area in the list; no manifest: it cannot be used."""

    name: str
    manifest: Manifest | None
    megabytes: float
    age_days: int | None


@areas.get("/")
def index() -> str:
    """The areas of this installation by name, also those that cannot be used."""
    permit("see")
    lines = [_line(folder) for folder in pack_folders(current_app.config["AREAS"])]
    return render_template(
        "areas/index.html",
        lines=lines,
        factors=_factors(),
        spread=profile().spread,
        router=current_app.config["ROUTER"],
    )


def _factors() -> Factors | None:
    """The installation's factors; None where its table cannot be taken."""
    try:
        return factors_of(current_app.config["AREAS"])
    except (BadFactors, OSError):
        return None


def _line(folder: Path) -> AreaLine:
    try:
        manifest = read_manifest(folder)
    except BadPack:
        return AreaLine(folder.name, None, 0, None)
    return AreaLine(folder.name, manifest, num_bytes(folder) / 1e6, manifest.age_days(datetime.now(UTC).date()))
