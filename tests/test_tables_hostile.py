"""Whatever stands in an upload, the answer is a list of faults or a preview, never a crash."""

import json
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from planner.edits import apply_edits, document_faults
from planner.files import Unreadable
from planner.importing import empty_document, preview, read_upload
from planner.merging import ImportOptions
from tests.effort import tries
from tests.sheets import document

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**22) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
KEYS = sorted(set(document()) | {"pins", "legs", "links", "doctrine", "travel"})
CELLS = st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-200, 200) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6
) | st.dates() | st.datetimes() | st.times()  # fmt: skip


def outcome(content: bytes, name: str, old: dict[str, Any]) -> None:
    """The upload is refused, or its preview holds: without faults, its edits give a document without faults."""
    try:
        reading = read_upload(content, name, ImportOptions())
        found = preview(old, reading, ImportOptions())
    except Unreadable as refused:
        assert refused.faults
        return
    if not found.faults and "id" in old:
        assert document_faults(apply_edits(old, found.edits)) == []


@settings(max_examples=tries(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_json(data: st.DataObject) -> None:
    """A JSON file whose tables, rows and fields are anything is refused or told cell by cell."""
    given_document = deepcopy(document())
    for key in data.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)):
        rows = given_document.get(key)
        if isinstance(rows, list) and rows and data.draw(st.booleans()):
            row = data.draw(st.sampled_from(rows))
            row[data.draw(st.sampled_from([*row, "together", "datum", "given_lat", "x"]))] = data.draw(ANYTHING)
        else:
            given_document[key] = data.draw(ANYTHING)
    old = document() if data.draw(st.booleans()) else empty_document()
    outcome(json.dumps(given_document).encode(), "x.json", old)


@settings(max_examples=tries(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=12), max_size=6), st.data())
def test_any_sheet(rows: list[list[Any]], data: st.DataObject) -> None:
    """A sheet with right headings and any cells is refused or told cell by cell."""
    heads = {
        "sites": [
            "编号",
            "地址",
            "城市",
            "纬度",
            "经度",
            "坐标系",
            "风险",
            "需勘验",
            "另需技能",
            "given latitude",
            "given longitude",
        ],
        "suspects": ["编号", "姓名", "性别", "出生日期", "地点编号", "优先级", "法律文书号", "文书到期"],
        "pins": ["民警编号", "地点编号", "不去地点", "行动组", "预备队", "开始分钟", "不抓", "同组地点"],
        "legs": ["起点", "终点", "分钟"],
        "operation": ["编号", "名称", "H时", "行动组上限"],
        "doctrine": ["项目", "数值", "低", "中", "高"],
        "travel": ["", "S001", "S002"],
    }
    name = data.draw(st.sampled_from(sorted(heads)))
    book = Workbook()
    book.worksheets[0].title = name
    for row in [heads[name], *rows]:
        book.worksheets[0].append(row)
    held = BytesIO()
    book.save(held)
    outcome(held.getvalue(), "x.xlsx", document() if data.draw(st.booleans()) else empty_document())


@settings(max_examples=tries(100), deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx", "x.json", "officers.csv"]))
def test_any_bytes(content: bytes, name: str) -> None:
    """Any bytes under any name."""
    outcome(content, name, document())


@settings(max_examples=tries(80), deadline=None)
@given(st.data())
def test_a_workbook_with_any_byte_changed(data: st.DataObject) -> None:
    """A workbook that was damaged on its way is read or refused."""
    content = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    outcome(bytes(content), "x.xlsx", document())


def _small() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["编号", "姓名", "单位编号"])
    book.worksheets[0].append(["P1", "x", "#N/A"])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


SMALL = _small()


@pytest.mark.parametrize("rows", [5, "x", {"a": 1}, [1], [[]], None, [{"id": []}], [{"id": "x", "city": {}}]])
@pytest.mark.parametrize("key", KEYS)
def test_each_table_may_be_anything(key: str, rows: Any) -> None:
    """Every key of an operation file may hold anything."""
    outcome(json.dumps(document() | {key: rows}).encode(), "x.json", document())
