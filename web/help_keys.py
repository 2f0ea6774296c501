"""Which keys the pages answer to: the one list of them, which a test holds against the scripts that listen."""

from dataclasses import dataclass

from web.language import say


@dataclass(frozen=True, slots=True)
class HelpKey:
    """What keys do; each of `caps` is one way, as the keys are labelled: "Ctrl+Z"."""

    caps: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys of a part of pages: where they work, the endpoints of these pages, and the scripts that listen.

    No endpoints: every page. No scripts: what the browser does by itself with links, buttons and fields.
    """

    title: str
    endpoints: tuple[str, ...]
    scripts: tuple[str, ...]
    keys: tuple[HelpKey, ...]


GRID = KeyGroup(
    say("Grid"),
    ("registers.table",),
    ("registers/keyboard.js",),
    (
        HelpKey(("↑", "↓", "←", "→"), say("go from cell to cell")),
        HelpKey(("Home", "End"), say("first or last cell of the row")),
        HelpKey(("PgUp", "PgDn"), say("15 rows up or down")),
        HelpKey(("Enter", "F2", "Space"), say("edit the cell; typing replaces what is in it")),
        HelpKey(("Delete",), say("empty the cell")),
        HelpKey(("Shift+Space",), say("select or deselect the row")),
        HelpKey(("Ctrl+Enter",), say("open the page of what the cell names")),
    ),
)
EDITOR = KeyGroup(
    say("Grid, while editing a cell"),
    ("registers.table",),
    (),
    (
        HelpKey(("Enter",), say("keep what was typed")),
        HelpKey(("Esc",), say("discard what was typed")),
    ),
)
MARKER = KeyGroup(
    say("Marker on the small map"),
    ("registers.table", "whatif.show"),
    ("page/points.js",),
    (
        HelpKey(("↑", "↓", "←", "→"), say("move the marker")),
        HelpKey(("Enter",), say("set the point here")),
    ),
)
BOARD = KeyGroup(
    say("Board"),
    ("drafts.show",),
    ("board/keys.js",),
    (
        HelpKey(("Tab", "Shift+Tab"), say("next or previous column")),
        HelpKey(("↑", "↓", "←", "→"), say("from chip to chip")),
        HelpKey(("Home", "End"), say("first or last chip of the column")),
        HelpKey(("Enter", "Space"), say("pick the chip up")),
        HelpKey(("M",), say("menu of all that can be done")),
        HelpKey(("Ctrl+Z",), say("undo")),
        HelpKey(("Ctrl+Y", "Ctrl+Shift+Z"), say("redo")),
    ),
)
CARRIED = KeyGroup(
    say("Board, with a chip picked up"),
    ("drafts.show",),
    ("board/carry.js",),
    (
        HelpKey(("↑", "↓", "Tab", "Shift+Tab"), say("next or previous place")),
        HelpKey(("←", "→"), say("place in the column beside")),
        HelpKey(("Home", "End"), say("first or last place")),
        HelpKey(("Enter", "Space"), say("drop it here")),
        HelpKey(("Esc",), say("leave it where it was")),
    ),
)
CHART = KeyGroup(
    say("Raid in the synchronization chart"),
    ("drafts.show",),
    ("board/chart.js",),
    (
        HelpKey(("←", "→", "↑", "↓"), say("start a minute earlier or later; with Shift, five minutes")),
        HelpKey(("PgUp", "PgDn"), say("start five minutes later or earlier")),
        HelpKey(("Enter",), say("set the start")),
        HelpKey(("Esc",), say("leave the start as it was")),
    ),
)
MAP = KeyGroup(
    say("Map"),
    ("plans.show",),
    (),
    (
        HelpKey(("Tab",), say("to the map, its symbols and its panel")),
        HelpKey(("↑", "↓", "←", "→"), say("pan the map; on the time slider: a minute earlier or later")),
        HelpKey(("+", "-"), say("zoom in or out")),
        HelpKey(("Enter",), say("open the card of a symbol, or zoom to a city")),
        HelpKey(("Esc",), say("close the card")),
    ),
)
TABLES = KeyGroup(
    say("Tables"),
    ("plans.show",),
    (),
    (
        HelpKey(("Tab",), say("to the filter, the headings and the links")),
        HelpKey(("Enter",), say("on a heading: sort by it; again: in reverse")),
    ),
)
NOTE = KeyGroup(
    say("Note, after @"),
    ("operations.overview", "plans.show", "things.page"),
    ("page/mentions.js",),
    (
        HelpKey(("↑", "↓"), say("next or previous person")),
        HelpKey(("Enter", "Tab"), say("mention the person")),
        HelpKey(("Esc",), say("close the list")),
    ),
)
EVERYWHERE = KeyGroup(
    say("Every page"),
    (),
    ("page/shortcuts.js",),
    (
        HelpKey(("?",), say("this help")),
        HelpKey(("/",), say("search the operation, on its pages")),
    ),
)
BROWSER = KeyGroup(
    say("Links, buttons and dialogs"),
    (),
    (),
    (
        HelpKey(("Tab", "Shift+Tab"), say("next or previous link, button or field")),
        HelpKey(("Enter",), say("follow a link, press a button, submit a form")),
        HelpKey(("Space",), say("press a button, tick a box")),
        HelpKey(("Esc",), say("close a dialog")),
    ),
)
PAGES = (BOARD, CARRIED, CHART, GRID, EDITOR, MARKER, MAP, TABLES, NOTE)
ALL = (EVERYWHERE, BROWSER)


def keys_of(endpoint: str) -> tuple[KeyGroup, ...]:
    """The keys of one page, by its endpoint; those of all pages are `ALL`."""
    return tuple(group for group in PAGES if endpoint in group.endpoints)
