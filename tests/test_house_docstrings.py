"""Docstrings are held against the code: an exception that one names is an exception that there is."""

import ast
import builtins
import re

from tests.test_house_imports import sources

RAISES = re.compile(r"\bRaises? ([^.:;]*)")
WHEN = r"\b(?:where|with|for|when|if)\b"
NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b")

OF_PYTHON = {"BrokenProcessPool"}
"""Of concurrent.futures, which raises it where nobody names it in code."""


def test_docstrings_name_exceptions_that_there_are() -> None:
    """Who reads "Raises NotFound" can catch it: the name is a class of the tree, of Python, or imported somewhere."""
    trees = {name: ast.parse(file.read_text("utf-8")) for name, file in sources().items()}
    known, told = OF_PYTHON | set(dir(builtins)), list[tuple[str, str]]()
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                known.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                known |= {alias.asname or alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                known.add(node.attr)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                said = (re.split(WHEN, found[1])[0] for found in RAISES.finditer(ast.get_docstring(node) or ""))
                told += [(name, word) for part in said for word in NAME.findall(part)]
    assert sorted({(name, word) for name, word in told if word not in known}) == []
