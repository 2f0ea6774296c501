"""Rows that are well formed and yet may not be meant: another person under an id, one person or door under two."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.files.fault import Fault, quote
from planner.files.fixed_words import SKILLS
from planner.files.point_warnings import address_key
from planner.files.references import name_key, rows

Document = Mapping[str, Any]
Touched = Collection[tuple[str, str]]
DETAILS = {"officers": ("agency", "base", "sex"), "suspects": ("born", "sex", "site")}  # what stays with a person
SAME = {
    "officers": ("name", ("agency",), "same-officer"),
    "suspects": ("name", ("born",), "same-suspect"),
    "vehicles": ("label", (), "same-vehicle"),
}


def double_warnings(document: Document, before: Document, touched: Touched) -> Iterator[Fault]:
    """What is doubtful about the touched rows (table and id) of a document, given what it was before."""
    yield from _others(document, before)
    for table, (label, with_it, code) in SAME.items():
        yield from _twice(table, label, code, touched, _groups(document, table, label, with_it))
    addresses = defaultdict(list)
    for i, row in rows(document, "sites"):
        if all(isinstance(row.get(key), str) and row[key] for key in ("address", "city", "id")):
            addresses[address_key(row)].append((i, row["id"]))
    yield from _twice("sites", "address", "same-address", touched, addresses.values())
    yield from _self_links(document, before)
    yield from _idle_skills(document, touched)


def _others(document: Document, before: Document) -> Iterator[Fault]:
    """Ids under which another person seems to stand than before."""
    for table, details in DETAILS.items():
        was = {row["id"]: row for _, row in rows(before, table) if isinstance(row.get("id"), str)}
        for i, row in rows(document, table):
            old = was.get(row["id"]) if isinstance(row.get("id"), str) else None
            if old is None or old is row or _same_text(old.get("name"), row.get("name")):
                continue
            if any(old.get(key) != row.get(key) for key in details):
                both = {"old": old.get("name"), "before": old.get(details[0])}
                both |= {"new": row.get("name"), "after": row.get(details[0])}
                values = {"id": row["id"]} | {name: str(value) for name, value in both.items()}
                yield Fault(f"{table}[{i}].name", "another-person", values)


def _same_text(one: Any, other: Any) -> bool:
    return name_key(str(one)) == name_key(str(other))


def _groups(document: Document, table: str, label: str, with_it: tuple[str, ...]) -> Collection[list[tuple[int, str]]]:
    """Positions and ids of the rows that say the same."""
    found: dict[tuple[Any, ...], list[tuple[int, str]]] = defaultdict(list)
    for i, row in rows(document, table):
        texts = [row.get(key) for key in (label, *with_it, "id")]
        if all(isinstance(text, str) and text for text in texts):
            found[(name_key(str(texts[0])), *texts[1:-1])].append((i, str(texts[-1])))
    return found.values()


def _twice(
    table: str, label: str, code: str, touched: Touched, groups: Collection[list[tuple[int, str]]]
) -> Iterator[Fault]:
    for group in groups:
        for i, key in group:
            other = next((other for _, other in group if other != key), None)
            if other is not None and (table, key) in touched:
                yield Fault(f"{table}[{i}].{label}", code, {"other": other})


def _self_links(document: Document, before: Document) -> Iterator[Fault]:
    old = {row.get("a") for _, row in rows(before, "links") if row.get("a") == row.get("b")}
    for i, row in rows(document, "links"):
        if isinstance(row.get("a"), str) and row["a"] == row.get("b") and row["a"] not in old:
            yield Fault(f"links[{i}].b", "self-link", {"id": row["a"]})


def _idle_skills(document: Document, touched: Touched) -> Iterator[Fault]:
    """Skills of touched officers that nothing asks for: often a word that was meant for one of doctrine's."""
    asked = set(SKILLS)
    for _, site in rows(document, "sites"):
        asked |= set(site["needs"]) if isinstance(site.get("needs"), dict) else set()
    first: dict[str, int] = {}
    numbers: Counter[str] = Counter()
    for i, row in rows(document, "officers"):
        skills = row.get("skills")
        key = row.get("id")
        if isinstance(skills, list) and isinstance(key, str) and ("officers", key) in touched:
            for skill in (skill for skill in skills if isinstance(skill, str) and skill not in asked):
                first.setdefault(skill, i)
                numbers[skill] += 1
    for skill, i in first.items():
        yield Fault(f"officers[{i}].skills", "idle-skill", {"skill": quote(skill), "count": numbers[skill]})
