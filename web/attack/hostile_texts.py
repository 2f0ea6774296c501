"""An operation and its plan whose every text is something that a careless program would run, show or print."""

import json
from pathlib import Path
from typing import Any

PRODUCT = str(31_337 * 31_337)
TEMPLATES = ("{{31337*31337}}", "{% if x %}", "{#3}, flat 5", "{{ (", "${31337*31337}", "<%= 31337*31337 %>")
MARKUP = (
    "<img src=x onerror=alert(1)>",
    "</script><i id=pwn>x</i>",
    '"><svg onload=alert(1)>',
    "<!--",
    "javascript:alert(1)",
    "&lt;b&gt;&#60;",
)
TYPESET = (
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0": *',
    "$x^2$ *b* _e_ `c` @x <l>",
    '#eval("31337*31337")',
    "\\ \\u{41} // x",
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1+1)", "＝1＋1", "＋1＋1", "－1＋1", "＠SUM(1)", "'=1+1", '=cmd|"/c calc"!A1')
TEXTS = (*TEMPLATES, *MARKUP, *TYPESET, *FORMULAS, "%s %n {0}", "'; DROP TABLE users; --")
NAMES = ("name", "address", "label", "number")
TABLES = ("agencies", "places", "officers", "vehicles", "sites", "suspects")
SIGNS = ("{{31337*31337}}", "{%", "{#", "<i id=pwn>", "=1+1", "＝1", '#read("/")', "&amp;", "'", "$x$")
Document = dict[str, Any]


def texts_of(document: Document) -> list[str]:
    """Every free text of the operation: names, addresses, labels, numbers of warrants."""
    rows = [row for table in TABLES for row in document[table]]
    rows += [row["warrant"] for row in document["suspects"] if row.get("warrant")]
    return [row[name] for row in rows for name in NAMES if name in row]


def with_texts(document: Document, texts: tuple[str, ...] = TEXTS) -> Document:
    """The operation, each free text of which is one of these with a number of its own behind."""
    changed = json.loads(json.dumps(document))
    rows = [row for table in TABLES for row in changed[table]]
    rows += [row["warrant"] for row in changed["suspects"] if row.get("warrant")]
    fields = [(row, name) for row in rows for name in NAMES if name in row]
    for n, (row, name) in enumerate(fields):
        row[name] = f"{texts[n % len(texts)]} {n}"
    changed["name"] = texts[0]
    return dict(changed)


def with_ids(document: Document, plan: Document) -> tuple[Document, Document]:
    """Both, in which each id of a row, a team and a unit ends in a text of that kind, wherever it is named."""
    rows = [*(row for table in TABLES for row in document[table]), *plan["teams"], *plan["units"]]
    other = {row["id"]: f"{row['id']}{SIGNS[n % len(SIGNS)]}" for n, row in enumerate(rows)}

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: renamed(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [renamed(part, key) for part in value]
        return other.get(value, value) if isinstance(value, str) and key not in NAMES else value

    return renamed(document), renamed(plan)


def read(path: Path) -> Document:
    """The document in a file of JSON."""
    return dict(json.loads(path.read_text("utf-8")))


def write(path: Path, document: Document) -> Path:
    """The file, which holds the document now."""
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path
