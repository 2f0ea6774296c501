"""What the forms of a what-if desk send, as the edits that they ask for.

They are no WTForms: each is a line of `EDIT_FORMS` over one table of readers, many stand on a page with the same names
of fields, and their faults come as codes from the same rules as those of files, also for fields that no form shows.
"""

from collections.abc import Callable, Mapping
from typing import Any

from planner import whatif
from planner.edits import DATUMS, POINTS, Document, Edit, by_key
from planner.files import Fault, Unreadable
from planner.files.cells import plain
from planner.files.fault import UnfitValue, one_line, quote
from planner.files.given import WGS84, to_wgs84_row
from planner.files.moments import LAST_SECOND, read_day
from planner.plan import Plan
from planner.zones import hour_of, zone_text
from web.doctrine import FIGURES
from web.forms import typed_moment
from web.moves import move_question
from web.picking import names_in, pick_row, row_options
from web.reader import number, whole

Edits = tuple[Edit, ...]
MOST_PASTED, PERCENT = 500, (1, 100)
MINUTES, WHOLES = (-999_999, 999_999), (-999_999_999, 999_999_999)


class FormFields:
    """The fields of a form; reading one that is not as it should be notes a fault and gives a stand-in."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.faults: list[Fault] = []

    def has(self, name: str) -> bool:
        """Something was typed."""
        return bool(self._form.get(name, "").strip())

    def text(self, name: str) -> str:
        """What was typed; nothing is a fault."""
        if not self.has(name):
            self.faults.append(Fault(name, "missing"))
        return self._form.get(name, "").strip()

    def row(self, name: str, document: Document, *tables: str) -> str:
        """The id of the row that was picked by id, by name or by a part of it."""
        return self._picked(name, name, self.text(name), document, *tables)

    def rows(self, name: str, document: Document, table: str) -> list[str]:
        """The ids of the rows that a pasted list names; what names none or several is a fault of its own."""
        names = names_in(self.text(name))
        if len(names) > MOST_PASTED:
            self.faults.append(Fault(name, "too-many-names", {"most": MOST_PASTED}))
            return []
        return [self._picked(name, f"{name}: {one_line(each[:60])}", each, document, table) for each in names]

    def _picked(self, name: str, place: str, text: str, document: Document, *tables: str) -> str:
        offers = {key: shown for table in tables for key, shown in row_options(document, table).items()}
        try:
            return pick_row(text, offers)
        except UnfitValue as unfit:
            if text:
                self.faults.append(Fault(place, unfit.code, unfit.values))
            return ""

    def minute(self, name: str) -> int:
        """Whole minutes, from H where it is a moment."""
        text = self.text(name)
        minute = whole(text.upper().removeprefix("H").replace(" ", ""), *MINUTES)
        if minute is None:
            self._wrong(name, text, "not-minute")
        return minute or 0

    def whole(self, name: str) -> int:
        """A whole number."""
        text = self.text(name)
        found = whole(text, *WHOLES)
        if found is None:
            self._wrong(name, text, "not-whole")
        return found or 0

    def number(self, name: str) -> float:
        """A finite number."""
        text = self.text(name)
        found = number(text)
        if found is None:
            self._wrong(name, text, "not-number")
        return found or 0.0

    def day(self, name: str) -> str:
        """A day as documents have it."""
        text = self.text(name)
        found = read_day(plain(text))
        if found is None:
            self._wrong(name, text, "not-date")
        return found or ""

    def moment(self, name: str, zone: str) -> str:
        """A moment by the clocks of the zone as documents have it; a day alone lasts until its end."""
        text = self.text(name)
        at = typed_moment(text, zone, LAST_SECOND)
        if at is None:
            self._wrong(name, text, "not-day-and-hour")
        return at.isoformat() if at is not None else ""

    def point(self) -> dict[str, Any]:
        """Latitude and longitude in the chosen datum, as a row of a document has them."""
        typed: dict[str, Any] = {name: self.number(name) for name in ("lat", "lon")}
        datum = self._form.get("datum") or WGS84
        if datum not in DATUMS:
            self._wrong("datum", datum, "not-datum")
            datum = WGS84
        return to_wgs84_row(typed, datum)

    def _wrong(self, name: str, text: str, code: str) -> None:
        if text:
            self.faults.append(Fault(name, code, {"value": quote(text)}))


EditMaker = Callable[[FormFields, Document, Plan], Edits]
TABLES_OF: dict[str, tuple[str, ...]] = {
    "gone": ("officers", "vehicles"),
    "all_gone": ("officers", "vehicles"),
    "moved": ("sites", "places"),
}


def _of(sent: FormFields, edit: str) -> str:
    table = sent.text("table")
    return table if table in TABLES_OF[edit] else TABLES_OF[edit][0]


def _changed(table: str, **read: Callable[[FormFields, str], object]) -> EditMaker:
    """A row whose fields are as typed; what was left empty is as if nothing was given."""

    def make(sent: FormFields, document: Document, plan: Plan) -> Edits:
        fields = {name: reader(sent, name) if sent.has(name) else None for name, reader in read.items()}
        return whatif.set_fields(document, table, sent.text("key"), **fields)

    return make


def _new_suspect(sent: FormFields, document: Document, plan: Plan) -> Edits:
    row = {name: sent.text(name) for name in ("id", "name", "sex", "site")} | {"born": sent.day("born")}
    warrant = None
    if sent.has("number") or sent.has("expires"):
        warrant = {"number": sent.text("number"), "expires": sent.moment("expires", zone_text(hour_of(document)))}
    return whatif.add_row(document, "suspects", row | {"priority": sent.whole("priority"), "warrant": warrant})


def _new_site(sent: FormFields, document: Document, plan: Plan) -> Edits:
    row = {name: sent.text(name) for name in ("id", "address", "city", "risk")}
    return whatif.add_row(document, "sites", row | sent.point() | {"exam": sent.has("exam")})


def _figure(sent: FormFields, document: Document, plan: Plan) -> Edits:
    name = sent.text("figure")
    figure, _, risk = name.partition(".")
    if figure not in FIGURES:
        sent.faults.append(Fault("figure", "not-figure", {"value": quote(name)}))
        return ()
    value = sent.number("value")
    plain = int(value) if value.is_integer() else value
    if not risk:
        return whatif.set_doctrine(document, figure, plain)
    return whatif.set_doctrine(document, figure, {**whatif.doctrine_figure(document, figure), risk: plain})


def _new_address(sent: FormFields, document: Document, plan: Plan) -> Edits:
    suspect, site, address = (sent.text(name) for name in ("key", "site", "address"))
    point = sent.point()
    return whatif.move_suspect_to_address(document, suspect, site, address, point.pop("lat"), point.pop("lon"), point)


def _moved(sent: FormFields, document: Document, plan: Plan) -> Edits:
    point = sent.point()
    return whatif.relocate(document, _of(sent, "moved"), sent.text("key"), point.pop("lat"), point.pop("lon"), point)


def move_to_confirm(form: Mapping[str, str], document: Document, plan: Plan) -> str | None:
    """The question whether an address shall move, where the form wants to be asked and has no answer yet."""
    if form.get("edit") != "moved" or not form.get("ask") or form.get("agreed"):
        return None
    table, key = TABLES_OF["moved"][form.get("table") == "places"], form.get("key", "")
    edits = edits_sent(form, document, plan)
    new = next((edit.row for edit in edits if (edit.table, edit.key) == (table, key)), None)
    return move_question(key, by_key(table, document).get(key), new)


def _all_gone(sent: FormFields, document: Document, plan: Plan) -> Edits:
    table = _of(sent, "all_gone")
    keys = sent.rows("names", document, table)
    return () if sent.faults else whatif.remove_rows(document, table, keys)


def _share_gone(sent: FormFields, document: Document, plan: Plan) -> Edits:
    agency, typed = sent.row("agency", document, "agencies"), sent.text("percent")
    percent = whole(typed.removesuffix("%").strip(), *PERCENT)
    if typed and percent is None:
        sent.faults.append(Fault("percent", "not-percent", {"value": quote(typed)}))
    return () if sent.faults else whatif.remove_share(document, agency, percent or 1)


def _no_vans(sent: FormFields, document: Document, plan: Plan) -> Edits:
    base = sent.row("base", document, "places")
    return () if sent.faults else whatif.remove_escort_vehicles(document, base)


def _way(sent: FormFields, document: Document, plan: Plan) -> Edits:
    start, end = (sent.row(name, document, *POINTS) for name in ("from", "to"))
    minutes = None if sent.has("closed") else sent.whole("minutes")
    return whatif.set_travel_time(document, start, end, minutes, both=sent.has("both"))


EDIT_FORMS: dict[str, EditMaker] = {
    "gone": lambda s, d, p: whatif.remove_row(d, _of(s, "gone"), s.text("key")),
    "all_gone": _all_gone,
    "share_gone": _share_gone,
    "no_vans": _no_vans,
    "late": lambda s, d, p: whatif.delay_officer(d, s.text("key"), s.minute("minutes")),
    "lent": lambda s, d, p: whatif.assign_team(d, s.text("key"), s.text("team")),
    "reserved": lambda s, d, p: whatif.reserve_officer(d, s.text("key")),
    "at_door": lambda s, d, p: whatif.pin_officer(d, s.text("key"), s.row("site", d, "sites")),
    "not_at_door": lambda s, d, p: whatif.bar_officer(d, s.text("key"), s.row("site", d, "sites")),
    "officer_free": lambda s, d, p: whatif.clear_pins(d, "officer", s.text("key")),
    "skipped": lambda s, d, p: whatif.skip_site(d, s.text("key")),
    "locked": lambda s, d, p: whatif.lock_site(d, p, s.text("key")),
    "site_free": lambda s, d, p: whatif.clear_pins(d, "site", s.text("key")),
    "at_hour": lambda s, d, p: whatif.pin_start(d, s.text("key"), s.minute("minute")),
    "of_team": lambda s, d, p: whatif.pin_team(d, s.text("key"), s.text("team")),
    "moved": _moved,
    "site": _changed(
        "sites",
        address=FormFields.text,
        risk=FormFields.text,
        officers=FormFields.whole,
        raid_minutes=FormFields.whole,
        set_minutes=FormFields.whole,
    ),
    "suspect": _changed("suspects", priority=FormFields.whole),
    "no_warrant": lambda s, d, p: whatif.set_fields(d, "suspects", s.text("key"), warrant=None),
    "at_site": lambda s, d, p: whatif.move_suspect(d, s.text("key"), s.row("site", d, "sites")),
    "at_address": _new_address,
    "new_suspect": _new_suspect,
    "new_site": _new_site,
    "no_locals": lambda s, d, p: whatif.remove_local_officers(d, s.text("city")),
    "way": _way,
    "hour": lambda s, d, p: whatif.move_h_hour(d, s.minute("minutes")),
    "teams": lambda s, d, p: whatif.set_num_teams(d, s.whole("most")),
    "figure": _figure,
}
"""Name of a form -> the edits that it asks for, of the document as it stands; the plan is the parent's."""


def edits_sent(form: Mapping[str, str], document: Document, plan: Plan) -> Edits:
    """The edits that the form asks for. Raises `Unreadable` with every fault, KeyError for no such form."""
    make, sent = EDIT_FORMS[form.get("edit", "")], FormFields(form)
    try:
        edits = make(sent, document, plan)
    except Unreadable as error:
        raise Unreadable([*sent.faults, *error.faults] if not sent.faults else sent.faults) from error
    if sent.faults:
        raise Unreadable(sent.faults)
    return edits
