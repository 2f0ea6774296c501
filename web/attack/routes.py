"""Every address that the web answers, found in its own blueprints, with arguments that name what is there."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask

import web
from web.attack.house import House

OPEN = {"accounts.login", "accounts.enter", "static"}
"""What may be asked without a session; beside it only pages of health, which say nothing of an operation."""
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address and way of asking."""

    endpoint: str
    method: str
    path: str

    @property
    def is_open(self) -> bool:
        """Whether it may be asked without a session."""
        return self.endpoint in OPEN or self.endpoint.startswith("health.")


def blueprints() -> Iterator[Blueprint]:
    """Every blueprint that a module of the web holds."""
    seen = set[str]()
    for found in pkgutil.iter_modules(web.__path__, "web."):
        if found.ispkg or found.name == "web.bench":
            continue
        for value in vars(importlib.import_module(found.name)).values():
            if isinstance(value, Blueprint) and value.name not in seen:
                seen.add(value.name)
                yield value


def routes(house: House) -> list[Route]:
    """All routes of the web, each once for every method that it knows, filled with what the house has."""
    app = Flask("routes")  # only to lay the blueprints out; it answers nobody
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    filled = app.url_map.bind("127.0.0.1")
    found = []
    for rule in app.url_map.iter_rules():
        arguments = {name: argument(name, house) for name in rule.arguments - set(rule.defaults or {})}
        path = filled.build(rule.endpoint, {**arguments, **(rule.defaults or {})})
        found += [
            Route(rule.endpoint, method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return sorted(set(found), key=lambda route: (route.path, route.method))


def argument(name: str, house: House) -> object:
    """What stands for an argument in an address: what is there, where the house has it."""
    known = {
        "operation": house.operation,
        "scenario": house.plan,
        "table": "suspects",
        "form": "json",
        "filename": "page/page.css",
        "upload": "0" * 32,
    }
    return known.get(name, 1)
