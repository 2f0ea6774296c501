"""What people say of the law as edits of the operation: its pack, papers and facts, waivers. The history knows them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.edits import Document, Edit, Row, by_key, operation_of
from planner.files.law_details import LAW
from planner.law.gate import doctrine_limits
from planner.law.pack import LawPack, Subject
from planner.law.pack_file import pack_by_id
from planner.law.subjects import is_warrant
from planner.operation import Doctrine

Edits = tuple[Edit, ...]
Law = Mapping[str, Any]


def law_in(document: Document, table: Subject, key: str) -> Law:
    """The `details.law` of a row, or of the operation; empty where there is none. Raises KeyError for no such row."""
    row = document if table == "operation" else by_key(table, document)[key]
    found: Law = row.get("details", {}).get(LAW, {})
    return found


def put_law(document: Document, table: Subject, key: str, law: Law) -> Edits:
    """The row's `details.law` is this; empty parts of it go. A suspect's warrant follows the paper that is held.

    Raises KeyError for no such row.
    """
    own = {name: value for name, value in law.items() if value not in ("", None, [], {}, ())}
    if table == "operation":
        details = _details(document.get("details", {}), own)
        return (Edit("operation", "details", {"value": details}),)
    row = by_key(table, document)[key]
    changed = {**row, "details": _details(row.get("details", {}), own)}
    if not changed["details"]:
        del changed["details"]
    if table == "suspects":
        changed["warrant"] = warrant_from_papers(own, row, pack_by_id(law_in(document, "operation", "").get("pack")))
    return (Edit(table, key, changed),)


def _details(details: Mapping[str, Any], law: Law) -> dict[str, Any]:
    rest = {name: value for name, value in details.items() if name != LAW}
    return rest | ({LAW: dict(law)} if law else {})


def warrant_from_papers(law: Law, row: Row, pack: LawPack | None) -> Any:
    """The warrant of a suspect's row: the held paper that allows the arrest and says until when.

    None where such a paper is listed but not held; as it was, where the pack knows of no such paper.
    """
    kinds = {paper.id for paper in pack.papers if paper.allows_arrest} if pack is not None else set()
    listed = [paper for paper in law.get("papers", ()) if paper.get("kind") in kinds]
    for paper in listed:
        if is_warrant(paper, kinds) and "expires" in paper:
            return {"number": paper["number"], "expires": paper["expires"]}
    return None if listed and not any(is_warrant(paper, kinds) for paper in listed) else row.get("warrant")


def put_pack(document: Document, pack: str, case_agency: str, facts: Mapping[str, Any]) -> Edits:
    """The operation names the pack and the agency that runs the case; doctrine follows where the pack is stricter."""
    old = law_in(document, "operation", "")
    edits = put_law(document, "operation", "", {**old, "pack": pack, "case_agency": case_agency, "facts": dict(facts)})
    return (*edits, *_stricter_doctrine(document, pack_by_id(pack)))


def _stricter_doctrine(document: Document, pack: LawPack | None) -> Edits:
    if pack is None:
        return ()
    limits = doctrine_limits(operation_of(document), pack)
    own = Doctrine.differing(document.get("doctrine", {}))
    return tuple(
        Edit("doctrine", name, {"value": most}) for name, (most, _) in limits.items() if getattr(own, name) > most
    )


def waive(document: Document, table: Subject, key: str, waiver: Mapping[str, str]) -> Edits:
    """The item is waived for the row, in place of an earlier waiver of it."""
    law = law_in(document, table, key)
    others = [row for row in law.get("waivers", ()) if row["item"] != waiver["item"]]
    return put_law(document, table, key, {**law, "waivers": [*others, dict(waiver)]})


def unwaive(document: Document, table: Subject, key: str, item: str) -> Edits:
    """The item is waived no more."""
    law = law_in(document, table, key)
    return put_law(document, table, key, {**law, "waivers": [r for r in law.get("waivers", ()) if r["item"] != item]})


def waivers_in(row: Row | None) -> list[Any]:
    """The waivers of a row, or of the operation's figure `details`; none where there is nothing of the kind."""
    found: Any = row or {}
    for name in ("value",) if set(found) == {"value"} else ("details",):
        found = found.get(name)
    for name in (LAW, "waivers"):
        found = found.get(name) if isinstance(found, dict) else None
    return list(found) if isinstance(found, list) else []


def is_day(text: str) -> bool:
    """Whether the text is a day such as 2026-03-25."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
