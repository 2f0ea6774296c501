"""Imports point one way: templates <- web -> models -> planner, and inside the planner towards operation and plan."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Room -> the rooms that it may import from. A module belongs to the room with the longest name that it starts with.
VALUES = {"planner.operation", "planner.plan"}
QUESTIONS = VALUES | {"planner.scenario", "planner.needs", "planner.travel"}
JUDGES = QUESTIONS | {"planner.score"}
CLOCK = {"planner.solver.progress", "planner.solver.spread", "planner.solver.params"}
SOLVER = {"planner.solver", "planner.solver.model", "planner.solver.routers", "planner.solver.scheduling"}
SOLVING = JUDGES | CLOCK | SOLVER | {"planner.rules"}
FACES = SOLVING | {
    "planner.files",
    "planner.i18n",
    "planner.dependants",
    "planner.edits",
    "planner.edit_history",
    "planner.ground",
    "planner.ways",
    "planner.whatif",
    "planner.stored_scenario",
    "planner.compare",
    "planner.importing",
    "planner.clashes",
    "planner.clocks",
    "planner.copying",
    "planner.ended",
    "planner.merging",
    "planner.overlaps",
    "planner.explain",
    "planner.pictures",
    "planner.readiness",
    "planner.reliability",
    "planner.sweeps",
    "planner.reasons",
    "planner.absences",
    "planner.law",
    "planner.reports",
    "planner.road_minutes",
    "planner.render",
    "planner.papers",
    "planner.after_action",
    "planner.exports",
}
ARROWS: dict[str, set[str]] = {
    "planner": set(),
    "planner.operation": VALUES,
    "planner.plan": VALUES,
    "planner.travel": QUESTIONS,
    "planner.needs": QUESTIONS,
    "planner.scenario": QUESTIONS,
    "planner.score": JUDGES,
    "planner.reliability": QUESTIONS | {"planner.reliability"},
    "planner.absences": QUESTIONS | {"planner.absences"},
    "planner.sweeps": SOLVING
    | {"planner.sweeps", "planner.reliability", "planner.files", "planner.edits", "planner.whatif", "planner.zones"},
    "planner.reasons": SOLVING
    | {
        "planner.reasons",
        "planner.clashes",
        "planner.edits",
        "planner.explain",
        "planner.files",
        "planner.whatif",
        "planner.stored_scenario",
        "planner.compare",
    },
    "planner.rules": JUDGES | {"planner.rules"},
    "planner.solver": SOLVING,
    "planner.call_signs": QUESTIONS,
    "planner.clashes": QUESTIONS,
    "planner.byhand": SOLVING | {"planner.byhand", "planner.files"},
    "planner.clocks": {"planner.travel"},
    "planner.copying": {"planner.files"},
    "planner.pictures": {"planner.i18n"},
    "planner.ended": set(),
    "planner.explain": QUESTIONS | {"planner.clashes", "planner.ended"},
    "planner.solver.progress": JUDGES | CLOCK,
    "planner.solver.spread": set(),
    "planner.solver.params": set(),
    "planner.solver.model": CLOCK | {"planner.solver.model"},
    "planner.solver.routers": CLOCK | {"planner.solver.routers", "planner.solver"},
    "planner.solver.scheduling": SOLVING,
    "planner.i18n": set(),
    "planner.ground": set(),
    "planner.ways": {"planner.ground"},
    "planner.files": SOLVING | {"planner.files", "planner.i18n"},
    "planner.road_minutes": {"planner.files"},
    "planner.edits": JUDGES | {"planner.files", "planner.road_minutes"},
    "planner.dependants": {"planner.edits"},
    "planner.edit_history": {"planner.edits"},
    "planner.whatif": VALUES | {"planner.files", "planner.edits", "planner.dependants"},
    "planner.reports": JUDGES | {"planner.reports", "planner.files", "planner.edits", "planner.whatif", "planner.law"},
    "planner.stored_scenario": {"planner.scenario", "planner.files", "planner.edits"},
    "planner.compare": JUDGES,
    "planner.readiness": JUDGES
    | {"planner.edits", "planner.clashes", "planner.clocks", "planner.files", "planner.travel_doubts", "planner.law"},
    "planner.law": VALUES
    | {"planner.law", "planner.needs", "planner.files", "planner.i18n", "planner.zones", "planner.edits"},
    "planner.overlaps": {"planner.travel"},
    "planner.merging": VALUES | {"planner.files", "planner.edits", "planner.law"},
    "planner.importing": JUDGES | {"planner.files", "planner.edits", "planner.merging", "planner.travel_doubts"},
    "planner.travel_doubts": {"planner.travel"},
    "planner.render": FACES,
    "planner.papers": FACES,
    "planner.after_action": FACES,
    "planner.exports": FACES,
    "planner.__main__": FACES
    | {
        "version",
        "planner.cli.facts",
        "planner.cli.ground",
        "planner.cli.progress",
        "planner.cli.reliability",
        "planner.cli.run",
        "planner.cli.papers",
        "planner.cli.shared",
        "planner.cli.sweep",
        "planner.cli.why",
    },
    "planner.cli.papers": FACES,
    "planner.cli.facts": FACES | {"planner.cli.shared"},
    "planner.cli.reliability": FACES | {"planner.cli.shared"},
    "planner.cli.shared": FACES,
    "planner.cli.sweep": FACES | {"planner.cli.shared"},
    "planner.cli.why": FACES | {"planner.cli.shared"},
    "planner.cli.run": FACES | {"planner.cli.progress", "planner.run_report"},
    "planner.run_report": {"planner.call_signs", *FACES},
    "planner.cli.progress": FACES,
    "planner.cli.ground": FACES,
    "planner.bench": FACES | {"planner.bench", "planner.bench.hhcrsp"},
    "planner.bench.hhcrsp": SOLVING,
    "roads": {"roads", "planner.travel", "planner.ground"},
    "roads.__main__": {
        "roads",
        "settings",
        "planner.road_minutes",
        "planner.files",
        "planner.files.scratch",
        "planner.ground",
        "planner.operation",
        "planner.travel",
    },
    "roads.router_service": {"roads", "settings"},
    "roads.service": {"roads", "logs", "settings"},
    "areas": {"roads", "settings", "upkeep", "planner.files"},
    "models": {"models", "settings", *FACES},
    "migrations": {"migrations", "models"},
    "jobs": {
        "jobs",
        "logs",
        "roads",
        "roads.router_service",
        "settings",
        "jobs.supervisor",
        "jobs.settings",
        "models",
        "planner.run_report",
        *FACES,
    },
    "logs": set(),
    "settings": set(),
    "version": set(),
    "tools": {"tools", "version", "planner.i18n"},
    "web": {
        "web",
        "web.phone_certificate",
        "logs",
        "settings",
        "version",
        "models",
        "planner.byhand",
        "planner.run_report",
        "roads",
        "roads.router_service",
        *FACES,
    },
    "web.phone_certificate": {"planner.files"},
    "web.attack": {"web.attack", "app", "settings", "web", "models", "jobs", "planner.__main__", *FACES},
    "people": {"upkeep", "web", "models", "planner.edits"},
    "upkeep": {"web", "settings", "models", "roads", *FACES},
    "law_packs": {"upkeep", "models", "planner.files", "planner.law"},
    "log_commands": {"upkeep", "models"},
    "retention_command": {"upkeep", "models", "web"},
    "app": {
        "areas",
        "certificate_command",
        "web.phone_certificate",
        "people",
        "law_packs",
        "log_commands",
        "retention_command",
        "upkeep",
        "web",
        "logs",
        "roads",
        "settings",
        "version",
        "jobs.supervisor",
        "jobs.settings",
        "models",
        *FACES,
    },
    "jobs.supervisor": set(),
    "jobs.settings": {"logs", "settings"},
}
# Package from outside -> the only rooms that may import it.
ONLY = {
    "highspy": {"planner.solver.model"},
    "ortools": {"planner.solver.model", "planner.solver.routers", "planner.solver.scheduling"},
    "numba": {"planner.solver"},
    "osmium": {"roads"},
    "routingkit_cch": {"roads"},
    "scipy": {"roads"},
    "shapely": {"roads"},
    "PIL": {"planner.pictures"},
    "sqlalchemy": {"models", "migrations"},
    "cryptography": {"models", "web.phone_certificate"},
    "hypercorn": {"web"},
    "pyotp": {"models"},
    "segno": {"web", "planner.papers"},
    "alembic": {"models", "migrations"},
    "psycopg": {"models"},
    "dask": {"jobs"},
    "distributed": {"jobs"},
    "flask": {"web", "web.attack", "app"},
    "flask_babel": {"web"},
    "flask_login": {"web"},
    "flask_wtf": {"web", "app"},
    "itsdangerous": {"web"},
    "argon2": {"web"},
    "werkzeug": {"web", "app"},
    "prometheus_client": {"web"},
    "waitress": {"web"},
}


def room_of(module: str) -> str | None:
    """The room that a module of ours belongs to; none for modules from outside."""
    fits = [room for room in ARROWS if module == room or module.startswith(f"{room}.")]
    return max(fits, key=len, default=None)


def imported(module: str, source: str) -> Iterator[str]:
    """Every module that the source imports, also inside functions; relative imports are resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            is_room_of_rooms = base in ("planner", "")
            yield from (f"{base}.{a.name}".strip(".") for a in node.names) if is_room_of_rooms else (base,)


def wrong_arrows(module: str, source: str) -> list[str]:
    """Every import of the source that runs against the arrows."""
    room, wrong = room_of(module), []
    assert room is not None, f"{module} belongs to no room"
    for target in imported(module, source):
        other = room_of(target)
        allowed = ONLY.get(target.split(".")[0], {room})
        is_wrong = room not in allowed if other is None else other not in ARROWS[room] and other != "planner"
        if is_wrong:
            wrong.append(f"{module} -> {target}")
    return wrong


@cache
def sources() -> dict[str, Path]:
    """Module name -> file, for all of our modules but the tests."""
    files = [ROOT / "app.py", ROOT / "areas.py", ROOT / "law_packs.py", ROOT / "logs.py", ROOT / "version.py"]
    for room in ("planner", "roads", "models", "migrations", "jobs", "web", "tools"):
        files += sorted((ROOT / room).rglob("*.py"))
    names = {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f for f in files}
    return {name: file for name, file in names.items() if file.is_file()}


@pytest.mark.parametrize("module", sources())
def test_no_arrow_runs_the_wrong_way(module: str) -> None:
    """A module imports only from rooms that its own room may know."""
    assert wrong_arrows(module, sources()[module].read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("planner.rules.teams", "from planner.solver import solve"),
        ("planner.score", "import planner.solver.stages"),
        ("planner.score", "from planner import rules"),
        ("planner.rules.units", "from ..solver.progress import Clock"),
        ("planner.plan", "from planner.scenario import Scenario"),
        ("planner.files.schemas", "from planner.render.map import render_map"),
        ("planner.solver.squads", "def late():\n    from planner.explain import why"),
        ("planner.solver.squads", "from web.pages import pages"),
        ("planner.render.sheets", "import flask"),
        ("planner.render.map", "import highspy"),
        ("planner.solver.squads", "from ortools.math_opt.python import mathopt"),
        ("planner.solver.model.program", "from planner.solver.squads import choose_squads"),
        ("planner.needs", "import sqlalchemy.orm"),
        ("planner.travel", "from roads.engine import Roads"),
        ("roads.engine", "from planner.operation import Operation"),
        ("web.pages", "import osmium"),
        ("web.pages", "import sqlalchemy"),
        ("web.pages", "from app import create_app"),
        ("web.pages", "from web.attack.lab import Lab"),
        ("models.store", "from web.pages import pages"),
        ("jobs.dispatcher", "import flask"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, line: str) -> None:
    """A made-up import that runs the wrong way is reported."""
    assert len(wrong_arrows(module, line)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("planner.solver.model.highspy_engine", "import highspy"),
        ("planner.solver.squads", "from planner.solver.model import IntegerProgram"),
        ("planner.render.sheets", "from planner.files import plan_hash"),
        ("planner.rules.teams", "from planner.needs import shortfall"),
        ("planner.rules.units", "from .violation import Violation"),
        ("web.pages", "from planner.render.map import render_map"),
        ("web.pages", "from waitress import create_server"),
    ],
)
def test_a_right_arrow_is_let_through(module: str, line: str) -> None:
    """An import along the arrows is not reported."""
    assert wrong_arrows(module, line) == []


def part_of_solver(module: str) -> str | None:
    """The sub-room or module of the solver that this module is in."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["planner", "solver"] and len(parts) > 2 else None


def solver_arrows(texts: dict[str, str]) -> dict[str, set[str]]:
    """Part of the solver -> the other parts that it imports."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, text in texts.items():
        part = part_of_solver(module)
        if part is not None:
            arrows[part] |= {other for t in imported(module, text) if (other := part_of_solver(t)) not in (None, part)}
    return arrows


def test_no_circle_in_the_solver() -> None:
    """The parts of the solver import each other in one direction, also inside functions."""
    TopologicalSorter(solver_arrows({m: file.read_text("utf-8") for m, file in sources().items()})).prepare()


def test_a_circle_in_the_solver_is_found() -> None:
    """A made-up pair of parts that import each other is reported."""
    texts = {
        "planner.solver.improve.rounds": "from planner.solver.replan.mend import mended",
        "planner.solver.replan.mend": "def late():\n    from planner.solver.improve import improve",
    }
    with pytest.raises(CycleError):
        TopologicalSorter(solver_arrows(texts)).prepare()
