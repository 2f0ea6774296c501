"""What stands on a team's new sheet and not on its old one, line by line: new, changed from what to what, or gone.

Sites are compared by what they are, not by their letters: the next raid that starts earlier takes the letter A.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.i18n import N_, gettext
from planner.render.sheet_data import sheet_rows
from planner.render.sheet_scope import Scope

TABLES: dict[str, tuple[str, tuple[str, ...], int]] = {
    "custody": (
        N_("Detainees"),
        (
            N_("Detainee"),
            N_("Site"),
            N_("Escorted by"),
            N_("Vehicles"),
            N_("From"),
            N_("Custody place"),
            N_("Arrives"),
            N_("Latest"),
            N_("Interview by"),
        ),
        2,
    ),
    "escorts": (N_("Escort units"), (N_("Unit"), N_("Crew"), N_("Vehicles"), N_("Collects")), 1),
    "exams": (N_("Scene examinations"), (N_("Site"), N_("Forensic unit"), N_("Crew"), N_("From"), N_("Until")), 1),
    "guards": (N_("Scene guards"), (N_("Site"), N_("Squad"), N_("Guards"), N_("Vehicles"), N_("From"), N_("Until")), 1),
    "interviews": (
        N_("First interviews"),
        (N_("Detainee"), N_("Site"), N_("Custody place"), N_("Room"), N_("From"), N_("Until"), N_("Officers")),
        2,
    ),
}
"""Part of a sheet -> its title, the heads of its columns, and how many of them tell one line from another."""
NEW, GONE = N_("{name} (new)"), N_("{name} (no longer)")
CHANGED = N_("{old} → {new}")
NOTHING = "\N{EN DASH}"
LETTERS = N_("Letters of sites on the sheet")
LETTER_HEADS = (N_("Site"), N_("Previously"), N_("Now"))


def changed_tables(old: Scope | None, new: Scope | None, lang: str) -> Iterator[dict[str, Any]]:
    """Title, heads and rows of each part of the sheet in which something is new, changed or gone.

    Of a new team all that stands on its sheet; of one that is dissolved nothing.
    """
    if new is None:
        return
    if moved := list(_moved_letters(old, new.letters)):
        yield _table(LETTERS, LETTER_HEADS, moved, lang)
    before = sheet_rows(replace(old, known_letters=new.letters)) if old is not None else {}
    after = sheet_rows(new)
    for part, (title, heads, num_keys) in TABLES.items():
        rows = after[part] if old is None else list(changed_rows(before[part], after[part], num_keys, lang))
        if rows:
            yield _table(title, heads, rows, lang)


def _table(title: str, heads: Sequence[str], rows: list[list[str]], lang: str) -> dict[str, Any]:
    return {"title": gettext(title, lang), "heads": [gettext(head, lang) for head in heads], "rows": rows}


def _moved_letters(old: Scope | None, letters: Mapping[str, str]) -> Iterator[list[str]]:
    for site, letter in (old.letters if old is not None else {}).items():
        if letters.get(site, letter) != letter:
            yield [site, letter, letters[site]]


def changed_rows(
    before: Sequence[list[str]], after: Sequence[list[str]], num_keys: int, lang: str
) -> Iterator[list[str]]:
    """The lines that differ; the first `num_keys` cells tell which line of before one is.

    A cell that differs tells both; a line that is new or gone says so in its first cell.
    """
    left = list(before)
    for row in after:
        known = next((one for one in left if one == row), None) or next(
            (one for one in left if one[:num_keys] == row[:num_keys] and one not in after), None
        )
        if known is None:
            yield [_said(NEW, lang, name=row[0]), *row[1:]]
            continue
        left.remove(known)
        if known != row:
            cells = zip(known, row, strict=True)
            yield [
                now if was == now else _said(CHANGED, lang, old=was or NOTHING, new=now or NOTHING)
                for was, now in cells
            ]
    for row in left:
        yield [_said(GONE, lang, name=row[0]), *row[1:]]


def _said(sentence: str, lang: str, **values: str) -> str:
    return gettext(sentence, lang).format(**values)
