"""Whose point a site has: an address that was changed while its point stayed has the point of the old one.

Such a row carries `point_for`, the address that its point was set for, until somebody confirms the point (`point_for`
is put as the row's own address) or moves it. A row without `point_for` has the point of its own address.
"""

from collections.abc import Mapping
from typing import Any

from planner.files.cells import plain
from planner.files.given import on_globe

Row = dict[str, Any]
POINT_FOR = "point_for"


def point_doubt(row: Mapping[str, Any]) -> str | None:
    """The address that the site's point was set for, where that is not the site's own."""
    said = row.get(POINT_FOR)
    is_its_own = said is None or spelling(said) == spelling(row.get("address"))
    return None if is_its_own or _point(row) is None else str(said)


def spelling(address: Any) -> str:
    """An address without spaces, case and signs: what tells one door of a city from another."""
    return "".join(c for c in plain(str(address or "")).casefold() if c.isalnum())


def settle_point(row: Row, was: Mapping[str, Any] | None) -> Row:
    """The site's row as it replaces another (None: it is new), with `point_for` as it follows from both.

    What the row says anew holds. Otherwise a point that moves belongs to the row's address, and one that stays to the
    address that it belonged to. A doubt that ends while the point stays is said: `point_for` is the row's address.
    """
    before, said = was or {}, row.get(POINT_FOR)
    stays = _point(row) is not None and _point(row) == _point(before)
    if said in (None, before.get(POINT_FOR)):
        said = before.get(POINT_FOR, before.get("address")) if stays else None
    bare = {name: value for name, value in row.items() if name != POINT_FOR}
    if said is None or (spelling(said) == spelling(row.get("address")) and not (stays and point_doubt(before))):
        return bare
    return bare | {POINT_FOR: said}


def unsaid(row: Row) -> Row:
    """The site's row as it is kept: `point_for` stands there only where it is another address."""
    return row if point_doubt(row) else {name: value for name, value in row.items() if name != POINT_FOR}


def _point(row: Mapping[str, Any]) -> tuple[float, float] | None:
    return on_globe(row.get("lat"), row.get("lon"))
