"""From a place in a document (`officers[12].base`) back to the cell that it was read from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.files import warrants
from planner.files.cells import is_empty, shown_text
from planner.files.columns import Column
from planner.files.fault import Fault
from planner.files.fault_texts import Value
from planner.files.sheet_tables import Reading, ReadTable, Remark, Spot

ROW_PLACE = re.compile(r"(\w+)\[(\d+)\](?:[.\[](.*))?")
FIGURE_PLACE = re.compile(r"doctrine\.(\w+)(?:\.(\w+))?")
MATRIX_PLACE = re.compile(r"travel\.(ids|minutes)\[(\d+)\](?:\[(\d+)\])?")
NESTED = {f"warrant.{field}": column for field, column in warrants.COLUMNS.items()}


@dataclass(frozen=True)
class Source:
    """The sheet and the row (from 0) that something was read from."""

    part: ReadTable
    row: int


@dataclass
class Origins:
    """Where each row of a merged document comes from: `sources` by table, None for a row that the file lacks."""

    reading: Reading
    sources: dict[str, list[Source | None]] = field(default_factory=dict)
    head: Source | None = None
    doctrine: dict[str, Source] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    indices: dict[str, list[int | None]] = field(default_factory=dict)

    def ours(self) -> dict[str, set[int]]:
        """Table -> positions of the rows that the upload brings."""
        found = {table: {i for i, source in enumerate(rows) if source} for table, rows in self.sources.items()}
        return found | {
            table: {i for i, at in enumerate(rows) if at is not None} for table, rows in self.indices.items()
        }

    def remark(self, fault: Fault) -> Remark:
        """The fault at its cell; at its place in the operation where no cell holds it."""
        values = self._values(fault)
        found = self._row(fault.place) or self._figure(fault.place) or self._matrix(fault.place)
        if found is None:
            return Remark(Spot(""), self._place(fault.place), "", fault.code, values)
        spot, column = found
        if fault.code == "missing" and column is not None and spot.column is None:
            return Remark(spot, column.heading, "", "no-column", {}, right_for(column))
        cell = None if spot.row is None or spot.column is None else self._cell(spot)
        heading = column.heading if column is not None else ""
        right = "known-id" if fault.code.startswith("unknown-") and fault.code != "unknown-key" else right_for(column)
        return Remark(spot, heading, "" if is_empty(cell) else shown_text(cell), fault.code, values, right)

    def _cell(self, spot: Spot) -> Any:
        sheet = next(sheet for sheet in self.reading.sheets if sheet.name == spot.sheet)
        return sheet.cell(spot.row or 0, spot.column or 0)

    def _source(self, table: str, index: int) -> Source | None:
        sources = self.sources.get(table, [])
        return sources[index] if index < len(sources) else None

    def _values(self, fault: Fault) -> Mapping[str, Value]:
        """The fault's values; another row that it names, as people find it."""
        other = str(fault.values.get("place", ""))
        if (found := ROW_PLACE.fullmatch(other)) is None:
            return fault.values
        source = self._source(found[1], int(found[2]))
        return {**fault.values, "place": f"{source.part.sheet}!{source.row + 1}" if source else self._place(other)}

    def _place(self, place: str) -> str:
        """The place in the uploaded JSON file, or in the operation."""
        found = ROW_PLACE.fullmatch(place)
        indices = self.indices.get(found[1], []) if found else []
        if found and int(found[2]) < len(indices):
            index = indices[int(found[2])]
            at = place[found.end(2) :]
            return f"operation: {place}" if index is None else f"{found[1]}[{index}{at}"
        return f"operation: {place}" if found and self.sources else place

    def _row(self, place: str) -> tuple[Spot, Column | None] | None:
        found = ROW_PLACE.fullmatch(place)
        if found is None:
            column = self.head.part.table.column(place) if self.head else None
            return None if self.head is None or column is None else (self.head.part.spot(self.head.row, place), column)
        source = self._source(found[1], int(found[2]))
        if source is None:
            return None
        name = NESTED.get(found[3] or "", re.split(r"[.\[]", found[3] or "")[0])
        column = source.part.table.column(name)
        is_absent = column is not None and name not in source.part.positions
        return source.part.spot(None if is_absent else source.row, name), column

    def _figure(self, place: str) -> tuple[Spot, Column | None] | None:
        found = FIGURE_PLACE.fullmatch(place)
        source = self.doctrine.get(found[1]) if found else None
        if found is None or source is None:
            return None
        name = found[2] if found[2] in source.part.positions else "value"
        return source.part.spot(source.row, name), source.part.table.column(name)

    def _matrix(self, place: str) -> tuple[Spot, Column | None] | None:
        if place == "travel" and self.reading.travel is not None:
            return Spot(self.reading.travel[0]), None
        found = MATRIX_PLACE.fullmatch(place)
        if found is None or self.reading.travel is None:
            return None
        column = 0 if found[3] is None else 1 + self.columns[int(found[3])]
        row = self.reading.travel[1]["rows"][int(found[2])]
        return Spot(self.reading.travel[0], row, column), None


def right_for(column: Column | None) -> str:
    """What would be right in a column, as `right_text` takes it; nothing where no column is meant."""
    if column is None:
        return ""
    return " / ".join(column.listed) if column.kind in ("choice", "flag") else column.kind
