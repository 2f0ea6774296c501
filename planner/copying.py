"""An operation as a template for another: its document under a new head, with its people or without."""

from typing import Any, Literal

from planner.exercise import kind_of, of_kind
from planner.files.named_facts import NAMED_FACTS

Document = dict[str, Any]
People = Literal["with", "without"]
OF_PEOPLE = ("officers", "suspects", "links", "addresses")


def copy_of(document: Document, head: Document, people: People) -> Document:
    """The document with the head's figures; without people, nobody is in it and nothing that names anybody."""
    copy = {**document, **{name: value for name, value in head.items() if not isinstance(value, list)}}
    copy["details"] = of_kind(
        {**document.get("details", {}), **head.get("details", {})}, kind_of(head.get("details", {}))
    )
    return copy if people == "with" else without_people(copy)


def without_people(document: Document) -> Document:
    """The document without officers and suspects, without links, addresses, orders and facts that name them."""
    emptied: Document = {table: [] for table in OF_PEOPLE if table in document}
    emptied |= _without_names("operation", document)
    if "agencies" in document:
        emptied["agencies"] = [row | _without_names("agencies", row) for row in document["agencies"]]
    if "pins" in document:
        emptied["pins"] = [pin for pin in document["pins"] if "officer" not in pin]
    return document | emptied


def _without_names(table: str, row: Document) -> Document:
    """The facts of a row, as far as there are any, but for those that name somebody."""
    naming = {fact.key for fact in NAMED_FACTS[table] if fact.names_people}
    held = {key: value for key, value in row.get("details", {}).items() if key not in naming}
    return {"details": held} if "details" in row else {}
