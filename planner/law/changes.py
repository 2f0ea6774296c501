"""What people say of the law as edits of the operation: its pack, papers and facts, waivers. The history knows them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.edits import Document, Edit, Row, by_key, operation_of
from planner.files.law_details import LAW
from planner.law.gate import doctrine_limits
from planner.law.pack import SUBJECTS, LawPack, PackItem, Subject
from planner.law.pack_file import pack_by_id
from planner.law.subjects import is_warrant, packs_at
from planner.operation import Doctrine

Edits = tuple[Edit, ...]
Law = Mapping[str, Any]


def law_in(document: Document, table: Subject, key: str) -> Law:
    """The `details.law` of a row, or of the operation; empty where there is none. Raises KeyError for no such row."""
    row = document if table == "operation" else by_key(table, document)[key]
    found: Law = row.get("details", {}).get(LAW, {})
    return found


def packs_for(document: Document, table: Subject, key: str) -> list[LawPack]:
    """The packs that ask something of the row, or of the operation; none where the operation names none that is there.

    Raises KeyError for no such row.
    """
    pack = pack_by_id(law_in(document, "operation", "").get("pack"))
    if pack is None or table == "agencies":
        return [pack] if pack is not None else []
    laws = [(row.get("cities", ()), _raw_law(row)) for row in document.get("agencies", ())]
    if table == "operation":
        others = {one.id: one for cities, _ in laws for city in cities for one in packs_at(pack, laws, city)}
        return [pack, *(others[name] for name in sorted(others) if name != pack.id)]
    sites = by_key("sites", document)
    site = sites[key] if table == "sites" else sites.get(str(by_key("suspects", document)[key].get("site")))
    there = packs_at(pack, laws, site["city"]) if site is not None else [pack]
    return there if table == "sites" else [pack, *(one for one in there if one is not pack)]


def item_named(document: Document, code: str) -> PackItem | None:
    """The item of this id in any pack that counts in the operation."""
    return next((item for pack in packs_for(document, "operation", "") if (item := pack.by_id.get(code))), None)


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


def put_agency(document: Document, key: str, law: Law) -> Edits:
    """The agency's `details.law` is this; doctrine follows where a pack that it names is stricter. Raises KeyError."""
    edits = put_law(document, "agencies", key, law)
    agencies = [edits[0].row if row.get("id") == key else row for row in document["agencies"]]
    pack = pack_by_id(law_in(document, "operation", "").get("pack"))
    return (*edits, *_stricter_doctrine({**document, "agencies": agencies}, pack))


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
    law, item = law_in(document, table, key), waiver["item"]
    waivers, lapsed = ([row for row in law.get(name, ()) if row["item"] != item] for name in ("waivers", "lapsed"))
    return put_law(document, table, key, {**law, "waivers": [*waivers, dict(waiver)], "lapsed": lapsed})


def unwaive(document: Document, table: Subject, key: str, item: str) -> Edits:
    """The item is waived no more."""
    law = law_in(document, table, key)
    return put_law(document, table, key, {**law, "waivers": [r for r in law.get("waivers", ()) if r["item"] != item]})


def waivers_in(row: Row | None) -> list[Any]:
    """The waivers of a row, or of the operation's figure `details`; none where there is nothing of the kind."""
    found = _raw_law(row).get("waivers")
    return list(found) if isinstance(found, list) else []


def _raw_law(row: Row | None) -> dict[str, Any]:
    found: Any = row or {}
    found = found.get("value" if set(found) == {"value"} else "details")
    found = found.get(LAW) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def pack_in(table: str, row: Row | None) -> Any:
    """What of a row says which law counts: the operation's pack; of an agency its pack and cities; None: nothing."""
    pack = _raw_law(row).get("pack")
    if pack is None or table == "operation":
        return pack
    return pack, row.get("cities") if row is not None else None


def num_waivers(document: Document) -> int:
    """How many waivers the document has."""
    return sum(len(waivers_in(row)) for row in (document, *(row for t in SUBJECTS for row in document.get(t, ()))))


def without_waivers(document: Document) -> Document:
    """The document as that of another operation: its waivers are none in force, but are kept to be granted again."""
    if not num_waivers(document):
        return document
    tables = {name: [_lapsed(row) for row in document[name]] for name in SUBJECTS if name in document}
    return _lapsed(document) | tables


def _lapsed(row: Row) -> Row:
    if not (waivers := waivers_in(row)):
        return row
    law = _raw_law(row)
    items = {one["item"] for one in waivers}
    lapsed = [*(one for one in law.get("lapsed", ()) if one["item"] not in items), *waivers]
    rest = {name: value for name, value in law.items() if name != "waivers"}
    return row | {"details": row["details"] | {LAW: rest | {"lapsed": lapsed}}}


def is_day(text: str) -> bool:
    """Whether the text is a day such as 2026-03-25."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
