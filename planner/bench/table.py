"""Markdown tables, printed as they grow and put into a document where it has a place for them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from planner.files import write_whole


def line(cells: Iterable[object]) -> str:
    """A row of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def heading(columns: list[str]) -> Iterator[str]:
    """The first two lines of a table whose first column is text and whose others are figures."""
    yield line(columns)
    yield line(["---", *("---:" for _ in columns[1:])])


def print_table(
    lines: Iterable[str], name: str, into: Path | None, is_kept: Callable[[str], bool] = lambda _: True
) -> None:
    """The lines are printed as they come; then those to keep stand in the document between its marks of this name."""
    kept = []
    for text in lines:
        click.echo(text)
        if is_kept(text):
            kept.append(text)
    if into is not None:
        write_whole(into, replace_table(into.read_text("utf-8"), name, kept).encode())


def replace_table(document: str, name: str, lines: list[str]) -> str:
    """The document with the lines between its marks `<!-- name -->` and `<!-- end of name -->`.

    Raises click.BadParameter where it has no such marks.
    """
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, begin, rest = document.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise click.BadParameter(f"the document has no marks {first} and {last}")
    return f"{before}{first}\n\n" + "\n".join(lines) + f"\n\n{last}{after}"
