"""Waiting in a browser until keys go where they are meant to, and until a field has what clicks put into it."""

import re

from playwright.sync_api import Page

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def settled(page: Page) -> None:
    """The page, which is there already, has run its scripts and gone to the place that its address names.

    Until then no script listens for keys, and where the address ends in #place the browser takes the focus away from
    whatever has it (HTML standard, "scroll to the fragment").
    """
    page.wait_for_load_state()
    page.evaluate(TWO_FRAMES)


def lines(number: int) -> re.Pattern[str]:
    """A text of so many lines, none of which is empty."""
    return re.compile(r"^\S[^\n]*" + r"\n\S[^\n]*" * (number - 1) + r"\n?$")
