"""A paper as values: for each reader a sheet of facts, tables, notes and places to sign."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.i18n import gettext

if TYPE_CHECKING:
    from planner.papers.source import PaperSource

Size = Literal["a4", "a5", "a3"]


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: its heading (a sentence of the catalogue), and its share of the width; 0: as wide as its texts.

    One that is `blank` is filled in by hand; one that is `strong` is read first; of one that `is_said` the heading is
    no sentence of the catalogue, but text as it is.
    """

    heading: str
    share: float = 0
    strong: bool = False
    blank: bool = False
    is_said: bool = False

    def head(self, lang: str) -> str:
        """The heading in the language."""
        return self.heading if self.is_said else gettext(self.heading, lang)


@dataclass(frozen=True, slots=True)
class PaperPicture:
    """A picture by its name (planner/pictures.py) and what stands below it; one without a name is a line to fill in."""

    sha256: str
    caption: str


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table: its title in the reader's language, of each row as many texts as there are columns, pictures below."""

    title: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    pictures: tuple[PaperPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What one reader gets. `key` tells the reader apart, `holder` names him; all texts are in the paper's language.

    Of `facts` (name, value) a value that is not known is "": it prints as a line to fill in. `signs` are lines to sign.
    `lang`: the language of the paper's title and of all else on its pages; "": that which is asked for. `link`: the
    address that the reader opens on a phone, printed with its QR code; "": none.
    """

    key: str
    holder: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[PaperTable, ...] = ()
    notes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    lang: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: its name in addresses and on the shell, its title and whom it is for (catalogue)."""

    name: str
    title: str
    reader: str


@dataclass(frozen=True, slots=True)
class Paper(DocumentKind):
    """A kind of document that is made of facts and tables: one sheet for each reader."""

    sheets: Callable[["PaperSource"], Iterator[PaperSheet]]
    size: Size = "a4"
    is_wide: bool = False
