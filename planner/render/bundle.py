"""Our ES modules as one classic script, for a page that is opened from disk: a browser imports no module from a file.

The modules are written one after the other, each a function of its own whose result holds what it exports. That is all
that a bundler would do for a dozen modules that use two forms of import and export; what else a module says is refused.
"""

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_COMMENT = r"\s*(?:\*|/[*/])"  # types are imported in comments
_LEFT = re.compile(rf"^(?:(?:import|export)\b|(?!{_COMMENT}).*\bimport\().*", re.MULTILINE)


class NoBundle(ValueError):
    """A module uses a form of import or export that a bundle does not know, or modules import each other."""


@cache
def modules_of(entry: Path) -> tuple[Path, ...]:
    """The module and all that it imports, each once and after what it imports itself.

    Raises OSError for a file that is absent, NoBundle where modules import each other.
    """
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    return tuple(order)


def bundle_script(entry: Path) -> str:
    """One script that does what the module does and leaves no global behind; the same files give the same script.

    Raises OSError, NoBundle.
    """
    modules = modules_of(entry)
    names = {path: f"module{i}" for i, path in enumerate(modules)}
    parts = [_function(path, names) for path in modules]
    return "\n".join(["(() => {", '"use strict";', *parts, "})();", ""])


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    """The module stands in the order, after what it imports."""
    if path in above:
        raise NoBundle(f"{path.name} imports itself by way of {above[-1].name}")
    if path not in order:
        for found in _IMPORT.finditer(path.read_text("utf-8")):
            _visit((path.parent / found[2]).resolve(), order, (*above, path))
        order.append(path)


def _function(path: Path, names: dict[Path, str]) -> str:
    """The module as a constant of its name: an object with what it exports."""

    def imported(found: re.Match[str]) -> str:
        wanted = re.sub(r"\s+", " ", found[1]).strip().rstrip(",").replace(" as ", ": ")
        return f"const {{ {wanted} }} = {names[(path.parent / found[2]).resolve()]};\n"

    text = _IMPORT.sub(imported, path.read_text("utf-8"))
    exported = [found[2] for found in _EXPORT.finditer(text)]
    text = _EXPORT.sub(r"\1 \2", text)
    if found := _LEFT.search(text):
        raise NoBundle(f"{path.name}: {found[0]}")
    return f"// {path.name}\nconst {names[path]} = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();"
