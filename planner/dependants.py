"""Which rows of a document go when one goes: those that name it, and those that name them."""

from collections.abc import Iterator

from planner.edits import HANGS_ON, Document, key_of


def dependants(document: Document, table: str, key: str) -> list[tuple[str, str]]:
    """Table and key of every row that goes when this one goes, also of those that hang on them; nearest first."""
    found: dict[tuple[str, str], None] = {}
    wave = [(table, key)]
    while wave:
        wave = [row for row in _hanging(document, wave) if row not in found and row != (table, key)]
        found |= dict.fromkeys(wave)
    return list(found)


def _hanging(document: Document, on: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for table, field, named in HANGS_ON:
        gone = {key for other, key in on if other in named}
        for row in document.get(table, ()) if gone else ():
            names = row.get(field, ())
            if not gone.isdisjoint([names] if isinstance(names, str) else names):
                yield table, key_of(table, row)
