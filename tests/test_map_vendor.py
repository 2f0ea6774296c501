"""Front-end files are copied without any address of another host."""

import json
import re

import pytest

from planner.render.vendor import (
    FILES,
    ROOT,
    VENDOR_DIR,
    MissingPackage,
    copy_front_end,
    outside_addresses,
    without_outside_addresses,
)

FOREIGN = [
    "@font-face { src: url(//cdn.example/f.woff) }",
    "a { background: url('https://cdn.example/a.png') }",
    'a { background: url( "http://cdn.example/a.png" ) }',
    '@import "https://cdn.example/b.css";',
    "@import url(//cdn.example/b.css) screen;",
]
OWN = [
    "a { background: url(images/a.png) }",
    'a { background: url("data:image/svg+xml,%3csvg") }',
    "@import 'own.css';",
]


@pytest.fixture
def modules(tmp_path):
    """A folder of packages in which one style sheet asks another host."""
    for name in FILES:
        path = tmp_path / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(FOREIGN + OWN) if path.suffix == ".css" else "text", "utf-8")
    return tmp_path / "node_modules"


@pytest.mark.parametrize("css", FOREIGN)
def test_a_foreign_address_is_found_and_mended(css):
    """What asks another host is seen, and gone after mending."""
    assert list(outside_addresses(css))
    assert not list(outside_addresses(without_outside_addresses(css)))
    assert "cdn.example" not in without_outside_addresses(css)


@pytest.mark.parametrize("css", OWN)
def test_an_own_address_is_left_alone(css):
    """Relative and data addresses stay as they are."""
    assert not list(outside_addresses(css))
    assert without_outside_addresses(css) == css


def test_copies_name_no_other_host_and_are_written_once(modules, tmp_path):
    """The first run copies all, style sheets mended; the second writes nothing; a changed source is copied again."""
    target = tmp_path / "vendor"
    assert len(copy_front_end(modules, target)) == len(FILES)
    assert all("cdn.example" not in sheet.read_text("utf-8") for sheet in target.rglob("*.css"))
    assert copy_front_end(modules, target) == []
    changed = modules / "leaflet/dist/leaflet.js"
    changed.write_text("newer text", "utf-8")
    assert copy_front_end(modules, target) == [target / FILES["leaflet/dist/leaflet.js"]]


def test_a_missing_package_is_told(modules, tmp_path):
    """Without a package the cure is named."""
    (modules / "leaflet/dist/leaflet.js").unlink()
    with pytest.raises(MissingPackage, match="npm ci"):
        copy_front_end(modules, tmp_path / "vendor")


def test_the_copied_style_sheets_ask_nobody():
    """What the set-up step has really copied holds no address of another host."""
    sheets = list(VENDOR_DIR.rglob("*.css"))
    assert sheets, "run: npm ci && python -m planner.render.vendor"
    for sheet in sheets:
        assert not list(outside_addresses(sheet.read_text("utf-8"))), sheet


def test_packages_are_pinned_and_the_lock_names_no_registry():
    """package.json gives exact versions, package-lock.json the same ones with hashes and without hosts."""
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all("resolved" not in row for row in lock.values())
    assert all("integrity" in row for key, row in lock.items() if key)


@pytest.mark.parametrize(
    "page", [page for page in (ROOT / "templates").rglob("*.html") if "leaflet.css" in page.read_text()], ids=str
)
def test_where_a_map_is_its_words_have_the_faces_of_the_page(page):
    """Leaflet's style names faces without Chinese: a style of ours comes after it and takes that back."""
    text = page.read_text()
    assert text.index("leaflet.css") < text.index("map/ground.css")
    assert re.search(r"\.leaflet-container \{[^}]*font: inherit", (ROOT / "static/map/ground.css").read_text())
