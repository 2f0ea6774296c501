"""Every colour of our style sheets is one of the palette, which has each for light and for dark."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static"
SHEETS = sorted(path for path in STATIC.rglob("*.css") if "vendor" not in path.parts)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", re.IGNORECASE)


def on_screen(css: str) -> str:
    """The style sheet without comments, without pictures, and without what holds on paper alone."""
    css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css, flags=re.DOTALL)
    return re.sub(r"@media print \{(?:[^{}]|\{[^{}]*\})*\}", "", css)


def defined(css: str) -> set[str]:
    """The names of the custom properties that a style sheet sets."""
    return set(re.findall(r"(--[\w-]+):", css))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_stand_in_the_palette_alone(sheet: Path) -> None:
    """No other style sheet writes a colour out, so none is forgotten in the dark."""
    if sheet.name != "palette.css":
        assert COLOUR.findall(on_screen(sheet.read_text("utf-8"))) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_property_that_is_used_is_set(sheet: Path) -> None:
    """Each custom property of our own is in the palette or in the style sheet itself."""
    css = sheet.read_text("utf-8")
    known = defined(css) | defined((STATIC / "page/palette.css").read_text("utf-8"))
    assert {name for name in re.findall(r"var\((--[\w-]+)", css) if not name.startswith("--tblr-")} <= known
