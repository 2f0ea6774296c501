"""Changes by command staff as edits of the operation: somebody is ill, a door is locked, H moves.

Each function takes the operation's document as it stands and returns the edits; minutes are from H. Names that do not
exist, and values that no row may have, are found by the gate that every edit passes.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from planner.dependants import dependants
from planner.edits import GIVEN, HOUR, TABLES, Document, Edit, Row, available, by_key, key_of
from planner.files import Fault, Unreadable
from planner.files.address_points import POINT_FOR, settle_point
from planner.files.datums import metres_between
from planner.files.given import SAME_METRES, on_globe
from planner.operation import RISKS, ByRisk, Doctrine
from planner.plan import Plan
from planner.zones import hour_of

Edits = tuple[Edit, ...]
COPIED = ("risk", "exam", "needs", "officers", "raid_minutes", "set_minutes")
"""What a suspect's new address has from the old one."""


def row_of(document: Document, table: str, key: str) -> Row:
    """The row. Raises `Unreadable` where there is none."""
    row = by_key(table, document).get(key)
    if row is None:
        raise Unreadable([Fault(f"{table} {key!r}", "no-row")])
    return row


def remove_row(document: Document, table: str, key: str) -> Edits:
    """The row goes, with everything that hangs on it: an officer who is ill, a vehicle that is out of order."""
    row_of(document, table, key)
    order = {name: i for i, name in enumerate(TABLES)}
    hanging = sorted(dependants(document, table, key), key=lambda row: -order[row[0]])
    return (*(Edit(other, name, None) for other, name in hanging), Edit(table, key, None))


def remove_rows(document: Document, table: str, keys: Iterable[str]) -> Edits:
    """The rows go, each with everything that hangs on it, once."""
    return tuple(dict.fromkeys(edit for key in keys for edit in remove_row(document, table, key)))


def remove_share(document: Document, agency: str, percent: int) -> Edits:
    """So many per cent of an agency's officers are not there (at least one): evenly from its roster, first to last."""
    roster = [row["id"] for row in document.get("officers", ()) if row["agency"] == agency]
    if not roster:
        raise Unreadable([Fault("agency", "no-officers-of", {"agency": agency})])
    number = max(1, round(len(roster) * percent / 100))
    return remove_rows(document, "officers", (roster[(2 * i + 1) * len(roster) // (2 * number)] for i in range(number)))


def remove_escort_vehicles(document: Document, base: str) -> Edits:
    """No vehicle with cells is left at the base. Raises `Unreadable` where there is none anyway."""
    vans = [row["id"] for row in document.get("vehicles", ()) if row["base"] == base and row.get("cells")]
    if not vans:
        raise Unreadable([Fault("base", "no-cells-at-base", {"base": base})])
    return remove_rows(document, "vehicles", vans)


def set_fields(document: Document, table: str, key: str, **fields: Any) -> Edits:
    """The row with these fields; None: as if nothing was given."""
    old = row_of(document, table, key)
    row = settle_point(old | fields, old) if table == "sites" else old | fields
    return (Edit(table, key, {name: value for name, value in row.items() if value is not None or name == "warrant"}),)


def set_margins(document: Document, minutes: Mapping[str, int]) -> Edits:
    """Squads whose first raid is on one of these sites are in position so many minutes before it."""
    return tuple(
        edit for site, margin in minutes.items() for edit in set_fields(document, "sites", site, set_minutes=margin)
    )


def relocate(document: Document, table: str, key: str, lat: float, lon: float, given: Row | None = None) -> Edits:
    """The place or site lies elsewhere (degrees, WGS-84): ways that were told for where it lay are no longer.

    `given` is what was given in another datum, as rows have it.
    """
    legs = (row for row in document.get("legs", ()) if key in (row["from"], row["to"]))
    old = [Edit("legs", key_of("legs", leg), None) for leg in legs]
    if key in document.get("travel", {}).get("ids", ()):
        old.append(Edit("travel", key, None))
    row = {name: value for name, value in row_of(document, table, key).items() if name not in (*GIVEN, POINT_FOR)}
    return (*old, Edit(table, key, row | {"lat": lat, "lon": lon} | (given or {})))


def delay_officer(document: Document, officer: str, minutes: int) -> Edits:
    """The officer is available so many minutes later than the roster says."""
    since = available(row_of(document, "officers", officer))["available_from"]
    return set_fields(document, "officers", officer, available_from=since + minutes)


def put_pin(document: Document, pin: Row, instead_of: Iterable[frozenset[str]] = ()) -> Edits:
    """The pin, in place of those of its subject that have one of these forms."""
    subject = next(iter(pin))
    old = (p for p in document.get("pins", ()) if p.get(subject) == pin[subject] and frozenset(p) in set(instead_of))
    key = key_of("pins", pin)
    return (*(Edit("pins", key_of("pins", p), None) for p in old if key_of("pins", p) != key), Edit("pins", key, pin))


def assign_team(document: Document, officer: str, team: str) -> Edits:
    """The officer serves in the team alone, or commands it."""
    place = [frozenset({"officer", "team"}), frozenset({"officer", "reserve"})]
    return put_pin(document, {"officer": officer, "team": team}, place)


def reserve_officer(document: Document, officer: str) -> Edits:
    """The officer is held in reserve."""
    place = [frozenset({"officer", "team"}), frozenset({"officer", "site"})]
    return put_pin(document, {"officer": officer, "reserve": True}, place)


def pin_officer(document: Document, officer: str, site: str) -> Edits:
    """The officer raids the site, if it is raided."""
    return put_pin(document, {"officer": officer, "site": site}, [frozenset({"officer", "reserve"})])


def bar_officer(document: Document, officer: str, site: str) -> Edits:
    """The officer does not raid the site."""
    against = [p for p in document.get("pins", ()) if p == {"officer": officer, "site": site}]
    drops = tuple(Edit("pins", key_of("pins", p), None) for p in against)
    return (*drops, *put_pin(document, {"officer": officer, "not_site": site}))


def clear_pins(document: Document, subject: str, name: str) -> Edits:
    """No pin names the officer or the site any more."""
    fields = ("site", "not_site") if subject == "site" else (subject,)
    pins = [p for p in document.get("pins", ()) if name in (*(p.get(f) for f in fields), *p.get("together", ()))]
    return tuple(Edit("pins", key_of("pins", p), None) for p in pins)


def skip_site(document: Document, site: str) -> Edits:
    """The site is not raided."""
    return (*clear_pins(document, "site", site), *put_pin(document, {"site": site, "skip": True}))


def pin_start(document: Document, site: str, minute: int) -> Edits:
    """The raid on the site starts at the minute, if it is raided; or did, where the operation runs."""
    return put_pin(document, {"site": site, "start": minute}, [frozenset({"site", "start"})])


def pin_team(document: Document, site: str, team: str) -> Edits:
    """The team raids the site, if it is raided."""
    return put_pin(document, {"site": site, "team": team}, [frozenset({"site", "team"})])


def pin_together(document: Document, a: str, b: str) -> Edits:
    """The same team raids both sites, if both are raided."""
    pin = {"together": [a, b]}
    return (Edit("pins", key_of("pins", pin), pin),)


def lock_site(document: Document, plan: Plan, site: str) -> Edits:
    """The door stays as the plan has it: its team, its hour, its squad. Raises `Unreadable` where it is not raided."""
    if site not in plan.raids_by_site:
        raise Unreadable([Fault(f"sites {site!r}", "not-raided")])
    unit, raid = plan.raids_by_site[site]
    known = by_key("officers", document)
    pins: list[Row] = [{"site": site, "team": plan.team_of_unit[unit.id]}, {"site": site, "start": raid.start}]
    pins += [{"officer": officer, "site": site} for officer in unit.officers if officer in known]
    there = by_key("pins", document)
    others = [e for e in clear_pins(document, "site", site) if e.key not in {key_of("pins", p) for p in pins}]
    return (*others, *(Edit("pins", key, pin) for pin in pins if (key := key_of("pins", pin)) not in there))


def move_suspect(document: Document, suspect: str, site: str) -> Edits:
    """The suspect is now to be found at another site of the operation."""
    row_of(document, "sites", site)
    return set_fields(document, "suspects", suspect, site=site)


def move_suspect_to_address(
    document: Document, suspect: str, site: str, address: str, lat: float, lon: float, given: Row | None = None
) -> Edits:
    """The suspect is now to be found at a new site, which in all else is like the old one.

    Raises `Unreadable` where the new address has the old one's point: a squad would drive to the old door.
    """
    old = row_of(document, "sites", row_of(document, "suspects", suspect)["site"])
    there = on_globe(old.get("lat"), old.get("lon"))
    if there is not None and metres_between(there, (lat, lon)) < SAME_METRES:
        raise Unreadable([Fault("lat", "point-of-other", {"site": old["id"]})])
    like = {name: old[name] for name in COPIED if name in old}
    new = {"id": site, "address": address, "city": old["city"], "lat": lat, "lon": lon} | (given or {}) | like
    return (*add_row(document, "sites", new), *set_fields(document, "suspects", suspect, site=site))


def add_row(document: Document, table: str, row: Row) -> Edits:
    """A new row; of a matrix of travel times a new point has none, so ways to it go by the map. Raises `Unreadable`."""
    key = key_of(table, row)
    if key in by_key(table, document):
        raise Unreadable([Fault(f"{table} {key!r}", "row-taken")])
    return (Edit(table, key, row),)


def remove_local_officers(document: Document, city: str) -> Edits:
    """Nobody of the city's own police is available."""
    agencies = {row["id"] for row in document.get("agencies", ()) if city in row.get("cities", ())}
    found = [row["id"] for row in document.get("officers", ()) if row["agency"] in agencies]
    lost = {(e.table, e.key): e for officer in found for e in remove_row(document, "officers", officer)}
    return tuple(sorted(lost.values(), key=lambda e: e.table != "pins"))


def set_travel_time(document: Document, source: str, target: str, minutes: int | None, *, both: bool = True) -> Edits:
    """The way takes so many minutes, or is closed (None), in one direction or both."""
    return tuple(Edit("legs", key_of("legs", leg), leg) for leg in _legs(source, target, minutes, both=both))


def _legs(source: str, target: str, minutes: int | None, *, both: bool) -> Iterator[Row]:
    yield {"from": source, "to": target, "minutes": minutes}
    if both:
        yield {"from": target, "to": source, "minutes": minutes}


def move_h_hour(document: Document, minutes: int) -> Edits:
    """H is so many minutes later (earlier where negative); who is available when stays as it was by the clock."""
    hour = hour_of(document)
    moment = (hour.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(hour.tzinfo)
    return (Edit(HOUR, HOUR, {"h_hour": moment.isoformat()}),)


def set_num_teams(document: Document, most: int) -> Edits:
    """At most so many teams."""
    return (Edit("operation", "max_teams", {"value": most}),)


def doctrine_figure(document: Document, name: str) -> Any:
    """A figure of the doctrine, as plain values: the operation's own, or the default."""
    usual = getattr(Doctrine(), name)
    plain = {risk: getattr(usual, risk) for risk in RISKS} if isinstance(usual, ByRisk) else usual
    own = document.get("doctrine", {}).get(name, plain)
    return {**plain, **own} if isinstance(plain, dict) else own


def set_doctrine(document: Document, name: str, value: Any) -> Edits:
    """A figure of the doctrine."""
    return (Edit("doctrine", name, {"value": value}),)
