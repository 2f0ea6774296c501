"""The documents: their links lead somewhere, what they name is there, and they ask no other host."""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from planner.solver.params import TABLES, as_markdown
from planner.solver.stages import REPLANNING, STAGES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"])
ROOMS = "planner|models|web|jobs|tools|tests|deploy|templates|translations|migrations|spec|referee|benchmarks|docs"


def test_the_pages_are_built_without_a_warning(tmp_path: Path) -> None:
    """MkDocs finds every page and every link, and what it writes loads nothing from elsewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 10
    loads = re.compile(r"(?:\bsrc=|<link[^>]*\bhref=)[\"']?(?:https?:)?//", re.I)
    assert [page.name for page in pages if loads.search(page.read_text("utf-8"))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    """Each file and folder of ours that stands in code marks, with its room, is in the repository."""
    named = re.findall(rf"`((?:{ROOMS})/[\w./-]*)`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_to_a_file(page: Path) -> None:
    """Each link that is no address of the web leads to a file beside the page."""
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    near = [target for target in targets if "://" not in target]
    assert [target for target in near if not (page.parent / target).is_file()] == []


def test_the_table_of_stages_is_the_one_that_runs() -> None:
    """The page on the solver lists each stage in order with what it decides, and names those of a replan."""
    text = (DOCS / "solver.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.M) == [(stage.name, stage.decides) for stage in STAGES]
    assert all(f"`{stage.name}`" in text for stage in REPLANNING)


def test_the_table_of_figures_is_the_one_that_is_used() -> None:
    """The page on the solver shows every figure with its unit and its reason."""
    assert as_markdown() in (DOCS / "solver.md").read_text("utf-8")
    assert all(row.metadata["unit"] and row.metadata["why"] for table in TABLES for row in fields(table))


def test_every_setting_of_the_page_is_one_that_the_program_reads() -> None:
    """A name that the page on operating gives stands as a text in the program."""
    named = set(
        re.findall(r"\b(?:H_HOUR_[A-Z_]+|SECRET_KEY\w*|DATABASE_URL)\b", (DOCS / "operating.md").read_text("utf-8"))
    )
    files = [*(ROOT / "web").glob("*.py"), *(ROOT / "jobs").glob("*.py")]
    files += [ROOT / f"{name}.py" for name in ("app", "settings", "upkeep")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    read = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert named <= read


def test_the_hooks_before_a_commit_are_local() -> None:
    """Nothing is fetched before a commit."""
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [one["repo"] for one in repositories] == ["local"]
