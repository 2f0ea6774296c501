"""An upload's rows into a document: by key, field by field, each with where it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.edits import GIVEN, POINTS, TABLES, Document, Row, key_of
from planner.files import facts
from planner.files.cell_origins import Origins, Source
from planner.files.cells import Assumed, shown_text
from planner.files.fault import quote
from planner.files.given import BESIDE, contradiction, to_wgs84_row
from planner.files.law_details import LAW, SCHEMAS
from planner.files.sheet_tables import Reading, ReadTable, Remark, Spot
from planner.files.warrants import COLUMNS as WARRANT
from planner.files.warrants import nest
from planner.law.changes import warrant_from_papers
from planner.law.pack import LawPack
from planner.law.pack_file import pack_by_id
from planner.operation import ByRisk, Doctrine


@dataclass(frozen=True)
class ImportOptions:
    """What the person who imports has chosen.

    `whole` are the tables of which the file is all there is; `hidden`: hidden sheets are read too; `corrections` are
    cells (sheet, row, column) with what is to stand there, the same as before where it is right; `leave`: rows with
    faults are left out.
    """

    assumed: Assumed = field(default_factory=Assumed)
    table: str | None = None
    whole: frozenset[str] = frozenset()
    hidden: bool = False
    corrections: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    leave: bool = False


def sound(document: Document) -> Document:
    """The document with only those rows that can be told apart, so that the others can be compared."""
    return document | {table: [row for row in table_rows(document, table) if has_key(table, row)] for table in TABLES}


def table_rows(document: Document, table: str) -> list[Row]:
    """The rows of a table, if it has any."""
    return list(document.get(table, []))


def has_key(table: str, row: Row) -> bool:
    """Whether a row has what tells it apart."""
    if table == "pins":
        both = row.get("together", [])
        return isinstance(both, list) and all(isinstance(item, str) for item in both)
    wanted = {"links": ("a", "b"), "legs": ("from", "to")}.get(table, ("id",))
    return all(isinstance(row.get(name), str) and row[name] for name in wanted)


def merge_reading(old: Document, reading: Reading, options: ImportOptions) -> tuple[Document, Origins, list[Remark]]:
    """The document with the reading's rows put in by key, where each row comes from, and what was not taken over.

    A suspect of the file who has no warrant there has that of the law paper that allows the arrest.
    """
    merged = _merged_tables if reading.document is None else _merged_document
    new, origins, notices = merged(old, reading, options)
    return _with_warrants(new, old), origins, notices


def _with_warrants(new: Document, old: Document) -> Document:
    """The document in which suspects who are new or changed, and have no warrant, have that of their law's paper."""
    if not new.get("suspects") or (pack := pack_by_id(_law_in(new, "operation").get("pack"))) is None:
        return new
    was = {key_of("suspects", row): row for row in table_rows(old, "suspects")}
    return new | {"suspects": [_with_warrant(row, was, pack) for row in new["suspects"]]}


def _with_warrant(row: Row, was: Mapping[str, Row], pack: LawPack) -> Row:
    if row.get("warrant") is not None or (has_key("suspects", row) and was.get(row["id"]) == row):
        return row
    warrant = warrant_from_papers(_law_in(row, "suspects"), row, pack)
    return row if warrant is None else row | {"warrant": warrant}


def _law_in(row: Row, table: str) -> Mapping[str, Any]:
    """The law of a row; none where it is not as it must be, which the check of the document tells."""
    details = row.get("details")
    law = details.get(LAW) if isinstance(details, dict) else None
    return {} if not isinstance(law, dict) or SCHEMAS[table]().validate(law) else law


def _merged_tables(old: Document, reading: Reading, options: ImportOptions) -> tuple[Document, Origins, list[Remark]]:
    new, origins = dict(old), Origins(reading)
    for table in TABLES:
        parts = [part for part in reading.tables if part.table.name == table]
        if parts:
            reading.warnings.extend(_contradicting(table, parts, options))
            rows = [(_nested(table, row, part, options), part, at) for part in parts for at, row in part.rows]
            new[table] = _merged_rows(old, table, rows, origins, options)
    notices = _put_head(new, old, reading, origins)
    _put_doctrine(new, reading, origins, options)
    if reading.travel is not None:
        new["travel"] = _travel(reading.travel[1], origins)
    return new, origins, notices


def _merged_rows(
    old: Document, table: str, rows: list[tuple[Row, ReadTable, int]], origins: Origins, options: ImportOptions
) -> list[Row]:
    """The old rows with the new ones put in their places; rows with a new key come last."""
    was = {key_of(table, row): row for row in table_rows(old, table)}
    place = {key: i for i, key in enumerate(was)} if table not in options.whole else {}
    found: list[Row] = list(was.values()) if table not in options.whole else []
    sources: list[Source | None] = [None] * len(found)
    for row, part, at in rows:
        key = key_of(table, row) if has_key(table, row) else None
        put = row if key is None else _updated(table, was.get(key), row, part)
        spot = None if key is None else place.pop(key, None)
        if spot is not None:
            found[spot], sources[spot] = put, Source(part, at)
        else:
            found.append(put)
            sources.append(Source(part, at))
    origins.sources[table] = sources
    return found


def _updated(table: str, old: Row | None, row: Row, part: ReadTable) -> Row:
    """The row of the file over the old one: fields without a column stay."""
    if old is None or table == "pins":
        return row
    if table == "links":
        row = row | {"a": old["a"], "b": old["b"]}
    spoken = _spoken(part)
    kept = {key: value for key, value in old.items() if key not in spoken}
    if table == "suspects" and "warrant" in spoken:
        row = row | {"warrant": _warrant(old, row, part)}
    if "details" in spoken:
        row = row | {"details": _details(table, old, row, part)}
    return kept | row


def _spoken(part: ReadTable) -> set[str]:
    """The fields of a row that the file speaks of."""
    spoken = set(part.fields)
    if spoken & {"lat", "lon", *GIVEN, *BESIDE}:
        spoken |= {"lat", "lon", *GIVEN}
    if spoken & set(WARRANT.values()):
        spoken |= {"warrant"}
    if any(column.name in spoken for column in facts.fact_columns(part.table.name).values()):
        spoken |= {"details"}
    return spoken


def _warrant(old: Row, row: Row, part: ReadTable) -> Any:
    before = old.get("warrant") or {}
    kept = {k: v for k, v in before.items() if WARRANT.get(k) not in part.fields}
    both = kept | (row.get("warrant") or {})
    return both or None


def _details(table: str, old: Row, row: Row, part: ReadTable) -> Any:
    """The facts of the file over those without a column in it; what an empty cell stood for is gone."""
    before = {key: value for key, value in facts.flatten(table, old).items() if key not in part.fields}
    kept = facts.nest(table, before).get("details", {})
    given = row.get("details", {})
    return kept | given if isinstance(given, dict) else given


def _head_details(old: Document, row: Row, part: ReadTable, is_told: bool) -> Any:
    """The operation's facts: an empty cell takes a named one away; only a filled one of details, what has no column."""
    held = {"details": old.get("details", {})}
    rest = {} if is_told else facts.flatten("operation", held).get("details", {})
    given = _details("operation", held, row, part)
    return rest | given if isinstance(given, dict) else given


def _contradicting(table: str, parts: list[ReadTable], options: ImportOptions) -> Iterator[Remark]:
    """Rows whose coordinates and the WGS-84 point beside them are not one point: which is read is told."""
    for part in parts if table in POINTS else ():
        for at, row in part.rows:
            if (apart := contradiction(row, options.assumed.datum)) is not None:
                values = {"metres": round(apart), "datum": row.get("datum", options.assumed.datum)}
                spot, found = part.spot(at, "lat"), shown_text(row.get("lat"))
                yield Remark(spot, "latitude", found, "other-point-apart", values)


def _nested(table: str, values: Row, part: ReadTable, options: ImportOptions) -> Row:
    """The filled cells of a row as the document has them."""
    row = facts.nest(table, values)
    if table == "suspects":
        row = nest(row)
    if table in POINTS:
        row = to_wgs84_row(row, options.assumed.datum)
    if table == "pins":
        row = {key: value for key, value in row.items() if not (key in ("reserve", "skip") and value is False)}
    if table == "agencies" and "cities" in part.fields:
        row.setdefault("cities", [])
    if table == "legs" and "minutes" in row and row["minutes"] == "":
        del row["minutes"]
    return row


def _put_head(new: Document, old: Document, reading: Reading, origins: Origins) -> list[Remark]:
    """The figures of the sheet `operation`; an operation that has an id keeps it."""
    notices = []
    for part in (part for part in reading.tables if part.table.name == "operation"):
        notices += [Remark(part.spot(at, None), "", "", "more-operations") for at, _ in part.rows[1:2]]
        for at, values in part.rows[:1]:
            origins.head = Source(part, at)
            if "id" in old and values.get("id", old["id"]) != old["id"]:
                notices.append(Remark(part.spot(at, "id"), "id", quote(values["id"]), "keeps-id"))
            row = facts.nest("operation", values)
            if "details" in _spoken(part):
                row["details"] = _head_details(old, row, part, "details" in values)
            new |= {key: value for key, value in row.items() if key != "id" or "id" not in old}
    return notices


def _put_doctrine(new: Document, reading: Reading, origins: Origins, options: ImportOptions) -> None:
    """The figures of the sheet `doctrine` over the operation's own; one that is the default's again is left out."""
    parts = [part for part in reading.tables if part.table.name == "doctrine"]
    if not parts:
        return
    own = {} if "doctrine" in options.whole else dict(new.get("doctrine", {}))
    for part in parts:
        for at, values in part.rows:
            figure, value = values.get("figure", ""), _figure(values)
            origins.doctrine[figure] = Source(part, at)
            before = own.get(figure)
            if value is None or value == before:
                continue
            if isinstance(value, dict) and isinstance(before, dict):
                value = before | value
            own[figure] = value
            if value != before and is_default(figure, value):
                del own[figure]
    new["doctrine"] = own


def _figure(values: Row) -> Any:
    """The figure of a row: a number, one for each risk, or None where the row says nothing."""
    by_risk = {risk: values[risk] for risk in ("low", "medium", "high") if risk in values}
    return values.get("value", by_risk or None)


def is_default(figure: str, value: Any) -> bool:
    """Whether a figure of doctrine says what doctrine says anyway."""
    default = getattr(Doctrine(), figure, None)
    if isinstance(default, ByRisk):
        return isinstance(value, dict) and all(getattr(default, risk, None) == n for risk, n in value.items())
    return bool(default == value)


def _travel(matrix: Mapping[str, Any], origins: Origins) -> Row:
    """The matrix with its columns in the order of its rows."""
    ids, heads = matrix["ids"], matrix["heads"]
    if sorted(map(str, ids)) != sorted(map(str, heads)) or len(set(map(str, ids))) != len(ids):
        origins.columns = list(range(len(heads)))
        return {"kind": "matrix", "ids": ids, "minutes": matrix["minutes"]}
    origins.columns = [heads.index(name) for name in ids]
    return {"kind": "matrix", "ids": ids, "minutes": [[row[i] for i in origins.columns] for row in matrix["minutes"]]}


def _merged_document(old: Document, reading: Reading, options: ImportOptions) -> tuple[Document, Origins, list[Remark]]:
    """The document with a JSON file's tables put in: a row of such a file is whole."""
    given = reading.document or {}
    new, origins = dict(old), Origins(Reading())
    notices = []
    if "id" in old and given.get("id", old["id"]) != old["id"]:
        notices.append(Remark(Spot(""), "id", quote(given["id"]), "keeps-id"))
    for key, value in given.items():
        if key in TABLES and isinstance(value, list):
            new[key] = _merged_json(old, key, value, origins, options)
        elif key == "doctrine" and isinstance(value, dict) and "doctrine" not in options.whole:
            new[key] = old.get(key, {}) | value
        elif key not in ("id", "schema") or key not in old:
            new[key] = value
    return new, origins, notices


def _merged_json(old: Document, table: str, rows: list[Any], origins: Origins, options: ImportOptions) -> list[Any]:
    was = {key_of(table, row): row for row in table_rows(old, table)} if table not in options.whole else {}
    place = {key: i for i, key in enumerate(was)}
    found: list[Any] = list(was.values())
    indices: list[int | None] = [None] * len(found)
    for i, row in enumerate(rows):
        spot = place.pop(key_of(table, row), None) if has_key(table, row) else None
        if spot is None:
            found.append(row)
            indices.append(i)
        else:
            found[spot], indices[spot] = row, i
    origins.indices[table] = indices
    return found
