"""What the registers say of a thing: its row in words, what it names, and what names it."""

from dataclasses import dataclass
from datetime import datetime

from planner.edits import HANGS_ON, Document, Edit, Row, key_of
from planner.files.columns import BY_NAME, Column
from planner.files.law_details import LAW
from planner.render.edit_words import describe_edit
from planner.zones import hour_of
from web.language import language, moment
from web.register_cells import cells_of, words_of
from web.registers import NAMES, TITLES
from web.thing_links import LABELS

OTHER_END = {"links": ("a", "b"), "addresses": ("suspect", "site")}
END_TABLES = {"a": "suspects", "b": "suspects", "suspect": "suspects", "site": "sites"}
IN_HEADING = ("id", *LABELS)
IN_SENTENCES = ("pins", "legs")


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of the row: its title, and its text, or the table of the row that it names."""

    title: str
    text: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Hanging:
    """What names the thing: rows of a table that have a page of their own, or sentences."""

    title: str
    table: str = ""
    keys: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def facts(table: str, row: Row, document: Document) -> list[Fact]:
    """The row's cells in the reader's language, but for its key and name."""
    zh = language() == "zh"
    if LAW in row.get("details", {}):  # it has a page of its own
        row = row | {"details": {name: value for name, value in row["details"].items() if name != LAW}}
    cells = cells_of(BY_NAME[table], row, zh)
    shown = [column for column in BY_NAME[table].current if column.name in cells and column.name not in IN_HEADING]
    return [_fact(column, cells[column.name], document, zh) for column in shown]


def _fact(column: Column, text: str, document: Document, zh: bool) -> Fact:
    named = next((t for t in NAMES.get(column.name, ()) if any(row["id"] == text for row in document.get(t, ()))), "")
    if column.kind == "instant":
        text = moment(datetime.fromisoformat(text), hour_of(document))
    return Fact(column.chinese if zh else column.english, words_of(column, zh).get(text, text), named)


def hangings(table: str, key: str, document: Document) -> list[Hanging]:
    """What of the operation names the thing."""
    found: dict[str, Hanging] = {}
    for other, field, named in HANGS_ON:
        if table in named:
            rows = [row for row in document.get(other, ()) if _names(row, field, key)]
            if rows:
                more = _hanging(other, field, rows, document)
                found[other] = _joined(found[other], more) if other in found else more
    return list(found.values())


def orders_of_team(team: str, document: Document) -> list[Hanging]:
    """Who may serve in no other team, and the orders that name the team."""
    officers = tuple(row["id"] for row in document.get("officers", ()) if row.get("team") == team)
    pins = [row for row in document.get("pins", ()) if row.get("team") == team]
    found = [Hanging(TITLES["officers"], "officers", officers)] if officers else []
    return found + ([_hanging("pins", "team", pins, document)] if pins else [])


def _names(row: Row, field: str, key: str) -> bool:
    value = row.get(field)
    return key in value if isinstance(value, list) else value == key


def _hanging(table: str, field: str, rows: list[Row], document: Document) -> Hanging:
    if table in IN_SENTENCES:
        told = (describe_edit(document, Edit(table, key_of(table, row), row), language()) for row in rows)
        return Hanging(TITLES[table], sentences=tuple(told))
    if table in OTHER_END:
        end = next(name for name in OTHER_END[table] if name != field)
        return Hanging(TITLES[table], END_TABLES[end], tuple(row[end] for row in rows))
    return Hanging(TITLES[table], table, tuple(row["id"] for row in rows))


def _joined(one: Hanging, more: Hanging) -> Hanging:
    keys, sentences = dict.fromkeys((*one.keys, *more.keys)), dict.fromkeys((*one.sentences, *more.sentences))
    return Hanging(one.title, one.table, tuple(keys), tuple(sentences))
