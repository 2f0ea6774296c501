"""The map as files: a page and a folder that open from disk, for their owner alone."""

import os
import re
import shutil
import stat
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from planner.files import read_operation, read_plan
from planner.plan import Plan
from planner.render import map as plan_map
from planner.render.map import write_map
from planner.scenario import Scenario

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def roads() -> tuple[Scenario, Plan]:
    """The reference case with its valid plan."""
    return Scenario(read_operation(EXAMPLES / "3-02-roads.json")), read_plan(EXAMPLES / "plans" / "3-02-roads.json")


@pytest.mark.parametrize("name", ["{{7*7}}", "{% x %}", "{#", "a'b&\"<c>", "行动-1", "a b?#:c", "%7B"])
def test_a_files_name_is_no_template_either(tmp_path, roads: tuple[Scenario, Plan], name):
    """A map whose file is named so finds its scripts beside it."""
    write_map(*roads, tmp_path / f"{name}.html")
    html = (tmp_path / f"{name}.html").read_text("utf-8")
    sources = [unquote(unescape(source)) for source in re.findall(r'src="([^"]+)"', html)]
    assert sources and all(source.startswith(f"{name}_files/") for source in sources)
    assert all((tmp_path / source).is_file() for source in sources)


def test_the_written_page_has_all_its_files_beside_it(tmp_path, roads: tuple[Scenario, Plan]):
    """Every script and style of the page exists relative to it, and nothing else is left behind."""
    target = tmp_path / "map.html"
    write_map(*roads, target)
    html = target.read_text("utf-8")
    names = re.findall(r'(?:src|href)="([^"]+)"', html)
    wanted = [name for name in names if not name.startswith("data:")]
    assert len(wanted) == 6 and all((tmp_path / name).is_file() for name in wanted)
    styles = (tmp_path / "map_files" / "map" / "map.css").read_text("utf-8")
    for address in re.findall(r'url\("([^"]+)"\)', styles):
        assert (tmp_path / "map_files" / "map" / address).resolve().is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"map.html", "map_files"}


def test_what_is_written_is_for_its_owner_alone(tmp_path, roads: tuple[Scenario, Plan]):
    """Page and files can be read by their owner only, whatever the umask and whatever was there before."""
    (tmp_path / "map_files" / "map").mkdir(parents=True)
    (tmp_path / "map_files" / "map" / "mine.txt").write_text("kept")
    (tmp_path / "map.html").write_text("old")
    before = os.umask(0o022)
    try:
        write_map(*roads, tmp_path / "map.html")
    finally:
        os.umask(before)
    ours = [path for path in tmp_path.rglob("*") if path.name != "mine.txt"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in ours} == {0o600, 0o700}
    assert all(path.is_dir() == (stat.S_IMODE(path.stat().st_mode) == 0o700) for path in ours)
    assert (tmp_path / "map_files" / "map" / "mine.txt").read_text() == "kept"


@pytest.mark.parametrize("broken", ["copyfile", "replace", "fsync"])
def test_a_write_that_fails_leaves_nothing(tmp_path, roads: tuple[Scenario, Plan], monkeypatch, broken):
    """Wherever the disk is full, neither page nor folder stays behind."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil if broken == "copyfile" else os, broken, full)
    with pytest.raises(OSError, match="No space"):
        write_map(*roads, tmp_path / "map.html")
    assert not list(tmp_path.iterdir())


def test_missing_assets_are_told(tmp_path, roads: tuple[Scenario, Plan], monkeypatch):
    """Where the front-end files have not been copied, nothing is written and the cure is named."""
    monkeypatch.setattr(plan_map, "STATIC", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"planner\.render\.vendor"):
        write_map(*roads, tmp_path / "map.html")
    assert not list(tmp_path.iterdir())
