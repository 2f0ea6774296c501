"""The chart as a browser draws it, under a content security policy that allows nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from planner.files import read_operation, read_plan
from planner.render.chart import chart_svg
from planner.scenario import Scenario
from tests.effort import slow_after

EXAMPLES = Path(__file__).parents[1] / "examples"
POLICY = "default-src 'none'; img-src data:; style-src 'none'; script-src 'none'; base-uri 'none'"
# The right and left edge of each letter group and bar, in the chart's own pixels.
EDGES = """() => {
  const svg = document.querySelector("svg"), box = svg.viewBox.baseVal;
  const texts = [...svg.querySelectorAll("text")].map(t => {
    const b = t.getBBox(), m = t.getCTM(), s = svg.getCTM();
    return {text: t.textContent, left: b.x + (m.e - s.e) / s.a, width: b.width, x: +t.getAttribute("x"),
            y: +t.getAttribute("y"), bar: t.getAttribute("font-size") === "9"};
  });
  const bars = [...svg.querySelectorAll("rect")].filter(r => r.querySelector("title")).map(r => r.getBBox())
    .map(b => ({left: b.x, width: b.width, top: b.y, bottom: b.y + b.height}));
  return {width: box.width, height: box.height, texts, bars};
}"""


@pytest.fixture
def page_of(page: Page, serve: Callable[[Any], str]) -> Callable[[str], Page]:
    """A function that opens a page which holds an SVG and may run and style nothing."""

    def opened(svg: str) -> Page:
        def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)])
            icon = '<link rel="icon" href="data:,">'
            return [f"<!doctype html><html lang=en><title>Chart</title>{icon}<body>{svg}</body></html>".encode()]

        page.goto(serve(application))
        return page

    return opened


@pytest.mark.parametrize("team", [None, "T-A022-1"])
@pytest.mark.parametrize("lang", slow_after(1, ["zh", "en"]))
def test_letters_stay_inside_their_bars_and_the_drawing(
    page_of: Callable[[str], Page], no_outside: object, lang: str, team: str | None
) -> None:
    """The policy forbids nothing of it, no letters leave the drawing, and those on a bar are no wider than it."""
    scenario = Scenario(read_operation(EXAMPLES / "3-02-roads.json"))
    plan = read_plan(EXAMPLES / "plans" / "3-02-roads.json")
    found = page_of(chart_svg(scenario, plan, lang, team)).evaluate(EDGES)
    outside = [t for t in found["texts"] if t["left"] < 0 or t["left"] + t["width"] > found["width"]]
    assert not outside
    for text in (t for t in found["texts"] if t["bar"]):
        bar = next(b for b in found["bars"] if _holds(b, text))
        assert text["width"] <= bar["width"] + 2, text
    first = min(b["left"] for b in found["bars"])
    names = [t for t in found["texts"] if t["x"] == 12]
    assert names
    assert all(t["left"] + t["width"] < first for t in names)


def _holds(bar: dict[str, float], text: dict[str, float]) -> bool:
    across = bar["left"] <= text["x"] <= bar["left"] + bar["width"]
    return across and bar["top"] <= text["y"] <= bar["bottom"]
