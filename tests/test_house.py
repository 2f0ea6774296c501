"""The house itself: what is committed, how it is set up, and that nothing in it reaches elsewhere."""

import ast
import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = {
    "a package registry": re.compile(r"registry\.(?:npmjs|yarnpkg)\.|pypi\.(?:org|python)|pythonhosted\.", re.I),
    "an absolute path of one machine": re.compile(r"(?<![\w.])/(?:home|Users|root|work)/(?!\.)\w+"),
    "a content network": re.compile(r"(?:jsdelivr|unpkg|cdnjs|googleapis|gstatic)\.(?:net|com)", re.I),
}


def committed() -> list[Path]:
    """Every file that is committed or about to be; without a history, every file that is not fetched or made."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    made = {".venv", "node_modules", "vendor", "out", "data", "wheels", "__pycache__"}
    return [f for f in ROOT.rglob("*") if f.is_file() and not made & set(f.relative_to(ROOT).parts)]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_committed_file_names_a_foreign_place(what: str) -> None:
    """No committed text names a package registry, a content network, or a path that only one machine has."""
    found = []
    for file in committed():
        if file == Path(__file__) or file.suffix in (".png", ".pdf", ".gz"):
            continue
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if FOREIGN[what].search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}")
    assert found == []


def test_the_lock_file_names_no_host() -> None:
    """The lock file pins by version and checksum alone, so that any mirror serves."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-tools.txt"])
def test_every_package_is_pinned_with_a_reason(name: str) -> None:
    """Each line of the requirements names one version and says why it is there."""
    for line in (ROOT / name).read_text("utf-8").splitlines():
        assert re.fullmatch(r"#.*|[a-z0-9._-]+(?:\[[a-z]+\])?==[0-9][0-9a-z.]*  # \S.*", line, re.I), line


def test_front_end_packages_are_pinned() -> None:
    """package.json names exact versions only."""
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert package["dependencies"].keys().isdisjoint(package["devDependencies"])


TEMPLATES = r"\b(?:Template|PlainTemplate|Environment|from_string|render_template_string)\(|"
TEMPLATES += r"\b(?:import|from) (?:folium|branca|jinja2)\b|\|\s*safe\b|\bautoescape\b"
MARKUP = r"\bMarkup\(|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function"
ALLOWED = {
    "planner/render/map_frame.py": "the map's frame, made of constants",
    "web/plan_cache.py": "rendered templates and charts that are drawn by us",
    "web/comparison.py": "rendered templates and charts that are drawn by us",
    "web/board_view.py": "rendered templates",
    "web/board_drawn.py": "tiles and charts that are drawn by us",
    "web/attack/hostile_texts.py": "the attacks themselves, as text",
    "static/map/shapes.js": "drawings made of constants",
    "static/page/progress.js": "a part of a page that the server rendered",
}


def test_no_text_is_read_as_a_template_or_as_markup() -> None:
    """Nothing but the files named here compiles a template of its own or takes text for markup."""
    foreign = re.compile(f"{TEMPLATES}|{MARKUP}")
    ours = ("planner/", "roads/", "models/", "jobs/", "web/", "templates/", "static/")
    found = {
        name
        for file in committed()
        if (name := str(file.relative_to(ROOT))).startswith(ours) and file.suffix in (".py", ".js", ".html")
        if foreign.search(file.read_text("utf-8"))
    }
    assert found == set(ALLOWED)


def test_scripts_share_no_global() -> None:
    """Every script is a module that imports what it uses: none sets a property of the window."""
    shared = re.compile(r"\b(?:window|globalThis|self)\.\w+ = |^var ", re.MULTILINE)
    scripts = [f for f in committed() if f.suffix == ".js" and f.relative_to(ROOT).parts[0] == "static"]
    assert [str(f.relative_to(ROOT)) for f in scripts if shared.search(f.read_text("utf-8"))] == []
    pages = [f.read_text("utf-8") for f in committed() if f.suffix == ".html"]
    ours = [
        tag for page in pages for tag in re.findall(r"<script[^>]*>", page) if "src=" in tag and "vendor/" not in tag
    ]
    assert ours and [tag for tag in ours if 'type="module"' not in tag] == []


def test_no_file_is_too_long() -> None:
    """Our own Python files stay under 400 lines."""
    rooms = ("planner", "roads", "models", "jobs", "web", "tests")
    long = [f for room in rooms for f in (ROOT / room).rglob("*.py") if len(f.read_text("utf-8").splitlines()) >= 400]
    assert long == []


def test_no_class_name_means_two_things() -> None:
    """No two classes of the product share a name."""
    rooms = ("planner/", "roads/", "models/", "jobs/", "web/", "tools/", "migrations/")
    places = defaultdict(list)
    for file in committed():
        name = str(file.relative_to(ROOT))
        if file.suffix == ".py" and (name.startswith(rooms) or "/" not in name):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_fetched_and_made_things_are_not_committed() -> None:
    """Nobody else's code, no environment and no output is committed."""
    tops = {file.relative_to(ROOT).parts[:2] for file in committed()}
    made = (".venv", "node_modules", "out", "data")
    assert not {top for top in tops if top[0] in made or top == ("static", "vendor")}


MORE = ("lint", "fmt", "types", "cov", "lock", "audit", "sbom", "docs", "bundle", "plans")


@pytest.mark.parametrize("command", ["setup", "demo", "serve", "test", "test-all", "bench", "attack", "clean", *MORE])
def test_make_knows_its_commands(command: str) -> None:
    """Every command that the help names has a recipe that make can read."""
    run = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {command} " in told
