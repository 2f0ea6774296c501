"""The tabs of an operation, as data; one whose page is not there, or not for the reader, is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for

from web.access import may
from web.language import say
from web.rights import Action


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its name in templates, its title, the page that it leads to, and the action that the page asks for."""

    name: str
    title: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    action: Action = "see"


TABS = (
    Tab("own", say("My part"), "own.page", action="own"),
    Tab("overview", say("Overview"), "operations.overview"),
    Tab("suspects", say("Suspects"), "registers.table", {"table": "suspects"}),
    Tab("sites", say("Sites"), "registers.table", {"table": "sites"}),
    Tab("forces", say("Forces"), "registers.table", {"table": "officers"}),
    Tab("links", say("Links"), "registers.table", {"table": "links"}),
    Tab("doctrine", say("Doctrine"), "doctrine.page"),
    Tab("travel", say("Travel"), "travel.page"),
    Tab("pins", say("Commander's orders"), "pins.page"),
    Tab("law", say("Law"), "law.page", action="law"),
    Tab("imports", say("Import and export"), "imports.start"),
    Tab("plans", say("Plans"), "plans.index"),
    Tab("approval", say("Approval"), "approvals.page"),
    Tab("board", say("Live board"), "live_board.page"),
    Tab("history", say("History"), "history.page"),
    Tab("members", say("Members"), "members.page"),
)


def _values(tab: Tab, operation: int) -> dict[str, Any]:
    return {**tab.values, "operation": operation}


def tabs(operation: int) -> list[tuple[Tab, str]]:
    """The tabs of an operation that are there for the reader, with their addresses."""
    known = current_app.view_functions
    mine = (tab for tab in TABS if tab.endpoint in known and may(tab.action, operation))
    return [(tab, url_for(tab.endpoint, **_values(tab, operation))) for tab in mine]
