"""Chinese documents are set as Chinese: full-width signs, dates with 年月日, the words of the glossary."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planner.compare import Comparison
from planner.operation import Operation
from planner.papers.printing import papers_data, sheets_of
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.change_orders import change_orders_data
from planner.render.sheets import sheets_data
from planner.scenario import Scenario
from tests.sheet_plans import two_teams
from tests.test_sheets import example
from tests.test_timeline import two_raids
from tests.two_doors import ten_minutes, with_guards

HAN = "\u3400-\u9fff"
FULL = "，。；：！？、（）"
WRONG = {
    "a half-width sign behind Chinese": rf"[{HAN}{FULL}]\s*[,;:!?()]",
    "a half-width sign before Chinese": rf"[,;:!?(]\s*[{HAN}]",
    "a blank beside a full-width sign": rf"[，。；：！？、（] | [{FULL}]|） (?!H)",
    "a date that is not written 年月日": r"[12]\d\d\d-\d\d-\d\d",
    "days in English": r"\d d\b",
    "an offset without its colon": r"UTC[+-]\d{4}",
}
SHUNNED = (
    "抓捕组长",
    "行动组",
    "班组",
    "囚",
    "目标门",
    "交底",
    "警官证",
    "突击",
    "推演台",
    "代价",
    "行动规范",
    "勘查",
    "送押",
)
"""Words that native readers stumble over: the glossary has others."""
DRAWINGS = ("area", "chart")


def said(value: Any) -> Iterator[str]:
    """Every text within plain values, but for drawings."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in DRAWINGS:
                yield from said(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said(one)
    elif isinstance(value, str):
        yield value


@cache
def documents() -> dict[str, tuple[str, ...]]:
    """Kind of document -> all that it says in Chinese, of plans with everything that there is to say."""
    found: dict[str, tuple[str, ...]] = {}
    plans: list[tuple[Operation, Plan]] = [
        two_teams(),
        two_raids(),
        (ten_minutes(), with_guards()),
        example("3-02-roads"),
    ]
    for operation, plan in plans:
        source = PaperSource(Scenario(operation), plan, "zh")
        for name, paper in PAPERS.items():
            data = papers_data(source, [(None, [(paper, sheets_of(paper, source))])], "draft")
            found[name] = (*found.get(name, ()), *said(data))
        found["sheets"] = (*found.get("sheets", ()), *said(sheets_data(Scenario(operation), plan, "zh")))
    was, now = two_teams(), two_teams()
    moved = Comparison(Scenario(was[0]), was[1], Scenario(now[0]), now[1])
    found["orders"] = tuple(said(change_orders_data(moved, "zh")))
    return found


@pytest.mark.parametrize("name", [*PAPERS, "sheets", "orders"])
@pytest.mark.parametrize("what", WRONG)
def test_signs_and_dates_are_chinese(name: str, what: str) -> None:
    """No document mixes half-width signs into Chinese, nor writes a date or an offset as English does."""
    wrong = {text for text in documents()[name] if re.search(WRONG[what], text)}
    assert not wrong


@pytest.mark.parametrize("name", [*PAPERS, "sheets", "orders"])
def test_words_are_those_of_the_glossary(name: str) -> None:
    """No document says what native readers stumble over."""
    assert not {(word, text) for text in documents()[name] for word in SHUNNED if word in text}


def test_layouts_leave_signs_to_the_catalogue() -> None:
    """A sign behind a word is part of what is translated: Chinese has a full-width one."""
    planner = Path(__file__).parents[1] / "planner"
    layouts = sorted(planner.rglob("*.typ"))
    assert len(layouts) >= 3
    assert not [path.name for path in layouts if re.search(r'#w\("[^"]*"\)[,;:!?]', path.read_text("utf-8"))]
